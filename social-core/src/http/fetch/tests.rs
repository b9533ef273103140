//! Stands on: hosts that misbehave as people have reported it (invented servers on this machine).

use std::time::Duration;

use futures_util::TryStreamExt as _;

use super::*;
use crate::http::ReqwestTransport;
use crate::http::test_server::{Answer, Server};

fn download() -> Download {
    let transport = ReqwestTransport::builder().allow_private_addresses().build().unwrap();
    Download::new(Arc::new(transport)).limit(1000).retry(RetryPolicy::none())
}

async fn fetch(download: &Download, answers: impl IntoIterator<Item = Answer>) -> (Result<Vec<u8>>, Server) {
    let server = Server::start(answers).await;
    let result = match download.open(&server.url.join("a.png?sig=hidden").unwrap()).await {
        Ok(file) => file.body.map_ok(|piece| piece.to_vec()).try_concat().await,
        Err(error) => Err(error),
    };
    (result, server)
}

#[tokio::test]
async fn a_file_is_fetched_as_it_is() {
    let (result, server) =
        fetch(&download(), [Answer::status(200, "content-type: Image/PNG; x=y\n", "\u{89}PNG")]).await;
    assert_eq!(result.unwrap(), "\u{89}PNG".as_bytes());
    assert!(server.requests()[0].contains("accept-encoding: identity\r\n"));
    let file = download().open(&server.url).await.unwrap();
    assert_eq!((file.length, file.content_type.as_deref()), (Some(5), Some("image/png")));

    // Without a length, in pieces, with little to look at.
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n \r\n1\r\nx\r\n0\r\n\r\n";
    let (result, _) = fetch(&download(), [Answer::Bytes(chunked.into())]).await;
    assert_eq!(result.unwrap(), b" x");
}

#[tokio::test]
async fn what_is_no_media_is_refused() {
    let cases = [
        ("content-type: text/html; charset=utf-8\n", "GIF89a"),
        ("", "\u{FEFF}\n <!DOCTYPE html><p>gone"),
        ("content-type: image/png\n", "<HTML>"),
        ("content-type: application/json\n", "GIF89a"),
        ("", " {\"error\":\"expired\"}"),
        ("", "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code>"),
        ("", ""),
        ("content-encoding: gzip\n", "GIF89a"),
    ];
    for (headers, body) in cases {
        let (result, _) = fetch(&download(), [Answer::status(200, headers, body)]).await;
        let error = result.unwrap_err();
        let expected = if headers.contains("gzip") { ErrorKind::Protocol } else { ErrorKind::MediaInvalid };
        assert_eq!((error.kind(), error.status()), (expected, Some(200)), "{headers}{body}");
        assert!(!format!("{error:?}").contains("hidden"));
    }
    let (result, _) = fetch(&download(), [Answer::status(403, "", "<Error>expired</Error>")]).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Permission);
    let (result, _) = fetch(&download(), [Answer::ok("<?xml version=\"1.0\"?><svg/>")]).await;
    assert!(result.is_ok());
}

// Museum D11, G6.
#[tokio::test]
async fn d11_the_size_is_checked_before_and_while_it_is_read() {
    let long = "x".repeat(1001);
    let endless = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n{long}\r\n");
    for answer in [Answer::ok(&long), Answer::Stall(endless.into())] {
        let (result, _) = fetch(&download(), [answer]).await;
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MediaInvalid, "{error:?}");
        assert!(error.message().contains("1000"));
    }
    let short = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf";
    let (result, _) = fetch(&download(), [Answer::Bytes(short.into())]).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Transport);
}

// Museum D10.
#[tokio::test]
async fn d10_a_range_is_what_was_asked_for_or_nothing() {
    let cases = [
        (206, "content-range: bytes 2-4/10\n", "abc", None),
        (206, "content-range: bytes 2-4/*\n", "abc", None),
        (200, "", "0123456789", Some(ErrorKind::Unsupported)),
        (206, "content-range: bytes 0-2/10\n", "abc", Some(ErrorKind::Unsupported)),
        (206, "content-range: bytes 2-40/100\n", "abc", Some(ErrorKind::Unsupported)),
        (206, "", "abc", Some(ErrorKind::Unsupported)),
        (206, "content-range: bytes 2-4/10\n", "abcd", Some(ErrorKind::MediaInvalid)),
        (206, "content-range: bytes 2-4/10\n", "ab", Some(ErrorKind::Transport)),
    ];
    for (status, headers, body, expected) in cases {
        let server = Server::start([Answer::status(status, headers, body)]).await;
        let result = match download().open_range(&server.url, 2..5).await {
            Ok(file) => file.body.map_ok(|piece| piece.to_vec()).try_concat().await,
            Err(error) => Err(error),
        };
        assert_eq!(result.as_ref().err().map(Error::kind), expected, "{status} {headers}{body}");
        assert!(server.requests()[0].contains("range: bytes=2-4\r\n"));
    }
    let url = "https://cdn.example/a".parse().unwrap();
    for range in [3..3, Range { start: 5, end: 2 }] {
        assert_eq!(download().open_range(&url, range).await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}

#[tokio::test]
async fn redirects_are_followed_and_counted() {
    let away = Answer::status(302, "location: /next\n", "");
    let (result, server) = fetch(&download(), [away.clone(), away.clone(), Answer::ok("GIF89a")]).await;
    assert_eq!((result.unwrap(), server.requests().len()), (b"GIF89a".to_vec(), 3));
    let (result, server) = fetch(&download(), [away]).await;
    assert_eq!((result.unwrap_err().kind(), server.requests().len()), (ErrorKind::Protocol, 6));
}

// Museum G4.
#[tokio::test]
async fn g4_private_addresses_and_other_protocols_are_refused() {
    let strict = Download::new(Arc::new(ReqwestTransport::new().unwrap())).retry(RetryPolicy::none());
    for url in
        ["http://127.0.0.1:1/", "http://169.254.169.254/latest", "http://localhost/", "file:///etc/passwd", "data:,x"]
    {
        let error = strict.open(&url.parse().unwrap()).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some("url")), "{url}: {error:?}");
    }
}

#[tokio::test]
async fn a_host_that_stops_is_not_waited_for() {
    let idle = Timeouts::default().with_response(Duration::from_secs(5)).with_idle(Duration::from_millis(50));
    let stalls = "HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nGIF89a";
    let (result, _) = fetch(&download().timeouts(idle), [Answer::Stall(stalls.into())]).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Timeout);
}
