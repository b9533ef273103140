//! ElevenLabs' refusals as errors.

use serde::Deserialize;
use serde_json::Value;
use social_core::error::{Error, ErrorKind, Stage};
use social_core::http::Failure;

/// `detail` is an object, a list of faults in the request, or a sentence.
#[derive(Deserialize)]
struct Refusal {
    detail: Detail,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Detail {
    Faults(Vec<Fault>),
    Sentence(String),
    Reason {
        #[serde(alias = "code")]
        status: Option<String>,
        message: Option<String>,
    },
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    loc: Vec<Value>,
    #[serde(default)]
    msg: String,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// ElevenLabs' error shape by its words, since its statuses mislead: an account without credits is
/// refused with 401 (error page of elevenlabs-docs@3557f0b1).
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(Refusal { detail }) = failure.json::<Refusal>() else { return by_status };
    match detail {
        Detail::Sentence(message) => Error::new(by_status.kind(), message),
        Detail::Faults(faults) => match faults.into_iter().next() {
            Some(fault) => invalid(fault, by_status.kind()),
            None => by_status,
        },
        Detail::Reason { status, message } => {
            let reason = status.unwrap_or_default();
            let message = message.filter(|message| !message.is_empty()).unwrap_or_else(|| reason.clone());
            by_reason(&reason, message, by_status.kind()).with_code(reason)
        }
    }
}

fn invalid(fault: Fault, kind: ErrorKind) -> Error {
    let place = fault.loc.iter().map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned));
    let place = place.filter(|part| part != "body").collect::<Vec<_>>().join(".");
    let error = Error::new(kind, format!("{place}: {}", fault.msg)).with_field(place);
    match fault.kind {
        Some(code) => error.with_code(code),
        None => error,
    }
}

fn by_reason(reason: &str, message: String, otherwise: ErrorKind) -> Error {
    let kind = match reason {
        "invalid_api_key" | "needs_authorization" => ErrorKind::Auth,
        "missing_permissions" | "detected_unusual_activity" => ErrorKind::Permission,
        _ if reason.starts_with("only_for_creator") => ErrorKind::Permission,
        "quota_exceeded" => ErrorKind::QuotaExhausted,
        "max_character_limit_exceeded" => return Error::invalid("text", message),
        "voice_not_found" | "model_not_found" => ErrorKind::NotFound,
        "too_many_concurrent_requests" | "system_busy" => ErrorKind::RateLimited,
        // The words of a refusal are unconfirmed, but for `bad_prompt` of the music pages.
        _ if ["bad_prompt", "bad_composition_plan", "moderation", "policy", "terms_of_service"]
            .iter()
            .any(|word| reason.contains(word)) =>
        {
            return Error::rejected(Stage::Input, Some(reason.to_owned()), message);
        }
        _ => otherwise,
    };
    Error::new(kind, message)
}
