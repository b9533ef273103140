//! How far a loop may go.

use crate::chat::{ChatCapabilities, ChatReply, ChatRequest};
use crate::clock::Timestamp;
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::money::{MicroDollars, Usage};

/// How far a loop may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToolLimits {
    /// Answers of the model at most.
    pub rounds: u32,
    /// Calls of tools at most. An answer whose calls go beyond it is not acted on at all.
    pub calls: u32,
    /// Input and output tokens at most, as reported; the last answer may go beyond it.
    pub tokens: Option<u64>,
    /// What all answers may cost. A model whose price is not known is then refused, and no answer
    /// is asked for that may go beyond it.
    pub cost: Option<MicroDollars>,
}

impl Default for ToolLimits {
    /// 8 answers and 16 calls; tokens and cost without a limit.
    fn default() -> Self {
        Self { rounds: 8, calls: 16, tokens: None, cost: None }
    }
}

/// How far a loop has gone.
#[derive(Debug)]
pub(super) struct Spent {
    pub(super) rounds: u32,
    pub(super) calls: u32,
    pub(super) usage: Option<Usage>,
    pub(super) cost: Option<MicroDollars>,
}

impl Default for Spent {
    fn default() -> Self {
        Self { rounds: 0, calls: 0, usage: None, cost: Some(MicroDollars(0)) }
    }
}

impl Spent {
    pub(super) fn add(&mut self, reply: &ChatReply) {
        self.rounds += 1;
        let add = |a: Option<u64>, b: Option<u64>| a.into_iter().chain(b).reduce(u64::saturating_add);
        if let Some(used) = &reply.usage {
            let all = self.usage.get_or_insert_default();
            all.input_tokens = add(all.input_tokens, used.input_tokens);
            all.cache_read_tokens = add(all.cache_read_tokens, used.cache_read_tokens);
            all.cache_write_tokens = add(all.cache_write_tokens, used.cache_write_tokens);
            all.output_tokens = add(all.output_tokens, used.output_tokens);
            all.reasoning_tokens = add(all.reasoning_tokens, used.reasoning_tokens);
            all.searches = add(all.searches, used.searches);
        }
        self.cost = self.cost.zip(reply.cost.as_ref()).map(|(all, cost)| all + cost.amount);
    }

    fn tokens(&self) -> u64 {
        let count = |usage: &Usage| usage.input_tokens.unwrap_or(0).saturating_add(usage.output_tokens.unwrap_or(0));
        self.usage.as_ref().map_or(0, count)
    }
}

fn over(limit: &'static str, message: String) -> Error {
    Error::new(ErrorKind::OverBudget, message).with_field(limit).with_effect(Effect::None)
}

impl ToolLimits {
    /// Whether another answer may be asked for.
    pub(super) fn admit(
        &self,
        spent: &Spent,
        can: &ChatCapabilities,
        request: &ChatRequest,
        at: Timestamp,
    ) -> Result<()> {
        if spent.rounds >= self.rounds {
            return Err(over("rounds", format!("the model was asked {} times, at most {}", spent.rounds, self.rounds)));
        }
        if let Some(limit) = self.tokens.filter(|limit| spent.tokens() >= *limit) {
            return Err(over("tokens", format!("{} tokens were used, at most {limit}", spent.tokens())));
        }
        let Some(limit) = self.cost.filter(|_| can.paid) else { return Ok(()) };
        let next = can.price.as_ref().and_then(|price| price.maximum(&can.estimate(request), at));
        let Some((spent, next)) = spent.cost.zip(next) else {
            let message = "what an answer costs is not known, so its limit cannot be kept; add a price";
            return Err(over("cost", message.to_owned()));
        };
        if spent + next > limit {
            let message = format!("{spent} were spent and the next answer may cost {next}, at most {limit}");
            return Err(over("cost", message));
        }
        Ok(())
    }

    /// Whether all calls of an answer may be made.
    pub(super) fn admit_calls(&self, spent: &Spent) -> Result<()> {
        if spent.calls > self.calls {
            let message = format!("the model made {} calls, at most {}", spent.calls, self.calls);
            return Err(over("calls", message));
        }
        Ok(())
    }
}
