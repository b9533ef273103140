//! Stands on exchanges put together from Leonardo's documentation and on requests of its client.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::error::{Effect, Error, ErrorKind, Retry};
use social_core::http::{Auth, RetryPolicy};
use social_core::image::{AspectRatio, ImageBatch, ImageModel, ImageRequest};
use social_core::make::{Made, Maker as _, MediaFile};
use social_core::media::Media;
use social_core::money::MicroDollars;
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, FixedClock, Received, Scene, ScriptedVendor};
use social_core::video::{VideoModel, VideoRequest};

use super::Leonardo;
use crate::{samples, shared};

const PHOENIX: &str = "b24e16ff-06e3-43eb-8d33-4416c2d75876";
const BANANA: &str = "gemini-image-2";
const MOTION: &str = "MOTION2";

/// Leonardo with its memory: how many images each generation has and how often it was asked after.
#[derive(Clone, Default)]
struct Studio {
    generations: Arc<Mutex<BTreeMap<String, (u64, u32)>>>,
    uploads: Arc<Mutex<usize>>,
    fails: bool,
}

impl Studio {
    fn answer(&self, request: &Received) -> Answer {
        let path = request.url.path();
        match request.url.host_str() {
            Some("cdn.example") if path.ends_with(".mp4") => return Answer::bytes("video/mp4", samples::video()),
            Some("cdn.example") => return Answer::bytes("image/png", samples::png(8, 8)),
            Some("store.example") => return Answer::status(StatusCode::NO_CONTENT),
            // A reference at an address.
            Some("a.example") => return Answer::bytes("image/png", samples::png(9, 9)),
            _ => {}
        }
        let path = path.trim_start_matches("/api/rest/");
        if path == "v1/init-image" {
            let mut uploads = self.uploads.lock().unwrap();
            *uploads += 1;
            return Answer::json(
                json!({"uploadInitImage": {"id": format!("up-{uploads}"), "url": "https://store.example/",
                "fields": "{\"key\":\"k\",\"Content-Type\":\"image/png\",\"Policy\":\"p\"}"}}),
            );
        }
        let mut generations = self.generations.lock().unwrap();
        if request.method == Method::POST {
            let id = format!("g{}", generations.len() + 1);
            let body = request.json();
            let count = body["num_images"].as_u64().or(body["parameters"]["quantity"].as_u64()).unwrap_or(1);
            generations.insert(id.clone(), (count, 0));
            let job =
                json!({"generationId": id, "apiCreditCost": null, "cost": {"amount": "0.0147", "unit": "DOLLARS"}});
            let wrapper = match path {
                "v1/generations" => "sdGenerationJob",
                "v2/generations" => "generate",
                _ => "motionVideoGenerationJob",
            };
            return Answer::json(json!({wrapper: job}));
        }
        let id = path.rsplit('/').next().unwrap();
        if request.method == Method::DELETE {
            return match generations.remove(id) {
                Some(_) => Answer::json(json!({"delete_generations_by_pk": {"id": id}})),
                None => Answer::json(json!({"error": "gone", "path": "$", "code": "not-found"}))
                    .with_status(StatusCode::NOT_FOUND),
            };
        }
        let Some((count, times)) = generations.get_mut(id) else {
            return Answer::json(json!({"generations_by_pk": null}));
        };
        *times += 1;
        let image = |n| {
            json!({"id": n, "nsfw": false, "url": format!("https://cdn.example/{n}.png"),
            "motionMP4URL": format!("https://cdn.example/{n}.mp4")})
        };
        let images: Vec<_> = (0..*count).map(image).collect();
        Answer::json(json!({"generations_by_pk": match (*times, self.fails) {
            (1 | 2, _) => json!({"id": id, "status": "PENDING", "generated_images": []}),
            (_, true) => json!({"id": id, "status": "FAILED", "generated_images": []}),
            _ => json!({"id": id, "status": "COMPLETE", "generated_images": images}),
        }}))
    }

    fn vendor(&self) -> ScriptedVendor {
        let studio = self.clone();
        ScriptedVendor::new().respond_if("Leonardo", |_| true, move |request| studio.answer(request))
    }
}

/// The paid requests.
fn submissions(vendor: &ScriptedVendor) -> usize {
    let paid = |sent: &&Received| sent.method == Method::POST && sent.url.path().contains("/generations");
    vendor.received().iter().filter(paid).count()
}

fn client(vendor: &ScriptedVendor, clock: &Arc<FixedClock>) -> Leonardo {
    let endpoint = Leonardo::endpoint().auth(Auth::Bearer("test-key".into())).retry(RetryPolicy::none());
    Leonardo::new(endpoint.transport(vendor.transport()).clock(clock.clone())).unwrap()
}

async fn run_on(journal: &MemoryJournal, clock: &Arc<FixedClock>) -> Run {
    Run::open_with(journal, "run", OpenOptions::new().with_clock(clock.clone())).await.unwrap()
}

async fn draw(vendor: &ScriptedVendor, model: &str, request: &ImageRequest) -> Result<Made<ImageBatch>, Error> {
    let clock = Arc::new(FixedClock::default());
    let run = run_on(&MemoryJournal::new(), &clock).await;
    client(vendor, &clock).image(model).make(&run, request).await
}

async fn film(vendor: &ScriptedVendor, model: &str, request: &VideoRequest) -> Result<Made<MediaFile>, Error> {
    let clock = Arc::new(FixedClock::default());
    let run = run_on(&MemoryJournal::new(), &clock).await;
    client(vendor, &clock).video(model).make(&run, request).await
}

fn image() -> Media {
    Media::bytes(samples::png(400, 300))
}

/// A vendor that answers every question after a generation like this.
fn answering(question: Answer) -> ScriptedVendor {
    Studio::default().vendor().respond_if(
        "check",
        |sent| sent.method == Method::GET && sent.url.path().contains("/generations/"),
        move |_| question.clone(),
    )
}

/// The paid request.
fn sent(vendor: &ScriptedVendor) -> Received {
    vendor.received().into_iter().find(|sent| sent.url.path().contains("/generations")).unwrap()
}

// Stands on requests that @leonardo-ai/sdk 4.21.3 sent. It sends `alchemy` and `presetStyle`
// unasked, which we leave to Leonardo; we say that the image is private.
#[tokio::test]
async fn requests_are_those_of_the_vendors_client() {
    let Some(golden) = shared::json("golden/leonardo/generation_create_and_get.json") else { return };
    let vendor = Studio::default().vendor();
    let request = ImageRequest::new("A café")
        .with_size("832x1216")
        .with_count(2)
        .with_extra("contrast", 3.5)
        .with_extra("enhancePrompt", false);
    draw(&vendor, "b2614463-296c-462a-9586-aafdb8f00e36", &request).await.unwrap();
    for (sent, golden) in vendor.received().iter().zip(golden["requests"].as_array().unwrap()) {
        let address = format!("https://{}{}", golden["host"].as_str().unwrap(), golden["path"].as_str().unwrap());
        assert_eq!((sent.method.as_str(), sent.url.as_str()), (golden["method"].as_str().unwrap(), address.as_str()));
        assert_eq!(sent.header("authorization"), golden["headers"]["authorization"].as_str());
        let (mut body, mut expected) = (sent.json(), golden["body"]["json"].clone());
        if sent.method == Method::POST {
            assert_eq!(body.as_object_mut().unwrap().remove("public"), Some(json!(false)));
            for field in ["alchemy", "presetStyle"] {
                expected.as_object_mut().unwrap().remove(field).unwrap();
            }
        }
        assert_eq!(body, expected);
    }
    let Some(golden) = shared::json("golden/leonardo/init_image_upload_ticket.json") else { return };
    let vendor = Studio::default().vendor();
    draw(&vendor, PHOENIX, &ImageRequest::new("a").with_reference(image())).await.unwrap();
    let (first, golden) = (&vendor.received()[0], &golden["requests"][0]);
    assert_eq!(first.url.path(), golden["path"].as_str().unwrap());
    assert_eq!(first.json(), golden["body"]["json"]);
}

// Stands on the documented exchanges in `../shared`; each of them is read.
#[tokio::test]
async fn documented_exchanges_are_read() {
    for (name, exchange) in shared::exchanges("leonardo-") {
        let (answer, asked) = (shared::answer(&exchange), exchange["request"]["body"].clone());
        let posts = |answer: Answer| {
            let path = exchange["request"]["path"].as_str().unwrap().to_owned();
            let done = json!({"generations_by_pk": {"status": "COMPLETE", "generated_images": [
                {"url": "https://cdn.example/1.png", "motionMP4URL": "https://cdn.example/1.mp4"}]}});
            answering(Answer::json(done)).respond_if(
                "post",
                move |sent| sent.method == Method::POST && sent.url.path() == path,
                move |_| answer.clone(),
            )
        };
        match name.split('-').nth(1).unwrap() {
            "01" => {
                let vendor = posts(answer);
                let request = ImageRequest::new(asked["prompt"].as_str().unwrap())
                    .with_size("1024x1024")
                    .with_count(2)
                    .with_extra("alchemy", true)
                    .with_extra("presetStyle", "CINEMATIC");
                let made = draw(&vendor, PHOENIX, &request).await.unwrap();
                assert_eq!(sent(&vendor).json(), asked);
                assert_eq!(made.usage.as_ref().unwrap().reported_cost, Some(MicroDollars(14_700)));
                let id = exchange["response"]["body"]["sdGenerationJob"]["generationId"].as_str().unwrap();
                assert!(vendor.received()[1].url.path().ends_with(&format!("/v1/generations/{id}")));
            }
            "02" => {
                let error = draw(&answering(answer), PHOENIX, &ImageRequest::new("a")).await.unwrap_err();
                assert!(error.message().contains("`PENDING`"), "{error}");
            }
            "04" => {
                let error = draw(&answering(answer), PHOENIX, &ImageRequest::new("a")).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::JobFailed);
                // It is not said whether it was paid; what was asked for it is.
                assert_eq!(error.usage().unwrap().reported_cost, Some(MicroDollars(14_700)));
            }
            // The fields are sent in their order, the file behind them, and no key.
            "05" => {
                let vendor = posts(answer).respond_if(
                    "store",
                    |sent| sent.url.host_str() == Some("image-pipeline.s3-accelerate.example"),
                    |_| Answer::status(StatusCode::NO_CONTENT),
                );
                draw(&vendor, PHOENIX, &ImageRequest::new("a").with_reference(image())).await.unwrap();
                let received = vendor.received();
                let (form, text) = (&received[1], received[1].text());
                assert!(!form.headers.contains_key(AUTHORIZATION));
                let names = ["Content-Type", "bucket", "X-Amz-Algorithm", "key", "Policy", "X-Amz-Signature", "file"];
                let places: Vec<_> = names.iter().map(|name| text.find(&format!("name=\"{name}\"")).unwrap()).collect();
                assert!(places.is_sorted(), "{places:?}");
                assert_eq!(received[2].json()["init_image_id"], "up-1");
            }
            "07" => {
                let vendor = posts(answer);
                let request = VideoRequest::new("slow push in")
                    .with_resolution("720p")
                    .with_first_frame(image())
                    .with_extra("frameInterpolation", true);
                let made = film(&vendor, MOTION, &request).await.unwrap();
                assert_eq!(made.usage.unwrap().reported_cost, Some(MicroDollars(430_000)));
                // The example has an image that Leonardo drew; ours is uploaded. Ours is private.
                let mut expected = asked;
                expected["imageId"] = "up-1".into();
                expected["imageType"] = "UPLOADED".into();
                expected["isPublic"] = false.into();
                assert_eq!(sent(&vendor).json(), expected);
            }
            "08" => {
                let vendor = posts(answer);
                let extra = json!({"prompt_enhance": "OFF", "style_ids": asked["parameters"]["style_ids"]});
                let request = ImageRequest::new(asked["parameters"]["prompt"].as_str().unwrap())
                    .with_aspect_ratio(AspectRatio::SQUARE)
                    .with_reference(image())
                    .with_extra("parameters", extra);
                let made = draw(&vendor, BANANA, &request).await.unwrap();
                assert_eq!(made.usage.as_ref().unwrap().reported_cost, Some(MicroDollars(134_000)));
                let mut expected = asked;
                expected["parameters"]["guidances"]["image_reference"][0]["image"] =
                    json!({"id": "up-1", "type": "UPLOADED"});
                assert_eq!(sent(&vendor).json(), expected);
            }
            _ => panic!("{name} is not expected"),
        }
    }
}

// Stands on the vendor's reference; the second API's videos on its page about Seedance.
#[tokio::test]
async fn each_api_has_its_own_names() {
    let asked = || ImageRequest::new("Dusk");
    for (model, request, expected) in [
        (
            PHOENIX,
            asked().with_aspect_ratio(AspectRatio::VERTICAL).with_seed(7).with_negative_prompt("rain"),
            json!({"prompt": "Dusk", "modelId": PHOENIX, "width": 864, "height": 1536, "num_images": 1, "seed": 7,
                "negative_prompt": "rain", "public": false}),
        ),
        (
            "openai/gpt-image-2.6-sunburst",
            asked().with_quality("HIGH").with_count(2),
            json!({"model": "openai/gpt-image-2.6-sunburst", "public": false, "parameters":
                {"prompt": "Dusk", "quantity": 2, "quality": "HIGH"}}),
        ),
        // At an address: fetched by us and uploaded, since Leonardo fetches none.
        (
            BANANA,
            asked().with_reference(Media::remote("https://a.example/a.png".parse().unwrap())),
            json!({"model": BANANA, "public": false, "parameters": {"prompt": "Dusk",
                "quantity": 1, "guidances": {"image_reference":
                    [{"image": {"id": "up-1", "type": "UPLOADED"}, "strength": "MID"}]}}}),
        ),
    ] {
        let vendor = Studio::default().vendor();
        draw(&vendor, model, &request).await.unwrap();
        assert_eq!(sent(&vendor).json(), expected, "{model}");
    }
    let asked = || VideoRequest::new("It moves").with_resolution("720p");
    for (model, request, path, expected) in [
        (
            "VEO3",
            asked().with_duration(Duration::from_secs(8)).with_aspect_ratio(AspectRatio::VERTICAL),
            "v1/generations-text-to-video",
            json!({"prompt": "It moves", "model": "VEO3", "resolution": "RESOLUTION_720", "width": 720, "height": 1280,
                "duration": 8, "isPublic": false}),
        ),
        (
            "KLING2_1",
            asked().with_first_frame(image()).with_last_frame(Media::bytes(samples::png(300, 400))),
            "v1/generations-image-to-video",
            json!({"prompt": "It moves", "model": "KLING2_1", "imageId": "up-1", "imageType": "UPLOADED",
                "endFrameImage": {"id": "up-2", "type": "UPLOADED"}, "resolution": "RESOLUTION_720", "isPublic": false}),
        ),
        (
            "seedance-2.0",
            asked().with_duration(Duration::from_secs(4)).with_first_frame(image()),
            "v2/generations",
            json!({"model": "seedance-2.0", "public": false, "parameters": {"prompt": "It moves", "mode": "RESOLUTION_720",
                "duration": 4, "guidances": {"start_frame": [{"image": {"id": "up-1", "type": "UPLOADED"}}]}}}),
        ),
    ] {
        let vendor = Studio::default().vendor();
        let video = film(&vendor, model, &request).await.unwrap();
        assert_eq!((video.info.width, video.info.height), (Some(720), Some(1280)));
        let sent = sent(&vendor);
        assert_eq!((sent.url.path(), sent.json()), (&*format!("/api/rest/{path}"), expected));
    }
}

// Museum F13.
#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let asked = || ImageRequest::new("a cat");
    for (model, request, field) in [
        (PHOENIX, asked().with_reference(image()).with_reference(image()), "references"),
        (PHOENIX, asked().with_reference(Media::bytes("GIF89a")), "references"),
        (PHOENIX, asked().with_count(5).with_aspect_ratio(AspectRatio::SQUARE), "count"),
        (PHOENIX, asked().with_count(5).with_size("1024x512"), "count"),
        (PHOENIX, asked().with_count(9), "count"),
        (PHOENIX, asked().with_size("1000x1001"), "size"),
        (PHOENIX, asked().with_size("2K"), "size"),
        (PHOENIX, asked().with_quality("HIGH"), "quality"),
        (PHOENIX, asked().with_size("512x512").with_aspect_ratio(AspectRatio::SQUARE), "aspect_ratio"),
        (BANANA, asked().with_negative_prompt("rain"), "negative_prompt"),
    ] {
        let vendor = Studio::default().vendor();
        let error = draw(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
    let asked = || VideoRequest::new("a cat");
    for (model, request, field) in [
        (MOTION, asked().with_duration(Duration::from_secs(5)), "duration"),
        (MOTION, asked().with_first_frame(image()).with_last_frame(image()), "last_frame"),
        (MOTION, asked().with_audio(true), "audio"),
        ("VEO3", asked().with_duration(Duration::from_secs(5)), "duration"),
        ("VEO3", asked().with_aspect_ratio(AspectRatio::SQUARE), "aspect_ratio"),
        ("KLING2_1", asked().with_last_frame(image()), "first_frame"),
    ] {
        let vendor = Studio::default().vendor();
        let error = film(&vendor, model, &request).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
        assert!(vendor.received().is_empty(), "{field}");
    }
}

// The shape is documented, the texts invented.
#[tokio::test]
async fn errors_are_classified() {
    for (status, code, text, kind, retry) in [
        (400, "unexpected", "it says", ErrorKind::InvalidRequest, Retry::Never),
        (400, "access-denied", "it says", ErrorKind::Permission, Retry::Never),
        (400, "unexpected", "blocked by our content moderation", ErrorKind::Rejected, Retry::Never),
        (401, "access-denied", "it says", ErrorKind::Auth, Retry::Never),
        (403, "access-denied", "it says", ErrorKind::Permission, Retry::Never),
        (404, "not-found", "it says", ErrorKind::NotFound, Retry::Never),
        (429, "unexpected", "it says", ErrorKind::RateLimited, Retry::Backoff),
    ] {
        let answer = Answer::json(json!({"error": text, "path": "$", "code": code}));
        let answer = answer.with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| answer.clone());
        let error = draw(&vendor, PHOENIX, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!((error.kind(), error.retry(), error.effect()), (kind, retry, Effect::None), "{status}");
        assert_eq!((error.message(), error.code()), (text, Some(code)));
    }
}

// Museum F1, F3. The words are the vendor's.
#[tokio::test]
async fn every_word_ends_in_a_verdict() {
    let generation =
        |status: &str, images: Value| json!({"generations_by_pk": {"status": status, "generated_images": images}});
    let picture = |nsfw: bool| json!({"url": "https://cdn.example/1.png", "nsfw": nsfw});
    for (body, kind, message) in [
        (generation("FAILED", json!([])), ErrorKind::JobFailed, "no reason"),
        (generation("COMPLETE", json!([])), ErrorKind::JobFailed, "names no file"),
        (generation("COMPLETE", json!([picture(true)])), ErrorKind::Rejected, "flagged"),
        (generation("SOMETHING_NEW", json!([])), ErrorKind::Timeout, "SOMETHING_NEW"),
        // It may be one that is not there yet: it is not given up.
        (json!({"generations_by_pk": null}), ErrorKind::Timeout, "null"),
    ] {
        let vendor = answering(Answer::json(body));
        let error = draw(&vendor, PHOENIX, &ImageRequest::new("a cat")).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains(message), "{error}");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("leonardo"), "{error}");
        assert_eq!(submissions(&vendor), 1);
    }
    let some = generation("COMPLETE", json!([picture(true), picture(false)]));
    let made = draw(&answering(Answer::json(some)), PHOENIX, &ImageRequest::new("a").with_count(2)).await.unwrap();
    assert_eq!((made.images.len(), made.refused, made.warnings.len()), (1, 1, 1));
}

// Stands on the vendor's reference.
#[tokio::test]
async fn what_was_made_is_deleted() {
    let (vendor, clock) = (Studio::default().vendor(), Arc::new(FixedClock::default()));
    let run = run_on(&MemoryJournal::new(), &clock).await;
    let model = client(&vendor, &clock).image(PHOENIX);
    let made = model.make(&run, &ImageRequest::new("a cat")).await.unwrap();
    for _twice in 0..2 {
        model.remove(&run, &made).await.unwrap();
        let last = vendor.received().pop().unwrap();
        assert_eq!((last.method, last.url.path()), (Method::DELETE, "/api/rest/v1/generations/g1"));
    }
}

// Invented vendor; the paid requests are counted there. Museum F12.
#[tokio::test]
async fn it_keeps_the_contract() {
    fn connected(scene: &Scene) -> social_core::Result<Leonardo> {
        let endpoint = Leonardo::endpoint().auth(Auth::Bearer(conformance::SECRET.into()));
        Leonardo::new(
            endpoint.transport(scene.transport.clone()).clock(scene.clock.clone()).random(scene.random.clone()),
        )
    }
    let failing = || Studio { fails: true, ..Studio::default() }.vendor();
    for model in [PHOENIX, BANANA] {
        let connect = move |scene: &Scene| Ok(Arc::new(connected(scene)?.image(model)) as Arc<ImageModel>);
        let subject = Subject::new(|| Studio::default().vendor(), connect).counting(submissions).failing(failing);
        conformance::maker(&subject, &ImageRequest::new("a cat")).await.unwrap();
    }
    for model in [MOTION, "KLING2_5", "seedance-2.0"] {
        let connect = move |scene: &Scene| Ok(Arc::new(connected(scene)?.video(model)) as Arc<VideoModel>);
        let subject = Subject::new(|| Studio::default().vendor(), connect).counting(submissions).failing(failing);
        conformance::maker(&subject, &VideoRequest::new("a cat")).await.unwrap();
    }
    // With an upload in front of what is paid.
    let connect = |scene: &Scene| Ok(Arc::new(connected(scene)?.image(PHOENIX)) as Arc<ImageModel>);
    let subject = Subject::new(|| Studio::default().vendor(), connect).counting(submissions).failing(failing);
    let subject = subject.except("references", "there is one already");
    let subject = subject.except("references.role", "there is one already");
    conformance::maker(&subject, &ImageRequest::new("a cat").with_reference(image())).await.unwrap();
}
