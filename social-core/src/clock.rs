//! Time and randomness, handed in so that tests need neither waiting nor luck.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
pub use jiff::Timestamp;
pub use jiff::civil::Date;

/// Tells the time and waits.
#[async_trait]
pub trait Clock: Debug + Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Waits. Dropping the future ends the wait.
    async fn sleep(&self, wait: Duration);
}

/// Makes bytes that cannot be guessed.
pub trait Random: Debug + Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);

    /// A number from 0 (inclusive) to 1 (exclusive).
    fn fraction(&self) -> f64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        // 53 bits are what an f64 holds exactly.
        (u64::from_le_bytes(bytes) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The machine's clock; sleeps on tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep(&self, wait: Duration) {
        tokio::time::sleep(wait).await;
    }
}

/// The operating system's random source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        if getrandom::fill(bytes).is_err() {
            // No platform that tokio runs on fails here once it is booted; time still differs
            // between calls.
            for (byte, seed) in bytes.iter_mut().zip(Timestamp::now().as_nanosecond().to_le_bytes().iter().cycle()) {
                *byte = *seed;
            }
        }
    }
}

/// The machine's clock as a shared handle.
#[must_use]
pub fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The operating system's random source as a shared handle.
#[must_use]
pub fn system_random() -> Arc<dyn Random> {
    Arc::new(SystemRandom)
}
