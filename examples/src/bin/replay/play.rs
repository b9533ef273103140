//! Hands recorded answers to the adapter that reads them.

use std::sync::Arc;

use examples::adapters::{self, Adapter, Opened, Opening};
use examples::show;
use serde_json::{Value, json};
use social_core::chat::{ChatModel, ChatRequest, ReplyBuilder};
use social_core::embed::EmbedRequest;
use social_core::http::{Check, Cut, Endpoint, EndpointBuilder, Exchange, RecordedBody, ReplayTransport, RetryPolicy};
use social_core::image::ImageRequest;
use social_core::run::{MemoryJournal, Run};
use social_core::video::VideoRequest;
use social_core::{Error, Result};

pub(crate) async fn play(mut exchanges: Vec<Exchange>, cut: Option<usize>, vendor: Option<&str>) -> Result<Value> {
    exchanges.iter_mut().for_each(frame);
    let Some(first) = exchanges.first().cloned() else { return Err(Error::config("there is no exchange")) };
    let vendor = vendor.or(first.vendor.as_deref()).unwrap_or("unknown");
    let adapter = adapter(vendor, &first)?;
    let played = exchanges.len();
    let mut transport = ReplayTransport::new(exchanges).check(Check::Nothing);
    if let Some(bytes) = cut {
        transport = transport.cut_body(played.saturating_sub(1), bytes, Cut::Ends);
    }
    let transport = Arc::new(transport);
    let connect = |settings: EndpointBuilder| settings.transport(transport.clone()).retry(RetryPolicy::none());
    let opening = Opening { vendor, model: adapters::model(&first), connect: &connect };
    let result = match (adapter.open)(&opening)? {
        Opened::Chat(model) if is_stream(&first) => stream(&*model).await,
        Opened::Chat(model) => Ok(json!({"reply": show::value(&model.chat(&question()).await?)?})),
        Opened::Embedder(embedder) => {
            let request = EmbedRequest::texts(vec!["text"; inputs(&first)]);
            Ok(json!({"embeddings": show::value(&embedder.make(&Run::ephemeral(), &request).await?)?}))
        }
        Opened::Image(model) => {
            let run = Run::open(&MemoryJournal::new(), "replay").await?;
            let made = model.make(&run, &ImageRequest::new("an image")).await;
            made.and_then(|batch| Ok(json!({"images": show::value(&batch)?})))
        }
        Opened::Video(model) => {
            let run = Run::open(&MemoryJournal::new(), "replay").await?;
            let made = model.make(&run, &VideoRequest::new("a video")).await;
            made.and_then(|video| Ok(json!({"video": show::value(&video)?})))
        }
        Opened::Beside(ask) => ask(question()).await,
        Opened::Endpoint(endpoint) => call(&endpoint, &first).await,
    };
    // A job goes on beyond what was recorded of it.
    match (result, transport.requests().get(played)) {
        (Err(_), Some(next)) => Ok(json!({"asks_next": format!("{} {}", next.method, next.url.path())})),
        (result, _) => result,
    }
}

/// The adapter of this vendor, or else one that reads such a path, or else the vendor's errors.
fn adapter(vendor: &str, exchange: &Exchange) -> Result<&'static Adapter> {
    let fits = |adapter: &&Adapter| (adapter.reads)(exchange);
    let own = || adapters::all().filter(|adapter| (adapter.knows)(vendor));
    let any = || adapters::all().filter(|adapter| ["chat", "embed", "models", "count"].contains(&adapter.operation));
    // Recorders have lost paths, too.
    let lost = || own().find(|adapter| adapter.operation == "chat" && !exchange.request.path.starts_with('/'));
    let typed = own().filter(|adapter| adapter.operation != "call").find(fits);
    let found = typed.or_else(|| any().find(fits)).or_else(lost).or_else(|| own().find(fits));
    found.ok_or_else(|| Error::config(format!("no adapter reads `{}` of `{vendor}`", exchange.request.path)))
}

fn question() -> ChatRequest {
    ChatRequest::new("What was recorded?")
}

async fn stream(model: &dyn ChatModel) -> Result<Value> {
    let mut stream = model.stream(&question()).await?;
    let mut builder = ReplyBuilder::new(model.address().clone());
    let mut events = Vec::new();
    while let Some(event) = stream.next().await {
        match event {
            Ok(event) => {
                events.push(show::value(&event)?);
                builder.push(event);
            }
            Err(error) => return Ok(json!({"events": events, "error": show::error(&error)})),
        }
    }
    Ok(match builder.finish() {
        Ok(reply) => json!({"events": events, "reply": show::value(&reply)?}),
        Err(error) => json!({"events": events, "error": show::error(&error)}),
    })
}

/// Sends what was recorded.
async fn call(endpoint: &Endpoint, exchange: &Exchange) -> Result<Value> {
    let call = match exchange.request.method.as_str() {
        "GET" => endpoint.get("recorded")?,
        _ => endpoint.post("recorded")?,
    };
    let reply = call.operation("call").send().await?;
    Ok(json!({"answer": show::value(&RecordedBody::of(reply.body))?}))
}

fn is_stream(exchange: &Exchange) -> bool {
    let asked = match &exchange.request.body {
        RecordedBody::Json(body) => body.get("stream") == Some(&Value::Bool(true)),
        _ => false,
    };
    let labelled = exchange.response.headers.get("content-type");
    let labelled = labelled.is_some_and(|label| label.contains("event-stream") || label.contains("ndjson"));
    let framed = match &exchange.response.body {
        RecordedBody::Text(text) => {
            ["data:", "event:", "id:", ":"].iter().any(|field| text.trim_start().starts_with(field))
        }
        _ => false,
    };
    let path = adapters::path(exchange);
    asked || labelled || framed || path.contains("stream") || exchange.request.headers.contains_key("x-dashscope-sse")
}

/// How many things the recorded request embeds.
fn inputs(exchange: &Exchange) -> usize {
    let RecordedBody::Json(body) = &exchange.request.body else { return 1 };
    let list = ["input", "requests", "instances"].iter().find_map(|name| body.get(*name)?.as_array());
    // A list of numbers is one text as tokens.
    list.filter(|list| !list.iter().all(Value::is_number)).map_or(1, Vec::len)
}

/// Some recorders kept the chunks of a stream as a list; Gemini sends one to clients that did not ask for events.
fn frame(exchange: &mut Exchange) {
    let path = adapters::path(exchange);
    let end = match () {
        () if path.ends_with("/chat/completions") => "data: [DONE]\n\n",
        () if path.ends_with(":streamGenerateContent") => "",
        () => return,
    };
    let chunks = match &exchange.response.body {
        RecordedBody::Json(Value::Array(chunks)) => chunks.clone(),
        RecordedBody::Text(text) => serde_json::from_str(text).unwrap_or_default(),
        _ => return,
    };
    // The list of a refusal has one item.
    if !chunks.is_empty() && exchange.response.status == 200 {
        let events: String = chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect();
        exchange.response.body = RecordedBody::Text(events + end);
    }
}
