//! Stands on: our own format (invented exchanges) and, where `../shared` is present, every exchange
//! recorded from vendors.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName};
use serde_json::json;

use super::*;
use crate::error::ErrorKind;
use crate::http::{Auth, Endpoint, EventReader, Transport};

fn exchange(method: &str, path: &str, body: serde_json::Value) -> Exchange {
    let json = json!({"request": {"method": method, "path": path, "body": {"n": 1}}, "response": {"status": 200, "body": body}});
    Exchange::from_json(json.to_string()).unwrap()
}

fn endpoint(transport: Arc<dyn Transport>) -> Endpoint {
    Endpoint::builder("acme", "https://api.example/").transport(transport).build().unwrap()
}

#[test]
fn bodies_keep_their_bytes_through_json() {
    for (bytes, form) in [
        (&b""[..], "null"),
        (b"{\"a\":[1,null]}", r#"{"a":[1,null]}"#),
        (b"[1]", "[1]"),
        (b"\"text\"", r#"{"$text":"\"text\""}"#),
        (b"a=1&b=2", r#"{"$text":"a=1&b=2"}"#),
        (b"{\"$text\":\"x\"}", r#"{"$text":"{\"$text\":\"x\"}"}"#),
        (b"\xFF\xD8\xFF", r#"{"$base64":"/9j/"}"#),
    ] {
        let body = RecordedBody::of(Bytes::from_static(bytes));
        assert_eq!(serde_json::to_string(&body).unwrap(), form);
        assert_eq!(serde_json::from_str::<RecordedBody>(form).unwrap().bytes(), bytes);
    }
    let described: RecordedBody = serde_json::from_str(r#"{"$multipart":[{"name":"a"}]}"#).unwrap();
    assert!(matches!(described, RecordedBody::Described(_)));
}

// Museum G1.
#[tokio::test]
async fn g1_a_recording_holds_no_secret_and_plays_again() {
    let answer = json!({
        "request": {"method": "POST", "path": "/v1/x?key=REDACTED"},
        "response": {
            "status": 200,
            "headers": {"Set-Cookie": "sid=cookie-secret", "x-ratelimit-remaining-tokens": "5", "content-type": "application/json"},
            "body": {
                "access_token": "answer-secret", "key": "caption", "echo": "you sent header-secret",
                "url": "https://cdn.example/a.png?sig=query-secret&w=1",
            },
        },
    });
    let replay = ReplayTransport::new([Exchange::from_json(answer.to_string()).unwrap()]).check(Check::Nothing);
    let recording = Arc::new(RecordingTransport::new(Arc::new(replay)).hide("path-secret".into()));
    let endpoint = Endpoint::builder("acme", "https://api.example/bot-path-secret/")
        .transport(recording.clone())
        .auth(Auth::Bearer("header-secret".into()))
        .build()
        .unwrap();
    let call = endpoint.post("v1/x?token=query-secret&page=2").unwrap();
    let form = [("client_secret", "form-secret"), ("text", "hi")];
    let call = call.header(HeaderName::from_static("x-custom-token"), "custom-secret").form(form);
    let reply = call.send().await.unwrap();
    assert_eq!(
        reply.json::<serde_json::Value>().unwrap()["access_token"],
        "answer-secret",
        "only the recording is masked"
    );

    let [exchange] = recording.exchanges().try_into().unwrap();
    let text = exchange.to_json().unwrap();
    for secret in
        ["-secret\"", "header-secret", "cookie-secret", "query-secret", "path-secret", "form-secret", "custom-secret"]
    {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert_eq!(exchange.request.headers[CONTENT_TYPE.as_str()], "application/x-www-form-urlencoded");
    assert_eq!(exchange.request.headers[AUTHORIZATION.as_str()], "[secret]");
    assert_eq!(exchange.response.headers["x-ratelimit-remaining-tokens"], "5");
    let RecordedBody::Json(body) = &exchange.response.body else { panic!("{text}") };
    assert_eq!((&body["key"], &body["echo"]), (&json!("caption"), &json!("you sent [secret]")));
    assert_eq!(body["url"], "https://cdn.example/a.png?sig=[secret]&w=1");

    let directory = tempfile::tempdir().unwrap();
    let [path] = recording.save(directory.path()).unwrap().try_into().unwrap();
    assert_eq!(path.file_name().unwrap(), "001-post-bot-secret-v1-x.json");
    let replay = Arc::new(ReplayTransport::new([Exchange::read(path).unwrap()]).check(Check::Line));
    let endpoint = Endpoint::builder("acme", "https://api.example/bot-path-secret/").transport(replay).build().unwrap();
    endpoint.post("v1/x?page=2&token=another").unwrap().send().await.unwrap();
}

#[tokio::test]
async fn a_replay_checks_what_is_asked() {
    let exchanges = [exchange("POST", "/a?x=1&y=2", json!({})), exchange("GET", "/b", json!({}))];
    let replay = Arc::new(ReplayTransport::new(exchanges.clone()).check(Check::Body));
    let api = endpoint(replay.clone());
    for (path, body) in [
        ("a?x=1", json!({"n": 1})),
        ("a?x=1&y=3", json!({"n": 1})),
        ("b", json!({"n": 1})),
        ("a?x=1&y=2", json!({"n": 2})),
    ] {
        let error = api.post(path).unwrap().json(&body).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.message().contains("POST /a?x=1&y=2"), "{error}");
    }
    api.post("a?y=2&x=1").unwrap().json(&json!({"n": 1})).send().await.unwrap();
    assert_eq!((replay.left(), replay.requests().len()), (1, 5));
    assert_eq!(replay.requests()[4].method, Method::POST);

    let replay = Arc::new(ReplayTransport::new(exchanges).in_any_order());
    let api = endpoint(replay.clone());
    api.get("b").unwrap().send().await.unwrap();
    api.post("a?x=1&y=2").unwrap().send().await.unwrap();
    assert_eq!(replay.left(), 0);
    let error = api.get("b").unwrap().send().await.unwrap_err();
    assert!(error.message().contains("every recorded exchange has been played"), "{error}");
}

#[tokio::test]
async fn an_answer_can_be_cut() {
    for (cut, ends) in [(Cut::Ends, true), (Cut::Breaks, false)] {
        let replay = ReplayTransport::new([exchange("GET", "/a", json!({"$text": "0123456789"}))]);
        let api = endpoint(Arc::new(replay.in_pieces_of(3).cut_body(0, 7, cut)));
        let pieces: Vec<_> = api.get("a").unwrap().stream().await.unwrap().body.collect().await;
        let texts: Vec<_> = pieces.iter().filter_map(|piece| piece.as_deref().ok()).collect();
        assert_eq!(texts, [&b"012"[..], b"345", b"6"]);
        assert_eq!(pieces.iter().all(Result::is_ok), ends);
    }
}

fn cassettes(part: &str) -> Vec<PathBuf> {
    fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
    }
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes")).join(part);
    let mut files = Vec::new();
    if root.exists() {
        collect(&root, &mut files);
    } else {
        crate::testkit::did_not_run("../shared");
    }
    files
}

#[test]
fn every_shared_exchange_is_read() {
    for path in cassettes("").iter().filter(|path| !path.to_string_lossy().contains("vectors")) {
        let exchange = Exchange::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!((100..600).contains(&exchange.response.status), "{}", path.display());
        let again = Exchange::from_json(exchange.to_json().unwrap()).unwrap();
        assert_eq!(again, exchange, "{}", path.display());
    }
}

#[test]
fn recorded_streams_give_the_same_events_at_every_cut() {
    let mut streams = 0;
    for path in cassettes("llm") {
        let exchange = Exchange::read(&path).unwrap();
        let body = exchange.response.body.bytes();
        if !body.starts_with(b"data:")
            && !body.starts_with(b"event:")
            && !body.starts_with(b"id:")
            && !body.starts_with(b":")
        {
            continue;
        }
        streams += 1;
        let read = |piece: usize| {
            let pieces: Vec<_> = body.chunks(piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            let mut reader = EventReader::sse(Box::pin(stream::iter(pieces)), 1 << 20);
            let mut events = Vec::new();
            while let Some(event) = reader.next().now_or_never().unwrap().unwrap() {
                events.push((event.name.to_owned(), event.data.to_owned()));
            }
            events
        };
        let whole = read(usize::MAX);
        assert!(!whole.is_empty(), "{}", path.display());
        for piece in [1, 2, 3, 7, 64, 1400] {
            assert!(read(piece) == whole, "{} in pieces of {piece}", path.display());
        }
    }
    println!("{streams} streams");
}
