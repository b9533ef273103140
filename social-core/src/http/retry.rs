use std::time::Duration;

use super::Repeat;
use crate::clock::Random;
use crate::error::{Effect, Error, Retry};

/// How often and how patiently a request is repeated. Pauses double from `first` to `longest`, with jitter.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Requests per call, the first one included.
    pub attempts: u32,
    /// The first pause.
    pub first: Duration,
    /// The longest pause; a vendor's longer hint ends the call with [`ErrorKind::RateLimited`](crate::ErrorKind).
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

    pub(super) fn next(
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
        let wait = match error.retry() {
            Retry::Never => return None,
            Retry::After(wait) => wait,
            Retry::Backoff => {
                let full = self.first.saturating_mul(1 << (sent - 1).min(16)).min(self.longest);
                full.mul_f64(0.5 + 0.5 * random.fraction())
            }
        };
        (wait <= self.longest && waited + wait <= self.total).then_some(wait)
    }
}
