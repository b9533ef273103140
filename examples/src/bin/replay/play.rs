//! Hands recorded answers to the adapter that reads them.

use std::sync::Arc;
use std::time::Duration;

use examples::adapters::{self, Adapter};
use examples::show;
use serde_json::{Value, json};
use social_core::catalogue::Operation;
use social_core::chat::{ChatModel, ChatRequest, ReplyBuilder, TokenCounter};
use social_core::embed::{EmbedRequest, EmbeddingModel};
use social_core::enhance::{EnhanceRequest, Enhancement, Enhancer};
use social_core::host::{HostRequest, MediaHost};
use social_core::http::{Check, Cut, Endpoint, Exchange, RecordedBody, ReplayTransport};
use social_core::image::{AspectRatio, ImageModel, ImageRequest};
use social_core::make::Maker as _;
use social_core::media::{Media, MediaType};
use social_core::models::ModelLister;
use social_core::moderate::{ModerationRequest, Moderator};
use social_core::music::{MusicModel, MusicRequest};
use social_core::render::{Clip, Content, RenderRequest, Renderer, Timeline, Track, TrackKind};
use social_core::run::{MemoryJournal, Run};
use social_core::speech::{SpeechModel, SpeechRequest};
use social_core::video::{VideoModel, VideoRequest};
use social_core::{Error, Result};

pub(crate) async fn play(mut exchanges: Vec<Exchange>, cut: Option<usize>, vendor: Option<&str>) -> Result<Value> {
    exchanges.iter_mut().for_each(frame);
    let Some(first) = exchanges.first().cloned() else { return Err(Error::config("there is no exchange")) };
    let vendor = vendor.or(first.vendor.as_deref()).unwrap_or("unknown");
    let played = exchanges.len();
    let mut transport = ReplayTransport::new(exchanges).check(Check::Nothing);
    if let Some(bytes) = cut {
        transport = transport.cut_body(played.saturating_sub(1), bytes, Cut::Ends);
    }
    let transport = Arc::new(transport);
    let result = match adapters::reader(vendor, &first) {
        Some(adapter) => read(&adapter, &first, transport.clone()).await,
        None => {
            let unread = |_| Error::config(format!("no adapter reads `{}` of `{vendor}`", first.request.path));
            call(&adapters::endpoint(vendor, transport.clone()).map_err(unread)?, &first).await
        }
    };
    // A job goes on beyond what was recorded of it.
    match (result, transport.requests().get(played)) {
        (Err(_), Some(next)) => Ok(json!({"asks_next": format!("{} {}", next.method, next.url.path())})),
        (result, _) => result,
    }
}

/// Asks what was asked, and shows what the adapter makes of the answer.
async fn read(adapter: &Adapter, exchange: &Exchange, transport: Arc<ReplayTransport>) -> Result<Value> {
    let Adapter { entry, operation } = adapter;
    let settings = adapters::offline(&entry.settings, transport);
    let model = adapters::model(exchange);
    let run = Run::open(&MemoryJournal::new(), "replay").await?;
    Ok(match operation {
        Operation::Chat => {
            let model = entry.open::<dyn ChatModel>(&settings, model)?;
            match is_stream(exchange) {
                true => return stream(&*model).await,
                false => json!({"reply": show::value(&model.chat(&question()).await?)?}),
            }
        }
        Operation::Embed => {
            let request = EmbedRequest::texts(vec!["text"; inputs(exchange)]);
            let made = entry.open::<EmbeddingModel>(&settings, model)?.make(&run, &request).await?;
            json!({"embeddings": show::value(&made)?})
        }
        Operation::Image => {
            let request = ImageRequest::new("an image");
            let made = entry.open::<ImageModel>(&settings, model)?.make(&run, &request).await?;
            json!({"images": show::value(&made)?})
        }
        Operation::Video => {
            let request = VideoRequest::new("a video");
            let made = entry.open::<VideoModel>(&settings, model)?.make(&run, &request).await?;
            json!({"video": show::value(&made)?})
        }
        Operation::Enhance => {
            let request = EnhanceRequest::new(remote()?, [Enhancement::Convert(MediaType::Png)]);
            let made = entry.open::<Enhancer>(&settings, model)?.make(&run, &request).await?;
            json!({"image": show::value(&made)?})
        }
        Operation::Host => {
            let request = HostRequest::new(Media::bytes("WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n"));
            let made = entry.open::<MediaHost>(&settings, model)?.make(&run, &request).await?;
            json!({"hosted": show::value(&made)?})
        }
        Operation::Speech => {
            let request = SpeechRequest::new("words").with_voice("voice");
            let request = if exchange.path().ends_with("/with-timestamps") { request.with_timings() } else { request };
            let made = entry.open::<SpeechModel>(&settings, model)?.make(&run, &request).await?;
            json!({"speech": show::value(&made)?})
        }
        Operation::Render => {
            let clip = Clip::new(Content::Text("words".into()), Duration::ZERO, Duration::from_secs(3));
            let track = Track::new(TrackKind::Text).with_clip(clip);
            let request = RenderRequest::timeline(Timeline::new(AspectRatio::SQUARE).with_track(track));
            let made = entry.open::<Renderer>(&settings, model)?.make(&run, &request).await?;
            json!({"video": show::value(&made)?})
        }
        Operation::Music => {
            let request = MusicRequest::new("music");
            let made = entry.open::<MusicModel>(&settings, model)?.make(&run, &request).await?;
            json!({"music": show::value(&made)?})
        }
        Operation::Moderate => {
            let request = ModerationRequest::text("a text");
            let made = entry.open::<Moderator>(&settings, model)?.make(&run, &request).await?;
            json!({"verdict": show::value(&made)?})
        }
        Operation::Models => {
            json!({"models": show::value(&entry.open::<dyn ModelLister>(&settings, model)?.list_models().await?)?})
        }
        Operation::Count => {
            json!({"tokens": entry.open::<dyn TokenCounter>(&settings, model)?.count_tokens(&question()).await?})
        }
        other => return Err(Error::config(format!("`{other}` is not replayed"))),
    })
}

/// An image that is never fetched.
fn remote() -> Result<Media> {
    let url = "https://media.example/image.png".parse();
    Ok(Media::remote(url.map_err(|cause| Error::config("the sample's address").with_source(cause))?))
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
    let path = exchange.path();
    asked || labelled || framed || path.contains("stream") || exchange.request.headers.contains_key("x-dashscope-sse")
}

/// How many things the recorded request embeds.
fn inputs(exchange: &Exchange) -> usize {
    let RecordedBody::Json(body) = &exchange.request.body else { return 1 };
    let list = ["input", "requests", "instances"].iter().find_map(|name| body.get(*name)?.as_array());
    // A list of numbers is one text as tokens.
    list.filter(|list| !list.iter().all(Value::is_number)).map_or(1, Vec::len)
}

/// Some recorders kept the chunks of a stream as a list; Gemini sends one to clients that did not
/// ask for events.
fn frame(exchange: &mut Exchange) {
    let path = exchange.path();
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
