//! A file that goes up as it is read: 1 GiB for the memory it takes, 64 MiB for the time.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs)]

use std::fs::File;
use std::path::Path;

use benches::{Vendor, compare, growth};
use criterion::{Criterion, criterion_group, criterion_main};
use http::Method;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use social_core::http::Endpoint;
use social_core::media::Media;
use tokio_util::io::ReaderStream;

fn upload(criterion: &mut Criterion) {
    let vendor = Vendor::answering("application/json", b"{}");
    let folder = tempfile::tempdir().expect("a folder");
    let video = |name: &str, bytes: u64| {
        let path = folder.path().join(name);
        // A hole as far as the disk is concerned.
        File::create(&path).and_then(|file| file.set_len(bytes)).expect("a file");
        path
    };
    let (long, short) = (video("long.mp4", 1 << 30), video("short.mp4", 64 << 20));

    let http = reqwest::Client::new();
    let by_hand = async |path: &Path| {
        let file = tokio::fs::File::open(path).await.expect("a file");
        let length = file.metadata().await.expect("a length").len();
        let body = reqwest::Body::wrap_stream(ReaderStream::with_capacity(file, 256 << 10));
        let request = http.put(&vendor.url).header(CONTENT_LENGTH, length).header(CONTENT_TYPE, "video/mp4");
        request.body(body).send().await.expect("an answer");
    };

    let endpoint = Endpoint::builder("archive", &*vendor.url).build().expect("settings");
    let route = endpoint.route(Method::PUT, "video").expect("a path");
    let ours = async |path: &Path| {
        let body = Media::file(path).body().await.expect("a file");
        endpoint.call(&route).header(CONTENT_TYPE, "video/mp4").body(body).send().await.expect("an answer");
    };

    // Ours first: the second one finds memory that the first one left behind.
    let grown = [("ours", growth(async || ours(&long).await)), ("by hand", growth(async || by_hand(&long).await))];
    for (name, bytes) in grown {
        if let Some(bytes) = bytes {
            println!("upload of 1 GiB, {name}: grows by {:.1} MiB", bytes as f64 / f64::from(1 << 20));
        }
    }
    compare(criterion, "upload of 64 MiB", async || by_hand(&short).await, async || ours(&short).await);
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = upload
}
criterion_main!(benches);
