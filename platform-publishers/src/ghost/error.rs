//! Ghost's refusals.

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Error, ErrorKind};

use crate::article::page_instead;

#[derive(Deserialize)]
struct Envelope {
    errors: Vec<Refusal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    #[serde(default)]
    message: String,
    #[serde(default)]
    error_type: String,
    context: Option<String>,
    property: Option<String>,
    code: Option<String>,
}

/// Reads `{"errors": [{message, errorType, context, property, code}]}`. The status decides, and the
/// type where one says more. Proxies answer in HTML.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let refusal = failure.json().and_then(|Envelope { errors }| errors.into_iter().next());
    let Some(Refusal { message, error_type, context, property, code }) = refusal else {
        return page_instead(failure, "the administration of a Ghost site");
    };
    let by_status = failure.by_status().kind();
    let kind = match error_type.as_str() {
        "UpdateCollisionError" => ErrorKind::Duplicate,
        "UnsupportedMediaTypeError" | "RequestEntityTooLargeError" => ErrorKind::MediaInvalid,
        "HostLimitError" => ErrorKind::QuotaExhausted,
        _ => by_status,
    };
    let advice = match kind {
        ErrorKind::Auth => "; see to the Admin API key, and to this machine's clock: a token lives five minutes",
        ErrorKind::Permission => "; the key must be the one of a custom integration",
        _ => "",
    };
    let text = match context.filter(|context| !context.is_empty() && *context != message) {
        Some(context) => format!("{message}: {context}"),
        None => message,
    };
    let mut error = Error::new(kind, format!("{text}{advice}"));
    if let Some(code) = code.or(Some(error_type)).filter(|code| !code.is_empty()) {
        error = error.with_code(code);
    }
    if let Some(property) = property {
        error = error.with_field(property);
    }
    // A fresh token may be in time where an old one is not.
    if kind == ErrorKind::Auth && text.contains("expired") { error.with_token_expired() } else { error }
}
