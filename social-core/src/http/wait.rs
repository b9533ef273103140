//! How long to wait, as a refusal says it.

use std::time::Duration;

use http::HeaderMap;
use serde_json::Value;

use super::moment::{length, moment};
use super::{Failure, RateState};
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Retry};

/// Adds what the answer itself says about another try to an error: whether it makes sense, and
/// after which wait.
///
/// A verdict of the vendor's own error function stands. About a failure inside a success only the
/// body can say something: there, headers speak about the next request.
pub(super) fn apply(error: Error, failure: &Failure<'_>, now: Timestamp) -> Error {
    if matches!(error.retry(), Retry::After(_)) {
        return error;
    }
    let none = HeaderMap::new();
    let failure = if failure.status.is_success() { &Failure { headers: &none, ..*failure } } else { failure };
    let error = match should_retry(failure.headers) {
        Some(advice) if !error.has_retry_advice() => {
            error.with_retry(if advice { Retry::Backoff } else { Retry::Never })
        }
        _ => error,
    };
    if error.retry() == Retry::Never {
        return error;
    }
    // A wait that is over names none: a pause of our own knows better.
    let named = |wait: Option<Duration>| wait.filter(|wait| !wait.is_zero());
    let wait = named(named_wait(failure.headers, now))
        .or_else(|| named(wait_in_body(failure)))
        .or_else(|| (error.kind() == ErrorKind::RateLimited).then(|| RateState::wait(failure.headers, now))?);
    match wait {
        Some(wait) => error.with_retry(Retry::After(wait)),
        None => error,
    }
}

fn should_retry(headers: &HeaderMap) -> Option<bool> {
    const NAMES: [&str; 2] = ["x-should-retry", "x-fal-retryable"];
    NAMES.iter().find_map(|name| headers.get(*name)?.to_str().ok()?.trim().parse().ok())
}

/// `Retry-After` and `retry-after-ms`. Some vendors send both, and one of them is zero: the longer
/// one is meant.
fn named_wait(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let seconds = text("retry-after").and_then(|text| moment(text, now));
    let seconds = seconds.map(|time| Duration::try_from(time.duration_since(now)).unwrap_or_default());
    let millis = text("retry-after-ms").and_then(|text| text.trim().parse::<f64>().ok());
    // Neither NaN nor what is below zero is a length.
    let millis = millis.and_then(|millis| Duration::try_from_secs_f64(millis / 1000.0).ok());
    seconds.max(millis)
}

/// `retryDelay: "48s"` of Google's `RetryInfo`, whose message has the fraction, `retry_after: 5` of
/// bot interfaces, `message: "... Please try again in 9m38.016s. ..."` of language models. The
/// longest is meant.
fn wait_in_body(failure: &Failure<'_>) -> Option<Duration> {
    find(&failure.json::<Value>()?, 6)
}

fn find(json: &Value, depth: u8) -> Option<Duration> {
    let depth = depth.checked_sub(1)?;
    match json {
        Value::Array(items) => items.iter().filter_map(|item| find(item, depth)).max(),
        Value::Object(fields) => {
            let waits = fields.iter().filter_map(|(name, value)| match (name.as_str(), value) {
                ("retryDelay", Value::String(text)) => length(text),
                ("retry_after", Value::Number(seconds)) => Duration::try_from_secs_f64(seconds.as_f64()?).ok(),
                ("message", Value::String(text)) => in_words(text),
                _ => find(value, depth),
            });
            waits.max()
        }
        _ => None,
    }
}

fn in_words(words: &str) -> Option<Duration> {
    const BEFORE: [&str; 3] = ["try again in ", "retry after ", "retry in "];
    let rest = BEFORE.iter().find_map(|before| words.split_once(before)).map(|(_, rest)| rest)?;
    let mut words = rest.split_whitespace();
    let (first, next) = (words.next()?.trim_end_matches(['.', ',']), words.next().unwrap_or_default());
    length(first)
        .or_else(|| Duration::try_from_secs_f64(first.parse().ok().filter(|_| next.starts_with("second"))?).ok())
}

#[cfg(test)]
mod tests {
    //! Stands on: forms of waits listed in the vendors' documentation and seen in recordings; the
    //! values are invented.

    use http::{HeaderName, HeaderValue, StatusCode};

    use super::*;

    fn advice(status: u16, error: Option<Error>, headers: &[(&'static str, &str)], body: &str) -> Retry {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect();
        let failure =
            Failure { status: StatusCode::from_u16(status).unwrap(), headers: &headers, body: body.as_bytes() };
        let error = error.unwrap_or_else(|| failure.by_status());
        // Unix time 1795165200.
        apply(error, &failure, "2026-11-20T09:00:00Z".parse().unwrap()).retry()
    }

    fn after(seconds: f64) -> Retry {
        Retry::After(Duration::from_secs_f64(seconds))
    }

    // Museum E9, C16.
    #[test]
    fn e9_every_form_of_a_wait_is_read() {
        const META: &str = r#"{"178":[{"type":"pages","call_count":101,"estimated_time_to_regain_access":7}]}"#;
        let cases: &[(&[(&str, &str)], Retry)] = &[
            (&[], Retry::Backoff),
            (&[("retry-after", "7")], after(7.0)),
            (&[("retry-after", " 1.5 ")], after(1.5)),
            (&[("retry-after", "0")], Retry::Backoff),
            (&[("retry-after", "-3")], Retry::Backoff),
            (&[("retry-after", "-0")], Retry::Backoff),
            (&[("retry-after", "-inf")], Retry::Backoff),
            (&[("retry-after", "inf")], Retry::Backoff),
            (&[("retry-after", "1e300")], Retry::Backoff),
            (&[("retry-after", "99999999999999999999")], Retry::Backoff),
            (&[("retry-after-ms", "NaN")], Retry::Backoff),
            (&[("retry-after-ms", "-250")], Retry::Backoff),
            (&[("retry-after-ms", "inf")], Retry::Backoff),
            (&[("retry-after", "NaN"), ("retry-after-ms", "250")], after(0.25)),
            (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "NaN")], Retry::Backoff),
            (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "-7")], Retry::Backoff),
            (&[("retry-after", "Fri, 20 Nov 2026 09:01:00 GMT")], after(60.0)),
            (&[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")], Retry::Backoff),
            (&[("retry-after", "Friday, 20-Nov-26 09:01:00 GMT")], after(60.0)),
            (&[("retry-after", "Fri Nov 20 09:01:00 2026")], after(60.0)),
            (&[("retry-after", "Sat Nov  7 09:01:00 2026")], Retry::Backoff),
            (&[("retry-after", "Fri, 20 Nov 2026 09:01:00 CET")], Retry::Backoff),
            (&[("retry-after", "2026-11-20T09:00:30Z")], after(30.0)),
            (&[("retry-after", "1795165210")], after(10.0)),
            (&[("retry-after", "soon")], Retry::Backoff),
            (&[("retry-after", "NaN")], Retry::Backoff),
            (&[("retry-after", "1e400")], Retry::Backoff),
            (&[("retry-after-ms", "250")], after(0.25)),
            (&[("retry-after", "1"), ("retry-after-ms", "0")], after(1.0)),
            (&[("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "1s")], after(1.0)),
            (&[("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "6m0s")], after(360.0)),
            (&[("x-ratelimit-reset-requests", "120ms")], after(0.12)),
            (
                &[
                    ("x-ratelimit-remaining-requests", "99"),
                    ("x-ratelimit-reset-requests", "1h0m0s"),
                    ("x-ratelimit-remaining-tokens", "0"),
                    ("x-ratelimit-reset-tokens", "2.5s"),
                ],
                after(2.5),
            ),
            (
                &[
                    ("anthropic-ratelimit-input-tokens-remaining", "0"),
                    ("anthropic-ratelimit-input-tokens-reset", "2026-11-20T09:00:12Z"),
                ],
                after(12.0),
            ),
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "1795165230")], after(30.0)),
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "12")], after(12.0)),
            (&[("ratelimit-remaining", "0"), ("ratelimit-reset", "1765000000")], Retry::Backoff),
            (&[("ratelimit-remaining", "5"), ("ratelimit-reset", "12")], Retry::Backoff),
            (&[("x-rate-limit-remaining", "0"), ("x-rate-limit-reset", "1795165201")], after(1.0)),
            (&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "2026-11-20T09:05:00.500Z")], after(300.5)),
            (&[("x-business-use-case-usage", META)], after(420.0)),
            (&[("x-app-usage", r#"{"call_count":100,"total_time":25,"total_cputime":25}"#)], Retry::Backoff),
            (&[("x-should-retry", "false"), ("retry-after", "7")], Retry::Never),
            (&[("x-should-retry", "true"), ("retry-after", "7")], after(7.0)),
        ];
        for (headers, expected) in cases {
            assert_eq!(advice(429, None, headers, ""), *expected, "{headers:?}");
        }
    }

    // Museum E9.
    #[test]
    fn e9_a_wait_in_the_body_is_read() {
        const RETRY_INFO: &str = r#"{"error":{"code":429,"details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure"},
            {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.4s"}]}}"#;
        const IN_WORDS: &str = r#"{"error":{"code":429,"message":"You exceeded it.\nPlease retry in 48.939935699s.",
            "details":[{"retryDelay":"48s"}]}}"#;
        const BOT: &str = r#"{"ok":false,"error_code":429,"parameters":{"retry_after":5}}"#;
        let said = |words: &str| format!(r#"{{"error":{{"message":"{words}","code":"rate_limit_exceeded"}}}}"#);
        for (body, expected) in [
            (RETRY_INFO.to_owned(), after(34.4)),
            (format!("[{RETRY_INFO}]"), after(34.4)),
            (IN_WORDS.to_owned(), after(48.939_935_699)),
            (r#"{"message":"Please retry in a moment."}"#.to_owned(), Retry::Backoff),
            (BOT.to_owned(), after(5.0)),
            (r#"{"parameters":{"retry_after":-5}}"#.to_owned(), Retry::Backoff),
            (said("Used 97050, Requested 3619. Please try again in 9m38.016s. Need more tokens?"), after(578.016)),
            (said("Please try again in 20ms."), after(0.02)),
            (said("Please try again in 114h18m0s. Visit"), after(411_480.0)),
            (said("of your current OpenAI S0 pricing tier. Please retry after 3 seconds. Please go"), after(3.0)),
            (said("Please try again in"), Retry::Backoff),
            (said("Please try again in a while."), Retry::Backoff),
            (said("please reduce your message size and try again in 3 smaller pieces"), Retry::Backoff),
            ("<html>".to_owned(), Retry::Backoff),
        ] {
            assert_eq!(advice(429, None, &[], &body), expected, "{body}");
        }
        assert_eq!(advice(429, None, &[("retry-after", "2")], BOT), after(2.0), "headers first");
    }

    #[test]
    fn a_wait_is_advice_only_where_another_try_makes_sense() {
        let seven = &[("retry-after", "7")];
        assert_eq!(advice(503, None, seven, ""), after(7.0));
        assert_eq!(advice(400, None, seven, ""), Retry::Never);
        assert_eq!(advice(400, None, &[("x-should-retry", "true")], ""), Retry::Backoff);
        // A failure inside a success: the headers are about the next request.
        let inside = || Error::new(ErrorKind::RateLimited, "slow down");
        assert_eq!(advice(200, Some(inside()), seven, ""), Retry::Backoff);
        let body = r#"{"error":{"message":"Please try again in 1.5s."}}"#;
        assert_eq!(advice(200, Some(inside()), seven, body), after(1.5));
        // The vendor's own function knows better.
        let quota = || Error::new(ErrorKind::RateLimited, "no money").with_retry(Retry::Never);
        assert_eq!(advice(429, Some(quota()), &[("x-should-retry", "true"), seven[0]], ""), Retry::Never);
        let own = Error::new(ErrorKind::RateLimited, "a minute").with_retry(after(60.0));
        assert_eq!(advice(429, Some(own), seven, ""), after(60.0));
        let pause = Error::new(ErrorKind::InvalidRequest, "loading").with_retry(Retry::Backoff);
        assert_eq!(advice(400, Some(pause), seven, ""), after(7.0));
        // A window that is empty is not why a server is down.
        let empty = &[("ratelimit-remaining", "0"), ("ratelimit-reset", "12")];
        assert_eq!(advice(503, None, empty, ""), Retry::Backoff);
    }
}
