//! A language model with one flaw at a time, which the suite must name.

use std::collections::VecDeque;
use std::sync::Arc;

use async_trait::async_trait;
use http::Method;
use serde_json::{Value, json};

use super::*;
use crate::ModelAddress;
use crate::chat::{
    self, ChatCapabilities, ChatDecoder, ChatEvent, ChatModel, ChatReply, ChatRequest, ChatStream, FinishReason,
    OutputFormat,
};
use crate::http::{Event, Repeat, Reply};
use crate::money::Usage;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    None,
    SendsAgain,
    InventsUsage,
    TakesACutForTheEnd,
    HoldsTheStream,
    DropsTheTemperature,
    NeedsToKnowEveryField,
}

#[derive(Debug)]
struct Talker {
    api: Endpoint,
    address: ModelAddress,
    flaw: Flaw,
}

struct Decoder(Flaw);

impl Decoder {
    fn read(&self, value: &Value, out: &mut VecDeque<ChatEvent>) -> Result<()> {
        if self.0 == Flaw::NeedsToKnowEveryField && value.get("field_of_tomorrow").is_some() {
            return Err(Error::new(ErrorKind::Protocol, "a field of tomorrow"));
        }
        out.extend(value["text"].as_str().map(|text| ChatEvent::Text(text.to_owned())));
        let tokens = value["usage"]["output"].as_u64().or((self.0 == Flaw::InventsUsage).then_some(0));
        out.extend(tokens.map(|tokens| ChatEvent::Usage(Usage { output_tokens: Some(tokens), ..Usage::default() })));
        out.extend((value["done"] == true).then_some(ChatEvent::Finished(FinishReason::Stop)));
        Ok(())
    }
}

impl ChatDecoder for Decoder {
    fn whole(&mut self, reply: &Reply, out: &mut VecDeque<ChatEvent>) -> Result<()> {
        self.read(&reply.json()?, out)
    }

    fn event(&mut self, event: Event<'_>, out: &mut VecDeque<ChatEvent>) -> Result<()> {
        let value: Value =
            serde_json::from_str(event.data).map_err(|_| Error::protocol("an event that is not JSON", event.data))?;
        self.read(&value, out)
    }

    fn end(&mut self, out: &mut VecDeque<ChatEvent>) -> Result<()> {
        out.extend((self.0 == Flaw::TakesACutForTheEnd).then_some(ChatEvent::Finished(FinishReason::Stop)));
        Ok(())
    }
}

impl Talker {
    fn call(&self, request: &ChatRequest, stream: bool) -> Result<crate::http::Call<'_>> {
        if request.reasoning.is_some() || request.web_search.is_some() || !request.tools.is_empty() {
            return Err(Error::unsupported("reasoning", "plain talk only"));
        }
        if request.output != OutputFormat::Text || request.messages.iter().any(|message| message.parts.len() > 1) {
            return Err(Error::unsupported("output", "plain talk only"));
        }
        let mut body = serde_json::to_value(request).unwrap();
        if self.flaw == Flaw::DropsTheTemperature {
            body["temperature"].take();
        }
        body["stream"] = stream.into();
        let call = self.api.post("chat")?.json(&body);
        Ok(if self.flaw == Flaw::SendsAgain { call.repeat(Repeat::Safe) } else { call })
    }
}

#[async_trait]
impl ChatModel for Talker {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        ChatCapabilities::text()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        chat::whole(&self.address, self.call(request, false), &mut Decoder(self.flaw)).await
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        let stream = chat::streamed(&self.address, self.call(request, true), Decoder(self.flaw)).await?;
        if self.flaw != Flaw::HoldsTheStream {
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

fn vendor() -> ScriptedVendor {
    ScriptedVendor::new().respond(Method::POST, "/v1/chat", |request| {
        if request.json()["stream"] == true {
            let events =
                [json!({"text": "Good "}), json!({"text": "morning", "usage": {"output": 2}}), json!({"done": true})];
            return Answer::pieces("text/event-stream", events.map(|event| format!("data: {event}\n\n")));
        }
        Answer::json(json!({"text": "Good morning", "usage": {"output": 2}, "done": true}))
    })
}

async fn verdict(flaw: Flaw) -> Result<(), Violations> {
    let connect = move |scene: &Scene| {
        let address = ModelAddress::new("example", "talker");
        Ok(Arc::new(Talker { api: endpoint(scene)?, address, flaw }) as Arc<dyn ChatModel>)
    };
    chat(&Subject::new(vendor, connect), &ChatRequest::new("Say good morning")).await
}

#[tokio::test]
async fn the_chat_suite_passes_care_and_names_flaws() {
    verdict(Flaw::None).await.unwrap();
    for (flaw, says) in [
        (Flaw::SendsAgain, "sent 4 times"),
        (Flaw::InventsUsage, "the vendor reports no usage"),
        (Flaw::TakesACutForTheEnd, "is a complete reply"),
        (Flaw::HoldsTheStream, "holds on to its exchange"),
        (Flaw::DropsTheTemperature, "`temperature` is dropped"),
        (Flaw::NeedsToKnowEveryField, "unknown fields"),
    ] {
        assert_says(verdict(flaw).await, says);
    }
}
