//! An image of 8 MiB that comes as base64 inside JSON.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use benches::{Vendor, compare, growth};
use criterion::{Criterion, criterion_group, criterion_main};
use media_adapters::gemini::Gemini;
use serde::Deserialize;
use serde_json::json;
use social_core::image::ImageRequest;
use social_core::make::Maker as _;
use social_core::run::{FileJournal, Run};

const SIZE: usize = 8 << 20;

#[derive(Deserialize)]
struct Answer {
    candidates: Vec<Candidate>,
}

#[derive(Deserialize)]
struct Candidate {
    content: Content,
}

#[derive(Deserialize)]
struct Content {
    parts: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    inline_data: InlineData,
}

#[derive(Deserialize)]
struct InlineData {
    data: String,
}

/// A PNG of one dot and noise where its bytes would go: it is not decoded here.
fn png() -> Vec<u8> {
    let mut image = STANDARD
        .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
        .expect("base64");
    image.extend((image.len()..SIZE).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8));
    image
}

fn image(criterion: &mut Criterion) {
    let answer = json!({
        "candidates": [{
            "content": {"parts": [{"inlineData": {"mimeType": "image/png", "data": STANDARD.encode(png())}}]},
            "finishReason": "STOP",
        }],
        "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 1290},
    });
    let vendor = Vendor::answering("application/json", answer.to_string().as_bytes());
    drop(answer);
    let folder = tempfile::tempdir().expect("a folder");

    let (http, url) = (reqwest::Client::new(), format!("{}/v1beta/models/m:generateContent", vendor.url));
    let write = async |image: Vec<u8>, path: &Path| {
        tokio::fs::write(path, black_box(image)).await.expect("a file");
    };
    let by_hand = async || {
        let body = json!({"contents": [{"parts": [{"text": "A loaf of bread"}]}]});
        let answer = http.post(&url).header("x-goog-api-key", "key").json(&body).send().await.expect("an answer");
        let answer: Answer = answer.json().await.expect("JSON");
        for part in answer.candidates.iter().flat_map(|candidate| &candidate.content.parts) {
            let image = STANDARD.decode(&part.inline_data.data).expect("base64");
            assert_eq!(image.len(), SIZE);
            write(image, &folder.path().join("by-hand.png")).await;
        }
    };

    let endpoint = Gemini::endpoint().auth(Gemini::auth("key".into())).base_url(format!("{}/v1beta", vendor.url));
    let painter = Gemini::new(endpoint).expect("settings").image("m");
    let journal = FileJournal::open(folder.path().join("runs")).expect("a journal");
    let number = std::cell::Cell::new(0);
    let ours = async || {
        let run = Run::open(&journal, &format!("image-{}", number.get())).await.expect("a run");
        number.set(number.get() + 1);
        let batch = painter.make(&run, &ImageRequest::new("A loaf of bread")).await.expect("an image");
        assert_eq!(batch.images.len(), 1);
    };

    // Ours first: the second one finds memory that the first one left behind.
    for (name, bytes) in [("ours", growth(ours)), ("by hand", growth(by_hand))] {
        if let Some(bytes) = bytes {
            println!("image, {name}: {:.2} resident bytes per byte of the image", bytes as f64 / SIZE as f64);
        }
    }
    compare(criterion, "image", by_hand, ours);
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = image
}
criterion_main!(benches);
