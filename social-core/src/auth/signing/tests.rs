//! Stands on RFC 9449 (sections 4.1 and 4.3), RFC 7638 and 7515, on X's published vector of OAuth
//! 1.0a, and on golden/google_oauth/service_account_jwt_bearer.json.

use std::sync::Arc;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{Method, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::dpop::Proof;
use super::oauth1::{Signed, base_string};
use super::*;
use crate::clock::Timestamp;
use crate::http::{Endpoint, FixedToken};
use crate::testkit::{Answer, FixedClock, ScriptedVendor};

/// Header, claims, what was signed, and the signature.
fn parts(jwt: &str) -> (Value, Value, Vec<u8>, Vec<u8>) {
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let json = |part| serde_json::from_slice(&decode(part)).unwrap();
    (json(header), json(claims), signed.as_bytes().to_vec(), decode(signature))
}

fn is_signed(jwt: &str) -> bool {
    let (header, _, signed, signature) = parts(jwt);
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(header["jwk"][name].as_str().unwrap()).unwrap();
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(&signed, &signature).is_ok()
}

#[test]
fn a_proof_is_as_the_rfc_shows_it() {
    let key = ProofKey::generate().unwrap();
    // The values of RFC 9449, section 4.1 and figure 12.
    let url = Url::parse("https://resource.example.org/protectedresource?a=1#b").unwrap();
    let token = SecretString::from("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");
    let proof = Proof {
        method: &Method::GET,
        url: &url,
        id: "e1j3V_bKic8-LAEB".into(),
        now: Timestamp::from_second(1_562_262_618).unwrap(),
        token: Some(&token),
        nonce: Some("eyJ7S_zG.eyJH0-Z.HX4w-7v"),
    };
    let jwt = key.proof(&proof).unwrap();
    let (header, claims, ..) = parts(&jwt);
    assert_eq!(
        (&header["typ"], &header["alg"], &header["jwk"]),
        (&json!("dpop+jwt"), &json!("ES256"), &key.public_jwk())
    );
    assert_eq!(
        claims,
        json!({
            "jti": "e1j3V_bKic8-LAEB",
            "htm": "GET",
            "htu": "https://resource.example.org/protectedresource",
            "iat": 1_562_262_618,
            "ath": "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo",
            "nonce": "eyJ7S_zG.eyJH0-Z.HX4w-7v",
        })
    );
    assert!(is_signed(&jwt));
    // The private part is nowhere in it, and the key survives being stored.
    assert!(header["jwk"].get("d").is_none());
    assert_eq!(ProofKey::from_secret(&key.to_secret()).unwrap().thumbprint(), key.thumbprint());
    assert!(ProofKey::from_secret(&"AAAA".into()).is_err());
}

#[test]
fn the_rfc_s_own_proof_passes_the_check_that_ours_pass() {
    // RFC 9449, figure 2.
    let jwt = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0Rs\
        cEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.ey\
        JqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0Ijox\
        NTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    assert!(is_signed(jwt));
    let broken = jwt.replace("NjE2fQ", "NjE3fQ");
    assert_ne!(broken, jwt);
    assert!(!is_signed(&broken));
}

#[tokio::test]
async fn a_nonce_is_learnt_and_an_expired_token_is_renewed_once() {
    #[derive(Debug)]
    struct Renewing;

    #[async_trait::async_trait]
    impl TokenSource for Renewing {
        async fn token(&self) -> Result<SecretString> {
            Ok("token-1".into())
        }

        async fn renew(&self, refused: &SecretString) -> Result<SecretString> {
            assert_eq!(refused.expose_secret(), "token-1");
            Ok("token-2".into())
        }
    }

    let wants = |nonce: &'static str| {
        Answer::json(json!({"error": "use_dpop_nonce"}))
            .with_status(StatusCode::UNAUTHORIZED)
            .with_header(http::HeaderName::from_static("dpop-nonce"), nonce)
    };
    let expired = Answer::json(json!({"error": "invalid_token"})).with_status(StatusCode::UNAUTHORIZED);
    let fine = Answer::json(json!({}));
    let answers = [wants("n-1"), expired, fine.clone(), fine, wants("n-2"), wants("n-3"), wants("n-4"), wants("n-5")];
    let vendor = ScriptedVendor::new().on_each(Method::POST, "/post", answers);
    let signer = DpopSigner::new(ProofKey::generate().unwrap()).with_tokens(Arc::new(Renewing));
    let endpoint = Endpoint::builder("p", "https://p.example")
        .auth(Auth::signed(signer))
        .classify(|failure| {
            let body: Value = failure.json().unwrap_or_default();
            let error = failure.by_status().with_code(body["error"].as_str().unwrap_or_default());
            if body["error"] == "invalid_token" { error.with_token_expired() } else { error }
        })
        .transport(vendor.transport())
        .build()
        .unwrap();
    for _ in 0..2 {
        endpoint.post("post").unwrap().send().await.unwrap();
    }
    let proofs: Vec<_> = vendor.received().iter().map(|request| parts(request.header("dpop").unwrap()).1).collect();
    let nonces: Vec<_> = proofs.iter().map(|claims| claims.get("nonce").and_then(Value::as_str)).collect();
    assert_eq!(nonces, [None, Some("n-1"), Some("n-1"), Some("n-1")]);
    assert_eq!(vendor.received()[0].header("authorization"), Some("DPoP token-1"));
    let mut ids: Vec<_> = proofs.iter().map(|claims| claims["jti"].to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 4, "each proof has an id of its own");
    // A server that always wants another nonce does not make a loop.
    endpoint.post("post").unwrap().send().await.unwrap_err();
    assert_eq!(vendor.received().len(), 7);
    let fixed = DpopSigner::new(ProofKey::generate().unwrap()).with_tokens(Arc::new(FixedToken::new("t")));
    assert!(!format!("{fixed:?}").contains("PKCS"));
}

#[test]
fn a_request_is_signed_as_the_published_vector_says() {
    let tokens = OAuth1Tokens::new("xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw")
        .with_token("370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE");
    let signer = OAuth1::new(tokens);
    let url = Url::parse("https://api.x.com/1.1/statuses/update.json?include_entities=true").unwrap();
    let form = b"status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21";
    let request = Signed { method: "POST", url: &url, form };
    let header = signer.header(&request, 1_318_622_958, "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg");
    assert!(header.contains("oauth_signature=\"Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D\""), "{header}");
    assert!(header.starts_with("OAuth oauth_consumer_key=\"xvz1evFS4wEEPTGEFPHBog\", oauth_nonce="), "{header}");
    let base = base_string(
        &Signed { method: "GET", url: &Url::parse("https://h.example/p?b=2&a=x+y&a=1").unwrap(), form: b"" },
        &[],
    );
    assert_eq!(base, "GET&https%3A%2F%2Fh.example%2Fp&a%3D1%26a%3Dx%2520y%26b%3D2");
}

#[tokio::test]
async fn a_service_account_exchanges_a_signed_statement() {
    use aws_lc_rs::encoding::AsDer as _;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::RsaKeyPair;

    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let base64 = STANDARD.encode(der.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n");
    let file = json!({"type": "service_account", "client_email": "a@test-project.iam.gserviceaccount.com",
        "private_key": pem, "private_key_id": "kid", "token_uri": "https://oauth2.googleapis.com/token"});
    let token = |number: u32| {
        Answer::json(json!({"access_token": format!("ya29.{number}"), "expires_in": 3599, "token_type": "Bearer"}))
    };
    let vendor = ScriptedVendor::new().on_each(
        Method::POST,
        "https://oauth2.googleapis.com/token",
        [token(1), token(2), token(3)],
    );
    let clock = Arc::new(FixedClock::default());
    let endpoint = ServiceAccount::endpoint().transport(vendor.transport()).clock(clock.clone());
    let scopes = ["https://www.googleapis.com/auth/cloud-platform"];
    let account = ServiceAccount::new(&file.to_string().into(), scopes, endpoint).unwrap();
    assert_eq!(account.token().await.unwrap().expose_secret(), "ya29.1");
    assert_eq!(account.token().await.unwrap().expose_secret(), "ya29.1");
    let sent = vendor.received().remove(0);
    assert_eq!(sent.form("grant_type").as_deref(), Some("urn:ietf:params:oauth:grant-type:jwt-bearer"));
    let (header, claims, signed, signature) = parts(&sent.form("assertion").unwrap());
    assert_eq!(header, json!({"alg": "RS256", "typ": "JWT", "kid": "kid"}));
    let now = crate::clock::Clock::now(&*clock).as_second();
    assert_eq!(
        claims,
        json!({"iss": "a@test-project.iam.gserviceaccount.com", "scope": scopes[0],
            "aud": "https://oauth2.googleapis.com/token", "iat": now, "exp": now + 3600})
    );
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref());
    public.verify(&signed, &signature).unwrap();
    clock.advance(std::time::Duration::from_secs(3400));
    assert_eq!(account.token().await.unwrap().expose_secret(), "ya29.2");
    assert_eq!(account.renew(&"ya29.1".into()).await.unwrap().expose_secret(), "ya29.2");
    assert_eq!(account.renew(&"ya29.2".into()).await.unwrap().expose_secret(), "ya29.3");
    let error = ServiceAccount::new(&"{}".into(), scopes, ServiceAccount::endpoint()).unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Config);
}
