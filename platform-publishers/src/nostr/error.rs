//! What relays refuse.

use std::time::Duration;

use social_core::text::visible_line;
use social_core::{Effect, Error, ErrorKind, Retry};

/// No relay says how long.
const WAIT: Duration = Duration::from_secs(60);
/// So many characters of a relay's words are shown.
const SHOWN: usize = 200;

/// A refusal: `prefix: words`. The relay says that it did not store the event.
pub(super) fn refusal(relay: &str, text: &str) -> Error {
    let prefix = text.split_once(':').map_or("", |(prefix, _)| prefix).trim();
    let (kind, advice) = match prefix {
        "invalid" => (ErrorKind::InvalidRequest, ""),
        "pow" => (ErrorKind::Unsupported, "; proof of work is not offered, use another relay"),
        "blocked" | "restricted" | "mute" => (ErrorKind::Permission, "; ask who runs the relay, or use another"),
        "auth-required" => (ErrorKind::Auth, "; the relay does not know the account"),
        "rate-limited" => (ErrorKind::RateLimited, ""),
        "error" => (ErrorKind::Unavailable, ""),
        _ => (ErrorKind::Rejected, ""),
    };
    let words: String = visible_line(text).chars().take(SHOWN).collect();
    let error = Error::new(kind, format!("{relay} refused: {words}{advice}")).with_effect(Effect::None);
    let error = if prefix.is_empty() { error } else { error.with_code(prefix.to_owned()) };
    if kind == ErrorKind::RateLimited { error.with_retry(Retry::After(WAIT)) } else { error }
}
