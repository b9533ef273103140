//! Answers that hold nothing of what was asked for.

use social_core::error::{Effect, Stage};
use social_core::{Error, ErrorKind};

use super::wire::{Answer, Candidate};

/// The words for something that was refused (`FinishReason` of google-genai 3.3.0).
const REFUSALS: [&str; 10] = [
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
    "IMAGE_OTHER",
    "NO_IMAGE",
];

/// Says why there is no `what` (`image`); `text` is what the model said instead.
pub(super) fn refusal(answer: Answer, what: &str, text: &str, json: &[u8]) -> Error {
    let blocked = answer.prompt_feedback.and_then(|feedback| Some((feedback.block_reason?, feedback.message)));
    let error = match (blocked, answer.candidates.first()) {
        (Some((reason, message)), _) => {
            let message = message.unwrap_or_else(|| format!("the prompt was refused: {reason}"));
            Error::rejected(Stage::Input, Some(reason), message)
        }
        (None, Some(candidate)) => nothing(candidate, what, text),
        (None, None) => return Error::protocol("the answer holds nothing", json),
    };
    error.with_effect(Effect::None)
}

fn nothing(candidate: &Candidate, what: &str, text: &str) -> Error {
    let reason = candidate.finish_reason.as_deref().unwrap_or("no reason");
    if REFUSALS.contains(&reason) {
        let message = candidate.finish_message.clone().unwrap_or_else(|| format!("the {what} was refused: {reason}"));
        let error = Error::rejected(Stage::Output, Some(reason.to_owned()), message);
        return if text.is_empty() { error } else { error.with_partial(text) };
    }
    let message = match text.is_empty() {
        true => format!("the model made no {what} and said nothing ({reason})"),
        false => format!("the model answered in words instead of an {what} ({reason})"),
    };
    Error::new(ErrorKind::JobFailed, message).with_code(reason).with_partial(text)
}
