//! Vertex AI's `multimodalembedding`: texts, images and videos in one space.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize, Serializer};
use social_core::embed::{EmbedCapabilities, EmbedInput, EmbedRequest, Embeddings};
use social_core::http::Repeat;
use social_core::make::{Condition, Made, Test};
use social_core::media::{Media, MediaKind};
use social_core::money::Usage;
use social_core::{Error, ErrorKind, ModelAddress, Result};
use url::Url;

use super::client::Client;
use crate::shared::body::AsBase64;
use crate::shared::{body, embedding};

/// The maximum number of bytes of a file that are put into a request: that of an image.
const LIMIT: u64 = 20 << 20;

/// What the model looks at of a video, in seconds.
const LOOKED_AT: u32 = 120;

/// Whether the model is one of these.
pub(super) fn is(model: &str) -> bool {
    model.rsplit('/').next().is_some_and(|id| id.starts_with("multimodalembedding"))
}

pub(super) fn capabilities() -> EmbedCapabilities {
    EmbedCapabilities::new()
        .with_dimensions([128, 256, 512, 1408])
        .with_image_input(true)
        .with_video_input(true)
        .with_condition(
            Condition::that("dimensions", Test::is(1408.0))
                .when("video_input", Test::Set)
                .because("vectors of videos always have 1408 numbers, and are compared with others of that length"),
        )
}

#[derive(Serialize)]
struct Prediction<'a> {
    instances: [Instance<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Parameters>,
}

#[derive(Serialize)]
struct Parameters {
    dimension: u32,
}

/// One of each kind at most; the numbers are those of the inputs.
#[derive(Default, Serialize)]
struct Instance<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<File>,
    #[serde(skip_serializing_if = "Option::is_none")]
    video: Option<Video>,
    #[serde(skip)]
    numbers: [Option<usize>; 3],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Video {
    #[serde(flatten)]
    file: File,
    video_segment_config: Segments,
}

/// One segment of all that is looked at, so that one vector comes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Segments {
    start_offset_sec: u32,
    end_offset_sec: u32,
    interval_sec: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum File {
    GcsUri(Url),
    #[serde(untagged)]
    Inline {
        #[serde(rename = "bytesBase64Encoded", serialize_with = "base64")]
        bytes: Bytes,
        /// Of images only; videos have no field for it.
        #[serde(rename = "mimeType", skip_serializing_if = "Option::is_none")]
        mime_type: Option<&'static str>,
    },
}

fn base64<S: Serializer>(bytes: &Bytes, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    AsBase64(bytes).serialize(serializer)
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    predictions: Vec<Predicted>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Predicted {
    text_embedding: Option<Vec<f32>>,
    image_embedding: Option<Vec<f32>>,
    video_embeddings: Vec<Segment>,
}

#[derive(Deserialize)]
struct Segment {
    embedding: Vec<f32>,
}

/// Embeds the inputs in their order; one call takes a text, an image and a video.
pub(super) async fn ask(client: &Client, address: &ModelAddress, request: &EmbedRequest) -> Result<Made<Embeddings>> {
    let mut vectors = vec![Vec::new(); request.inputs.len()];
    let mut inputs = request.inputs.iter().enumerate().peekable();
    while inputs.peek().is_some() {
        let mut instance = Instance::default();
        while let Some((number, input)) = inputs.peek().copied() {
            let Some(free) = instance.numbers.get_mut(kind(input)).filter(|taken| taken.is_none()) else { break };
            *free = Some(number);
            let added = instance.add(input).await;
            added.map_err(|error| error.with_vendor(&address.vendor).with_item(number))?;
            inputs.next();
        }
        for (number, vector) in embed(client, address, request.dimensions, instance).await? {
            if let Some(place) = vectors.get_mut(number) {
                *place = vector;
            }
        }
    }
    let mut made = embedding::checked(address, request.inputs.len(), vectors, None)?;
    made.usage = Some(used(request));
    Ok(made)
}

/// The place of an input in an instance.
fn kind(input: &EmbedInput) -> usize {
    match input {
        EmbedInput::Text(_) => 0,
        EmbedInput::Image(_) => 1,
        // What comes later is refused when it is loaded.
        _ => 2,
    }
}

/// What prices count; the vendor reports nothing. The length of a video is not reported.
fn used(request: &EmbedRequest) -> Usage {
    let texts = request.inputs.iter().filter_map(|input| match input {
        EmbedInput::Text(text) => Some(text.chars().count() as u64),
        _ => None,
    });
    let images = request.inputs.iter().filter(|input| matches!(input, EmbedInput::Image(_))).count() as u64;
    let mut usage = Usage::default();
    usage.characters = texts.reduce(|all, one| all + one);
    usage.images = (images > 0).then_some(images);
    usage
}

impl<'a> Instance<'a> {
    async fn add(&mut self, input: &'a EmbedInput) -> Result<()> {
        match input {
            EmbedInput::Text(text) => self.text = Some(text),
            EmbedInput::Image(media) => self.image = Some(load(media, MediaKind::Image).await?),
            EmbedInput::Video(media) => {
                let file = load(media, MediaKind::Video).await?;
                let whole = Segments { start_offset_sec: 0, end_offset_sec: LOOKED_AT, interval_sec: LOOKED_AT };
                self.video = Some(Video { file, video_segment_config: whole });
            }
            _ => return Err(Error::unsupported("inputs", "texts, images and videos are embedded here")),
        }
        Ok(())
    }

    fn room(&self) -> usize {
        let files = self.image.iter().chain(self.video.iter().map(|video| &video.file));
        files.map(|file| if let File::Inline { bytes, .. } = file { bytes.len().div_ceil(3) * 4 } else { 0 }).sum()
    }
}

async fn load(media: &Media, wanted: MediaKind) -> Result<File> {
    if let Media::Remote(remote) = media {
        if remote.url.scheme() == "gs" {
            return Ok(File::GcsUri(remote.url.clone()));
        }
        let message = "files are taken as bytes and from Google's storage (gs://), not from other addresses";
        return Err(Error::unsupported("inputs", message));
    }
    let kind = media.info().await?.media_type;
    if kind.kind() != wanted {
        let message = format!("{} is wanted, this is {}", wanted.as_str(), kind.as_mime());
        return Err(Error::new(ErrorKind::MediaInvalid, message));
    }
    let mime_type = (wanted == MediaKind::Image).then_some(kind.as_mime());
    Ok(File::Inline { bytes: media.read(LIMIT).await?, mime_type })
}

/// One call: the vectors with the numbers of their inputs.
async fn embed(
    client: &Client,
    address: &ModelAddress,
    dimensions: Option<u32>,
    instance: Instance<'_>,
) -> Result<Vec<(usize, Vec<f32>)>> {
    let (numbers, room) = (instance.numbers, instance.room());
    let parameters = dimensions.map(|dimension| Parameters { dimension });
    let body = body::write(&Prediction { instances: [instance], parameters }, room)?;
    let route = client.api.route(&client.endpoint, &address.model, "predict")?;
    let call = client.endpoint.call(&route).operation("embed").model(&address.model).repeat(Repeat::Never);
    let reply = call.header(CONTENT_TYPE, "application/json").body(body).send().await?;
    let answer: Answer = reply.json()?;
    let predicted = answer.predictions.into_iter().next().unwrap_or_default();
    let video = predicted.video_embeddings.into_iter().next().map(|segment| segment.embedding);
    let mut vectors = Vec::new();
    for (number, vector) in numbers.into_iter().zip([predicted.text_embedding, predicted.image_embedding, video]) {
        let Some(number) = number else { continue };
        let missing = || reply.unreadable("the answer lacks the vector of something that was sent");
        vectors.push((number, vector.ok_or_else(missing)?));
    }
    Ok(vectors)
}
