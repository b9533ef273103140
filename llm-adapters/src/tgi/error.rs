//! Refusals: `{"error", "error_type"}`, and `{"error", "estimated_time"}` of a model that is still
//! loading.

use companies::refusal_codes;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind, Retry};

use crate::shared::in_place;

#[derive(Deserialize)]
struct Body {
    /// A text, a list of them, or an object with a `message`.
    error: Value,
    #[serde(default, deserialize_with = "in_place::dispensable")]
    error_type: Option<String>,
    #[serde(default, deserialize_with = "in_place::dispensable")]
    estimated_time: Option<f64>,
}

/// The longest wait that is believed.
const HOUR: f64 = 3600.0;

pub(super) fn classify(failure: &Failure<'_>) -> Error {
    refusal_codes::or_out_of_money(read(failure))
}

fn read(failure: &Failure<'_>) -> Error {
    let Some(Body { error, error_type, estimated_time }) = failure.json() else { return failure.by_status() };
    let message = match error {
        Value::String(text) => text,
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
        other => other.get("message").and_then(Value::as_str).map_or_else(|| other.to_string(), str::to_owned),
    };
    let wait = estimated_time.filter(|seconds| (0.0..=HOUR).contains(seconds)).map(Duration::from_secs_f64);
    let kind = match error_type.as_deref() {
        Some("validation") => ErrorKind::InvalidRequest,
        Some("overloaded") => ErrorKind::RateLimited,
        Some("generation" | "incomplete_generation" | "healthcheck") => ErrorKind::Unavailable,
        _ if wait.is_some() || failure.status.is_success() => ErrorKind::Unavailable,
        _ => failure.by_status().kind(),
    };
    let mut error = Error::new(kind, message);
    if let Some(code) = error_type {
        let known = ["generation", "incomplete_generation", "healthcheck"].contains(&code.as_str());
        if kind == ErrorKind::Unavailable && wait.is_none() && !known {
            error = refusal_codes::of_unknown_code(error);
        }
        error = error.with_code(code);
    }
    match wait {
        Some(wait) => error.with_effect(Effect::None).with_retry(Retry::After(wait)),
        None => error,
    }
}
