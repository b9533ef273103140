//! Stands on the stores' references and on `object_store`'s requests; the stores in memory are
//! invented. `tests/lab_buckets.rs` does the same with a real server.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use http::{HeaderName, Method, StatusCode};
use serde_json::json;
use social_core::clock::Clock as _;
use social_core::error::{Effect, ErrorKind};
use social_core::host::{HostRequest, MediaHost};
use social_core::http::{Request, Response, Transport};
use social_core::make::Maker as _;
use social_core::media::{Media, RemoteMedia};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::settings::{MapSettings, Wired};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, Case, FixedClock, FixedRandom, Received, Scene, ScriptedVendor, fault_matrix};

use super::*;
use crate::{connect_host_with, shared};

const HOUR: Duration = Duration::from_secs(3600);

/// A store with its memory: files by their paths, and parts of unfinished uploads.
#[derive(Clone, Default)]
struct Shelf {
    files: Arc<Mutex<BTreeMap<String, (String, usize)>>>,
    parts: Arc<Mutex<BTreeMap<String, BTreeMap<String, usize>>>>,
}

impl Shelf {
    fn vendor(&self) -> ScriptedVendor {
        let shelf = self.clone();
        ScriptedVendor::new().respond_if("a store", |_| true, move |request| shelf.answer(request))
    }

    fn answer(&self, request: &Received) -> Answer {
        // GCS is sent dots in this way.
        let path = request.url.path().replace("%2E", ".");
        let query = |name: &str| request.query(name);
        let xml = |text: &str| Answer::bytes("application/xml", text.to_owned()).with_header(ETAG, "\"e\"");
        let content_type = request.header("x-ms-blob-content-type").or(request.header("content-type"));
        let content_type = content_type.unwrap_or_default().to_owned();
        let (mut files, mut parts) = (self.files.lock().unwrap(), self.parts.lock().unwrap());
        let upload = query("uploadId").or(query("blockid").map(|_| "blocks".to_owned()));
        match (&request.method, upload) {
            (&Method::POST, None) => {
                // The content type of a file in parts is said at the beginning.
                parts.insert("u1".to_owned(), BTreeMap::new());
                files.insert(format!("unfinished {path}"), (content_type, 0));
                xml("<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>")
            }
            (&Method::PUT, Some(upload)) => {
                let number = query("partNumber").or(query("blockid")).unwrap();
                parts.entry(upload).or_default().insert(number, request.body.len());
                xml("").with_status(StatusCode::OK)
            }
            (&Method::POST, Some(upload)) if !parts.contains_key(&upload) => {
                xml("<Error><Code>NoSuchUpload</Code></Error>").with_status(StatusCode::NOT_FOUND)
            }
            (&Method::HEAD, _) => match files.get(&path) {
                Some((_, length)) => Answer::status(StatusCode::OK)
                    .with_header(ETAG, "\"e\"")
                    .with_header(LAST_MODIFIED, "Fri, 20 Nov 2026 12:00:00 GMT")
                    .with_header(CONTENT_LENGTH, length.to_string().leak()),
                None => Answer::status(StatusCode::NOT_FOUND),
            },
            (&Method::POST, Some(upload)) => {
                let length = parts.remove(&upload).unwrap_or_default().values().sum();
                let (content_type, _) = files.remove(&format!("unfinished {path}")).unwrap_or_default();
                files.insert(path, (content_type, length));
                xml("<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>")
            }
            (&Method::PUT, None) if query("comp").as_deref() == Some("blocklist") => {
                let length = parts.remove("blocks").unwrap_or_default().values().sum();
                files.insert(path, (content_type, length));
                xml("").with_status(StatusCode::CREATED)
            }
            (&Method::PUT, None) => {
                files.insert(path, (content_type, request.body.len()));
                xml("").with_status(StatusCode::CREATED)
            }
            (&Method::DELETE, Some(upload)) => {
                parts.remove(&upload);
                Answer::status(StatusCode::NO_CONTENT)
            }
            (&Method::DELETE, None) => match files.remove(&path) {
                Some(_) => Answer::status(StatusCode::ACCEPTED),
                None => Answer::status(StatusCode::NOT_FOUND),
            },
            _ => panic!("{request:?}"),
        }
    }

    fn files(&self) -> Vec<(String, String, usize)> {
        let files = self.files.lock().unwrap();
        files.iter().map(|(path, (content_type, length))| (path.clone(), content_type.clone(), *length)).collect()
    }
}

fn captions(bytes: usize) -> Media {
    let mut text = b"WEBVTT\n\n00:00.000 --> 00:01.000\n".to_vec();
    text.resize(bytes, b'x');
    Media::bytes(text)
}

/// A key file of a service account.
fn key_file() -> tempfile::NamedTempFile {
    use aws_lc_rs::encoding::AsDer as _;
    let pair = aws_lc_rs::signature::RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der.as_ref()));
    let file = json!({"type": "service_account", "client_email": "a@b.iam.gserviceaccount.com", "private_key": pem,
        "private_key_id": "kid"});
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), file.to_string()).unwrap();
    path
}

/// Settings of all stores.
fn settings(scene: &Scene, secret: &str, key_file: &std::path::Path) -> Wired<MapSettings> {
    let all = [
        ("AWS_ACCESS_KEY_ID", "AKIA0000"),
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_REGION", "eu-central-1"),
        ("GOOGLE_APPLICATION_CREDENTIALS", key_file.to_str().unwrap()),
        ("AZURE_STORAGE_ACCOUNT", "mymedia"),
        ("AZURE_STORAGE_KEY", &STANDARD.encode(secret)),
    ];
    let all = all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let Scene { transport, clock, random, .. } = scene.clone();
    Wired::new(all, move |endpoint| {
        endpoint.transport(Arc::new(Undated(transport.clone()))).clock(clock.clone()).random(random.clone())
    })
}

/// Takes the signature and its time out of the requests, which `object_store` takes from the
/// machine's clock, so that requests can be compared.
#[derive(Debug)]
struct Undated(Arc<dyn Transport>);

#[async_trait]
impl Transport for Undated {
    async fn send(&self, mut request: Request) -> Result<Response> {
        for name in ["authorization", "x-amz-date", "x-ms-date", "date"] {
            request.headers.remove(name);
        }
        self.0.send(request).await
    }
}

async fn scene_of(vendor: &ScriptedVendor, journal: &MemoryJournal, clock: &Arc<FixedClock>) -> Scene {
    let options = OpenOptions::new().with_clock(clock.clone());
    let run = Run::open_with(journal, "files", options).await.unwrap();
    let mut scenes = scenes(vendor, clock);
    scenes.run = run;
    scenes
}

fn scenes(vendor: &ScriptedVendor, clock: &Arc<FixedClock>) -> Scene {
    Scene {
        transport: vendor.transport(),
        run: Run::ephemeral(),
        clock: clock.clone(),
        random: Arc::new(FixedRandom::new(1)),
    }
}

#[tokio::test]
async fn a_file_is_in_each_store_once_and_its_address_is_signed_anew_when_it_has_ended() {
    let key_file = key_file();
    let name = format!("{}.vtt", captions(60).sha256().await.unwrap());
    for (store, host, path, parameters) in [
        ("s3/media", "media.s3.eu-central-1.amazonaws.com", format!("/{name}"), ["X-Amz-Signature", "X-Amz-Expires"]),
        ("gcs/media", "storage.googleapis.com", format!("/media/{name}"), ["X-Goog-Signature", "X-Goog-Expires"]),
        ("azure/media", "mymedia.blob.core.windows.net", format!("/media/{name}"), ["sig", "se"]),
    ] {
        let shelf = Shelf::default();
        let (vendor, journal, clock) = (shelf.vendor(), MemoryJournal::new(), Arc::<FixedClock>::default());
        let mut made = Vec::new();
        let until = clock.now() + 3 * HOUR;
        let request = HostRequest::new(captions(60)).with_until(until);
        for _process in 0..2 {
            let scene = scene_of(&vendor, &journal, &clock).await;
            let bucket = connect_host_with(store, &settings(&scene, "secret-0000", key_file.path())).unwrap();
            assert_eq!(bucket.address().to_string(), store);
            made.push(bucket.make(&scene.run, &request).await.unwrap().value);
        }
        assert!(made[0] == made[1] && made[0].expires_at == Some(until));
        assert_eq!((made[0].url.host_str(), made[0].url.path()), (Some(host), &*path), "{store}");
        for parameter in parameters {
            assert!(made[0].url.query_pairs().any(|(name, _)| name == parameter), "{}", made[0].url);
        }
        assert_eq!(shelf.files(), [(path.clone(), "text/vtt".to_owned(), 60)]);
        assert_eq!(vendor.received().len(), 1);

        // Without a time of its own the address lives for a day.
        let journal = MemoryJournal::new();
        let mut urls = Vec::new();
        for _ in 0..2 {
            let scene = scene_of(&vendor, &journal, &clock).await;
            let bucket = connect_host_with(store, &settings(&scene, "secret-0000", key_file.path())).unwrap();
            let made = bucket.make(&scene.run, &HostRequest::new(captions(60))).await.unwrap();
            assert_eq!(made.expires_at, Some(clock.now() + 24 * HOUR));
            urls.push(made.value);
            clock.advance(24 * HOUR);
        }
        assert_eq!(vendor.received().len(), 2, "uploaded once for each run");

        let scene = scenes(&vendor, &clock);
        let bucket = connect_host_with(store, &settings(&scene, "secret-0000", key_file.path())).unwrap();
        for _ in 0..2 {
            bucket.remove(&scene.run, &urls[0]).await.unwrap();
            assert!(shelf.files().is_empty());
        }
        let elsewhere = RemoteMedia { url: "https://a.example/b.png".parse().unwrap(), expires_at: None };
        assert_eq!(bucket.remove(&scene.run, &elsewhere).await.unwrap_err().field(), Some("made"));
    }
}

/// The request of boto3. Ours signs the bytes themselves and not a stream of them.
#[tokio::test]
async fn a_file_is_put_where_boto_puts_it() {
    let Some(golden) = shared::json("golden/aws_s3/put_object.json") else { return };
    let golden = &golden["requests"][0];
    let vendor = Shelf::default().vendor();
    let store = AmazonS3Builder::new()
        .with_bucket_name("media-bucket")
        .with_region("eu-central-1")
        .with_access_key_id("test-key")
        .with_secret_access_key("test-secret")
        .with_virtual_hosted_style_request(true);
    let host = BucketHost::s3(BucketHost::endpoint("s3").transport(vendor.transport()), "media-bucket", store).unwrap();
    let png = Media::bytes(
        STANDARD
            .decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4y8AARAwQCgAfrgP19hgqWQAAAABJRU5ErkJggg==",
            )
            .unwrap(),
    );
    host.with_folder("posts/ä b").make(&Run::ephemeral(), &HostRequest::new(png)).await.unwrap();
    let sent = &vendor.received()[0];
    assert_eq!(
        (sent.method.as_str(), sent.url.host_str()),
        (golden["method"].as_str().unwrap(), golden["host"].as_str())
    );
    // The folder is spelled as boto spells it.
    let folder = golden["path"].as_str().unwrap().trim_end_matches(".png");
    assert!(sent.url.path().starts_with(folder), "{}", sent.url);
    assert_eq!(sent.header("content-type"), golden["headers"]["content-type"].as_str());
    let authorization = sent.header("authorization").unwrap();
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=test-key/"), "{authorization}");
    assert!(authorization.contains("/eu-central-1/s3/aws4_request, SignedHeaders="), "{authorization}");
    assert!(sent.header("x-amz-content-sha256").unwrap().len() == 64);
}

#[tokio::test]
async fn a_large_file_goes_in_parts_of_one_size() {
    let key_file = key_file();
    for store in ["s3", "gcs", "azure"] {
        let shelf = Shelf::default();
        let vendor = shelf.vendor();
        let scene = scenes(&vendor, &Arc::default());
        let settings = settings(&scene, "secret-0000", key_file.path());
        let host = match store {
            "s3" => BucketHost::s3_from_settings(&settings, "media"),
            "gcs" => BucketHost::gcs_from_settings(&settings, "media"),
            _ => BucketHost::azure_from_settings(&settings, "media"),
        };
        let mut host = host.unwrap();
        host.part = 5 << 20;
        host.make(&scene.run, &HostRequest::new(captions(12_000_000))).await.unwrap();
        let sizes: Vec<_> = vendor.received().iter().map(|sent| sent.body.len()).filter(|size| *size > 1000).collect();
        assert_eq!(sizes, [5 << 20, 5 << 20, 12_000_000 - (10 << 20)], "{store}");
        let (_, content_type, length) = shelf.files().remove(0);
        assert_eq!((content_type.as_str(), length), ("text/vtt", 12_000_000), "{store}");
    }
}

// The files are counted at the store.
#[tokio::test]
async fn whatever_breaks_a_file_in_parts_is_there_once() {
    let new = || {
        let shelf = Shelf::default();
        (shelf.vendor(), shelf)
    };
    let work = |scene: Scene| async move {
        let mut host = BucketHost::s3_from_settings(&settings(&scene, "secret-0000", "none".as_ref()), "media")?;
        host.part = 40;
        host.make(&scene.run, &HostRequest::new(captions(100))).await
    };
    let whole = |(_, shelf): &(ScriptedVendor, Shelf)| {
        shelf.files().iter().filter(|(path, _, length)| !path.starts_with("unfinished") && *length == 100).count()
    };
    let cases = fault_matrix(new, work, whole).await.unwrap();
    let unsure: Vec<_> = cases.iter().filter(|case| case.result.is_err()).map(ToString::to_string).collect();
    let violations: Vec<_> = cases.iter().filter_map(Case::violation).collect();
    assert!(unsure.is_empty() && violations.is_empty(), "{unsure:#?} {violations:#?}");
}

#[tokio::test]
async fn what_cannot_be_had_is_refused_before_anything_is_sent() {
    let vendor = Shelf::default().vendor();
    let clock = Arc::<FixedClock>::default();
    let scene = scene_of(&vendor, &MemoryJournal::new(), &clock).await;
    let settings = settings(&scene, "secret-0000", "none".as_ref());
    let (now, day) = (clock.now(), 24 * HOUR);
    for (store, until, kind) in
        [("s3/media", now + 8 * day, ErrorKind::Unsupported), ("s3/media", now - HOUR, ErrorKind::InvalidRequest)]
    {
        let host = connect_host_with(store, &settings).unwrap();
        let error = host
            .make(&scene.run.child(kind.as_str()), &HostRequest::new(captions(60)).with_until(until))
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.field(), error.effect()), (kind, Some("until"), Effect::None));
    }
    assert!(vendor.received().is_empty());
    // A container's addresses live as long as its key.
    let host = connect_host_with("azure/media", &settings).unwrap();
    host.make(&scene.run, &HostRequest::new(captions(60)).with_until(now + 8 * day)).await.unwrap();

    for name in ["s3", "gcs", "azure"] {
        let error = connect_host_with(name, &MapSettings::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    }
    let error = connect_host_with("s3", &settings).unwrap_err();
    assert_eq!(error.field(), Some("S3_BUCKET"), "{error}");
    assert_eq!(connect_host_with("gcs/media", &settings).unwrap_err().kind(), ErrorKind::Config);
}

// Codes of the stores' lists; the messages are invented.
#[tokio::test]
async fn errors_are_classified() {
    let table = [
        (403, "InvalidAccessKeyId", ErrorKind::Auth),
        (403, "SignatureDoesNotMatch", ErrorKind::Auth),
        (403, "RequestTimeTooSkewed", ErrorKind::Auth),
        (400, "ExpiredToken", ErrorKind::Auth),
        (403, "AuthenticationFailed", ErrorKind::Auth),
        (403, "AccessDenied", ErrorKind::Permission),
        (404, "NoSuchBucket", ErrorKind::NotFound),
        (400, "EntityTooLarge", ErrorKind::MediaInvalid),
        (503, "SlowDown", ErrorKind::RateLimited),
        (500, "InternalError", ErrorKind::Unavailable),
    ];
    for (status, code, kind) in table {
        let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>it says\nmore</Message></Error>");
        let answer = Answer::bytes("application/xml", body).with_status(StatusCode::from_u16(status).unwrap());
        let vendor = ScriptedVendor::new().respond_if("all", |_| true, move |_| answer.clone());
        let scene = scenes(&vendor, &Arc::default());
        let host = connect_host_with("s3/media", &settings(&scene, "secret-0000", "none".as_ref())).unwrap();
        let error = host.make(&scene.run, &HostRequest::new(captions(60))).await.unwrap_err();
        assert_eq!((error.kind(), error.code(), error.message()), (kind, Some(code), "it says"), "{error:?}");
        assert_eq!(error.is_token_expired(), code == "ExpiredToken");
        assert_eq!(error.vendor().map(|vendor| vendor.as_str()), Some("s3"));
    }
}

#[tokio::test]
async fn a_file_whose_address_ends_too_early_is_fetched() {
    let shelf = Shelf::default();
    let stored = shelf.clone();
    let vendor = ScriptedVendor::new().respond_if(
        "a store and a file",
        |_| true,
        move |request| match request.url.host_str() {
            Some("a.example") => Answer::bytes("text/vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n"),
            _ => stored.answer(request),
        },
    );
    let clock = Arc::<FixedClock>::default();
    let scene = scene_of(&vendor, &MemoryJournal::new(), &clock).await;
    let host = connect_host_with("s3/media", &settings(&scene, "secret-0000", "none".as_ref())).unwrap();
    let media = Media::Remote(RemoteMedia {
        url: "https://a.example/a.vtt".parse().unwrap(),
        expires_at: Some(clock.now() + HOUR),
    });
    let made = host.make(&scene.run, &HostRequest::new(media).with_until(clock.now() + 2 * HOUR)).await.unwrap();
    assert_eq!(made.url.host_str(), Some("media.s3.eu-central-1.amazonaws.com"));
    assert_eq!(shelf.files()[0].2, 35);
    assert_eq!(vendor.received()[1].headers.get(CONTENT_TYPE).unwrap(), "text/vtt");
    assert!(vendor.received()[1].headers.get(HeaderName::from_static("x-amz-content-sha256")).is_some());
}

#[tokio::test]
async fn they_keep_the_contract_of_hosts() {
    let key_file = Arc::new(key_file());
    for store in ["s3/media", "gcs/media", "azure/media"] {
        let key_file = key_file.clone();
        let connect = move |scene: &Scene| -> Result<Arc<MediaHost>> {
            let settings = settings(scene, conformance::SECRET, key_file.path());
            // Others get the secret in base64, or none, so that an echo of it would not be theirs.
            let settings = Wired::new(settings, move |endpoint| match store {
                "s3/media" => endpoint,
                _ => endpoint.secret(&conformance::SECRET.into()),
            });
            connect_host_with(store, &settings)
        };
        let subject = Subject::new(|| Shelf::default().vendor(), connect);
        let subject = subject.except("until", "it is in the address and not in the upload");
        conformance::maker(&subject, &HostRequest::new(captions(60))).await.unwrap();
    }
}
