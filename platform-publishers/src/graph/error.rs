//! Refusals of the Graph API: one table for all of Meta's platforms.

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind, Retry};

#[derive(Deserialize)]
struct Envelope {
    error: Refusal,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    message: String,
    #[serde(default)]
    code: i64,
    error_subcode: Option<i64>,
    #[serde(default)]
    is_transient: bool,
    error_user_msg: Option<String>,
    fbtrace_id: Option<String>,
}

/// The upload host has an envelope of its own.
#[derive(Deserialize)]
struct UploadEnvelope {
    debug_info: UploadRefusal,
}

#[derive(Deserialize)]
struct UploadRefusal {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    message: String,
    #[serde(default)]
    retriable: bool,
}

/// Whether an answer of any status carries a refusal.
pub(crate) fn is_refusal(body: &[u8]) -> bool {
    serde_json::from_slice::<Envelope>(body).is_ok() || serde_json::from_slice::<UploadEnvelope>(body).is_ok()
}

/// Reads a Graph refusal. Code and subcode decide; the status and the localised message do not.
pub(crate) fn classify(failure: &Failure<'_>) -> Error {
    if let Some(Envelope { error }) = failure.json() {
        return graph(&error);
    }
    if let Some(UploadEnvelope { debug_info }) = failure.json() {
        let kind = if debug_info.retriable { ErrorKind::Unavailable } else { ErrorKind::InvalidRequest };
        let error = Error::new(kind, debug_info.message);
        return match debug_info.kind {
            Some(code) => error.with_code(code),
            None => error,
        };
    }
    failure.by_status()
}

fn graph(refusal: &Refusal) -> Error {
    let subcode = refusal.error_subcode.unwrap_or(0);
    // A documented name, which no language changes; its number is not documented.
    if refusal.message.starts_with("THREADS_API__") {
        return Error::new(ErrorKind::InvalidRequest, refusal.message.clone()).with_code(refusal.message.clone());
    }
    let kind = match by_subcode(subcode).unwrap_or_else(|| by_code(refusal.code, subcode)) {
        // The vendor says that waiting helps.
        ErrorKind::InvalidRequest | ErrorKind::MediaInvalid if refusal.is_transient => ErrorKind::Unavailable,
        kind => kind,
    };
    let text = refusal.error_user_msg.as_deref().filter(|text| !text.is_empty()).unwrap_or(&refusal.message);
    let message = match hint(subcode) {
        Some(hint) => format!("{text} ({hint})"),
        None => text.to_owned(),
    };
    let code = match refusal.error_subcode {
        Some(subcode) => format!("{}/{subcode}", refusal.code),
        None => refusal.code.to_string(),
    };
    let mut error = Error::new(kind, message).with_code(code);
    if let Some(id) = &refusal.fbtrace_id {
        error = error.with_request_id(id);
    }
    match (refusal.code, subcode) {
        (190, 463) => error.with_token_expired(),
        // Fetching a file fails for a moment as well as for ever, and nothing was made of it.
        (_, 2_207_052 | 2_207_077) | (9004, _) => error.with_effect(Effect::None).with_retry(Retry::Backoff),
        // Not fetched yet, not ready yet. Whether nothing was published only the container says.
        (_, 2_207_003 | 2_207_027) => error.with_retry(Retry::Backoff),
        _ => error,
    }
}

/// The verdict on a container that says this of itself, for instance
/// `Error: ... error code 2207026` or `FAILED_DOWNLOADING_VIDEO`.
#[cfg(any(feature = "instagram", feature = "threads"))]
pub(crate) fn verdict(status: &str) -> Error {
    let subcode: Option<i64> = status
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 7 && digits.starts_with("2207"))
        .find_map(|digits| digits.parse().ok());
    let about_file =
        ["INVALID_", "FAILED_PROCESSING_", "FAILED_DOWNLOADING_"].iter().any(|word| status.starts_with(word));
    let kind = match subcode.and_then(by_subcode) {
        Some(kind) => kind,
        None if about_file => ErrorKind::MediaInvalid,
        None => ErrorKind::JobFailed,
    };
    let error = Error::new(kind, format!("the file could not be processed: {status}"));
    match subcode {
        Some(subcode) => error.with_code(subcode.to_string()),
        None if about_file => error.with_code(status),
        None => error,
    }
}

fn by_subcode(subcode: i64) -> Option<ErrorKind> {
    Some(match subcode {
        2_207_001 | 2_207_003 | 2_207_027 | 2_207_032 | 2_207_053 | 2_207_082 => ErrorKind::Unavailable,
        // Threads: a child is not ready, or not there.
        4_279_004 => ErrorKind::Unavailable,
        2_207_006 | 2_207_008 | 2_207_020 | 4_279_009 => ErrorKind::NotFound,
        2_207_004 | 2_207_005 | 2_207_009 | 2_207_026 | 2_207_052 | 2_207_077 | 2_207_085 => ErrorKind::MediaInvalid,
        2_207_010 | 2_207_023 | 2_207_028 | 2_207_035..=2_207_037 | 2_207_040 | 2_207_057 | 2_207_089 => {
            ErrorKind::InvalidRequest
        }
        2_207_042 => ErrorKind::QuotaExhausted,
        // Restricted, looks like spam, may not publish trial reels.
        2_207_050 | 2_207_051 | 2_207_081 | 4_279_013 | 4_854_002 => ErrorKind::Permission,
        _ => return None,
    })
}

fn by_code(code: i64, subcode: i64) -> ErrorKind {
    match (code, subcode) {
        (102 | 190, _) => ErrorKind::Auth,
        // An object that is missing, or not visible during an outage. It says nothing about the
        // account.
        (100, 33) | (24, _) => ErrorKind::NotFound,
        // Posting too fast.
        (368, 1_390_008) => ErrorKind::RateLimited,
        (3 | 10 | 25 | 200..=299 | 368, _) => ErrorKind::Permission,
        (4 | 17 | 32 | 341 | 613 | 80_001 | 80_002 | 80_004, _) => ErrorKind::RateLimited,
        (9, _) => ErrorKind::QuotaExhausted,
        (352 | 9004 | 36_000..=36_003 | 1_366_046 | 2_069_019, _) => ErrorKind::MediaInvalid,
        (506 | 1_366_051, _) => ErrorKind::Duplicate,
        (-2 | -1 | 1 | 2 | 9007, _) => ErrorKind::Unavailable,
        _ => ErrorKind::InvalidRequest,
    }
}

/// What a person can do, where the vendor does not say.
fn hint(subcode: i64) -> Option<&'static str> {
    Some(match subcode {
        2_207_003 => "Meta fetches the file itself: its host answered too slowly",
        2_207_052 | 2_207_077 => {
            "Meta fetches the file itself: its address must give the bytes to anybody, robots.txt included"
        }
        2_207_050 | 2_207_051 | 4_279_013 => "open the app and follow what it asks",
        2_207_042 => "wait until the 24 hours are over",
        4_854_002 => "a person who manages the page must prove who they are; until then only reads work",
        _ => return None,
    })
}
