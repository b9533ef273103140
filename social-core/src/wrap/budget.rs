use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use async_trait::async_trait;
use futures_core::Stream;

use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatEvent, ChatModel, ChatReply, ChatRequest, ChatStream};
use crate::error::{Error, ErrorKind, Result};
use crate::make::{Made, MakeCapabilities as _, MakeRequest, Maker};
use crate::money::{Attempt, Cost, MicroDollars, Price, PriceTable, Usage, UsageOrigin};
use crate::run::Run;

/// Money that may be spent, shared by everything that spends it.
///
/// An estimate is reserved before a paid call and settled after it. What a call cost is unknown when it may have been
/// billed without telling: its estimate then counts as spent.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Mutex<Ledger>>);

#[derive(Debug)]
struct Ledger {
    limit: MicroDollars,
    spent: MicroDollars,
    reserved: MicroDollars,
}

impl Budget {
    /// A budget of this much.
    #[must_use]
    pub fn new(limit: MicroDollars) -> Self {
        Self(Arc::new(Mutex::new(Ledger { limit, spent: MicroDollars(0), reserved: MicroDollars(0) })))
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        // The figures are whole after every statement, so a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was spent.
    #[must_use]
    pub fn spent(&self) -> MicroDollars {
        self.ledger().spent
    }

    /// What can still be reserved.
    #[must_use]
    pub fn left(&self) -> MicroDollars {
        let ledger = self.ledger();
        MicroDollars(ledger.limit.0.saturating_sub(ledger.spent.0 + ledger.reserved.0))
    }

    /// Counts money that was spent before, for instance by an earlier process of the same run.
    pub fn record(&self, amount: MicroDollars) {
        self.ledger().spent += amount;
    }

    /// Sets money aside for a call.
    ///
    /// # Errors
    /// [`OverBudget`](ErrorKind::OverBudget) when less is left.
    pub fn reserve(&self, estimate: MicroDollars) -> Result<Reservation> {
        let left = self.left();
        if estimate > left {
            return Err(Error::new(
                ErrorKind::OverBudget,
                format!("the call may cost {estimate}, but only {left} of the budget is left"),
            )
            .with_field("budget"));
        }
        self.ledger().reserved += estimate;
        Ok(Reservation { budget: self.clone(), estimate: Some(estimate) })
    }
}

/// Money set aside for one call. Dropped without a word, it counts as spent.
#[derive(Debug)]
#[must_use]
pub struct Reservation {
    budget: Budget,
    estimate: Option<MicroDollars>,
}

impl Reservation {
    /// The call cost this much; without a figure, its estimate.
    pub fn settle(mut self, cost: Option<MicroDollars>) {
        self.close(cost);
    }

    /// The call provably cost nothing.
    pub fn release(mut self) {
        self.close(Some(MicroDollars(0)));
    }

    /// What an attempt took of it: its cost, or the estimate when that is not known.
    fn share_of(&self, attempt: &Attempt) -> MicroDollars {
        match (&attempt.cost, attempt.may_be_billed()) {
            (Some(cost), _) => cost.amount,
            (None, true) => self.estimate.unwrap_or_default(),
            (None, false) => MicroDollars(0),
        }
    }

    /// The answer cost this much, and the attempts before it so much.
    fn settle_with(self, before: MicroDollars, cost: Option<&Cost>) {
        let answer = cost.map(|cost| cost.amount).or(self.estimate);
        self.settle(answer.map(|answer| before + answer));
    }

    /// Nobody answered: the attempts took what they took.
    fn settle_attempts(self, prices: &PriceTable, before: MicroDollars, mut attempts: Vec<Attempt>) {
        attempts.iter_mut().for_each(|attempt| prices.price_attempt(attempt));
        let took = attempts.iter().fold(before, |all, attempt| all + self.share_of(attempt));
        self.settle(Some(took));
    }

    fn close(&mut self, cost: Option<MicroDollars>) {
        if let Some(estimate) = self.estimate.take() {
            let mut ledger = self.budget.ledger();
            ledger.reserved = MicroDollars(ledger.reserved.0.saturating_sub(estimate.0));
            ledger.spent += cost.unwrap_or(estimate);
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.close(None);
    }
}

/// A model whose calls are paid from a [`Budget`].
///
/// A model without a price is refused: a budget that cannot be kept is none. Models that are not billed pass freely.
///
/// Around a [`Fallback`](super::Fallback) it reserves at the price of the first member, and settles what the answer cost at
/// the price of whoever gave it, and every attempt before it; an attempt that may be billed and does not say for what
/// counts as the estimate. To reserve each member at its own price, put a `Budgeted` around each member instead. An answer
/// from a [`Cached`](super::Cached) costs nothing.
pub struct Budgeted<T: ?Sized> {
    inner: Arc<T>,
    budget: Budget,
    prices: Arc<PriceTable>,
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Budgeted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budgeted").field("inner", &self.inner).field("budget", &self.budget).finish_non_exhaustive()
    }
}

/// What a call made, as far as it is paid for.
struct Paid<'a> {
    address: &'a ModelAddress,
    usage: Option<&'a Usage>,
    cost: &'a mut Option<Cost>,
    attempts: &'a mut [Attempt],
}

macro_rules! paid {
    ($made:ident) => {
        Paid {
            address: &$made.address,
            usage: $made.usage.as_ref(),
            cost: &mut $made.cost,
            attempts: &mut $made.attempts,
        }
    };
}

impl<T: ?Sized> Budgeted<T> {
    /// Pays the model's calls from this budget, at these prices.
    #[must_use]
    pub fn new(inner: Arc<T>, budget: Budget, prices: Arc<PriceTable>) -> Self {
        Self { inner, budget, prices }
    }

    fn reserve(
        &self,
        address: &ModelAddress,
        paid: bool,
        own: Option<&Price>,
        maximum: &Usage,
    ) -> Result<Option<Reservation>> {
        if !paid {
            return Ok(None);
        }
        let price = self.prices.price(address).or(own);
        let estimate = price.and_then(|price| price.cost_at_most(maximum)).ok_or_else(|| {
            Error::new(
                ErrorKind::OverBudget,
                format!("no price is known for {address}, so its budget cannot be kept; add one to the price table"),
            )
            .with_field("budget")
        })?;
        self.budget.reserve(estimate).map(Some)
    }

    fn settle(&self, reservation: Option<Reservation>, made: Paid<'_>) {
        let Paid { address, usage, cost, attempts } = made;
        if cost.is_none() {
            *cost = usage.and_then(|usage| self.prices.cost(address, usage));
        }
        attempts.iter_mut().for_each(|attempt| self.prices.price_attempt(attempt));
        if let Some(reservation) = reservation {
            let before = attempts.iter().fold(MicroDollars(0), |all, attempt| all + reservation.share_of(attempt));
            reservation.settle_with(before, cost.as_ref());
        }
    }

    fn fail(&self, address: &ModelAddress, reservation: Option<Reservation>, error: Error) -> Error {
        if let Some(reservation) = reservation {
            reservation.settle_attempts(&self.prices, MicroDollars(0), Attempt::all(address, &error));
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
        let can = self.inner.capabilities();
        let reservation = self.reserve(self.address(), can.paid, can.price.as_deref(), &request.estimate())?;
        match self.inner.chat(request).await {
            Ok(mut reply) => {
                self.settle(reservation, paid!(reply));
                Ok(reply)
            }
            Err(error) => Err(self.fail(self.address(), reservation, error)),
        }
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let can = self.inner.capabilities();
        let reservation = self.reserve(self.address(), can.paid, can.price.as_deref(), &request.estimate())?;
        match self.inner.stream(request).await {
            Ok(stream) => {
                let (address, prices) = (stream.address().clone(), self.prices.clone());
                let (before, input_bytes) = (MicroDollars(0), request.input_bytes());
                let metered = Metered { stream, reservation, prices, before, cost: None, input_bytes };
                Ok(ChatStream::new(address, metered))
            }
            Err(error) => Err(self.fail(self.address(), reservation, error)),
        }
    }
}

/// A stream that settles its reservation when it ends, fails or is dropped.
pub(super) struct Metered {
    stream: ChatStream,
    reservation: Option<Reservation>,
    prices: Arc<PriceTable>,
    /// What the attempts before took.
    before: MicroDollars,
    /// What the usage that was handed on just now comes to.
    cost: Option<Cost>,
    /// For a stream that is left before the vendor reports its usage.
    input_bytes: u64,
}

impl Metered {
    /// Says what the stream costs, without a budget.
    pub(super) fn priced(stream: ChatStream, prices: Arc<PriceTable>) -> Self {
        Self { stream, reservation: None, prices, before: MicroDollars(0), cost: None, input_bytes: 0 }
    }

    fn settle(&mut self) {
        if let Some(reservation) = self.reservation.take() {
            let mut usage = self.stream.usage();
            if let Some(usage) = usage.as_mut().filter(|usage| usage.origin == UsageOrigin::Estimated) {
                // The estimate is of what came out; about four bytes make a token.
                usage.input_tokens = usage.input_tokens.or(Some(self.input_bytes.div_ceil(4)));
            }
            let priced = || self.prices.cost(self.stream.address(), &usage?);
            let cost = self.stream.cost().cloned().or_else(priced);
            reservation.settle_with(self.before, cost.as_ref());
        }
    }

    fn fail(&mut self, error: &Error) {
        // What came out before it is settled like a stream that was left.
        if error.usage().is_none()
            && let Some(reservation) = self.reservation.take()
        {
            let attempts = Attempt::all(self.stream.address(), error);
            reservation.settle_attempts(&self.prices, self.before, attempts);
        }
    }

    fn note(&mut self, event: &mut ChatEvent) {
        match event {
            ChatEvent::Usage(usage) => self.cost = self.prices.cost(self.stream.address(), usage),
            ChatEvent::Switched { failed, .. } => {
                self.prices.price_attempt(failed);
                if let Some(reservation) = &self.reservation {
                    self.before += reservation.share_of(failed);
                }
            }
            _ => {}
        }
    }
}

impl Stream for Metered {
    type Item = Result<ChatEvent>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(cost) = self.cost.take() {
            return Poll::Ready(Some(Ok(ChatEvent::Cost(cost))));
        }
        let mut item = ready!(Pin::new(&mut self.stream).poll_next(cx));
        match &mut item {
            Some(Ok(event)) => self.note(event),
            Some(Err(error)) => self.fail(error),
            None => self.settle(),
        }
        Poll::Ready(item)
    }
}

impl Drop for Metered {
    fn drop(&mut self) {
        self.settle();
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

    async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>> {
        let can = self.inner.capabilities();
        let reservation = self.reserve(self.address(), can.paid(), can.price(), &request.estimate())?;
        match self.inner.make(run, request).await {
            Ok(mut made) => {
                self.settle(reservation, paid!(made));
                Ok(made)
            }
            Err(error) => Err(self.fail(self.address(), reservation, error)),
        }
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.inner.cancel(run).await
    }

    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        self.inner.remove(run, made).await
    }
}
