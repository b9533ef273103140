//! One piece of an application runs on every vendor that can be connected, unchanged.
//!
//! Invented vendors, one per way of speaking; what they say is the same. The shapes of their
//! answers are those of the adapters' own suites, which stand on recordings.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use social_core::Result;
use social_core::chat::{ChatModel, ChatModelExt as _, ChatRequest, DataPart, Part};
use social_core::settings::{MapSettings, Wired};
use social_core::testkit::{Answer, Received, ScriptedVendor};

/// What the application wants to know.
#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
struct Caption {
    text: String,
    hashtags: Vec<String>,
}

/// The application. It knows no vendor.
async fn write(model: &dyn ChatModel) -> Result<(Caption, String, bool)> {
    let brief = json!({"subject": "Apple cake from the oven", "brand": {"name": "Café Nord"}});
    let request = ChatRequest::new("A caption for this post, please.")
        .with_part(Part::Data(DataPart { name: "brief".to_owned(), value: brief.clone() }));
    let caption = model.extract_or_ask_again::<Caption>(&request).await?;
    let streamed = model.stream(&request).await?.collect().await?;
    let asked = model.ask_about("A caption for this post, please.", "brief", &brief).await?;
    assert_eq!(streamed.text(), asked, "{}: a stream says the same", model.address());
    assert!(streamed.degraded || streamed.usage.is_some(), "{}: no usage", model.address());
    Ok((caption.value, asked, streamed.degraded))
}

const SAID: &str = r##"{"text": "Straight from the oven", "hashtags": ["cake"]}"##;

fn is_streamed(request: &Received) -> bool {
    let path = request.url.path();
    request.json()["stream"] == true
        || request.header("x-dashscope-sse").is_some()
        || path.contains("streamGenerateContent")
        || path.ends_with("/generate_stream")
}

fn events(events: impl IntoIterator<Item = Value>, last: Option<&str>) -> Answer {
    let events = events.into_iter().map(|event| event.to_string()).chain(last.map(str::to_owned));
    Answer::pieces("text/event-stream", events.map(|event| format!("data: {event}\n\n")).collect::<Vec<_>>())
}

/// Says its sentence in whichever way it is asked.
fn answer(request: &Received) -> Answer {
    let (path, streamed) = (request.url.path(), is_streamed(request));
    if path.ends_with("/chat/completions") {
        let usage = json!({"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5});
        let choice =
            |field: &str| json!({"index": 0, "finish_reason": "stop", field: {"role": "assistant", "content": SAID}});
        if streamed {
            return events(
                [json!({"choices": [choice("delta")]}), json!({"choices": [], "usage": usage})],
                Some("[DONE]"),
            );
        }
        return Answer::json(json!({"choices": [choice("message")], "usage": usage}));
    }
    if path.ends_with("/responses") {
        let part = json!({"type": "output_text", "text": SAID, "annotations": []});
        let item =
            json!({"type": "message", "id": "m1", "role": "assistant", "status": "completed", "content": [part]});
        let whole = json!({"id": "r1", "object": "response", "status": "completed", "model": "m", "output": [item],
            "usage": {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}});
        if streamed {
            let added = json!({"type": "response.output_item.added", "output_index": 0, "item": {"type": "message"}});
            let delta = json!({"type": "response.output_text.delta", "output_index": 0, "delta": SAID});
            let done = json!({"type": "response.output_item.done", "output_index": 0, "item": item});
            return events([added, delta, done, json!({"type": "response.completed", "response": whole})], None);
        }
        return Answer::json(whole);
    }
    if path.ends_with("/messages") || path.contains("awPredict") {
        let usage = json!({"input_tokens": 3, "output_tokens": 2});
        let message = |content: Value, reason: Option<&str>| {
            json!({"type": "message", "id": "m1", "model": "m", "role": "assistant", "content": content,
                "stop_reason": reason, "usage": usage})
        };
        if streamed {
            let start = json!({"type": "message_start", "message": message(json!([]), None)});
            let block =
                json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}});
            let delta =
                json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": SAID}});
            let stop = json!({"type": "content_block_stop", "index": 0});
            let end = json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage});
            return events([start, block, delta, stop, end, json!({"type": "message_stop"})], None);
        }
        return Answer::json(message(json!([{"type": "text", "text": SAID}]), Some("end_turn")));
    }
    if path.contains("enerateContent") {
        let whole = json!({"candidates": [{"content": {"role": "model", "parts": [{"text": SAID}]}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5}});
        return if streamed { events([whole], None) } else { Answer::json(whole) };
    }
    if path.ends_with("/api/chat") {
        let whole = json!({"model": "m", "message": {"role": "assistant", "content": SAID}, "done": true,
            "prompt_eval_count": 3, "eval_count": 2});
        return if streamed { Answer::text(format!("{whole}\n")) } else { Answer::json(whole) };
    }
    if path.contains("/aigc/") {
        let choice = json!({"message": {"role": "assistant", "content": SAID}, "finish_reason": "stop"});
        let whole = json!({"output": {"choices": [choice]}, "usage": {"input_tokens": 3, "output_tokens": 2}});
        return if streamed { events([whole], None) } else { Answer::json(whole) };
    }
    let details = json!({"finish_reason": "eos_token", "generated_tokens": 2, "input_length": 3});
    if streamed {
        let token = json!({"index": 1, "token": {"id": 1, "text": SAID, "special": false}, "generated_text": null});
        let last = json!({"index": 2, "token": {"id": 2, "text": "</s>", "special": true}, "generated_text": SAID,
            "details": details});
        return events([token, last], None);
    }
    Answer::json(json!({"generated_text": SAID, "details": details}))
}

#[tokio::test]
async fn the_same_code_runs_on_every_vendor() {
    let mut ran = BTreeSet::new();
    for entry in llm_adapters::catalogue().own() {
        let name = &entry.name;
        let vendor = ScriptedVendor::new().respond_if("any", |_| true, answer);
        let transport = vendor.transport();
        let account = MapSettings::of_examples(&entry.settings);
        let settings = Wired::new(account, move |endpoint| endpoint.transport(transport.clone()));
        let model = if *name == "template" { "default" } else { "m" };
        let model = llm_adapters::connect_with(&format!("{name}/{model}"), &settings).unwrap();
        let (caption, text, degraded) = write(&*model).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        if *name == "template" {
            assert!(degraded && caption.text.contains("Apple cake"), "{caption:?}");
        } else {
            let expected: Caption = serde_json::from_str(SAID).unwrap();
            assert_eq!((caption, text.as_str(), degraded), (expected, SAID, false), "{name}");
            assert_eq!(vendor.received().len(), 3, "{name}: one request per call");
        }
        ran.insert(name);
    }
    assert_eq!(ran.len(), llm_adapters::vendors().len());
}
