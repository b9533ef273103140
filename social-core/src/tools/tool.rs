//! What a tool is, and who allows its calls.

use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::chat::{Tool, ToolCall};
use crate::error::Result;
use crate::run::Found;

/// Whether a tool changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolEffect {
    /// It looks something up; it may be called again.
    Reads,
    /// It changes something, costs something, or tells somebody. Each call has to be allowed, and
    /// is made once.
    Acts,
}

/// What a tool answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ToolAnswer {
    /// What the model is told.
    pub content: String,
    /// The tool did its work and says that it failed.
    #[serde(default)]
    pub is_error: bool,
}

impl ToolAnswer {
    /// A success.
    #[must_use]
    pub fn new(content: impl Into<String>) -> Self {
        Self { content: content.into(), is_error: false }
    }

    /// A failure that the model is told.
    #[must_use]
    pub fn failed(content: impl Into<String>) -> Self {
        Self { content: content.into(), is_error: true }
    }
}

/// A tool that can be run.
#[async_trait]
pub trait RunTool: Debug + Send + Sync {
    /// Its name, description and schema for the model.
    fn tool(&self) -> &Tool;

    /// Whether it changes something. A tool about which nothing is known [acts](ToolEffect::Acts).
    fn effect(&self) -> ToolEffect;

    /// Calls it. `key` is the same in every process that makes this call, for services that take an
    /// idempotency key; it is empty for a tool that reads.
    ///
    /// # Errors
    /// What it fails with. Of a tool that acts, [`Error::effect`](crate::Error::effect) decides: a
    /// failure without effect is told to the model, one whose effect is unknown ends the loop.
    async fn call(&self, arguments: &Value, key: &str) -> Result<ToolAnswer>;

    /// Finds out what became of a call of this key whose answer was lost.
    ///
    /// # Errors
    /// What asking fails with; the outcome then stays unknown.
    async fn find(&self, key: &str) -> Result<Found<ToolAnswer>> {
        let _ = key;
        Ok(Found::Unknown)
    }
}

/// A decision about a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ToolDecision {
    /// Make it.
    Allow,
    /// Do not make it; the model is told why.
    Deny(String),
}

/// Who allows calls of tools that act. Each decision is recorded in the run and asked for once.
#[async_trait]
pub trait ToolApprover: Debug + Send + Sync {
    /// Decides about one call, with the very arguments that it will be made with.
    ///
    /// # Errors
    /// What asking fails with; the loop ends, and the same run asks again later.
    async fn decide(&self, tool: &Tool, call: &ToolCall) -> Result<ToolDecision>;
}

/// Allows the tools of these names, and no other.
#[derive(Clone, Debug)]
pub struct AllowTools(Vec<String>);

impl AllowTools {
    /// Allows every call of these tools.
    #[must_use]
    pub fn named<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

#[async_trait]
impl ToolApprover for AllowTools {
    async fn decide(&self, tool: &Tool, _call: &ToolCall) -> Result<ToolDecision> {
        if self.0.contains(&tool.name) {
            return Ok(ToolDecision::Allow);
        }
        Ok(ToolDecision::Deny(format!("`{}` is not on the list of tools that may act", tool.name)))
    }
}
