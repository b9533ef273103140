//! Stands on recorded answers where a test says so, otherwise on Google's documentation.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Retry, Stage};
use social_core::http::{RetryPolicy, Transport};
use social_core::image::{AspectRatio, ImageBatch, ImageModel, ImageRequest};
use social_core::make::{Made, Maker as _};
use social_core::media::{Media, MediaType};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, Case, FixedClock, Scene, ScriptedVendor, fault_matrix};

use super::image::GeminiImage;
use super::{Gemini, Vertex};
use crate::shared;

/// The smallest PNG: one pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const MODEL: &str = "gemini-2.5-flash-image";

fn painter(transport: Arc<dyn Transport>, model: &str) -> GeminiImage {
    let endpoint = Gemini::endpoint()
        .auth(Gemini::auth("test-key".into()))
        .transport(transport)
        .clock(Arc::new(FixedClock::default()))
        .retry(RetryPolicy::none());
    Gemini::new(endpoint).unwrap().image(model)
}

fn vendor_that(answer: Answer) -> ScriptedVendor {
    ScriptedVendor::new().respond_if(
        "generate",
        |request| request.url.path().ends_with(":generateContent"),
        move |_| answer.clone(),
    )
}

async fn draw(vendor: &ScriptedVendor, model: &str, request: &ImageRequest) -> Result<Made<ImageBatch>, Error> {
    painter(vendor.transport(), model).make(&Run::ephemeral(), request).await
}

fn image() -> Value {
    json!({"candidates": [{"content": {"role": "model", "parts": [
        {"thought": true, "inlineData": {"mimeType": "image/png", "data": "c29tZSBkcmFmdA=="}},
        {"thought": true, "text": "Let me see"},
        {"text": "Here it is"},
        {"inlineData": {"mimeType": "image/jpeg", "data": PNG}, "thoughtSignature": "long"}]},
        "finishReason": "STOP", "someNewField": {"data": 1}}],
        "usageMetadata": {"promptTokenCount": 15, "candidatesTokenCount": 1290, "thoughtsTokenCount": 10}})
}

// Stands on requests that google-genai 3.3.0 sent. The adapter asks for images only.
// Museum F7.
#[tokio::test]
async fn requests_are_those_of_the_vendors_sdk() {
    let png = Media::bytes(STANDARD.decode(PNG).unwrap());
    let table = [
        (
            "golden/gemini/image_generate_aspect.json",
            ImageRequest::new("A café at dawn").with_aspect_ratio(AspectRatio::VERTICAL),
        ),
        (
            "golden/gemini/image_edit_gemini3_pro_2k.json",
            ImageRequest::new("Add a logo")
                .with_aspect_ratio(AspectRatio::PORTRAIT)
                .with_size("2K")
                .with_reference(png),
        ),
    ];
    for (file, request) in table {
        let Some(golden) = shared::json(file) else { return };
        let golden = &golden["requests"][0];
        let path = golden["path"].as_str().unwrap();
        let model = path.rsplit('/').next().unwrap().trim_end_matches(":generateContent");
        let vendor = vendor_that(Answer::json(image()));
        draw(&vendor, model, &request).await.unwrap();
        let sent = &vendor.received()[0];
        assert_eq!(
            sent.url.as_str(),
            format!("https://{}{}", golden["host"].as_str().unwrap(), path.replace("v1/", "v1beta/"))
        );
        assert_eq!(sent.header("x-goog-api-key"), Some("test-key"));
        let mut expected = golden["body"]["json"].clone();
        expected["generationConfig"]["responseModalities"] = json!(["IMAGE"]);
        if let Some(inline) = expected.pointer_mut("/contents/0/parts/0/inlineData") {
            let mime = inline.as_object_mut().unwrap().remove("mime_type").unwrap();
            inline["mimeType"] = mime;
            // The SDK writes the URL's alphabet; Google reads both.
            inline["data"] = inline["data"].as_str().unwrap().replace('-', "+").replace('_', "/").into();
        }
        assert_eq!(sent.json(), expected, "{file}");
    }
}

// Stands on recorded answers, their images replaced by tiny ones.
#[tokio::test]
async fn recorded_answers_are_read() {
    let table = [
        ("gemini-05", MediaType::Jpeg, 14, 1283 + 174, true),
        ("gemini-07", MediaType::Png, 15, 1290, false),
        ("vertex-01", MediaType::Jpeg, 4, 1120, false),
        ("vertex-02", MediaType::Png, 9, 1295, true),
    ];
    for (name, media_type, input, output, words) in table {
        let Some(cassette) = shared::cassette(name) else { return };
        let vendor = vendor_that(Answer::json(cassette["response"]["body"].clone()));
        let batch = draw(&vendor, MODEL, &ImageRequest::new("a banana")).await.unwrap();
        assert_eq!(batch.images.len(), 1);
        assert_eq!(batch.images[0].info.media_type, media_type);
        assert_eq!(batch.text.is_some(), words);
        let usage = batch.usage.clone().unwrap();
        assert_eq!((usage.input_tokens, usage.output_tokens, usage.images), (Some(input), Some(output), Some(1)));
    }
}

/// The exchange and the golden request about Imagen are not made any more: a successor is named
/// before anything is sent.
#[tokio::test]
async fn models_that_have_ended_name_their_successors() {
    if let Some(exchange) = shared::cassette("vertex-10") {
        assert!(exchange["request"]["path"].as_str().unwrap().contains("/models/imagen-4.0-generate-001:predict"));
    }
    let vendor = vendor_that(Answer::json(image()));
    let error = draw(&vendor, "imagen-4.0-generate-001", &ImageRequest::new("a cat")).await.unwrap_err();
    assert_eq!((error.kind(), error.field(), error.effect()), (ErrorKind::NotFound, Some("model"), Effect::None));
    let words = "`imagen-4.0-generate-001` was shut down on 2026-08-17; use `gemini-3.1-flash-image`";
    assert_eq!(error.message(), words);
    assert!(vendor.received().is_empty());

    let body = json!({"error": {"code": 404, "message": "models/x is not found", "status": "NOT_FOUND"}});
    let vendor = vendor_that(Answer::json(body).with_status(StatusCode::NOT_FOUND));
    let error = draw(&vendor, "gemini-3-pro-image-preview", &ImageRequest::new("a cat")).await.unwrap_err();
    assert!(error.message().ends_with("was shut down on 2026-06-25; use `gemini-3-pro-image`)"), "{error}");
    let error = draw(&vendor, "gemini-3-pro-image", &ImageRequest::new("a cat")).await.unwrap_err();
    assert_eq!(error.message(), "models/x is not found");
}

// Invented, after the fields that google-genai declares.
#[tokio::test]
async fn drafts_are_skipped_and_the_bytes_decide_about_the_type() {
    let batch = draw(&vendor_that(Answer::json(image())), MODEL, &ImageRequest::new("a dot")).await.unwrap();
    assert_eq!(batch.images.len(), 1);
    assert_eq!(batch.images[0].info.media_type, MediaType::Png);
    assert_eq!(batch.images[0].media.read(1000).await.unwrap(), STANDARD.decode(PNG).unwrap());
    assert_eq!(batch.text.as_deref(), Some("Here it is"));
}

// Museum F1. Stands on documented answers (in `../shared`) and the enums of google-genai 3.3.0.
#[tokio::test]
async fn f1_a_refusal_is_no_empty_success() {
    let rejected = |stage, category: &str| (ErrorKind::Rejected, Some(stage), Some(category.to_owned()));
    let no_image = |reason: &str, text: &str| {
        json!({"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": reason}],
            "usageMetadata": {"promptTokenCount": 12}})
    };
    let mut table = vec![
        (no_image("NO_IMAGE", ""), rejected(Stage::Output, "NO_IMAGE")),
        (no_image("RECITATION", "Sorry"), rejected(Stage::Output, "RECITATION")),
        (no_image("STOP", "I would draw a cat"), (ErrorKind::JobFailed, None, None)),
        (no_image("SOMETHING_NEW", "?"), (ErrorKind::JobFailed, None, None)),
    ];
    for (name, expected) in [
        ("gemini-16", rejected(Stage::Input, "PROHIBITED_CONTENT")),
        ("gemini-17", rejected(Stage::Output, "IMAGE_SAFETY")),
    ] {
        table.extend(shared::cassette(name).map(|cassette| (cassette["response"]["body"].clone(), expected)));
    }
    for (body, (kind, stage, category)) in table {
        let error =
            draw(&vendor_that(Answer::json(body.clone())), MODEL, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{body}");
        assert_eq!(error.effect(), Effect::None, "{body}");
        assert_eq!(error.rejection().map(|rejection| rejection.stage), stage, "{body}");
        assert_eq!(error.rejection().and_then(|rejection| rejection.category.clone()), category, "{body}");
        assert_eq!(error.usage().unwrap().input_tokens, Some(12), "{body}");
        let words = body.pointer("/candidates/0/content/parts/0/text").and_then(Value::as_str).unwrap_or_default();
        assert_eq!(error.partial().unwrap_or_default(), words, "{body}");
    }
}

#[tokio::test]
async fn answers_without_a_readable_image_are_never_sent_for_again() {
    let inline = |data: &str| json!({"candidates": [{"content": {"parts": [{"inlineData": {"data": data}}]}}]});
    let half: String = PNG.chars().take(60).collect();
    for body in [json!({}), json!({"candidates": []}), inline("bm90IGEgcGljdHVyZQ=="), inline("%%%"), inline(&half)] {
        let vendor = vendor_that(Answer::json(body.clone()));
        let journal = MemoryJournal::new();
        for _attempt in 0..2 {
            let run = Run::open(&journal, "run").await.unwrap();
            let error = painter(vendor.transport(), MODEL).make(&run, &ImageRequest::new("a")).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{body}");
        }
        assert_eq!(vendor.received().len(), 1, "{body}");
    }
}

// Museum F13.
#[tokio::test]
async fn what_the_model_cannot_do_is_refused_before_anything_is_sent() {
    let vendor = vendor_that(Answer::json(image()));
    let asked = ImageRequest::new("a cat");
    let odd = AspectRatio { width: 7, height: 3 };
    let table = [
        (asked.clone().with_count(2), "count"),
        (asked.clone().with_seed(1), "seed"),
        (asked.clone().with_negative_prompt("dogs"), "negative_prompt"),
        (asked.clone().with_size("2K"), "size"),
        (asked.clone().with_aspect_ratio(odd), "aspect_ratio"),
        (asked.clone().with_reference(Media::remote("https://a.example/b.png".parse().unwrap())), "references"),
        (asked.with_reference(Media::bytes("%PDF-1.7 %%EOF")), "references"),
    ];
    for (request, field) in table {
        let error = draw(&vendor, MODEL, &request).await.unwrap_err();
        assert_eq!(error.effect(), Effect::None, "{error}");
        assert_eq!(error.field(), Some(field), "{error}");
    }
    assert!(vendor.received().is_empty());
    draw(&vendor, MODEL, &ImageRequest::new("a cat").with_size("1K")).await.unwrap();
    assert_eq!(vendor.received()[0].json()["generationConfig"], json!({"responseModalities": ["IMAGE"]}));
}

// Bodies after the vendor's troubleshooting page and its client's types; recorded ones are in
// `../shared`.
#[tokio::test]
async fn errors_are_classified() {
    let error = |code: u16, status: &str, details: Value| {
        (code, json!({"error": {"code": code, "message": "it says", "status": status, "details": details}}))
    };
    let quota = |id: &str| {
        json!([{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": id}]},
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.4s"}])
    };
    let key = json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]);
    let wait = Retry::After(Duration::from_millis(34_400));
    let mut table = vec![
        (error(400, "INVALID_ARGUMENT", key), ErrorKind::Auth, Retry::Never),
        (error(400, "INVALID_ARGUMENT", json!([])), ErrorKind::InvalidRequest, Retry::Never),
        (error(400, "FAILED_PRECONDITION", json!([])), ErrorKind::Permission, Retry::Never),
        (error(403, "PERMISSION_DENIED", json!([])), ErrorKind::Permission, Retry::Never),
        (error(404, "NOT_FOUND", json!([])), ErrorKind::NotFound, Retry::Never),
        (error(429, "RESOURCE_EXHAUSTED", quota("GenerateRequestsPerMinute")), ErrorKind::RateLimited, wait),
        (
            error(429, "RESOURCE_EXHAUSTED", quota("GenerateRequestsPerDay-FreeTier")),
            ErrorKind::QuotaExhausted,
            Retry::Never,
        ),
        (error(429, "RESOURCE_EXHAUSTED", json!([])), ErrorKind::RateLimited, Retry::Backoff),
        (error(500, "INTERNAL", json!([])), ErrorKind::Unavailable, Retry::Backoff),
        (error(503, "UNAVAILABLE", json!([])), ErrorKind::Unavailable, Retry::Backoff),
        (error(504, "DEADLINE_EXCEEDED", json!([])), ErrorKind::Timeout, Retry::Backoff),
    ];
    let wait = Retry::After(Duration::new(48, 939_935_699));
    for (name, kind, retry) in [
        ("gemini-error-400-key", ErrorKind::Auth, Retry::Never),
        ("gemini-error-429-quota", ErrorKind::RateLimited, wait),
    ] {
        let Some(cassette) = shared::json(&format!("cassettes/llm/{name}.json")) else { continue };
        let body = serde_json::from_str(find(&cassette, "body").unwrap().as_str().unwrap()).unwrap();
        table.push(((find(&cassette, "status").unwrap().as_u64().unwrap() as u16, body), kind, retry));
    }
    for ((status, body), kind, retry) in table {
        let answer = Answer::json(body.clone()).with_status(StatusCode::from_u16(status).unwrap());
        let error = draw(&vendor_that(answer), MODEL, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{body}");
        match (error.retry(), retry) {
            (Retry::After(found), Retry::After(expected)) => {
                assert!(found.abs_diff(expected) < Duration::from_millis(1), "{found:?}");
            }
            (found, expected) => assert_eq!(found, expected, "{body}"),
        }
        assert_eq!(error.status(), Some(status));
    }
    // A proxy's page proves nothing.
    let proxy = Answer::text("<html>Bad gateway</html>").with_status(StatusCode::BAD_GATEWAY);
    let error = draw(&vendor_that(proxy), MODEL, &ImageRequest::new("a cat")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
}

/// The first value of this key in the answer of a recorded exchange.
fn find<'a>(cassette: &'a Value, key: &str) -> Option<&'a Value> {
    match cassette {
        Value::Object(fields) if fields.contains_key("response") => fields["response"].get(key),
        Value::Object(fields) => fields.values().find_map(|value| find(value, key)),
        Value::Array(items) => items.iter().find_map(|value| find(value, key)),
        _ => None,
    }
}

// Invented vendor; the count is taken at the vendor.
// Museum F12.
#[tokio::test]
async fn no_fault_pays_twice() {
    let cases = fault_matrix(
        || vendor_that(Answer::json(image())),
        |scene| async move {
            let painter = painter(scene.transport, MODEL);
            painter.make(&scene.run, &ImageRequest::new("a cat")).await
        },
        |vendor| vendor.received().len(),
    )
    .await
    .unwrap();
    assert!(cases.len() >= 13);
    let violations: Vec<_> = cases.iter().filter_map(Case::violation).collect();
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test]
async fn it_keeps_the_contract() {
    let connect = |scene: &Scene| {
        let endpoint = Gemini::endpoint()
            .auth(Gemini::auth(conformance::SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(Gemini::new(endpoint)?.image("gemini-3-pro-image")) as Arc<ImageModel>)
    };
    let vendor = || vendor_that(Answer::json(image()));
    let subject = Subject::new(vendor, connect).counting(|vendor| vendor.received().len());
    conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
}

#[tokio::test]
async fn vertex_keeps_the_contract() {
    let connect = |scene: &Scene| {
        let token = social_core::http::Auth::Bearer(conformance::SECRET.into());
        let endpoint = Vertex::endpoint("my-project", "global")?.auth(token).transport(scene.transport.clone());
        let endpoint = endpoint.clock(scene.clock.clone()).random(scene.random.clone());
        Ok(Arc::new(Vertex::new(endpoint)?.image("gemini-3-pro-image")) as Arc<ImageModel>)
    };
    let vendor = || vendor_that(Answer::json(image()));
    let subject = Subject::new(vendor, connect).counting(|vendor| vendor.received().len());
    conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
}

#[tokio::test]
async fn the_same_run_returns_the_image_and_another_request_is_refused() {
    let vendor = vendor_that(Answer::json(image()));
    let journal = MemoryJournal::new();
    let mut batches = Vec::new();
    for _process in 0..2 {
        let run = Run::open(&journal, "tonight").await.unwrap();
        batches.push(painter(vendor.transport(), MODEL).make(&run, &ImageRequest::new("a cat")).await.unwrap());
    }
    assert_eq!(batches[0], batches[1]);
    assert_eq!(vendor.received().len(), 1);
    let run = Run::open(&journal, "tonight").await.unwrap();
    let other = painter(vendor.transport(), MODEL).make(&run, &ImageRequest::new("a dog")).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn vertex_has_another_address_and_a_token() {
    let vendor = vendor_that(Answer::json(image()));
    let token = social_core::http::Auth::Bearer("token-of-google".into());
    let endpoint = Vertex::endpoint("my-project", "global").unwrap().auth(token).transport(vendor.transport());
    let painter = Vertex::new(endpoint).unwrap().image(MODEL);
    painter.make(&Run::ephemeral(), &ImageRequest::new("a cat")).await.unwrap();
    assert_eq!(painter.address().to_string(), format!("vertex/{MODEL}"));
    let sent = &vendor.received()[0];
    let path =
        format!("/v1beta1/projects/my-project/locations/global/publishers/google/models/{MODEL}:generateContent");
    assert_eq!((sent.url.host_str(), sent.url.path()), (Some("aiplatform.googleapis.com"), path.as_str()));
    assert_eq!(sent.header("authorization"), Some("Bearer token-of-google"));
}
