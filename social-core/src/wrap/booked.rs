//! [`Booked`]: a model whose calls are written into a ledger.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use async_trait::async_trait;
use futures_core::Stream;

use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatEvent, ChatModel, ChatReply, ChatRequest, ChatStream, PromptId};
use crate::clock::{Clock, system_clock};
use crate::error::{Error, ErrorKind, Result};
use crate::ledger::{Booking, Ledger, Outcome};
use crate::make::{Made, MakeRequest, Maker};
use crate::money::{Attempt, PriceTable};
use crate::run::Run;
use crate::wrap::priced::price;

/// A model whose calls are written into a [`Ledger`]: who, when, from which prompt, what it used
/// and cost.
///
/// Put around a [`Fallback`](super::Fallback) or [`Retried`](super::Retried), it books every call
/// that those made, the failed ones too. A stream is booked when it ends, fails or is dropped; what
/// a dropped one used is an estimate. A call whose future is dropped is booked as left, without a
/// figure.
pub struct Booked<T: ?Sized> {
    inner: Arc<T>,
    books: Books,
}

#[derive(Clone)]
struct Books {
    ledger: Arc<dyn Ledger>,
    prices: Arc<PriceTable>,
    account: Option<String>,
    clock: Arc<dyn Clock>,
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Booked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = &self.books.account;
        f.debug_struct("Booked").field("inner", &self.inner).field("account", account).finish_non_exhaustive()
    }
}

impl<T: ?Sized> Booked<T> {
    /// Books the model's calls at these prices. A call without a price is booked without a cost.
    #[must_use]
    pub fn new(inner: Arc<T>, ledger: Arc<dyn Ledger>, prices: Arc<PriceTable>) -> Self {
        Self { inner, books: Books { ledger, prices, account: None, clock: system_clock() } }
    }

    /// Says for whom the calls are: a tenant, a campaign.
    #[must_use]
    pub fn for_account(mut self, account: impl Into<String>) -> Self {
        self.books.account = Some(account.into());
        self
    }

    /// Replaces the clock, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.books.clock = clock;
        self
    }
}

impl Books {
    fn book(&self, booking: Booking, prompt: Option<&PromptId>) {
        let booking = Booking { account: self.account.clone(), prompt: prompt.cloned(), ..booking };
        self.ledger.book(booking.priced(&self.prices));
    }

    fn attempts(&self, attempts: &[Attempt], prompt: Option<&PromptId>) {
        for attempt in attempts {
            self.book(Booking::of_attempt(self.clock.now(), attempt), prompt);
        }
    }

    fn failure(&self, address: &ModelAddress, error: &Error, prompt: Option<&PromptId>) {
        self.attempts(&Attempt::all(address, error), prompt);
    }

    /// Books what was made on a run, once: the same run hands out the same result again.
    async fn made<R: MakeRequest>(&self, run: &Run, request: &R, made: &Made<R::Output>) {
        let book = || async {
            let mut made = made.clone();
            price(&self.prices, self.clock.now(), request, &mut made);
            self.attempts(&made.attempts, None);
            let booking = Booking::new(self.clock.now(), made.address, Outcome::Answered);
            self.book(Booking { usage: made.usage, cost: made.cost, ..booking }, None);
            Ok(())
        };
        self.once(run, "booked", book).await;
    }

    /// Books what failed on a run. A lost answer that is asked after again was booked already.
    async fn lost(&self, run: &Run, address: &ModelAddress, error: &Error) {
        if error.kind() != ErrorKind::OutcomeUnknown {
            return self.failure(address, error, None);
        }
        let book = || async {
            self.failure(address, error, None);
            Ok(())
        };
        self.once(run, "booked-lost", book).await;
    }

    async fn once<F>(&self, run: &Run, name: &str, book: impl FnOnce() -> F + Send)
    where
        F: Future<Output = Result<()>> + Send,
    {
        if let Err(error) = run.step(name, book).await {
            // What was paid for is not lost for it.
            tracing::warn!(%error, "the run does not remember that it was booked");
        }
    }
}

/// A call that is no longer waited for is booked as well: its vendor may bill it.
struct Underway<'a> {
    books: &'a Books,
    address: &'a ModelAddress,
    prompt: Option<&'a PromptId>,
    left: bool,
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        if self.left {
            let booking = Booking::new(self.books.clock.now(), self.address.clone(), Outcome::Left);
            self.books.book(booking, self.prompt);
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ChatModel + ?Sized> ChatModel for Booked<T> {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> ChatCapabilities {
        self.inner.capabilities()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let (books, prompt) = (&self.books, request.prompt.as_ref());
        let mut underway = Underway { books, address: self.address(), prompt, left: true };
        let result = self.inner.chat(request).await;
        underway.left = false;
        match result {
            Ok(reply) => {
                books.attempts(&reply.attempts, prompt);
                books.book(Booking::of_reply(books.clock.now(), &reply), prompt);
                Ok(reply)
            }
            Err(error) => {
                books.failure(self.address(), &error, prompt);
                Err(error)
            }
        }
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let (books, prompt) = (self.books.clone(), request.prompt.clone());
        let mut underway =
            Underway { books: &self.books, address: self.address(), prompt: request.prompt.as_ref(), left: true };
        let result = self.inner.stream(request).await;
        underway.left = false;
        let stream = match result {
            Ok(stream) => stream,
            Err(error) => {
                books.failure(self.address(), &error, prompt.as_ref());
                return Err(error);
            }
        };
        Ok(accounted(stream, move |stream, ending| {
            let prompt = prompt.as_ref();
            books.attempts(stream.attempts(), prompt);
            let outcome = match ending {
                Ending::Failed(error) => return books.failure(stream.address(), error, prompt),
                Ending::Complete => Outcome::Answered,
                Ending::Left => Outcome::Left,
            };
            let booking = Booking::new(books.clock.now(), stream.address().clone(), outcome);
            books.book(Booking { usage: stream.usage(), cost: stream.cost().cloned(), ..booking }, prompt);
        }))
    }
}

/// How the reading of a stream ended.
#[derive(Clone, Copy, Debug)]
enum Ending<'a> {
    /// The answer is complete.
    Complete,
    /// It failed.
    Failed(&'a Error),
    /// Its reader left early.
    Left,
}

type Close = Box<dyn FnOnce(&ChatStream, Ending<'_>) + Send>;

/// The same stream, with `close` called once: when it ends, fails or is dropped.
fn accounted(stream: ChatStream, close: impl FnOnce(&ChatStream, Ending<'_>) + Send + 'static) -> ChatStream {
    let address = stream.address().clone();
    ChatStream::new(address, Accounted { stream, close: Some(Box::new(close)) })
}

struct Accounted {
    stream: ChatStream,
    close: Option<Close>,
}

impl Accounted {
    fn close(&mut self, ending: Ending<'_>) {
        if let Some(close) = self.close.take() {
            close(&self.stream, ending);
        }
    }
}

impl Stream for Accounted {
    type Item = Result<ChatEvent>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(Pin::new(&mut self.stream).poll_next(cx));
        match &item {
            Some(Ok(_)) => {}
            Some(Err(error)) => self.close(Ending::Failed(error)),
            None => self.close(Ending::Complete),
        }
        Poll::Ready(item)
    }
}

impl Drop for Accounted {
    fn drop(&mut self) {
        // Readers may stop at the last event without asking for more.
        self.close(if self.stream.is_finished() { Ending::Complete } else { Ending::Left });
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<R: MakeRequest, T: Maker<R> + ?Sized> Maker<R> for Booked<T> {
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
        let result = self.inner.make(run, request).await;
        match &result {
            Ok(made) => self.books.made(run, request, made).await,
            Err(error) => self.books.lost(run, self.address(), error).await,
        }
        result
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.inner.cancel(run).await
    }

    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        self.inner.remove(run, made).await
    }
}
