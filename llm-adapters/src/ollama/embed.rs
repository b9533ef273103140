//! Embeddings.

use async_trait::async_trait;
use serde::Serialize;
use social_core::embed::{EmbedCapabilities, EmbedRequest, Embeddings};
use social_core::http::Repeat;
use social_core::make::{Made, Maker};
use social_core::run::Run;
use social_core::{ModelAddress, Result};

use super::client::Ollama;
use super::wire;
use crate::shared::embedding;

/// An embedding model of an Ollama server: texts only. A text that is longer than the model's
/// window is refused.
#[derive(Clone, Debug)]
pub struct OllamaEmbedder {
    client: Ollama,
    address: ModelAddress,
}

impl Ollama {
    /// An embedding model, by its name on the server.
    #[must_use]
    pub fn embedder(&self, model: impl Into<String>) -> OllamaEmbedder {
        OllamaEmbedder::new(self.clone(), ModelAddress::new(self.endpoint.vendor(), model))
    }
}

impl OllamaEmbedder {
    pub(super) fn new(client: Ollama, address: ModelAddress) -> Self {
        Self { client, address }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    input: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<u32>,
    /// The server would cut long texts without a word.
    truncate: bool,
}

#[async_trait]
impl Maker<EmbedRequest> for OllamaEmbedder {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> EmbedCapabilities {
        EmbedCapabilities::new().with_any_dimension().with_paid(self.client.repeat() == Repeat::Never)
    }

    async fn make(&self, run: &Run, request: &EmbedRequest) -> Result<Made<Embeddings>> {
        embedding::durably(self, run, request, || self.ask(request)).await
    }
}

impl OllamaEmbedder {
    async fn ask(&self, request: &EmbedRequest) -> Result<Made<Embeddings>> {
        let input = &*embedding::texts(request)?;
        let body = Body { model: &self.address.model, input, dimensions: request.dimensions, truncate: false };
        let call = self
            .client
            .endpoint
            .post("api/embed")?
            .operation("embed")
            .model(&self.address.model)
            .repeat(self.client.repeat());
        let reply = call.json(&body).send().await?;
        let wire::Vectors { embeddings, prompt_eval_count } = reply.json()?;
        embedding::checked(&self.address, input.len(), embeddings, prompt_eval_count)
            .map_err(|error| reply.describe(error))
    }
}
