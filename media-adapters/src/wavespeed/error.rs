//! WaveSpeed's refusals as errors.

use http::StatusCode;
use serde::de::IgnoredAny;
use social_core::error::Error;
use social_core::http::Failure;

use super::wire::Envelope;

/// WaveSpeed's error shape: `{code, message}`, where the code repeats the status or, under status
/// 200, takes its place (wavespeed.ai docs, 2026).
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let Some(body) = failure.json::<Envelope<IgnoredAny>>().filter(|body| body.code != 0) else {
        return failure.by_status();
    };
    let said = StatusCode::from_u16(body.code).ok().filter(|_| failure.status.is_success());
    let kind = Failure { status: said.unwrap_or(failure.status), ..*failure }.by_status().kind();
    let message = if body.message.is_empty() { "no reason was given".to_owned() } else { body.message };
    Error::new(kind, message).with_code(body.code.to_string())
}
