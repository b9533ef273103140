//! [`Limited`]: a model or an account that is called no more often than a limiter allows.

#[cfg(feature = "publish")]
mod publisher;

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::task::Poll;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};

use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
use crate::error::{ErrorKind, Result};
use crate::make::{Made, MakeRequest, Maker};
use crate::run::Run;
use crate::wrap::limiter::{Limiter, Permit};

/// A model or a publisher that is called no more often than a [`Limiter`] allows. When the vendor
/// refuses a call for its rate and names a wait, all who share the limiter's key keep to it.
///
/// The key is the model's address or the account's [key](crate::AccountKey); what shares an
/// allowance is given the same key. Of a publisher, posts are limited; one that is out already is
/// answered with its receipt and uses nothing up.
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

    /// Uses this key: the vendor's name, an application.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    async fn call<R>(
        &self,
        key: &(impl ToString + Sync),
        vendor: &str,
        work: impl Future<Output = Result<R>> + Send,
    ) -> Result<(R, Permit)> {
        let key = self.key.clone().unwrap_or_else(|| key.to_string());
        let permit = self.limiter.admit(&key).await.map_err(|error| error.with_vendor(vendor.to_owned()))?;
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
        self.call(self.address(), self.address().vendor.as_str(), self.inner.chat(request))
            .await
            .map(|(reply, _)| reply)
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let (stream, permit) =
            self.call(self.address(), self.address().vendor.as_str(), self.inner.stream(request)).await?;
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

    fn accept(&self, request: &R) -> Result<()> {
        self.inner.accept(request)
    }

    async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>> {
        self.call(self.address(), self.address().vendor.as_str(), self.inner.make(run, request))
            .await
            .map(|(made, _)| made)
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.inner.cancel(run).await
    }

    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        self.inner.remove(run, made).await
    }
}
