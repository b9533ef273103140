//! [`Retried`]: a model that is asked again where that costs nothing twice.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::fallback::{rejoined, until_visible};
use crate::ModelAddress;
use crate::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
use crate::clock::{Clock, Random, system_clock, system_random};
use crate::error::{Error, Result};
use crate::http::{Repeat, RetryPolicy};
use crate::make::{Made, MakeCapabilities as _, MakeRequest, Maker};
use crate::money::Attempt;
use crate::run::Run;

/// A model that is asked again where that can help and costs nothing twice.
///
/// The HTTP path repeats requests already. This is for what it cannot see: failures that a vendor
/// reports inside a success, waits that are longer than its policy, and models that somebody else
/// wrote. Retries do not multiply: [`RetryPolicy::attempts`] counts the requests that the HTTP path
/// sent, too. A call of a paid model is made again only when it provably was not billed, and a
/// stream only before its first visible piece. The reply's attempts say what failed.
pub struct Retried<T: ?Sized> {
    inner: Arc<T>,
    policy: RetryPolicy,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Retried<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retried").field("inner", &self.inner).field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl<T: ?Sized> Retried<T> {
    /// Asks this model again, as often and as patiently as the policy says.
    #[must_use]
    pub fn new(inner: Arc<T>, policy: RetryPolicy) -> Self {
        Self { inner, policy, clock: system_clock(), random: system_random() }
    }

    /// Replaces clock and randomness, for tests.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        (self.clock, self.random) = (clock, random);
        self
    }
}

/// What was sent and failed for one call so far.
#[derive(Default)]
struct Tries {
    failed: Vec<Attempt>,
    sent: u32,
    waited: Duration,
}

impl<T: ?Sized> Retried<T> {
    /// Waits for the next try, or gives up with `error`.
    async fn pause(&self, address: &ModelAddress, paid: bool, tries: &mut Tries, error: Error) -> Result<()> {
        let repeat = if paid { Repeat::Never } else { Repeat::Safe };
        tries.sent += error.requests().max(1);
        let wait = self.policy.pause(&error, repeat, tries.sent, tries.waited, &*self.random);
        let failed = Attempt::all(address, &error);
        let Some(wait) = wait else {
            if tries.failed.is_empty() {
                return Err(error);
            }
            tries.failed.extend(failed);
            return Err(error.with_attempts(std::mem::take(&mut tries.failed)));
        };
        tracing::debug!(%error, ?wait, "will ask the model again");
        tries.failed.extend(failed);
        tries.waited += wait;
        self.clock.sleep(wait).await;
        Ok(())
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ChatModel + ?Sized> ChatModel for Retried<T> {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> ChatCapabilities {
        self.inner.capabilities()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let mut tries = Tries::default();
        loop {
            match self.inner.chat(request).await {
                Ok(mut reply) => {
                    reply.attempts.splice(..0, tries.failed);
                    return Ok(reply);
                }
                Err(error) => self.pause(self.address(), self.capabilities().paid, &mut tries, error).await?,
            }
        }
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let mut tries = Tries::default();
        loop {
            match until_visible(&self.inner, request).await {
                Ok((opening, stream)) => return Ok(rejoined(opening, stream, tries.failed)),
                Err(error) => self.pause(self.address(), self.capabilities().paid, &mut tries, error).await?,
            }
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<R: MakeRequest, T: Maker<R> + ?Sized> Maker<R> for Retried<T> {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> R::Capabilities {
        self.inner.capabilities()
    }

    fn accept(&self, request: &R) -> Result<()> {
        self.inner.accept(request)
    }

    /// Each try goes on with the run: what an earlier one has done is not done again.
    async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>> {
        let mut tries = Tries::default();
        loop {
            match self.inner.make(run, request).await {
                Ok(mut made) => {
                    made.attempts.splice(..0, tries.failed);
                    return Ok(made);
                }
                Err(error) => {
                    self.pause(self.inner.address(), self.inner.capabilities().paid(), &mut tries, error).await?;
                }
            }
        }
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.inner.cancel(run).await
    }

    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        self.inner.remove(run, made).await
    }
}
