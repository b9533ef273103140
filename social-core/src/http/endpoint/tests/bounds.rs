//! What bounds a call: bytes and time of streams, tokens that do not come, refusals that prove
//! nothing, and answers that repeat what was sent in secret. Stands on our own contract; the
//! vendors are invented.

use futures_util::StreamExt as _;

use super::*;
use crate::http::{ByteStream, Timeouts};
use crate::testkit::FixedClock;

const MINUTE: Duration = Duration::from_secs(60);

/// Answers with a piece for ever, each so much later than the one before.
#[derive(Debug)]
struct Endless {
    piece: &'static [u8],
    every: Duration,
    clock: Arc<FixedClock>,
}

#[async_trait]
impl Transport for Endless {
    async fn send(&self, _: Request) -> Result<Response> {
        let (piece, every, clock) = (self.piece, self.every, self.clock.clone());
        let body = futures_util::stream::repeat_with(move || {
            clock.advance(every);
            Ok(Bytes::from_static(piece))
        });
        Ok(Response { status: StatusCode::OK, headers: HeaderMap::new(), body: Box::pin(body) })
    }
}

fn endless(piece: &'static [u8], every: Duration) -> (EndpointBuilder, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::default());
    let transport = Arc::new(Endless { piece, every, clock: clock.clone() });
    (Endpoint::builder("acme", "https://api.example/").transport(transport).clock(clock.clone()), clock)
}

async fn read(mut body: ByteStream) -> (usize, Error) {
    let mut bytes = 0;
    loop {
        match body.next().await.expect("it never ends by itself") {
            Ok(piece) => bytes += piece.len(),
            Err(error) => {
                assert!(body.next().await.is_none(), "an error ends it");
                return (bytes, error);
            }
        }
    }
}

// A reader may ask once more behind the end.
#[tokio::test]
async fn a_body_that_has_ended_stays_so() {
    let scene = scene(vec![Ok((200, "", "a|b"))], |b| b);
    let mut body = scene.endpoint.get("x").unwrap().stream().await.unwrap().body;
    assert_eq!((&mut body).count().await, 2);
    assert!(body.next().await.is_none() && body.next().await.is_none());
}

// `reliability.md`, fault 8.
#[tokio::test]
async fn a_stream_ends_at_its_limit_of_bytes() {
    let limits = Limits { body: 1000, stream: 5000, ..Limits::default() };
    let endpoint = endless(b"0123456789", Duration::ZERO).0.limits(limits).build().unwrap();
    for (limit, most) in [(None, 5000), (Some(70), 70), (Some(75), 70)] {
        let call = endpoint.get("x").unwrap().operation("watch");
        let call = if let Some(limit) = limit { call.limit(limit) } else { call };
        let (bytes, error) = read(call.stream().await.unwrap().body).await;
        assert_eq!((bytes, error.kind(), error.operation()), (most, ErrorKind::Protocol, Some("watch")));
        assert_eq!(error.effect(), Effect::Unknown);
    }
    let error = endpoint.get("x").unwrap().repeat(Repeat::Never).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn events_and_comments_without_end_are_bounded() {
    for piece in [&b": still here\n\n"[..], b"data: word\n\n", b"\n", b"event: ping\n\n", b"retry: 5\n"] {
        let limits = Limits { body: 10_000, ..Limits::default() };
        let endpoint = endless(piece, Duration::ZERO).0.limits(limits).build().unwrap();
        let mut events = endpoint.get("x").unwrap().stream().await.unwrap().events();
        let error = loop {
            match events.next().await {
                Ok(event) => assert!(event.is_some(), "it never ends by itself"),
                Err(error) => break error,
            }
        };
        assert!(error.message().contains("larger than the limit"), "{error}");
    }
}

#[tokio::test]
async fn a_stream_that_always_has_more_ends_at_its_time() {
    for (every, timeouts, pieces) in [
        (MINUTE, Timeouts::default(), 59),
        (MINUTE, Timeouts::GENERATION, 59),
        (MINUTE, Timeouts::default().with_stream_total(5 * MINUTE), 4),
        (Duration::from_secs(1), Timeouts::default(), 3599),
    ] {
        let (builder, clock) = endless(b".", every);
        let endpoint = builder.timeouts(timeouts).build().unwrap();
        let begun = clock.now();
        let (bytes, error) = read(endpoint.get("x").unwrap().stream().await.unwrap().body).await;
        assert_eq!((bytes, error.kind()), (pieces, ErrorKind::Timeout), "{timeouts:?}");
        let took = Duration::try_from(clock.now().duration_since(begun)).unwrap();
        assert!(took <= timeouts.stream_total.unwrap());
    }
    let endpoint = endless(b".", MINUTE).0.build().unwrap();
    let error = endpoint.post("x").unwrap().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "an answer that is read whole, too");
}

/// A token that never comes, at first or when it is renewed, and a signature that does not either.
#[derive(Debug)]
struct Never {
    first: bool,
}

#[async_trait]
impl TokenSource for Never {
    async fn token(&self) -> Result<SecretString> {
        if self.first { Ok("first-token".into()) } else { std::future::pending().await }
    }

    async fn renew(&self, _: &SecretString) -> Result<SecretString> {
        std::future::pending().await
    }
}

#[async_trait]
impl RequestSigner for Never {
    async fn sign(&self, _: &SigningRequest<'_>) -> Result<HeaderMap> {
        std::future::pending().await
    }
}

// The clock of the runtime is a fake one: it jumps to the next timer when nothing else is to do.
#[tokio::test(start_paused = true)]
async fn what_has_to_be_there_first_is_waited_for_until_the_deadline() {
    for (auth, answers, sent) in [
        (Auth::source(Never { first: false }), vec![], 0),
        (Auth::source(Never { first: true }), vec![Ok((401, "", ""))], 1),
        (Auth::signed(Never { first: false }), vec![], 0),
    ] {
        let scene = scene(answers, |b| b.auth(auth).classify(expired));
        let begun = tokio::time::Instant::now();
        let error = scene.endpoint.post("x").unwrap().deadline(MINUTE).send().await.unwrap_err();
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Timeout, Retry::Never), "{error}");
        assert_eq!((error.effect(), begun.elapsed()), (Effect::None, MINUTE));
        assert_eq!(scene.transport.count(), sent);
    }
}

// `reliability.md`, fault 11: four requests in 0.05 s.
#[tokio::test]
async fn a_wait_of_nothing_is_no_reason_to_ask_without_a_pause() {
    for header in
        ["retry-after: 0", "retry-after: -1", "retry-after-ms: 1", "retry-after: 0.001", "retry-after-ms: NaN"]
    {
        let answers = (0..4).map(|_| Ok((429, header, ""))).collect();
        let scene = scene(answers, |b| b);
        scene.endpoint.get("x").unwrap().send().await.unwrap_err();
        assert_eq!(*scene.clock.0.lock().unwrap(), [250, 500, 1000].map(Duration::from_millis), "{header}");
    }
}

// Museum A4: a platform refuses a post that is out.
#[tokio::test]
async fn a_refusal_that_proves_nothing_is_not_sent_again() {
    let harmless = |failure: &Failure<'_>| failure.by_status().with_effect(Effect::None).with_retry(Retry::Backoff);
    for status in [400, 401, 403, 404, 409, 429, 500, 503] {
        let scene = scene(vec![Ok((status, "x-should-retry: true", ""))], |b| b.classify(harmless));
        let error = scene.endpoint.post("x").unwrap().refusals_prove_nothing().send().await.unwrap_err();
        assert_eq!((error.effect(), error.status(), scene.transport.count()), (Effect::Unknown, Some(status), 1));
    }
    // A connection that was never there proves something.
    let scene = scene(vec![unsent(), Ok((200, "", ""))], |b| b);
    scene.endpoint.post("x").unwrap().refusals_prove_nothing().send().await.unwrap();
}

const KEY: &str = "sk+very/secret=1";

// `reliability.md`, fault 6: a webhook that echoes.
#[tokio::test]
async fn what_was_sent_in_secret_does_not_come_back_in_an_answer() {
    const ECHOES: [&str; 4] = [
        r#"{"got":"sk+very/secret=1","url":"https://hook.example/sk%2Bvery%2Fsecret%3D1","n":1}"#,
        "plain sk+very/secret=1 and c2srdmVyeS9zZWNyZXQ9MQ",
        "sk+very/secret=1sk+very/secret=1",
        "third-secret-of-the-call",
    ];
    for echo in ECHOES {
        let scene = scene(vec![Ok((200, "", echo)), Ok((200, "", echo))], |b| b.auth(Auth::Bearer(KEY.into())));
        let call = || {
            let call = scene.endpoint.post("x").unwrap();
            call.secret_header(HeaderName::from_static("x"), &"third-secret-of-the-call".into())
        };
        let reply = call().send().await.unwrap();
        for text in [String::from_utf8_lossy(&reply.body).into_owned(), reply.text()] {
            for secret in [KEY, "sk%2Bvery", "c2srdmVyeS9", "third-secret"] {
                assert!(!text.contains(secret), "{text}");
            }
            assert!(text.contains("[secret]"));
        }
        let asked = call().answer_repeats_secrets().send().await.unwrap();
        assert_eq!(asked.body, echo, "a token endpoint's answer is needed as it is");
    }
    let scene = self::scene(vec![Ok((400, "", "no: third-secret-of-the-call"))], |b| b);
    let secret = "Bearer third-secret-of-the-call".into();
    let call = scene.endpoint.post("x").unwrap().secret_header(HeaderName::from_static("x"), &secret);
    assert_eq!(call.send().await.unwrap_err().body(), Some("no: [secret]"));
    // A key that is a word masks no answers, though it masks what is shown.
    let scene = self::scene(vec![Ok((200, "", r#"{"model":"ollama"}"#))], |b| b.auth(Auth::Bearer("ollama".into())));
    let reply = scene.endpoint.post("x").unwrap().send().await.unwrap();
    assert_eq!((&*reply.body, reply.text().as_str()), (&br#"{"model":"ollama"}"#[..], r#"{"model":"[secret]"}"#));
    let untouched = "\u{0}\u{1}binary \u{e9}";
    let scene = self::scene(vec![Ok((200, "", untouched))], |b| b.auth(Auth::Bearer(KEY.into())));
    assert_eq!(scene.endpoint.get("x").unwrap().send().await.unwrap().body, untouched);
}
