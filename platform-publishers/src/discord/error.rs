//! Discord's refusals.

use serde::Deserialize;
use serde_json::{Map, Value};
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    code: u32,
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Option<Value>,
}

/// The message is not there (any more).
pub(super) const UNKNOWN_MESSAGE: &str = "10008";
/// The channel or thread was not found; its messages are gone with it.
const UNKNOWN_CHANNEL: &str = "10003";

/// What was asked about is not there.
pub(super) fn is_gone(error: &Error) -> bool {
    matches!(error.code(), Some(UNKNOWN_MESSAGE | UNKNOWN_CHANNEL))
}

/// Reads `{"code", "message", "errors"?}`. A refusal for too many requests has no code, and that of
/// the network in front of Discord is no JSON.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(Refusal { code, message, errors }) = failure.json() else {
        return if failure.status.is_server_error() { by_status.with_effect(Effect::Unknown) } else { by_status };
    };
    let (kind, advice) = match code {
        // Asking for a webhook that is gone again and again earns a ban.
        10015 => (ErrorKind::Config, "; the webhook is gone: make a new one and set DISCORD_WEBHOOK_URL"),
        50027 => (ErrorKind::Auth, "; copy the webhook's address again and set DISCORD_WEBHOOK_URL"),
        10003 => (ErrorKind::NotFound, "; is DISCORD_CHANNEL_ID right, and is the bot on the server?"),
        10008 => (ErrorKind::NotFound, ""),
        50001 | 50013 | 40333 => {
            (ErrorKind::Permission, "; the bot needs to see the channel, send messages and attach files")
        }
        20016 | 20028 => (ErrorKind::RateLimited, ""),
        40005 | 50045 => (ErrorKind::MediaInvalid, "; make the file smaller"),
        50006 | 50035 | 50083 | 160_005 | 220_001..=220_004 => (ErrorKind::InvalidRequest, ""),
        200_000 | 240_000 => (ErrorKind::Rejected, "; the server's moderation refuses these words"),
        130_000 => (ErrorKind::Unavailable, ""),
        _ if failure.status.as_u16() == 401 => (ErrorKind::Auth, "; set a new DISCORD_BOT_TOKEN"),
        _ => (by_status.kind(), ""),
    };
    let mut details = Vec::new();
    if let Some(Value::Object(errors)) = &errors {
        walk(errors, &mut String::new(), &mut details);
    }
    let details = if details.is_empty() { String::new() } else { format!(": {}", details.join("; ")) };
    let mut error = Error::new(kind, format!("{message}{details}{advice}")).with_status(failure.status.as_u16());
    if failure.status.is_server_error() || code == 130_000 {
        error = error.with_effect(Effect::Unknown);
    }
    if code == 0 { error } else { error.with_code(code.to_string()) }
}

/// Collects `_errors` of a tree with the paths to them: `embeds.0.title`.
fn walk(tree: &Map<String, Value>, path: &mut String, details: &mut Vec<String>) {
    for (name, value) in tree {
        match value {
            Value::Array(errors) if name == "_errors" => {
                let messages = errors.iter().filter_map(|error| error.get("message")?.as_str());
                details.extend(messages.map(|message| format!("{path} {message}")));
            }
            Value::Object(below) => {
                let length = path.len();
                if length > 0 {
                    path.push('.');
                }
                path.push_str(name);
                walk(below, path, details);
                path.truncate(length);
            }
            _ => {}
        }
    }
}
