//! Refusals of every vendor that speaks the dialect. They share the table of words; two have
//! numbers of their own.

use std::time::Duration;

use serde_json::Value;
use social_core::error::Stage;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind, Retry};

use crate::refusal_codes;

/// What a body says, whatever its shape.
#[derive(Debug, Default)]
struct Said {
    message: String,
    code: String,
    kind: String,
    /// OpenRouter's word for what happened, the same in each of its dialects.
    typed: String,
    /// OpenRouter's word for whose limit was met.
    limit: String,
    param: Option<String>,
    wait: Option<f64>,
    request_id: Option<String>,
    /// Why content was refused.
    category: Option<String>,
    /// What the model made was refused, and not what was asked.
    output: bool,
}

impl Said {
    /// Reads `{error: {...}}`, `{error: "text"}`, `{error: ["text"]}`, `{message, code}`,
    /// `{detail}` as text and as a list of faults, xAI's `{code, error: "text"}`, MiniMax's
    /// `{base_resp}`, GMI's JSON inside `error.details`, OpenRouter's `error.metadata`, Azure's
    /// `error.innererror`, and plain text.
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
        let metadata = error.get("metadata").unwrap_or(&Value::Null);
        let words = match error {
            Value::Object(_) => {
                let said = |key: &&str| error.get(*key).filter(|words| !words.is_null() && **words != "");
                ["message", "detail", "msg"].iter().find_map(said).unwrap_or(&Value::Null)
            }
            words => words,
        };
        // Some gateways hand on the body of the server behind them as a text.
        let inside = words.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        let words = inside.as_ref().and_then(|inside| inside.get("detail")).unwrap_or(words);
        let first = |key, of: &[&Value]| of.iter().map(|object| text_of(object, key)).find(|text| !text.is_empty());
        let typed = first("error_type", &[metadata, error, body]).unwrap_or_default();
        let mut said = Self {
            message: shorten(&message(words)),
            code: first("code", &[error, body]).unwrap_or_default(),
            kind: first("type", &[error]).unwrap_or_else(|| typed.clone()),
            typed,
            limit: text_of(metadata, "limit_source"),
            param: error.get("param").and_then(Value::as_str).map(str::to_owned).or_else(|| place(words)),
            wait: body.get("estimated_time").and_then(Value::as_f64),
            request_id: first("request_id", &[error, body]),
            category: error.pointer("/innererror/content_filter_result").and_then(filtered),
            output: error.pointer("/moderation_details/moderation_stage").is_some_and(|stage| stage == "output"),
        };
        said.look_inside(error);
        said
    }

    /// Gateways wrap the words of the engine behind them.
    fn look_inside(&mut self, error: &Value) {
        let details = error.get("details").and_then(Value::as_str);
        let inner = details.and_then(|details| serde_json::from_str::<Value>(details).ok());
        if let Some(inner) = inner.as_ref().and_then(|inner| inner.get("error")) {
            for (key, known) in [("message", &mut self.message), ("code", &mut self.code), ("type", &mut self.kind)] {
                let text = text_of(inner, key);
                if !text.is_empty() {
                    *known = shorten(&text);
                }
            }
            self.request_id = Some(text_of(inner, "request_id")).filter(|id| !id.is_empty());
        }
        if let Some(raw) = error.pointer("/metadata/raw").and_then(Value::as_str) {
            let inner = serde_json::from_str::<Value>(raw).unwrap_or_default();
            let words = [inner.pointer("/error/message"), inner.get("message"), inner.get("error")];
            let words = words.into_iter().flatten().find_map(Value::as_str).unwrap_or(raw);
            self.message = shorten(&format!("{}: {words}", self.message));
        }
        // OpenRouter's two, and OpenAI's for images.
        let reasons = ["/metadata/reasons", "/metadata/patterns", "/moderation_details/categories"];
        let reasons = reasons.iter().find_map(|path| error.pointer(path)?.as_array());
        let reasons = reasons.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        if let Some(reasons) = reasons.reduce(|all, reason| all + ", " + &reason) {
            self.category = Some(reasons);
        }
    }

    fn has(&self, words: &[&str]) -> bool {
        let text = self.message.to_ascii_lowercase();
        words.iter().any(|word| text.contains(word))
    }

    fn into_error(self, failure: &Failure<'_>, kind: ErrorKind) -> Error {
        let message =
            if self.message.is_empty() { failure.by_status().message().to_owned() } else { self.message.clone() };
        let mut error = if kind == ErrorKind::Rejected {
            let output = self.output || self.has(&["output data", "output text data"]);
            let stage = if output { Stage::Output } else { Stage::Input };
            let category = self.category.or_else(|| Some(self.code.clone()).filter(|code| !code.is_empty()));
            Error::rejected(stage, category, message)
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
        if let Some(id) = self.request_id {
            error = error.with_request_id(id);
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

/// A text, or a list of texts, or of faults as servers made with FastAPI list them:
/// `[{loc: ["body", "seed"], msg}]`.
fn message(words: &Value) -> String {
    match words {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(message).collect::<Vec<_>>().join("; "),
        Value::Object(fault) => match (fault.get("detail"), fault.get("msg")) {
            (Some(detail), _) => message(detail),
            (None, Some(Value::String(text))) => match place(words) {
                Some(place) => format!("{place}: {text}"),
                None => text.clone(),
            },
            _ => words.to_string(),
        },
        _ => String::new(),
    }
}

/// The field of the first fault of a list.
fn place(words: &Value) -> Option<String> {
    let fault = words.get("detail").unwrap_or(words);
    let fault = fault.as_array().map_or(Some(fault), |list| list.first())?;
    let steps = fault.get("loc")?.as_array()?.iter().filter(|step| **step != "body");
    steps
        .map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned))
        .reduce(|path, step| path + "." + &step)
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

/// The names of the results of Azure's filter that say so, for instance `hate, violence`.
#[must_use]
pub fn filtered(results: &Value) -> Option<String> {
    let stopped = results.as_object()?.iter().filter(|(_, result)| result.get("filtered") == Some(&Value::Bool(true)));
    stopped.map(|(name, _)| name.clone()).reduce(|all, name| all + ", " + &name)
}

/// The words of OpenAI and of most others, as `code` or `type`. Sources: OpenAI's openapi.yaml, the
/// vendors' error pages.
const WORDS: [(&str, ErrorKind); 47] = [
    ("invalid_api_key", ErrorKind::Auth),
    ("InvalidApiKey", ErrorKind::Auth),
    ("authentication_error", ErrorKind::Auth),
    ("insufficient_quota", ErrorKind::QuotaExhausted),
    ("billing_hard_limit_reached", ErrorKind::QuotaExhausted),
    ("billing_not_active", ErrorKind::QuotaExhausted),
    ("project_spend_limit_exceeded", ErrorKind::QuotaExhausted),
    ("insufficient_balance_error", ErrorKind::QuotaExhausted),
    ("Arrearage", ErrorKind::QuotaExhausted),
    ("rate_limit_exceeded", ErrorKind::RateLimited),
    ("RateLimitReached", ErrorKind::RateLimited),
    ("limit_requests", ErrorKind::RateLimited),
    ("limit_burst_rate", ErrorKind::RateLimited),
    ("Throttling", ErrorKind::RateLimited),
    ("Throttling.RateQuota", ErrorKind::RateLimited),
    ("Throttling.AllocationQuota", ErrorKind::RateLimited),
    ("overloaded", ErrorKind::RateLimited),
    ("AllocationQuota.FreeTierOnly", ErrorKind::QuotaExhausted),
    ("content_policy_violation", ErrorKind::Rejected),
    ("content_filter", ErrorKind::Rejected),
    ("moderation_blocked", ErrorKind::Rejected),
    ("data_inspection_failed", ErrorKind::Rejected),
    ("DataInspectionFailed", ErrorKind::Rejected),
    ("ResponsibleAIPolicyViolation", ErrorKind::Rejected),
    ("invalid_prompt", ErrorKind::Rejected),
    ("bio_policy", ErrorKind::Rejected),
    ("image_content_policy_violation", ErrorKind::Rejected),
    ("misalignment", ErrorKind::Rejected),
    ("misalignment_policy_violation", ErrorKind::Rejected),
    ("cyber_policy", ErrorKind::Rejected),
    ("content_policy", ErrorKind::Rejected),
    ("data_residency_mismatch", ErrorKind::InvalidRequest),
    ("vector_store_timeout", ErrorKind::Timeout),
    ("internal_error", ErrorKind::Unavailable),
    ("previous_response_not_found", ErrorKind::NotFound),
    ("model_not_found", ErrorKind::NotFound),
    ("ModelNotFound", ErrorKind::NotFound),
    // Mistral's, beside a number.
    ("invalid_model", ErrorKind::NotFound),
    ("unsupported_parameter", ErrorKind::Unsupported),
    ("unsupported_value", ErrorKind::Unsupported),
    ("not_supported_error", ErrorKind::Unsupported),
    ("context_length_exceeded", ErrorKind::InvalidRequest),
    ("tool_use_failed", ErrorKind::Protocol),
    ("server_error", ErrorKind::Unavailable),
    ("server_is_overloaded", ErrorKind::Unavailable),
    ("AccessDenied", ErrorKind::Permission),
    ("unsupported_country_region_territory", ErrorKind::Permission),
];

/// OpenRouter's typed words: <https://openrouter.ai/docs/api/reference/errors-and-debugging>.
const TYPED: [(&str, ErrorKind); 23] = [
    ("rate_limit_exceeded", ErrorKind::RateLimited),
    ("provider_overloaded", ErrorKind::Unavailable),
    ("provider_unavailable", ErrorKind::Unavailable),
    ("server", ErrorKind::Unavailable),
    ("unmapped", ErrorKind::Unavailable),
    ("timeout", ErrorKind::Timeout),
    ("authentication", ErrorKind::Auth),
    ("permission_denied", ErrorKind::Permission),
    ("payment_required", ErrorKind::QuotaExhausted),
    ("context_length_exceeded", ErrorKind::InvalidRequest),
    ("token_limit_exceeded", ErrorKind::InvalidRequest),
    ("string_too_long", ErrorKind::InvalidRequest),
    ("invalid_request", ErrorKind::InvalidRequest),
    ("invalid_prompt", ErrorKind::InvalidRequest),
    ("payload_too_large", ErrorKind::InvalidRequest),
    ("unprocessable", ErrorKind::InvalidRequest),
    ("max_tokens_exceeded", ErrorKind::Truncated),
    ("content_policy_violation", ErrorKind::Rejected),
    ("refusal", ErrorKind::Rejected),
    ("invalid_image", ErrorKind::MediaInvalid),
    ("image_too_large", ErrorKind::MediaInvalid),
    ("image_too_small", ErrorKind::MediaInvalid),
    ("unsupported_image_format", ErrorKind::MediaInvalid),
];

/// Refusals in OpenAI's words, in any shape that a vendor of the dialect sends.
#[must_use]
pub fn classify(failure: &Failure<'_>) -> Error {
    let mut said = Said::read(failure);
    if failure.status.as_u16() == 400 && said.has(&NO_IMAGES) {
        said.param = Some("image".to_owned());
        return said.into_error(failure, ErrorKind::Unsupported);
    }
    let word =
        |table: &[(&str, ErrorKind)], text: &str| table.iter().find(|(word, _)| *word == text).map(|(_, kind)| *kind);
    let image = refusal_codes::IMAGES.contains(&said.code.as_str()).then_some(ErrorKind::MediaInvalid);
    let kind = word(&TYPED, &said.typed).or(image).or_else(|| word(&WORDS, &said.code));
    let kind = kind.or_else(|| word(&WORDS, &said.kind));
    // A word that is in no table; a number is a status.
    let unknown = kind.is_none() && !said.code.is_empty() && said.code.parse::<u16>().is_err();
    let kind = match kind.unwrap_or_else(|| by_words_or_status(&said, failure)) {
        // OpenRouter's 402 is for money, too, except for this: the calls under way together may
        // cost all of it.
        _ if said.limit == "openrouter_in_flight_budget" => ErrorKind::RateLimited,
        // DashScope says so of the tokens of a minute, and links what it means.
        ErrorKind::QuotaExhausted if said.has(&["error-code#token-limit"]) => ErrorKind::RateLimited,
        _ if refusal_codes::is_out_of_money(&said.code, &said.message) => ErrorKind::QuotaExhausted,
        ErrorKind::RateLimited | ErrorKind::Permission if said.has(&OUT_OF_MONEY) => ErrorKind::QuotaExhausted,
        // More than the limit of a minute allows at all: it fits in no other minute either.
        ErrorKind::RateLimited if said.has(&["request too large"]) => ErrorKind::InvalidRequest,
        ErrorKind::Permission if said.category.is_some() => ErrorKind::Rejected,
        kind => kind,
    };
    let error = said.into_error(failure, kind);
    let blind = unknown && failure.status.is_success() && kind == ErrorKind::Unavailable;
    if blind { refusal_codes::of_unknown_code(error) } else { error }
}

/// That a model reads texts only, in words of DeepSeek (and GMI), OpenAI and Groq. Texts alone are
/// sent as strings.
const NO_IMAGES: [&str; 3] =
    ["unknown variant `image_url`", "image_url is only supported by certain models", ".content must be a string"];

/// What does not come back within minutes, in words of DashScope, OpenRouter, xAI and others.
const OUT_OF_MONEY: [&str; 12] = [
    "free allocated quota exceeded",
    "free quota",
    "free-models-per-day",
    "used all available credits",
    "have any credits",
    "out of credits",
    "key limit exceeded",
    "budget limit exceeded",
    "insufficient balance",
    "insufficient quota",
    "exceeded your current quota",
    "billing details",
];

/// For vendors whose code says nothing: xAI and Gemini's layer answer 400 for a wrong key,
/// DeepSeek, xAI and OpenRouter for a wrong model.
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
            "model not exist",
        ]) =>
        {
            ErrorKind::NotFound
        }
        400 if said.has(&["datainspectionfailed", "inappropriate content"]) => ErrorKind::Rejected,
        400 if said.has(&["does not support", "not supported with this model", "unsupported parameter"]) => {
            ErrorKind::Unsupported
        }
        404 if said.has(&["no endpoints found that support"]) => ErrorKind::Unsupported,
        403 if said.has(&["moderation", "flagged"]) => ErrorKind::Rejected,
        // TGI: the generation failed.
        424 => ErrorKind::Unavailable,
        200..=299 if said.kind == "invalid_request_error" => ErrorKind::InvalidRequest,
        200..=299 => ErrorKind::Unavailable,
        status => {
            let status = http::StatusCode::from_u16(status).unwrap_or(failure.status);
            Failure { status, ..*failure }.by_status().kind()
        }
    }
}

/// Refusals in Zhipu's numbers.
#[must_use]
pub fn zhipu(failure: &Failure<'_>) -> Error {
    let said = Said::read(failure);
    match refusal_codes::zhipu(&said.code) {
        Some(kind) => said.into_error(failure, kind),
        None if said.code == "network_error" => said.into_error(failure, ErrorKind::Unavailable),
        None => classify(failure),
    }
}

/// Refusals in MiniMax's numbers, in `base_resp` or at the end of a message of OpenAI's shape:
/// `... (1026)`.
#[must_use]
pub fn minimax(failure: &Failure<'_>) -> Error {
    let said = Said::read(failure);
    let code = if said.code.len() == 4 { Some(said.code.as_str()) } else { refusal_codes::at_the_end(&said.message) };
    let code = code.unwrap_or_default().to_owned();
    let Some(kind) = refusal_codes::minimax(&code) else { return classify(failure) };
    Said { output: code == "1027", code, ..said }.into_error(failure, kind)
}
