use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
use crate::clock::{Clock, Timestamp, system_clock};
use crate::error::{Effect, Error, ErrorKind, Result, Retry};
use crate::make::{Made, MakeRequest, Maker};
use crate::run::Run;

/// Says who may call when. Shared by everything that uses up the same allowance; one that several processes share keeps
/// its figures outside of them.
#[async_trait]
pub trait Limiter: Debug + Send + Sync {
    /// Waits until a call under this key is allowed.
    ///
    /// # Errors
    /// [`RateLimited`](ErrorKind::RateLimited) with the wait, and nothing was used up, when it is longer than the limiter
    /// waits.
    async fn admit(&self, key: &str) -> Result<()>;

    /// The vendor named a wait: nobody calls under this key before it is over.
    fn hold(&self, key: &str, wait: Duration);
}

/// So many calls per time and key, in this process. Unused calls add up to one full allowance, and those who wait are
/// admitted one after the other, in the order in which they came.
pub struct CallRate {
    calls: u32,
    per: Duration,
    longest: Duration,
    clock: Arc<dyn Clock>,
    /// When all calls that were admitted so far will have been paid for by time.
    paid_off: Mutex<BTreeMap<String, Account>>,
}

#[derive(Clone, Copy)]
struct Account {
    paid_off: Timestamp,
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
        Self { calls: calls.max(1), per, longest, clock: system_clock(), paid_off: Mutex::default() }
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
        let mut accounts = self.paid_off.lock().unwrap_or_else(PoisonError::into_inner);
        let account = accounts.entry(key.to_owned()).or_insert(Account { paid_off: now, held_until: now });
        // Those who were held are not let go all at once: the allowance begins again then.
        let open = account.held_until.max(now);
        let paid_off = later(account.paid_off.max(open), one);
        // A full allowance may be used at once.
        let turn = paid_off.checked_sub(self.per).unwrap_or(open).max(open);
        let wait = Duration::try_from(turn.duration_since(now)).unwrap_or_default();
        if wait > self.longest {
            let message = format!("{key}: the next call is allowed in {wait:?}, and nobody waits that long here");
            let error = Error::new(ErrorKind::RateLimited, message);
            return Err(error.with_effect(Effect::None).with_retry(Retry::After(wait)));
        }
        account.paid_off = paid_off;
        Ok(wait)
    }
}

#[async_trait]
impl Limiter for CallRate {
    async fn admit(&self, key: &str) -> Result<()> {
        let wait = self.place(key)?;
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
        }
        Ok(())
    }

    fn hold(&self, key: &str, wait: Duration) {
        let now = self.clock.now();
        let mut accounts = self.paid_off.lock().unwrap_or_else(PoisonError::into_inner);
        let account = accounts.entry(key.to_owned()).or_insert(Account { paid_off: now, held_until: now });
        account.held_until = account.held_until.max(later(now, wait));
    }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// A model that is called no more often than a [`Limiter`] allows. When the vendor refuses a call for its rate and names a
/// wait, all who share the limiter's key keep to it.
///
/// The key is the model's address; models that share an allowance are given the same key.
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

    /// Uses this key: the vendor's name, an account.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    async fn call<R>(&self, address: &ModelAddress, work: impl Future<Output = Result<R>> + Send) -> Result<R> {
        let key = self.key.clone().unwrap_or_else(|| address.to_string());
        self.limiter.admit(&key).await.map_err(|error| error.with_vendor(&address.vendor))?;
        let result = work.await;
        if let Err(error) = &result
            && error.kind() == ErrorKind::RateLimited
            && let Some(wait) = error.wait()
        {
            self.limiter.hold(&key, wait);
        }
        result
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
        self.call(self.address(), self.inner.chat(request)).await
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        self.call(self.address(), self.inner.stream(request)).await
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

    async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>> {
        self.call(self.address(), self.inner.make(run, request)).await
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.inner.cancel(run).await
    }

    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        self.inner.remove(run, made).await
    }
}
