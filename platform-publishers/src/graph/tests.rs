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
