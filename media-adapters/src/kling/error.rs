//! Kling's refusals as errors.

use social_core::error::{Error, ErrorKind, Retry, Stage};
use social_core::http::Failure;

use super::wire::Envelope;

/// Kling's error shape: `{code, message, request_id}`, with the vendor's own codes (kling.ai, error
/// codes, 2026).
///
/// Of the answers with status 429 only two mean "later".
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let Some(body) = failure.json::<Envelope<serde::de::IgnoredAny>>().filter(|body| body.code != 0) else {
        return failure.by_status();
    };
    let message = body.message;
    let error = match body.code {
        1003 | 1004 => Error::new(ErrorKind::Auth, message).with_token_expired(),
        1000..=1002 => Error::new(ErrorKind::Auth, message),
        // Arrears, and a resource pack that is used up.
        1101 | 1102 => Error::new(ErrorKind::QuotaExhausted, message),
        // A locked account, a model that was not bought, an address that is not on the account's
        // list.
        1100 | 1103 | 1304 => Error::new(ErrorKind::Permission, message),
        1200 | 1201 => Error::new(ErrorKind::InvalidRequest, message),
        1202 | 1203 => Error::new(ErrorKind::NotFound, message),
        1300 | 1301 => Error::rejected(Stage::Input, Some(body.code.to_string()), message),
        // Too fast, or as many tasks at work as the pack allows.
        1302 | 1303 => Error::new(ErrorKind::RateLimited, message),
        5000..=5999 => Error::new(ErrorKind::Unavailable, message),
        _ => {
            // An unknown code of a 429 may be one of those that waiting does not help.
            let error = Error::new(failure.by_status().kind(), message);
            if error.kind() == ErrorKind::RateLimited { error.with_retry(Retry::Never) } else { error }
        }
    };
    let error = error.with_code(body.code.to_string());
    match body.request_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

/// A task that failed. The reason is free text; what the filters say is known from reports.
pub(super) fn failed(reason: Option<&str>) -> Error {
    const REFUSALS: [&str; 4] = ["risk control", "sensitive", "content policy", "moderation"];
    let reason = reason.filter(|reason| !reason.is_empty()).unwrap_or("Kling gave no reason");
    let lower = reason.to_ascii_lowercase();
    if REFUSALS.iter().any(|word| lower.contains(word)) {
        Error::rejected(Stage::Output, None, reason.to_owned())
    } else {
        Error::new(ErrorKind::JobFailed, reason.to_owned())
    }
}
