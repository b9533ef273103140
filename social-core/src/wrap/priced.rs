//! [`Priced`]: a model whose answers say what they cost.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
use crate::clock::{Clock, Timestamp, system_clock};
use crate::error::Result;
use crate::make::{Made, MakeCapabilities as _, MakeRequest, Maker};
use crate::money::PriceTable;
use crate::run::Run;

/// A model whose answers say what they cost, by a table of prices. It limits nothing; a
/// [`Budgeted`](super::Budgeted) does.
///
/// Its capabilities say the price. What the vendor reports itself is left as it is. An answer that
/// says what it used and has no price keeps no cost.
pub struct Priced<T: ?Sized> {
    inner: Arc<T>,
    prices: Arc<PriceTable>,
    clock: Arc<dyn Clock>,
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Priced<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Priced").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl<T: ?Sized> Priced<T> {
    /// Prices the model's answers by this table.
    #[must_use]
    pub fn new(inner: Arc<T>, prices: Arc<PriceTable>) -> Self {
        Self { inner, prices, clock: system_clock() }
    }

    /// Replaces the clock, for tests. Prices may depend on the day.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

/// Says in a result what it and the attempts before it cost.
pub(crate) fn price<R: MakeRequest>(prices: &PriceTable, at: Timestamp, request: &R, made: &mut Made<R::Output>) {
    if let Some(usage) = &mut made.usage {
        usage.assume_terms(request.estimate());
        let address = &made.address;
        if made.cost.is_none() {
            made.cost = R::price(&mut made.value, &|usage| prices.cost(address, usage, at));
        }
        if made.cost.is_none() {
            made.cost = prices.cost(address, usage, at);
        }
    }
    made.attempts.iter_mut().for_each(|attempt| prices.price_attempt(attempt, at));
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
        let now = self.clock.now();
        if reply.cost.is_none() {
            reply.cost = reply.usage.as_ref().and_then(|usage| self.prices.cost(&reply.address, usage, now));
        }
        reply.attempts.iter_mut().for_each(|attempt| self.prices.price_attempt(attempt, now));
        Ok(reply)
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        Ok(self.inner.stream(request).await?.with_prices(self.prices.clone(), self.clock.clone()))
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

    fn accept(&self, request: &R) -> Result<()> {
        self.inner.accept(request)
    }

    async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>> {
        let mut made = self.inner.make(run, request).await?;
        price(&self.prices, run.clock().now(), request, &mut made);
        Ok(made)
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.inner.cancel(run).await
    }

    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        self.inner.remove(run, made).await
    }
}
