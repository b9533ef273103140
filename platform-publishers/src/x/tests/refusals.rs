//! Real refusals: recorded, quoted or in the documents; 24-hour headers are what clients read.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use social_core::Retry;
use social_core::http::Failure;

use super::*;

pub(super) fn classify(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Error {
    let pairs = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
    let (status, headers) = (StatusCode::from_u16(status).unwrap(), HeaderMap::from_iter(pairs));
    error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
}

#[test]
fn refusals_are_read() {
    let problem = |detail: &str, kind: &str| json!({"title": "T", "detail": detail, "type": kind}).to_string();
    let named = |name: &str| problem("d", &format!("https://api.x.com/2/problems/{name}"));
    for (status, body, kind, effect, code) in [
        (400, named("invalid-request"), ErrorKind::InvalidRequest, Effect::None, Some("invalid-request")),
        (
            400,
            json!({"errors": [{"message": "media_ids [1] is not valid"}], "title": "Invalid Request",
                "detail": "One or more parameters to your request was invalid.",
                "type": "https://api.x.com/2/problems/invalid-request"})
            .to_string(),
            ErrorKind::InvalidRequest,
            Effect::None,
            Some("invalid-request"),
        ),
        (401, problem("Unauthorized", "about:blank"), ErrorKind::Auth, Effect::None, None),
        (
            401,
            r#"{"errors":[{"message":"Invalid or expired token","code":89}]}"#.to_owned(),
            ErrorKind::Auth,
            Effect::None,
            Some("89"),
        ),
        (402, named("credits-depleted"), ErrorKind::QuotaExhausted, Effect::None, Some("credits-depleted")),
        (402, named("credits"), ErrorKind::QuotaExhausted, Effect::None, Some("credits")),
        (
            403,
            problem("You are not allowed to create a Tweet with duplicate content.", "about:blank"),
            ErrorKind::Duplicate,
            Effect::Unknown,
            None,
        ),
        (
            403,
            r#"{"errors":[{"message":"Status is a duplicate.","code":187}]}"#.to_owned(),
            ErrorKind::Duplicate,
            Effect::Unknown,
            Some("187"),
        ),
        (
            403,
            problem("You are not permitted to perform this action.", "about:blank"),
            ErrorKind::Permission,
            Effect::None,
            None,
        ),
        (
            403,
            problem("This user is not allowed to post a video longer than 20 minutes.", "about:blank"),
            ErrorKind::MediaInvalid,
            Effect::None,
            None,
        ),
        (403, named("client-forbidden"), ErrorKind::Permission, Effect::None, Some("client-forbidden")),
        (
            403,
            named("unsupported-authentication"),
            ErrorKind::Permission,
            Effect::None,
            Some("unsupported-authentication"),
        ),
        (403, named("usage-capped"), ErrorKind::QuotaExhausted, Effect::None, Some("usage-capped")),
        (404, named("resource-not-found"), ErrorKind::NotFound, Effect::None, Some("resource-not-found")),
        (429, problem("Too Many Requests", "about:blank"), ErrorKind::RateLimited, Effect::None, None),
        (429, named("usage-capped"), ErrorKind::QuotaExhausted, Effect::None, Some("usage-capped")),
        (431, String::new(), ErrorKind::InvalidRequest, Effect::None, None),
        (500, problem("Internal Error", "about:blank"), ErrorKind::Unavailable, Effect::Unknown, None),
        (503, "<html>over capacity</html>".to_owned(), ErrorKind::Unavailable, Effect::Unknown, None),
    ] {
        let error = classify(status, &[], &body);
        assert_eq!((error.kind(), error.effect(), error.code()), (kind, effect, code), "{status} {body}");
        assert_eq!(error.is_token_expired(), status == 401, "{body}");
        assert!(!error.message().is_empty());
        if matches!(status, 402 | 403) && code != Some("usage-capped") && kind != ErrorKind::MediaInvalid {
            assert!(matches!(error.retry(), Retry::Never), "{body}");
        }
    }
}

#[test]
fn a_day_that_is_used_up_is_not_a_moment_of_haste() {
    let day = [
        ("x-user-limit-24hour-limit", "17"),
        ("x-user-limit-24hour-remaining", "0"),
        ("x-user-limit-24hour-reset", "1795165260"),
    ];
    let error = classify(429, &day, r#"{"title":"Too Many Requests","status":429}"#);
    assert_eq!(error.kind(), ErrorKind::QuotaExhausted);
    assert!(error.message().contains("2026-11-20T09:01:00Z"), "{error}");
}
