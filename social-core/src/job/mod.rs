//! Work that a vendor does in the background: submitted once, waited for, collected, in this
//! process or a later one.
//!
//! ```
//! use social_core::clock::Timestamp;
//! use social_core::job::{self, Job, JobState, Pending, PollPolicy};
//! use social_core::run::{Found, Run};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! # let run = Run::ephemeral();
//! // The paid request, once.
//! let submit = || async { Ok(Job::new("task-17", run.clock().now()).with_model("dawn")) };
//! let job = job::submit(&run, submit, |_| async { Ok(Found::Unknown) }).await?;
//! assert_eq!(run.jobs().len(), 1);
//! // Asked until it is done; a later process asks with what the journal kept.
//! let check = || async { Ok(JobState::Done("https://cdn.example/video.mp4".to_owned())) };
//! # let policy = PollPolicy { first: std::time::Duration::ZERO, ..PollPolicy::default() };
//! let address = job::collect(&run, &policy, &job, check).await?;
//! assert!(run.jobs().is_empty());
//! # Ok::<_, social_core::Error>(()) }).unwrap();
//! ```
//!
//! # Webhooks
//! A vendor's call to a webhook is a reason to ask, never an answer: whoever knows the address can
//! send one. The handler reads the job's id from it and rings the [`JobBell`] that runs were
//! [opened with](crate::run::OpenOptions::with_bell): a wait in this process then asks the vendor
//! at once. When no run waits, [`JobBell::ring`] says so; the handler finds the run by
//! [`Journal::list`](crate::run::Journal::list) and [`RunView::jobs`](crate::run::RunView::jobs)
//! and calls its work again, which asks the vendor first.

mod bell;
mod collect;
#[cfg(test)]
mod tests;
mod wait;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

pub use self::bell::JobBell;
pub use self::collect::{collect, end, keep_file, submit};
pub use self::wait::wait;
use crate::clock::Timestamp;

/// How to wait for a job: growing pauses with jitter until a deadline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PollPolicy {
    /// Before the first question.
    pub first: Duration,
    /// Each pause is this many times the one before.
    pub growth: f64,
    /// The longest pause.
    pub longest: Duration,
    /// The part of each pause that is random, 0 to 1.
    pub jitter: f64,
    /// All together, counted from the job's creation.
    pub deadline: Duration,
}

impl Default for PollPolicy {
    /// The first question after 5 seconds, pauses of up to 20 seconds, for 15 minutes.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5),
            growth: 1.2,
            longest: Duration::from_secs(20),
            jitter: 0.2,
            deadline: Duration::from_secs(900),
        }
    }
}

/// A running job: all that another process needs to ask the vendor after it, and to cancel it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Job {
    /// The vendor's id.
    pub id: String,
    /// When it was submitted.
    pub submitted_at: Timestamp,
    /// What kind of job it is, where the vendor is asked in different places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The model that works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Where the vendor wants to be asked. It is the vendor's word: ask there with credentials only
    /// when it is the host that the credentials are for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll_url: Option<Url>,
    /// What else the vendor needs.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

impl Job {
    /// The job of this id, submitted at this time.
    #[must_use]
    pub fn new(id: impl Into<String>, submitted_at: Timestamp) -> Self {
        Self { id: id.into(), submitted_at, kind: None, model: None, poll_url: None, extra: Map::new() }
    }

    /// Says what kind of job it is.
    #[must_use]
    pub fn with_kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(kind.into());
        self
    }

    /// Says which model works on it.
    #[must_use]
    pub fn with_model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// Says where the vendor wants to be asked.
    #[must_use]
    pub fn with_poll_url(mut self, url: Url) -> Self {
        self.poll_url = Some(url);
        self
    }

    /// Keeps what else the vendor needs. No secret: it is stored.
    #[must_use]
    pub fn with_extra(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(name.into(), value.into());
        self
    }
}

/// How far a job is, in our words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JobPhase {
    /// It waits for its turn.
    Queued,
    /// It is worked on, or the vendor's word is one that we do not know.
    Working,
}

/// What an observer is told about a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JobProgress {
    /// The vendor's id of the job.
    pub job: String,
    /// How far it is, in our words.
    pub phase: JobPhase,
    /// The vendor's own word for it.
    pub word: String,
    /// From 0 to 1, where the vendor says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fraction: Option<f32>,
}

/// A job that is not finished.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Pending {
    /// How far it is, in our words.
    pub phase: JobPhase,
    /// The vendor's own word for it.
    pub word: String,
    /// From 0 to 1, where the vendor says.
    pub fraction: Option<f32>,
    /// The vendor asks for this pause.
    pub wait: Option<Duration>,
}

impl Pending {
    /// It waits for its turn; this is the vendor's word for that.
    #[must_use]
    pub fn queued(word: impl Into<String>) -> Self {
        Self { phase: JobPhase::Queued, word: word.into(), fraction: None, wait: None }
    }

    /// It is worked on. Words that the adapter does not know count as this.
    #[must_use]
    pub fn working(word: impl Into<String>) -> Self {
        Self { phase: JobPhase::Working, ..Self::queued(word) }
    }

    /// How far it is, from 0 to 1.
    #[must_use]
    pub fn with_fraction(mut self, fraction: f32) -> Self {
        self.fraction = Some(fraction);
        self
    }

    /// The vendor asks for this pause.
    #[must_use]
    pub fn with_wait(mut self, wait: Duration) -> Self {
        self.wait = Some(wait);
        self
    }
}

/// What a question after a job came back with.
#[derive(Clone, Debug, PartialEq)]
pub enum JobState<T> {
    /// Not finished.
    Pending(Pending),
    /// Finished.
    Done(T),
}

impl<T> From<Pending> for JobState<T> {
    fn from(pending: Pending) -> Self {
        Self::Pending(pending)
    }
}
