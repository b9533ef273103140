//! Many chats at half the price, for content that is planned and may take a day.
//!
//! A [`BatchModel`] is a [`Maker`] of [`BatchRequest`]s: its [`address`](Maker::address), its
//! [`capabilities`](Maker::capabilities) as [`BatchCapabilities`], one call
//! [`make`](Maker::make) on a run, and [`BatchResults`] in a [`Made`](crate::make::Made) that says
//! what they cost. The batch is a [job](crate::job) of the run: submitted once, asked after in this
//! process or a later one, collected. All [wrappers](crate::wrap) work around it.
//!
//! ```
//! use social_core::batch::{BatchModel, BatchOutcome, BatchRequest};
//! use social_core::chat::ChatRequest;
//! use social_core::make::Maker as _;
//! use social_core::run::Run;
//!
//! # async fn example(model: &BatchModel, run: &Run) -> social_core::Result<()> {
//! let mut week = BatchRequest::new([]);
//! for day in ["monday", "tuesday"] {
//!     week = week.with_item(day, ChatRequest::new(format!("A caption for {day}'s lunch.")));
//! }
//! for result in &model.make(run, &week).await?.results {
//!     match &result.outcome {
//!         BatchOutcome::Answered(reply) => println!("{}: {}", result.id, reply.text()),
//!         BatchOutcome::Failed(error) => println!("{}: {error}", result.id),
//!         other => println!("{}: {other:?}", result.id),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::chat::{ChatReply, ChatRequest, Part};
use crate::error::{Error, ErrorReport, Result};
use crate::make::{MakeRequest, Maker, OptionValue, Scalar, capability_record};
use crate::media::Media;
use crate::money::{Cost, Usage};

/// The [term](Usage::terms) of usage in a batch, and its value: prices depend on it.
pub const TIER: (&str, &str) = ("tier", "batch");

/// Answers many chats at once, one vendor's model or a wrapper around some.
///
/// # Contract
/// - There is one result per item, in the request's order. A chat that failed is a
///   [`Failed`](BatchOutcome::Failed) result and does not fail the others; a batch that failed as a
///   whole is [`JobFailed`](crate::ErrorKind::JobFailed).
/// - The batch is created once: its creation is a [`once`](crate::run::Run::once) whose `find` looks
///   through the vendor's list for this run's mark.
/// - It may take a day. The call waits as its poll policy says; a later call with the same run goes
///   on waiting, and asks at once.
pub type BatchModel = dyn Maker<BatchRequest>;

/// One chat of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BatchItem {
    /// Its name in the results; unique in the batch.
    pub id: String,
    /// The chat.
    pub request: ChatRequest,
}

/// Chats to be answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BatchRequest {
    /// The chats.
    pub items: Vec<BatchItem>,
}

impl BatchRequest {
    /// These chats, each with its name.
    #[must_use]
    pub fn new(items: impl IntoIterator<Item = (String, ChatRequest)>) -> Self {
        Self { items: items.into_iter().map(|(id, request)| BatchItem { id, request }).collect() }
    }

    /// Adds a chat.
    #[must_use]
    pub fn with_item(mut self, id: impl Into<String>, request: ChatRequest) -> Self {
        self.items.push(BatchItem { id: id.into(), request });
        self
    }
}

capability_record! {
    /// What batches of a model can do, as data. What each chat may ask for is that of the model's
    /// chats.
    pub struct BatchCapabilities {
        choices {}
        limits {
            /// Chats per batch.
            max_items = "items", with_max_items, None;
        }
        flags {}
        facts {
            /// A running batch can be [cancelled](Maker::cancel).
            cancel, with_cancel;
        }
    }
}

/// What became of one chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BatchOutcome {
    /// It was answered.
    Answered(Box<ChatReply>),
    /// It failed; whether asking again helps is in the error.
    Failed(Box<ErrorReport>),
    /// The batch ran out of time before it was the chat's turn. It is not billed.
    Expired,
    /// The batch was cancelled before it was the chat's turn. It is not billed.
    Cancelled,
}

impl BatchOutcome {
    /// An answer, or why there is none.
    #[must_use]
    pub fn of(result: Result<ChatReply>) -> Self {
        match result {
            Ok(reply) => Self::Answered(Box::new(reply)),
            Err(error) => Self::Failed(Box::new(ErrorReport::from(&error))),
        }
    }
}

/// A chat's name and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BatchResult {
    /// The item's name.
    pub id: String,
    /// What became of it.
    pub outcome: BatchOutcome,
}

impl BatchResult {
    /// What became of the item of this name.
    #[must_use]
    pub fn new(id: impl Into<String>, outcome: BatchOutcome) -> Self {
        Self { id: id.into(), outcome }
    }

    /// The answer.
    #[must_use]
    pub fn reply(&self) -> Option<&ChatReply> {
        match &self.outcome {
            BatchOutcome::Answered(reply) => Some(reply),
            _ => None,
        }
    }

    fn used(&self) -> Option<&Usage> {
        match &self.outcome {
            BatchOutcome::Answered(reply) => reply.usage.as_ref(),
            BatchOutcome::Failed(error) => error.usage.as_ref(),
            BatchOutcome::Expired | BatchOutcome::Cancelled => None,
        }
    }
}

/// What became of all chats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BatchResults {
    /// One per item, in the request's order.
    pub results: Vec<BatchResult>,
}

impl BatchResults {
    /// These results.
    #[must_use]
    pub fn new(results: Vec<BatchResult>) -> Self {
        Self { results }
    }

    /// The result of the item of this name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&BatchResult> {
        self.results.iter().find(|result| result.id == id)
    }

    /// What all of them used; `None` when nothing was reported.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        self.results.iter().filter_map(BatchResult::used).cloned().reduce(sum)
    }
}

/// Both together, in tokens and searches: what chats are billed by.
fn sum(a: Usage, b: Usage) -> Usage {
    let add = |a: Option<u64>, b: Option<u64>| a.into_iter().chain(b).reduce(u64::saturating_add);
    Usage {
        input_tokens: add(a.input_tokens, b.input_tokens),
        cache_read_tokens: add(a.cache_read_tokens, b.cache_read_tokens),
        cache_write_tokens: add(a.cache_write_tokens, b.cache_write_tokens),
        cache_write_hour_tokens: add(a.cache_write_hour_tokens, b.cache_write_hour_tokens),
        output_tokens: add(a.output_tokens, b.output_tokens),
        reasoning_tokens: add(a.reasoning_tokens, b.reasoning_tokens),
        searches: add(a.searches, b.searches),
        images: add(a.images, b.images),
        reported_cost: a.reported_cost.into_iter().chain(b.reported_cost).reduce(|a, b| a + b),
        ..a
    }
}

impl MakeRequest for BatchRequest {
    const NAME: &'static str = "batch";
    type Output = BatchResults;
    type Capabilities = BatchCapabilities;

    fn option(&self, name: &str) -> OptionValue<'_> {
        match name {
            "items" => OptionValue::parts(self.items.len()),
            _ => OptionValue::Unset,
        }
    }

    fn set_option(&mut self, _name: &str, _value: Option<&Scalar>) -> bool {
        false
    }

    fn files_mut(&mut self) -> Vec<(&'static str, &mut Media)> {
        let messages = self.items.iter_mut().flat_map(|item| &mut item.request.messages);
        messages.flat_map(|message| &mut message.parts).filter_map(Part::file_mut).collect()
    }

    fn validate(&self) -> Result<()> {
        if self.items.is_empty() {
            return Err(Error::invalid("items", "there is nothing to answer"));
        }
        let mut ids = HashSet::new();
        for (number, item) in self.items.iter().enumerate() {
            if item.id.is_empty() || !ids.insert(&item.id) {
                let message = format!("the name `{}` is empty or there twice", item.id);
                return Err(Error::invalid("items.id", message).with_item(number));
            }
        }
        Ok(())
    }

    fn estimate(&self) -> Usage {
        let all = self.items.iter().map(|item| item.request.estimate()).reduce(sum).unwrap_or_default();
        all.with_term(TIER.0, Some(TIER.1))
    }

    /// Each chat has a price of its own: rates depend on how long it is.
    fn price(output: &mut BatchResults, price: &dyn Fn(&Usage) -> Option<Cost>) -> Option<Cost> {
        let mut total: Option<Cost> = None;
        for result in &mut output.results {
            let cost = match result.used() {
                None => continue,
                Some(usage) => price(usage)?,
            };
            if let BatchOutcome::Answered(reply) = &mut result.outcome {
                reply.cost = Some(cost.clone());
            }
            total = Some(match total {
                None => cost,
                Some(before) => Cost { amount: before.amount + cost.amount, priced: before.priced },
            });
        }
        total
    }
}

#[cfg(test)]
mod tests;
