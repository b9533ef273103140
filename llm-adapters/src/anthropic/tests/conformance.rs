//! An invented vendor of the dialect; the suite is the core's.

use std::sync::Arc;

use http::Method;
use serde_json::json;
use social_core::chat::ChatModel;
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, Received, Scene, ScriptedVendor};

use super::super::Hosting;
use super::*;

fn vendor() -> ScriptedVendor {
    let vertex = "/v1/projects/p/locations/global/publishers/anthropic/models/claude";
    let vendor = ScriptedVendor::new().respond(Method::POST, "/v1/messages", answer);
    let vendor = vendor.respond(Method::POST, &format!("{vertex}:rawPredict"), answer);
    vendor.respond(Method::POST, &format!("{vertex}:streamRawPredict"), answer)
}

fn answer(request: &Received) -> Answer {
    let usage = json!({"input_tokens": 3, "output_tokens": 2});
    let text = |text| json!({"type": "text", "text": text});
    let message = |content, reason: Option<&str>| {
        json!({"type": "message", "id": "m1", "model": "claude", "role": "assistant", "content": content,
                "stop_reason": reason, "usage": usage})
    };
    if request.json()["stream"] != true {
        return Answer::json(message(json!([text("Good morning")]), Some("end_turn")));
    }
    let delta = |text| json!({"type": "text_delta", "text": text});
    let start = json!({"type": "message_start", "message": message(json!([]), None)});
    let ending = json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage});
    let events = [vec![start], block(0, text(""), &[delta("Good "), delta("morning")]), vec![ending]].concat();
    let stop = [json!({"type": "message_stop"})];
    let events = events.iter().chain(&stop).map(|event| format!("event: x\ndata: {event}\n\n"));
    Answer::pieces("text/event-stream", events.collect::<Vec<_>>())
}

#[tokio::test]
async fn the_dialect_keeps_the_contract_of_chat() {
    let service = json!({"vendor": "gateway", "base_url": "https://vendor.test/v1"});
    let described = serde_json::from_value(json!({"service": service})).unwrap();
    let in_body = |dialect: &&Dialect| dialect.hosting == Hosting::Messages;
    for dialect in Dialect::ALL.iter().copied().filter(in_body).cloned().chain([described]) {
        let vendor_name = dialect.service.vendor.clone();
        let connect = move |scene: &Scene| {
            let endpoint = dialect.endpoint().base_url("https://vendor.test/v1").auth(dialect.auth(SECRET.into()));
            let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
            let endpoint = endpoint.random(scene.random.clone());
            Ok(Arc::new(Anthropic::new(dialect.clone(), endpoint)?.chat("claude")) as Arc<dyn ChatModel>)
        };
        if let Err(violations) = conformance::chat(&Subject::new(vendor, connect), &hi()).await {
            panic!("{vendor_name}: {violations}");
        }
    }
}

#[tokio::test]
async fn claude_on_vertex_keeps_the_contract_of_chat() {
    let connect = |scene: &Scene| {
        let endpoint = Dialect::vertex_endpoint("p", "global")?.auth(Auth::Bearer(SECRET.into()));
        let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
        let endpoint = endpoint.random(scene.random.clone());
        Ok(Arc::new(Anthropic::new(Dialect::VERTEX, endpoint)?.chat("claude")) as Arc<dyn ChatModel>)
    };
    if let Err(violations) = conformance::chat(&Subject::new(vendor, connect), &hi()).await {
        panic!("{violations}");
    }
}
