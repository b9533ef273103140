//! TikTok's refusals.

use social_core::error::Stage;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind};

use super::wire::{Envelope, Verdict};

/// Reads `{"error": {"code", "message", "log_id"}}`, which comes with any status, 200 included.
/// Codes are stable; texts are not.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let Some(Envelope { error: Some(verdict) }) = failure.json() else {
        let error = failure.by_status();
        return if failure.status.is_server_error() { error.with_effect(Effect::Unknown) } else { error };
    };
    let error = match known(&verdict) {
        Some(error) => error,
        // A code that came with a success says nothing about the post.
        None if failure.status.is_success() => {
            Error::new(ErrorKind::Protocol, verdict.message.clone()).with_effect(Effect::Unknown)
        }
        None => {
            let by_status = failure.by_status();
            let effect = if failure.status.is_server_error() { Effect::Unknown } else { by_status.effect() };
            Error::new(by_status.kind(), verdict.message.clone()).with_effect(effect)
        }
    };
    let error = if verdict.code.is_empty() { error } else { error.with_code(verdict.code) };
    match verdict.log_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

/// The documented codes, and those that products met.
fn known(verdict: &Verdict) -> Option<Error> {
    use ErrorKind::{
        Auth, InvalidRequest, MediaInvalid, NotFound, Permission, QuotaExhausted, RateLimited, Unavailable,
    };
    let of = |kind, advice: &str| Error::new(kind, format!("{}{advice}", verdict.message));
    Some(match verdict.code.as_str() {
        "access_token_invalid" => of(Auth, "; sign in again, or renew the token").with_token_expired(),
        "scope_not_authorized" | "scope_permission_missed" => {
            of(Permission, "; the person has to sign in again and agree to the scope")
        }
        "invalid_param" | "invalid_params" => of(InvalidRequest, ""),
        "app_version_check_failed" => of(InvalidRequest, "; the person's TikTok app is too old for drafts: update it"),
        "invalid_file_upload" => of(MediaInvalid, "; TikTok cannot use the file"),
        "invalid_publish_id" => of(NotFound, "; TikTok does not know the post"),
        "token_not_authorized_for_specified_publish_id" => of(Permission, "; the post is another account's"),
        "unaudited_client_can_only_post_to_private_accounts" => of(
            Permission,
            "; until TikTok has audited the app, the account itself has to be private (TikTok > Settings > Privacy), \
             and the post visible to the account only",
        ),
        "url_ownership_unverified" => {
            of(MediaInvalid, "; verify the address's domain in the app's console, or send the file itself")
                .with_field("attachments")
        }
        "privacy_level_option_mismatch" => {
            of(InvalidRequest, "; choose a level that the account offers").with_field("options.tiktok.privacy")
        }
        "spam_risk_user_banned_from_posting" => of(Permission, "; TikTok has barred the account from posting"),
        "spam_risk_too_many_posts" => of(QuotaExhausted, "; the account's posts of 24 hours are used up: wait"),
        "spam_risk_too_many_pending_share" => {
            of(QuotaExhausted, "; five drafts of 24 hours are the maximum, also those that were published: wait")
        }
        "reached_active_user_cap" => {
            of(QuotaExhausted, "; the app has reached its number of accounts for the day: wait, or have it audited")
        }
        "spam_risk_text" | "spam_risk" => {
            Error::rejected(Stage::Input, Some(verdict.code.clone()), verdict.message.clone())
        }
        "rate_limit_exceeded" => of(RateLimited, ""),
        "internal_error" => of(Unavailable, "").with_effect(Effect::Unknown),
        _ => return None,
    })
}

/// Why a post failed that TikTok had taken, for a person.
pub(super) fn failed(reason: &str) -> String {
    let advice = match reason {
        "internal" => "TikTok had trouble; publish it again",
        "video_pull_failed" | "photo_pull_failed" => {
            "TikTok could not fetch the file: is its address open to anybody, without a redirect? Publish it again"
        }
        "file_format_check_failed" => "the file's format or codec is not accepted",
        "duration_check_failed" => "the video is too long or too short for the account",
        "frame_rate_check_failed" => "the video's frame rate is not accepted",
        "picture_size_check_failed" => "the width or height is not accepted",
        "auth_removed" => "the person took the app's access back while TikTok worked on it",
        "publish_cancelled" => "it was cancelled",
        _ => "look into TikTok",
    };
    format!("TikTok took the post and did not publish it: {reason}; {advice}")
}
