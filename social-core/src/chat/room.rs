//! [`MoreRoom`]: how an answer that the output limit cut is asked for again.

use super::{ChatCapabilities, ChatRequest};

/// How much more room each further ask has.
const MORE: u32 = 4;
/// The room of an answer whose request and adapter name none.
const ASSUMED: u32 = 8_192;
/// The maximum that is asked for of a model whose own maximum is not known.
const UNKNOWN_MAXIMUM: u32 = 32_768;

/// How an answer that the output limit cut is asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MoreRoom {
    /// At most so many further asks; each is paid for.
    pub asks: u32,
    /// Never with more room than this, in tokens; without it the model's own maximum, or 32,768
    /// where that is not known.
    pub maximum: Option<u32>,
}

impl Default for MoreRoom {
    fn default() -> Self {
        Self { asks: 2, maximum: None }
    }
}

impl MoreRoom {
    /// So many further asks.
    #[must_use]
    pub fn asks(mut self, asks: u32) -> Self {
        self.asks = asks;
        self
    }

    /// Never with more room than so many tokens.
    #[must_use]
    pub fn at_most(mut self, tokens: u32) -> Self {
        self.maximum = Some(tokens);
        self
    }

    /// The rooms of the further asks, each four times the one before; none when the request has the
    /// maximum already.
    pub fn rooms(self, request: &ChatRequest, can: &ChatCapabilities) -> impl Iterator<Item = u32> + use<> {
        let had = request.max_output_tokens.or(can.usual_output_tokens).unwrap_or(ASSUMED);
        let own = can.output_tokens.unwrap_or(UNKNOWN_MAXIMUM.max(had));
        let most = self.maximum.map_or(own, |maximum| can.output_tokens.map_or(maximum, |own| own.min(maximum)));
        let next = move |room: &u32| Some(room.saturating_mul(MORE).min(most)).filter(|next| next > room);
        std::iter::successors(Some(had), next).skip(1).take(usize::try_from(self.asks).unwrap_or(usize::MAX))
    }
}
