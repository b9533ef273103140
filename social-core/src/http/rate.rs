use http::HeaderMap;

use crate::clock::Timestamp;

/// What a vendor says about its limits with an answer. What it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateState {
    /// Requests left in the window.
    pub remaining_requests: Option<u64>,
    /// Tokens left in the window.
    pub remaining_tokens: Option<u64>,
    /// When the window starts anew.
    pub resets_at: Option<Timestamp>,
}

impl RateState {
    pub(super) fn read(_headers: &HeaderMap) -> Self {
        Self::default()
    }
}
