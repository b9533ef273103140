//! Refusals: `{error: {code, message, status, details[]}}`, also as the only item of a list.
//!
//! <https://ai.google.dev/gemini-api/docs/troubleshooting>, <https://cloud.google.com/apis/design/errors>.

use http::StatusCode;
use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

#[derive(Deserialize)]
#[serde(untagged)]
enum Body {
    One {
        error: Said,
    },
    /// Streams that were not asked for as events.
    List([ListItem; 1]),
}

#[derive(Deserialize)]
struct ListItem {
    error: Said,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    code: Option<u16>,
    #[serde(default)]
    message: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    details: Vec<Detail>,
}

/// One of Google's `ErrorInfo`, `QuotaFailure` and `BadRequest`; the wait in `RetryInfo` is read by the core.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Detail {
    reason: Option<String>,
    violations: Vec<Violation>,
    field_violations: Vec<FieldViolation>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Violation {
    quota_id: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FieldViolation {
    field: String,
}

/// What models lack, in the vendor's words, and the option that asked for it.
const LACKING: [(&str, &str); 9] = [
    ("thinking level is not supported", "reasoning.effort"),
    ("only works in thinking mode", "reasoning.effort"),
    ("thinking budget", "reasoning.budget_tokens"),
    ("thinking is not supported", "reasoning"),
    ("function calling is not enabled", "tools"),
    ("json mode is not enabled", "output"),
    ("function calling with a response mime type", "output"),
    ("tool use with function calling is unsupported", "web_search"),
    ("search grounding is not supported", "web_search"),
];

pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let said = match failure.json() {
        Some(Body::One { error }) | Some(Body::List([ListItem { error }])) => error,
        None => return failure.by_status(),
    };
    // A failure inside a success has its status in the body.
    let inside = failure.status.is_success();
    let status = said.code.filter(|_| inside).and_then(|code| StatusCode::from_u16(code).ok());
    let by_status = Failure { status: status.unwrap_or(failure.status), ..*failure }.by_status().kind();
    let reasons = || said.details.iter().filter_map(|detail| detail.reason.as_deref());
    let words = said.message.to_ascii_lowercase();
    let lacking = LACKING.iter().find(|(lack, _)| said.status == "INVALID_ARGUMENT" && words.contains(lack));
    let kind = match said.status.as_str() {
        // A wrong key is a bad request here, not a 401.
        _ if reasons().any(|reason| matches!(reason, "API_KEY_INVALID" | "API_KEY_EXPIRED")) => ErrorKind::Auth,
        _ if lacking.is_some() => ErrorKind::Unsupported,
        // The region or the billing, says the troubleshooting page.
        "FAILED_PRECONDITION" | "PERMISSION_DENIED" => ErrorKind::Permission,
        "UNAUTHENTICATED" => ErrorKind::Auth,
        "NOT_FOUND" => ErrorKind::NotFound,
        // A quota per day comes back tomorrow, whatever wait the answer names.
        "RESOURCE_EXHAUSTED" if said.violations().any(|quota| quota.contains("PerDay")) => ErrorKind::QuotaExhausted,
        "RESOURCE_EXHAUSTED" => ErrorKind::RateLimited,
        "DEADLINE_EXCEEDED" => ErrorKind::Timeout,
        "UNAVAILABLE" | "INTERNAL" => ErrorKind::Unavailable,
        _ if inside && status.is_none() => ErrorKind::Unavailable,
        _ => by_status,
    };
    let code = match reasons().next() {
        Some(reason) => format!("{}/{reason}", said.status),
        None => said.status.clone(),
    };
    let field = lacking.map(|(_, option)| (*option).to_owned()).or_else(|| said.field());
    let mut error = Error::new(kind, said.message).with_code(code);
    // What fails with an error of Google's own is not billed: <https://ai.google.dev/gemini-api/docs/billing>.
    if !inside {
        error = error.with_effect(Effect::None);
    }
    // Only Vertex AI says so; there, a fresh token may do.
    if said.status == "UNAUTHENTICATED" {
        error = error.with_token_expired();
    }
    match field {
        Some(field) => error.with_field(field),
        None => error,
    }
}

impl Said {
    fn violations(&self) -> impl Iterator<Item = &str> {
        self.details.iter().flat_map(|detail| &detail.violations).map(|violation| violation.quota_id.as_str())
    }

    fn field(&self) -> Option<String> {
        let fields = self.details.iter().flat_map(|detail| &detail.field_violations);
        fields.map(|violation| &violation.field).find(|field| !field.is_empty()).cloned()
    }
}
