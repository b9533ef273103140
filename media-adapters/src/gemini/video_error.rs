//! The ends of Veo's jobs that bring no video.

use social_core::error::{Error, ErrorKind, Stage};

use super::video_wire::Status;

/// A video that was filtered is not billed.
pub(super) fn filtered_out(reasons: &[String]) -> Error {
    let message = match reasons {
        [] => "Veo filtered the video and gave no reason".to_owned(),
        reasons => reasons.join("; "),
    };
    let stage = if message.contains("the input") { Stage::Input } else { Stage::Output };
    let code = message.rsplit_once("Support codes: ").map(|(_, codes)| codes.trim().to_owned());
    Error::rejected(stage, code, message)
}

/// A job that failed. What the filters say is known from reports and Google's troubleshooting page.
pub(super) fn failed(status: Status) -> Error {
    const REFUSALS: [&str; 4] = ["polic", "guideline", "responsible ai", "sensitive"];
    // INVALID_ARGUMENT and FAILED_PRECONDITION, also as an HTTP status.
    const REFUSED: [i64; 3] = [3, 9, 400];
    let Status { code, message, status } = status;
    let code_text = status.unwrap_or_else(|| code.to_string());
    let lower = message.to_ascii_lowercase();
    let error = match REFUSED.contains(&code) && REFUSALS.iter().any(|word| lower.contains(word)) {
        true => Error::rejected(Stage::Input, Some(code_text.clone()), message),
        false if message.is_empty() => Error::new(ErrorKind::JobFailed, "Veo gave no reason"),
        false => Error::new(ErrorKind::JobFailed, message),
    };
    error.with_code(code_text)
}
