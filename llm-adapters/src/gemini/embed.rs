//! Embeddings.

use async_trait::async_trait;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize, Serializer};
use social_core::embed::{EmbedCapabilities, EmbedInput, EmbedRequest, Embeddings};
use social_core::http::{Repeat, Route};
use social_core::make::{Made, Maker};
use social_core::media::MediaKind;
use social_core::run::Run;
use social_core::{Error, ErrorKind, ModelAddress, Result};

use companies::google::GoogleApi;

use super::client::{Client, Gemini, Vertex};
use super::multimodal;
use crate::shared::body::AsBase64;
use crate::shared::{body, embedding};

/// The maximum number of bytes of a file that are put into a request.
const LIMIT: u64 = 20 << 20;

/// An embedding model of Gemini: texts, and in AI Studio images and videos of this machine where
/// the model reads them (`gemini-embedding-2`). The request's task is the vendor's word, such as
/// `RETRIEVAL_QUERY`. One call embeds all inputs.
///
/// On Vertex AI `multimodalembedding@001`, which ends on 2027-04-01, embeds texts of at most 32
/// tokens, images and the first two minutes of videos, from this machine or Google's storage
/// (`gs://`); one call takes a text, an image and a video. Its vectors have 128, 256, 512 or 1408
/// numbers, those of videos always 1408. They cannot be compared with those of
/// `gemini-embedding-2`.
///
/// An id that makes no path is refused at the call.
#[derive(Clone, Debug)]
pub struct GeminiEmbedder {
    client: Client,
    address: ModelAddress,
}

impl Gemini {
    /// An embedding model, by the vendor's own id: `gemini-embedding-001`.
    #[must_use]
    pub fn embedder(&self, model: impl Into<String>) -> GeminiEmbedder {
        GeminiEmbedder::new(self.0.clone(), model)
    }
}

impl Vertex {
    /// An embedding model, by the vendor's own id: `gemini-embedding-001`.
    #[must_use]
    pub fn embedder(&self, model: impl Into<String>) -> GeminiEmbedder {
        GeminiEmbedder::new(self.0.clone(), model)
    }
}

impl GeminiEmbedder {
    fn new(client: Client, model: impl Into<String>) -> Self {
        Self { address: ModelAddress::new(client.endpoint.vendor(), model), client }
    }

    fn route(&self) -> Result<Route> {
        let Client { endpoint, api } = &self.client;
        let verb = match api {
            GoogleApi::AiStudio => "batchEmbedContents",
            GoogleApi::Vertex => "predict",
        };
        api.route(endpoint, &self.address.model, verb)
    }
}

/// An input as the vendor takes it.
enum Input<'a> {
    Text(&'a str),
    File { mime: &'static str, bytes: Bytes },
}

impl<'a> Input<'a> {
    async fn load(api: GoogleApi, input: &'a EmbedInput) -> Result<Self> {
        let (media, wanted) = match input {
            EmbedInput::Text(text) => return Ok(Self::Text(text)),
            EmbedInput::Image(media) if api == GoogleApi::AiStudio => (media, MediaKind::Image),
            EmbedInput::Video(media) if api == GoogleApi::AiStudio => (media, MediaKind::Video),
            _ => return Err(Error::unsupported("inputs", "texts only are embedded here")),
        };
        let info = media.info().await?;
        if info.media_type.kind() != wanted {
            let message = format!("{} is wanted, this is {}", wanted.as_str(), info.media_type.as_mime());
            return Err(Error::new(ErrorKind::MediaInvalid, message));
        }
        Ok(Self::File { mime: info.media_type.as_mime(), bytes: media.read(LIMIT).await? })
    }
}

impl Serialize for Input<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        enum Part<'a> {
            Text(&'a str),
            #[serde(rename_all = "camelCase")]
            InlineData {
                mime_type: &'static str,
                data: AsBase64<'a>,
            },
        }
        match self {
            Self::Text(text) => Part::Text(text),
            Self::File { mime, bytes } => Part::InlineData { mime_type: mime, data: AsBase64(bytes) },
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
struct Batch<'a> {
    requests: Vec<One<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct One<'a> {
    model: &'a str,
    content: Content<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dimensionality: Option<u32>,
}

#[derive(Serialize)]
struct Content<'a> {
    role: &'static str,
    parts: [&'a Input<'a>; 1],
}

#[derive(Serialize)]
struct Prediction<'a> {
    instances: Vec<Instance<'a>>,
    parameters: Parameters,
}

#[derive(Serialize)]
struct Instance<'a> {
    content: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_type: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dimensionality: Option<u32>,
    /// Otherwise long texts are cut without a word.
    auto_truncate: bool,
}

/// The answer of either place, to one text alone or to several.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    embedding: Option<Vector>,
    #[serde(default)]
    embeddings: Vec<Vector>,
    #[serde(default)]
    usage_metadata: Option<Used>,
    #[serde(default)]
    predictions: Vec<Predicted>,
}

#[derive(Deserialize)]
struct Predicted {
    embeddings: Vector,
}

#[derive(Deserialize)]
struct Vector {
    #[serde(default)]
    values: Vec<f32>,
    /// On Vertex AI.
    #[serde(default)]
    statistics: Option<Statistics>,
}

#[derive(Deserialize)]
struct Statistics {
    #[serde(default)]
    token_count: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Used {
    #[serde(default)]
    prompt_token_count: Option<u64>,
}

impl GeminiEmbedder {
    fn body(&self, request: &EmbedRequest, inputs: &[Input<'_>]) -> Result<Vec<u8>> {
        let task = request.task.as_deref();
        let room = inputs.iter().map(|input| match input {
            Input::Text(text) => text.len() + 128,
            Input::File { bytes, .. } => bytes.len().div_ceil(3) * 4 + 128,
        });
        let room = room.sum();
        if self.client.api == GoogleApi::AiStudio {
            let model = &*self.client.api.resource(&self.address.model);
            let one = |input| One {
                model,
                content: Content { role: "user", parts: [input] },
                task_type: task,
                output_dimensionality: request.dimensions,
            };
            return body::write(&Batch { requests: inputs.iter().map(one).collect() }, room);
        }
        let texts = inputs.iter().filter_map(|input| match input {
            Input::Text(text) => Some(Instance { content: text, task_type: task }),
            Input::File { .. } => None,
        });
        let parameters = Parameters { output_dimensionality: request.dimensions, auto_truncate: false };
        body::write(&Prediction { instances: texts.collect(), parameters }, room)
    }
}

#[async_trait]
impl Maker<EmbedRequest> for GeminiEmbedder {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> EmbedCapabilities {
        if self.is_multimodal() {
            return multimodal::capabilities();
        }
        let files = self.client.api == GoogleApi::AiStudio;
        let can = EmbedCapabilities::new().with_any_dimension().with_any_task();
        can.with_image_input(files).with_video_input(files)
    }

    async fn make(&self, run: &Run, request: &EmbedRequest) -> Result<Made<Embeddings>> {
        embedding::durably(self, run, request, || self.ask(request)).await
    }
}

impl GeminiEmbedder {
    fn is_multimodal(&self) -> bool {
        self.client.api == GoogleApi::Vertex && multimodal::is(&self.address.model)
    }

    async fn ask(&self, request: &EmbedRequest) -> Result<Made<Embeddings>> {
        if self.is_multimodal() {
            return multimodal::ask(&self.client, &self.address, request).await;
        }
        let vendor = &self.address.vendor;
        let mut inputs = Vec::with_capacity(request.inputs.len());
        for (index, input) in request.inputs.iter().enumerate() {
            let input = Input::load(self.client.api, input).await;
            inputs.push(input.map_err(|error| error.with_vendor(vendor).with_item(index))?);
        }
        let (route, body) = (self.route()?, self.body(request, &inputs)?);
        let call =
            self.client.endpoint.call(&route).operation("embed").model(&self.address.model).repeat(Repeat::Never);
        let reply = call.header(CONTENT_TYPE, "application/json").body(body).send().await?;
        let answer: Answer = reply.json()?;
        let predicted = answer.predictions.into_iter().map(|one| one.embeddings);
        let vectors: Vec<Vector> = answer.embedding.into_iter().chain(answer.embeddings).chain(predicted).collect();
        let counted = vectors.iter().filter_map(|vector| vector.statistics.as_ref()?.token_count);
        let counted = counted.reduce(|all, tokens| all + tokens).map(|tokens| tokens as u64);
        let used = answer.usage_metadata.and_then(|used| used.prompt_token_count).or(counted);
        let vectors = vectors.into_iter().map(|vector| vector.values).collect();
        embedding::checked(&self.address, inputs.len(), vectors, used).map_err(|error| reply.describe(error))
    }
}
