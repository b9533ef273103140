//! Results as JSON.

use std::io::Write as _;
use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Value, json};
use social_core::{Error, ErrorKind, Result};

/// Everything that an error knows, without the raw body.
#[must_use]
pub fn error(error: &Error) -> Value {
    json!({
        "kind": error.kind(),
        "message": error.message(),
        "vendor": error.vendor(),
        "operation": error.operation(),
        "model": error.model(),
        "status": error.status(),
        "code": error.code(),
        "field": error.field(),
        "item": error.item(),
        "request_id": error.request_id(),
        "retry": error.retry(),
        "effect": error.effect(),
        "rejection": error.rejection(),
        "partial": error.partial(),
        "usage": error.usage(),
    })
}

/// A value of the family as JSON.
///
/// # Errors
/// [`Protocol`](ErrorKind::Protocol) for one that has no JSON form, which none of the family's is.
pub fn value(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|cause| Error::new(ErrorKind::Protocol, cause.to_string()))
}

/// Prints a result, or the error as `{"error": ...}` with exit code 1.
#[must_use]
pub fn print(result: Result<Value>) -> ExitCode {
    let value = result.unwrap_or_else(|error| json!({ "error": self::error(&error) }));
    // Whoever reads it may have seen enough.
    drop(writeln!(std::io::stdout(), "{value:#}"));
    if value.get("error").is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
