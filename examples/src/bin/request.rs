//! Prints the HTTP request that our own request would become: `request VENDOR[/MODEL] OPERATION < request.json`.
//!
//! Operations are `chat`, `stream`, `count`, `embed`, `image`, `video` and `models`; the JSON is that of `ChatRequest`,
//! `EmbedRequest`, `ImageRequest` or `VideoRequest`, and its `model` names the model. Nothing is sent, and secrets are masked. A request
//! that the adapter refuses is printed as `{"error": ...}` with exit code 1.

use std::io::Read as _;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use examples::adapters::{self, Opened, Opening};
use examples::show;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use social_core::chat::ChatRequest;
use social_core::http::{Check, EndpointBuilder, Exchange, RecordingTransport, ReplayTransport, RetryPolicy};
use social_core::run::{MemoryJournal, Run};
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

    let operation = if args.operation == "stream" { "chat" } else { &args.operation };
    let adapter = adapters::all().find(|adapter| adapter.operation == operation && (adapter.knows)(vendor));
    let adapter = adapter.ok_or_else(|| Error::config(format!("no adapter does `{operation}` for `{vendor}`")))?;
    let nobody = ReplayTransport::new([Exchange::from_json(NOTHING)?]).check(Check::Nothing);
    let transport = Arc::new(RecordingTransport::new(Arc::new(nobody)));
    let connect = |settings: EndpointBuilder| settings.transport(transport.clone()).retry(RetryPolicy::none());
    let journal = MemoryJournal::new();
    let run = Run::open(&journal, "request").await?;
    // The answer is nothing, so that each fails once it has sent its request.
    let failed = match (adapter.open)(&Opening { vendor, model, connect: &connect })? {
        Opened::Chat(model) if args.operation == "stream" => model.stream(&read(request)?).await.map(drop),
        Opened::Chat(model) => model.chat(&read(request)?).await.map(drop),
        Opened::Embedder(embedder) => embedder.make(&run, &read(request)?).await.map(drop),
        Opened::Image(model) => model.make(&run, &read(request)?).await.map(drop),
        Opened::Video(model) => model.make(&run, &read(request)?).await.map(drop),
        Opened::Beside(ask) if operation == "models" => ask(ChatRequest::default()).await.map(drop),
        Opened::Beside(ask) => ask(read(request)?).await.map(drop),
        Opened::Endpoint(_) => Ok(()),
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
