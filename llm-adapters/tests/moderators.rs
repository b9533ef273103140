//! Moderators of vendors. What is sent stands on OpenAI's SDK (the call of `../shared/golden`,
//! written out here) and on Mistral's openapi.yaml; the answers are invented after both
//! specifications. The suite is the core's.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::sync::Arc;

use http::Method;
use llm_adapters::openai_chat::{Compatible, Dialect, Moderations};
use serde_json::{Value, json};
use social_core::http::EndpointBuilder;
use social_core::make::Maker as _;
use social_core::media::Media;
use social_core::moderate::{Moderation, ModerationInput, ModerationRequest, Moderator};
use social_core::run::Run;
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, Received, Scene, ScriptedVendor};
use social_core::{ErrorKind, Result};

fn moderator(dialect: &Dialect, endpoint: EndpointBuilder) -> Result<Arc<Moderator>> {
    Ok(Arc::new(Compatible::new(dialect.clone(), endpoint)?.moderator("judge")))
}

fn verdict(hate: bool, score: f64) -> Value {
    json!({"flagged": hate, "categories": {"hate": hate, "violence": false, "illicit": null},
        "category_scores": {"hate": score, "violence": 0.01, "illicit": null}})
}

/// Judges what has `bad` in it; of texts alone each for itself, without a word about the whole.
fn judge(request: &Received) -> Answer {
    let body = request.json();
    let inputs = body["input"].as_array().unwrap().clone();
    let one = |text: &str| verdict(text.contains("bad"), if text.contains("bad") { 0.9 } else { 0.1 });
    let results: Vec<Value> = match inputs.iter().all(Value::is_string) {
        true => inputs.iter().map(|input| one(input.as_str().unwrap())).collect(),
        false => vec![one(&body["input"].to_string())],
    };
    let mut answer = json!({"id": "modr-1", "model": "judge-1", "results": results});
    if inputs.iter().all(Value::is_string) {
        for result in answer["results"].as_array_mut().unwrap() {
            result.as_object_mut().unwrap().remove("flagged");
        }
    }
    Answer::json(answer)
}

fn vendor() -> ScriptedVendor {
    ScriptedVendor::new().respond(Method::POST, "/moderations", judge)
}

#[tokio::test]
async fn every_moderator_keeps_the_contract() {
    let mut tried = 0;
    for dialect in Dialect::ALL.iter().copied().filter(|dialect| dialect.quirks.moderations != Moderations::Unsupported)
    {
        let connect = |scene: &Scene| {
            let endpoint = dialect.endpoint().auth(dialect.auth(SECRET.into())).base_url("https://vendor.test");
            let endpoint = endpoint.transport(scene.transport.clone()).clock(scene.clock.clone());
            moderator(dialect, endpoint.random(scene.random.clone()))
        };
        let request = ModerationRequest::new([ModerationInput::Text("a".into()), ModerationInput::Text("b".into())]);
        if let Err(violations) = conformance::maker(&Subject::new(vendor, connect), &request).await {
            panic!("{}: {violations}", dialect.service.vendor);
        }
        tried += 1;
    }
    assert_eq!(tried, 2);
}

async fn ask(dialect: &Dialect, answer: Option<Value>, request: ModerationRequest) -> (Result<Moderation>, Vec<Value>) {
    let vendor = vendor();
    let vendor = match answer {
        Some(answer) => vendor.on(Method::POST, "/moderations", Answer::json(answer)),
        None => vendor,
    };
    let endpoint = dialect.endpoint().base_url("https://vendor.test").transport(vendor.transport());
    let made = moderator(dialect, endpoint).unwrap().make(&Run::ephemeral(), &request).await;
    (made.map(|made| made.value), vendor.received().iter().map(Received::json).collect())
}

#[tokio::test]
async fn texts_and_images_are_sent_as_openais_sdk_sends_them() {
    let image = |name: &str| Media::remote(format!("https://cdn.example.test/{name}.jpg").parse().unwrap());
    let (result, mut sent) = ask(&Dialect::OPENAI, None, ModerationRequest::text("hello").with_image(image("a"))).await;
    assert!(!result.unwrap().flagged);
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/golden/openai/moderations.json");
    if let Ok(golden) = std::fs::read(golden) {
        let golden: Value = serde_json::from_slice(&golden).unwrap();
        sent[0]["model"] = json!("omni-moderation-latest");
        assert_eq!(golden["requests"][0]["body"]["json"], sent[0]);
        assert_eq!(golden["requests"][0]["path"], "/v1/moderations");
        sent[0]["model"] = json!("judge");
    }
    let part =
        |name: &str| json!({"type": "image_url", "image_url": {"url": format!("https://cdn.example.test/{name}.jpg")}});
    let hello = json!({"type": "text", "text": "hello"});
    assert_eq!(sent, [json!({"model": "judge", "input": [hello, part("a")]})]);

    // The vendor takes one image a call, and the worst verdict counts.
    let several = ModerationRequest::text("hello").with_image(image("a")).with_image(image("bad"));
    let (result, sent) = ask(&Dialect::OPENAI, None, several).await;
    assert_eq!(result.unwrap().to_string(), "flagged: hate (0.90)");
    assert_eq!(sent[1], json!({"model": "judge", "input": [part("bad")]}));
    assert_eq!(sent.len(), 2);
}

#[tokio::test]
async fn mistral_judges_each_text_and_the_worst_counts() {
    let texts = ModerationRequest::new(["fine", "bad"].map(|text| ModerationInput::Text(text.into())));
    let (result, sent) = ask(&Dialect::MISTRAL, None, texts).await;
    let verdict = result.unwrap();
    assert_eq!(verdict.to_string(), "flagged: hate (0.90)");
    assert_eq!(verdict.categories.iter().map(|category| &*category.name).collect::<Vec<_>>(), ["hate", "violence"]);
    assert_eq!(sent, [json!({"model": "judge", "input": ["fine", "bad"]})]);

    let (result, sent) = ask(&Dialect::MISTRAL, None, ModerationRequest::text("x").with_image(Media::bytes("x"))).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.field(), sent.len()), (ErrorKind::Unsupported, Some("image_input"), 0));
    let (result, sent) = ask(&Dialect::GROQ, None, ModerationRequest::text("x")).await;
    assert_eq!((result.unwrap_err().kind(), sent.len()), (ErrorKind::Unsupported, 0));
}

#[tokio::test]
async fn what_is_no_verdict_is_never_a_pass() {
    let none = json!({"flagged": false, "categories": {}, "category_scores": {}});
    let nulls = json!({"flagged": false, "categories": {"hate": null}});
    let word = json!({"flagged": "no", "categories": {"hate": false}});
    let silent = json!({"categories": {"hate": false}});
    let odd = json!({"flagged": false, "categories": {"hate": "true", "violence": false}});
    for results in [
        json!([odd]),
        json!([]),
        json!([none]),
        json!([nulls]),
        json!([word]),
        json!([silent]),
        json!([{"flagged": false}]),
    ] {
        let answer = json!({"id": "m", "model": "judge", "results": results});
        let (result, _) = ask(&Dialect::OPENAI, Some(answer), ModerationRequest::text("x")).await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Protocol, "{results}");
    }
    // One text of two was not judged.
    let one = json!({"id": "m", "model": "judge", "results": [{"categories": {"hate": false}}]});
    let two = ModerationRequest::new(["a", "b"].map(|text| ModerationInput::Text(text.into())));
    let (result, _) = ask(&Dialect::MISTRAL, Some(one), two).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Protocol);
    // A flag of the whole counts without a category that says so.
    let whole = json!({"id": "m", "model": "judge", "results": [{"flagged": true, "categories": {"hate": false}}]});
    let (result, _) = ask(&Dialect::OPENAI, Some(whole), ModerationRequest::text("x")).await;
    assert!(result.unwrap().flagged);
}
