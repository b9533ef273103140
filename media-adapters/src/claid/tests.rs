//! Stands on exchanges put together from Claid's documentation and on its OpenAPI document. The
//! vendor with a memory is invented.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::enhance::{EnhanceRequest, EnhancedImage, Enhancement, Enhancer};
use social_core::error::{Effect, ErrorKind, Retry};
use social_core::http::{Auth, RetryPolicy, Transport};
use social_core::image::AspectRatio;
use social_core::make::{Made, Maker as _};
use social_core::media::{Media, MediaInfo, MediaType};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};

use super::plan::Plan;
use super::*;
use crate::shared::{self, field};

/// A PNG of this size whose pixels are not looked at.
fn image(width: u32, height: u32) -> Media {
    Media::bytes(png(width, height))
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(b"IHDR", header.as_slice()), (b"IDAT", b"pixels"), (b"IEND", b"")] {
        png.extend_from_slice(&[&(body.len() as u32).to_be_bytes()[..], kind, body, b"-crc"].concat());
    }
    png
}

fn remote() -> Media {
    Media::remote("https://cdn.example.com/a.png".parse().unwrap())
}

/// Claid with its memory: how often its job was asked after.
#[derive(Clone, Default)]
struct Studio {
    asked: Arc<Mutex<u32>>,
    fails: bool,
}

impl Studio {
    fn answer(&self, request: &Received) -> Answer {
        let output = json!({"ext": "png", "mps": 0.5, "width": 1000, "height": 500,
            "tmp_url": "https://dl.claid.ai/1234/a.png"});
        let task = |status: &str, more: Value| {
            let mut data =
                json!({"id": 12345, "status": status, "created_at": "2026-05-01T10:00:00.000Z", "request": {}});
            data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            Answer::json(json!({"data": data}))
        };
        match (&request.method, request.url.host_str().unwrap(), request.url.path()) {
            (_, "dl.claid.ai" | "cdn.example.com", _) => Answer::bytes("image/png", png(1000, 500)),
            (&Method::POST, _, "/v1/image/edit/async") => {
                *self.asked.lock().unwrap() = 0;
                task("ACCEPTED", json!({"result_url": "https://api.claid.ai/v1/image/edit/async/12345"}))
            }
            (&Method::POST, ..) => Answer::json(json!({"data": {"input": {"ext": "png"}, "output": output}})),
            _ => {
                let mut asked = self.asked.lock().unwrap();
                *asked += 1;
                match *asked {
                    1 => task("WAITING", json!({"errors": [], "result": {}})),
                    2 => task("PROCESSING", json!({"errors": [], "result": {}})),
                    _ if self.fails => {
                        let error =
                            json!({"error": "the image is too small", "created_at": "2026-05-01T10:00:01.000Z"});
                        task("ERROR", json!({"errors": [error], "result": {}}))
                    }
                    _ => task("DONE", json!({"errors": [], "result": {"input_object": {}, "output_object": output}})),
                }
            }
        }
    }

    fn vendor(&self) -> ScriptedVendor {
        let studio = self.clone();
        ScriptedVendor::new().respond_if("Claid", |_| true, move |request| studio.answer(request))
    }
}

fn edits(vendor: &ScriptedVendor) -> usize {
    vendor.received().iter().filter(|request| request.method == Method::POST).count()
}

fn enhancer(transport: Arc<dyn Transport>, name: &str) -> ClaidEnhancer {
    let endpoint = Claid::endpoint().auth(Auth::Bearer("test-key".into())).transport(transport);
    Claid::new(endpoint.clock(Arc::new(FixedClock::default())).retry(RetryPolicy::none())).unwrap().enhancer(name)
}

async fn enhance(vendor: &ScriptedVendor, name: &str, request: &EnhanceRequest) -> Result<Made<EnhancedImage>> {
    let options = OpenOptions::new().with_clock(Arc::new(FixedClock::default()));
    let run = Run::open_with(&MemoryJournal::new(), "soup", options).await?;
    enhancer(vendor.transport(), name).make(&run, request).await
}

// Stands on Claid's documentation.
#[tokio::test]
async fn every_recorded_exchange_is_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes/media");
    let Ok(files) = std::fs::read_dir(folder) else {
        social_core::testkit::did_not_run("../shared");
        return;
    };
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut seen = 0;
    for name in names.filter(|name| name.starts_with("claid-")) {
        let cassette = shared::cassette(&name).unwrap();
        let wanted = &cassette["request"]["body"];
        let (status, headers) = (&cassette["response"]["status"], cassette["response"]["headers"].clone());
        let mut answer = Answer::json(cassette["response"]["body"].clone())
            .with_status(StatusCode::from_u16(status.as_u64().unwrap() as u16).unwrap());
        if let Some(reset) = headers["ratelimit-reset"].as_str() {
            answer = answer.with_header(http::HeaderName::from_static("ratelimit-reset"), reset.to_owned().leak());
            answer = answer.with_header(http::HeaderName::from_static("ratelimit-remaining"), "0");
        }
        let studio = Studio::default();
        let path = cassette["request"]["path"].as_str().unwrap().to_owned();
        let vendor = ScriptedVendor::new().respond_if(
            "Claid",
            |_| true,
            move |request| match request.method {
                Method::POST => answer.clone(),
                _ => studio.answer(request),
            },
        );
        let sent = || vendor.received().into_iter().find(|sent| sent.method == Method::POST).unwrap();
        match name.get(.."claid-00".len()).unwrap() {
            "claid-01" => {
                // `decompress` and `hdr` have no names of ours.
                let more = json!({"restorations": {"decompress": "auto"}, "adjustments": {"hdr": 30}});
                let changes = [
                    Enhancement::Upscale(2.7),
                    Enhancement::Crop(AspectRatio::PORTRAIT),
                    Enhancement::Convert(MediaType::Jpeg),
                ];
                let request = EnhanceRequest::new(remote(), changes).with_extra("operations", more);
                let made = enhance(&vendor, "edit", &request).await.unwrap();
                assert_eq!((made.info.width, made.usage.as_ref().unwrap().images), (Some(1000), Some(1)));
                let mut sent = sent().json();
                // Ours is 1000 x 500 made 1350 high.
                assert_eq!(
                    sent["operations"]["resizing"].take(),
                    json!({"width": 1080, "height": 1350, "fit": "crop"})
                );
                let mut wanted = wanted.clone();
                wanted["operations"]["resizing"].take();
                wanted["input"] = json!("https://cdn.example.com/a.png");
                assert_eq!(sent, wanted);
            }
            "claid-02" => {
                let changes = [Enhancement::RemoveBackground, Enhancement::Convert(MediaType::Png)];
                enhance(&vendor, ASYNC, &EnhanceRequest::new(remote(), changes)).await.unwrap();
                let mut wanted = wanted.clone();
                wanted["input"] = json!("https://cdn.example.com/a.png");
                assert_eq!((sent().json(), sent().url.path()), (wanted, path.as_str()));
            }
            "claid-04" => {
                let error =
                    enhance(&vendor, "edit", &EnhanceRequest::new(remote(), [Enhancement::Polish])).await.unwrap_err();
                assert_eq!((error.kind(), error.effect()), (ErrorKind::InvalidRequest, Effect::None));
                assert_eq!(error.field(), Some("operations.restorations.upscale"));
                assert_eq!(error.code(), Some("validation_error"));
            }
            "claid-05" => {
                let error =
                    enhance(&vendor, "edit", &EnhanceRequest::new(remote(), [Enhancement::Polish])).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::RateLimited);
                assert_eq!(
                    (error.retry(), error.code()),
                    (Retry::After(Duration::from_secs(12)), Some("rate_limit_error"))
                );
            }
            other => panic!("{other} is read by no test"),
        }
        seen += 1;
    }
    assert_eq!(seen, 4);
}

#[test]
fn changes_become_one_plan() {
    use Enhancement::{Convert, Crop, CropBetween, Polish, RemoveBackground, ShrinkTo, Upscale};
    let mut info = MediaInfo::new(MediaType::Webp, 10);
    (info.width, info.height) = (Some(1000), Some(500));
    let table = [
        (
            vec![Crop(AspectRatio::SQUARE)],
            json!({"resizing": {"width": 500, "height": 500, "fit": "crop"}}),
            json!("webp"),
        ),
        (
            vec![CropBetween { minimum: 1.0, maximum: 2.0 }, Polish],
            json!({"restorations": {"polish": true}}),
            json!("webp"),
        ),
        (
            vec![Upscale(2.0), ShrinkTo { width: 1500, height: 1500 }],
            json!({"restorations": {"upscale": "smart_enhance"}, "resizing": {"width": 1500, "height": 750, "fit": "crop"}}),
            json!("webp"),
        ),
        (vec![RemoveBackground], json!({"background": {"remove": true, "color": "transparent"}}), json!("png")),
        (
            vec![RemoveBackground, Convert(MediaType::Avif)],
            json!({"background": {"remove": true, "color": "#ffffff"}}),
            json!("avif"),
        ),
        (vec![Convert(MediaType::Jpeg)], json!({}), json!({"type": "jpeg", "quality": 90})),
    ];
    for (operations, expected, format) in table {
        let plan = Plan::new(&operations, Some(&info)).unwrap();
        assert_eq!(serde_json::to_value(&plan.operations).unwrap(), expected, "{operations:?}");
        assert_eq!(serde_json::to_value(&plan.output).unwrap(), json!({"format": format}), "{operations:?}");
        assert_eq!(plan.warning.is_some(), format == "avif", "{operations:?}");
    }
}

#[tokio::test]
async fn an_image_of_ours_is_uploaded_with_the_call() {
    let vendor = Studio::default().vendor();
    let request = EnhanceRequest::new(image(400, 300), [Enhancement::Polish]);
    let made = enhance(&vendor, "edit", &request).await.unwrap();
    assert!(!made.generated && made.media != request.image);
    let sent = &vendor.received()[0];
    assert_eq!((sent.url.path(), sent.header("authorization")), ("/v1/image/edit/upload", Some("Bearer test-key")));
    let data: Value = serde_json::from_str(&field(sent, "data").unwrap()).unwrap();
    assert_eq!(data, json!({"operations": {"restorations": {"polish": true}}, "output": {"format": "png"}}));
    assert!(field(sent, "file").is_some());
    // The result lies elsewhere and is fetched without a key.
    assert!(vendor.received()[1].header("authorization").is_none());

    let request = request.with_extra("operations", json!({"generative": {"style_transfer": {"prompt": "oil"}}}));
    assert!(enhance(&vendor, "edit", &request).await.unwrap().generated);
}

#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = |image: Media, operation| EnhanceRequest::new(image, [operation]);
    for (name, request, field) in [
        ("edit", asked(image(4, 4), Enhancement::MaxBytes(500)), "operations"),
        ("edit", asked(image(4, 4), Enhancement::Convert(MediaType::Gif)), "operations.convert"),
        ("edit", asked(image(4, 4), Enhancement::Upscale(40.0)), "upscale"),
        ("edit", asked(Media::bytes("WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n"), Enhancement::Polish), "image"),
        (ASYNC, asked(image(4, 4), Enhancement::Polish), "image"),
    ] {
        let vendor = Studio::default().vendor();
        let error = enhance(&vendor, name, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
}

// Codes and shapes of docs.claid.ai, errors; messages are invented.
#[tokio::test]
async fn errors_are_classified() {
    let body = |code: Value, kind: &str| json!({"error_code": code, "error_type": kind, "error_message": "It says.", "error_details": {}});
    let table = [
        (400, body(json!("1"), "general"), ErrorKind::InvalidRequest, Some("1")),
        (401, body(json!("111"), "auth"), ErrorKind::Auth, Some("111")),
        (402, body(json!(null), "general"), ErrorKind::QuotaExhausted, Some("general")),
        (403, body(json!(112), "auth"), ErrorKind::Permission, Some("112")),
        (404, body(json!(null), "general"), ErrorKind::NotFound, Some("general")),
        (409, body(json!(null), "general"), ErrorKind::InvalidRequest, Some("general")),
        (422, body(json!("9000"), "validation"), ErrorKind::InvalidRequest, Some("9000")),
        (429, json!({"detail": body(json!("2001"), "general")}), ErrorKind::RateLimited, Some("2001")),
        (422, json!({"detail": [{"loc": ["task_id"], "msg": "not an integer"}]}), ErrorKind::InvalidRequest, None),
    ];
    for (status, body, kind, code) in table {
        let answer = Answer::json(body).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| answer.clone());
        let error =
            enhance(&vendor, "edit", &EnhanceRequest::new(image(4, 4), [Enhancement::Polish])).await.unwrap_err();
        assert_eq!((error.kind(), error.code(), error.effect()), (kind, code, Effect::None), "{status}");
        assert_eq!(vendor.received().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_job_that_fails_says_why() {
    let vendor = Studio { fails: true, ..Studio::default() }.vendor();
    let error = enhance(&vendor, ASYNC, &EnhanceRequest::new(remote(), [Enhancement::Polish])).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::JobFailed, "the image is too small"));
    assert_eq!((error.code(), edits(&vendor)), (Some("ERROR"), 1));
}

#[tokio::test]
async fn it_keeps_the_contract() {
    for (name, image) in [("edit", image(400, 300)), ("edit", remote()), (ASYNC, remote())] {
        let connect = move |scene: &Scene| {
            let endpoint = Claid::endpoint()
                .auth(Auth::Bearer(conformance::SECRET.into()))
                .transport(scene.transport.clone())
                .clock(scene.clock.clone())
                .random(scene.random.clone());
            Ok(Arc::new(Claid::new(endpoint)?.enhancer(name)) as Arc<Enhancer>)
        };
        let subject = Subject::new(|| Studio::default().vendor(), connect).counting(edits);
        let subject = subject.failing(|| Studio { fails: true, ..Studio::default() }.vendor());
        conformance::maker(&subject, &EnhanceRequest::new(image, [Enhancement::Crop(AspectRatio::SQUARE)]))
            .await
            .unwrap();
    }
}
