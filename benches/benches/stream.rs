//! An answer of 10,000 pieces, as they come.

#![allow(clippy::expect_used, missing_docs)]

use std::hint::black_box;

use benches::{Vendor, compare};
use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::StreamExt as _;
use llm_adapters::openai_chat::{Compatible, Dialect};
use serde::Deserialize;
use serde_json::json;
use social_core::chat::{ChatEvent, ChatModel as _, ChatRequest};

const PIECES: usize = 10_000;

#[derive(Deserialize)]
struct Chunk {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    delta: Delta,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
}

fn body() -> String {
    let event = |delta: serde_json::Value, finish: Option<&str>| {
        let choice = json!({"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish});
        let chunk = json!({
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_795_165_200, "model": "m",
            "service_tier": "default", "system_fingerprint": null, "choices": [choice],
        });
        format!("data: {chunk}\n\n")
    };
    let pieces = event(json!({"content": " bean"}), None).repeat(PIECES);
    format!("{pieces}{}data: [DONE]\n\n", event(json!({}), Some("stop")))
}

fn stream(criterion: &mut Criterion) {
    let vendor = Vendor::answering("text/event-stream", body().as_bytes());
    let base = format!("{}/v1", vendor.url);

    let (http, url) = (reqwest::Client::new(), format!("{base}/chat/completions"));
    let by_hand = async || {
        let body = json!({"model": "m", "stream": true, "messages": [{"role": "user", "content": "Go on."}]});
        let answer = http.post(&url).bearer_auth("key").json(&body).send().await.expect("an answer");
        let (mut answer, mut cut, mut count) = (answer.bytes_stream(), Vec::new(), 0);
        while let Some(bytes) = answer.next().await {
            let bytes = bytes.expect("bytes");
            let mut rest: &[u8] = &bytes;
            while let Some(end) = memchr::memchr(b'\n', rest) {
                let (line, after) = rest.split_at(end);
                rest = after.split_first().map_or(&[], |(_, after)| after);
                if cut.is_empty() {
                    count += read_line(line);
                } else {
                    cut.extend_from_slice(line);
                    count += read_line(&cut);
                    cut.clear();
                }
            }
            cut.extend_from_slice(rest);
        }
        assert_eq!(count, PIECES);
    };

    let mut dialect = Dialect::OPENAI;
    dialect.service.base_url = base.into();
    let endpoint = dialect.endpoint().auth(dialect.auth("key".into()));
    let model = Compatible::new(dialect, endpoint).expect("a client").chat("m");
    let ours = async || {
        let mut answer = model.stream(&ChatRequest::new("Go on.")).await.expect("an answer");
        let mut count = 0;
        while let Some(event) = answer.next().await {
            if let ChatEvent::Text(text) = event.expect("a piece") {
                black_box(text);
                count += 1;
            }
        }
        assert_eq!(count, PIECES);
    };

    compare(criterion, "stream", by_hand, ours);
}

fn read_line(line: &[u8]) -> usize {
    let Some(data) = line.strip_prefix(b"data: ").filter(|data| data != b"[DONE]") else { return 0 };
    let chunk: Chunk = serde_json::from_slice(data).expect("JSON");
    let texts = chunk.choices.into_iter().filter_map(|choice| choice.delta.content);
    texts.map(black_box).count()
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = stream
}
criterion_main!(benches);
