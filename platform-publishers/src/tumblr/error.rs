//! Tumblr's refusals.

use serde::Deserialize;
use serde_json::Value;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind, Retry};

#[derive(Deserialize)]
struct Refusal {
    meta: Option<Meta>,
    #[serde(default)]
    errors: Value,
    #[serde(default)]
    response: Value,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(default)]
    msg: String,
}

/// Reads `{"meta", "errors": [{"title", "code", "detail"}]}`. Errors may stand in `response`, too,
/// as objects or texts; `detail` may be a joke.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let in_doubt = failure.status.is_server_error();
    let Some(Refusal { meta, errors, response }) = failure.json() else {
        return if in_doubt { by_status.with_effect(Effect::Unknown) } else { by_status };
    };
    let listed = [Some(&errors), response.get("errors")].into_iter().flatten().filter_map(Value::as_array).flatten();
    let first = listed.clone().find(|error| error["code"].as_i64().is_some_and(|code| code != 0));
    let first = first.or_else(|| listed.clone().next());
    let code = first.and_then(|error| error["code"].as_i64()).unwrap_or(0);
    let said = first.and_then(|error| error["title"].as_str().or(error["detail"].as_str()).or(error.as_str()));
    let said = said.map(str::to_owned).or(meta.map(|meta| meta.msg)).filter(|text| !text.is_empty());
    let said = said.unwrap_or_else(|| by_status.message().to_owned());
    let known = match code {
        8001 => Some((ErrorKind::InvalidRequest, "; a block of the post is not as Tumblr wants it")),
        8002 => Some((ErrorKind::NotFound, "")),
        8005 => Some((ErrorKind::MediaInvalid, "; the file's format is not accepted")),
        8006 | 8009 => Some((ErrorKind::Unavailable, "; the upload failed")),
        8010 => Some((ErrorKind::Unavailable, "; Tumblr still works on the last video, one at a time")),
        8004 | 8008 | 8011 => Some((ErrorKind::QuotaExhausted, "; the day's images or videos are used up: wait")),
        8022 => Some((ErrorKind::QuotaExhausted, "; the queue is full: take something out")),
        8023 => Some((ErrorKind::QuotaExhausted, "; the day's posts are used up: wait")),
        _ => None,
    };
    let usual = match by_status.kind() {
        ErrorKind::Auth => "; renew the token, or sign in again",
        ErrorKind::Permission => "; may the token's owner post on this blog?",
        ErrorKind::NotFound => "; is the blog's name right?",
        _ => "",
    };
    let (kind, advice) = known.unwrap_or((by_status.kind(), usual));
    let error = Error::new(kind, format!("{said}{advice}"));
    let error = match code {
        0 => error,
        8010 => error.with_code("8010").with_retry(Retry::Backoff),
        code => error.with_code(code.to_string()),
    };
    let error = if failure.status.as_u16() == 401 { error.with_token_expired() } else { error };
    // What Tumblr decided before the post was made, and what may come behind it.
    if in_doubt { error.with_effect(Effect::Unknown) } else { error.with_effect(Effect::None) }
}
