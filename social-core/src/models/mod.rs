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

mod facts;
mod lifetime;
mod listed;

use std::collections::BTreeMap;

pub use facts::{ModelFacts, Sampling, ThinkingFacts};
pub use jiff::civil::Date;
pub use lifetime::Lifetime;
pub use listed::{ListedModel, ModelLister};
use serde::{Deserialize, Serialize};

use crate::ModelAddress;
use crate::clock::Timestamp;

/// Facts by model address, with the date on which they were read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelTable {
    /// When the facts were read, for instance `2026-11-28`.
    pub date: String,
    /// What they were read from, each with its version or date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Facts by address (`vendor/model`).
    pub models: BTreeMap<String, ModelFacts>,
}

impl ModelTable {
    /// An empty table of this date.
    #[must_use]
    pub fn new(date: impl Into<String>) -> Self {
        Self { date: date.into(), ..Self::default() }
    }

    /// Sets what is known about a model.
    #[must_use]
    pub fn with_model(mut self, address: impl Into<String>, facts: ModelFacts) -> Self {
        self.models.insert(address.into(), facts);
        self
    }

    /// What is known about a model; `None` for one that the table does not know. A dated id
    /// (`model-2026-03-01`, `model@20260301`) has the facts of the id without its date.
    #[must_use]
    pub fn facts(&self, address: &ModelAddress) -> Option<&ModelFacts> {
        let address = address.to_string();
        self.models.get(&address).or_else(|| self.models.get(undated(&address)?))
    }

    /// How long a model is there, as far as the table knows.
    #[must_use]
    pub fn lifetime(&self, address: &ModelAddress, now: Timestamp) -> Lifetime {
        self.facts(address).map_or(Lifetime::Open, |facts| facts.lifetime(now))
    }
}

/// An id without the day at its end.
fn undated(id: &str) -> Option<&str> {
    let (dashed, plain) = (id.len().checked_sub(11)?, id.len().checked_sub(9)?);
    let is_day = |day: &str, form: &str| {
        let fits = |(c, f): (char, char)| if f == '0' { c.is_ascii_digit() } else { f == c };
        day.chars().zip(form.chars()).all(fits)
    };
    let ends = |at: usize, forms: [&str; 2]| id.get(at..).is_some_and(|day| forms.iter().any(|form| is_day(day, form)));
    match () {
        () if ends(dashed, ["-0000-00-00"; 2]) => id.get(..dashed),
        () if ends(plain, ["-00000000", "@00000000"]) => id.get(..plain),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    //! Invented models.

    use super::*;
    use crate::chat::ChatCapabilities;

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

    /// After the refusals that the vendors' pages name: Claude Opus 5.5, Sonnet 5.5, GPT-5.6.
    #[test]
    fn f2_facts_become_conditions_of_requests() {
        let facts: ModelFacts = serde_json::from_str(
            r#"{"output_tokens": 128000, "sampling": "without_thinking", "forced_tools": false, "prefill": false,
                "thinking": {"on": true, "off": false, "budget": false, "efforts": ["low", "high"]}}"#,
        )
        .unwrap();
        let mut all = ChatCapabilities::all();
        all.usual_output_tokens = Some(200_000);
        let can = facts.within(all);
        assert_eq!((can.output_tokens, can.usual_output_tokens), (Some(128_000), Some(128_000)));
        assert!(!can.forced_tool_choice && !can.temperature);
        let effort = |effort| crate::chat::ReasoningOptions { effort: Some(effort), ..Default::default() };
        let hi = || crate::chat::ChatRequest::new("hi");
        for (request, ok) in [
            (hi(), true),
            (hi().with_temperature(0.2), false),
            (hi().with_reasoning(effort(crate::chat::Effort::Low)), true),
            (hi().with_reasoning(effort(crate::chat::Effort::None)), false),
            (hi().with_reasoning(effort(crate::chat::Effort::Max)), false),
        ] {
            assert_eq!(can.check(&request).is_ok(), ok, "{request:?}");
        }
        // Nothing is assumed of a model of which nothing is known.
        assert!(ModelFacts::default().within(ChatCapabilities::all()).conditions.is_empty());
    }

    #[test]
    fn a_dated_id_has_the_facts_of_its_model() {
        let table = ModelTable::new("2026-11").with_model("v/m-5", facts("2027-01-01"));
        for (address, known) in [
            ("v/m-5", true),
            ("v/m-5-20260301", true),
            ("v/m-5@20260301", true),
            ("v/m-5-2026-03-01", true),
            ("v/m-5-5", false),
        ] {
            assert_eq!(table.facts(&address.parse().unwrap()).is_some(), known, "{address}");
        }
    }
}
