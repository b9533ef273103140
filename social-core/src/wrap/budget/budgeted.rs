//! [`Budgeted`]: a model that is paid from a budget.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::metered::Metered;
use super::{Budget, Reservation};
use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
use crate::clock::{Clock, Timestamp, system_clock};
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::make::{Made, MakeCapabilities as _, MakeRequest, Maker};
use crate::money::{Attempt, Cost, MicroDollars, PriceTable, Usage};
use crate::run::Run;
use crate::wrap::Priced;

/// A model whose calls are paid from a [`Budget`].
///
/// A model without a price is refused: its cost could not be kept within the budget. Models that
/// are not billed pass freely.
///
/// Around a [`Fallback`](crate::wrap::Fallback) it reserves at the price of the first member, and
/// settles what the answer cost at the price of whoever gave it, and every attempt before it; an
/// attempt that may be billed and does not say for what counts as the estimate. To reserve each
/// member at its own price, put a `Budgeted` around each member instead. An answer from a
/// [`Cached`](crate::wrap::Cached) costs nothing.
pub struct Budgeted<T: ?Sized> {
    inner: Arc<T>,
    budget: Budget,
    prices: Arc<PriceTable>,
    clock: Arc<dyn Clock>,
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Budgeted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budgeted").field("inner", &self.inner).field("budget", &self.budget).finish_non_exhaustive()
    }
}

impl<T: ?Sized> Budgeted<T> {
    /// Pays the model's calls from this budget, at these prices.
    #[must_use]
    pub fn new(inner: Arc<T>, budget: Budget, prices: Arc<PriceTable>) -> Self {
        Self { inner, budget, prices, clock: system_clock() }
    }

    /// Replaces the clock, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    fn priced(&self) -> Priced<T> {
        Priced::new(self.inner.clone(), self.prices.clone()).with_clock(self.clock.clone())
    }

    /// The maximum that a call may cost; `None` for one that is not billed.
    fn estimate(
        &self,
        address: &ModelAddress,
        paid: bool,
        maximum: &Usage,
        at: Timestamp,
    ) -> Result<Option<MicroDollars>> {
        if !paid {
            return Ok(None);
        }
        let estimate = self.prices.maximum(address, maximum, at);
        estimate.map(Some).ok_or_else(|| {
            let message =
                format!("no price is known for {address}, so its budget cannot be kept; add one to the price table");
            Error::new(ErrorKind::OverBudget, message).with_field("budget").with_effect(Effect::None)
        })
    }

    async fn reserve(
        &self,
        address: &ModelAddress,
        can: &ChatCapabilities,
        request: &ChatRequest,
    ) -> Result<Option<Reservation>> {
        match self.estimate(address, can.paid, &can.estimate(request), self.clock.now())? {
            Some(estimate) => self.budget.reserve(estimate).await.map(Some),
            None => Ok(None),
        }
    }

    /// Settles what an answer and the attempts before it took.
    fn settle(reservation: Option<Reservation>, cost: Option<&Cost>, attempts: &[Attempt]) {
        if let Some(reservation) = reservation {
            let before = attempts.iter().fold(MicroDollars(0), |all, attempt| all + reservation.share_of(attempt));
            reservation.settle_with(before, cost);
        }
    }

    fn fail(&self, address: &ModelAddress, at: Timestamp, reservation: Option<Reservation>, error: Error) -> Error {
        if let Some(reservation) = reservation {
            reservation.settle_attempts(&self.prices, at, MicroDollars(0), Attempt::all(address, &error));
        }
        error
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ChatModel + ?Sized> ChatModel for Budgeted<T> {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> ChatCapabilities {
        self.inner.capabilities()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let reservation = self.reserve(self.address(), &self.capabilities(), request).await?;
        match self.priced().chat(request).await {
            Ok(reply) => {
                Self::settle(reservation, reply.cost.as_ref(), &reply.attempts);
                Ok(reply)
            }
            Err(error) => Err(self.fail(self.address(), self.clock.now(), reservation, error)),
        }
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let reservation = self.reserve(self.address(), &self.capabilities(), request).await?;
        match self.priced().stream(request).await {
            Ok(stream) => {
                let (address, prices, clock) = (stream.address().clone(), self.prices.clone(), self.clock.clone());
                let (before, input_bytes) = (MicroDollars(0), request.input_bytes());
                Ok(ChatStream::new(address, Metered { stream, reservation, prices, clock, before, input_bytes }))
            }
            Err(error) => Err(self.fail(self.address(), self.clock.now(), reservation, error)),
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<R: MakeRequest, T: Maker<R> + ?Sized> Maker<R> for Budgeted<T> {
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
        let (paid, clock) = (self.capabilities().paid(), run.clock());
        let reservation = match self.estimate(self.address(), paid, &request.estimate(), clock.now())? {
            Some(estimate) => Some(self.budget.reserve(estimate).await?),
            None => None,
        };
        match self.priced().make(run, request).await {
            Ok(made) => {
                Self::settle(reservation, made.cost.as_ref(), &made.attempts);
                Ok(made)
            }
            Err(error) => Err(self.fail(self.address(), clock.now(), reservation, error)),
        }
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.inner.cancel(run).await
    }

    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        self.inner.remove(run, made).await
    }
}
