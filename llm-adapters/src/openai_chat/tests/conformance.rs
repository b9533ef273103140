//! An invented vendor of the dialect; the suite is the core's.

use std::sync::Arc;

use http::Method;
use serde_json::json;
use social_core::chat::ChatModel;
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, Scene, ScriptedVendor};

use super::super::ReasoningRequest;
use super::*;

fn vendor() -> ScriptedVendor {
    ScriptedVendor::new().respond(Method::POST, "/chat/completions", |request| {
        let usage = json!({"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5});
        if request.json()["stream"] != true {
            let choice = json!({"index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": "Good morning"}});
            return Answer::json(json!({"id": "c1", "model": "m", "choices": [choice], "usage": usage}));
        }
        let chunk = |delta, finish: Option<&str>| {
            json!({"id": "c1", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
        };
        let events = [
            chunk(json!({"role": "assistant", "content": "Good "}), None).to_string(),
            chunk(json!({"content": "morning"}), None).to_string(),
            chunk(json!({}), Some("stop")).to_string(),
            json!({"id": "c1", "model": "m", "choices": [], "usage": usage}).to_string(),
            "[DONE]".to_owned(),
        ];
        Answer::pieces("text/event-stream", events.map(|event| format!("data: {event}\n\n")))
    })
}

#[tokio::test]
async fn the_dialect_keeps_the_contract_of_chat() {
    let unlisted = Dialect::at("anybody", "https://vendor.test");
    for dialect in Dialect::ALL.iter().copied().chain([&unlisted]).cloned() {
        let name = dialect.service.vendor.clone();
        let switch =
            [ReasoningRequest::EnableThinking, ReasoningRequest::AdaptiveThinking, ReasoningRequest::EffortSwitch];
        let has_levels = !switch.contains(&dialect.quirks.reasoning);
        let connect = move |scene: &Scene| {
            let endpoint = dialect.endpoint().base_url("https://vendor.test").auth(dialect.auth(SECRET.into()));
            let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
            let endpoint = endpoint.random(scene.random.clone());
            Ok(Arc::new(Compatible::new(dialect.clone(), endpoint)?.chat("m")) as Arc<dyn ChatModel>)
        };
        let mut subject = Subject::new(vendor, connect);
        if !has_levels {
            subject = subject.except("reasoning", "thinking is a switch without levels");
        }
        if let Err(violations) = conformance::chat(&subject, &hi()).await {
            panic!("{name}: {violations}");
        }
    }
}
