//! A Forem's refusals.

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

use crate::article::page_instead;

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// Reads `{"error": "...", "status": 422}`. The status decides; what stands in front of a Forem
/// answers in HTML.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let Some(Refusal { error: message }) = failure.json() else { return page_instead(failure, "a Forem") };
    let by_status = failure.by_status();
    let advice = match failure.status.as_u16() {
        401 => "; make a new API key in the settings, under Extensions",
        403 => "; the account may not do this, or the request does not say who sends it (`User-Agent`)",
        _ => "",
    };
    // The same title of the same account within five minutes.
    let again = message.contains("last five minutes");
    let kind = if again { ErrorKind::Duplicate } else { by_status.kind() };
    let error = Error::new(kind, format!("{message}{advice}"));
    // It was seen to leave a draft behind (forem/forem#16664).
    if failure.status == 422 { error.with_effect(Effect::Unknown) } else { error }
}
