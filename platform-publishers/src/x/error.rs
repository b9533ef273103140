//! X's refusals, in three envelopes: a problem, a list of problems, the older list with codes.

use serde::Deserialize;
use social_core::http::Failure;
use social_core::{Effect, Error, ErrorKind, Retry};

use super::quota;
use super::wire::Problem;

#[derive(Deserialize)]
struct Refusal {
    #[serde(flatten)]
    problem: Problem,
    #[serde(default)]
    errors: Vec<Problem>,
}

/// Reads a refusal. Its words decide where its status says too little; words that are not known
/// decide nothing.
pub(super) fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(Refusal { problem, errors }) = failure.json::<Refusal>() else {
        return match failure.status.as_u16() {
            401 => by_status.with_token_expired(),
            431 => too_large(),
            _ => by_status,
        };
    };
    // The list says what is wrong where the problem above it is general.
    let said = errors.iter().find(|error| error.text().is_some()).unwrap_or(&problem);
    let (text, code) = (said.text().or(problem.text()).unwrap_or_default(), said.code().or(problem.code()));
    let lower = text.to_lowercase();
    let says = |words: &str| lower.contains(words);
    let is = |name: &str| code.as_deref() == Some(name);
    let with = |kind: ErrorKind, advice: &str| {
        let text = if text.is_empty() { "X refuses it" } else { text };
        let error = Error::new(kind, format!("{text}{advice}"));
        match &code {
            Some(code) => error.with_code(code.clone()),
            None => error,
        }
    };
    match failure.status.as_u16() {
        401 => with(ErrorKind::Auth, "").with_token_expired(),
        402 => {
            let advice = "; buy credits in the developer console, also where they are bought automatically";
            with(ErrorKind::QuotaExhausted, advice).with_retry(Retry::Never)
        }
        403 if says("duplicate content") || is("187") => {
            let advice = "; the account posted the same text before, or an earlier attempt did";
            with(ErrorKind::Duplicate, advice).with_effect(Effect::Unknown).with_retry(Retry::Never)
        }
        403 if says("video longer than") => with(ErrorKind::MediaInvalid, "; set what the account pays X for"),
        403 | 429 if is("usage-capped") => with(ErrorKind::QuotaExhausted, "; the app's month is used up"),
        403 if is("unsupported-authentication") => with(ErrorKind::Permission, "; an account's token is needed"),
        403 if is("client-forbidden") => with(ErrorKind::Permission, "; the app must be in a project of the console"),
        403 => {
            let advice = "; the token needs its scopes (or the permissions Read and write), and an app that pays by use \
                          may answer and quote only who mentioned the account";
            with(ErrorKind::Permission, advice).with_retry(Retry::Never)
        }
        429 => match quota::day_over(failure.headers) {
            Some(over) => with(ErrorKind::QuotaExhausted, &format!("; the day's posts are used up until {over}")),
            None => with(ErrorKind::RateLimited, ""),
        },
        431 => too_large(),
        500..=599 => with(ErrorKind::Unavailable, "").with_effect(Effect::Unknown),
        _ => with(by_status.kind(), ""),
    }
}

fn too_large() -> Error {
    Error::new(ErrorKind::InvalidRequest, "the request is too large for X; chunks of 2 MiB are known to pass")
}
