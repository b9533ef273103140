//! Prints the HTTP request that our own request would become:
//! `request VENDOR[/MODEL] OPERATION < request.json`.
//!
//! Operations are `chat`, `stream`, `count`, `embed`, `image`, `video` and `models`; the JSON is
//! that of `ChatRequest`, `EmbedRequest`, `ImageRequest` or `VideoRequest`, and its `model` names
//! the model. Nothing is sent, and secrets are masked. A request that the adapter refuses is
//! printed as `{"error": ...}` with exit code 1.

use std::io::Read as _;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use examples::adapters;
use examples::show;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use social_core::batch::BatchModel;
use social_core::catalogue::Operation;
use social_core::chat::{ChatModel, TokenCounter};
use social_core::embed::EmbeddingModel;
use social_core::enhance::Enhancer;
use social_core::host::MediaHost;
use social_core::http::{Check, Exchange, RecordingTransport, ReplayTransport};
use social_core::image::ImageModel;
use social_core::make::Maker as _;
use social_core::models::ModelLister;
use social_core::moderate::Moderator;
use social_core::music::MusicModel;
use social_core::render::Renderer;
use social_core::run::{MemoryJournal, Run};
use social_core::speech::SpeechModel;
use social_core::video::VideoModel;
use social_core::{Error, Result};

#[derive(Parser)]
#[command(about = "Prints the HTTP request that our own request would become")]
struct Args {
    /// `VENDOR` or `VENDOR/MODEL`.
    vendor: String,
    /// `chat`, `stream`, `count`, `embed`, `image`, `video` or `models`.
    operation: String,
}

/// The answer to whatever is sent: nothing.
const NOTHING: &str = r#"{"request": {"method": "POST", "path": "/"}, "response": {"status": 200}}"#;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    show::print(run(&args).await)
}

async fn run(args: &Args) -> Result<Value> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|cause| Error::invalid("request", cause.to_string()))?;
    let mut request: Value = read(text.parse().map_err(|cause| Error::invalid("request", format!("{cause}")))?)?;
    let named = request.as_object_mut().and_then(|fields| fields.remove("model"));
    let (vendor, model) = args.vendor.split_once('/').unwrap_or((&args.vendor, ""));
    let model = if model.is_empty() { named.as_ref().and_then(Value::as_str).unwrap_or("model") } else { model };

    let stream = args.operation == "stream";
    let operation = if stream { Operation::Chat } else { args.operation.parse()? };
    let entry = adapters::find(vendor, operation)?;
    let nobody = ReplayTransport::new([Exchange::from_json(NOTHING)?]).check(Check::Nothing);
    let transport = Arc::new(RecordingTransport::new(Arc::new(nobody)));
    let settings = adapters::offline(&entry.settings, transport.clone());
    let run = Run::open(&MemoryJournal::new(), "request").await?;
    // The answer is nothing, so that each fails once it has sent its request.
    let failed = match operation {
        Operation::Chat if stream => {
            entry.open::<dyn ChatModel>(&settings, model)?.stream(&read(request)?).await.map(drop)
        }
        Operation::Chat => entry.open::<dyn ChatModel>(&settings, model)?.chat(&read(request)?).await.map(drop),
        Operation::Embed => entry.open::<EmbeddingModel>(&settings, model)?.make(&run, &read(request)?).await.map(drop),
        Operation::Image => entry.open::<ImageModel>(&settings, model)?.make(&run, &read(request)?).await.map(drop),
        Operation::Video => entry.open::<VideoModel>(&settings, model)?.make(&run, &read(request)?).await.map(drop),
        Operation::Enhance => entry.open::<Enhancer>(&settings, model)?.make(&run, &read(request)?).await.map(drop),
        Operation::Host => entry.open::<MediaHost>(&settings, model)?.make(&run, &read(request)?).await.map(drop),
        Operation::Speech => entry.open::<SpeechModel>(&settings, model)?.make(&run, &read(request)?).await.map(drop),
        Operation::Render => entry.open::<Renderer>(&settings, model)?.make(&run, &read(request)?).await.map(drop),
        Operation::Music => entry.open::<MusicModel>(&settings, model)?.make(&run, &read(request)?).await.map(drop),
        Operation::Moderate => entry.open::<Moderator>(&settings, model)?.make(&run, &read(request)?).await.map(drop),
        Operation::Batch => entry.open::<BatchModel>(&settings, model)?.make(&run, &read(request)?).await.map(drop),
        Operation::Count => {
            entry.open::<dyn TokenCounter>(&settings, model)?.count_tokens(&read(request)?).await.map(drop)
        }
        Operation::Models => entry.open::<dyn ModelLister>(&settings, model)?.list_models().await.map(drop),
        other => return Err(Error::config(format!("`{other}` is not shown"))),
    };
    match (transport.exchanges().into_iter().next(), failed) {
        (Some(sent), _) => Ok(json!({"vendor": vendor, "host": sent.host, "request": show::value(&sent.request)?})),
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(Error::config("nothing was sent")),
    }
}

fn read<T: DeserializeOwned>(request: Value) -> Result<T> {
    serde_json::from_value(request).map_err(|cause| Error::invalid("request", cause.to_string()))
}
