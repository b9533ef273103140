use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use moka::future::Cache;
use sha2::{Digest as _, Sha256};

use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, FinishReason};
use crate::error::{Error, Result};
use crate::money::{Cost, Usage, UsageOrigin};

/// A model whose complete answers are kept for a while: the same request is then answered without a call and without cost.
///
/// Errors, refusals, answers that the length limit cut and answers from templates are never kept. A kept answer says who
/// gave it; its usage is [`UsageOrigin::Cached`] without any figure, its cost is zero. A stream is answered from the cache when it can be; one that is
/// not is handed through and not kept, since its reader may leave early.
pub struct Cached<T: ?Sized> {
    inner: Arc<T>,
    replies: Cache<[u8; 32], Arc<ChatReply>>,
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Cached<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl<T: ?Sized> Cached<T> {
    /// Keeps at most so many answers, each at most so long.
    #[must_use]
    pub fn new(inner: Arc<T>, maximum: u64, keep: Duration) -> Self {
        Self { inner, replies: Cache::builder().max_capacity(maximum).time_to_live(keep).build() }
    }
}

impl<T: ChatModel + ?Sized> Cached<T> {
    fn key(&self, request: &ChatRequest) -> Result<[u8; 32]> {
        let request = serde_json::to_vec(request)
            .map_err(|e| Error::invalid("request", "the request cannot be written as JSON").with_source(e))?;
        let address = self.inner.address().to_string();
        Ok(Sha256::new().chain_update(address).chain_update([0]).chain_update(request).finalize().into())
    }

    async fn kept(&self, key: &[u8; 32]) -> Option<ChatReply> {
        let mut reply = (*self.replies.get(key).await?).clone();
        let nothing = Usage { origin: UsageOrigin::Cached, ..Usage::default() };
        (reply.cost, reply.usage, reply.attempts) = (Cost::stated(&nothing), Some(nothing), Vec::new());
        Some(reply)
    }
}

/// A complete answer that a model wrote.
fn is_worth_keeping(reply: &ChatReply) -> bool {
    let complete = matches!(reply.finish, FinishReason::Stop | FinishReason::StopSequence | FinishReason::ToolCalls);
    complete && !reply.degraded && reply.refusal().is_none()
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ChatModel + ?Sized> ChatModel for Cached<T> {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> ChatCapabilities {
        self.inner.capabilities()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let key = self.key(request)?;
        if let Some(reply) = self.kept(&key).await {
            return Ok(reply);
        }
        let reply = self.inner.chat(request).await?;
        if is_worth_keeping(&reply) {
            self.replies.insert(key, Arc::new(reply.clone())).await;
        }
        Ok(reply)
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        match self.kept(&self.key(request)?).await {
            Some(reply) => Ok(ChatStream::from_reply(reply)),
            None => self.inner.stream(request).await,
        }
    }
}
