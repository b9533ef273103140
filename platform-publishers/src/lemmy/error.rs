//! An instance's refusals.

use std::time::Duration;

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind, Retry};

#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    message: Option<String>,
}

/// The interval of posts that instances have unless they say otherwise. No answer names a wait.
const INTERVAL: Duration = Duration::from_secs(600);

/// Reads `{"error": "code", "message"?}`. Nearly all refusals have the status 400, and some of them
/// come when the post is stored already: only codes that are known to come before say that nothing
/// happened.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let status = failure.status.as_u16();
    let Some(Refusal { error: code, message }) = failure.json() else {
        return match status {
            // What a second request of one `Idempotency-Key` gets.
            422 => {
                let message = "an earlier request of the same key arrived; what became of it is not said";
                Error::new(ErrorKind::Duplicate, message).with_effect(Effect::Unknown).with_retry(Retry::Never)
            }
            413 => Error::new(ErrorKind::MediaInvalid, "the file is too large for the instance; compress it"),
            500..=599 => by_status.with_effect(Effect::Unknown),
            _ => by_status,
        };
    };
    let (kind, advice) = match code.as_str() {
        "rate_limit_error" | "too_many_requests" => {
            let message = "the instance takes no more from this address for now";
            let error = Error::new(ErrorKind::RateLimited, message).with_code(code);
            return error.with_retry(Retry::After(INTERVAL));
        }
        "not_logged_in" => (ErrorKind::Auth, "; the token is over, or the password was changed"),
        "incorrect_login" => (ErrorKind::Auth, "; check LEMMY_USERNAME and LEMMY_PASSWORD"),
        "missing_totp_token" | "incorrect_totp_token" => {
            (ErrorKind::Auth, "; an account with a second factor needs a token of its own")
        }
        "site_ban"
        | "banned"
        | "person_is_banned_from_site"
        | "person_is_banned_from_community"
        | "deleted"
        | "banned_from_community"
        | "registration_application_is_pending"
        | "email_not_verified"
        | "only_mods_can_post_in_community"
        | "cannot_create_post_or_comment_in_deleted_or_removed_community" => {
            (ErrorKind::Permission, "; write to the moderators")
        }
        "not_found" | "couldnt_find_post" | "couldnt_find_community" => (ErrorKind::NotFound, ""),
        "pictrs_invalid_image_upload" | "invalid_image_upload" | "image_upload_disabled" | "pictrs_response_error" => {
            (ErrorKind::MediaInvalid, "")
        }
        "invalid_post_title"
        | "invalid_body_field"
        | "invalid_url"
        | "invalid_url_scheme"
        | "blocked_url"
        | "slurs"
        | "language_not_allowed"
        | "nsfw_not_allowed"
        | "honeypot_failed"
        | "invalid_field" => (ErrorKind::InvalidRequest, ""),
        code if code.ends_with("_length_overflow") => (ErrorKind::InvalidRequest, ""),
        // Whether it came before or behind the post is not known.
        _ if status == 400 || status >= 500 => (ErrorKind::Unavailable, ""),
        _ => (by_status.kind(), ""),
    };
    let is_over = code == "not_logged_in";
    let words = message.map_or_else(|| code.clone(), |message| format!("{code}: {message}"));
    let error = Error::new(kind, format!("{words}{advice}")).with_code(code);
    let error = if is_over { error.with_token_expired() } else { error };
    if status >= 500 { error.with_effect(Effect::Unknown) } else { error }
}
