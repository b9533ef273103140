//! fal's refusals as errors.

use social_core::error::{Error, ErrorKind, Stage};
use social_core::http::Failure;

use super::wire::{Detail, Fault, Refusal};

/// fal's error shape: `{detail}`, a text or a list of faults with a type (docs.fal.ai, errors,
/// November 2026).
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    match failure.json::<Refusal>().map(|refusal| refusal.detail) {
        // An account without money is locked: met by products, not documented.
        Some(Detail::Text(text)) if by_status.kind() == ErrorKind::Permission && text.contains("balance") => {
            Error::new(ErrorKind::QuotaExhausted, text)
        }
        Some(Detail::Text(text)) if !text.is_empty() => Error::new(by_status.kind(), text),
        Some(Detail::List(faults)) => match faults.into_iter().next() {
            Some(fault) => typed(by_status.kind(), fault),
            None => by_status,
        },
        _ => by_status,
    }
}

fn typed(by_status: ErrorKind, fault: Fault) -> Error {
    let field = fault.loc.last().and_then(|name| name.as_str()).filter(|name| *name != "body").map(str::to_owned);
    let kind = match fault.kind.as_str() {
        "content_policy_violation" => {
            // The checker looks at the prompt, or at what was made.
            let stage = if field.is_some() { Stage::Input } else { Stage::Output };
            let error = Error::rejected(stage, Some(fault.kind.clone()), fault.msg).with_code(fault.kind);
            return match field {
                Some(field) => error.with_field(field),
                None => error,
            };
        }
        "no_media_generated" => ErrorKind::JobFailed,
        "image_too_large"
        | "image_too_small"
        | "image_load_error"
        | "unsupported_image_format"
        | "file_download_error"
        | "file_too_large" => ErrorKind::MediaInvalid,
        _ => by_status,
    };
    let error = Error::new(kind, fault.msg);
    let error = if fault.kind.is_empty() { error } else { error.with_code(fault.kind) };
    match field {
        Some(field) => error.with_field(field),
        None => error,
    }
}
