//! Refusals: a status and `{"error": "text"}`.

use companies::refusal_codes;
use serde::Deserialize;
use serde_json::Value;
use social_core::http::Failure;
use social_core::{Error, ErrorKind, Retry};

#[derive(Deserialize)]
struct Body {
    error: Value,
}

pub(super) fn classify(failure: &Failure<'_>) -> Error {
    refusal_codes::or_out_of_money(read(failure))
}

fn read(failure: &Failure<'_>) -> Error {
    let Some(Body { error }) = failure.json() else { return failure.by_status() };
    let message = match error {
        Value::String(message) => message,
        // Gateways in front of it have an object here.
        error => error.get("message").and_then(Value::as_str).map_or_else(|| error.to_string(), str::to_owned),
    };
    let has = |words: &str| message.contains(words);
    let lacking = [
        ("does not support tools", "tools"),
        ("does not support thinking", "reasoning"),
        // "this model is missing data required for image input", and "does not support image input"
        // of the cloud.
        ("image input", "image"),
        ("does not support", "model"),
    ];
    if let Some((_, option)) = lacking.into_iter().find(|(words, _)| has(words)) {
        return Error::unsupported(option, message);
    }
    match failure.status.as_u16() {
        // Inside a stream, whatever went wrong in the engine.
        200..=299 => Error::new(ErrorKind::Unavailable, message),
        // Of an hour, a session or a week in the cloud; no pause of ours is that long.
        429 if has("usage limit") => Error::new(ErrorKind::QuotaExhausted, message),
        // No pause makes the machine larger.
        500 if has("requires more system memory") => {
            Error::new(ErrorKind::Unavailable, message).with_retry(Retry::Never)
        }
        _ => Error::new(failure.by_status().kind(), message),
    }
}
