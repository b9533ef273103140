//! The lines of a journal.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::settlement::Settled;
use crate::clock::Timestamp;
use crate::usage::MicroDollars;

/// One line of a run's journal.
///
/// A store keeps entries as their JSON, in order, and needs to look into none of them. Fields are
/// added to entries over time; what a store or an older program does not know in them is left
/// alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Entry {
    /// The input that the run is bound to, as a digest.
    Bound {
        /// The run or child, `""` for the run itself.
        scope: String,
        /// The [digest](crate::canonical::Digest) of the input.
        digest: String,
    },
    /// The step is about to have its effect.
    Intent {
        /// The step, with its children's names in front, joined with `/`.
        step: String,
        /// When.
        at: Timestamp,
    },
    /// The step began and its outcome is not known. Nothing of it is sent from now on.
    Lost {
        /// The step.
        step: String,
        /// When.
        at: Timestamp,
    },
    /// The step's result.
    Done {
        /// The step.
        step: String,
        /// What it returned.
        value: Value,
        /// When.
        at: Timestamp,
        /// When the result stops being usable.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
        /// The result is a [`Job`](crate::job::Job) that the vendor works on.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        job: bool,
        /// Who said that this is the result, when no vendor did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        settled: Option<Settled>,
    },
    /// The intended effect did not happen. The step may run again.
    Absent {
        /// The step.
        step: String,
        /// When.
        at: Timestamp,
        /// What proved it.
        because: String,
        /// Who said so, when nothing proved it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        settled: Option<Settled>,
    },
    /// Whether the effect happened cannot be found out, and a person allows the step to run, and
    /// to be paid for, again.
    GivenUp {
        /// The step.
        step: String,
        /// When.
        at: Timestamp,
        /// Who said so.
        settled: Settled,
    },
    /// The saved result of a repeatable step is of no more use. The step may run again.
    Forgotten {
        /// The step.
        step: String,
        /// When.
        at: Timestamp,
        /// Why.
        because: String,
    },
    /// A file is kept whole.
    File {
        /// The file; its name has the children's names in front, joined with `/`.
        file: StoredFile,
        /// When.
        at: Timestamp,
    },
    /// A job is over: its result is saved, or the vendor gave its verdict.
    JobOver {
        /// The step that submitted it.
        step: String,
        /// When.
        at: Timestamp,
        /// Why, when there is no result.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<String>,
    },
    /// Paid work begins. What it may cost counts as spent from now on.
    Charge {
        /// The run or child that is charged, `""` for the run itself.
        scope: String,
        /// When.
        at: Timestamp,
        /// The most that it may cost, where a price is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        estimate: Option<MicroDollars>,
    },
    /// Paid work is over.
    Cost {
        /// The run or child that was charged.
        scope: String,
        /// When.
        at: Timestamp,
        /// What it cost, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cost: Option<MicroDollars>,
    },
    /// What the run as a whole has come to. Holds until the next step.
    Marked {
        /// What.
        mark: Mark,
        /// When.
        at: Timestamp,
        /// More about it, for people.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
}

/// What a run as a whole has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mark {
    /// Everything that was to be done is done.
    Finished,
    /// It goes on when a person has decided something.
    Waiting,
}

/// A file of a run: a video, an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredFile {
    /// Its name within the run.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
}

impl StoredFile {
    /// A file of this name, size and SHA-256 in hexadecimal digits.
    #[must_use]
    pub fn new(name: impl Into<String>, bytes: u64, sha256: impl Into<String>) -> Self {
        Self { name: name.into(), bytes, sha256: sha256.into() }
    }
}

impl Entry {
    /// When it was written, where it says so.
    #[must_use]
    pub fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Bound { .. } => None,
            Self::Intent { at, .. }
            | Self::Lost { at, .. }
            | Self::Done { at, .. }
            | Self::Absent { at, .. }
            | Self::GivenUp { at, .. }
            | Self::Forgotten { at, .. }
            | Self::File { at, .. }
            | Self::JobOver { at, .. }
            | Self::Charge { at, .. }
            | Self::Cost { at, .. }
            | Self::Marked { at, .. } => Some(*at),
        }
    }
}
