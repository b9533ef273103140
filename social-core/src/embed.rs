//! Turning text and images into vectors.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::ModelAddress;
use crate::error::Result;
use crate::media::Media;
use crate::money::Usage;

/// One thing to embed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EmbedInput {
    /// Text.
    Text(String),
    /// An image.
    Image(Media),
}

/// What to embed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EmbedRequest {
    /// The things, in order.
    pub inputs: Vec<EmbedInput>,
    /// Numbers per vector, where the model offers a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<u32>,
    /// The vendor's word for what the vectors are for, for instance `RETRIEVAL_QUERY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
}

impl EmbedRequest {
    /// Texts.
    #[must_use]
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self { inputs: texts.into_iter().map(|t| EmbedInput::Text(t.into())).collect(), ..Self::default() }
    }

    /// Sets the numbers per vector.
    #[must_use]
    pub fn with_dimensions(mut self, dimensions: u32) -> Self {
        self.dimensions = Some(dimensions);
        self
    }

    /// Says what the vectors are for.
    #[must_use]
    pub fn with_task(mut self, task: impl Into<String>) -> Self {
        self.task = Some(task.into());
        self
    }
}

/// One vector per input, in the request's order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Embeddings {
    /// Who made them. Vectors of different models cannot be compared.
    pub address: ModelAddress,
    /// The vectors.
    pub vectors: Vec<Vec<f32>>,
    /// What was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

impl Embeddings {
    /// Vectors of a model.
    #[must_use]
    pub fn new(address: ModelAddress, vectors: Vec<Vec<f32>>) -> Self {
        Self { address, vectors, usage: None }
    }
}

/// Turns things into vectors.
///
/// # Contract
/// As many vectors as inputs, all of one length, or an error.
#[async_trait]
pub trait Embedder: Debug + Send + Sync {
    /// The vendor and the model.
    fn address(&self) -> &ModelAddress;

    /// Embeds.
    ///
    /// # Errors
    /// The kinds of the HTTP path; [`Unsupported`](crate::ErrorKind::Unsupported) for an input of a kind that the model
    /// does not read.
    async fn embed(&self, request: &EmbedRequest) -> Result<Embeddings>;
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: Embedder + ?Sized> Embedder for Arc<T> {
    fn address(&self) -> &ModelAddress {
        (**self).address()
    }

    async fn embed(&self, request: &EmbedRequest) -> Result<Embeddings> {
        (**self).embed(request).await
    }
}
