//! What is known about models, as data: what they read and write, and until when they are there.
//!
//! Model ids are strings everywhere. A [`ModelTable`] knows something about some of them; one that
//! it does not know is simply unknown, and nothing is refused for it. A table is data with a date,
//! and an application extends or replaces it.
//!
//! ```
//! use social_core::models::{Lifetime, ModelFacts, ModelTable};
//!
//! # fn main() -> social_core::Result<()> {
//! let mut facts = ModelFacts::default();
//! facts.ends = "2027-01-14".parse().ok();
//! facts.replacement = Some("gpt-6-luna".into());
//! let table = ModelTable::new("2026-11").with_model("openai/gpt-4o-2024-11-20", facts);
//!
//! let address = "openai/gpt-4o-2024-11-20".parse()?;
//! let now = "2026-12-24T12:00:00Z".parse().unwrap_or_default();
//! assert!(matches!(table.lifetime(&address, now), Lifetime::Ends { days: 21, .. }));
//! assert_eq!(table.lifetime(&"openai/gpt-7".parse()?, now), Lifetime::Open);
//! # Ok(())
//! # }
//! ```

mod listed;

use std::collections::BTreeMap;
use std::fmt;

pub use jiff::civil::Date;
use jiff::tz::TimeZone;
pub use listed::{ListedModel, ModelLister};
use serde::{Deserialize, Serialize};

use crate::ModelAddress;
use crate::chat::ChatCapabilities;
use crate::clock::Timestamp;

/// What is known about a model. What is not known is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ModelFacts {
    /// The maximum number of tokens of a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// The maximum number of tokens of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// Reads images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_input: Option<bool>,
    /// Reads videos.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_input: Option<bool>,
    /// Calls tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<bool>,
    /// Answers in JSON of a given schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json_schema: Option<bool>,
    /// Thinks before it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<bool>,
    /// Searches the web for its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_search: Option<bool>,
    /// From this day on it may be gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Date>,
    /// The model of the same vendor that the vendor names in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
}

impl ModelFacts {
    /// What the adapter offers, less what this model is known not to do.
    #[must_use]
    pub fn within(&self, mut can: ChatCapabilities) -> ChatCapabilities {
        for (known, offered) in [
            (self.image_input, &mut can.image_input),
            (self.video_input, &mut can.video_input),
            (self.tools, &mut can.tools),
            (self.json_schema, &mut can.json_schema),
            (self.reasoning, &mut can.reasoning),
            (self.web_search, &mut can.web_search),
        ] {
            *offered &= known.unwrap_or(true);
        }
        can.forced_tool_choice &= can.tools;
        can
    }

    /// How long the model is there.
    #[must_use]
    pub fn lifetime(&self, now: Timestamp) -> Lifetime {
        let Some(on) = self.ends else { return Lifetime::Open };
        let replacement = self.replacement.clone();
        match (on - now.to_zoned(TimeZone::UTC).date()).get_days() {
            days @ 1.. => Lifetime::Ends { on, days: days.unsigned_abs(), replacement },
            _ => Lifetime::Over { since: on, replacement },
        }
    }
}

/// How long a model is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Lifetime {
    /// No end is known.
    Open,
    /// It ends.
    Ends {
        /// On this day.
        on: Date,
        /// In so many days.
        days: u32,
        /// What the vendor names in its place.
        replacement: Option<String>,
    },
    /// It is gone.
    Over {
        /// Since this day.
        since: Date,
        /// What the vendor names in its place.
        replacement: Option<String>,
    },
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let replacement = match self {
            Self::Open => return f.write_str("no end is known"),
            Self::Ends { on, days, replacement } => {
                write!(f, "ends on {on}, in {days} days")?;
                replacement
            }
            Self::Over { since, replacement } => {
                write!(f, "was to end on {since}")?;
                replacement
            }
        };
        replacement.as_ref().map_or(Ok(()), |replacement| write!(f, "; its vendor names {replacement} instead"))
    }
}

/// Facts by model address, with the date on which they were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelTable {
    /// When the facts were read, for instance `2026-11`.
    pub date: String,
    /// Facts by address (`vendor/model`).
    pub models: BTreeMap<String, ModelFacts>,
}

impl ModelTable {
    /// An empty table of this date.
    #[must_use]
    pub fn new(date: impl Into<String>) -> Self {
        Self { date: date.into(), models: BTreeMap::new() }
    }

    /// Sets what is known about a model.
    #[must_use]
    pub fn with_model(mut self, address: impl Into<String>, facts: ModelFacts) -> Self {
        self.models.insert(address.into(), facts);
        self
    }

    /// What is known about a model; `None` for one that the table does not know.
    #[must_use]
    pub fn facts(&self, address: &ModelAddress) -> Option<&ModelFacts> {
        self.models.get(&address.to_string())
    }

    /// How long a model is there, as far as the table knows.
    #[must_use]
    pub fn lifetime(&self, address: &ModelAddress, now: Timestamp) -> Lifetime {
        self.facts(address).map_or(Lifetime::Open, |facts| facts.lifetime(now))
    }
}

#[cfg(test)]
mod tests {
    //! Invented models.

    use super::*;

    fn facts(ends: &str) -> ModelFacts {
        ModelFacts {
            ends: ends.parse().ok(),
            tools: Some(false),
            replacement: Some("new".into()),
            ..ModelFacts::default()
        }
    }

    // Museum E15: an end is data with a date, and an unknown model is not refused.
    #[test]
    fn e15_models_end_on_a_day_and_unknown_ones_are_open() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        for (ends, said) in [
            ("2026-11-21", "ends on 2026-11-21, in 1 days; its vendor names new instead"),
            ("2026-11-20", "was to end on 2026-11-20; its vendor names new instead"),
            ("", "no end is known"),
        ] {
            let table = ModelTable::new("2026-11").with_model("v/old", facts(ends));
            assert_eq!(table.lifetime(&"v/old".parse().unwrap(), now).to_string(), said);
            assert_eq!(table.lifetime(&"v/unheard-of".parse().unwrap(), now), Lifetime::Open);
        }
    }

    #[test]
    fn what_is_not_known_is_not_taken_away() {
        let can = facts("").within(ChatCapabilities::all());
        assert!(!can.tools && !can.forced_tool_choice && can.image_input && can.json_schema);
    }
}
