//! Making a post keep to rules: what would have to change, and changing it.

mod apply;
mod images;
mod propose;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::post::Post;
use super::rules::Rules;
use crate::enhance::{Enhancement, Enhancer};
use crate::error::Result;
use crate::run::Run;

pub use apply::apply;
#[cfg(feature = "campaign")]
pub(crate) use propose::in_words;
pub use propose::propose;

/// Something that would make a post keep to rules. It can be shown, taken, or left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Proposal {
    /// The field of the post, for instance `attachments[2]` or `thread[0].text`.
    pub field: String,
    /// What it does, in words, a sentence each.
    pub says: Vec<String>,
    /// What it does.
    pub fix: Fix,
}

impl Proposal {
    fn new(field: impl Into<String>, says: impl Into<Vec<String>>, fix: Fix) -> Self {
        Self { field: field.into(), says: says.into(), fix }
    }
}

impl fmt::Display for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.says.join("; "))
    }
}

/// What a proposal does. A part is 0 for the post itself, and from 1 on for the parts of its
/// thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fix {
    /// Another text.
    Text {
        /// Of which part.
        part: usize,
        /// The text.
        to: String,
    },
    /// Another title.
    Title {
        /// The title.
        to: String,
    },
    /// Another alt text.
    AltText {
        /// Of which part.
        part: usize,
        /// Of which of its attachments.
        index: usize,
        /// The alt text.
        to: String,
    },
    /// Only the first languages.
    Languages {
        /// How many.
        keep: usize,
    },
    /// Another image in the place of one.
    Enhance {
        /// Of which part.
        part: usize,
        /// Which of its attachments.
        index: usize,
        /// What is done to it, in order.
        operations: Vec<Enhancement>,
    },
    /// The same image without places, times and camera notes.
    StripNotes {
        /// Of which part.
        part: usize,
        /// Which of its attachments.
        index: usize,
    },
    /// No such file.
    LeaveOut {
        /// Of which part.
        part: usize,
        /// Which of its attachments.
        index: usize,
    },
}

/// A post that was made to fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fitted {
    /// The post. What could not be made to fit is as it was; the check finds it.
    pub post: Post,
    /// What is different now, in the order in which it was done.
    pub changes: Vec<Change>,
}

/// Something that fitting did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Change {
    /// The field of the post as it was given, for instance `attachments[2]`.
    pub field: String,
    /// What was done, or could not be done, in words.
    pub message: String,
}

impl Change {
    fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// Makes a post keep to rules as far as that can be done without a person, and says what it did:
/// [`propose`], and [`apply`] of every proposal.
///
/// # Errors
/// As [`apply`].
pub async fn fit(run: &Run, rules: &Rules, post: Post, enhancer: Option<&Enhancer>) -> Result<Fitted> {
    let proposals = propose(rules, &post, enhancer).await;
    apply(run, post, &proposals, enhancer).await
}

/// The name of a field of a part.
fn field_of(part: usize, name: &str) -> String {
    match part.checked_sub(1) {
        Some(index) => format!("thread[{index}].{name}"),
        None => name.to_owned(),
    }
}
