//! Rules for texts, threads and polls.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Span, setters};
use crate::text::Unit;

/// Whether a limit holds with files, without them, or both ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attached {
    /// Both ways.
    #[default]
    Either,
    /// Where the post shows a file.
    Files,
    /// Where it shows none.
    Nothing,
}

impl Attached {
    fn holds(self, files: bool) -> bool {
        match self {
            Self::Either => true,
            Self::Files => files,
            Self::Nothing => !files,
        }
    }
}

/// How long a text may be at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TextLimit {
    /// What is counted.
    pub unit: Unit,
    /// The maximum. 0 says that there is no text.
    pub maximum: usize,
    /// When the limit holds.
    #[serde(default)]
    pub when: Attached,
}

impl TextLimit {
    /// A limit that always holds.
    #[must_use]
    pub const fn new(unit: Unit, maximum: usize) -> Self {
        Self { unit, maximum, when: Attached::Either }
    }

    /// Holds only then.
    #[must_use]
    pub const fn when(mut self, attached: Attached) -> Self {
        self.when = attached;
        self
    }
}

/// How long a text may be, in the platform's own unit. Several limits apply together.
///
/// ```
/// use social_core::publish::{Attached, TextLimit, TextRule};
/// use social_core::text::Unit;
///
/// let caption = TextRule::default()
///     .with_limit(TextLimit::new(Unit::Utf16, 4096).when(Attached::Nothing))
///     .with_limit(TextLimit::new(Unit::Utf16, 1024).when(Attached::Files));
/// assert_eq!(caption.limits(true), [(Unit::Utf16, 1024)]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TextRule {
    /// The limits.
    pub limits: Vec<TextLimit>,
    /// The text must not be empty.
    pub required: bool,
}

impl TextRule {
    /// No text at all.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::of([(Unit::Chars, 0)])
    }

    /// These limits together; not required.
    #[must_use]
    pub fn of(limits: impl IntoIterator<Item = (Unit, usize)>) -> Self {
        let limits = limits.into_iter().map(|(unit, maximum)| TextLimit::new(unit, maximum));
        Self { limits: limits.collect(), required: false }
    }

    /// Adds a limit.
    #[must_use]
    pub fn with_limit(mut self, limit: TextLimit) -> Self {
        self.limits.push(limit);
        self
    }

    /// Must not be empty.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The limits of a text that stands beside files, or alone, as unit and maximum.
    #[must_use]
    pub fn limits(&self, files: bool) -> Vec<(Unit, usize)> {
        self.limits.iter().filter(|limit| limit.when.holds(files)).map(|limit| (limit.unit, limit.maximum)).collect()
    }

    /// Whether a text is accepted at all beside files, or alone.
    #[must_use]
    pub fn accepts(&self, files: bool) -> bool {
        self.limits.iter().all(|limit| limit.maximum > 0 || !limit.when.holds(files))
    }

    /// How long a text is by each limit. Check, fit and previews all count with this.
    #[must_use]
    pub fn measure(&self, text: &str, files: bool) -> Vec<Measure> {
        self.limits(files).into_iter().map(|(unit, maximum)| Measure::new(unit, unit.count(text), maximum)).collect()
    }

    pub(super) fn in_words(&self, name: &str) -> Vec<String> {
        let accepts = [true, false].map(|files| self.accepts(files));
        if accepts == [false, false] {
            return vec![format!("There is no {name}: leave it empty.")];
        }
        let mut sentences = Vec::new();
        if self.required {
            sentences.push(format!("The {name} is required."));
        }
        let limit = |limit: &TextLimit| format!("at most {} {}", limit.maximum, limit.unit.noun());
        let of = |when: Attached| {
            let limits = self.limits.iter().filter(|limit| limit.when == when);
            limits.map(limit).collect::<Vec<_>>().join(" and ")
        };
        for (when, condition) in
            [(Attached::Either, ""), (Attached::Files, "Beside files, "), (Attached::Nothing, "Without files, ")]
        {
            match (of(when), condition) {
                (limits, _) if limits.is_empty() => {}
                (limits, "") => sentences.push(format!("The {name} has {limits}.")),
                (limits, condition) => sentences.push(format!("{condition}the {name} has {limits}.")),
            }
        }
        sentences
    }
}

/// How long a text is, and how long it may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Measure {
    /// The name of the unit.
    pub unit: String,
    /// What one of it is called, for instance `characters`.
    pub noun: String,
    /// How long it is.
    pub used: usize,
    /// How long it may be.
    pub maximum: usize,
}

impl Measure {
    /// A text of this length.
    #[must_use]
    pub fn new(unit: Unit, used: usize, maximum: usize) -> Self {
        Self { unit: unit.name().to_owned(), noun: unit.noun().to_owned(), used, maximum }
    }

    /// The text is longer than allowed.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.used > self.maximum
    }
}

/// The further parts of a thread. Each keeps to the rules of the post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ThreadRule {
    /// The maximum number of further parts; `None` is unlimited or unknown.
    pub max_parts: Option<usize>,
}

impl ThreadRule {
    /// Any number of parts.
    #[must_use]
    pub const fn new() -> Self {
        Self { max_parts: None }
    }

    setters! { with_max_parts = max_parts: Option<usize> }
}

/// What a poll must be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PollRule {
    /// The number of answers.
    pub choices: Span<usize>,
    /// One answer.
    pub choice: TextRule,
    /// For how long it can be answered.
    pub open_for: Span<Duration>,
    /// Several answers may be chosen.
    pub multiple: bool,
    /// The post may also show files.
    pub with_files: bool,
}

impl PollRule {
    /// A poll of any answers, of which one is chosen, without files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        with_choices = choices: Span<usize>,
        with_choice = choice: TextRule,
        with_open_for = open_for: Span<Duration>,
        with_multiple = multiple: bool,
        with_files = with_files: bool,
    }
}
