//! Slack's refusals: a name in JSON, of a webhook a name as plain text.

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind, Retry};

#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    needed: Option<String>,
    #[serde(default)]
    response_metadata: Details,
}

#[derive(Default, Deserialize)]
struct Details {
    #[serde(default)]
    messages: Vec<String>,
}

/// Reads `{"ok": false, "error"}`, which comes with 200 as well, and the plain text of a webhook.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let text = failure.text();
    let word = text.trim();
    let (name, needed, details) = match failure.json() {
        Some(Refusal { error, needed, response_metadata }) => (error, needed, response_metadata.messages),
        None if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') => {
            (word.to_owned(), None, Vec::new())
        }
        None if failure.status.is_server_error() => return by_status.with_effect(Effect::Unknown),
        None => return by_status,
    };
    let (kind, effect, advice) = match name.as_str() {
        "invalid_auth" | "not_authed" | "account_inactive" | "token_revoked" | "token_expired" => {
            (ErrorKind::Auth, Effect::None, "; set a new SLACK_BOT_TOKEN")
        }
        "missing_scope"
        | "not_in_channel"
        | "is_archived"
        | "channel_is_archived"
        | "action_prohibited"
        | "ekm_access_denied"
        | "org_login_required"
        | "file_uploads_disabled"
        | "file_uploads_except_images_disabled" => (ErrorKind::Permission, Effect::None, ""),
        name if name.starts_with("restricted_action") => (ErrorKind::Permission, Effect::None, ""),
        "no_service" => (ErrorKind::Config, Effect::None, "; the webhook is gone: make a new one"),
        "channel_not_found" | "message_not_found" | "file_not_found" | "file_deleted" | "thread_not_found" => {
            (ErrorKind::NotFound, Effect::None, "")
        }
        "no_text"
        | "msg_too_long"
        | "invalid_blocks"
        | "msg_blocks_too_long"
        | "too_many_attachments"
        | "invalid_payload"
        | "user_not_found"
        | "missing_argument"
        | "invalid_arguments" => (ErrorKind::InvalidRequest, Effect::None, ""),
        "file_upload_size_restricted" => (ErrorKind::MediaInvalid, Effect::None, ""),
        "ratelimited" | "rate_limited" => (ErrorKind::RateLimited, Effect::None, ""),
        // The body arrived cut: nothing was posted.
        "request_timeout" => (ErrorKind::Timeout, Effect::None, ""),
        // A part may have succeeded; the last two speak of an earlier attempt.
        "internal_error"
        | "fatal_error"
        | "service_unavailable"
        | "rollup_error"
        | "duplicate_message_not_found"
        | "duplicate_channel_not_found" => (ErrorKind::Unavailable, Effect::Unknown, ""),
        _ if failure.status.is_server_error() => (ErrorKind::Unavailable, Effect::Unknown, ""),
        // A name that is not known here proves nothing.
        _ => (ErrorKind::InvalidRequest, Effect::Unknown, ""),
    };
    let mut message = name.clone();
    if let Some(needed) = needed {
        message.push_str(&format!(": the token needs the scope {needed}"));
    }
    for detail in details {
        message.push_str("; ");
        message.push_str(&detail);
    }
    message.push_str(advice);
    let error = Error::new(kind, message).with_code(name).with_effect(effect);
    if kind == ErrorKind::InvalidRequest { error.with_retry(Retry::Never) } else { error }
}
