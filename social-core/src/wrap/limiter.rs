//! Who may call when.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;

use crate::clock::{Clock, Timestamp, system_clock};
use crate::error::{Effect, Error, ErrorKind, Result, Retry};

/// Says who may call when. Shared by everything that uses up the same allowance; one that several
/// processes share keeps its figures outside of them.
#[async_trait]
pub trait Limiter: Debug + Send + Sync {
    /// Waits until a call under this key is allowed, and hands out the permit for it. The call is
    /// over when the permit is dropped.
    ///
    /// # Errors
    /// [`RateLimited`](ErrorKind::RateLimited) with the wait, and nothing was used up, when it is
    /// longer than the limiter waits.
    async fn admit(&self, key: &str) -> Result<Permit>;

    /// The vendor named a wait: no call is made under this key before it is over.
    async fn hold(&self, key: &str, wait: Duration);
}

/// One call that a [`Limiter`] has admitted. Dropped when the call is over.
#[must_use]
pub struct Permit(Option<Box<dyn Any + Send + Sync>>);

impl Permit {
    /// Of a limiter that does not ask when a call is over.
    pub fn free() -> Self {
        Self(None)
    }

    /// Drops the guard when the call is over.
    pub fn holding(guard: impl Any + Send + Sync) -> Self {
        Self(Some(Box::new(guard)))
    }

    pub(super) fn is_free(&self) -> bool {
        self.0.is_none()
    }
}

impl Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_free() { "Permit" } else { "Permit(held)" })
    }
}

/// So many calls per time and key, in this process. Unused calls add up to one full allowance, and
/// those who wait are admitted one after the other, in the order in which they came.
pub struct CallRate {
    calls: u32,
    per: Duration,
    longest: Duration,
    clock: Arc<dyn Clock>,
    buckets: Mutex<BTreeMap<String, Bucket>>,
}

/// A token bucket as one time (GCRA).
#[derive(Clone, Copy)]
struct Bucket {
    /// When the bucket is full again (theoretical arrival time).
    full_at: Timestamp,
    held_until: Timestamp,
}

impl Debug for CallRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallRate({} per {:?})", self.calls, self.per)
    }
}

impl CallRate {
    /// This many calls per time. Waits up to a minute.
    #[must_use]
    pub fn new(calls: u32, per: Duration) -> Self {
        let longest = Duration::from_secs(60);
        Self { calls: calls.max(1), per, longest, clock: system_clock(), buckets: Mutex::default() }
    }

    /// Changes how long a call may have to wait; a longer wait is refused at once.
    #[must_use]
    pub fn with_longest_wait(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// Replaces the clock, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Takes a place in the queue and tells how long it is until its turn.
    pub(super) fn place(&self, key: &str) -> Result<Duration> {
        let now = self.clock.now();
        let one = self.per / self.calls;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(key.to_owned()).or_insert(Bucket { full_at: now, held_until: now });
        // Those who were held are not let go all at once: the allowance begins again then.
        let open = bucket.held_until.max(now);
        let full_at = later(bucket.full_at.max(open), one);
        // A full allowance may be used at once.
        let turn = full_at.checked_sub(self.per).unwrap_or(open).max(open);
        let wait = Duration::try_from(turn.duration_since(now)).unwrap_or_default();
        if wait > self.longest {
            let message =
                format!("{key}: the next call is allowed in {wait:?}, the limiter waits at most {:?}", self.longest);
            let error = Error::new(ErrorKind::RateLimited, message);
            return Err(error.with_effect(Effect::None).with_retry(Retry::After(wait)));
        }
        bucket.full_at = full_at;
        Ok(wait)
    }
}

#[async_trait]
impl Limiter for CallRate {
    async fn admit(&self, key: &str) -> Result<Permit> {
        let wait = self.place(key)?;
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
        }
        Ok(Permit::free())
    }

    async fn hold(&self, key: &str, wait: Duration) {
        let now = self.clock.now();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(key.to_owned()).or_insert(Bucket { full_at: now, held_until: now });
        bucket.held_until = bucket.held_until.max(later(now, wait));
    }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// At most so many calls at once and key, in this process. Those who wait are admitted in the order
/// in which they came.
pub struct CallsAtOnce {
    calls: usize,
    semaphores: Mutex<BTreeMap<String, Arc<Semaphore>>>,
}

impl Debug for CallsAtOnce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallsAtOnce({})", self.calls)
    }
}

impl CallsAtOnce {
    /// This many; at least one.
    #[must_use]
    pub fn new(calls: usize) -> Self {
        Self { calls: calls.clamp(1, Semaphore::MAX_PERMITS), semaphores: Mutex::default() }
    }
}

#[async_trait]
impl Limiter for CallsAtOnce {
    async fn admit(&self, key: &str) -> Result<Permit> {
        let semaphore = {
            let mut semaphores = self.semaphores.lock().unwrap_or_else(PoisonError::into_inner);
            semaphores.entry(key.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(self.calls))).clone()
        };
        let closed = |_| Error::new(ErrorKind::Cancelled, "the limiter was closed");
        semaphore.acquire_owned().await.map(Permit::holding).map_err(closed)
    }

    /// A wait is for limiters of rate.
    async fn hold(&self, _key: &str, _wait: Duration) {}
}
