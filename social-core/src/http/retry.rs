//! How often a request is repeated.

use std::time::Duration;

use super::Repeat;
use crate::clock::Random;
use crate::error::{Effect, Error, Retry};

/// How often and how patiently a request is repeated. Pauses double from `first` to `longest`, with
/// jitter.
///
/// It is the only retry owner of the family: adapters send once, and the transport repeats nothing.
/// Whoever repeats a whole call ([`Retried`](crate::wrap::Retried)) counts what was sent here. A
/// request that is [`Repeat::Never`] is repeated only after a failure that proves that it had no
/// effect.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Requests per call, the first one included. The one that follows the renewal of an expired
    /// token is not counted.
    pub attempts: u32,
    /// The first pause.
    pub first: Duration,
    /// The longest pause. A longer wait that the vendor names ends the call at once;
    /// [`Error::wait`] tells it.
    pub longest: Duration,
    /// All pauses of one call together.
    pub total: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(60),
            total: Duration::from_secs(180),
        }
    }
}

impl RetryPolicy {
    /// One attempt only.
    #[must_use]
    pub fn none() -> Self {
        Self { attempts: 1, ..Self::default() }
    }

    /// The pause before the next request, or `None` when `error` is final.
    pub(crate) fn pause(
        &self,
        error: &Error,
        repeat: Repeat,
        sent: u32,
        waited: Duration,
        random: &dyn Random,
    ) -> Option<Duration> {
        if sent >= self.attempts || (repeat == Repeat::Never && error.effect() == Effect::Unknown) {
            return None;
        }
        let full = self.first.saturating_mul(1 << sent.saturating_sub(1).min(16)).min(self.longest);
        let own = full.mul_f64(0.5 + 0.5 * random.fraction().clamp(0.0, 1.0));
        let wait = match error.retry() {
            Retry::Never => return None,
            // A lower bound: what names a moment each time would be asked without a pause.
            Retry::After(wait) => wait.max(own),
            Retry::Backoff => own,
        };
        (wait <= self.longest && waited.saturating_add(wait) <= self.total).then_some(wait)
    }
}
