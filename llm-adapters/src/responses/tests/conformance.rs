//! An invented vendor of the dialect; the suite is the core's.

use std::sync::Arc;

use http::Method;
use serde_json::json;
use social_core::chat::ChatModel;
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, Scene, ScriptedVendor};

use super::*;

fn vendor() -> ScriptedVendor {
    ScriptedVendor::new().respond(Method::POST, "/v1/responses", |request| {
        let whole = response("completed", json!([message("Good morning")]));
        if request.json()["stream"] != true {
            return Answer::json(whole);
        }
        let delta = |delta| json!({"type": "response.output_text.delta", "output_index": 0, "delta": delta});
        let events = [
            json!({"type": "response.created", "response": response("in_progress", json!([]))}),
            json!({"type": "response.output_item.added", "output_index": 0, "item": {"type": "message"}}),
            delta("Good "),
            delta("morning"),
            json!({"type": "response.output_item.done", "output_index": 0, "item": message("Good morning")}),
            json!({"type": "response.completed", "response": whole}),
        ];
        Answer::pieces("text/event-stream", events.map(|event| format!("event: x\ndata: {event}\n\n")))
    })
}

#[tokio::test]
async fn the_dialect_keeps_the_contract_of_chat() {
    let service = json!({"vendor": "server", "base_url": "https://vendor.test/v1", "paid": true});
    let server = serde_json::from_value(json!({"service": service})).unwrap();
    for dialect in Dialect::ALL.iter().copied().cloned().chain([server]) {
        let vendor_name = dialect.service.vendor.clone();
        let connect = move |scene: &Scene| {
            let endpoint = dialect.endpoint().base_url("https://vendor.test/v1").auth(dialect.auth(SECRET.into()));
            let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
            let endpoint = endpoint.random(scene.random.clone());
            Ok(Arc::new(Responses::new(dialect.clone(), endpoint)?.chat("gpt")) as Arc<dyn ChatModel>)
        };
        if let Err(violations) = conformance::chat(&Subject::new(vendor, connect), &hi()).await {
            panic!("{vendor_name}: {violations}");
        }
    }
}
