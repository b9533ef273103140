//! Images.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Stage};
use social_core::image::{AspectRatio, ImageBatch, ImageModel, ImageRequest, ReferenceRole};
use social_core::make::{Made, Maker as _};
use social_core::media::Media;
use social_core::run::MemoryJournal;
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Scene, ScriptedVendor};

use super::super::Region;
use super::{Studio, client, client_of, run_with, submissions};
use crate::samples;
use crate::shared;

const BY_PROMPT: &str = "wan2.2-t2i-flash";
const BY_MESSAGES: &str = "wan2.6-t2i";
const AT_ONCE: &str = "qwen-image-2.0-pro";

fn results(count: usize) -> Value {
    let results: Vec<_> = (0..count).map(|n| json!({"url": format!("https://images.example/{n}.png?x=1")})).collect();
    json!({"results": results, "task_metrics": {"TOTAL": count, "SUCCEEDED": count, "FAILED": 0}})
}

fn choices() -> Value {
    json!({"choices": [{"finish_reason": "stop", "message": {"role": "assistant",
        "content": [{"type": "image", "image": "https://images.example/0.png?x=1"}]}}]})
}

async fn draw(vendor: &ScriptedVendor, model: &str, request: &ImageRequest) -> Result<Made<ImageBatch>, Error> {
    let clock = Arc::new(FixedClock::default());
    let run = run_with(&MemoryJournal::new(), &clock).await;
    client(Region::China, vendor.transport(), clock).image(model).make(&run, request).await
}

// Stands on requests that the vendor's SDK sent.
#[tokio::test]
async fn requests_are_those_of_the_vendors_sdk() {
    let Some(golden) = shared::json("golden/dashscope/image_synthesis_async_and_poll.json") else { return };
    let (create, fetch) = (&golden["requests"][0], &golden["requests"][1]);
    let vendor = Studio::that_makes(results(1)).vendor();
    let request = ImageRequest::new("A café")
        .with_aspect_ratio(AspectRatio::SQUARE)
        .with_extra("parameters", json!({"prompt_extend": true}));
    let model = create["body"]["json"]["model"].as_str().unwrap();
    let batch = draw(&vendor, model, &request).await.unwrap();
    assert_eq!((batch.images.len(), batch.refused, batch.usage.as_ref().unwrap().images), (1, 0, Some(1)));
    let sent = vendor.received();
    assert_eq!(sent[0].json(), create["body"]["json"]);
    for (sent, golden) in [(&sent[0], create), (&sent[1], fetch)] {
        let (host, path) = (golden["host"].as_str().unwrap(), golden["path"].as_str().unwrap());
        assert_eq!(
            (sent.method.as_str(), sent.url.as_str()),
            (golden["method"].as_str().unwrap(), &*format!("https://{host}{path}"))
        );
        for header in ["authorization", "x-dashscope-async"] {
            assert_eq!(sent.header(header), golden["headers"][header].as_str(), "{header}");
        }
    }
    assert_eq!(sent.last().unwrap().header("authorization"), None, "the store needs no key");
}

// Stands on a recorded submission, of another model of the same interface.
#[tokio::test]
async fn a_recorded_submission_is_read() {
    let Some(recorded) = shared::json("cassettes/llm/dashscope-native-async-submit.json") else { return };
    let submitted = Answer::bytes("application/json", recorded["response"]["body"].as_str().unwrap().to_owned());
    let vendor = ScriptedVendor::new()
        .respond_if(
            "tasks",
            |request| request.method == Method::GET,
            |_| Answer::json(json!({"output": {"task_status": "FAILED"}})),
        )
        .respond_if("submissions", |request| request.method == Method::POST, move |_| submitted.clone());
    let error = draw(&vendor, BY_PROMPT, &ImageRequest::new("x")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::JobFailed, "{error}");
    assert_eq!(vendor.received()[1].url.path(), "/api/v1/tasks/b2e98d78-c79b-431c-b2d7-c7bcd54465da");
}

// Stands on the vendor's pages: each family has its own way.
#[tokio::test]
async fn each_family_goes_its_own_way() {
    let request =
        ImageRequest::new("A cat").with_negative_prompt("dogs").with_seed(7).with_aspect_ratio(AspectRatio::WIDE);
    let image = "/api/v1/services/aigc";
    for (model, made, path, size) in [
        (BY_PROMPT, results(1), "text2image/image-synthesis", "1280*720"),
        ("wan2.5-t2i-preview", results(1), "text2image/image-synthesis", "1792*1008"),
        (BY_MESSAGES, choices(), "image-generation/generation", "1792*1008"),
        (AT_ONCE, choices(), "multimodal-generation/generation", "2560*1440"),
        ("qwen-image-plus", choices(), "multimodal-generation/generation", "1664*928"),
    ] {
        let vendor = Studio::that_makes(made).vendor();
        draw(&vendor, model, &request).await.unwrap();
        let sent = &vendor.received()[0];
        assert_eq!(sent.url.path(), format!("{image}/{path}"), "{model}");
        let body = sent.json();
        assert_eq!((&body["parameters"]["size"], &body["parameters"]["n"]), (&json!(size), &json!(1)), "{model}");
        let (input, parameters) = match path.starts_with("text2image") {
            true => (json!({"prompt": "A cat", "negative_prompt": "dogs"}), json!(null)),
            false => (json!({"messages": [{"role": "user", "content": [{"text": "A cat"}]}]}), json!("dogs")),
        };
        assert_eq!((&body["input"], &body["parameters"]["negative_prompt"]), (&input, &parameters), "{model}");
    }
}

#[tokio::test]
async fn what_a_reference_is_for_is_told_in_words() {
    let vendor = Studio::that_makes(choices()).vendor();
    let image = || Media::bytes(samples::png(400, 300));
    let request =
        ImageRequest::new("A poster").with_reference(image()).with_reference_as(ReferenceRole::Style, image());
    draw(&vendor, AT_ONCE, &request).await.unwrap();
    let sent = vendor.received()[0].json();
    let content = sent["input"]["messages"][0]["content"].as_array().unwrap();
    assert!(content[0]["image"].as_str().unwrap().starts_with("data:image/png;base64,"));
    assert_eq!(content[2], json!({"text": "A poster\n\nImage 2 shows the style to follow."}));
}

// Stands on the vendor's page: of a task with several images some may fail. Museum F1.
#[tokio::test]
async fn f1_a_refusal_is_no_empty_success() {
    let refused = json!({"code": "DataInspectionFailed", "message": "Output data may contain inappropriate content."});
    let mut some = results(1);
    some["results"].as_array_mut().unwrap().push(refused.clone());
    let batch =
        draw(&Studio::that_makes(some).vendor(), BY_PROMPT, &ImageRequest::new("x").with_count(2)).await.unwrap();
    assert_eq!((batch.images.len(), batch.refused), (1, 1));
    for (model, made) in [(BY_PROMPT, json!({"results": [refused]})), (AT_ONCE, json!({"results": [refused]}))] {
        let vendor = Studio::that_makes(made).vendor();
        let error = draw(&vendor, model, &ImageRequest::new("x")).await.unwrap_err();
        assert_eq!((error.rejection().unwrap().stage, submissions(&vendor)), (Stage::Output, 1), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("dashscope-cn"));
    }
    let body = json!({"code": "DataInspectionFailed", "message": "Input data may contain it", "request_id": "r9"});
    for model in [BY_PROMPT, BY_MESSAGES, AT_ONCE] {
        for status in [StatusCode::OK, StatusCode::BAD_REQUEST] {
            let answer = Answer::json(body.clone()).with_status(status);
            let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| answer.clone());
            let error = draw(&vendor, model, &ImageRequest::new("x")).await.unwrap_err();
            assert_eq!((error.rejection().unwrap().stage, error.effect()), (Stage::Input, Effect::None), "{error}");
        }
    }
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || ImageRequest::new("a cat");
    let image = || Media::bytes(samples::png(400, 300));
    for (model, request, field) in [
        (BY_PROMPT, asked().with_reference(image()), "references"),
        (BY_PROMPT, asked().with_count(5), "count"),
        (BY_PROMPT, asked().with_aspect_ratio(AspectRatio::new(7, 5)), "aspect_ratio"),
        (BY_PROMPT, asked().with_aspect_ratio(AspectRatio::WIDE).with_size("800*600"), "aspect_ratio"),
        (BY_PROMPT, asked().with_seed(-1), "seed"),
        (BY_PROMPT, asked().with_negative_prompt("x".repeat(501)), "negative_prompt"),
        (BY_PROMPT, asked().with_quality("high"), "quality"),
        ("qwen-image-max", asked().with_aspect_ratio(AspectRatio::PORTRAIT), "aspect_ratio"),
        ("qwen-image-max", asked().with_size("800*600"), "size"),
        (AT_ONCE, asked().with_reference(Media::bytes(samples::png(200, 300))), "references"),
        (AT_ONCE, asked().with_reference_as(ReferenceRole::Mask, image()), "references.role"),
    ] {
        let vendor = Studio::that_makes(choices()).vendor();
        let error = draw(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{model}: {error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    for (region, model, made) in [
        (Region::International, BY_PROMPT, results(1)),
        (Region::China, BY_MESSAGES, choices()),
        (Region::International, AT_ONCE, choices()),
    ] {
        let connect = move |scene: &Scene| Ok(Arc::new(client_of(scene, region)?.image(model)) as Arc<ImageModel>);
        let vendor = move || Studio::that_makes(made.clone()).vendor();
        let subject = Subject::new(vendor, connect).counting(submissions);
        let subject = subject.with_image(Media::bytes(samples::png(400, 300)));
        let subject = subject.failing(|| Studio::that_stays("FAILED").vendor());
        conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
    }
}

/// What happens after a day: the task is asked for once more, and nothing is paid again.
#[tokio::test]
async fn a_task_that_is_not_kept_any_more_is_not_made_again() {
    let (journal, clock) = (MemoryJournal::new(), Arc::new(FixedClock::default()));
    let vendor = Studio::that_stays("UNKNOWN").vendor();
    let mut kinds = Vec::new();
    for _process in 0..2 {
        let run = run_with(&journal, &clock).await;
        let model = client(Region::International, vendor.transport(), clock.clone()).image(BY_PROMPT);
        kinds.push(model.make(&run, &ImageRequest::new("x")).await.unwrap_err().kind());
        clock.advance(Duration::from_secs(25 * 3600));
    }
    assert_eq!((kinds.as_slice(), submissions(&vendor)), (&[ErrorKind::Timeout, ErrorKind::NotFound][..], 1));
}
