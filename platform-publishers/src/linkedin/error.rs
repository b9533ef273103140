//! LinkedIn's refusals.

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

use super::VERSION;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    service_error_code: Option<i64>,
    code: Option<String>,
    message: Option<String>,
}

/// What stands before the URN of the post that has the text already.
const DUPLICATE: &str = "duplicate of ";

/// Reads `{"status", "serviceErrorCode"?, "code"?, "message"}`.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let error = read(failure);
    match failure.headers.get("x-li-uuid").and_then(|id| id.to_str().ok()) {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

fn read(failure: &Failure<'_>) -> Error {
    let status = failure.status.as_u16();
    let by_status = failure.by_status();
    // Another request worked on the same thing; nothing says that this one did nothing.
    let kind = if status == 409 { ErrorKind::Unavailable } else { by_status.kind() };
    let Some(Refusal { service_error_code, code, message: Some(message) }) = failure.json() else {
        return if kind == by_status.kind() { by_status } else { Error::new(kind, "conflict") };
    };
    let code = code.or_else(|| service_error_code.map(|number| number.to_string())).unwrap_or_default();
    if let Some((_, urn)) = message.split_once(DUPLICATE).filter(|_| (400..500).contains(&status)) {
        let urn: String = urn.chars().take_while(|c| c.is_ascii_alphanumeric() || ":_-".contains(*c)).collect();
        // What is a duplicate of a person is another refusal in the same words.
        return if is_post(&urn) {
            let message = format!("LinkedIn has this text already, as {urn}; change it, or leave it at that post");
            Error::new(ErrorKind::Duplicate, message).with_effect(Effect::None).with_code(urn)
        } else {
            Error::new(ErrorKind::InvalidRequest, message).with_code(code)
        };
    }
    let (kind, advice) = match (status, code.as_str()) {
        (426, _) | (_, "NONEXISTENT_VERSION" | "VERSION_MISSING") => {
            let advice = format!("; set a version that is active, such as {VERSION} (LINKEDIN_API_VERSION)");
            return Error::new(ErrorKind::Config, message + &advice).with_code(code);
        }
        (401, _) => (kind, "; connect the account again, or set a new access token"),
        (403, _) => (
            kind,
            "; the token needs w_member_social, or w_organization_social and a role in the organization for its posts",
        ),
        // No header tells the rest or the end of an allowance.
        (429, _) if message.contains("Resource level throttle") => {
            (ErrorKind::QuotaExhausted, "; the day's calls are used up until 00:00 UTC")
        }
        _ => (kind, ""),
    };
    let error = Error::new(kind, message.clone() + advice);
    let error = if code.is_empty() { error } else { error.with_code(code) };
    let expired = service_error_code == Some(65602) || message.contains("expired");
    if status == 401 && expired { error.with_token_expired() } else { error }
}

fn is_post(urn: &str) -> bool {
    urn.starts_with("urn:li:share:") || urn.starts_with("urn:li:ugcPost:")
}

/// The post that has the text already, if that is why a post was refused.
pub(super) fn original(error: &Error) -> Option<&str> {
    error.code().filter(|code| error.kind() == ErrorKind::Duplicate && is_post(code))
}
