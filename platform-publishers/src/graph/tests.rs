//! Refusals that were quoted by those who met them, and the proof of the app secret.

use http::{HeaderMap, StatusCode};
use serde_json::json;
use social_core::http::Failure;
use social_core::{ErrorKind, Retry};

use super::*;

fn classify(body: &serde_json::Value) -> Error {
    let (headers, body) = (HeaderMap::new(), body.to_string());
    error::classify(&Failure { status: StatusCode::BAD_REQUEST, headers: &headers, body: body.as_bytes() })
}

/// Stands on platforms.md and addenda-2026-11.md: codes that products branch on. The message is in
/// the reader's language and says nothing.
#[test]
fn refusals_of_all_platforms_are_read_by_code_and_subcode() {
    for (code, subcode, kind) in [
        (24, 4_279_009, ErrorKind::NotFound),
        (100, 4_279_004, ErrorKind::Unavailable),
        (24, 4_279_013, ErrorKind::Permission),
        (368, 1_390_008, ErrorKind::RateLimited),
        (368, 4_854_002, ErrorKind::Permission),
        (368, 0, ErrorKind::Permission),
        (506, 0, ErrorKind::Duplicate),
        (1_366_051, 0, ErrorKind::Duplicate),
        (1_366_046, 0, ErrorKind::MediaInvalid),
        (2_069_019, 0, ErrorKind::MediaInvalid),
        (80_001, 0, ErrorKind::RateLimited),
        (341, 0, ErrorKind::RateLimited),
        (100, 2_207_089, ErrorKind::InvalidRequest),
        (-1, 2_207_082, ErrorKind::Unavailable),
        (-1, 2_207_085, ErrorKind::MediaInvalid),
        (100, 2_207_081, ErrorKind::Permission),
        (190, 492, ErrorKind::Auth),
        (424_242, 0, ErrorKind::InvalidRequest),
    ] {
        let body = json!({"error": {"message": "Nein", "code": code, "error_subcode": subcode}});
        assert_eq!(classify(&body).kind(), kind, "{code}/{subcode}");
    }
    // An unknown code is not retried blindly, unless Meta calls it transient.
    let unknown = |transient: bool| classify(&json!({"error": {"code": 424_242, "is_transient": transient}}));
    assert_eq!(unknown(false).retry(), Retry::Never);
    assert_eq!(unknown(true).kind(), ErrorKind::Unavailable);
}

/// Stands on OpenSSL: `printf token | openssl dgst -sha256 -hmac secret`.
#[test]
fn the_proof_is_that_of_the_documents() {
    let proof = proof(&"secret".to_owned().into(), &"token".to_owned().into()).unwrap();
    assert_eq!(proof, "e941110e3d2bfe82621f0e3e1434730d7305d106c5f68c87165d0b27a4611a4a");
}

#[test]
fn an_id_from_elsewhere_leads_nowhere_else() {
    let account = Account::from(social_core::AccountKey::new("threads", "17"));
    let token: Arc<dyn TokenSource> = Arc::new(social_core::http::FixedToken::new("t0ken-of-a-test"));
    let graph = Graph::new(Endpoint::builder("threads", "https://graph.test"), token, account, "v1.0").unwrap();
    assert_eq!(graph.object("17_42").unwrap(), "v1.0/17_42");
    for id in ["", "..", "17/../18", "me?fields=x", "https://elsewhere.test"] {
        assert_eq!(graph.object(id).unwrap_err().kind(), ErrorKind::InvalidRequest, "{id}");
    }
}

/// Every request carries the proof where the app asks for it, and no error shows it.
#[tokio::test]
async fn the_proof_is_sent_and_shown_to_nobody() {
    let vendor = social_core::testkit::ScriptedVendor::new().respond_if(
        "any",
        |_| true,
        |request| {
            let echo = json!({"error": {"message": format!("bad {}", request.url), "code": 100}});
            crate::fake::json(400, echo)
        },
    );
    let account = Account::from(social_core::AccountKey::new("facebook", "17"));
    let token: Arc<dyn TokenSource> = Arc::new(social_core::http::FixedToken::new("token"));
    let endpoint = Endpoint::builder("facebook", "https://graph.test").classify(error::classify);
    let graph = Graph::new(endpoint.transport(vendor.transport()), token, account, "v25.0").unwrap();
    let graph = graph.with_app_secret("secret".to_owned().into());
    let proof = proof(&"secret".to_owned().into(), &"token".to_owned().into()).unwrap();
    for call in [graph.get("x").await, graph.post("x").await, graph.delete("x").await] {
        let error = call.unwrap().send().await.unwrap_err();
        assert!(!format!("{error:?}").contains(&proof), "{error:?}");
    }
    let received = vendor.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|request| request.query("appsecret_proof").as_deref() == Some(&proof)));
}

/// Stands on the changelog's table of versions. The answers are invented.
#[tokio::test]
async fn readiness_names_a_foreign_token_a_used_up_quota_and_a_version_that_ends() {
    use social_core::publish::{PostQuota, Severity};
    let day = std::time::Duration::from_secs(86_400);
    let graph = |id: &'static str, refused: bool| {
        let vendor = social_core::testkit::ScriptedVendor::new().respond_if(
            "any",
            |_| true,
            move |_| match refused {
                true => crate::fake::json(400, json!({"error": {"code": 190, "error_subcode": 460}})),
                false => social_core::testkit::Answer::json(json!({ "id": id })),
            },
        );
        let account = Account::from(social_core::AccountKey::new("facebook", "17"));
        let token: Arc<dyn TokenSource> = Arc::new(social_core::http::FixedToken::new("t0ken-of-a-test"));
        let endpoint = Endpoint::builder("facebook", "https://graph.test").classify(error::classify);
        let clock = Arc::new(social_core::testkit::FixedClock::default());
        Graph::new(endpoint.transport(vendor.transport()).clock(clock), token, account, "v25.0").unwrap()
    };
    let full = Some(PostQuota::new(250, 250, Some(day)));
    for (id, refused, quota, at, expected) in [
        ("17", false, None, "2026-11-21T00:00:00Z", vec![]),
        ("18", false, None, "2026-11-21T00:00:00Z", vec![("token", Severity::Error)]),
        ("17", true, None, "2026-11-21T00:00:00Z", vec![("token", Severity::Error)]),
        ("17", false, full, "2026-11-21T00:00:00Z", vec![("quota", Severity::Error)]),
        ("17", false, full, "2026-11-23T00:00:00Z", vec![]),
        ("17", false, None, "2028-05-15T00:00:00Z", vec![("version", Severity::Warning)]),
        ("17", false, None, "2028-07-29T00:00:00Z", vec![("version", Severity::Error)]),
    ] {
        let readiness = graph(id, refused).readiness(at.parse().unwrap(), quota).await.unwrap();
        let found: Vec<_> = readiness.findings.iter().map(|f| (f.field.as_str(), f.severity)).collect();
        assert_eq!(found, expected, "{id} {at}");
    }
}
