//! One answer of a language model, read whole.

#![allow(clippy::expect_used, missing_docs)]

use std::hint::black_box;

use benches::{Vendor, compare};
use criterion::{Criterion, criterion_group, criterion_main};
use llm_adapters::openai_chat::{Compatible, Dialect};
use serde::Deserialize;
use serde_json::json;
use social_core::chat::{ChatModel as _, ChatRequest};

#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: String,
}

const SYSTEM: &str = "You write for a small coffee roastery. Plain words, no more than three hashtags.";
const QUESTION: &str = "A caption for five photos, from green beans to the first flat white of the morning.";

fn chat(criterion: &mut Criterion) {
    let answer = json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_795_165_200, "model": "m",
        "choices": [{
            "index": 0, "finish_reason": "stop", "logprobs": null,
            "message": {"role": "assistant", "content": "Small lot, big morning. ".repeat(33), "refusal": null},
        }],
        "usage": {"prompt_tokens": 60, "completion_tokens": 200, "total_tokens": 260},
    });
    let vendor = Vendor::answering("application/json", answer.to_string().as_bytes());
    let base = format!("{}/v1", vendor.url);

    let (http, url) = (reqwest::Client::new(), format!("{base}/chat/completions"));
    let by_hand = async || {
        let body = json!({
            "model": "m", "max_completion_tokens": 400,
            "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}],
        });
        let answer = http.post(&url).bearer_auth("key").json(&body).send().await.expect("an answer");
        let answer: Answer = answer.json().await.expect("JSON");
        black_box(answer.choices.into_iter().next().map(|choice| choice.message.content));
    };

    let mut dialect = Dialect::OPENAI;
    dialect.service.base_url = base.into();
    let endpoint = dialect.endpoint().auth(dialect.auth("key".into()));
    let model = Compatible::new(dialect, endpoint).expect("a client").chat("m");
    let ours = async || {
        let request = ChatRequest::new(QUESTION).with_system(SYSTEM).with_max_output_tokens(400);
        black_box(model.chat(&request).await.expect("an answer"));
    };

    compare(criterion, "chat", by_hand, ours);
}

criterion_group!(benches, chat);
criterion_main!(benches);
