//! The stores' refusals as errors.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use social_core::error::{Error, ErrorKind};
use social_core::http::Failure;

/// `<Error><Code>..</Code><Message>..</Message></Error>` of S3, GCS and Azure (their references,
/// 2026); GCS' JSON interface is not used.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let text = failure.text();
    let by_status = failure.by_status();
    let Some(code) = element(&text, "Code") else { return by_status };
    let kind = match code {
        "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "RequestTimeTooSkewed"
        | "InvalidToken"
        | "AuthenticationFailed"
        | "InvalidAuthenticationInfo" => ErrorKind::Auth,
        "ExpiredToken" => ErrorKind::Auth,
        "SlowDown" => ErrorKind::RateLimited,
        "RequestTimeout" => ErrorKind::Timeout,
        "EntityTooLarge" | "RequestBodyTooLarge" => ErrorKind::MediaInvalid,
        "QuotaExceeded" => ErrorKind::QuotaExhausted,
        _ => by_status.kind(),
    };
    let message = element(&text, "Message").filter(|message| !message.is_empty()).unwrap_or(code);
    // Azure's message has its request id and the time on further lines.
    let message = message.lines().next().unwrap_or(code).to_owned();
    let error = Error::new(kind, message).with_code(code);
    if code == "ExpiredToken" { error.with_token_expired() } else { error }
}

fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, behind) = text.split_once(&format!("<{name}>"))?;
    behind.split_once("</").map(|(inside, _)| inside)
}

/// An error of the HTTP path on its way through the store.
#[derive(Debug)]
pub(super) struct Carried(Mutex<Option<Error>>);

impl Carried {
    pub(super) fn new(error: Error) -> Self {
        Self(Mutex::new(Some(error)))
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request failed")
    }
}

impl std::error::Error for Carried {}

/// What a store fails with: the HTTP path's own error, which lies behind it, or an answer that it
/// does not understand.
pub(super) fn of(error: object_store::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(here) = cause {
        let carried = here.downcast_ref::<Carried>();
        if let Some(found) =
            carried.and_then(|Carried(slot)| slot.lock().unwrap_or_else(PoisonError::into_inner).take())
        {
            return found;
        }
        cause = here.source();
    }
    let kind = match &error {
        object_store::Error::NotFound { .. } => ErrorKind::NotFound,
        object_store::Error::AlreadyExists { .. } => ErrorKind::Duplicate,
        object_store::Error::PermissionDenied { .. } => ErrorKind::Permission,
        object_store::Error::Unauthenticated { .. } => ErrorKind::Auth,
        object_store::Error::NotSupported { .. } | object_store::Error::NotImplemented { .. } => ErrorKind::Unsupported,
        _ => ErrorKind::Protocol,
    };
    Error::new(kind, "the store answered in an unexpected way").with_source(error)
}

/// A store that cannot be made from its settings.
pub(super) fn unusable(error: object_store::Error) -> Error {
    Error::config("the settings of the store cannot be used").with_source(error)
}
