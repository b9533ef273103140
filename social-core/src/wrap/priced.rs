//! Saying what calls cost.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::budget::Metered;
use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
use crate::error::Result;
use crate::make::{Made, MakeCapabilities as _, MakeRequest, Maker};
use crate::money::PriceTable;
use crate::run::Run;

/// A model whose answers say what they cost, and whose capabilities say its price.
///
/// A cost that the answer has already stays. Models that are not billed are left as they are. It belongs around each model,
/// inside of a choice of several.
///
/// ```
/// use std::sync::Arc;
///
/// use social_core::chat::ChatModel;
/// use social_core::money::PriceTable;
/// use social_core::wrap::Priced;
///
/// # fn price(model: Arc<dyn ChatModel>, prices: Arc<PriceTable>) -> Arc<dyn ChatModel> {
/// Arc::new(Priced::new(model, prices))
/// # }
/// ```
pub struct Priced<T: ?Sized> {
    inner: Arc<T>,
    prices: Arc<PriceTable>,
}

impl<T: ?Sized> Priced<T> {
    /// Prices the model's calls by this table.
    #[must_use]
    pub fn new(inner: Arc<T>, prices: Arc<PriceTable>) -> Self {
        Self { inner, prices }
    }
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Priced<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Priced").field("inner", &self.inner).finish_non_exhaustive()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ChatModel + ?Sized> ChatModel for Priced<T> {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> ChatCapabilities {
        let mut can = self.inner.capabilities();
        if can.paid && can.price.is_none() {
            can.price = self.prices.price(self.address()).cloned().map(Box::new);
        }
        can
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let mut reply = self.inner.chat(request).await?;
        let usage = reply.usage.as_ref();
        reply.cost = reply.cost.or_else(|| self.prices.cost(&reply.address, usage?));
        Ok(reply)
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let stream = self.inner.stream(request).await?;
        let address = stream.address().clone();
        Ok(ChatStream::new(address, Metered::priced(stream, self.prices.clone())))
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<R: MakeRequest, T: Maker<R> + ?Sized> Maker<R> for Priced<T> {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> R::Capabilities {
        let can = self.inner.capabilities();
        match self.prices.price(self.address()) {
            Some(price) if can.paid() && can.price().is_none() => can.with_price(price.clone()),
            _ => can,
        }
    }

    async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>> {
        let mut made = self.inner.make(run, request).await?;
        let usage = made.usage.as_ref();
        made.cost = made.cost.or_else(|| self.prices.cost(&made.address, usage?));
        Ok(made)
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.inner.cancel(run).await
    }

    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        self.inner.remove(run, made).await
    }
}
