//! Stands on exchanges put together from Cloudinary's documentation, on its client's requests and
//! on known answers of its signatures. The vendor with a memory is invented.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use http::{Method, StatusCode};
use serde_json::{Value, json};
use social_core::clock::Timestamp;
use social_core::enhance::{EnhanceRequest, Enhancement, Enhancer};
use social_core::error::{Effect, ErrorKind};
use social_core::host::{HostRequest, MediaHost};
use social_core::http::{RetryPolicy, Transport};
use social_core::image::AspectRatio;
use social_core::make::Maker as _;
use social_core::media::{Media, MediaType};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{
    Answer, Case, Fault, FaultTransport, FixedClock, Received, Scene, ScriptedVendor, fault_matrix,
};

use super::*;
use crate::shared::{self, field, parts};

const MEBIBYTE: u64 = 1 << 20;

fn cloudinary(transport: Arc<dyn Transport>, clock: Arc<FixedClock>) -> Cloudinary {
    let endpoint = Cloudinary::endpoint().transport(transport).clock(clock).retry(RetryPolicy::none());
    Cloudinary::new(endpoint, Credentials::new("test-cloud", "test-key", "test-secret".into())).unwrap()
}

fn connected(scene: &Scene) -> Result<Cloudinary> {
    let endpoint = Cloudinary::endpoint()
        .transport(scene.transport.clone())
        .clock(scene.clock.clone())
        .random(scene.random.clone());
    Cloudinary::new(endpoint, Credentials::new("demo", "key", conformance::SECRET.into()))
}

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

fn captions(bytes: u64) -> Media {
    let mut text = b"WEBVTT\n\n00:00.000 --> 00:01.000\n".to_vec();
    text.resize(usize::try_from(bytes).unwrap(), b'x');
    Media::bytes(text)
}

/// Cloudinary with its memory: what is stored, and uploads that are not whole.
#[derive(Clone, Default)]
struct Cloud {
    assets: Arc<Mutex<BTreeMap<String, usize>>>,
    sessions: Arc<Mutex<BTreeMap<String, BTreeMap<u64, u64>>>>,
    moderation: Option<Value>,
}

impl Cloud {
    fn vendor(&self) -> ScriptedVendor {
        let cloud = self.clone();
        ScriptedVendor::new().respond_if("Cloudinary", |_| true, move |request| cloud.answer(request))
    }

    fn answer(&self, request: &Received) -> Answer {
        if request.url.host_str() == Some("res.cloudinary.com") {
            return Answer::bytes("image/png", png(2, 3));
        }
        let refused =
            |message: &str| Answer::json(json!({"error": {"message": message}})).with_status(StatusCode::BAD_REQUEST);
        let mut path = request.url.path().rsplit('/');
        let (action, family) = (path.next().unwrap(), path.next().unwrap());
        let public_id = field(request, "public_id").unwrap();
        let mut assets = self.assets.lock().unwrap();
        match action {
            "destroy" => {
                let gone = assets.remove(&public_id).is_some();
                Answer::json(json!({"result": if gone { "ok" } else { "not found" }}))
            }
            "explicit" if !assets.contains_key(&public_id) => {
                Answer::json(json!({"error": {"message": "Resource not found"}})).with_status(StatusCode::NOT_FOUND)
            }
            "explicit" => {
                let eager = field(request, "eager").unwrap_or_default();
                let url = format!("https://res.cloudinary.com/demo/image/upload/{eager}/v1/{public_id}.png");
                let eager = json!([{"transformation": eager, "secure_url": url, "width": 2, "height": 3}]);
                Answer::json(self.asset(family, &public_id, eager))
            }
            _ => {
                let file = parts(request).into_iter().find(|(name, ..)| name == "file").unwrap().2;
                if let Some(id) = request.header("x-unique-upload-id") {
                    let range = request.header("content-range").unwrap().trim_start_matches("bytes ").to_owned();
                    let (range, length) = range.split_once('/').unwrap();
                    let (start, end) = range.split_once('-').unwrap();
                    let [start, end, length] = [start, end, length].map(|number| number.parse::<u64>().unwrap());
                    assert_eq!(file.len() as u64, end + 1 - start);
                    let mut sessions = self.sessions.lock().unwrap();
                    if start > 0 && !sessions.contains_key(id) {
                        return refused("the upload is not known");
                    }
                    let session = sessions.entry(id.to_owned()).or_default();
                    session.insert(start, end + 1);
                    let arrived: u64 = session.iter().map(|(start, end)| end - start).sum();
                    if arrived < length {
                        return Answer::json(json!({"done": false, "public_id": public_id, "kind": "upload"}));
                    }
                    assets.insert(public_id.clone(), usize::try_from(length).unwrap());
                } else {
                    assets.insert(public_id.clone(), file.len());
                }
                Answer::json(self.asset(family, &public_id, json!([])))
            }
        }
    }

    fn asset(&self, family: &str, public_id: &str, eager: Value) -> Value {
        let ending = if family == "raw" { "" } else { ".png" };
        let family = if family == "auto" { "image" } else { family };
        json!({
            "public_id": public_id, "resource_type": family, "width": 1000, "height": 500, "format": "png",
            "url": format!("http://res.cloudinary.com/demo/{family}/upload/v17/{public_id}{ending}"),
            "secure_url": format!("https://res.cloudinary.com/demo/{family}/upload/v17/{public_id}{ending}"),
            "eager": eager, "moderation": self.moderation.clone().unwrap_or_else(|| json!([])),
        })
    }
}

// Known answers computed from the documented rule; museum F of signatures.
#[test]
fn signatures_are_as_documented() {
    let Some(vectors) = shared::json("cassettes/media/vectors/signing.json") else { return };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let uploads = &vectors["cloudinary_upload_signature"];
    let secret = SecretString::from(text(&uploads["secret"]));
    for case in uploads["cases"].as_array().unwrap() {
        let params: Vec<(String, String)> =
            case["params"].as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect();
        let algorithm = SignatureAlgorithm::named(case["algorithm"].as_str().unwrap()).unwrap();
        let pairs = params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let empty = [("tags", "")];
        assert_eq!(algorithm.of_parameters(pairs.chain(empty), &secret), case["signature"].as_str().unwrap());
    }
    let addresses = &vectors["cloudinary_signed_delivery_url"];
    let credentials = Credentials::new("test123", "key", text(&addresses["secret"]).into());
    let cloudinary = Cloudinary::new(Cloudinary::endpoint(), credentials).unwrap();
    for case in addresses["cases"].as_array().unwrap() {
        let (transformation, name) = case["path"].as_str().unwrap().rsplit_once('/').unwrap();
        let url = format!("https://res.cloudinary.com/test123/image/upload/v1234/{name}").parse().unwrap();
        let signed = cloudinary.transformed(&RemoteMedia { url, expires_at: None }, transformation).unwrap();
        assert_eq!(signed.url.as_str(), case["url"].as_str().unwrap());
    }
    assert_eq!(SignatureAlgorithm::named("md5").unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn only_files_of_the_account_have_changed_addresses() {
    let cloudinary = cloudinary(Cloud::default().vendor().transport(), Arc::default());
    for url in ["https://res.cloudinary.com/other/image/upload/a.png", "https://a.example/test-cloud/a.png"] {
        let hosted = RemoteMedia { url: url.parse().unwrap(), expires_at: None };
        let error = cloudinary.transformed(&hosted, "c_fill").unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some("made")), "{url}");
    }
    let named = |url: &str| cloudinary.named_in(&url.parse().unwrap()).unwrap();
    let image = named("https://res.cloudinary.com/test-cloud/image/upload/v17/my%20posts/a.b.png");
    assert_eq!(image, ("image".to_owned(), "my posts/a.b".to_owned()));
    let changed = named("https://res.cloudinary.com/test-cloud/image/upload/s--abc--/c_fill,w_1/v17/a.png");
    assert_eq!(changed, ("image".to_owned(), "a".to_owned()));
    let raw = named("https://res.cloudinary.com/test-cloud/raw/upload/vtt/a.vtt");
    assert_eq!(raw, ("raw".to_owned(), "vtt/a.vtt".to_owned()));
}

/// What a golden request holds, but for files.
fn golden_fields(request: &Value) -> BTreeMap<String, String> {
    let parts = request["body"]["parts"].as_array().unwrap();
    let texts = parts.iter().filter_map(|part| Some((part["name"].as_str()?, part["text"].as_str()?)));
    texts.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

fn sent_fields(request: &Received) -> BTreeMap<String, String> {
    let texts = parts(request).into_iter().filter(|(name, ..)| name != "file");
    texts.map(|(name, _, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
}

fn golden_clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::new(Timestamp::from_second(1_767_225_600).unwrap()))
}

// Stands on the requests of pycloudinary 1.46.3.
#[tokio::test]
async fn requests_are_those_of_the_vendors_client() {
    let [Some(upload), Some(changes), Some(large)] =
        ["image_upload_eager", "explicit_and_destroy", "video_upload_large_chunked"]
            .map(|name| shared::json(&format!("golden/cloudinary/{name}.json")))
    else {
        return;
    };
    let path = |request: &Value| request["path"].as_str().unwrap().to_owned();

    // The fields are the golden ones; ours name the file by its bytes and have no tags.
    let vendor = ScriptedVendor::new().respond_if("all", |_| true, |_| Answer::json(json!({"result": "ok"})));
    let client = cloudinary(vendor.transport(), golden_clock());
    let golden = &upload["requests"][0];
    let fields: Vec<(&str, String)> = ["public_id", "folder", "overwrite", "eager", "tags"]
        .map(|name| (name, golden_fields(golden)[name].clone()))
        .to_vec();
    let form = client.signed(Multipart::new().file("file", "a.png", "image/png", "bytes"), &fields);
    client.post("image", "upload").unwrap().multipart(form).send().await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!(sent_fields(sent), golden_fields(golden));
    assert_eq!(sent.url.path(), path(golden));

    client.destroy("image", "post-1").await.unwrap();
    let sent = &vendor.received()[1];
    assert_eq!(
        (sent_fields(sent), sent.url.path()),
        (golden_fields(&changes["requests"][1]), &*path(&changes["requests"][1]))
    );

    let cloud = Cloud::default();
    cloud.assets.lock().unwrap().insert("post-1".to_owned(), 1);
    let vendor = cloud.vendor();
    let client = cloudinary(vendor.transport(), golden_clock());
    let asset = serde_json::from_value(json!({"public_id": "post-1"})).unwrap();
    let request = EnhanceRequest::new(image(1, 1), []);
    client.enhancer("edit").derive(&asset, "e_upscale", &request).await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!(
        (sent_fields(sent), sent.url.path()),
        (golden_fields(&changes["requests"][0]), &*path(&changes["requests"][0]))
    );

    // A large file: the ranges, one id for all parts, and the name, which the client takes from the
    // answers.
    let vendor = Cloud::default().vendor();
    let mut client = cloudinary(vendor.transport(), golden_clock());
    client.part = 5 * MEBIBYTE;
    client.host().make(&Run::ephemeral(), &HostRequest::new(captions(12_432_000))).await.unwrap();
    let sent = vendor.received();
    let golden = large["requests"].as_array().unwrap();
    assert_eq!(sent.len(), golden.len());
    for (sent, golden) in sent.iter().zip(golden) {
        assert_eq!(sent.header("content-range"), golden["headers"]["content-range"].as_str());
        let names = |fields: BTreeMap<String, String>| fields.into_keys().collect::<Vec<_>>();
        assert_eq!(names(sent_fields(sent)), names(golden_fields(golden)));
    }
    let ids: BTreeSet<_> = sent.iter().map(|sent| sent.header("x-unique-upload-id").unwrap()).collect();
    assert_eq!(ids.len(), 1);
}

// Stands on Cloudinary's documentation.
#[tokio::test]
async fn every_recorded_exchange_is_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes/media");
    let Ok(files) = std::fs::read_dir(folder) else {
        social_core::testkit::did_not_run("../shared");
        return;
    };
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut seen = 0;
    for name in names.filter(|name| name.starts_with("cloudinary-")) {
        let cassette = shared::cassette(&name).unwrap();
        let status = StatusCode::from_u16(cassette["response"]["status"].as_u64().unwrap() as u16).unwrap();
        let answer = Answer::json(cassette["response"]["body"].clone()).with_status(status);
        let vendor = ScriptedVendor::new().respond_if(
            "Cloudinary",
            |_| true,
            move |request| match request.url.host_str() {
                Some("res.cloudinary.com") => Cloud::default().answer(request),
                _ => answer.clone(),
            },
        );
        let client = cloudinary(vendor.transport(), Arc::default());
        let address = Media::remote("https://cdn.example.com/a.png".parse().unwrap());
        match name.get(.."cloudinary-00".len()).unwrap() {
            "cloudinary-01" => {
                let made = client.host().make(&Run::ephemeral(), &HostRequest::new(image(2, 2))).await.unwrap();
                assert_eq!(made.url.path(), "/demo/image/upload/v1719307544/post_42.png");
                let wanted = cassette["request"]["body"]["$multipart"].as_array().unwrap();
                for part in wanted {
                    assert!(field(&vendor.received()[0], part["name"].as_str().unwrap()).is_some(), "{part}");
                }
            }
            "cloudinary-02" => {
                let changes = [
                    Enhancement::Crop(AspectRatio::PORTRAIT),
                    Enhancement::ShrinkTo { width: 1080, height: 1350 },
                    Enhancement::Convert(MediaType::Jpeg),
                ];
                let request = EnhanceRequest::new(address, changes);
                client.enhancer("edit").make(&Run::ephemeral(), &request).await.unwrap();
                let received = vendor.received();
                assert_eq!(field(&received[0], "file").as_deref(), Some("https://cdn.example.com/a.png"));
                assert_eq!(received[0].url.path(), "/v1_1/test-cloud/image/upload");
                let eager = "c_fill,g_auto,h_2000,w_1600/c_limit,h_1350,w_1080/b_white,f_jpg";
                assert_eq!(field(&received[1], "eager").as_deref(), Some(eager));
                let fetched = received[2].url.path();
                assert!(fetched.contains("/c_fill,g_auto,h_1350,w_1080/q_auto/f_jpg/"), "{fetched}");
                assert!(fetched.ends_with("/abc.jpg"), "{fetched}");
            }
            "cloudinary-04" => {
                let error = client.host().make(&Run::ephemeral(), &HostRequest::new(image(2, 2))).await.unwrap_err();
                assert_eq!((error.kind(), error.code()), (ErrorKind::Auth, Some("stale_request")), "{error}");
                assert_eq!((error.field(), error.effect()), (Some("timestamp"), Effect::None));
            }
            other => panic!("{other} is read by no test"),
        }
        seen += 1;
    }
    assert_eq!(seen, 3);
}

// Stands on the statuses of the contract; messages are invented but for the shape.
#[tokio::test]
async fn errors_are_classified() {
    let table = [
        (400, "Invalid image file", ErrorKind::MediaInvalid),
        (400, "File size too large. Got 11. Maximum is 10.", ErrorKind::MediaInvalid),
        (400, "Invalid transformation parameter", ErrorKind::InvalidRequest),
        (401, "Invalid Signature 14c0. String to sign - 'public_id=a'", ErrorKind::Auth),
        (403, "it says", ErrorKind::Permission),
        (404, "Resource not found", ErrorKind::NotFound),
        (420, "Rate limit exceeded", ErrorKind::RateLimited),
        (423, "it says", ErrorKind::Unavailable),
        (429, "it says", ErrorKind::RateLimited),
        (499, "it says", ErrorKind::Unavailable),
        (500, "it says", ErrorKind::Unavailable),
    ];
    for (status, message, kind) in table {
        let status = StatusCode::from_u16(status).unwrap();
        let answer = Answer::json(json!({"error": {"message": message}})).with_status(status);
        let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| answer.clone());
        let client = cloudinary(vendor.transport(), Arc::default());
        let error = client.host().make(&Run::ephemeral(), &HostRequest::new(image(2, 2))).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (kind, message), "{status}");
    }
}

#[tokio::test]
async fn a_file_is_hosted_once_and_removed() {
    let cloud = Cloud::default();
    let vendor = cloud.vendor();
    let host = cloudinary(vendor.transport(), Arc::default()).with_folder("posts").host();
    let (journal, mut urls) = (MemoryJournal::new(), BTreeSet::new());
    for _process in 0..2 {
        let run = Run::open(&journal, "tonight").await.unwrap();
        urls.insert(host.make(&run, &HostRequest::new(captions(60))).await.unwrap().url.to_string());
    }
    assert_eq!((vendor.received().len(), urls.len()), (1, 1));
    let digest = captions(60).sha256().await.unwrap();
    let url = urls.pop_first().unwrap();
    assert_eq!(url, format!("https://res.cloudinary.com/demo/raw/upload/v17/posts/{digest}.vtt"));

    let run = Run::ephemeral();
    let demo = Credentials::new("demo", "key", "secret".into());
    let host = Cloudinary::new(Cloudinary::endpoint().transport(vendor.transport()), demo).unwrap().host();
    let made = RemoteMedia { url: url.parse().unwrap(), expires_at: None };
    for _ in 0..2 {
        host.remove(&run, &made).await.unwrap();
        assert!(cloud.assets.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_address_that_ends_too_early_is_fetched_by_cloudinary() {
    let now = social_core::clock::Clock::now(&FixedClock::default());
    let hour = std::time::Duration::from_secs(3600);
    let url: Url = "https://a.example/b.png".parse().unwrap();
    for (lives, uploads) in [(Some(now + hour), 1), (Some(now + 3 * hour), 0), (None, 0)] {
        let vendor = Cloud::default().vendor();
        let host = cloudinary(vendor.transport(), Arc::default()).host();
        let media = Media::Remote(RemoteMedia { url: url.clone(), expires_at: lives });
        let made = host.make(&Run::ephemeral(), &HostRequest::new(media).with_until(now + 2 * hour)).await.unwrap();
        assert_eq!((vendor.received().len(), made.url == url), (uploads, uploads == 0));
    }
}

async fn run_of(journal: &MemoryJournal, clock: &Arc<FixedClock>) -> Run {
    Run::open_with(journal, "video", OpenOptions::new().with_clock(clock.clone())).await.unwrap()
}

#[tokio::test]
async fn a_large_upload_goes_on_where_it_was_cut() {
    let cloud = Cloud::default();
    let (vendor, journal, clock) = (cloud.vendor(), MemoryJournal::new(), Arc::<FixedClock>::default());
    let client = |transport| {
        let mut client = cloudinary(transport, Arc::default());
        client.part = 5 * MEBIBYTE;
        client.host()
    };
    let request = HostRequest::new(captions(12 * MEBIBYTE));
    let cut = FaultTransport::from(vendor.transport(), 1, Fault::LostBefore);
    client(cut).make(&run_of(&journal, &clock).await, &request).await.unwrap_err();
    assert_eq!(vendor.received().len(), 1);
    client(vendor.transport()).make(&run_of(&journal, &clock).await, &request).await.unwrap();
    let ranges: Vec<_> = vendor
        .received()
        .iter()
        .map(|sent| sent.header("content-range").unwrap().split('-').next().unwrap().to_owned())
        .collect();
    assert_eq!(ranges, ["bytes 0", "bytes 5242880", "bytes 10485760"]);

    // An upload that Cloudinary has forgotten begins again.
    let journal = MemoryJournal::new();
    let cut = FaultTransport::from(vendor.transport(), 1, Fault::LostBefore);
    client(cut).make(&run_of(&journal, &clock).await, &request).await.unwrap_err();
    cloud.sessions.lock().unwrap().clear();
    let before = vendor.received().len();
    client(vendor.transport()).make(&run_of(&journal, &clock).await, &request).await.unwrap();
    assert_eq!(vendor.received().len() - before, 1 + 3);
    assert_eq!(cloud.assets.lock().unwrap().values().copied().collect::<Vec<_>>(), [12 << 20]);
}

// The files are counted at the vendor.
#[tokio::test]
async fn whatever_breaks_a_large_file_is_there_once() {
    let cases = fault_matrix(
        || {
            let cloud = Cloud::default();
            (cloud.vendor(), cloud)
        },
        |scene| async move {
            let mut client = connected(&scene)?;
            client.part = 40;
            client.host().make(&scene.run, &HostRequest::new(captions(100))).await
        },
        |(_, cloud): &(ScriptedVendor, Cloud)| cloud.assets.lock().unwrap().len(),
    );
    let cases = cases.await.unwrap();
    let unsure: Vec<_> = cases.iter().filter(|case| case.result.is_err()).map(ToString::to_string).collect();
    // A first part that was lost behind a success is missed with the last one, and all is sent
    // again.
    let violations: Vec<_> = cases.iter().filter_map(Case::violation).collect();
    assert!(unsure.is_empty() && violations.is_empty(), "{unsure:#?} {violations:#?}");
}

#[tokio::test]
async fn changes_are_written_as_transformations() {
    use Enhancement::{Convert, Crop, CropBetween, Polish, RemoveBackground, ShrinkTo, Upright, Upscale};
    let table: [(&[Enhancement], &str); 8] = [
        (&[Crop(AspectRatio::SQUARE)], "c_fill,g_auto,h_500,w_500"),
        (&[CropBetween { minimum: 0.8, maximum: 1.91 }, Upright], "c_fill,g_auto,h_500,w_955/a_exif"),
        (&[CropBetween { minimum: 0.8, maximum: 2.0 }], ""),
        (&[ShrinkTo { width: 100, height: 100 }, Convert(MediaType::Jpeg)], "c_limit,h_50,w_100/b_white,f_jpg"),
        (&[Upscale(2.0), Polish], "e_upscale/c_scale,h_1000,w_2000/e_improve"),
        (&[RemoveBackground], "e_background_removal/f_png"),
        (&[RemoveBackground, Convert(MediaType::Webp)], "e_background_removal/f_webp"),
        (&[Convert(MediaType::Avif)], "f_avif"),
    ];
    let size = crate::size::Size { width: 1000, height: 500 };
    for (operations, expected) in table {
        assert_eq!(transformation::of(operations, size, Some(MediaType::Jpeg)).unwrap(), expected);
    }
    // What cannot be had is refused before anything is sent.
    let vendor = Cloud::default().vendor();
    let enhancer = cloudinary(vendor.transport(), Arc::default()).enhancer("edit");
    for (media, operation, field) in [
        (image(4, 4), Upscale(0.5), "upscale"),
        (image(4, 4), Crop(AspectRatio::new(0, 1)), "crop"),
        (image(4, 4), Enhancement::MaxBytes(500), "operations"),
        (image(4, 4), Convert(MediaType::Heic), "operations.convert"),
        (captions(60), Upright, "image"),
    ] {
        let error = enhancer.make(&Run::ephemeral(), &EnhanceRequest::new(media, [operation])).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
    }
    assert!(vendor.received().is_empty());
}

#[tokio::test]
async fn an_add_ons_verdict_is_typed() {
    let label = json!({"confidence": 94.5, "name": "Suggestive", "parent_name": ""});
    let table = [
        (json!([{"kind": "aws_rek", "status": "approved", "response": {"moderation_labels": []}}]), "not flagged"),
        (
            json!([{"kind": "aws_rek", "status": "rejected", "response": {"moderation_labels": [label]}}]),
            "flagged: Suggestive (0.94), aws_rek",
        ),
        (json!([{"kind": "manual", "status": "pending"}]), "flagged: manual (pending)"),
    ];
    for (verdict, expected) in table {
        let rejected = verdict[0]["status"] == "rejected";
        let cloud = Cloud { moderation: Some(verdict), ..Cloud::default() };
        let vendor = cloud.vendor();
        let client = cloudinary(vendor.transport(), Arc::default()).with_moderation("aws_rek");
        let request = EnhanceRequest::new(image(1000, 500), [Enhancement::Polish]);
        let (enhancer, run) = (client.enhancer("edit"), Run::ephemeral());
        let made = enhancer.make(&run, &request).await;
        assert_eq!(field(&vendor.received()[0], "moderation").as_deref(), Some("aws_rek"));
        let hosted = client.host().make(&Run::ephemeral(), &HostRequest::new(image(2, 2))).await;
        if rejected {
            for error in [made.unwrap_err(), hosted.unwrap_err()] {
                assert!(error.message().ends_with(expected), "{error}");
                assert_eq!(error.rejection().unwrap().category.as_deref(), Some("Suggestive"));
            }
            continue;
        }
        let made = made.unwrap();
        assert_eq!(made.moderation.as_ref().unwrap().to_string(), expected);
        hosted.unwrap();
        enhancer.remove(&run, &made.value).await.unwrap();
        assert_eq!(cloud.assets.lock().unwrap().len(), 1, "what was hosted stays");
    }
}

#[tokio::test]
async fn the_host_keeps_the_contract() {
    let connect = |scene: &Scene| Ok(Arc::new(connected(scene)?.host()) as Arc<MediaHost>);
    let subject = Subject::new(|| Cloud::default().vendor(), connect);
    let subject = subject.except("until", "a file stays until it is removed");
    conformance::maker(&subject, &HostRequest::new(captions(60))).await.unwrap();
}

#[tokio::test]
async fn the_enhancer_keeps_the_contract() {
    let connect = |scene: &Scene| Ok(Arc::new(connected(scene)?.enhancer("edit")) as Arc<Enhancer>);
    let subject = Subject::new(|| Cloud::default().vendor(), connect).counting(|vendor| {
        // The same transformation of one upload is made once, however often it is asked for.
        let (mut uploads, mut made) = (0, BTreeSet::new());
        for sent in vendor.received() {
            uploads += usize::from(sent.is(&Method::POST, "/v1_1/demo/image/upload"));
            if sent.is(&Method::POST, "/v1_1/demo/image/explicit") {
                made.insert((uploads, field(&sent, "public_id"), field(&sent, "eager")));
            }
        }
        made.len()
    });
    let request = EnhanceRequest::new(image(1000, 500), [Enhancement::Polish]);
    conformance::maker(&subject, &request).await.unwrap();
}
