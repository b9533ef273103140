//! A secret put into every client is found in no error, log line, span, journal, recording or debug
//! print.
//!
//! Stands on an invented vendor that says everything it was told back: headers, URL and body, with
//! a refusal and with a success that cannot be read.

use std::fmt::Debug;
use std::future::Future;
use std::io::Write;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::stream;
use llm_adapters::{anthropic, dashscope, gemini as gemini_chat, ollama, openai_chat, responses, tgi};
use media_adapters::{gemini::Gemini, http_put::HttpPut, kling::Kling};
use platform_publishers::{bluesky::Bluesky, instagram::Instagram, make::Make};
use secrecy::SecretString;
use social_core::chat::{ChatModel, ChatRequest};
use social_core::clock::SystemClock;
use social_core::host::HostRequest;
use social_core::http::{Auth, Body, EndpointBuilder, RecordingTransport, Request, Response, RetryPolicy, Transport};
use social_core::image::ImageRequest;
use social_core::make::Maker as _;
use social_core::media::Media;
use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher};
use social_core::run::{FileJournal, Run};
use social_core::video::VideoRequest;
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

fn key() -> SecretString {
    SecretString::from(SECRET)
}

/// The client as it prints itself, and what it fails with.
type Said = Pin<Box<dyn Future<Output = (String, Option<Error>)>>>;

fn chat(model: impl ChatModel + 'static) -> Said {
    Box::pin(async move {
        let error = model.chat(&ChatRequest::new("Hello")).await.err();
        (format!("{model:?}"), error)
    })
}

fn publish(publisher: impl Publisher + 'static, run: Run) -> Said {
    Box::pin(async move {
        // An account that is asked for at the platform is refused as well.
        let account = match publisher.account().await {
            Ok(account) => account,
            Err(error) => return (format!("{publisher:?}"), Some(error)),
        };
        let (ask, approver) = (Ask::for_account(account), AutoApprove::because("a test"));
        let answer = Approved::ask(&run, Post::new("Hello"), &ask, &approver).await.unwrap();
        let error = publisher.publish(&run, &answer.approved().unwrap()).await.err();
        (format!("{publisher:?}"), error)
    })
}

fn other<C: Debug + 'static, T>(client: C, work: impl AsyncFnOnce(&C) -> Result<T> + 'static) -> Said {
    Box::pin(async move {
        let error = work(&client).await.err();
        (format!("{client:?}"), error)
    })
}

/// Every client that a key can be put into.
fn clients(transport: &Arc<dyn Transport>, run: &Run) -> Vec<(String, Said)> {
    let via = |endpoint: EndpointBuilder| endpoint.transport(transport.clone()).retry(RetryPolicy::none());
    let bearer = |endpoint: EndpointBuilder| via(endpoint.auth(Auth::Bearer(key()))).build().unwrap();
    let mut all: Vec<(String, Said)> = Vec::new();
    for dialect in openai_chat::Dialect::ALL {
        let endpoint = dialect.endpoint().base_url("https://vendor.example/v1").auth(dialect.auth(key()));
        let endpoint = via(endpoint).build().unwrap();
        let client = openai_chat::Compatible::new(dialect.clone(), endpoint).unwrap();
        all.push((dialect.service.vendor.to_string(), chat(client.chat("model"))));
    }
    for dialect in anthropic::Dialect::ALL {
        let endpoint = via(dialect.endpoint().auth(dialect.auth(key()))).build().unwrap();
        all.push((
            dialect.service.vendor.to_string(),
            chat(anthropic::Anthropic::new(dialect.clone(), endpoint).chat("model").unwrap()),
        ));
    }
    for dialect in responses::Dialect::ALL {
        let endpoint = dialect.endpoint().base_url("https://vendor.example/v1").auth(dialect.auth(key()));
        let client = responses::Responses::new(dialect.clone(), via(endpoint).build().unwrap()).unwrap();
        all.push((dialect.service.vendor.to_string(), chat(client.chat("model"))));
    }
    let google = bearer(gemini_chat::Gemini::endpoint());
    all.push(("gemini".to_owned(), chat(gemini_chat::Gemini::new(google).chat("model").unwrap())));
    let qwen = bearer(dashscope::DashScope::endpoint());
    all.push(("dashscope".to_owned(), chat(dashscope::DashScope::new(qwen).chat("model"))));
    all.push(("ollama".to_owned(), chat(ollama::Ollama::new(bearer(ollama::Ollama::endpoint())).chat("model"))));
    all.push(("tgi".to_owned(), chat(tgi::Tgi::new(bearer(tgi::Tgi::endpoint())).chat("model"))));

    let images = Gemini::new(via(Gemini::endpoint(key())).build().unwrap()).image("model");
    let draw = run.child("gemini");
    all.push((
        "gemini image".to_owned(),
        other(images, async move |m| m.make(&draw, &ImageRequest::new("A bowl")).await),
    ));
    for (name, endpoint) in [
        ("kling", Kling::endpoint(key())),
        ("kling signed", Kling::signed_endpoint("access".to_owned(), key(), Arc::new(SystemClock))),
    ] {
        let videos = Kling::new(via(endpoint).build().unwrap()).video("kling-v2-1");
        let video = run.child(name);
        all.push((
            name.to_owned(),
            other(videos, async move |m| m.make(&video, &VideoRequest::new("Steam rises")).await),
        ));
    }
    let put = HttpPut::endpoint("https://put.example/").auth(Auth::Bearer(key()));
    let host = HttpPut::new(via(put), "https://files.example/").unwrap();
    let upload = run.child("http-put");
    let image = Media::bytes(
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
            .as_slice(),
    );
    all.push(("http-put".to_owned(), other(host, async move |h| h.make(&upload, &HostRequest::new(image)).await)));

    let bluesky = Bluesky::new(via(Bluesky::endpoint()), "bistro.test", key()).unwrap();
    all.push(("bluesky".to_owned(), publish(bluesky, run.child("bluesky"))));
    let instagram = Instagram::new(via(Instagram::endpoint()), key(), "17841400000000000").unwrap();
    all.push(("instagram".to_owned(), publish(instagram, run.child("instagram"))));
    let hook = SecretString::from(format!("https://hook.eu2.make.com/{SECRET}"));
    let make = Make::new(via(Make::endpoint()), &hook, Some(key())).unwrap();
    all.push(("make".to_owned(), publish(make, run.child("make"))));
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
    if let Some(at) = text.find(SECRET) {
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
        for (name, said) in clients(&transport, &run) {
            let (printed, error) = said.await;
            assert_secret_is_not_in(&format!("{name} printed"), printed.as_bytes());
            let Some(error) = error else {
                // What only puts a file away reads no answer.
                assert_eq!(
                    (status, name.as_str()),
                    (200, "http-put"),
                    "{name} takes a parrot's {status} for a success"
                );
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
