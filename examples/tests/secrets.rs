//! A secret put into every client is found in no error, log line, span, journal, recording or debug
//! print.
//!
//! Stands on an invented vendor that says everything it was told back: headers, URL and body, with
//! a refusal and with a success that cannot be read.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use social_core::batch::{BatchModel, BatchRequest};
use social_core::catalogue::{Operation, Parts, VendorEntry};
use social_core::chat::{ChatModel, ChatRequest, TokenCounter};
use social_core::embed::{EmbedRequest, EmbeddingModel};
use social_core::enhance::{EnhanceRequest, Enhancement, Enhancer};
use social_core::host::{HostRequest, MediaHost};
use social_core::http::{Body, RecordingTransport, Request, Response, RetryPolicy, Transport};
use social_core::image::{AspectRatio, ImageModel, ImageRequest};
use social_core::make::Maker as _;
use social_core::media::Media;
use social_core::models::ModelLister;
use social_core::moderate::{ModerationRequest, Moderator};
use social_core::music::{MusicModel, MusicRequest};
use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher, Receipt};
use social_core::render::{Clip, Content, RenderRequest, Renderer, Timeline, Track, TrackKind};
use social_core::run::{FileJournal, Run};
use social_core::settings::{MapSettings, Setting, Settings, Wired};
use social_core::speech::{SpeechModel, SpeechRequest};
use social_core::video::{VideoModel, VideoRequest};
use social_core::{Error, Result};

const SECRET: &str = "s3cr3t-k3y-that-must-not-leak-0815";

/// Says everything back.
#[derive(Debug)]
struct Parrot {
    status: u16,
}

#[async_trait]
impl Transport for Parrot {
    async fn send(&self, request: Request) -> Result<Response> {
        let mut told = format!("{} {}", request.method, request.url);
        for (name, value) in &request.headers {
            told.push_str(&format!("\n{name}: {}", value.to_str().unwrap_or_default()));
        }
        if let Body::Bytes(body) = &request.body {
            told.push_str(&String::from_utf8_lossy(body));
        }
        let body = serde_json::json!({ "error": { "message": told, "code": told }, "message": told }).to_string();
        let mut response = Response {
            status: http::StatusCode::from_u16(self.status).unwrap(),
            headers: http::HeaderMap::new(),
            body: Box::pin(stream::iter([Ok(bytes::Bytes::from(body))])),
        };
        response.headers.insert("x-request-id", http::HeaderValue::from_static("request-1"));
        Ok(response)
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The secret in hexadecimal digits, as many as a key of 256 bits has.
fn in_hex() -> String {
    SECRET.bytes().take(32).map(|byte| format!("{byte:02x}")).collect()
}

/// The secret in base64.
fn in_base64() -> String {
    STANDARD.encode(SECRET)
}

/// Settings in which every secret is the one that is looked for, in the shape of its example: a
/// URL, a number with a key, an id with a key of hexadecimal digits, a key of such digits, base64,
/// or only a key.
fn settings<'a>(declared: impl IntoIterator<Item = &'a Setting>, transport: &Arc<dyn Transport>) -> Wired<MapSettings> {
    let value = |setting: &Setting| match setting.example.split_once(':') {
        _ if !setting.secret => setting.example.to_string(),
        None if setting.example.ends_with('=') => in_base64(),
        None if setting.example.starts_with("nsec1") => in_hex(),
        Some((_, rest)) if rest.starts_with("//") => {
            format!("{}/{SECRET}", setting.example.rsplit_once('/').unwrap().0)
        }
        Some((number, _)) if number.bytes().all(|byte| byte.is_ascii_digit()) => format!("{number}:{SECRET}"),
        Some((id, _)) if id.bytes().all(|byte| byte.is_ascii_hexdigit()) => format!("{id}:{}", in_hex()),
        _ => SECRET.to_owned(),
    };
    let all = declared.into_iter().map(|setting| (setting.name.to_string(), value(setting))).collect();
    let transport = transport.clone();
    Wired::new(all, move |endpoint| endpoint.transport(transport.clone()).retry(RetryPolicy::none()))
}

/// The client as it prints itself, and what it fails with.
type Said = (String, Option<Error>);

async fn publish(publisher: &dyn Publisher, run: &Run) -> Result<Receipt> {
    // An account that is asked for at the platform is refused as well.
    let ask = Ask::for_account(publisher.account().await?);
    let answer = Approved::ask(run, Post::new("Hello"), &ask, &AutoApprove::because("a test")).await?;
    publisher.publish(run, &answer.approved()?).await
}

/// Everything that a vendor offers, asked once.
async fn ask(entry: &VendorEntry, settings: &dyn Settings, run: &Run) -> Vec<(Operation, Said)> {
    let image = Media::bytes(
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
            .as_slice(),
    );
    let mut all = Vec::new();
    for operation in entry.operations() {
        let run = run.child(&format!("{}-{operation}", entry.name));
        macro_rules! said {
            ($type:ty, |$client:ident| $work:expr) => {{
                let $client = entry.open::<$type>(settings, "model").unwrap();
                let error = $work.await.map(drop).err();
                (format!("{:?}", $client), error)
            }};
        }
        let said = match operation {
            Operation::Chat => said!(dyn ChatModel, |model| model.chat(&ChatRequest::new("Hello"))),
            Operation::Embed => said!(EmbeddingModel, |model| model.make(&run, &EmbedRequest::texts(["Hello"]))),
            Operation::Image => said!(ImageModel, |model| model.make(&run, &ImageRequest::new("A bowl"))),
            Operation::Video => said!(VideoModel, |model| model.make(&run, &VideoRequest::new("Steam rises"))),
            Operation::Enhance => {
                let request = EnhanceRequest::new(image.clone(), [Enhancement::Polish]);
                said!(Enhancer, |enhancer| enhancer.make(&run, &request))
            }
            Operation::Speech => {
                let request = SpeechRequest::new("Hello").with_voice("voice");
                said!(SpeechModel, |model| model.make(&run, &request))
            }
            Operation::Render => {
                let clip = Clip::new(Content::Text("Hello".into()), Duration::ZERO, Duration::from_secs(3));
                let timeline =
                    Timeline::new(AspectRatio::SQUARE).with_track(Track::new(TrackKind::Text).with_clip(clip));
                // Renderers' addresses name a version of their interface.
                let renderer = entry.open::<Renderer>(settings, "v1").unwrap();
                let error = renderer.make(&run, &RenderRequest::timeline(timeline)).await.map(drop).err();
                (format!("{renderer:?}"), error)
            }
            Operation::Music => said!(MusicModel, |model| model.make(&run, &MusicRequest::new("A waltz"))),
            Operation::Host => said!(MediaHost, |host| host.make(&run, &HostRequest::new(image.clone()))),
            Operation::Moderate => said!(Moderator, |judge| judge.make(&run, &ModerationRequest::text("Hello"))),
            Operation::Batch => {
                let chats = BatchRequest::new([]).with_item("a", ChatRequest::new("Hello"));
                said!(BatchModel, |model| model.make(&run, &chats))
            }
            Operation::Models => said!(dyn ModelLister, |lister| lister.list_models()),
            Operation::Count => said!(dyn TokenCounter, |counter| counter.count_tokens(&ChatRequest::new("Hello"))),
            other => panic!("{}: `{other}` is not in this test", entry.name),
        };
        all.push((operation, said));
    }
    all
}

fn needed(setting: &Setting) -> bool {
    setting.required || setting.secret
}

/// Every client of the catalogues that a key can be put into.
async fn clients(transport: &Arc<dyn Transport>, run: &Run) -> Vec<(String, Said)> {
    let mut all = Vec::new();
    let vendors = llm_adapters::catalogue().own().chain(media_adapters::catalogue().own());
    // A folder sends no request.
    let vendors = vendors.filter(|entry| entry.name != "folder");
    for (number, entry) in vendors.enumerate() {
        for declared in [&entry.settings, &entry.alternative] {
            if declared.iter().any(|setting| setting.secret) {
                let run = run.child(&format!("{number}-{}", declared[0].name.to_lowercase()));
                let needed = declared.iter().filter(|setting| needed(setting));
                let said = ask(entry, &settings(needed, transport), &run).await;
                all.extend(said.into_iter().map(|(operation, said)| (format!("{} {operation}", entry.name), said)));
            }
        }
    }
    for entry in platform_publishers::catalogue().own() {
        // Where keys go with other settings, or exclude each other, the first that fit together.
        let is_key = |setting: &&Setting| setting.secret;
        let ways: [Vec<&Setting>; 4] = [
            entry.settings.iter().filter(|setting| needed(setting)).collect(),
            entry.settings.iter().filter(|setting| !setting.example.starts_with("http") || setting.secret).collect(),
            entry
                .settings
                .iter()
                .filter(|setting| setting.required)
                .chain(entry.settings.iter().find(is_key))
                .collect(),
            entry
                .settings
                .iter()
                .filter(|setting| setting.required)
                .chain(entry.settings.iter().rfind(is_key))
                .collect(),
        ];
        let open = |way: Vec<&Setting>| entry.open(&settings(way, transport), Parts::default());
        let mut opened: Vec<_> = ways.into_iter().map(open).collect();
        let fits = opened.iter().position(Result::is_ok).unwrap_or(0);
        let publisher = opened.swap_remove(fits).unwrap_or_else(|error| panic!("{}: {error}", entry.name));
        let error = publish(&*publisher, &run.child(entry.name.as_str())).await.err();
        all.push((entry.name.to_string(), (format!("{publisher:?}"), error)));
    }
    all
}

fn files_below(dir: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        all.extend(if path.is_dir() { files_below(&path) } else { std::fs::read(&path).unwrap() });
    }
    all
}

fn assert_secret_is_not_in(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(at) = text.find(SECRET).or_else(|| text.find(&in_hex())).or_else(|| text.find(&in_base64())) {
        let near: String = text.chars().skip(text[..at].chars().count().saturating_sub(120)).take(200).collect();
        panic!("{what} holds the secret: ...{near}...");
    }
}

#[tokio::test]
async fn a_secret_is_found_nowhere() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    let _logging = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    let dir = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(dir.path().join("journal")).unwrap();
    for status in [401, 400, 500, 200] {
        let recording = Arc::new(RecordingTransport::new(Arc::new(Parrot { status })));
        let transport: Arc<dyn Transport> = recording.clone();
        let run = Run::open(&journal, &format!("answers-{status}")).await.unwrap();
        for (name, (printed, error)) in clients(&transport, &run).await {
            assert_secret_is_not_in(&format!("{name} printed"), printed.as_bytes());
            let Some(error) = error else {
                // What only puts a file away reads no answer.
                assert!(status == 200 && name == "http-put host", "{name} takes a parrot's {status} for a success");
                continue;
            };
            assert_secret_is_not_in(&format!("{name}'s error"), format!("{error} {error:?}").as_bytes());
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                assert_secret_is_not_in(&format!("{name}'s cause"), format!("{cause} {cause:?}").as_bytes());
                source = cause.source();
            }
        }
        recording.save(dir.path().join(format!("recorded-{status}"))).unwrap();
    }
    assert_secret_is_not_in("a journal or recording", &files_below(dir.path()));
    let log = log.0.lock().unwrap();
    assert!(!log.is_empty(), "nothing was logged, so nothing was proven");
    assert_secret_is_not_in("the log", &log);
}
