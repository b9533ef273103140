//! Invented briefs; what is checked is the contract in the docs.

use std::sync::Arc;

use serde_json::json;
use social_core::ErrorKind;
use social_core::chat::{DataPart, Message, Role};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Scene, ScriptedVendor};

use super::*;

fn request(brief: Value, target: Value) -> ChatRequest {
    let part = |name: &str, value| Part::Data(DataPart { name: name.to_owned(), value });
    ChatRequest::of([Message::new(Role::User, vec![part("brief", brief), part("target", target)])])
}

fn cafe(language: &str) -> Value {
    json!({
        "subject": "Apple cake from the oven", "language": language,
        "facts": ["baked every morning", "apples from Old Land.", "vegan on request", "3.50 € a piece"],
        "brand": {"name": "Café Nord", "voice": "warm"}, "link": "https://cafe.test/cake",
    })
}

async fn write(brief: Value, target: Value) -> String {
    TemplateWriter::new().unwrap().chat(&request(brief, target)).await.unwrap().text()
}

#[tokio::test]
async fn texts_fit_read_well_and_differ() {
    let mut seen = std::collections::BTreeSet::new();
    for language in ["en", "de-AT", "German", "fr"] {
        for tone in ["brief", "visual", "professional", "personal"] {
            for (limit, links_work) in [(60, true), (140, true), (280, true), (500, false), (3000, true), (3000, false)]
            {
                let habits = json!({"tone": tone, "links_work": links_work});
                let target = json!({"platform": tone, "max_text": limit, "unit": "characters", "habits": habits});
                let text = write(cafe(language), target.clone()).await;
                assert_eq!(text, write(cafe(language), target).await, "not the same twice");
                assert!(text.encode_utf16().count() <= limit, "{tone} {limit}: {text}");
                assert!(text.contains("pple cake"), "{text}");
                for fault in ["  ", "..", " .", "{{", ": .", "None", "undefined", "\n\n\n"] {
                    assert!(!text.contains(fault), "{fault:?} in {text}");
                }
                if !links_work {
                    assert!(!text.contains("https://"), "{text}");
                }
                seen.insert(text);
            }
        }
    }
    assert!(seen.len() > 20, "only {} texts", seen.len());
}

#[tokio::test]
async fn a_schema_is_answered_property_by_property() {
    let schema = json!({"type": "object", "required": ["text", "hashtags", "headline"], "properties": {
        "text": {"type": "string"}, "hashtags": {"type": "array", "items": {"type": "string"}},
        "headline": {"type": "string"}, "subline": {"type": "string"}, "call_to_action": {"type": "string"},
        "alt_text": {"type": "string"}, "image_prompt": {"type": "string"}, "video_prompt": {"type": "string"},
        "mood": {"type": ["string", "null"]},
    }});
    let ask = request(cafe("en"), json!({"platform": "wall", "habits": {"hashtags": {"maximum": 5}}}))
        .with_schema("post", schema);
    let writer = TemplateWriter::new().unwrap();
    let reply = writer.chat(&ask).await.unwrap();
    assert!(reply.degraded);
    let answer: Value = serde_json::from_str(&reply.text()).unwrap();
    assert_eq!(answer["hashtags"], json!(["CaféNord", "Apple", "Cake", "Oven", "Baked"]));
    assert_eq!(answer["headline"], "Apple cake from the oven");
    assert_eq!(answer["subline"], "Baked every morning");
    assert_eq!(answer["alt_text"], "Image: Apple cake from the oven, Café Nord.");
    assert_eq!(answer["mood"], Value::Null);
    assert_eq!(answer.as_object().unwrap().len(), 9);
    assert_eq!(writer.stream(&ask).await.unwrap().collect().await.unwrap(), reply);

    let ask = ask.with_schema("post", json!({"properties": {"price": {"type": "number"}}, "required": ["price"]}));
    assert_eq!(writer.chat(&ask).await.unwrap_err().kind(), ErrorKind::Unsupported);
}

#[tokio::test]
async fn small_briefs_are_enough_and_none_is_an_error() {
    let text = write(json!({"subject": "wir haben wieder offen", "language": "de"}), json!({})).await;
    assert!(text.starts_with("Wir haben wieder offen"), "{text}");
    let writer = TemplateWriter::new().unwrap();
    for (ask, field) in [
        (ChatRequest::new("hi"), "brief"),
        (request(json!({"subject": " "}), json!({})), "brief.subject"),
        (request(json!({"facts": []}), json!({})), "brief"),
        (request(json!({"subject": "a"}), json!({"max_text": "many"})), "target"),
    ] {
        let error = writer.chat(&ask).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some(field)));
    }
}

#[tokio::test]
async fn own_texts_are_checked_when_they_are_loaded() {
    let own = TemplateWriter::with_texts("house", [("en", "{{ subject|item }} at {{ brand }}")]).unwrap();
    let reply = own.chat(&request(cafe("en"), json!({}))).await.unwrap();
    assert_eq!(
        (reply.text().as_str(), reply.address.to_string().as_str()),
        ("Apple cake from the oven at Café Nord", "template/house")
    );
    for (source, said) in [("{{ subject", "syntax error"), ("{{ price }}", "`price`")] {
        let error = TemplateWriter::with_texts("house", [("en", source)]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.message().contains(said), "{error}");
    }
    assert_eq!(TemplateWriter::named("house").unwrap_err().kind(), ErrorKind::Config);
}

#[tokio::test]
async fn the_offline_writer_keeps_the_contract_of_chat() {
    let connect = |_: &Scene| Ok(Arc::new(TemplateWriter::new()?) as Arc<dyn ChatModel>);
    let mut subject = Subject::new(ScriptedVendor::new, connect);
    // It stands in for any model, so it takes what was meant for one.
    let sampling =
        ["temperature", "top_p", "seed", "stop", "max_output_tokens", "extra", "reasoning", "reasoning.effort"];
    for option in sampling.into_iter().chain(["system", "messages", "message"]) {
        subject = subject.except(option, "a template is filled in one way only");
    }
    let subject = subject.except("json_schema", "the suite's schema asks for a property that no template fills");
    if let Err(violations) = conformance::chat(&subject, &request(cafe("en"), json!({}))).await {
        panic!("{violations}");
    }
}
