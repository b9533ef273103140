//! Invented vendors in memory; what reached them is counted there.

use http::Method;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, LOCATION, REFERER};

use crate::error::{Error, ErrorKind};
use crate::http::{Auth, Endpoint, RetryPolicy};
use crate::media::facts::tests::samples::SampleVideo;
use crate::media::{Media, RemoteMedia};
use crate::run::Run;
use crate::testkit::{Answer, FixedClock, ScriptedVendor};

const VIDEO: &str = "https://cdn.example/video.mp4";

fn link() -> RemoteMedia {
    RemoteMedia { url: VIDEO.parse().unwrap(), expires_at: None }
}

fn endpoint(vendor: &ScriptedVendor) -> Endpoint {
    Endpoint::builder("vendor", "https://api.vendor.example")
        .auth(Auth::Bearer("secret-key".into()))
        .transport(vendor.transport())
        .clock(std::sync::Arc::new(FixedClock::default()))
        .retry(RetryPolicy::none())
        .build()
        .unwrap()
}

async fn fetch(answer: Answer, limit: u64) -> Result<Media, Error> {
    let vendor = ScriptedVendor::new().on(Method::GET, "/video.mp4", answer);
    link().fetch(&Run::ephemeral(), "video.mp4", &endpoint(&vendor), limit).await
}

// Museum D10, D11: the whole file is asked for without compression, and goes into the run piece by
// piece.
#[tokio::test]
async fn d10_d11_a_video_is_fetched_once_and_whole() {
    let video = SampleVideo::default().write();
    let pieces: Vec<_> = video.chunks(100).map(<[u8]>::to_vec).collect();
    let vendor = ScriptedVendor::new().on(Method::GET, "/video.mp4", Answer::pieces("video/mp4", pieces));
    let run = Run::ephemeral();
    for _again in 0..2 {
        let media = link().fetch(&run, "video.mp4", &endpoint(&vendor), 1 << 20).await.unwrap();
        assert_eq!(media.read(1 << 20).await.unwrap(), video);
    }
    let received = vendor.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].header("accept-encoding"), Some("identity"));
}

// Museum F6, G3: an address that the vendor's answer named gets no key.
#[tokio::test]
async fn f6_no_key_goes_to_another_host() {
    let video = SampleVideo::default().write();
    let vendor = ScriptedVendor::new().on(Method::GET, "/video.mp4", Answer::bytes("video/mp4", video));
    link().fetch(&Run::ephemeral(), "video.mp4", &endpoint(&vendor), 1 << 20).await.unwrap();
    let sent = &vendor.received()[0];
    assert!(!sent.headers.contains_key(AUTHORIZATION) && !sent.headers.contains_key(REFERER));
}

#[tokio::test]
async fn what_is_no_whole_video_is_not_kept() {
    let video = || Answer::bytes("video/mp4", SampleVideo::default().write());
    let table = [
        (
            Answer::json(serde_json::json!({"error": {"message": "link expired"}})),
            ErrorKind::MediaInvalid,
            "link expired",
        ),
        (Answer::bytes("video/mp4", ""), ErrorKind::MediaInvalid, "empty"),
        (video().with_header(CONTENT_LENGTH, "99999"), ErrorKind::Truncated, "99999 bytes were announced"),
        (video().with_header(CONTENT_LENGTH, "9999999"), ErrorKind::MediaInvalid, "at most 100000 are fetched"),
        (video().broken_off(), ErrorKind::Transport, "closed"),
        (video().with_status(http::StatusCode::PARTIAL_CONTENT), ErrorKind::Protocol, "206"),
        (Answer::status(http::StatusCode::FOUND).with_header(LOCATION, "/x"), ErrorKind::Protocol, ""),
        (Answer::status(http::StatusCode::GONE), ErrorKind::NotFound, ""),
    ];
    for (answer, kind, message) in table {
        let error = fetch(answer.clone(), 100_000).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(message), "{error}");
        assert_eq!(error.vendor().map(ToString::to_string).as_deref(), Some("vendor"));
    }
    let error = fetch(video(), 100).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MediaInvalid, "{error}");
}

// Museum F5: an address that has expired is not even asked, but what was kept stays.
#[tokio::test]
async fn f5_a_dead_link_says_so() {
    let vendor = ScriptedVendor::new();
    let dead = RemoteMedia { expires_at: Some("2020-01-01T00:00:00Z".parse().unwrap()), ..link() };
    let error = dead.fetch(&Run::ephemeral(), "video.mp4", &endpoint(&vendor), 100).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.message().contains("expired at 2020-01-01"), "{error}");
}
