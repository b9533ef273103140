//! An invented vendor of the API; the suite is the core's.

use std::sync::Arc;

use http::Method;
use serde_json::json;
use social_core::chat::ChatModel;
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, Attempt, ScriptedVendor};

use super::*;

fn vendor() -> ScriptedVendor {
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
    ScriptedVendor::new().respond(Method::POST, "/v1beta/models/gemini:generateContent", whole).respond(
        Method::POST,
        "/v1beta/models/gemini:streamGenerateContent",
        streamed,
    )
}

#[tokio::test]
async fn gemini_keeps_the_contract_of_chat() {
    let connect = |attempt: &Attempt| {
        let endpoint = Gemini::endpoint().base_url("https://vendor.test/v1beta").auth(Gemini::auth(SECRET.into()));
        let endpoint = endpoint.transport(attempt.transport.clone()).clock(attempt.clock.clone());
        let endpoint = endpoint.random(attempt.random.clone()).build()?;
        Ok(Arc::new(Gemini::new(endpoint).chat("gemini")?) as Arc<dyn ChatModel>)
    };
    if let Err(violations) = conformance::chat(&Subject::new(vendor, connect), &hi()).await {
        panic!("{violations}");
    }
}
