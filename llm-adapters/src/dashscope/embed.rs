//! Embeddings.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use social_core::embed::{EmbedCapabilities, EmbedRequest, Embeddings};
use social_core::http::Endpoint;
use social_core::make::{Made, Maker};
use social_core::run::Run;
use social_core::{ModelAddress, Result};

use super::client::DashScope;
use crate::shared::embedding;

const PATH: &str = "services/embeddings/text-embedding/text-embedding";

/// An embedding model of DashScope: texts only, at most ten in a request for the newer models. The
/// request's task is the vendor's `text_type`: `query` or `document`. A call is never sent again
/// unless the vendor provably did not take it.
#[derive(Clone, Debug)]
pub struct DashScopeEmbedder {
    endpoint: Endpoint,
    address: ModelAddress,
}

impl DashScope {
    /// An embedding model, by the vendor's own id: `text-embedding-v4`.
    #[must_use]
    pub fn embedder(&self, model: impl Into<String>) -> DashScopeEmbedder {
        DashScopeEmbedder::new(self.endpoint.clone(), ModelAddress::new(self.endpoint.vendor(), model))
    }
}

impl DashScopeEmbedder {
    pub(super) fn new(endpoint: Endpoint, address: ModelAddress) -> Self {
        Self { endpoint, address }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    input: Input<'a>,
    parameters: Parameters<'a>,
}

#[derive(Serialize)]
struct Input<'a> {
    texts: &'a [&'a str],
}

#[derive(Serialize)]
struct Parameters<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    dimension: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_type: Option<&'a str>,
}

#[derive(Deserialize)]
struct Answer {
    output: Output,
    #[serde(default)]
    usage: Option<Used>,
}

#[derive(Deserialize)]
struct Output {
    embeddings: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    text_index: usize,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Used {
    #[serde(default)]
    total_tokens: Option<u64>,
}

#[async_trait]
impl Maker<EmbedRequest> for DashScopeEmbedder {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> EmbedCapabilities {
        EmbedCapabilities::new().with_any_dimension().with_any_task()
    }

    async fn make(&self, run: &Run, request: &EmbedRequest) -> Result<Made<Embeddings>> {
        embedding::durably(self, run, request, || self.ask(request)).await
    }
}

impl DashScopeEmbedder {
    async fn ask(&self, request: &EmbedRequest) -> Result<Made<Embeddings>> {
        let texts = &*embedding::texts(request)?;
        let parameters = Parameters { dimension: request.dimensions, text_type: request.task.as_deref() };
        let body = Body { model: &self.address.model, input: Input { texts }, parameters };
        let reply = self.endpoint.post(PATH)?.operation("embed").json(&body).send().await?;
        let Answer { output: Output { mut embeddings }, usage } = reply.json()?;
        embeddings.sort_by_key(|item| item.text_index);
        let vectors = embeddings.into_iter().map(|item| item.embedding).collect();
        embedding::checked(&self.address, texts.len(), vectors, usage.and_then(|used| used.total_tokens))
            .map_err(|error| reply.describe(error))
    }
}
