//! One error for the whole family: what happened, who said it, and whether asking again can help.

mod kind;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

pub use kind::{Effect, ErrorKind, Rejection, Retry, Stage};

use crate::Vendor;
use crate::money::{Attempt, Usage};

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
    operation: Option<&'static str>,
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
/// [`Display`](fmt::Display) is one line on which a person can act; [`kind`](Self::kind) is what code matches on;
/// [`retry`](Self::retry) and [`effect`](Self::effect) tell whether sending again can help and whether it is safe.
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

    /// Names the vendor that failed.
    #[must_use]
    pub fn with_vendor(mut self, vendor: impl Into<Vendor>) -> Self {
        self.0.vendor = Some(vendor.into());
        self
    }

    /// Names the operation, for instance `publish`.
    #[must_use]
    pub fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// Names the model that was asked for.
    #[must_use]
    pub fn with_model(mut self, model: impl Into<String>) -> Self {
        self.0.model = Some(model.into());
        self
    }

    /// Keeps the HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Keeps the vendor's own code, subcodes joined with `/`.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Keeps the id under which the vendor's support finds the request.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.0.request_id = Some(id.into());
        self
    }

    /// Says when the same request may be sent again.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.0.retry = Some(retry);
        self
    }

    /// Says whether the call may have had its effect, where the kind's default is wrong.
    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Self {
        self.0.effect = Some(effect);
        self
    }

    /// Counts the requests that were sent before giving up.
    #[must_use]
    pub fn with_requests(mut self, requests: u32) -> Self {
        self.0.requests = requests;
        self
    }

    /// Names the field or option of the request that is at fault.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<Cow<'static, str>>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// Names the item at fault, counted from zero, where a list was given.
    #[must_use]
    pub fn with_item(mut self, index: usize) -> Self {
        self.0.item = Some(index);
        self
    }

    /// Marks that the token has expired and a fresh one may succeed.
    #[must_use]
    pub fn with_token_expired(mut self) -> Self {
        self.0.token_expired = true;
        self
    }

    /// Keeps what the vendor sent, cut to [`Error::BODY_LIMIT`] bytes.
    #[must_use]
    pub fn with_body(mut self, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let cut = body.get(..Self::BODY_LIMIT).unwrap_or(body);
        let text = String::from_utf8_lossy(cut).into_owned();
        self.0.body = (!text.is_empty()).then_some(text);
        self
    }

    /// Keeps the text that arrived before the failure.
    #[must_use]
    pub fn with_partial(mut self, text: impl Into<String>) -> Self {
        self.0.partial = Some(text.into());
        self
    }

    /// Keeps what the failed call used, so that it is counted.
    #[must_use]
    pub fn with_usage(mut self, usage: Usage) -> Self {
        self.0.usage = Some(usage);
        self
    }

    /// Keeps who was asked, in order, where there was a choice or a second try; the last entry is this error. When one of
    /// those calls may have had its effect, so may the whole.
    #[must_use]
    pub fn with_attempts(mut self, attempts: Vec<Attempt>) -> Self {
        if attempts.iter().any(Attempt::may_be_billed) {
            self.0.effect = Some(Effect::Unknown);
        }
        self.0.attempts = attempts;
        self
    }

    /// Keeps the cause. Its text must not hold secrets.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Rewrites every text in the error, for instance to take out a secret that a vendor echoed.
    #[must_use]
    pub fn map_text(mut self, mut rewrite: impl FnMut(&str) -> Option<String>) -> Self {
        let inner = &mut *self.0;
        if let Some(text) = rewrite(&inner.message) {
            inner.message = text.into();
        }
        for text in [&mut inner.code, &mut inner.request_id, &mut inner.body, &mut inner.partial].into_iter().flatten()
        {
            if let Some(new) = rewrite(text) {
                *text = new;
            }
        }
        if let Some(Rejection { category: Some(text), .. }) = &mut inner.rejection
            && let Some(new) = rewrite(text)
        {
            *text = new;
        }
        if let Some(source) = &inner.source {
            let causes = std::iter::successors(Some(&**source as &dyn std::error::Error), |cause| cause.source());
            let causes: Vec<String> = causes.map(ToString::to_string).collect();
            if let Some(text) = rewrite(&causes.join(": ")) {
                inner.source = Some(text.into());
            }
        }
        self
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

    /// When the same request may be sent again. Where nobody said, it follows from the kind.
    #[must_use]
    pub fn retry(&self) -> Retry {
        self.0.retry.unwrap_or(match self.0.kind {
            ErrorKind::RateLimited | ErrorKind::Timeout | ErrorKind::Unavailable | ErrorKind::Transport => {
                Retry::Backoff
            }
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
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
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

    /// Who was asked, in order, where there was a choice or a second try; the last entry is this error.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = &*self.0;
        if let Some(vendor) = &e.vendor {
            write!(f, "{vendor}")?;
            if let Some(operation) = e.operation {
                write!(f, " {operation}")?;
            }
            f.write_str(": ")?;
        }
        if let Some(field) = &e.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&e.message)?;
        let mut details = Vec::new();
        if let Some(model) = &e.model {
            details.push(format!("model {model}"));
        }
        if let Some(item) = e.item {
            details.push(format!("item {item}"));
        }
        if let Some(status) = e.status {
            details.push(format!("HTTP {status}"));
        }
        if let Some(code) = &e.code {
            details.push(format!("code {code}"));
        }
        if let Some(id) = &e.request_id {
            details.push(format!("request {id}"));
        }
        if e.requests > 1 {
            details.push(format!("after {} requests", e.requests));
        }
        if let Some(Retry::After(wait)) = e.retry {
            details.push(format!("retry after {wait:?}"));
        }
        write!(f, " ({}", e.kind)?;
        for detail in details {
            write!(f, ", {detail}")?;
        }
        f.write_str(")")?;
        if let Some((_, before)) = e.attempts.split_last() {
            for attempt in before {
                write!(f, "; before it {}", attempt.message)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        if let Some(body) = &self.0.body {
            write!(f, "\n  answer: {body}")?;
        }
        if let Some(partial) = &self.0.partial {
            write!(f, "\n  partial: {partial}")?;
        }
        if let Some(source) = &self.0.source {
            write!(f, "\n  cause: {source}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|s| &**s as _)
    }
}
