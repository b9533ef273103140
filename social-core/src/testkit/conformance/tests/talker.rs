//! An invented language model, careful but for one planted fault.

use std::collections::VecDeque;

use async_trait::async_trait;
use http::Method;
use serde_json::{Value, json};

use super::*;
use crate::ModelAddress;
use crate::chat::{
    self, ChatCapabilities, ChatDecoder, ChatEvent, ChatModel, ChatReply, ChatRequest, ChatStream, FinishReason, Part,
    Role,
};
use crate::error::Effect;
use crate::http::{Call, Event, Failure, Repeat, Reply};
use crate::money::{Usage, UsageOrigin};

/// What is planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plant {
    Nothing,
    RepeatsAsSafe,
    RepeatsAsKeyed,
    SendsAgainOn(u16),
    SendsAgainOnTimeout,
    SendsAgainOnGarbage,
    CallsServerErrorsHarmless,
    InventsUsage,
    EstimatesUsage,
    DropsUsage,
    DropsStreamedUsage,
    TakesACutForTheEnd,
    GarbageIsEmpty,
    ErrorIsEmpty,
    EmptyIsSuccess,
    HoldsTheStream,
    StreamsWhole,
    StreamSaysMore,
    StreamEndsOtherwise,
    NeedsWholePieces,
    ChangesReply,
    TrimsReply,
    OtherAddress,
    /// The field of the request that is left out.
    Drops(&'static str),
    DropsEffort,
    DropsDomains,
    DropsSearches,
    DropsCountry,
    DropsDescription,
    DropsToolName,
    DropsParameters,
    DropsSecondTool,
    DropsForcedTool,
    DropsSystem,
    DropsHistory,
    DropsParts,
    DropsImages,
    DropsResults,
    PolishesPrompt,
    ShortensPrompt,
    TakesEverything,
    RefusesTemperature,
    RefusesLate,
    KnowsAllFields,
    KeyInDebug,
    KeyInQuery,
    KeyInError,
    KeyInEncodedError,
    KeyInReply,
    GoesOnBehind,
    AuthIsUnavailable,
    UnavailableIsAuth,
    RateIsInvalid,
    NamesNoVendor,
    NamesNoStatus,
}

pub(super) struct Talker {
    api: Endpoint,
    address: ModelAddress,
    plant: Plant,
}

impl std::fmt::Debug for Talker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.plant == Plant::KeyInDebug { SECRET } else { "Talker" })
    }
}

/// What the model makes an empty success of.
const EMPTY: &str = "nothing";

struct Decoder {
    plant: Plant,
    streamed: bool,
}

impl Decoder {
    fn read(&self, value: &Value, out: &mut VecDeque<ChatEvent>) -> Result<()> {
        if self.plant == Plant::KnowsAllFields && value.get("field_of_tomorrow").is_some() {
            return Err(Error::new(ErrorKind::Protocol, "a field of tomorrow"));
        }
        let text = value["text"].as_str().map(|text| match self.plant {
            Plant::ChangesReply => text.replace("morning", "evening"),
            Plant::TrimsReply => text.trim().replace("Good ", "Good"),
            Plant::StreamSaysMore if self.streamed => format!("{text}!"),
            Plant::KeyInReply => format!("{text} {SECRET}"),
            _ => text.to_owned(),
        });
        out.extend(text.map(ChatEvent::Text));
        let told = value["usage"]["output"].as_u64();
        let tokens = match self.plant {
            Plant::InventsUsage => told.or(Some(0)),
            Plant::DropsUsage => None,
            Plant::DropsStreamedUsage if self.streamed => None,
            _ => told,
        };
        out.extend(tokens.map(|tokens| {
            let mut usage = Usage { output_tokens: Some(tokens), ..Usage::default() };
            if self.plant == Plant::EstimatesUsage {
                usage.origin = UsageOrigin::Estimated;
            }
            ChatEvent::Usage(usage)
        }));
        let finish = if self.plant == Plant::StreamEndsOtherwise && self.streamed {
            FinishReason::Length
        } else {
            FinishReason::Stop
        };
        out.extend((value["done"] == true).then_some(ChatEvent::Finished(finish)));
        Ok(())
    }
}

impl ChatDecoder for Decoder {
    fn whole(&mut self, reply: &Reply, out: &mut VecDeque<ChatEvent>) -> Result<()> {
        let value: Value = match reply.json() {
            Err(_) if self.plant == Plant::GarbageIsEmpty => return Err(Error::new(ErrorKind::Protocol, EMPTY)),
            value => value?,
        };
        let error = self.plant == Plant::ErrorIsEmpty && value.get("error").is_some();
        if error || (self.plant == Plant::EmptyIsSuccess && value == json!({})) {
            return Err(Error::new(ErrorKind::Protocol, EMPTY));
        }
        if value.get("text").is_none() {
            return Err(reply.unreadable("the answer has no text"));
        }
        self.read(&value, out)
    }

    fn event(&mut self, event: Event<'_>, out: &mut VecDeque<ChatEvent>) -> Result<()> {
        let value: Value =
            serde_json::from_str(event.data).map_err(|_| Error::protocol("an event that is not JSON", event.data))?;
        self.read(&value, out)
    }

    fn end(&mut self, out: &mut VecDeque<ChatEvent>) -> Result<()> {
        out.extend((self.plant == Plant::TakesACutForTheEnd).then_some(ChatEvent::Finished(FinishReason::Stop)));
        Ok(())
    }
}

impl Talker {
    pub(super) fn new(scene: &Scene, plant: Plant) -> Result<Self> {
        let classify = match plant {
            Plant::CallsServerErrorsHarmless => |failure: &Failure<'_>| match failure.status.is_server_error() {
                true => failure.by_status().with_effect(Effect::None),
                false => failure.by_status(),
            },
            Plant::AuthIsUnavailable => |failure: &Failure<'_>| told_as(failure, 401, ErrorKind::Unavailable),
            Plant::UnavailableIsAuth => |failure: &Failure<'_>| told_as(failure, 503, ErrorKind::Auth),
            Plant::RateIsInvalid => |failure: &Failure<'_>| told_as(failure, 429, ErrorKind::InvalidRequest),
            _ => |failure: &Failure<'_>| failure.by_status(),
        };
        Ok(Self { api: endpoint_of(scene, classify)?, address: ModelAddress::new("example", "talker"), plant })
    }

    fn is(&self, plant: Plant) -> bool {
        self.plant == plant
    }

    fn body(&self, request: &ChatRequest, stream: bool) -> Value {
        let mut request = request.clone();
        for part in request.messages.iter_mut().flat_map(|message| &mut message.parts) {
            if let Part::Text(text) = part {
                match self.plant {
                    Plant::PolishesPrompt => text.push_str(" Please."),
                    Plant::ShortensPrompt => text.truncate(6),
                    _ => {}
                }
            }
        }
        if self.is(Plant::PolishesPrompt) {
            request.messages.iter_mut().for_each(|message| {
                for part in &mut message.parts {
                    if let Part::Text(text) = part {
                        *text = text.replace("Say", "Kindly say");
                    }
                }
            });
        }
        match self.plant {
            Plant::DropsSystem => request.messages.retain(|message| message.role != Role::System),
            Plant::DropsHistory => request.messages = request.messages.first().cloned().into_iter().collect(),
            Plant::DropsParts => request.messages.iter_mut().for_each(|message| message.parts.truncate(1)),
            Plant::DropsImages => request
                .messages
                .iter_mut()
                .for_each(|message| message.parts.retain(|part| !matches!(part, Part::Image(_)))),
            Plant::DropsResults => request.messages.iter_mut().for_each(|message| {
                message.parts.retain(|part| !matches!(part, Part::ToolResult(_) | Part::ToolCall(_)));
            }),
            Plant::DropsSecondTool => request.tools.truncate(1),
            _ => {}
        }
        if self.is(Plant::DropsResults) {
            request.messages.retain(|message| !message.parts.is_empty());
        }
        let extra = std::mem::take(&mut request.extra);
        let mut body = serde_json::to_value(&request).unwrap();
        if self.plant != Plant::Drops("extra") {
            for (name, value) in extra {
                body[name] = value;
            }
        }
        let mut drop = |pointer: &str| {
            let (parent, name) = pointer.rsplit_once('/')?;
            body.pointer_mut(parent)?.as_object_mut()?.remove(name)
        };
        match self.plant {
            Plant::Drops(field) => drop(&format!("/{field}")),
            Plant::DropsEffort => drop("/reasoning/effort"),
            Plant::DropsDomains => drop("/web_search/allowed_domains"),
            Plant::DropsSearches => drop("/web_search/max_searches"),
            Plant::DropsCountry => drop("/web_search/country"),
            Plant::DropsDescription => drop("/tools/0/description"),
            Plant::DropsToolName => drop("/tools/0/name"),
            Plant::DropsParameters => drop("/tools/0/parameters"),
            Plant::DropsForcedTool if body["tool_choice"].is_object() => {
                body["tool_choice"] = "auto".into();
                None
            }
            _ => None,
        };
        body["stream"] = stream.into();
        body
    }

    fn call(&self, request: &ChatRequest, stream: bool) -> Result<Call<'_>> {
        let has_video = request.messages.iter().flat_map(|m| &m.parts).any(|part| matches!(part, Part::Video(_)));
        if has_video && !self.is(Plant::TakesEverything) && !self.is(Plant::RefusesLate) {
            return Err(Error::unsupported("video_input", "it sees no videos"));
        }
        if self.is(Plant::RefusesTemperature) && request.temperature.is_some() {
            return Err(Error::unsupported("temperature", "not today"));
        }
        let call = self.api.post("chat")?.json(&self.body(request, stream));
        let call = if self.is(Plant::KeyInQuery) { call.query("key", SECRET) } else { call };
        Ok(match self.plant {
            Plant::RepeatsAsSafe => call.repeat(Repeat::Safe),
            Plant::RepeatsAsKeyed => call.repeat(Repeat::Keyed),
            _ => call,
        })
    }

    fn failed(&self, error: Error) -> Error {
        match self.plant {
            Plant::KeyInError => Error::new(error.kind(), format!("with key {SECRET}")).with_effect(error.effect()),
            Plant::KeyInEncodedError => {
                let key = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("a:{SECRET}"));
                Error::new(error.kind(), key).with_effect(error.effect())
            }
            Plant::NamesNoVendor => Error::new(error.kind(), error.message().to_owned()),
            Plant::NamesNoStatus => Error::new(error.kind(), error.message().to_owned()).with_vendor("example"),
            _ => error,
        }
    }

    fn again(&self, error: &Error) -> bool {
        match self.plant {
            Plant::SendsAgainOn(status) => error.status() == Some(status),
            Plant::SendsAgainOnTimeout => error.kind() == ErrorKind::Timeout,
            Plant::SendsAgainOnGarbage => error.kind() == ErrorKind::Protocol,
            _ => false,
        }
    }

    fn decoder(&self, streamed: bool) -> Decoder {
        Decoder { plant: self.plant, streamed }
    }

    fn named(&self) -> ModelAddress {
        if self.is(Plant::OtherAddress) { ModelAddress::new("example", "walker") } else { self.address.clone() }
    }
}

fn told_as(failure: &Failure<'_>, status: u16, kind: ErrorKind) -> Error {
    match failure.status.as_u16() == status {
        true => Error::new(kind, "as told").with_status(status),
        false => failure.by_status(),
    }
}

#[async_trait]
impl ChatModel for Talker {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        ChatCapabilities { video_input: false, ..ChatCapabilities::all() }
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        if self.is(Plant::GoesOnBehind) {
            let api = self.api.clone();
            tokio::spawn(async move {
                for _ in 0..8 {
                    tokio::task::yield_now().await;
                }
                api.get("models")?.send().await
            });
        }
        let address = self.named();
        let reply = chat::whole(&address, self.call(request, false), &mut self.decoder(false)).await;
        let reply = match reply {
            Err(error) if self.again(&error) => {
                chat::whole(&address, self.call(request, false), &mut self.decoder(false)).await
            }
            Err(error) if error.message() == EMPTY => {
                Ok(ChatReply::new(address, vec![Part::Text(String::new())], FinishReason::Stop))
            }
            reply => reply,
        };
        let reply = reply.map_err(|error| self.failed(error))?;
        if self.is(Plant::RefusesLate) {
            refuse_videos(request)?;
        }
        Ok(reply)
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        if self.is(Plant::StreamsWhole) {
            return Ok(ChatStream::from_reply(self.chat(request).await?));
        }
        let address = self.named();
        let stream = chat::streamed(&address, self.call(request, true), self.decoder(true)).await;
        let stream = match stream {
            Err(error) if self.again(&error) => {
                chat::streamed(&address, self.call(request, true), self.decoder(true)).await
            }
            stream => stream,
        };
        let stream = stream.map_err(|error| self.failed(error))?;
        if self.is(Plant::RefusesLate) {
            refuse_videos(request)?;
        }
        if self.is(Plant::NeedsWholePieces) {
            let reply = self.api.post("chat")?.json(&self.body(request, true)).stream().await?;
            return Ok(ChatStream::new(address, by_pieces(reply.body)));
        }
        if !self.is(Plant::HoldsTheStream) {
            return Ok(stream);
        }
        let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut stream = stream;
            while let Some(event) = stream.next().await {
                let _ = sender.send(event);
            }
        });
        Ok(ChatStream::new(self.address.clone(), futures_util::stream::poll_fn(move |cx| receiver.poll_recv(cx))))
    }
}

fn refuse_videos(request: &ChatRequest) -> Result<()> {
    let mut parts = request.messages.iter().flat_map(|message| &message.parts);
    match parts.any(|part| matches!(part, Part::Video(_))) {
        true => Err(Error::unsupported("video_input", "it sees no videos")),
        false => Ok(()),
    }
}

/// Takes each piece of the body for an event.
fn by_pieces(body: crate::http::ByteStream) -> impl futures_core::Stream<Item = Result<ChatEvent>> + Send {
    use futures_util::StreamExt as _;
    body.flat_map(|piece| {
        let mut events = VecDeque::new();
        let read = piece.and_then(|piece| {
            let data = piece.strip_prefix(b"data: ").unwrap_or(&piece);
            let value: Value = serde_json::from_slice(data).map_err(|_| Error::protocol("half an event", data))?;
            Decoder { plant: Plant::Nothing, streamed: true }.read(&value, &mut events)
        });
        futures_util::stream::iter(events.into_iter().map(Ok).chain(read.err().map(Err)).collect::<Vec<_>>())
    })
}

pub(super) fn vendor() -> ScriptedVendor {
    ScriptedVendor::new().respond(Method::POST, "/v1/chat", |request| {
        if request.json()["stream"] == true {
            let events =
                [json!({"text": "Good "}), json!({"text": "morning", "usage": {"output": 2}}), json!({"done": true})];
            return Answer::pieces("text/event-stream", events.map(|event| format!("data: {event}\n\n")));
        }
        Answer::json(json!({"text": "Good morning", "usage": {"output": 2}, "done": true}))
    })
}
