//! Tokens under any word and signatures. Stands on AWS's published SigV4 test suite
//! (`post-x-www-form-urlencoded`) and on the worked example of X's documentation of OAuth 1.0a; the
//! answers are invented.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::*;

/// A clock that shows one time.
#[derive(Debug)]
struct At(&'static str);

#[async_trait]
impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0.parse().unwrap()
    }

    async fn sleep(&self, _: Duration) {}
}

fn scene_at(
    time: &'static str,
    base: &str,
    signer: impl RequestSigner + 'static,
    script: Script,
) -> (Endpoint, Arc<Scripted>) {
    let transport = Arc::new(Scripted { answers: Mutex::new(script.into()), ..Scripted::default() });
    let endpoint = Endpoint::builder("acme", base)
        .auth(Auth::signed(signer))
        .transport(transport.clone())
        .clock(Arc::new(At(time)))
        .random(Arc::new(Middle))
        .build()
        .unwrap();
    (endpoint, transport)
}

fn sent(transport: &Scripted, name: &HeaderName) -> Vec<HeaderValue> {
    transport.requests.lock().unwrap().iter().filter_map(|request| request.headers.get(name).cloned()).collect()
}

#[tokio::test]
async fn a_token_travels_in_any_header_after_any_word() {
    let own = HeaderName::from_static("x-session");
    for (auth, header, expected) in [
        (Auth::source(Tokens::default()), AUTHORIZATION, "Bearer first-token"),
        (Auth::worded("OAuth", Tokens::default()), AUTHORIZATION, "OAuth first-token"),
        (Auth::Source { source: Arc::new(Tokens::default()), header: own.clone(), word: None }, own, "first-token"),
    ] {
        let renewed = expected.replace("first", "second");
        let scene = scene(vec![Ok((401, "", "")), Ok((200, "", ""))], |b| b.auth(auth).classify(expired));
        scene.endpoint.post("x").unwrap().send().await.unwrap();
        let sent = sent(&scene.transport, &header);
        assert_eq!(sent, [expected, renewed.as_str()]);
        assert!(sent.iter().all(HeaderValue::is_sensitive));
    }
}

#[tokio::test]
async fn a_fixed_token_that_expired_says_what_to_do() {
    let token = FixedToken::new("fixed-token-1").with_advice("log in again");
    let scene = scene(vec![Ok((401, "", ""))], |b| b.auth(Auth::source(token)).classify(expired));
    let error = scene.endpoint.get("x").unwrap().send().await.unwrap_err();
    assert_eq!((error.kind(), error.requests()), (ErrorKind::Auth, 1));
    assert!(error.message().contains("expired") && error.message().contains("log in again"), "{error}");
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// AWS Signature Version 4, as far as the test needs it.
#[derive(Debug)]
struct SigV4;

#[async_trait]
impl RequestSigner for SigV4 {
    async fn sign(&self, request: &SigningRequest<'_>) -> Result<HeaderMap> {
        const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let time = request.now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = request.now.strftime("%Y%m%d").to_string();
        let mut headers = vec![("host", request.url.host_str().unwrap()), ("x-amz-date", &time)];
        headers.extend(request.headers.get(CONTENT_TYPE).map(|value| ("content-type", value.to_str().unwrap())));
        headers.sort_unstable();
        let listed: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let (path, query) = (request.url.path(), request.url.query().unwrap_or_default());
        let body = request.body_sha256().unwrap();
        let canonical = format!("{}\n{path}\n{query}\n{listed}\n{names}\n{body}", request.method);
        let scope = format!("{day}/us-east-1/service/aws4_request");
        let digest =
            hex(&sha2::Digest::finalize(sha2::Digest::chain_update(<Sha256 as sha2::Digest>::new(), canonical)));
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{digest}");
        let start = format!("AWS4{SECRET}").into_bytes();
        let key =
            [day.as_str(), "us-east-1", "service", "aws4_request"].iter().fold(start, |key, part| hmac(&key, part));
        let signature = hex(&hmac(&key, &text));
        let value =
            format!("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders={names}, Signature={signature}");
        let mut added = HeaderMap::new();
        added.insert(AUTHORIZATION, HeaderValue::from_str(&value).unwrap());
        added.insert("x-amz-date", HeaderValue::from_str(&time).unwrap());
        Ok(added)
    }

    fn secrets(&self) -> Vec<SecretString> {
        vec!["AKIDEXAMPLE".into()]
    }
}

#[tokio::test]
async fn aws_sigv4_is_a_signer() {
    let (endpoint, transport) =
        scene_at("2015-08-30T12:36:00Z", "https://example.amazonaws.com/", SigV4, vec![Ok((200, "", ""))]);
    endpoint.post("").unwrap().form([("Param1", "value1")]).send().await.unwrap();
    let expected = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
        SignedHeaders=content-type;host;x-amz-date, \
        Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a";
    assert_eq!(sent(&transport, &AUTHORIZATION), [expected]);
    assert_eq!(sent(&transport, &HeaderName::from_static("x-amz-date")), ["20150830T123600Z"]);
}

/// OAuth 1.0a up to what is signed; the HMAC over it needs nothing of the request any more.
#[derive(Debug)]
struct OAuth1;

#[async_trait]
impl RequestSigner for OAuth1 {
    async fn sign(&self, request: &SigningRequest<'_>) -> Result<HeaderMap> {
        let encode = |text: &str| {
            let plain = |c: u8| c.is_ascii_alphanumeric() || b"-._~".contains(&c);
            text.bytes()
                .map(|c| if plain(c) { char::from(c).to_string() } else { format!("%{c:02X}") })
                .collect::<String>()
        };
        let own = [
            ("oauth_consumer_key", "xvz1evFS4wEEPTGEFPHBog".to_owned()),
            ("oauth_nonce", "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg".to_owned()),
            ("oauth_signature_method", "HMAC-SHA1".to_owned()),
            ("oauth_timestamp", request.now.as_second().to_string()),
            ("oauth_token", "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb".to_owned()),
            ("oauth_version", "1.0".to_owned()),
        ];
        let mut all: Vec<(String, String)> = own.iter().map(|(name, value)| (encode(name), encode(value))).collect();
        all.extend(request.url.query_pairs().map(|(name, value)| (encode(&name), encode(&value))));
        if let (crate::http::Body::Bytes(form), true) =
            (request.body, request.headers[CONTENT_TYPE] == "application/x-www-form-urlencoded")
        {
            all.extend(url::form_urlencoded::parse(form).map(|(name, value)| (encode(&name), encode(&value))));
        }
        all.sort_unstable();
        let all = all.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        let mut bare = request.url.clone();
        bare.set_query(None);
        let base = format!("{}&{}&{}", request.method, encode(bare.as_str()), encode(&all));
        Ok(HeaderMap::from_iter([(HeaderName::from_static("x-signed-text"), HeaderValue::from_str(&base).unwrap())]))
    }
}

#[tokio::test]
async fn what_oauth_1_signs_can_be_seen_by_a_signer() {
    let (endpoint, transport) =
        scene_at("2011-10-14T20:09:18Z", "https://api.x.com/1.1/", OAuth1, vec![Ok((200, "", ""))]);
    let call = endpoint.post("statuses/update.json").unwrap().query("include_entities", "true");
    call.form([("status", "Hello Ladies + Gentlemen, a signed OAuth request!")]).send().await.unwrap();
    let expected = "POST&https%3A%2F%2Fapi.x.com%2F1.1%2Fstatuses%2Fupdate.json&include_entities%3Dtrue%26\
        oauth_consumer_key%3Dxvz1evFS4wEEPTGEFPHBog%26oauth_nonce%3DkYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg%26\
        oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1318622958%26\
        oauth_token%3D370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb%26oauth_version%3D1.0%26\
        status%3DHello%2520Ladies%2520%252B%2520Gentlemen%252C%2520a%2520signed%2520OAuth%2520request%2521";
    assert_eq!(sent(&transport, &HeaderName::from_static("x-signed-text")), [expected]);
}

/// A signature that is another one each time.
#[derive(Debug, Default)]
struct Counting(Mutex<u32>, bool);

#[async_trait]
impl RequestSigner for Counting {
    async fn sign(&self, request: &SigningRequest<'_>) -> Result<HeaderMap> {
        if self.1 {
            return Err(Error::new(ErrorKind::Auth, "the keys are gone"));
        }
        assert!(request.headers.contains_key("x-own"), "a signer sees the headers of the call");
        let mut count = self.0.lock().unwrap();
        *count += 1;
        let value = HeaderValue::from_str(&format!("signature-number-{count}")).unwrap();
        Ok(HeaderMap::from_iter([(AUTHORIZATION, value)]))
    }

    fn secrets(&self) -> Vec<SecretString> {
        vec!["the-signing-key".into()]
    }
}

// Museum G1, G3.
#[tokio::test]
async fn each_attempt_is_signed_anew_and_no_signature_is_seen_or_sent_elsewhere() {
    let echo = "signature-number-2 of the-signing-key";
    let time = "2026-11-20T09:00:00Z";
    let script = vec![Ok((503, "", "")), Ok((400, "", echo)), Ok((200, "", "")), Ok((200, "", echo))];
    let (endpoint, transport) = scene_at(time, "https://api.example/", Counting::default(), script);
    let own = HeaderName::from_static("x-own");
    let error = endpoint.get("x").unwrap().header(own.clone(), "1").send().await.unwrap_err();
    assert_eq!((error.kind(), error.body()), (ErrorKind::InvalidRequest, Some("[secret] of [secret]")));
    assert!(!format!("{error:?} {endpoint:?}").contains("signature-number"));
    let sent_so_far = sent(&transport, &AUTHORIZATION);
    assert_eq!(sent_so_far, ["signature-number-1", "signature-number-2"]);
    assert!(sent_so_far.iter().all(HeaderValue::is_sensitive));

    endpoint
        .follow(Method::GET, "https://evil.example/".parse().unwrap())
        .header(own.clone(), "1")
        .send()
        .await
        .unwrap();
    assert_eq!(sent(&transport, &AUTHORIZATION).len(), 2);
    let reply = endpoint.get("x").unwrap().header(own, "1").send().await.unwrap();
    let error = reply.json::<u8>().unwrap_err();
    assert!(!format!("{error:?}").contains("the-signing-key"), "{error:?}");
}

#[tokio::test]
async fn what_cannot_be_signed_is_not_sent() {
    let signer = Counting(Mutex::default(), true);
    let (endpoint, transport) = scene_at("2026-11-20T09:00:00Z", "https://api.example/", signer, vec![]);
    let error = endpoint.post("x").unwrap().send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect(), error.requests()), (ErrorKind::Auth, Effect::None, 0));
    assert_eq!(transport.count(), 0);
}
