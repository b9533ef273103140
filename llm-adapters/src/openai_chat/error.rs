//! Refusals of every vendor that speaks the dialect. They share the table of words; two have numbers of their own.

use std::time::Duration;

use serde_json::Value;
use social_core::error::Stage;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind, Retry};

use crate::numbers;

/// What a body says, whatever its shape.
#[derive(Debug, Default)]
struct Said {
    message: String,
    code: String,
    kind: String,
    param: Option<String>,
    wait: Option<f64>,
}

impl Said {
    /// Reads `{error: {...}}`, `{error: "text"}`, `{error: ["text"]}`, `{message, code}`, `{detail}`, xAI's
    /// `{code, error: "text"}`, MiniMax's `{base_resp}`, GMI's JSON inside `error.details`, and plain text.
    fn read(failure: &Failure<'_>) -> Self {
        let Some(body) = failure.json::<Value>() else {
            let text = failure.text();
            // A proxy's page is no message.
            let plain = !text.trim_start().starts_with('<');
            return Self { message: if plain { shorten(&text) } else { String::new() }, ..Self::default() };
        };
        let body = body.as_array().and_then(|list| list.first()).unwrap_or(&body);
        let error = body.get("error").unwrap_or(body);
        if let Some(base) = body.get("base_resp") {
            return Self {
                message: text_of(base, "status_msg"),
                code: text_of(base, "status_code"),
                ..Self::default()
            };
        }
        let message = match error {
            Value::String(text) => text.clone(),
            Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
            _ => ["message", "detail", "msg"]
                .iter()
                .map(|key| text_of(error, key))
                .find(|m| !m.is_empty())
                .unwrap_or_default(),
        };
        let code =
            Some(text_of(error, "code")).filter(|code| !code.is_empty()).unwrap_or_else(|| text_of(body, "code"));
        let kind = ["type", "error_type"].iter().map(|key| text_of(error, key)).find(|kind| !kind.is_empty());
        let kind = kind.unwrap_or_else(|| text_of(body, "error_type"));
        let mut said = Self {
            message: shorten(&message),
            code,
            kind,
            param: error.get("param").and_then(Value::as_str).map(str::to_owned),
            wait: body.get("estimated_time").and_then(Value::as_f64),
        };
        said.look_inside(error);
        said
    }

    /// Gateways wrap the words of the engine behind them.
    fn look_inside(&mut self, error: &Value) {
        let details = error.get("details").and_then(Value::as_str);
        let inner = details.and_then(|details| serde_json::from_str::<Value>(details).ok());
        if let Some(inner) = inner.as_ref().and_then(|inner| inner.get("error")) {
            self.message = shorten(&text_of(inner, "message"));
            self.kind = text_of(inner, "type");
        }
        if let Some(raw) = error.pointer("/metadata/raw").and_then(Value::as_str) {
            self.message = shorten(&format!("{}: {raw}", self.message));
        }
    }

    fn has(&self, words: &[&str]) -> bool {
        let text = self.message.to_ascii_lowercase();
        words.iter().any(|word| text.contains(word))
    }

    fn into_error(self, failure: &Failure<'_>, kind: ErrorKind) -> Error {
        let message = if self.message.is_empty() { failure.by_status().message().to_owned() } else { self.message };
        let mut error = if kind == ErrorKind::Rejected {
            Error::rejected(Stage::Input, Some(self.code.clone()).filter(|code| !code.is_empty()), message)
        } else {
            Error::new(kind, message)
        };
        if !self.code.is_empty() {
            error = error.with_code(self.code);
        } else if !self.kind.is_empty() {
            error = error.with_code(self.kind);
        }
        if let Some(param) = self.param {
            error = error.with_field(param);
        }
        // These statuses, with a body of the vendor's own, say that the request was not taken.
        if kind == ErrorKind::Unavailable
            && matches!(failure.status.as_u16(), 503 | 529)
            && failure.body.starts_with(b"{")
        {
            error = error.with_effect(Effect::None);
        }
        if let Some(seconds) = self.wait.filter(|seconds| (0.0..=3600.0).contains(seconds)) {
            error = error.with_retry(Retry::After(Duration::from_secs_f64(seconds)));
        }
        error
    }
}

fn text_of(object: &Value, key: &str) -> String {
    match object.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(number @ Value::Number(_)) => number.to_string(),
        Some(Value::Object(_) | Value::Array(_)) => object.get(key).map(Value::to_string).unwrap_or_default(),
        _ => String::new(),
    }
}

fn shorten(text: &str) -> String {
    text.trim().chars().take(500).collect()
}

/// The words of OpenAI and of most others, as `code` or `type`. Sources: OpenAI's openapi.yaml, the vendors' error pages.
const WORDS: [(&str, ErrorKind); 36] = [
    ("invalid_api_key", ErrorKind::Auth),
    ("InvalidApiKey", ErrorKind::Auth),
    ("authentication_error", ErrorKind::Auth),
    ("insufficient_quota", ErrorKind::QuotaExhausted),
    ("billing_hard_limit_reached", ErrorKind::QuotaExhausted),
    ("billing_not_active", ErrorKind::QuotaExhausted),
    ("insufficient_balance", ErrorKind::QuotaExhausted),
    ("Arrearage", ErrorKind::QuotaExhausted),
    ("rate_limit_exceeded", ErrorKind::RateLimited),
    ("RateLimitReached", ErrorKind::RateLimited),
    ("limit_requests", ErrorKind::RateLimited),
    ("limit_burst_rate", ErrorKind::RateLimited),
    ("Throttling", ErrorKind::RateLimited),
    ("Throttling.RateQuota", ErrorKind::RateLimited),
    ("Throttling.AllocationQuota", ErrorKind::RateLimited),
    ("overloaded", ErrorKind::RateLimited),
    ("content_policy_violation", ErrorKind::Rejected),
    ("content_filter", ErrorKind::Rejected),
    ("data_inspection_failed", ErrorKind::Rejected),
    ("DataInspectionFailed", ErrorKind::Rejected),
    ("ResponsibleAIPolicyViolation", ErrorKind::Rejected),
    ("invalid_prompt", ErrorKind::Rejected),
    ("bio_policy", ErrorKind::Rejected),
    ("image_content_policy_violation", ErrorKind::Rejected),
    ("previous_response_not_found", ErrorKind::NotFound),
    ("model_not_found", ErrorKind::NotFound),
    ("ModelNotFound", ErrorKind::NotFound),
    ("unsupported_parameter", ErrorKind::Unsupported),
    ("unsupported_value", ErrorKind::Unsupported),
    ("not_supported_error", ErrorKind::Unsupported),
    ("context_length_exceeded", ErrorKind::InvalidRequest),
    ("tool_use_failed", ErrorKind::Protocol),
    ("server_error", ErrorKind::Unavailable),
    ("server_overloaded", ErrorKind::Unavailable),
    ("AccessDenied", ErrorKind::Permission),
    ("unsupported_country_region_territory", ErrorKind::Permission),
];

/// Refusals in OpenAI's words, in any shape that a vendor of the dialect sends.
pub(super) fn openai(failure: &Failure<'_>) -> Error {
    let said = Said::read(failure);
    let word = |text: &str| WORDS.iter().find(|(word, _)| *word == text).map(|(_, kind)| *kind);
    let kind = word(&said.code).or_else(|| word(&said.kind)).unwrap_or_else(|| by_words_or_status(&said, failure));
    // The free quota of DashScope does not come back.
    let kind = if kind == ErrorKind::RateLimited && said.has(&["free allocated quota exceeded", "free quota"]) {
        ErrorKind::QuotaExhausted
    } else {
        kind
    };
    said.into_error(failure, kind)
}

/// For vendors whose code says nothing: xAI and Gemini's layer answer 400 for a wrong key, DeepSeek, xAI and OpenRouter
/// for a wrong model.
fn by_words_or_status(said: &Said, failure: &Failure<'_>) -> ErrorKind {
    // A failure inside a success has its status in the body, if at all.
    let inside = said.code.parse().ok().filter(|_| failure.status.is_success());
    match inside.unwrap_or_else(|| failure.status.as_u16()) {
        400 if said.has(&["incorrect api key", "invalid api key", "api key not valid"]) => ErrorKind::Auth,
        400 if said.has(&[
            "model not found",
            "is not a valid model",
            "supported api model names",
            "model does not exist",
        ]) =>
        {
            ErrorKind::NotFound
        }
        400 if said.has(&["does not support", "is not supported with this model", "unsupported parameter"]) => {
            ErrorKind::Unsupported
        }
        403 if said.has(&["moderation", "flagged"]) => ErrorKind::Rejected,
        429 if said.has(&["insufficient balance", "insufficient quota", "exceeded your current quota", "billing"]) => {
            ErrorKind::QuotaExhausted
        }
        // TGI: the generation failed.
        424 => ErrorKind::Unavailable,
        200..=299 => ErrorKind::Unavailable,
        status => {
            let status = http::StatusCode::from_u16(status).unwrap_or(failure.status);
            Failure { status, ..*failure }.by_status().kind()
        }
    }
}

/// Refusals in Zhipu's numbers.
pub(super) fn zhipu(failure: &Failure<'_>) -> Error {
    let said = Said::read(failure);
    match numbers::zhipu(&said.code) {
        Some(kind) => said.into_error(failure, kind),
        None if said.code == "network_error" => said.into_error(failure, ErrorKind::Unavailable),
        None => openai(failure),
    }
}

/// Refusals in MiniMax's numbers, in `base_resp` or at the end of a message of OpenAI's shape: `... (1026)`.
pub(super) fn minimax(failure: &Failure<'_>) -> Error {
    let said = Said::read(failure);
    let code = if said.code.len() == 4 { Some(said.code.as_str()) } else { numbers::at_the_end(&said.message) };
    let code = code.unwrap_or_default().to_owned();
    let Some(kind) = numbers::minimax(&code) else { return openai(failure) };
    if kind == ErrorKind::Rejected {
        let stage = if code == "1027" { Stage::Output } else { Stage::Input };
        return Error::rejected(stage, Some(code.clone()), said.message).with_code(code);
    }
    Said { code, ..said }.into_error(failure, kind)
}
