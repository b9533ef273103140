//! Stands on: our own contract of [`Endpoint`], against a scripted transport (invented answers).
//! Requests are counted on the transport's side.

mod auth;
mod bounds;
mod deadline;

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};

use super::*;
use crate::clock::Timestamp;
use crate::error::{Effect, Retry};
use crate::http::{Request, Response};

type Answer = Result<(u16, &'static str, &'static str)>;
type Script = Vec<Answer>;

/// Answers in order; an answer is status, one header line, body in pieces split at `|`.
#[derive(Debug, Default)]
struct Scripted {
    answers: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<Request>>,
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request) -> Result<Response> {
        self.requests.lock().unwrap().push(request);
        let (status, header, body) = self.answers.lock().unwrap().pop_front().expect("one request too many")?;
        let mut headers = HeaderMap::new();
        if let Some((name, value)) = header.split_once(": ") {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let pieces = body.split('|').map(|piece| match piece {
            "cut" => Err(Error::new(ErrorKind::Transport, "the answer broke off")),
            piece => Ok(Bytes::from_static(piece.as_bytes())),
        });
        let body = Box::pin(futures_util::stream::iter(pieces));
        Ok(Response { status: StatusCode::from_u16(status).unwrap(), headers, body })
    }
}

impl Scripted {
    fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

/// Stands still, and writes down what it was asked to wait.
#[derive(Debug, Default)]
struct FakeClock(Mutex<Vec<Duration>>);

#[async_trait]
impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        "2026-11-20T09:00:00Z".parse().unwrap()
    }

    async fn sleep(&self, wait: Duration) {
        self.0.lock().unwrap().push(wait);
    }
}

#[derive(Debug)]
struct Middle;

impl Random for Middle {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

struct Scene {
    endpoint: Endpoint,
    transport: Arc<Scripted>,
    clock: Arc<FakeClock>,
}

fn scene(script: Script, set: impl FnOnce(EndpointBuilder) -> EndpointBuilder) -> Scene {
    let transport = Arc::new(Scripted { answers: Mutex::new(script.into()), ..Scripted::default() });
    let clock = Arc::new(FakeClock::default());
    let builder = Endpoint::builder("acme", "https://api.example/v1")
        .transport(transport.clone())
        .clock(clock.clone())
        .random(Arc::new(Middle));
    Scene { endpoint: set(builder).build().unwrap(), transport, clock }
}

fn timeout() -> Answer {
    Err(Error::new(ErrorKind::Timeout, "no answer came"))
}

fn unsent() -> Answer {
    Err(Error::new(ErrorKind::Transport, "connection refused").with_effect(Effect::None))
}

// Museum A1.
#[tokio::test]
async fn a1_timed_out_post_is_not_sent_again() {
    let scene = scene(vec![timeout()], |b| b);
    let error = scene.endpoint.post("posts").unwrap().operation("publish").send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect(), error.requests()), (ErrorKind::Timeout, Effect::Unknown, 1));
    assert_eq!(error.operation(), Some("publish"));
    assert_eq!(scene.transport.count(), 1);
}

// Museum A1, A8, E8, F12, C22: the class of the call decides, and every attempt is counted.
#[tokio::test]
async fn what_is_sent_again_depends_on_the_proof_that_nothing_happened() {
    let ok = || Ok((200, "", "{}"));
    let cases: Vec<(Repeat, Script, usize)> = vec![
        (Repeat::Never, vec![timeout()], 1),
        (Repeat::Never, vec![Ok((503, "", ""))], 1),
        (Repeat::Never, vec![Ok((200, "", "half|cut"))], 1),
        (Repeat::Never, vec![Ok((500, "x-should-retry: true", ""))], 1),
        (Repeat::Never, vec![unsent(), ok()], 2),
        (Repeat::Never, vec![Ok((429, "", "")), ok()], 2),
        (Repeat::Never, vec![Ok((400, "", ""))], 1),
        // Museum A9.
        (Repeat::Never, vec![Ok((409, "", "duplicate content"))], 1),
        (Repeat::Keyed, vec![Ok((409, "", "duplicate content"))], 1),
        (Repeat::Safe, vec![timeout(), Ok((503, "", "")), ok()], 3),
        (Repeat::Safe, vec![Ok((200, "", "half|cut")), ok()], 2),
        (Repeat::Safe, vec![Ok((404, "", ""))], 1),
        (Repeat::Keyed, vec![timeout(), ok()], 2),
        (Repeat::Safe, vec![Ok((503, "x-should-retry: false", ""))], 1),
        (Repeat::Safe, vec![timeout(), timeout(), timeout(), timeout()], 4),
    ];
    for (index, (repeat, script, expected)) in cases.into_iter().enumerate() {
        let succeeds = matches!(script.last(), Some(Ok((200, _, "{}"))));
        let scene = scene(script, |b| b);
        let result = scene.endpoint.post("x").unwrap().repeat(repeat).send().await;
        assert_eq!((scene.transport.count(), result.is_ok()), (expected, succeeds), "case {index}");
        let attempts = result.map_or_else(|error| error.requests(), |reply| reply.attempts);
        assert_eq!(attempts as usize, expected, "case {index}: every attempt is visible");
    }
}

// Museum E9.
#[tokio::test]
async fn e9_the_named_wait_is_kept_to_and_one_that_is_too_long_ends_the_call() {
    let scene_one = scene(vec![Ok((429, "retry-after: 7", "")), Ok((200, "", ""))], |b| b);
    scene_one.endpoint.get("x").unwrap().send().await.unwrap();
    assert_eq!(*scene_one.clock.0.lock().unwrap(), [Duration::from_secs(7)]);

    let scene_two = scene(vec![Ok((429, "retry-after: 3600", ""))], |b| b);
    let error = scene_two.endpoint.get("x").unwrap().send().await.unwrap_err();
    assert_eq!((error.kind(), error.wait()), (ErrorKind::RateLimited, Some(Duration::from_secs(3600))));
    assert!(scene_two.clock.0.lock().unwrap().is_empty());
}

// Museum G12, E9.
#[tokio::test]
async fn pauses_double_and_stay_within_their_bounds() {
    let policy = RetryPolicy {
        attempts: 20,
        first: Duration::from_secs(1),
        longest: Duration::from_secs(5),
        total: Duration::from_secs(10),
    };
    let script = (0..20).map(|_| Ok((503, "", ""))).collect();
    let scene = scene(script, |b| b.retry(policy));
    scene.endpoint.get("x").unwrap().send().await.unwrap_err();
    // The fake randomness gives the shortest pause: half of the full one.
    let expected = [500, 1000, 2000, 2500, 2500].map(Duration::from_millis);
    assert_eq!(*scene.clock.0.lock().unwrap(), expected);
}

// Museum E4, G11.
#[tokio::test]
async fn a_stream_is_repeated_up_to_its_head_and_no_further() {
    let scene = scene(vec![Ok((503, "", "")), Ok((200, "x-request-id: r1", "data: a\n\n|cut"))], |b| b);
    let reply = scene.endpoint.get("x").unwrap().operation("watch").stream().await.unwrap();
    assert_eq!(reply.attempts, 2);
    let mut events = reply.events();
    assert_eq!(events.next().await.unwrap().unwrap().data, "a");
    let error = events.next().await.unwrap_err();
    assert_eq!((error.operation(), error.request_id(), error.requests()), (Some("watch"), Some("r1"), 2));
    assert_eq!(error.vendor().unwrap().as_str(), "acme");
    assert_eq!(scene.transport.count(), 2);
}

// Museum C14: a write that was answered with something unreadable may have had its effect.
#[tokio::test]
async fn c14_an_unreadable_success_of_a_write_stays_unknown() {
    for body in ["", "<html>proxy</html>", "null"] {
        let scene = scene(vec![Ok((200, "", body))], |b| b);
        let reply = scene.endpoint.post("posts").unwrap().operation("publish").send().await.unwrap();
        let error = reply.json::<Vec<u8>>().unwrap_err();
        assert_eq!((error.kind(), error.effect(), error.retry()), (ErrorKind::Protocol, Effect::Unknown, Retry::Never));
        assert_eq!((error.body().unwrap_or_default(), scene.transport.count()), (body, 1));
    }
}

#[tokio::test]
async fn what_is_read_is_utf8_and_never_replaced() {
    let scene = scene(vec![Ok((200, "", "{}"))], |b| b);
    let reply = scene.endpoint.post("posts").unwrap().send().await.unwrap();
    let broken = reply.inner(Bytes::from_static(b"{\"a\": \"\xff\"}"));
    assert!(broken.json::<serde::de::IgnoredAny>().is_ok());
    let error = broken.json::<serde_json::Value>().unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Protocol, Effect::Unknown));
}

// Museum G11: one line says who, what, which, and under which number the vendor's support finds it.
#[tokio::test]
async fn g11_an_error_says_everything_in_one_line() {
    let answer = Ok((429, "x-request-id: req-7", "<html>\nPlease try again.\n</html>"));
    let scene = scene(vec![answer], |b| {
        b.retry(RetryPolicy::none()).classify(|failure| failure.by_status().with_code("4/2207051").with_field("media"))
    });
    let error = scene.endpoint.post("x").unwrap().operation("publish").model("m-1").send().await.unwrap_err();
    assert_eq!(
        error.with_item(2).to_string(),
        "acme publish: media: Too Many Requests \
         (rate_limited, model m-1, item 2, HTTP 429, code 4/2207051, request req-7)"
    );
}

// Museum G6.
#[tokio::test]
async fn g6_answers_over_the_limit_are_not_read() {
    for (header, body) in [("content-length: 1000", "1"), ("", "12345|67890|1")] {
        let scene = scene(vec![Ok((200, header, body))], |b| b);
        let error = scene.endpoint.post("x").unwrap().limit(10).send().await.unwrap_err();
        assert_eq!((error.kind(), error.status(), error.effect()), (ErrorKind::Protocol, Some(200), Effect::Unknown));
    }
    let pieces = scene(vec![Ok((200, "", "12345||67890"))], |b| b);
    assert_eq!(pieces.endpoint.post("x").unwrap().limit(10).send().await.unwrap().body, "1234567890");

    let limits = Limits { error: 4, ..Limits::default() };
    let scene = scene(vec![Ok((400, "", "123|456"))], |b| b.limits(limits));
    let error = scene.endpoint.post("x").unwrap().send().await.unwrap_err();
    assert_eq!((error.kind(), error.body()), (ErrorKind::InvalidRequest, Some("1234")));
}

// Museum D9.
#[tokio::test]
async fn d9_a_status_that_means_go_on_can_be_an_answer() {
    let script = || vec![Ok((308, "range: bytes=0-41", ""))];
    let scene_one = scene(script(), |b| b);
    let reply = scene_one.endpoint.post("x").unwrap().also_accept(&[308]).send().await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.headers["range"].as_bytes()), (308, &b"bytes=0-41"[..]));
    let error = scene(script(), |b| b).endpoint.post("x").unwrap().send().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Protocol, Some(308)));
}

#[derive(Debug, Default)]
struct Tokens {
    fail: bool,
    renewed: Mutex<Vec<String>>,
}

#[async_trait]
impl TokenSource for Tokens {
    async fn token(&self) -> Result<SecretString> {
        if self.fail { Err(Error::new(ErrorKind::Timeout, "no token came")) } else { Ok("first-token".into()) }
    }

    async fn renew(&self, refused: &SecretString) -> Result<SecretString> {
        self.renewed.lock().unwrap().push(refused.expose_secret().to_owned());
        Ok("second-token".into())
    }
}

fn expired(failure: &Failure<'_>) -> Error {
    let error = failure.by_status();
    if failure.status == 401 { error.with_token_expired() } else { error }
}

// Museum B6: once, and only for a refusal that means expiry.
#[tokio::test]
async fn an_expired_token_is_renewed_once_per_call() {
    for attempts in [1, 4] {
        let source = Arc::new(Tokens::default());
        let set = |b: EndpointBuilder| {
            let policy = RetryPolicy { attempts, ..RetryPolicy::default() };
            b.auth(Auth::source(source.clone())).classify(expired).retry(policy)
        };
        let fine = scene(vec![Ok((401, "", "")), Ok((200, "", ""))], set);
        fine.endpoint.post("x").unwrap().send().await.unwrap();
        let sent: Vec<_> =
            fine.transport.requests.lock().unwrap().iter().map(|r| r.headers[AUTHORIZATION].clone()).collect();
        assert_eq!(sent, ["Bearer first-token", "Bearer second-token"]);
        assert!(sent.iter().all(HeaderValue::is_sensitive));

        let refused = scene(vec![Ok((401, "", "")), Ok((401, "", "bad second-token"))], set);
        let error = refused.endpoint.post("x").unwrap().send().await.unwrap_err();
        assert_eq!((error.kind(), error.requests(), error.body()), (ErrorKind::Auth, 2, Some("bad [secret]")));
        assert_eq!(*source.renewed.lock().unwrap(), ["first-token", "first-token"]);
    }
}

// Museum E8, B5.
#[tokio::test]
async fn e8_a_token_that_does_not_come_is_not_asked_for_again_here() {
    let scene = scene(vec![], |b| b.auth(Auth::source(Tokens { fail: true, ..Tokens::default() })));
    let error = scene.endpoint.get("x").unwrap().send().await.unwrap_err();
    assert_eq!((error.kind(), error.requests()), (ErrorKind::Timeout, 0));
    assert!(scene.clock.0.lock().unwrap().is_empty());
}

// Museum G3, F6.
#[tokio::test]
async fn g3_credentials_stay_with_their_origin() {
    let ok = || Ok((200, "", ""));
    let key = Auth::Header(HeaderName::from_static("x-api-key"), "hidden-key".into());
    let scene = scene(vec![ok(), ok(), ok(), ok(), ok()], |b| b.auth(key));
    let urls =
        ["https://api.example/jobs/1", "https://api.example:8443/", "http://api.example/", "https://evil.example/"];
    for url in urls {
        scene.endpoint.follow(Method::GET, url.parse().unwrap()).send().await.unwrap();
    }
    scene.endpoint.anonymous(Method::GET, urls[0].parse().unwrap()).send().await.unwrap();
    let sent: Vec<_> =
        scene.transport.requests.lock().unwrap().iter().map(|r| r.headers.contains_key("x-api-key")).collect();
    assert_eq!(sent, [true, false, false, false, false]);
    for path in ["https://evil.example/", "//evil.example/x", "http://api.example/x"] {
        let result = scene.endpoint.get(path);
        if let Ok(call) = result {
            assert_eq!(call.url.origin(), scene.endpoint.base_url().origin(), "{path}");
        }
    }
}

#[test]
fn wrong_settings_are_named_before_anything_is_sent() {
    let build = |base: &str, key: &str| {
        Endpoint::builder("acme", base).transport(Arc::new(Scripted::default())).auth(Auth::Bearer(key.into())).build()
    };
    for (base, key, part) in [
        ("not a url", "k", "base URL"),
        ("ftp://api.example", "k", "http(s)"),
        ("https://api.example", "two\nlines", "authorization"),
    ] {
        let error = build(base, key).unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.message().contains(part), "{error}");
        assert!(!format!("{error:?}").contains("lines"));
    }
    assert_eq!(build("https://api.example/v1", "k").unwrap().base_url().path(), "/v1/");
}

#[tokio::test]
async fn the_last_content_type_counts() {
    let scene = scene(vec![Ok((200, "", "")), Ok((200, "", ""))], |builder| builder);
    let call = || scene.endpoint.post("x").unwrap();
    call().json_text("{}").header(CONTENT_TYPE, "application/json; charset=utf-8").send().await.unwrap();
    call().header(CONTENT_TYPE, "text/plain").json_text("{}").send().await.unwrap();
    let sent = scene.transport.requests.lock().unwrap();
    let types: Vec<_> = sent.iter().map(|request| request.headers[CONTENT_TYPE].to_str().unwrap()).collect();
    assert_eq!(types, ["application/json; charset=utf-8", "application/json"]);
}

#[tokio::test]
async fn a_value_that_no_header_carries_fails_the_call_unsent() {
    let scene = scene(vec![], |b| b);
    let call = scene.endpoint.post("x").unwrap().header(HeaderName::from_static("x-title"), "a\nb");
    let error = call.send().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.field(), error.effect()),
        (ErrorKind::InvalidRequest, Some("x-title"), Effect::None)
    );
    assert_eq!(error.retry(), Retry::Never);
}

mod secrets {
    use std::fmt::{Debug, Write as _};
    use std::sync::atomic::{AtomicU64, Ordering};

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use super::*;

    /// Writes down everything that spans and events say, at every level.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<String>>, Arc<AtomicU64>);

    struct Writer<'a>(&'a Log);

    impl Visit for Writer<'_> {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            write!(self.0.0.lock().unwrap(), "{field}={value:?} ").unwrap();
        }
    }

    impl Subscriber for Log {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, span: &Attributes<'_>) -> Id {
            span.record(&mut Writer(self));
            Id::from_u64(self.1.fetch_add(1, Ordering::Relaxed) + 1)
        }
        fn record(&self, _: &Id, values: &Record<'_>) {
            values.record(&mut Writer(self));
        }
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            event.record(&mut Writer(self));
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    // Museum G1.
    #[tokio::test(flavor = "current_thread")]
    async fn g1_a_key_is_found_in_no_error_debug_text_or_span() {
        const KEY: &str = "sk+very/secret=1";
        let log = Log::default();
        let guard = tracing::subscriber::set_default(log.clone());
        let echoes = [
            r#"{"error":"bad key sk+very/secret=1"}"#,
            r#"{"url":"https://api.example/?k=sk%2Bvery%2Fsecret%3D1&access_token=other-secret"}"#,
            r#"{"basic":"c2srdmVyeS9zZWNyZXQ9MQ==","access_token" : "other-secret"}"#,
        ];
        let mut texts = String::new();
        for echo in echoes {
            // Another test's thread may be registering a span just now, without this subscriber:
            // from the second round on, all of them are known.
            tracing::callsite::rebuild_interest_cache();
            let script: Script = vec![
                Ok((503, "", echo)),
                Ok((200, "x-request-id: sk+very/secret=1", echo)),
                Err(Error::new(ErrorKind::Transport, echo)
                    .with_source(std::io::Error::other(format!("GET https://x/?key=other-secret {KEY}")))),
            ];
            let scene = scene(script, |b| {
                b.base_url(format!("https://api.example/bot{KEY}/"))
                    .auth(Auth::Bearer(KEY.into()))
                    .secret_header(HeaderName::from_static("x-second"), &"second-secret".into())
            });
            let endpoint = &scene.endpoint;
            let call = endpoint.get("posts?token=other-secret").unwrap().operation("list").json("my prompt");
            write!(texts, "{endpoint:?} {call:?} {:?} ", endpoint.route(Method::GET, "x").unwrap()).unwrap();
            let reply = call.send().await.unwrap();
            write!(texts, "{reply:?} ").unwrap();
            let error = reply.json::<u8>().unwrap_err();
            write!(texts, "{error} {error:?} {:?} ", error.request_id()).unwrap();
            let call =
                endpoint.post("posts").unwrap().secret_header(HeaderName::from_static("x"), &"third-secret".into());
            write!(texts, "{call:?} ").unwrap();
            let error = call.send().await.unwrap_err();
            write!(texts, "{error} {error:?} ").unwrap();
        }
        drop(guard);
        let log = log.0.lock().unwrap().clone();
        assert!(
            log.contains("vendor=acme") && log.contains("operation=\"list\"") && log.contains("status=503"),
            "{log}"
        );
        texts.push_str(&log);
        for secret in
            [KEY, "sk%2Bvery%2F", "c2srdmVyeS9zZWNyZXQ9MQ", "other-secret", "second-secret", "third-secret", "prompt"]
        {
            assert!(!texts.contains(secret), "{secret} in {texts}");
        }
    }
}
