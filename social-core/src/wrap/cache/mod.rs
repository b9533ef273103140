//! Answers that are kept for a while.

#[cfg(feature = "cache")]
mod memory;

use std::fmt::{self, Debug};
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

#[cfg(feature = "cache")]
pub use memory::MemoryCache;

use crate::ModelAddress;
use crate::canonical::{self, Canonical, Digest};
use crate::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, FinishReason};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::make::{self, Made, MakeRequest, Maker};
use crate::media::Media;
use crate::money::{Attempt, Cost, Usage, UsageOrigin};
use crate::run::Run;

/// Keeps answers for a while: [`MemoryCache`], or a cache that several processes share. How long is
/// the store's business.
#[async_trait]
pub trait CacheStore: Debug + Send + Sync {
    /// What is kept under a key.
    ///
    /// # Errors
    /// What the store fails with; the model is then asked.
    async fn get(&self, key: &Digest) -> Result<Option<Vec<u8>>>;

    /// Keeps something under a key.
    ///
    /// # Errors
    /// What the store fails with; the answer is handed out all the same.
    async fn put(&self, key: &Digest, value: Vec<u8>) -> Result<()>;
}

/// A model whose complete answers are kept for a while: the same request is then answered without a
/// call and without cost.
///
/// Requests are the same when every option is the same and every file has the same bytes: another
/// image under the same path is another request. Errors, refusals, answers that the length limit
/// cut and answers from templates are never kept. A kept answer says who gave it; its usage is
/// [`UsageOrigin::Cached`] without any figure, its cost is zero. A stream is answered from the
/// cache when it can be; one that is not is handed through and not kept, since its reader may leave
/// early.
///
/// What a maker made is kept as long as its files are there: an image that was removed, or an
/// address that has expired, is made again. A run that got a kept result keeps it.
pub struct Cached<T: ?Sized> {
    inner: Arc<T>,
    store: Arc<dyn CacheStore>,
}

impl<T: Debug + ?Sized> Debug for Cached<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached").field("inner", &self.inner).field("store", &self.store).finish()
    }
}

/// The largest answer that is kept, in bytes: files in memory are part of it.
const LARGEST: usize = 4 << 20;

impl<T: ?Sized> Cached<T> {
    /// Keeps answers in this store.
    #[must_use]
    pub fn new(inner: Arc<T>, store: Arc<dyn CacheStore>) -> Self {
        Self { inner, store }
    }

    async fn kept<V: DeserializeOwned>(&self, key: &Digest) -> Option<V> {
        let kept = self.store.get(key).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the cache cannot be read");
            None
        })?;
        // What another version kept is made again.
        serde_json::from_slice(&kept).ok()
    }

    async fn keep(&self, key: &Digest, value: &impl Serialize) {
        let kept = match serde_json::to_vec(value) {
            Ok(kept) if kept.len() <= LARGEST => self.store.put(key, kept).await,
            Ok(_) => Ok(()),
            Err(error) => Err(Error::invalid("value", "it cannot be written as JSON").with_source(error)),
        };
        if let Err(error) = kept {
            tracing::warn!(%error, "the cache cannot be written");
        }
    }
}

/// What a kept answer used and cost.
fn nothing() -> (Option<Usage>, Option<Cost>, Vec<Attempt>) {
    let nothing = Usage { origin: UsageOrigin::Cached, ..Usage::default() };
    let cost = Cost::stated(&nothing);
    (Some(nothing), cost, Vec::new())
}

/// The key of a chat. From which prompt it was made is not sent, so it makes no difference.
async fn key_of(address: &ModelAddress, request: &ChatRequest) -> Result<Digest> {
    let request = ChatRequest { prompt: None, ..request.clone() };
    canonical::digest(&("chat", address, request)).await
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
        let key = key_of(self.address(), request).await?;
        if let Some(mut reply) = self.kept::<ChatReply>(&key).await {
            (reply.usage, reply.cost, reply.attempts) = nothing();
            return Ok(reply);
        }
        let reply = self.inner.chat(request).await?;
        if is_worth_keeping(&reply) {
            self.keep(&key, &reply).await;
        }
        Ok(reply)
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        match self.kept::<ChatReply>(&key_of(self.address(), request).await?).await {
            Some(mut reply) => {
                (reply.usage, reply.cost, reply.attempts) = nothing();
                Ok(ChatStream::from_reply(reply))
            }
            None => self.inner.stream(request).await,
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<R: MakeRequest, T: Maker<R> + ?Sized> Maker<R> for Cached<T> {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> R::Capabilities {
        self.inner.capabilities()
    }

    fn accept(&self, request: &R) -> Result<()> {
        self.inner.accept(request)
    }

    async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>> {
        make::begin(self, run, request).await?;
        if let Some(made) = run.result("cached").await? {
            return Ok(made);
        }
        let key = canonical::digest(&(R::NAME, self.address(), request)).await?;
        if let Some(mut made) = self.kept::<Made<R::Output>>(&key).await
            && is_there(&made.value, run.clock().now()).await
        {
            (made.usage, made.cost, made.attempts) = nothing();
            return run.step("cached", || async { Ok(made) }).await;
        }
        let made = self.inner.make(run, request).await?;
        self.keep(&key, &made).await;
        Ok(made)
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.inner.cancel(run).await
    }

    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        self.inner.remove(run, made).await
    }
}

/// Whether the files of a result are still there.
async fn is_there(value: &impl Serialize, now: Timestamp) -> bool {
    let Ok(form) = Canonical::of(value) else { return false };
    for media in form.media() {
        let there = match media {
            Media::Remote(remote) => remote.is_usable_at(now),
            local => local.info().await.is_ok(),
        };
        if !there {
            return false;
        }
    }
    true
}
