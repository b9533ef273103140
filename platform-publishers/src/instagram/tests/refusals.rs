//! How refusals and the words of containers are read. The codes are documented, the bodies are
//! invented after them.

use super::*;

/// Stands on the documented error table; the cassettes test reads the same rows as recorded.
// Museum C16, C17, E10, G11.
#[test]
fn refusals_are_read_by_code_and_subcode() {
    for (code, subcode, kind) in [
        (-2, 2_207_003, ErrorKind::Unavailable),
        (-2, 2_207_020, ErrorKind::NotFound),
        (-1, 2_207_001, ErrorKind::Unavailable),
        (1, 2_207_057, ErrorKind::InvalidRequest),
        (4, 2_207_051, ErrorKind::Permission),
        (9, 2_207_042, ErrorKind::QuotaExhausted),
        (24, 2_207_008, ErrorKind::NotFound),
        (25, 2_207_050, ErrorKind::Permission),
        (100, 2_207_028, ErrorKind::InvalidRequest),
        (352, 2_207_026, ErrorKind::MediaInvalid),
        (9004, 2_207_052, ErrorKind::MediaInvalid),
        (9004, 0, ErrorKind::MediaInvalid),
        (100, 2_207_077, ErrorKind::MediaInvalid),
        (-1, 2_207_032, ErrorKind::Unavailable),
        (-1, 2_207_053, ErrorKind::Unavailable),
        (100, 2_207_082, ErrorKind::Unavailable),
        (100, 2_207_085, ErrorKind::MediaInvalid),
        (100, 2_207_089, ErrorKind::InvalidRequest),
        (100, 2_207_036, ErrorKind::InvalidRequest),
        (100, 2_207_081, ErrorKind::Permission),
        (36_000, 2_207_004, ErrorKind::MediaInvalid),
        (36_001, 2_207_005, ErrorKind::MediaInvalid),
        (36_003, 2_207_009, ErrorKind::MediaInvalid),
        (9007, 2_207_027, ErrorKind::Unavailable),
        (36_004, 2_207_010, ErrorKind::InvalidRequest),
        // Museum C16: a rate limit that looks like something else.
        (4, 0, ErrorKind::RateLimited),
        (80_002, 0, ErrorKind::RateLimited),
        // Museum C17: a read that fails during an outage says nothing about the token.
        (100, 33, ErrorKind::NotFound),
        (190, 460, ErrorKind::Auth),
        (200, 0, ErrorKind::Permission),
        (10, 0, ErrorKind::Permission),
        (987_654, 0, ErrorKind::InvalidRequest),
    ] {
        let body = json!({"error": {"message": "no", "code": code, "error_subcode": subcode, "fbtrace_id": "Trace"}});
        let error = classify(400, &body.to_string());
        assert_eq!((error.kind(), error.request_id()), (kind, Some("Trace")), "{code}/{subcode}");
        assert_eq!(error.code(), Some(format!("{code}/{subcode}").as_str()));
    }
    for (code, subcode) in [(9004, 2_207_052), (9004, 0), (100, 2_207_077)] {
        let body = json!({"error": {"message": "no", "code": code, "error_subcode": subcode, "is_transient": false}});
        let error = classify(400, &body.to_string());
        // Nothing was made of a file that was not fetched.
        assert_eq!((error.effect(), error.retry()), (Effect::None, Retry::Backoff), "{code}/{subcode}");
    }
    for (transient, kind) in [(true, ErrorKind::Unavailable), (false, ErrorKind::InvalidRequest)] {
        let body = json!({"error": {"message": "no", "code": 987_654, "is_transient": transient}});
        assert_eq!(classify(400, &body.to_string()).kind(), kind, "unknown codes are sent again only when told");
    }
    let debug = r#"{"debug_info":{"retriable":false,"type":"ParameterValidationError","message":"Header Offset not convertable"}}"#;
    assert_eq!(classify(400, debug).code(), Some("ParameterValidationError"));
    assert_eq!(classify(502, "<html>").kind(), ErrorKind::Unavailable);
}

fn classify(status: u16, body: &str) -> Error {
    let headers = http::HeaderMap::new();
    let status = http::StatusCode::from_u16(status).unwrap();
    error::classify(&Failure { status, headers: &headers, body: body.as_bytes() })
}

/// Stands on the documented answers in the cassettes.
#[test]
fn container_states_are_read() {
    let state = |body: Value| serde_json::from_value::<ContainerStatus>(body).unwrap().state();
    assert_eq!(state(json!({"status_code": "IN_PROGRESS"})), ContainerState::InProgress);
    assert_eq!(state(json!({"status_code": "FINISHED", "status": "Finished: Media ..."})), ContainerState::Finished);
    assert_eq!(state(json!({"status": "Finished: Media ..."})), ContainerState::Other("Finished: Media ...".into()));
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_in_debug() {
    let fake = Fake::new(Graph { lie: Some((190, 463)), ..Graph::default() });
    let instagram = connect(&fake);
    assert!(!format!("{instagram:?}").contains(TOKEN));
    assert_eq!(fake.vendor.calls(&Method::GET, "/"), 0);
    let error = Instagram::new(Instagram::endpoint(), FixedToken::new(TOKEN), "../me").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}
