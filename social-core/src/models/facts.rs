//! What is known about one model, and what that leaves of what its adapter offers.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::lifetime::Lifetime;
use crate::chat::{ChatCapabilities, Effort};
use crate::clock::Timestamp;
use crate::make::{Condition, Test};

/// What is known about a model. What is not known is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// Reads documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_input: Option<bool>,
    /// Hears sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio_input: Option<bool>,
    /// Calls tools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<bool>,
    /// Answers in JSON of a given schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json_schema: Option<bool>,
    /// Thinks before it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<bool>,
    /// How it thinks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thinking: Option<ThinkingFacts>,
    /// Which sampling options it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Sampling>,
    /// Can be made to call a certain tool, or any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forced_tools: Option<bool>,
    /// Goes on with an answer that the request begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<bool>,
    /// Takes standing instructions in their place among the messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_system: Option<bool>,
    /// What it excludes besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
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

/// How a model thinks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ThinkingFacts {
    /// It thinks when the request says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<bool>,
    /// It can be told not to think.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub off: Option<bool>,
    /// It can be told to think between calls of tools only, which is the least.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub between_tools: bool,
    /// It takes a maximum of tokens for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<bool>,
    /// It takes thinking that is as long as the task needs, told by an effort.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adaptive: Option<bool>,
    /// The efforts that it takes; empty where that is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub efforts: Vec<Effort>,
}

/// Which sampling options a model takes: temperature and nucleus sampling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sampling {
    /// All.
    Accepted,
    /// None but the usual values.
    Refused,
    /// None but the usual values while it thinks.
    WithoutThinking,
}

impl ModelFacts {
    /// What the adapter offers, less what this model is known not to do.
    #[must_use]
    pub fn within(&self, mut can: ChatCapabilities) -> ChatCapabilities {
        let thinks = self.thinking.as_ref();
        for (known, offered) in [
            (self.image_input, &mut can.image_input),
            (self.video_input, &mut can.video_input),
            (self.document_input, &mut can.document_input),
            (self.audio_input, &mut can.audio_input),
            (self.tools, &mut can.tools),
            (self.json_schema, &mut can.json_schema),
            (self.reasoning, &mut can.reasoning),
            (self.web_search, &mut can.web_search),
            (self.forced_tools, &mut can.forced_tool_choice),
            (self.sampling.map(|sampling| sampling == Sampling::Accepted), &mut can.temperature),
        ] {
            *offered &= known.unwrap_or(true);
        }
        can.forced_tool_choice &= can.tools;
        can.document_citations &= can.document_input;
        let maximum = self.output_tokens.and_then(|tokens| u32::try_from(tokens).ok());
        can.output_tokens = can.output_tokens.into_iter().chain(maximum).min();
        can.usual_output_tokens = can.usual_output_tokens.map(|usual| maximum.map_or(usual, |most| usual.min(most)));
        can.conditions.extend(self.sampling.into_iter().flat_map(|sampling| sampling.conditions(thinks)));
        if self.forced_tools == Some(false) {
            let why = "this model cannot be made to call a tool; ask for it in words";
            can.conditions.push(Condition::that("tool_choice", Test::is("none")).because(why));
        }
        if self.prefill == Some(false) {
            let why = "this model does not go on with an answer that was begun";
            can.conditions.push(Condition::that("prefill", Test::Unset).because(why));
        }
        can.conditions.extend(thinks.into_iter().flat_map(ThinkingFacts::conditions));
        can.conditions.extend(self.conditions.iter().cloned());
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

/// Every effort but none at all.
const THINKING: [&str; 6] = ["minimal", "low", "medium", "high", "xhigh", "max"];

impl Sampling {
    fn conditions(self, thinking: Option<&ThinkingFacts>) -> Vec<Condition> {
        let usual = |option: &'static str| {
            Condition::that(option, Test::is(1.0)).because("this model takes no other value than the usual one")
        };
        let options = ["temperature", "top_p"].into_iter();
        match self {
            Self::Accepted => Vec::new(),
            Self::Refused => options.map(usual).collect(),
            Self::WithoutThinking => options
                .flat_map(|option| {
                    let told = usual(option).when("reasoning.effort", Test::one_of(THINKING));
                    let unsaid = usual(option).when("reasoning.effort", Test::Unset);
                    // What it does when nothing is said may not be known.
                    let on = thinking.and_then(|thinking| thinking.on) == Some(true);
                    [Some(told), on.then_some(unsaid)].into_iter().flatten()
                })
                .collect(),
        }
    }
}

impl ThinkingFacts {
    fn conditions(&self) -> Vec<Condition> {
        let mut conditions = Vec::new();
        if self.budget == Some(false) {
            let why = "this model takes an effort, no budget";
            conditions.push(Condition::that("reasoning.budget_tokens", Test::Unset).because(why));
        }
        let off = self.off == Some(true) || self.between_tools;
        let efforts = self.efforts.iter().map(|effort| effort.as_str()).chain(off.then_some("none"));
        if !self.efforts.is_empty() {
            let why = "this model takes no other effort";
            conditions.push(Condition::that("reasoning.effort", Test::one_of(efforts)).because(why));
        } else if self.off == Some(false) && !self.between_tools {
            let why = "this model always thinks";
            conditions.push(Condition::that("reasoning.effort", Test::one_of(THINKING)).because(why));
        }
        conditions
    }
}
