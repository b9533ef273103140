//! [`RenewalSettings`]: when tokens are renewed, and how patiently.

use std::time::Duration;

/// When tokens are renewed, and how patiently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenewalSettings {
    /// An access token is renewed this long before it ends, or a tenth of its life if that is less;
    /// 5 minutes.
    pub skew: Duration,
    /// What was read from the store is asked again after this time, so that another process's
    /// renewal is noticed; 5 minutes. A renewal in this process ends it at once.
    pub cache: Duration,
    /// The pause after the first failure, doubled with each; 30 seconds.
    pub first_pause: Duration,
    /// The longest pause; 30 minutes.
    pub longest_pause: Duration,
    /// After so many failures in a row, of any accounts, a platform is left alone for the pause; 3.
    pub platform_failures: u32,
    /// Tokens that end within this time are renewed by
    /// [`refresh_due`](super::Accounts::refresh_due), or within a quarter of their life if that is
    /// less; 7 days. It is meant to be called every 24 hours, or more often.
    pub due_within: Duration,
}

impl Default for RenewalSettings {
    fn default() -> Self {
        Self {
            skew: Duration::from_secs(5 * 60),
            cache: Duration::from_secs(5 * 60),
            first_pause: Duration::from_secs(30),
            longest_pause: Duration::from_secs(30 * 60),
            platform_failures: 3,
            due_within: Duration::from_secs(7 * 24 * 3600),
        }
    }
}

impl RenewalSettings {
    /// Sets how long before its end a token is renewed.
    #[must_use]
    pub const fn with_skew(mut self, skew: Duration) -> Self {
        self.skew = skew;
        self
    }

    /// Sets how long the store is not asked again.
    #[must_use]
    pub const fn with_cache(mut self, cache: Duration) -> Self {
        self.cache = cache;
        self
    }

    /// Sets which tokens are due.
    #[must_use]
    pub const fn with_due_within(mut self, within: Duration) -> Self {
        self.due_within = within;
        self
    }

    /// Sets the first and the longest pause after failures.
    #[must_use]
    pub const fn with_pauses(mut self, first: Duration, longest: Duration) -> Self {
        (self.first_pause, self.longest_pause) = (first, longest);
        self
    }

    /// The pause after so many failures in a row.
    pub(super) fn pause(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        self.first_pause.saturating_mul(1 << doublings).min(self.longest_pause)
    }
}
