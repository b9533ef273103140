//! Stands on recorded answers and on requests of OpenAI's SDK where a test says so, otherwise on
//! OpenAI's specification.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Stage};
use social_core::http::{Auth, RetryPolicy, Transport};
use social_core::image::{AspectRatio, ImageBatch, ImageModel, ImageRequest, ReferenceRole};
use social_core::make::{self, Made, MakeRequest as _, Maker as _};
use social_core::media::Media;
use social_core::money::MicroDollars;
use social_core::run::Run;
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Scene, ScriptedVendor};

use super::{OpenAi, OpenAiImage};
use crate::samples::{PNG, pixel};
use crate::shared;

const MODEL: &str = "gpt-image-2.6-flare";

fn painter(transport: Arc<dyn Transport>, model: &str) -> OpenAiImage {
    let endpoint = OpenAi::endpoint()
        .auth(Auth::Bearer("test-key".into()))
        .transport(transport)
        .clock(Arc::new(FixedClock::default()))
        .retry(RetryPolicy::none());
    OpenAi::new(endpoint).unwrap().image(model)
}

fn vendor_that(answer: Answer) -> ScriptedVendor {
    ScriptedVendor::new().on(Method::POST, "/v1/images/generations", answer.clone()).on(
        Method::POST,
        "/v1/images/edits",
        answer,
    )
}

async fn draw(vendor: &ScriptedVendor, model: &str, request: &ImageRequest) -> Result<Made<ImageBatch>, Error> {
    painter(vendor.transport(), model).make(&Run::ephemeral(), request).await
}

fn image() -> Value {
    json!({"created": 1, "data": [{"b64_json": PNG}], "size": "1024x1024", "quality": "low",
        "usage": {"input_tokens": 10, "output_tokens": 196, "total_tokens": 206}})
}

/// Stands on the requests that openai 3.51.0 sent. Two things differ: one image is what comes
/// without `n`, and edits are sent as JSON, which takes addresses as well as bytes and is what the
/// recorded edits are.
#[tokio::test]
async fn requests_are_those_of_the_vendors_sdk() {
    let Some(golden) = shared::json("golden/openai/images_generate.json") else { return };
    let request = ImageRequest::new("A café at dawn")
        .with_size("1024x1536")
        .with_quality("medium")
        .with_extra("output_format", "jpeg")
        .with_extra("output_compression", 80)
        .with_extra("background", "opaque");
    let vendor = vendor_that(Answer::json(image()));
    draw(&vendor, "gpt-image-1", &request).await.unwrap();
    let (sent, golden) = (&vendor.received()[0], &golden["requests"][0]);
    assert_eq!(sent.url.as_str(), "https://api.openai.com/v1/images/generations");
    assert_eq!(sent.header("authorization"), golden["headers"]["authorization"].as_str());
    let mut expected = golden["body"]["json"].clone();
    assert_eq!(expected.as_object_mut().unwrap().remove("n"), Some(json!(1)));
    assert_eq!(sent.json(), expected);

    let Some(golden) = shared::json("golden/openai/images_edit.json") else { return };
    let golden = &golden["requests"][0];
    let png = Media::bytes(pixel());
    let request =
        ImageRequest::new("Add a logo").with_size("1024x1024").with_reference(png.clone()).with_reference(png);
    let vendor = vendor_that(Answer::json(image()));
    draw(&vendor, "gpt-image-1", &request).await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!(sent.url.path(), golden["path"].as_str().unwrap());
    let mut images = sent.json()["images"].as_array().unwrap().clone().into_iter();
    for part in golden["body"]["parts"].as_array().unwrap() {
        match part["name"].as_str().unwrap() {
            "image[]" => {
                let data_url = images.next().unwrap()["image_url"].as_str().unwrap().to_owned();
                let bytes = STANDARD.decode(data_url.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
                assert_eq!(part["sha256"], Media::bytes(bytes).sha256().await.unwrap());
            }
            name => assert_eq!(sent.json()[name], part["text"], "{name}"),
        }
    }
    assert!(images.next().is_none());
}

/// The request that an exchange recorded.
fn request_of(body: &Value) -> ImageRequest {
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let mut request = ImageRequest::new(text("prompt").unwrap());
    (request.size, request.quality) = (text("size"), text("quality"));
    for image in body["images"].as_array().into_iter().flatten() {
        let url = image["image_url"].as_str().unwrap();
        request = request.with_reference(match url.split_once("base64,") {
            Some((_, base64)) => Media::bytes(STANDARD.decode(base64).unwrap()),
            None => Media::remote(url.parse().unwrap()),
        });
    }
    let format = body.get("response_format").map(|format| ("response_format".to_owned(), format.clone()));
    request.extra.extend(format);
    request
}

/// Every exchange about images and videos; those about speech and moderation are tried elsewhere.
#[tokio::test]
async fn every_exchange_is_read() {
    let mut tried = 0;
    for (name, exchange) in shared::exchanges("openai-") {
        let body = &exchange["request"]["body"];
        match exchange["request"]["path"].as_str().unwrap() {
            "/v1/images/generations" | "/v1/images/edits" => {}
            // The API has ended; a job that failed there still says why.
            "/v1/videos/video_123" => {
                let vendor = ScriptedVendor::new().on(Method::GET, "/v1/videos/video_123", shared::answer(&exchange));
                let endpoint = OpenAi::endpoint().auth(Auth::Bearer("k".into())).transport(vendor.transport());
                let endpoint = endpoint.build().unwrap();
                let reply = endpoint.get("videos/video_123").unwrap().send().await.unwrap();
                assert_eq!(endpoint.classify(&reply.failure()).kind(), ErrorKind::Rejected);
                tried += 1;
                continue;
            }
            _ => continue,
        }
        tried += 1;
        let vendor = vendor_that(shared::answer(&exchange));
        let made = draw(&vendor, body["model"].as_str().unwrap(), &request_of(body)).await;
        let mut sent = vendor.received()[0].json();
        assert_eq!(vendor.received()[0].url.path(), exchange["request"]["path"].as_str().unwrap());
        if body.get("n").is_some() {
            sent["n"] = json!(1);
        }
        assert_eq!(sent, *body, "{name}");
        let answer = &exchange["response"]["body"];
        match name.get(..9).unwrap() {
            "openai-07" => {
                let error = made.unwrap_err();
                assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some("url")));
                assert_eq!((error.code(), error.effect()), (Some("invalid_value"), Effect::None));
            }
            "openai-14" => {
                let error = made.unwrap_err();
                assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some("response_format")));
            }
            "openai-16" => {
                let error = made.unwrap_err();
                let rejection = error.rejection().unwrap();
                assert_eq!((rejection.stage, rejection.category.as_deref()), (Stage::Output, Some("sexual")));
                assert_eq!(error.effect(), Effect::None);
            }
            _ => {
                let made = made.unwrap();
                let usage = made.usage.as_ref().unwrap();
                assert_eq!(usage.input_tokens, answer["usage"]["input_tokens"].as_u64(), "{name}");
                assert_eq!(usage.output_tokens, answer["usage"]["output_tokens"].as_u64(), "{name}");
                assert_eq!(usage.terms["quality"], answer["quality"].as_str().unwrap());
                assert_eq!((made.images.len(), usage.images), (1, Some(1)), "{name}");
                assert_eq!((made.images[0].info.width, usage.reported_cost), (Some(2), None::<MicroDollars>));
            }
        }
    }
    assert!(tried == 8 || tried == 0, "{tried}");
}

fn events(edit: bool, last: &str) -> Answer {
    let kind = if edit { "image_edit" } else { "image_generation" };
    let partial = |index: u32| {
        let data = json!({"type": format!("{kind}.partial_image"), "b64_json": PNG, "partial_image_index": index});
        format!("event: {kind}.partial_image\ndata: {data}\n\n")
    };
    let completed = json!({"type": format!("{kind}.completed"), "b64_json": PNG, "size": "1024x1024",
        "quality": "high", "usage": {"input_tokens": 9, "output_tokens": 300}});
    let last = last.replace("COMPLETED", &format!("event: {kind}.completed\ndata: {completed}\n\n"));
    let text = format!("{}{}{last}", partial(0), partial(1));
    // Cut anywhere.
    let pieces: Vec<_> = text.as_bytes().chunks(7).map(<[u8]>::to_vec).collect();
    Answer::pieces("text/event-stream; charset=utf-8", pieces)
}

/// Stands on the events of OpenAI's specification.
#[tokio::test]
async fn drafts_are_shown_and_the_image_is_the_last_event() {
    for edit in [false, true] {
        let vendor = vendor_that(events(edit, "COMPLETED"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let shown = seen.clone();
        let painter = painter(vendor.transport(), MODEL)
            .with_partial_images(2, move |draft| shown.lock().unwrap().push((draft.index, draft.bytes)));
        let mut request = ImageRequest::new("a dot");
        if edit {
            request = request.with_reference(Media::bytes(pixel()));
        }
        let made = painter.make(&Run::ephemeral(), &request).await.unwrap();
        assert_eq!(made.images[0].media.read(1000).await.unwrap(), pixel());
        assert_eq!(made.usage.as_ref().unwrap().output_tokens, Some(300));
        assert_eq!(*seen.lock().unwrap(), [(0, pixel().into()), (1, pixel().into())]);
        let sent = vendor.received()[0].json();
        assert_eq!((&sent["stream"], &sent["partial_images"]), (&json!(true), &json!(2)));
        let error = painter.make(&Run::ephemeral(), &request.with_count(2)).await.unwrap_err();
        assert_eq!(error.field(), Some("count"));
    }
    let refused =
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"code\":\"moderation_blocked\",\"message\":\"no\"}}\n\n";
    for (last, kind) in
        [(refused, ErrorKind::Rejected), ("", ErrorKind::OutcomeUnknown), ("data: {", ErrorKind::OutcomeUnknown)]
    {
        let vendor = vendor_that(events(false, last));
        let error = draw(&vendor, MODEL, &ImageRequest::new("a dot")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{last}");
    }
}

#[tokio::test]
async fn a_shape_is_a_size_and_a_mask_goes_with_the_first_image() {
    let vendor = vendor_that(Answer::json(image()));
    let request = ImageRequest::new("a cat").with_aspect_ratio(AspectRatio::VERTICAL).with_count(3);
    draw(&vendor, MODEL, &request).await.unwrap();
    assert_eq!(vendor.received()[0].json(), json!({"model": MODEL, "prompt": "a cat", "n": 3, "size": "864x1536"}));
    let can = painter(vendor.transport(), "gpt-image-1.5").capabilities();
    let fitted = make::fit(&Run::ephemeral(), request, &can, None).await.unwrap();
    assert_eq!(fitted.request.aspect_ratio, Some(AspectRatio::new(2, 3)), "{:?}", fitted.adjustments);

    let png = || Media::bytes(pixel());
    let request = ImageRequest::new("a hat")
        .with_reference_as(ReferenceRole::Mask, png())
        .with_reference_as(ReferenceRole::Source, Media::remote("https://a.example/cat.png".parse().unwrap()))
        .with_reference_as(ReferenceRole::Style, png());
    draw(&vendor, MODEL, &request).await.unwrap();
    let data_url = format!("data:image/png;base64,{PNG}");
    assert_eq!(
        vendor.received()[1].json(),
        json!({"model": MODEL,
            "prompt": "a hat\n\nImage 1 is the one to edit.\n\nImage 2 shows the style to follow.",
            "images": [{"image_url": "https://a.example/cat.png"}, {"image_url": data_url}],
            "mask": {"image_url": data_url}})
    );
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || ImageRequest::new("a cat");
    let png = || Media::bytes(pixel());
    let mask = || asked().with_reference_as(ReferenceRole::Mask, png());
    let table = [
        (MODEL, asked().with_seed(1), "seed"),
        (MODEL, asked().with_negative_prompt("dogs"), "negative_prompt"),
        (MODEL, asked().with_count(11), "count"),
        (MODEL, asked().with_quality("max"), "quality"),
        (MODEL, asked().with_size("2K"), "size"),
        (MODEL, asked().with_size("1000x1000"), "size"),
        (MODEL, asked().with_size("4096x2048"), "size"),
        (MODEL, asked().with_size("1600x512"), "size"),
        (MODEL, asked().with_size("1024x1024").with_aspect_ratio(AspectRatio::SQUARE), "aspect_ratio"),
        (MODEL, asked().with_aspect_ratio(AspectRatio::new(4, 1)), "aspect_ratio"),
        ("gpt-image-1.5", asked().with_size("1536x864"), "size"),
        ("gpt-image-1.5", asked().with_aspect_ratio(AspectRatio::WIDE), "aspect_ratio"),
        (MODEL, asked().with_reference(Media::bytes("GIF89a")), "references"),
        (MODEL, mask(), "references"),
        (MODEL, mask().with_reference(png()).with_reference_as(ReferenceRole::Mask, png()), "references"),
        (MODEL, mask().with_reference_as(ReferenceRole::Style, png()), "references"),
        (MODEL, ImageRequest::new("x".repeat(32_001)), "prompt"),
    ];
    for (model, request, field) in table {
        let vendor = vendor_that(Answer::json(image()));
        let error = draw(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{error}");
    }
    for (model, size) in [("gpt-image-2.5-sunburst", "1536x864"), ("gpt-image-9", "8K")] {
        let vendor = vendor_that(Answer::json(image()));
        draw(&vendor, model, &asked().with_quality("max").with_size(size)).await.unwrap();
    }
    assert!(asked().check(&painter(vendor_that(Answer::json(image())).transport(), "any").capabilities()).is_ok());
}

/// The body is that of `openai-chat-error-404-model` in `../shared`.
#[tokio::test]
async fn a_model_that_has_ended_names_its_successor() {
    let body = json!({"error": {"message": "The model does not exist", "type": "invalid_request_error",
        "param": null, "code": "model_not_found"}});
    let vendor = vendor_that(Answer::json(body).with_status(StatusCode::NOT_FOUND));
    let error = draw(&vendor, "gpt-image-1", &ImageRequest::new("a cat")).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::NotFound, Some("model")));
    let words = "The model does not exist (`gpt-image-1` was shut down on 2026-10-23; use `gpt-image-2.6-flare`)";
    assert_eq!(error.message(), words);
    let error = draw(&vendor, "gpt-image-9", &ImageRequest::new("a cat")).await.unwrap_err();
    assert_eq!(error.message(), "The model does not exist");
}

/// A gateway may leave the usage out; the cost is then unknown, and not nothing.
#[tokio::test]
async fn an_answer_without_usage_has_no_cost() {
    let vendor = vendor_that(Answer::json(json!({"data": [{"b64_json": PNG}]})));
    assert_eq!(draw(&vendor, MODEL, &ImageRequest::new("a cat")).await.unwrap().usage, None);
}

#[tokio::test]
async fn answers_without_a_readable_image_are_never_sent_for_again() {
    for body in [json!({}), json!({"data": null}), json!({"data": [{"b64_json": "aGVsbG8="}]}), json!([1])] {
        let vendor = vendor_that(Answer::json(body.clone()));
        let error = draw(&vendor, MODEL, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{body}");
        assert_eq!(vendor.received().len(), 1);
    }
}

#[tokio::test]
async fn it_keeps_the_contract() {
    for streamed in [false, true] {
        let connect = move |scene: &Scene| {
            let endpoint = OpenAi::endpoint()
                .auth(Auth::Bearer(conformance::SECRET.into()))
                .transport(scene.transport.clone())
                .clock(scene.clock.clone())
                .random(scene.random.clone());
            let painter = OpenAi::new(endpoint)?.image(MODEL);
            let painter = if streamed { painter.with_partial_images(1, |_| ()) } else { painter };
            Ok(Arc::new(painter) as Arc<ImageModel>)
        };
        let vendor = move || {
            let answer = if streamed { events(false, "COMPLETED") } else { Answer::json(image()) };
            vendor_that(answer)
        };
        let subject = Subject::new(vendor, connect).counting(|vendor| vendor.received().len());
        conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
    }
}
