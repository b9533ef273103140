//! YouTube's refusals.

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Error, ErrorKind, Retry};

#[derive(Deserialize)]
struct Envelope {
    error: Refusal,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

/// Reads `{"error": {code, message, errors: [{domain, reason, message}]}}`. The reason decides; the
/// status does where a reason is not known.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(Envelope { error: refusal }) = failure.json() else { return by_status };
    let reason = refusal.errors.first().map(|first| first.reason.as_str()).unwrap_or_default();
    let (kind, advice) = by_reason(reason).unwrap_or((by_status.kind(), None));
    let message = match advice {
        Some(advice) => format!("{}; {advice}", refusal.message.trim_end_matches('.')),
        None => refusal.message,
    };
    let mut error = Error::new(kind, message);
    if !reason.is_empty() {
        error = error.with_code(reason);
    }
    if let Some(field) = field(reason) {
        error = error.with_field(field);
    }
    match reason {
        "authError" => error.with_token_expired(),
        "uploadLimitExceeded" | "quotaExceeded" | "dailyLimitExceeded" => error.with_retry(Retry::Never),
        _ => error,
    }
}

fn by_reason(reason: &str) -> Option<(ErrorKind, Option<&'static str>)> {
    use ErrorKind::{
        Auth, Duplicate, InvalidRequest, MediaInvalid, NotFound, Permission, QuotaExhausted, RateLimited, Unavailable,
    };
    let scopes = "the token needs the scopes youtube.upload and youtube.readonly, youtube to delete and for playlists, \
                  youtube.force-ssl for captions";
    Some(match reason {
        "authError" => (Auth, None),
        "youtubeSignupRequired" => {
            (Permission, Some("the account has no channel; make one on youtube.com (a service account cannot)"))
        }
        "quotaExceeded" | "dailyLimitExceeded" => {
            (QuotaExhausted, Some("the project's day ends at midnight in California"))
        }
        "uploadLimitExceeded" => {
            (QuotaExhausted, Some("the channel has uploaded as much as it may in a day; wait a day or verify it"))
        }
        "rateLimitExceeded" | "userRateLimitExceeded" | "uploadRateLimitExceeded" => (RateLimited, None),
        "insufficientPermissions" => (Permission, Some(scopes)),
        "accessNotConfigured" => (Permission, Some("switch on the YouTube Data API v3 in the project's console")),
        "forbidden" | "channelClosed" | "channelSuspended" | "accountDelegationForbidden" => (Permission, None),
        "captionExists" => (Duplicate, None),
        "videoNotFound" | "playlistNotFound" | "channelNotFound" | "notFound" => (NotFound, None),
        "imageFormatUnsupported" | "imageTooTall" | "imageTooWide" | "mediaBodyRequired" | "invalidImage" => {
            (MediaInvalid, None)
        }
        "backendError" | "internalError" => (Unavailable, None),
        _ if field(reason).is_some() => (InvalidRequest, None),
        _ => return None,
    })
}

fn field(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "invalidTitle" => "title",
        "invalidDescription" => "text",
        "invalidTags" => "options.youtube.tags",
        "invalidCategoryId" => "options.youtube.category",
        "invalidPublishAt" => "publish_at",
        "defaultLanguageNotSet" => "languages",
        "playlistNotFound" => "options.youtube.playlist",
        _ => return None,
    })
}
