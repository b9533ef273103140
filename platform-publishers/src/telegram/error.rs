//! The Bot API's refusals.

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

#[derive(Deserialize)]
struct Refusal {
    error_code: u16,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
struct Parameters {
    migrate_to_chat_id: Option<i64>,
}

/// The code of an error of a group that has another number now; the number is behind the slash.
const MIGRATED: &str = "migrated/";

/// Reads `{"ok": false, "error_code", "description", "parameters"?}`. There are no finer codes than
/// the status, and the descriptions are English everywhere; what they tell apart is the same to a
/// retry.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let Some(Refusal { error_code, description, parameters }) = failure.json() else {
        let error = failure.by_status();
        return if failure.status.is_server_error() { error.with_effect(Effect::Unknown) } else { error };
    };
    let about = |words: &[&str]| {
        let description = description.to_ascii_lowercase();
        words.iter().any(|words| description.contains(words))
    };
    let (kind, advice) = match error_code {
        400 if about(&["chat not found", "not found"]) => {
            (ErrorKind::NotFound, "; is the chat's name or number right, and is the bot in it?")
        }
        400 if about(&[
            "http url content",
            "file identifier",
            "wrong type of the web page",
            "image_process",
            "photo_invalid",
        ]) =>
        {
            (ErrorKind::MediaInvalid, "; upload the file instead of its address, or mend it")
        }
        400 if about(&["not enough rights", "administrator rights", "have no rights"]) => {
            (ErrorKind::Permission, "; make the bot an administrator that may post")
        }
        400 => (ErrorKind::InvalidRequest, ""),
        401 => (ErrorKind::Auth, "; the token was revoked: set a new TELEGRAM_BOT_TOKEN from @BotFather"),
        404 => (ErrorKind::Auth, "; the token is malformed: copy TELEGRAM_BOT_TOKEN again from @BotFather"),
        403 => (ErrorKind::Permission, "; the bot was removed or blocked: let it into the chat again"),
        413 => (ErrorKind::MediaInvalid, "; the file is too large for the Bot API"),
        429 => (ErrorKind::RateLimited, ""),
        500.. => (ErrorKind::Unavailable, ""),
        _ => (failure.by_status().kind(), ""),
    };
    let error = Error::new(kind, format!("{description}{advice}"));
    // A 5xx may come behind the work; every other refusal is decided before it.
    let effect = if error_code >= 500 { Effect::Unknown } else { Effect::None };
    let error = error.with_effect(effect);
    match parameters.migrate_to_chat_id {
        Some(chat) => error.with_code(format!("{MIGRATED}{chat}")),
        None => error.with_code(error_code.to_string()),
    }
}

/// The number that a group has now, if that is why it was refused.
pub(super) fn new_number(error: &Error) -> Option<&str> {
    error.code()?.strip_prefix(MIGRATED)
}
