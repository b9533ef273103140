//! Bodies from TGI's openapi.json; a recorded one is in `tests/cassettes`.

use std::sync::Arc;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::chat::{ChatModel, ChatRequest, FinishReason, Message};
use social_core::clock::Timestamp;
use social_core::http::Auth;
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, FixedClock, Scene, ScriptedVendor};
use social_core::{Effect, ErrorKind};

use super::{Tgi, TgiChat};

fn model(vendor: &ScriptedVendor) -> TgiChat {
    let clock = Arc::new(FixedClock::new(Timestamp::UNIX_EPOCH));
    Tgi::new(Tgi::endpoint().transport(vendor.transport()).clock(clock)).unwrap().chat("m")
}

fn hi() -> ChatRequest {
    ChatRequest::new("hi")
}

// Museum E10, E6, G11: the body decides, and only what may succeed is sent again.
#[tokio::test]
async fn e10_refusals_become_kinds_and_hopeful_ones_are_repeated() {
    use ErrorKind::*;
    let said = |error: &str, kind: &str| json!({"error": error, "error_type": kind});
    for (status, body, kind, again) in [
        (422, said("Input validation error", "validation"), InvalidRequest, false),
        (424, said("Request failed during generation", "generation"), Unavailable, true),
        (429, said("Model is overloaded", "overloaded"), RateLimited, true),
        (500, said("Incomplete generation", "incomplete_generation"), Unavailable, true),
        (400, json!({"error": ["Error in `inputs`: too long"]}), InvalidRequest, false),
        // <https://github.com/huggingface/huggingface_hub/issues/2763>: Hugging Face's own hosts.
        (422, json!({"error": {"message": "too long", "http_status_code": 422}}), InvalidRequest, false),
        (503, json!({"error": "Model x is currently loading", "estimated_time": 20.5}), Unavailable, true),
    ] {
        let answer = Answer::json(body.clone()).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().on(Method::POST, "/generate", answer);
        let error = model(&vendor).chat(&hi()).await.unwrap_err();
        assert_eq!((error.kind(), vendor.received().len() > 1), (kind, again), "{body}");
        assert!(!error.message().contains('{'), "{error:?}");
        if body.get("estimated_time").is_some() {
            assert_eq!((error.effect(), error.wait().unwrap().as_secs_f64()), (Effect::None, 20.5));
        }
    }
}

fn events(events: &[Value]) -> Answer {
    let body: String = events.iter().map(|event| format!("data:{event}\n\n")).collect();
    Answer::bytes("text/event-stream", body)
}

fn token(text: &str, special: bool, end: Option<&str>) -> Value {
    let details = json!({"finish_reason": "eos_token", "generated_tokens": 3, "input_length": 2});
    json!({"index": 1, "token": {"id": 1, "text": text, "logprob": -0.1, "special": special},
        "generated_text": end, "details": end.map(|_| details)})
}

#[tokio::test]
async fn streams_end_with_the_whole_text_and_nothing_else() {
    let (first, second, end) =
        (token("Good", false, None), token(" day", false, None), token("</s>", true, Some("Good day")));
    let failure = json!({"error": "Request failed during generation", "error_type": "generation"});
    let whole = [first.clone(), second.clone(), end];
    let answers = [events(&whole), events(&[first.clone(), second]), events(&[first, failure])];
    let vendor = ScriptedVendor::new().on_each(Method::POST, "/generate_stream", answers);
    let model = model(&vendor);
    let read = async || model.stream(&hi()).await.unwrap().collect().await;

    let reply = read().await.unwrap();
    assert_eq!((reply.text().as_str(), &reply.finish), ("Good day", &FinishReason::Stop));
    let usage = reply.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(2), Some(3)));
    let cut = read().await.unwrap_err();
    assert_eq!((cut.kind(), cut.partial()), (ErrorKind::Truncated, Some("Good day")));
    let failed = read().await.unwrap_err();
    assert_eq!((failed.kind(), failed.partial()), (ErrorKind::Unavailable, Some("Good")));
}

/// The parameters of the golden request `huggingface/tgi_endpoint_text_generation`, which goes to
/// `/` and asks for no details: there the server forwards to `/generate`, and without details the
/// finish reason is missing.
#[tokio::test]
async fn a_prompt_is_written_as_the_vendors_library_writes_it() {
    let vendor = ScriptedVendor::new().on(Method::POST, "/generate", Answer::json(json!({"generated_text": "x"})));
    let model = model(&vendor);
    model.chat(&hi().with_max_output_tokens(20).with_temperature(0.7).with_stop("END")).await.unwrap();
    model.chat(&hi().with_temperature(0.0).with_schema("c", json!({"type": "object"}))).await.unwrap();
    let parameters = [
        json!({"details": true, "max_new_tokens": 20, "stop": ["END"], "temperature": 0.7}),
        json!({"details": true, "do_sample": false, "grammar": {"type": "json", "value": {"type": "object"}}}),
    ];
    let sent: Vec<_> = vendor.received().iter().map(|request| request.json()).collect();
    assert_eq!(sent, parameters.map(|parameters| json!({"inputs": "hi", "parameters": parameters})));
}

#[tokio::test]
async fn turns_are_refused_before_sending() {
    let vendor = ScriptedVendor::new();
    let request = hi().with_message(Message::assistant("hello"));
    let error = model(&vendor).chat(&request).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("messages")));
    assert!(vendor.received().is_empty());
}

/// An invented vendor of the API; the suite is the core's.
fn answering() -> ScriptedVendor {
    let details = json!({"finish_reason": "eos_token", "generated_tokens": 2, "input_length": 3});
    let whole = json!({"generated_text": "Good morning", "details": details});
    let pieces =
        [token("Good ", false, None), token("morning", false, None), token("</s>", true, Some("Good morning"))];
    ScriptedVendor::new().on(Method::POST, "/generate", Answer::json(whole)).on(
        Method::POST,
        "/generate_stream",
        Answer::pieces("text/event-stream", pieces.map(|piece| format!("data:{piece}\n\n"))),
    )
}

#[tokio::test]
async fn tgi_keeps_the_contract_of_chat() {
    let connect = |scene: &Scene| {
        let endpoint = Tgi::endpoint().base_url("https://vendor.test").auth(Auth::Bearer(SECRET.into()));
        let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
        let endpoint = endpoint.random(scene.random.clone());
        Ok(Arc::new(Tgi::new(endpoint)?.chat("m")) as Arc<dyn ChatModel>)
    };
    let subject = Subject::new(answering, connect);
    if let Err(violations) = conformance::chat(&subject, &ChatRequest::new("hi")).await {
        panic!("{violations}");
    }
}
