//! The catalogue proves it: everything that an entry offers is tried by the suite of its trait.
//! Lists and counts are tried here, opened by the catalogue; the vendors are invented, and their
//! answers have every form at once.

#![allow(clippy::unwrap_used, clippy::panic)]

use llm_adapters::{anthropic, openai_chat, responses};
use serde_json::json;
use social_core::catalogue::{Operation, VendorEntry};
use social_core::chat::{ChatRequest, TokenCounter};
use social_core::models::ModelLister;
use social_core::settings::{MapSettings, Settings, Wired};
use social_core::testkit::conformance::{self, SECRET, Subject};
use social_core::testkit::{Answer, Received, Scene, ScriptedVendor};

/// The entry's settings, with the suite's secret and its wire.
fn settings(entry: &VendorEntry, scene: &Scene) -> impl Settings + use<> {
    let secrets = entry.settings.iter().filter(|setting| setting.secret);
    let examples = MapSettings::of_examples(&entry.settings);
    let account = secrets.fold(examples, |account, setting| account.with(setting.name.to_string(), SECRET));
    let scene = (scene.transport.clone(), scene.clock.clone(), scene.random.clone());
    Wired::new(account, move |endpoint| {
        endpoint.transport(scene.0.clone()).clock(scene.1.clone()).random(scene.2.clone())
    })
}

fn answer(entry: &str, request: &Received) -> Answer {
    let token = json!({"id": 1, "token_id": 1, "text": "hi", "start": 0, "stop": 2});
    if entry == "tgi-generate" && request.url.path().ends_with("/tokenize") {
        return Answer::json(json!([token]));
    }
    Answer::json(json!({
        "object": "list", "has_more": false, "model_id": "m",
        "data": [{"id": "m", "object": "model"}],
        "models": [{"name": "models/m", "model": "m", "id": "m"}],
        "count": 3, "tokens": [1, 2, 3], "input_tokens": 3, "totalTokens": 3, "total_tokens": 3,
        "usage": {"prompt_tokens": 3, "input_tokens": 3, "total_tokens": 3},
        "output": {"total": 1, "page_size": 100, "models": [{"model": "m"}], "token_ids": [1, 2, 3]},
    }))
}

fn vendor(entry: &VendorEntry) -> impl Fn() -> ScriptedVendor + Send + Sync + 'static {
    let name = entry.name.as_str().to_owned();
    move || {
        let name = name.clone();
        ScriptedVendor::new().respond_if("any", |_| true, move |request| answer(&name, request))
    }
}

/// The file whose tests run the suite over an operation of an entry.
fn file_of(entry: &str, operation: Operation) -> Option<&'static str> {
    let openai = openai_chat::Dialect::ALL.iter().any(|dialect| dialect.service.vendor == entry);
    let anthropic = anthropic::Dialect::ALL.iter().any(|dialect| dialect.service.vendor == entry);
    let responses = responses::Dialect::ALL.iter().any(|dialect| dialect.service.vendor == entry);
    Some(match operation {
        Operation::Chat if openai => "src/openai_chat/tests/conformance.rs",
        Operation::Chat if anthropic => "src/anthropic/tests/conformance.rs",
        Operation::Chat if responses => "src/responses/tests/conformance.rs",
        Operation::Chat if matches!(entry, "gemini" | "vertex") => "src/gemini/tests/conformance.rs",
        Operation::Chat if entry.starts_with("dashscope") => "src/dashscope/tests.rs",
        Operation::Chat if entry == "ollama" => "src/ollama/tests.rs",
        Operation::Chat if entry == "tgi-generate" => "src/tgi/tests.rs",
        Operation::Chat if entry == "template" => "src/template/tests.rs",
        Operation::Embed => "tests/embedders.rs",
        Operation::Moderate => "tests/moderators.rs",
        Operation::Batch => "tests/batches.rs",
        _ => return None,
    })
}

#[tokio::test]
async fn everything_that_is_offered_is_tried_by_its_suite() {
    for entry in llm_adapters::catalogue().own() {
        let name = entry.name.as_str();
        for operation in entry.operations() {
            let of_entry = entry.clone();
            let verdict = match operation {
                Operation::Models => {
                    let open = move |scene: &Scene| of_entry.open::<dyn ModelLister>(&settings(&of_entry, scene), "m");
                    conformance::lister(&Subject::new(vendor(entry), open)).await
                }
                Operation::Count => {
                    let open = move |scene: &Scene| of_entry.open::<dyn TokenCounter>(&settings(&of_entry, scene), "m");
                    conformance::counter(&Subject::new(vendor(entry), open), &ChatRequest::new("Good morning")).await
                }
                operation => {
                    let file =
                        file_of(name, operation).unwrap_or_else(|| panic!("nothing tries `{operation}` of `{name}`"));
                    let source = std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
                    let suite = if operation == Operation::Chat { "conformance::chat(" } else { "conformance::maker(" };
                    assert!(source.contains(suite), "{file} runs no suite for `{operation}` of `{name}`");
                    Ok(())
                }
            };
            if let Err(violations) = verdict {
                panic!("{operation} of {name}: {violations}");
            }
        }
    }
}
