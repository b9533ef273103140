//! Stands on: our own [`Transport`] contract, against bare sockets on this machine (invented
//! servers).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::header::{AUTHORIZATION, COOKIE};
use tokio::io::AsyncWriteExt as _;

use super::*;
use crate::http::test_server::{Answer, Server};
use crate::http::{BodySource, ByteStream, Timeouts};

fn transport() -> ReqwestTransport {
    ReqwestTransport::new().unwrap()
}

fn get(url: &Url) -> Request {
    let mut request = Request::new(Method::GET, url.clone());
    request.timeouts =
        Timeouts::default().with_response(Duration::from_millis(300)).with_idle(Duration::from_millis(100));
    request
}

async fn text(response: Response) -> Result<String> {
    let mut body = response.body;
    let mut all = Vec::new();
    while let Some(piece) = body.next().await {
        all.extend_from_slice(&piece?);
    }
    Ok(String::from_utf8(all).unwrap())
}

#[tokio::test]
async fn any_status_is_an_answer() {
    for status in [200, 204, 308, 404, 500] {
        let server = Server::start([Answer::status(status, "x-extra: 1\n", "")]).await;
        let response = transport().send(get(&server.url)).await.unwrap();
        assert_eq!(response.status.as_u16(), status);
        assert_eq!(response.headers["x-extra"], "1");
    }
}

#[tokio::test]
async fn a_refused_connection_and_an_unknown_name_prove_that_nothing_was_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = format!("http://{}/?key=hidden", listener.local_addr().unwrap());
    drop(listener);
    for url in [refused.as_str(), "http://no-such-name.invalid/?key=hidden"] {
        let error = transport().send(get(&url.parse().unwrap())).await.unwrap_err();
        // Where there is no network, looking a name up may take longer than we wait.
        let slow = url.contains("invalid") && error.kind() == ErrorKind::Timeout;
        assert!(slow || (error.kind(), error.effect()) == (ErrorKind::Transport, Effect::None), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("hidden"));
    }
}

#[tokio::test]
async fn tls_that_fails_proves_that_nothing_was_sent() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"this is not TLS\r\n\r\n").await.unwrap();
    });
    let error = transport().send(get(&url)).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Transport, Effect::None), "{error:?}");
}

// Museum A5, A8.
#[tokio::test]
async fn a_connection_that_breaks_after_the_request_leaves_the_effect_unknown() {
    for answer in [Answer::Bytes(vec![]), Answer::Reset(vec![]), Answer::Bytes(b"HTTP/1.1 20".into())] {
        let server = Server::start([answer]).await;
        let mut url = server.url.clone();
        url.set_query(Some("key=hidden"));
        let error = transport().send(get(&url)).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Transport, Effect::Unknown), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("hidden"));
        assert_eq!(server.requests().len(), 1, "the client below us must not repeat anything");
    }
}

// Museum A1: a server that takes the body and stalls.
#[tokio::test(start_paused = true)]
async fn no_answer_in_time_is_a_timeout_of_unknown_effect() {
    for sent in ["", "HTTP/1.1 200 OK\r\ncontent-le"] {
        let server = Server::start([Answer::Stall(sent.into())]).await;
        let error = transport().send(get(&server.url)).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::Unknown), "{error:?}");
    }
}

#[tokio::test]
async fn a_body_that_stops_or_is_cut_is_an_error() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n";
    for (answer, kind) in [
        (Answer::Stall(head.into()), ErrorKind::Timeout),
        (Answer::Bytes(head.into()), ErrorKind::Transport),
        (Answer::Reset(head.into()), ErrorKind::Transport),
        (Answer::Bytes(chunked.into()), ErrorKind::Transport),
    ] {
        let server = Server::start([answer]).await;
        let response = transport().send(get(&server.url)).await.unwrap();
        let error = text(response).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::Unknown), "{error:?}");
    }
}

#[tokio::test]
async fn at_its_deadline_an_exchange_is_over_whatever_goes_on() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n";
    for (answer, comes) in [(Answer::Drip(head.into()), true), (Answer::Stall(vec![]), false)] {
        let server = Server::start([answer]).await;
        let mut request = get(&server.url);
        request.timeouts = Timeouts::default();
        request.deadline = Some(Duration::from_millis(200));
        let result = transport().send(request).await;
        assert_eq!(result.is_ok(), comes);
        let error = match result {
            Ok(response) => text(response).await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::Unknown), "{error:?}");
        assert!(error.message().contains("deadline"), "{error}");
    }
    let mut endless = get(&Server::start([Answer::ok("here")]).await.url);
    endless.deadline = Some(Duration::MAX);
    assert_eq!(text(transport().send(endless).await.unwrap()).await.unwrap(), "here");
}

// `reliability.md`, not tried before: a head that comes byte by byte, and answers that only
// announce one.
#[tokio::test]
async fn a_head_that_never_ends_is_not_waited_for() {
    let header = "HTTP/1.1 200 OK\r\nx-slow: ";
    let early = b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".to_vec();
    let go_on = b"HTTP/1.1 100 Continue\r\n\r\n".to_vec();
    for answer in [
        Answer::Drip(header.into()),
        Answer::Drip(b"HTTP".to_vec()),
        Answer::Flood(early.clone()),
        Answer::Flood(go_on),
        Answer::Stall(early),
    ] {
        for deadline in [None, Some(Duration::from_millis(100))] {
            let server = Server::start([answer.clone()]).await;
            let begun = Instant::now();
            let request = Request { deadline, ..get(&server.url) };
            let error = transport().send(request).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Transport), "{error:?}");
            assert_eq!(error.effect(), Effect::Unknown);
            assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
            assert_eq!(server.requests().len(), 1);
        }
    }
}

// A head that has no end in bytes: the client below has a limit, so memory does not grow.
#[tokio::test]
async fn a_head_without_end_is_an_error() {
    let server = Server::start([Answer::Flood(b"HTTP/1.1 200 OK\r\nx-a: b\r\n".to_vec())]).await;
    let error = transport().send(get(&server.url)).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Transport), "{error:?}");
}

#[tokio::test]
async fn a_body_that_never_pauses_ends_at_the_deadline() {
    let server = Server::start([Answer::Flood(b"HTTP/1.1 200 OK\r\n\r\n0123456789".to_vec())]).await;
    let request = Request { deadline: Some(Duration::from_millis(200)), ..get(&server.url) };
    let mut body = transport().send(request).await.unwrap().body;
    let error = loop {
        match body.next().await.unwrap() {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert!(error.kind() == ErrorKind::Timeout && error.message().contains("deadline"), "{error:?}");
}

// Museum G2.
#[tokio::test]
async fn g2_redirects_are_followed_without_anything_that_could_be_a_credential() {
    let goal = Server::start([Answer::ok("here")]).await;
    let first = Server::start([
        Answer::status(302, "location: /second\n", ""),
        Answer::status(307, &format!("location: http://user:pass@{}goal\n", &goal.url.as_str()[7..]), ""),
    ])
    .await;
    let mut request = get(&first.url);
    request.redirects = Redirects::Follow(2);
    for (name, secret) in [
        (AUTHORIZATION, true),
        (COOKIE, false),
        (HeaderName::from_static("x-api-key"), false),
        (ACCEPT_LANGUAGE, true),
        (RANGE, false),
    ] {
        let mut value = HeaderValue::from_static("bytes=0-9");
        value.set_sensitive(secret);
        request.headers.insert(name, value);
    }
    let response = transport().send(request).await.unwrap();
    assert_eq!(text(response).await.unwrap(), "here");
    let (first, goal) = (first.requests(), goal.requests());
    assert!(first[0].contains("authorization") && first[0].contains("x-api-key"));
    for later in [&first[1], &goal[0]] {
        for name in ["authorization", "cookie", "x-api-key", "accept-language"] {
            assert!(!later.contains(name), "{name} in {later}");
        }
        assert!(later.contains("range: bytes=0-9"));
    }
    assert!(goal[0].starts_with("GET /goal "));
}

#[tokio::test]
async fn redirects_stop_where_they_must() {
    let away = Answer::status(302, "location: /again\n", "");
    let server = Server::start([away.clone()]).await;
    let mut request = get(&server.url);
    request.redirects = Redirects::Follow(3);
    let error = transport().send(request.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(server.requests().len(), 4);

    for location in ["ftp://example.com/", "file:///etc/passwd", "http://[broken"] {
        let server = Server::start([Answer::status(301, &format!("location: {location}\n"), "")]).await;
        let error = transport().send(Request { url: server.url.clone(), ..request.clone() }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{location}");
    }

    // D9: 308 without Location tells a resumable upload to go on; and a body is never carried to
    // another place.
    for (method, headers) in [(Method::GET, "range: bytes=0-42\n"), (Method::PUT, "location: /else\n")] {
        let server = Server::start([Answer::status(308, headers, "")]).await;
        let request = Request { method, url: server.url.clone(), ..request.clone() };
        assert_eq!(transport().send(request).await.unwrap().status, 308);
        assert_eq!(server.requests().len(), 1);
    }
    let request = Request { redirects: Redirects::Stop, ..request };
    assert_eq!(transport().send(request).await.unwrap().status, 302);
}

// Museum G2.
#[test]
fn a_redirect_never_leads_from_https_down_to_http() {
    let from = "https://a.example/x".parse().unwrap();
    let to = |location: &'static str| Response {
        status: StatusCode::FOUND,
        headers: HeaderMap::from_iter([(LOCATION, HeaderValue::from_static(location))]),
        body: Box::pin(futures_util::stream::empty()),
    };
    assert!(next_hop(&from, &to("http://a.example/")).is_err());
    assert_eq!(next_hop(&from, &to("//b.example/y")).unwrap().unwrap().as_str(), "https://b.example/y");
}

// Museum G4.
#[tokio::test]
async fn g4_a_url_from_outside_reaches_only_the_public_internet() {
    let server = Server::start([Answer::ok("secret")]).await;
    let port = server.url.port().unwrap();
    let transport = transport();
    // Literals, other spellings of them, and a name that resolves to this machine.
    for host in
        ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]", "[::1]", "localhost", "0.0.0.0"]
    {
        let mut request = get(&format!("http://{host}:{port}/").parse().unwrap());
        request.public_only = true;
        let error = transport.send(request).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::InvalidRequest, Effect::None), "{host}: {error:?}");
        assert_eq!(error.field(), Some("url"), "{host}");
    }
    assert_eq!(server.requests().len(), 0);

    let open = ReqwestTransport::builder().allow_private_addresses().build().unwrap();
    let mut request = get(&format!("http://localhost:{port}/").parse().unwrap());
    request.public_only = true;
    assert_eq!(text(open.send(request).await.unwrap()).await.unwrap(), "secret");
}

// Museum G4.
#[tokio::test]
async fn g4_every_hop_is_checked() {
    let server = Server::start([
        Answer::status(302, "location: http://169.254.169.254/latest/meta-data/\n", ""),
        Answer::status(302, "location: http://127.0.0.2:1/\n", ""),
    ])
    .await;
    let mut settings = ReqwestTransport::builder();
    settings.permitted = |address| address == IpAddr::from([127, 0, 0, 1]);
    let transport = settings.build().unwrap();
    for _ in 0..2 {
        let mut request = get(&server.url);
        request.public_only = true;
        request.redirects = Redirects::Follow(5);
        let error = transport.send(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error:?}");
    }
}

#[derive(Debug)]
struct Slow(usize);

impl BodySource for Slow {
    fn open(&self) -> ByteStream {
        Box::pin(futures_util::stream::unfold(self.0, |left| async move {
            let left = left.checked_sub(1)?;
            tokio::time::sleep(Duration::from_millis(200)).await;
            Some((Ok(Bytes::from_static(b"x")), left))
        }))
    }

    fn length(&self) -> Option<u64> {
        Some(self.0 as u64)
    }
}

// The clock is a fake one: it jumps to the next timer when nothing else is left to do.
#[tokio::test(start_paused = true)]
async fn a_long_upload_may_take_its_time_while_it_goes_on() {
    let mut request = get(&Server::start([Answer::ok("")]).await.url);
    request.body = Body::Stream(Arc::new(Slow(20)));
    assert_eq!(transport().send(request).await.unwrap().status, 200);

    let mut request = get(&Server::start([Answer::Stall(vec![])]).await.url);
    request.body = Body::Stream(Arc::new(Slow(20)));
    assert_eq!(transport().send(request).await.unwrap_err().kind(), ErrorKind::Timeout);
}

#[derive(Debug)]
struct Pieces {
    pieces: Vec<&'static str>,
    length: Option<u64>,
}

impl BodySource for Pieces {
    fn open(&self) -> ByteStream {
        let pieces = self.pieces.clone().into_iter().map(|piece| match piece {
            "fail" => Err(Error::new(ErrorKind::Storage, "the disk is gone")),
            piece => Ok(Bytes::from_static(piece.as_bytes())),
        });
        Box::pin(futures_util::stream::iter(pieces))
    }

    fn length(&self) -> Option<u64> {
        self.length
    }
}

fn upload(url: &Url, pieces: &[&'static str], length: Option<u64>) -> Request {
    let body = Body::Stream(Arc::new(Pieces { pieces: pieces.to_vec(), length }));
    Request { method: Method::PUT, body, ..get(url) }
}

#[tokio::test]
async fn a_streamed_body_has_its_length_when_it_is_known() {
    let server = Server::start([Answer::ok("")]).await;
    for length in [Some(6), None] {
        transport().send(upload(&server.url, &["abc", "", "def"], length)).await.unwrap();
    }
    let requests = server.requests();
    assert!(requests[0].contains("content-length: 6\r\n") && requests[0].ends_with("\r\n\r\nabcdef"));
    assert!(requests[1].contains("transfer-encoding: chunked\r\n"));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_names_its_own_reason() {
    for (pieces, length, kind) in [
        (["abc", "fail"], Some(6), ErrorKind::Storage),
        (["abc", "fail"], None, ErrorKind::Storage),
        (["abc", "de"], Some(6), ErrorKind::InvalidRequest),
        (["abc", "defg"], Some(6), ErrorKind::InvalidRequest),
    ] {
        let server = Server::start([Answer::ok("")]).await;
        let error = transport().send(upload(&server.url, &pieces, length)).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::Unknown), "{error:?}");
    }
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let error = ReqwestTransport::builder().proxy("::no url::").build().unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("proxy")));
    let error = ReqwestTransport::builder().user_agent("two\nlines").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let debug = format!("{:?}", ReqwestTransport::builder().proxy("http://user:hidden@proxy.example"));
    assert!(!debug.contains("hidden"), "{debug}");
}

#[test]
fn one_transport_serves_the_whole_process() {
    let (one, two) = (crate::http::shared_transport().unwrap(), crate::http::shared_transport().unwrap());
    assert!(Arc::ptr_eq(&one, &two));
}
