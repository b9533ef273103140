//! Stands on a real server that speaks S3 (moto) on loopback. Runs only when `SOCIAL_LAB_AWS` holds
//! its address, for instance `http://127.0.0.1:4600`. It does not verify signatures.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::time::Duration;

use http::Method;
use media_adapters::connect_host_with;
use social_core::clock::{Clock as _, SystemClock};
use social_core::host::HostRequest;
use social_core::http::{Body, Endpoint};
use social_core::media::Media;
use social_core::run::Run;
use social_core::settings::MapSettings;

fn captions(bytes: usize) -> Media {
    let mut text = b"WEBVTT\n\n00:00.000 --> 00:01.000\n".to_vec();
    text.resize(bytes, b'x');
    Media::bytes(text)
}

#[tokio::test]
async fn files_are_hosted_served_and_removed() {
    let Ok(server) = std::env::var("SOCIAL_LAB_AWS") else {
        social_core::testkit::did_not_run("SOCIAL_LAB_AWS");
        return;
    };
    let reader = Endpoint::builder("lab", &server).build().unwrap();
    let bucket = format!("media-{}", SystemClock.now().as_microsecond());
    let route = reader.route(Method::PUT, &bucket).unwrap();
    reader.call(&route).body(Body::Bytes(Vec::new().into())).send().await.unwrap();

    let settings = [
        ("AWS_ACCESS_KEY_ID", "test-key"),
        ("AWS_SECRET_ACCESS_KEY", "test-secret"),
        ("AWS_ENDPOINT_URL_S3", &server),
        ("S3_BUCKET", &bucket),
    ];
    let settings: MapSettings = settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let host = connect_host_with("s3", &settings).unwrap();
    // Whole, and in three parts.
    for bytes in [60, 20 << 20] {
        let media = captions(bytes);
        let (run, until) = (Run::ephemeral(), SystemClock.now() + Duration::from_secs(600));
        let request = HostRequest::new(media.clone()).with_until(until);
        let made = host.make(&run, &request).await.unwrap();
        assert_eq!(made.expires_at, Some(until));
        let reply = reader.anonymous(Method::GET, made.url.clone()).limit(32 << 20).send().await.unwrap();
        assert!(reply.body == media.read(32 << 20).await.unwrap());
        assert_eq!(reply.headers.get("content-type").unwrap(), "text/vtt");
        for _ in 0..2 {
            host.remove(&run, &made.value).await.unwrap();
            let error = reader.anonymous(Method::GET, made.url.clone()).send().await.unwrap_err();
            assert_eq!(error.status(), Some(404));
        }
    }
}
