//! [`TypedTool`]: a function of the application as a tool.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::tool::{RunTool, ToolAnswer, ToolEffect};
use crate::chat::Tool;
use crate::error::{Effect, Error, Result};

/// A function of the application as a tool. The schema of its arguments is derived from their type;
/// what it returns is told to the model as JSON, a text as it is.
///
/// Arguments that do not fit the type are an error that the model is told; the function is not
/// called.
pub struct TypedTool<A, F> {
    tool: Tool,
    effect: ToolEffect,
    work: F,
    arguments: PhantomData<fn(A)>,
}

impl<A, F> fmt::Debug for TypedTool<A, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedTool").field("name", &self.tool.name).field("effect", &self.effect).finish_non_exhaustive()
    }
}

/// A tool that looks something up, made of a function of its arguments.
#[derive(Clone, Copy, Debug)]
pub struct Reading<W>(W);

/// A tool that acts, made of a function of its arguments and the call's key.
#[derive(Clone, Copy, Debug)]
pub struct Acting<W>(W);

impl<A, W> TypedTool<A, Reading<W>> {
    /// A tool that looks something up.
    pub fn reading<R, Fut>(name: impl Into<String>, description: impl Into<String>, work: W) -> Self
    where
        A: JsonSchema,
        W: Fn(A) -> Fut,
        Fut: Future<Output = Result<R>>,
    {
        Self::new(name.into(), description.into(), ToolEffect::Reads, Reading(work))
    }
}

impl<A, W> TypedTool<A, Acting<W>> {
    /// A tool that changes something. The function is also given a key that is the same in every
    /// process that makes this call; hand it to services that take an idempotency key.
    pub fn acting<R, Fut>(name: impl Into<String>, description: impl Into<String>, work: W) -> Self
    where
        A: JsonSchema,
        W: Fn(A, String) -> Fut,
        Fut: Future<Output = Result<R>>,
    {
        Self::new(name.into(), description.into(), ToolEffect::Acts, Acting(work))
    }
}

impl<A, F> TypedTool<A, F> {
    fn new(name: String, description: String, effect: ToolEffect, work: F) -> Self
    where
        A: JsonSchema,
    {
        let parameters = schemars::schema_for!(A).to_value();
        let tool = Tool { name, description, parameters, strict: false };
        Self { tool, effect, work, arguments: PhantomData }
    }

    fn read(arguments: &Value) -> Result<A>
    where
        A: DeserializeOwned,
    {
        A::deserialize(arguments).map_err(|cause| {
            let message = format!("the arguments do not fit: {cause}");
            Error::invalid("arguments", message).with_effect(Effect::None)
        })
    }
}

fn told(value: &impl Serialize) -> Result<ToolAnswer> {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => Ok(ToolAnswer::new(text)),
        Ok(value) => Ok(ToolAnswer::new(value.to_string())),
        Err(cause) => {
            Err(Error::invalid("result", "what the tool returned cannot be written as JSON").with_source(cause))
        }
    }
}

#[async_trait]
impl<A, W, R, Fut> RunTool for TypedTool<A, Reading<W>>
where
    A: DeserializeOwned + Send,
    W: Fn(A) -> Fut + Send + Sync,
    R: Serialize + Send,
    Fut: Future<Output = Result<R>> + Send,
{
    fn tool(&self) -> &Tool {
        &self.tool
    }
    fn effect(&self) -> ToolEffect {
        self.effect
    }
    async fn call(&self, arguments: &Value, _key: &str) -> Result<ToolAnswer> {
        told(&(self.work.0)(Self::read(arguments)?).await?)
    }
}

#[async_trait]
impl<A, W, R, Fut> RunTool for TypedTool<A, Acting<W>>
where
    A: DeserializeOwned + Send,
    W: Fn(A, String) -> Fut + Send + Sync,
    R: Serialize + Send,
    Fut: Future<Output = Result<R>> + Send,
{
    fn tool(&self) -> &Tool {
        &self.tool
    }
    fn effect(&self) -> ToolEffect {
        self.effect
    }
    async fn call(&self, arguments: &Value, key: &str) -> Result<ToolAnswer> {
        // It has acted, whatever becomes of its words.
        let result = (self.work.0)(Self::read(arguments)?, key.to_owned()).await?;
        told(&result).map_err(|error| error.with_effect(Effect::Unknown))
    }
}
