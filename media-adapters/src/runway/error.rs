//! Runway's refusals as errors.

use social_core::error::{Effect, Error, ErrorKind, Stage};
use social_core::http::Failure;
use social_core::money::Usage;

use super::wire::{Refusal, Task};

/// Runway's error shape: `{error}` or `{error, issues[], docUrl}` (docs.dev.runwayml.com, errors;
/// 2026).
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(Refusal { error: message, issues }) = failure.json() else { return by_status };
    let lower = message.to_ascii_lowercase();
    let kind = match by_status.kind() {
        // "You do not have enough credits to run this task."
        ErrorKind::InvalidRequest if lower.contains("enough credits") => ErrorKind::QuotaExhausted,
        // More tasks than may run at once are no error; what is refused is the limit of a day or
        // tier.
        ErrorKind::RateLimited if lower.contains("daily") => ErrorKind::QuotaExhausted,
        kind => kind,
    };
    let Some(issue) = issues.into_iter().next() else { return Error::new(kind, message) };
    let path: Vec<String> = issue.path.iter().map(|part| part.to_string().trim_matches('"').to_owned()).collect();
    let path = path.join(".");
    Error::new(kind, format!("{message}: {path}: {}", issue.message)).with_code(issue.code).with_field(path)
}

/// A task that failed, by its code (docs.dev.runwayml.com, task failures; 2026). A refused prompt
/// is billed unless the task says that it cost nothing; a refused result is not.
pub(super) fn failed(task: Task) -> Error {
    let code = task.failure_code.unwrap_or_default();
    let message = task.failure.unwrap_or_else(|| "Runway gave no reason".to_owned());
    let credits = task.cost.map(|cost| cost.credits);
    let refused = |stage| Error::rejected(stage, Some(code.clone()), message.clone());
    let error = if code.starts_with("SAFETY.INPUT") || code.starts_with("INPUT_PREPROCESSING.SAFETY") {
        refused(Stage::Input).with_effect(if credits == Some(0.0) { Effect::None } else { Effect::Unknown })
    } else if code.starts_with("SAFETY") {
        refused(Stage::Output).with_effect(if credits.unwrap_or(0.0) > 0.0 { Effect::Unknown } else { Effect::None })
    } else {
        Error::new(ErrorKind::JobFailed, message.clone())
    };
    let error = if code.is_empty() { error } else { error.with_code(code.clone()) };
    match credits {
        Some(credits) => error.with_usage(used(credits)),
        None => error,
    }
}

/// Runway bills credits.
pub(super) fn used(credits: f64) -> Usage {
    let mut usage = Usage::default();
    usage.units = Some(credits);
    usage
}
