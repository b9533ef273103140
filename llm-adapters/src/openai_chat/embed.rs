//! Embeddings.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use social_core::embed::{EmbedCapabilities, EmbedRequest, Embeddings};
use social_core::http::Repeat;
use social_core::make::{Condition, Made, Maker, Test};
use social_core::run::Run;
use social_core::{ModelAddress, Result};

use super::client::Compatible;
use super::dialect::{Quirks, VectorLength};
use crate::shared::embedding;

/// An embedding model behind OpenAI's dialect: texts only. As with chats, a paid call is not sent
/// again unless the vendor provably did not take it.
///
/// ```no_run
/// use llm_adapters::openai_chat::{Compatible, Dialect};
/// use social_core::embed::EmbedRequest;
/// use social_core::make::Maker as _;
/// use social_core::run::Run;
///
/// # async fn example() -> social_core::Result<()> {
/// let embedder = Compatible::from_env(Dialect::OPENAI)?.embedder("text-embedding-3-small");
/// let request = EmbedRequest::texts(["ravioli", "pasta"]).with_dimensions(256);
/// let all = embedder.make(&Run::ephemeral(), &request).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CompatibleEmbedder {
    client: Compatible,
    address: ModelAddress,
    encoding: &'static str,
}

impl Compatible {
    /// An embedding model of this vendor, by the vendor's own id.
    #[must_use]
    pub fn embedder(&self, model: impl Into<String>) -> CompatibleEmbedder {
        CompatibleEmbedder::new(self.clone(), ModelAddress::new(self.endpoint.vendor(), model))
    }
}

impl CompatibleEmbedder {
    pub(super) fn new(client: Compatible, address: ModelAddress) -> Self {
        Self { client, address, encoding: "float" }
    }

    /// Asks for vectors as base64, which is a quarter of the size. Not every vendor of the dialect
    /// can.
    #[must_use]
    pub fn packed(mut self) -> Self {
        self.encoding = "base64";
        self
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    input: &'a [&'a str],
    encoding_format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dimension: Option<u32>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Item>,
    #[serde(default)]
    usage: Option<Used>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    index: usize,
    #[serde(deserialize_with = "vector")]
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Used {
    #[serde(default)]
    prompt_tokens: Option<u64>,
}

/// A list of numbers, or base64 of little-endian `f32`s.
fn vector<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        Numbers(Vec<f32>),
        Packed(String),
    }
    let text = match Form::deserialize(deserializer)? {
        Form::Numbers(numbers) => return Ok(numbers),
        Form::Packed(text) => text,
    };
    let bytes = STANDARD.decode(text).map_err(D::Error::custom)?;
    let (numbers, rest) = bytes.as_chunks();
    if !rest.is_empty() {
        return Err(D::Error::custom("a packed vector has a broken number"));
    }
    Ok(numbers.iter().map(|number| f32::from_le_bytes(*number)).collect())
}

#[async_trait]
impl Maker<EmbedRequest> for CompatibleEmbedder {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> EmbedCapabilities {
        let Quirks { embeddings, vector_length, .. } = self.client.dialect.quirks;
        let can = EmbedCapabilities::new().with_paid(self.client.repeat() == Repeat::Never);
        let can = if vector_length == VectorLength::Unsupported { can } else { can.with_any_dimension() };
        if embeddings {
            return can;
        }
        can.with_condition(Condition::that("inputs", Test::Unset).because("this vendor has no embeddings"))
    }

    async fn make(&self, run: &Run, request: &EmbedRequest) -> Result<Made<Embeddings>> {
        embedding::durably(self, run, request, || self.ask(request)).await
    }
}

impl CompatibleEmbedder {
    async fn ask(&self, request: &EmbedRequest) -> Result<Made<Embeddings>> {
        let vector_length = self.client.dialect.quirks.vector_length;
        let input = &*embedding::texts(request)?;
        let body = Body {
            model: &self.address.model,
            input,
            encoding_format: self.encoding,
            dimensions: request.dimensions.filter(|_| vector_length == VectorLength::Dimensions),
            output_dimension: request.dimensions.filter(|_| vector_length == VectorLength::OutputDimension),
        };
        let call = self
            .client
            .endpoint
            .post("embeddings")?
            .operation("embed")
            .model(&self.address.model)
            .repeat(self.client.repeat());
        let reply = call.json(&body).send().await?;
        let Answer { mut data, usage } = reply.json()?;
        data.sort_by_key(|item| item.index);
        let vectors = data.into_iter().map(|item| item.embedding).collect();
        embedding::checked(&self.address, input.len(), vectors, usage.and_then(|used| used.prompt_tokens))
            .map_err(|error| reply.describe(error))
    }
}
