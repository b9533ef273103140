//! A stream that is paid for when it ends.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::Reservation;
use crate::chat::{ChatEvent, ChatStream};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::money::{Attempt, MicroDollars, PriceTable, UsageOrigin};

/// A stream that settles its reservation when it ends, fails or is dropped.
pub(super) struct Metered {
    pub(super) stream: ChatStream,
    pub(super) reservation: Option<Reservation>,
    pub(super) prices: Arc<PriceTable>,
    pub(super) clock: Arc<dyn Clock>,
    /// What the attempts before took.
    pub(super) before: MicroDollars,
    /// For a stream that is left before the vendor reports its usage.
    pub(super) input_bytes: u64,
}

impl Metered {
    fn settle(&mut self) {
        if let Some(reservation) = self.reservation.take() {
            let mut usage = self.stream.usage();
            if let Some(usage) = usage.as_mut().filter(|usage| usage.origin == UsageOrigin::Estimated) {
                // The estimate is of what came out; about four bytes make a token.
                usage.input_tokens = usage.input_tokens.or(Some(self.input_bytes.div_ceil(4)));
            }
            let priced = || self.prices.cost(self.stream.address(), &usage?, self.clock.now());
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
            reservation.settle_attempts(&self.prices, self.clock.now(), self.before, attempts);
        }
    }

    fn note(&mut self, event: &mut ChatEvent) {
        if let ChatEvent::Switched { failed, .. } = event {
            self.prices.price_attempt(failed, self.clock.now());
            if let Some(reservation) = &self.reservation {
                self.before += reservation.share_of(failed);
            }
        }
    }
}

impl Stream for Metered {
    type Item = Result<ChatEvent>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
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
