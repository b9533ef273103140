//! Reddit's refusals.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use social_core::error::Stage;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind, Retry};

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    message: String,
    #[serde(default)]
    explanation: String,
    reason: Option<String>,
}

/// Reads `{"message", "error", "reason"?}`. A 429 may be HTML, and a 5xx may come behind the post.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let kind = by_status.kind();
    let refusal = failure.json::<Refusal>();
    let text = match &refusal {
        Some(refusal) if !refusal.explanation.is_empty() => &refusal.explanation,
        Some(refusal) if !refusal.message.is_empty() => &refusal.message,
        _ => by_status.message(),
    };
    let advice = match kind {
        ErrorKind::Auth => "; renew the token, or sign in again",
        ErrorKind::Permission => "; is the account barred there, the community private, or a scope missing?",
        ErrorKind::NotFound => "; is the community's name right?",
        _ => "",
    };
    let error = Error::new(kind, format!("{text}{advice}"));
    let error = if failure.status.is_server_error() { error.with_effect(Effect::Unknown) } else { error };
    let error = if failure.status.as_u16() == 401 { error.with_token_expired() } else { error };
    match refusal.and_then(|refusal| refusal.reason) {
        Some(reason) => error.with_code(reason),
        None => error,
    }
}

/// A refusal that came with a success status: `[NAME, text, field]`. Nothing was posted. Names are
/// stable, texts are in the account's language.
pub(super) fn refused(refusal: &[Value], seconds: Option<f64>) -> Error {
    let text = |place: usize| refusal.get(place).and_then(Value::as_str).unwrap_or_default();
    let (name, said) = (text(0), text(1));
    let (kind, field, advice) = match name {
        "RATELIMIT" => {
            let wait = seconds.map(Duration::try_from_secs_f64).and_then(Result::ok).or_else(|| wait_in(said));
            let error = Error::new(ErrorKind::RateLimited, said.to_owned())
                .with_retry(Retry::After(wait.unwrap_or(USUAL_WAIT)));
            return error.with_code(name).with_effect(Effect::None);
        }
        "ALREADY_SUB" => {
            (ErrorKind::Duplicate, "link", "; somebody posted the link there: set `repost` to post it again")
        }
        "SUBREDDIT_NOEXIST" => (ErrorKind::NotFound, "options.reddit.subreddit", "; is its name right?"),
        "SUBREDDIT_NOTALLOWED" | "BANNED_FROM_SUBREDDIT" => {
            (ErrorKind::Permission, "options.reddit.subreddit", "; the account may not post there")
        }
        "IN_TIMEOUT" | "USER_REQUIRED" | "BAD_CAPTCHA" => {
            (ErrorKind::Permission, "", "; open Reddit with the account and follow what it asks")
        }
        "QUOTA_FILLED" => (ErrorKind::QuotaExhausted, "", "; wait until tomorrow"),
        "NO_SELFS" => (ErrorKind::InvalidRequest, "text", "; the community takes no texts"),
        "NO_LINKS" => (ErrorKind::InvalidRequest, "link", "; the community takes no links"),
        "NO_TEXT" | "TOO_LONG" => (ErrorKind::InvalidRequest, text(2), ""),
        "BAD_URL" => (ErrorKind::InvalidRequest, "link", ""),
        "DOMAIN_BANNED" => {
            let error = Error::rejected(Stage::Input, Some(name.to_owned()), said.to_owned());
            return error.with_code(name).with_field("link");
        }
        name if name.starts_with("SUBMIT_VALIDATION_") => {
            let field = if name.contains("FLAIR") { "options.reddit.flair_id" } else { text(2) };
            (ErrorKind::InvalidRequest, field, "; the community's own rules ask for it")
        }
        _ => (ErrorKind::InvalidRequest, text(2), ""),
    };
    let error = Error::new(kind, format!("{said}{advice}")).with_code(name).with_effect(Effect::None);
    if field.is_empty() { error } else { error.with_field(field.to_owned()) }
}

/// How long is waited where Reddit's text cannot be read.
const USUAL_WAIT: Duration = Duration::from_secs(600);

/// The wait in a text: `you are doing that too much. try again in 9 minutes.`
fn wait_in(text: &str) -> Option<Duration> {
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(2).find_map(|two| {
        let &[number, unit] = two else { return None };
        let seconds = match unit.to_ascii_lowercase().trim_end_matches('s') {
            "second" | "millisecond" => 1,
            "minute" => 60,
            "hour" => 3600,
            "day" => 24 * 3600,
            _ => return None,
        };
        number.parse::<u64>().ok()?.checked_mul(seconds).map(Duration::from_secs)
    })
}
