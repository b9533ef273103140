//! An invented vendor of the API; the suite is the core's.

use std::sync::Arc;

use http::Method;
use serde_json::json;
use social_core::chat::ChatModel;
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, Scene, ScriptedVendor};

use super::*;

fn vendor(path: &str) -> ScriptedVendor {
    let piece = |text: &str, reason: Option<&str>| {
        json!({"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": reason}],
            "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5},
            "modelVersion": "gemini", "responseId": "r1"})
    };
    let whole = move |_: &_| Answer::json(piece("Good morning", Some("STOP")));
    let streamed = move |_: &_| {
        let pieces = [piece("Good ", None), piece("morning", Some("STOP"))];
        Answer::pieces("text/event-stream", pieces.map(|piece| format!("data: {piece}\r\n\r\n")))
    };
    let vendor = ScriptedVendor::new().respond(Method::POST, &format!("{path}:generateContent"), whole);
    vendor.respond(Method::POST, &format!("{path}:streamGenerateContent"), streamed)
}

#[tokio::test]
async fn gemini_keeps_the_contract_of_chat_in_both_places() {
    let studio = |scene: &Scene| {
        let endpoint = Gemini::endpoint().base_url("https://vendor.test/v1beta").auth(Gemini::auth(SECRET.into()));
        let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
        let endpoint = endpoint.random(scene.random.clone());
        Ok(Arc::new(Gemini::new(endpoint)?.chat("gemini")) as Arc<dyn ChatModel>)
    };
    let vertex = |scene: &Scene| {
        let endpoint = Vertex::endpoint("p", "global")?.auth(Auth::Bearer(SECRET.into()));
        let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
        let endpoint = endpoint.random(scene.random.clone());
        Ok(Arc::new(Vertex::new(endpoint)?.chat("gemini")) as Arc<dyn ChatModel>)
    };
    let studio = Subject::new(|| vendor("/v1beta/models/gemini"), studio);
    let path = "/v1beta1/projects/p/locations/global/publishers/google/models/gemini";
    let vertex = Subject::new(|| vendor(path), vertex);
    for subject in [studio, vertex] {
        if let Err(violations) = conformance::chat(&subject, &hi()).await {
            panic!("{violations}");
        }
    }
}
