//! Images that come with the answer, as OpenAI and those who follow it spell them: `{data:
//! [{b64_json | url}], usage}`, whole or as events.

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use social_core::error::Stage;
use social_core::http::{ByteStream, Endpoint, EventReader, Failure, StreamReply};
use social_core::image::ImageBatch;
use social_core::make::{Made, MediaFile};
use social_core::media::{MediaKind, MediaType, RemoteMedia};
use social_core::money::{MicroDollars, Usage};
use social_core::run::Run;
use social_core::{Error, ErrorKind, ModelAddress, Result};
use url::Url;

use crate::fetched::MAX_IMAGE;
use crate::inline_base64::{Keys, Taken, lifting};
use crate::kept::{self, Kept};

/// What the journal keeps of an answer.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Drawn {
    images: Vec<Place>,
    #[serde(default)]
    refused: u32,
    #[serde(default)]
    pub(crate) text: Option<String>,
    /// What the answer said about its cost, if it did.
    usage: Option<Usage>,
}

/// Where an image is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Place {
    /// It came with the answer and is a file of the run.
    Kept(Kept),
    /// The vendor holds it for a while.
    At(RemoteMedia),
}

/// Is told of each draft of an image with its number, while the image is made.
pub(crate) type OnPartial<'a> = Option<&'a (dyn Fn(u32, Bytes) + Send + Sync)>;

#[derive(Default, Deserialize)]
struct Answer {
    data: Option<Vec<Item>>,
    usage: Option<Value>,
    size: Option<String>,
    quality: Option<String>,
    respect_moderation: Option<bool>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Item {
    /// The number of the bytes.
    b64_json: Option<String>,
    url: Option<String>,
    /// xAI's word for an image that it does not hand out.
    respect_moderation: Option<bool>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    r#type: String,
    partial_image_index: Option<u32>,
    #[serde(flatten)]
    item: Item,
    usage: Option<Value>,
    size: Option<String>,
    quality: Option<String>,
    error: Option<Value>,
}

/// Reads an answer and makes its images files of the run.
pub(crate) async fn read(
    run: &Run,
    endpoint: &Endpoint,
    mut reply: StreamReply,
    on_partial: OnPartial<'_>,
) -> Result<Drawn> {
    let limits = endpoint.limits();
    let body = std::mem::replace(&mut reply.body, stream::empty().boxed());
    let (rest, taken) = lifting(body, Keys { lifted: "b64_json", dropped: "" }, limits.body);
    let mut reader = Reader::new(run, endpoint, &reply, taken);
    let streamed = reply.is("text/event-stream");
    let read = match streamed {
        true => reader.events(EventReader::sse(rest, limits.event), on_partial).await,
        false => reader.document(rest).await,
    };
    let drawn = reader.drawn;
    read.map(|()| drawn).map_err(|error| reply.describe(error))
}

/// The images of an answer on their way to the run.
pub(crate) struct Reader<'a> {
    run: &'a Run,
    endpoint: &'a Endpoint,
    status: StatusCode,
    headers: HeaderMap,
    taken: Taken,
    pub(crate) drawn: Drawn,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(run: &'a Run, endpoint: &'a Endpoint, reply: &StreamReply, taken: Taken) -> Self {
        let (status, headers) = (reply.status, reply.headers.clone());
        Self { run, endpoint, status, headers, taken, drawn: Drawn::default() }
    }

    async fn document(&mut self, rest: ByteStream) -> Result<()> {
        let json = whole(rest).await?;
        let answer: Answer = serde_json::from_slice(&json)
            .map_err(|e| Error::protocol("the answer is not what was expected", &json).with_source(e))?;
        let items = answer.data.unwrap_or_default();
        if items.is_empty() && answer.error.is_some() {
            return Err(self.refusal(&json));
        }
        self.report(answer.usage.as_ref(), answer.size.as_deref(), answer.quality.as_deref());
        for item in &items {
            self.add_item(item).await?;
        }
        if answer.respect_moderation == Some(false) {
            self.drawn.refused += 1;
        }
        self.finish(&json)
    }

    async fn events(&mut self, mut events: EventReader, on_partial: OnPartial<'_>) -> Result<()> {
        while let Some(event) = events.next().await? {
            if event.data == "[DONE]" {
                break;
            }
            let json = event.data.as_bytes();
            let read: Event = serde_json::from_slice(json)
                .map_err(|e| Error::protocol("the event is not what was expected", json).with_source(e))?;
            if read.error.is_some() {
                return Err(self.refusal(json));
            }
            if read.r#type.ends_with(".partial_image") {
                let draft = read.item.b64_json.as_deref().and_then(|number| self.taken.take(number));
                if let (Some(draft), Some(on_partial)) = (draft, on_partial) {
                    on_partial(read.partial_image_index.unwrap_or(0), draft.concat().into());
                }
            } else if read.r#type.ends_with(".completed") {
                self.report(read.usage.as_ref(), read.size.as_deref(), read.quality.as_deref());
                self.add_item(&read.item).await?;
            }
        }
        self.finish(b"")
    }

    async fn add_item(&mut self, item: &Item) -> Result<()> {
        match item.b64_json.as_deref().or(item.url.as_deref()).filter(|place| !place.is_empty()) {
            _ if item.respect_moderation == Some(false) => self.drawn.refused += 1,
            Some(place) => self.add(place).await?,
            None => {}
        }
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.drawn.images.is_empty()
    }

    /// Adds an image: the number of its bytes, or its address.
    pub(crate) async fn add(&mut self, place: &str) -> Result<()> {
        let place = match (self.taken.take(place), Url::parse(place)) {
            (Some(pieces), _) => Place::Kept(kept::keep_image(self.run, self.drawn.images.len() + 1, pieces).await?),
            (None, Ok(url)) => Place::At(RemoteMedia { url, expires_at: None }),
            (None, Err(_)) => {
                return Err(Error::protocol("the answer names an image in a way that is not known", place));
            }
        };
        self.drawn.images.push(place);
        Ok(())
    }

    /// Adds what the answer says about its cost.
    pub(crate) fn report(&mut self, reported: Option<&Value>, size: Option<&str>, quality: Option<&str>) {
        let Some(reported) = reported.filter(|reported| !reported.is_null()) else { return };
        let number = |paths: &[&str]| paths.iter().find_map(|path| reported.pointer(path)?.as_f64());
        let count = |paths: &[&str]| number(paths).map(|count| count as u64);
        let mut usage = Usage::default().with_term("size", size).with_term("quality", quality);
        usage.input_tokens = count(&["/input_tokens", "/prompt_tokens"]);
        usage.output_tokens = count(&["/output_tokens", "/completion_tokens"]);
        usage.cache_read_tokens =
            count(&["/input_tokens_details/cached_tokens", "/prompt_tokens_details/cached_tokens"]);
        usage.reasoning_tokens =
            count(&["/output_tokens_details/reasoning_tokens", "/completion_tokens_details/reasoning_tokens"]);
        // OpenRouter's dollars, and xAI's ticks, of which a dollar has ten thousand millions.
        let dollars = number(&["/cost"]).or(number(&["/cost_in_usd_ticks"]).map(|ticks| ticks / 1e10));
        usage.reported_cost = dollars.map(MicroDollars::from_dollars);
        self.drawn.usage = Some(usage);
    }

    /// What the vendor's error function makes of a refusal that came with a success.
    pub(crate) fn refusal(&self, json: &[u8]) -> Error {
        let failure = Failure { status: self.status, headers: &self.headers, body: json };
        self.endpoint.classify(&failure)
    }

    /// The error of an answer that was paid for.
    pub(crate) fn with_usage(&self, error: Error) -> Error {
        match &self.drawn.usage {
            Some(usage) => error.with_usage(usage.clone()),
            None => error,
        }
    }

    /// Makes sure that there is an image.
    pub(crate) fn finish(&mut self, json: &[u8]) -> Result<()> {
        if !self.drawn.images.is_empty() {
            let images = self.drawn.images.len() as u64;
            self.drawn.usage = self.drawn.usage.take().map(|usage| usage.with_images(images));
            return Ok(());
        }
        let error = match self.drawn.refused {
            0 => Error::protocol("the answer holds no image", json),
            _ => Error::rejected(Stage::Output, None, "the images did not pass the vendor's moderation"),
        };
        Err(self.with_usage(error))
    }
}

/// The rest of an answer without its bulk.
pub(crate) async fn whole(rest: ByteStream) -> Result<Vec<u8>> {
    rest.try_fold(Vec::new(), |mut json, piece| async move {
        json.extend_from_slice(&piece);
        Ok(json)
    })
    .await
}

/// The images again, from the run's files; those that the vendor holds are fetched without
/// credentials.
pub(crate) async fn made(
    run: &Run,
    endpoint: &Endpoint,
    address: &ModelAddress,
    drawn: Drawn,
) -> Result<Made<ImageBatch>> {
    let mut images = Vec::new();
    for (index, place) in drawn.images.into_iter().enumerate() {
        images.push(match place {
            Place::Kept(kept) => kept::reopen(run, vec![kept]).await?.pop().ok_or_else(no_image)?,
            Place::At(remote) => {
                let ending = MediaType::from_name(remote.url.path()).unwrap_or(MediaType::Png).extension();
                let name = format!("image-{}.{ending}", index + 1);
                let media = remote.fetch(run, &name, endpoint, MAX_IMAGE).await?;
                MediaFile::read(media, MediaKind::Image).await?
            }
        });
    }
    let mut batch = ImageBatch::new(images);
    (batch.text, batch.refused) = (drawn.text, drawn.refused);
    let made = Made::new(address.clone(), batch);
    Ok(match drawn.usage {
        Some(usage) => made.with_usage(usage),
        None => made,
    })
}

fn no_image() -> Error {
    Error::new(ErrorKind::Storage, "the run names an image and holds none")
}
