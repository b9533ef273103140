//! One error for the whole family: what happened, who said it, and whether asking again can help.

mod attempt;
mod build;
mod kind;
mod report;
mod text;

use std::borrow::Cow;
use std::time::Duration;

pub use attempt::Attempt;
pub use kind::{Effect, ErrorKind, Rejection, Retry, Stage};
pub use report::ErrorReport;

use crate::Vendor;
use crate::usage::Usage;

/// The result of every fallible call in this family.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    retry: Option<Retry>,
    effect: Option<Effect>,
    vendor: Option<Vendor>,
    operation: Option<Cow<'static, str>>,
    model: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    request_id: Option<String>,
    requests: u32,
    field: Option<Cow<'static, str>>,
    item: Option<usize>,
    token_expired: bool,
    rejection: Option<Rejection>,
    body: Option<String>,
    partial: Option<String>,
    usage: Option<Usage>,
    attempts: Vec<Attempt>,
    source: Option<Source>,
}

/// Everything that is known about a failure. One pointer wide.
///
/// [`Display`](std::fmt::Display) is one line on which a person can act; [`kind`](Self::kind) is what
/// code matches on; [`retry`](Self::retry) and [`effect`](Self::effect) tell whether sending again
/// can help and whether it is safe.
pub struct Error(Box<Inner>);

impl Error {
    /// Makes an error of `kind`. The message says what to do about it, without secrets.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            retry: None,
            effect: None,
            vendor: None,
            operation: None,
            model: None,
            status: None,
            code: None,
            request_id: None,
            requests: 0,
            field: None,
            item: None,
            token_expired: false,
            rejection: None,
            body: None,
            partial: None,
            usage: None,
            attempts: Vec::new(),
            source: None,
        }))
    }

    /// A missing or wrong setting.
    #[must_use]
    pub fn config(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Config, message)
    }

    /// A bad value: names the field, the value and the limit.
    #[must_use]
    pub fn invalid(field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidRequest, message).with_field(field)
    }

    /// An option that this vendor or model cannot honour. It is refused, never dropped.
    #[must_use]
    pub fn unsupported(option: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Unsupported, message).with_field(option)
    }

    /// An answer that cannot be read. `raw` is kept, shortened.
    #[must_use]
    pub fn protocol(message: impl Into<Cow<'static, str>>, raw: impl AsRef<[u8]>) -> Self {
        Self::new(ErrorKind::Protocol, message).with_body(raw)
    }

    /// Content that was refused.
    #[must_use]
    pub fn rejected(stage: Stage, category: Option<String>, message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::new(ErrorKind::Rejected, message);
        error.0.rejection = Some(Rejection { stage, category });
        error
    }

    /// The longest excerpt of a vendor's answer that an error keeps, in bytes.
    pub const BODY_LIMIT: usize = 2048;

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message without vendor, status and code.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// When the same request may be sent again. Where the vendor does not say, it follows from the
    /// kind.
    #[must_use]
    pub fn retry(&self) -> Retry {
        self.0.retry.unwrap_or(match self.0.kind {
            ErrorKind::RateLimited
            | ErrorKind::Timeout
            | ErrorKind::Unavailable
            | ErrorKind::Transport
            | ErrorKind::Held => Retry::Backoff,
            _ => Retry::Never,
        })
    }

    /// The wait that the vendor named, if it did.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        match self.0.retry {
            Some(Retry::After(wait)) => Some(wait),
            _ => None,
        }
    }

    /// Whether somebody said when to retry, as opposed to the kind's default.
    #[must_use]
    pub fn has_retry_advice(&self) -> bool {
        self.0.retry.is_some()
    }

    /// Whether the call may have had its effect.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.0.effect.unwrap_or(self.0.kind.effect())
    }

    /// The vendor that failed.
    #[must_use]
    pub fn vendor(&self) -> Option<&Vendor> {
        self.0.vendor.as_ref()
    }

    /// The operation that failed.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// The model that was asked for, as it was sent.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.0.model.as_deref()
    }

    /// The HTTP status, where there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The vendor's own code.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The vendor's id of the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How many requests were sent.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.0.requests
    }

    /// The field or option at fault.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// The item at fault, counted from zero.
    #[must_use]
    pub fn item(&self) -> Option<usize> {
        self.0.item
    }

    /// Whether a fresh token may succeed.
    #[must_use]
    pub fn is_token_expired(&self) -> bool {
        self.0.token_expired
    }

    /// Where and why content was refused.
    #[must_use]
    pub fn rejection(&self) -> Option<&Rejection> {
        self.0.rejection.as_ref()
    }

    /// What the vendor sent, shortened.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.0.body.as_deref()
    }

    /// The text that arrived before the failure.
    #[must_use]
    pub fn partial(&self) -> Option<&str> {
        self.0.partial.as_deref()
    }

    /// What the failed call used.
    #[must_use]
    pub fn usage(&self) -> Option<&Usage> {
        self.0.usage.as_ref()
    }

    /// Who was asked, in order, where there was a choice or a second try; the last entry is this
    /// error.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }
}
