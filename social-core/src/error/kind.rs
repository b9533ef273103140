//! What went wrong, whether it had an effect, and when to try again.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What went wrong, in the terms on which a caller acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The key or token is wrong, expired or revoked.
    Auth,
    /// The key is good but may not do this (scope, plan, region, account state).
    Permission,
    /// Too many requests; a later one can succeed.
    RateLimited,
    /// No money, credits or daily quota left; waiting a little does not help.
    QuotaExhausted,
    /// The request is malformed or a value is out of range.
    InvalidRequest,
    /// The vendor or model does not offer what was asked for.
    Unsupported,
    /// The content was refused; see [`Error::rejection`](super::Error::rejection).
    Rejected,
    /// The platform says that this content exists already.
    Duplicate,
    /// The model, post, account or file does not exist.
    NotFound,
    /// An image, video or audio is not what the receiver takes.
    MediaInvalid,
    /// A job ended without a result, by the vendor's own verdict.
    JobFailed,
    /// No answer within the allowed time.
    Timeout,
    /// The vendor is down, overloaded or still loading.
    Unavailable,
    /// The connection failed.
    Transport,
    /// The vendor said something that cannot be read; see [`Error::body`](super::Error::body).
    Protocol,
    /// The answer ended before it was complete; see [`Error::partial`](super::Error::partial).
    Truncated,
    /// The call may or may not have had its effect. No layer repeats it; the same run asks again
    /// later.
    OutcomeUnknown,
    /// The budget refuses the call. Nothing was sent.
    OverBudget,
    /// The caller cancelled.
    Cancelled,
    /// A setting is missing or wrong. Nothing was sent.
    Config,
    /// A journal, file or directory on this machine failed.
    Storage,
    /// Somebody else holds the run. Nothing was done; later it may be free.
    Held,
    /// A gate of the application is closed: kill switch, pause, quota, quiet hours. Nothing was
    /// sent.
    Paused,
}

impl ErrorKind {
    /// Whether an error of this kind proves that the call had no effect at the vendor, unless the
    /// error says otherwise.
    #[must_use]
    pub const fn effect(self) -> Effect {
        match self {
            Self::Auth
            | Self::Permission
            | Self::RateLimited
            | Self::QuotaExhausted
            | Self::InvalidRequest
            | Self::Unsupported
            | Self::Rejected
            | Self::NotFound
            | Self::MediaInvalid
            | Self::OverBudget
            | Self::Config
            | Self::Held
            | Self::Paused => Effect::None,
            _ => Effect::Unknown,
        }
    }

    /// The name in lower case with underscores, as it appears in reports and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Permission => "permission",
            Self::RateLimited => "rate_limited",
            Self::QuotaExhausted => "quota_exhausted",
            Self::InvalidRequest => "invalid_request",
            Self::Unsupported => "unsupported",
            Self::Rejected => "rejected",
            Self::Duplicate => "duplicate",
            Self::NotFound => "not_found",
            Self::MediaInvalid => "media_invalid",
            Self::JobFailed => "job_failed",
            Self::Timeout => "timeout",
            Self::Unavailable => "unavailable",
            Self::Transport => "transport",
            Self::Protocol => "protocol",
            Self::Truncated => "truncated",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::OverBudget => "over_budget",
            Self::Cancelled => "cancelled",
            Self::Config => "config",
            Self::Storage => "storage",
            Self::Held => "held",
            Self::Paused => "paused",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a failed call may have had its effect all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Proven: the vendor never saw the request, or refused it.
    None,
    /// Something may have been made, billed or posted.
    Unknown,
}

/// When the same request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// Asking again cannot help.
    Never,
    /// The vendor named a wait.
    After(Duration),
    /// It may help after a pause of our choosing.
    Backoff,
}

/// Where content was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The prompt or the uploaded content.
    Input,
    /// What the model made.
    Output,
}

/// A refusal of content: by whom it was decided is in [`Error::vendor`](super::Error::vendor), why
/// is here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Prompt or result.
    pub stage: Stage,
    /// The vendor's own category or code, for instance `IMAGE_SAFETY`.
    pub category: Option<String>,
}
