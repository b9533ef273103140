//! [`Limited`]: a model that is called no more often than a limiter allows.

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::task::Poll;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};

use super::limiter::{Limiter, Permit};
use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
use crate::error::{ErrorKind, Result};
use crate::make::{Made, MakeRequest, Maker};
use crate::run::Run;

/// A model that is called no more often than a [`Limiter`] allows. When the vendor refuses a call
/// for its rate and names a wait, all who share the limiter's key keep to it.
///
/// The key is the model's address; models that share an allowance are given the same key.
pub struct Limited<T: ?Sized> {
    inner: Arc<T>,
    limiter: Arc<dyn Limiter>,
    key: Option<String>,
}

impl<T: Debug + ?Sized> Debug for Limited<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limited").field("inner", &self.inner).field("limiter", &self.limiter).finish_non_exhaustive()
    }
}

impl<T: ?Sized> Limited<T> {
    /// Lets the limiter decide when the model is called.
    #[must_use]
    pub fn new(inner: Arc<T>, limiter: Arc<dyn Limiter>) -> Self {
        Self { inner, limiter, key: None }
    }

    /// Uses this key: the vendor's name, an account.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    async fn call<R>(
        &self,
        address: &ModelAddress,
        work: impl Future<Output = Result<R>> + Send,
    ) -> Result<(R, Permit)> {
        let key = self.key.clone().unwrap_or_else(|| address.to_string());
        let permit = self.limiter.admit(&key).await.map_err(|error| error.with_vendor(&address.vendor))?;
        let result = work.await;
        if let Err(error) = &result
            && error.kind() == ErrorKind::RateLimited
            && let Some(wait) = error.wait()
        {
            self.limiter.hold(&key, wait).await;
        }
        Ok((result?, permit))
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ChatModel + ?Sized> ChatModel for Limited<T> {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> ChatCapabilities {
        self.inner.capabilities()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        self.call(self.address(), self.inner.chat(request)).await.map(|(reply, _)| reply)
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let (stream, permit) = self.call(self.address(), self.inner.stream(request)).await?;
        if permit.is_free() {
            return Ok(stream);
        }
        // The call is over when the stream is.
        let address = stream.address().clone();
        let held = stream.chain(stream::poll_fn(move |_| {
            let _held = &permit;
            Poll::Ready(None)
        }));
        Ok(ChatStream::new(address, held))
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<R: MakeRequest, T: Maker<R> + ?Sized> Maker<R> for Limited<T> {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> R::Capabilities {
        self.inner.capabilities()
    }

    async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>> {
        self.call(self.address(), self.inner.make(run, request)).await.map(|(made, _)| made)
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.inner.cancel(run).await
    }

    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        self.inner.remove(run, made).await
    }
}
