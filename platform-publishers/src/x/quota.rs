//! How many posts an account may still make, as X says it with each answer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use social_core::clock::Timestamp;
use social_core::publish::PostQuota;

const QUARTER: Duration = Duration::from_secs(15 * 60);
pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// One allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    maximum: u64,
    remaining: u64,
    resets_at: Timestamp,
    window: Duration,
}

/// What the last answer to a post said. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Quota(Arc<Mutex<Vec<Allowance>>>);

impl Quota {
    pub(super) fn note(&self, headers: &HeaderMap) {
        let read = allowances(headers);
        if !read.is_empty() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = read;
        }
    }

    /// The tightest allowance at a time; `None` where X has not said any.
    pub(super) fn posts(&self, at: Timestamp) -> Option<PostQuota> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = |known: &Allowance| if at < known.resets_at { known.remaining } else { known.maximum };
        let tightest = known.iter().min_by_key(|known| left(known))?;
        let used = tightest.maximum.saturating_sub(left(tightest));
        Some(PostQuota::new(used, tightest.maximum, Some(tightest.window)))
    }
}

/// The allowances of an answer: of 15 minutes, of the account's day, of the app's day. The headers
/// of the last two are not documented; clients read them.
fn allowances(headers: &HeaderMap) -> Vec<Allowance> {
    let families = [("x-rate-limit", QUARTER), ("x-user-limit-24hour", DAY), ("x-app-limit-24hour", DAY)].into_iter();
    families
        .filter_map(|(family, window)| {
            let number =
                |name: &str| headers.get(format!("{family}-{name}"))?.to_str().ok()?.trim().parse::<u64>().ok();
            let resets_at = Timestamp::from_second(number("reset")?.try_into().ok()?).ok()?;
            Some(Allowance { maximum: number("limit")?, remaining: number("remaining")?, resets_at, window })
        })
        .collect()
}

/// When the day's allowance that is used up begins again.
pub(super) fn day_over(headers: &HeaderMap) -> Option<Timestamp> {
    let used_up = allowances(headers).into_iter().filter(|known| known.window == DAY && known.remaining == 0);
    used_up.map(|known| known.resets_at).max()
}
