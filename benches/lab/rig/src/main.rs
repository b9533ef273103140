//! rig-core on Anthropic's and Gemini's own APIs.

use futures_util::StreamExt as _;
use harness::{Contestant, Got, KEY, MODEL, Outcome, SYSTEM, USER};
use rig_core::completion::CompletionRequest;
use rig_core::driver::DynModel;
use rig_core::operation::Completion;
use rig_core::providers::anthropic::AnthropicConfig;
use rig_core::providers::gemini::GeminiConfig;
use rig_core::streaming::{Item, StreamEvent};

struct Peer(DynModel<Completion>);

fn say(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

fn ask() -> CompletionRequest {
    CompletionRequest::new(USER).preamble(SYSTEM).temperature(0.7).max_tokens(400)
}

impl Contestant for Peer {
    fn new(base: &str) -> Self {
        Self(match std::env::var("API").as_deref() {
            Ok("anthropic") => AnthropicConfig::new(KEY).with_base_url(base).client().completion(MODEL).erase(),
            Ok("gemini") => GeminiConfig::new(KEY).with_base_url(base).client().completion(MODEL).erase(),
            other => panic!("API is {other:?}, not anthropic or gemini"),
        })
    }

    async fn chat(&self) -> Outcome<u64> {
        let answer = self.0.call(ask()).await.map_err(say)?;
        Ok(answer.text().len() as u64)
    }

    async fn stream(&self) -> Outcome<Got> {
        let mut stream = self.0.stream(ask()).map_err(say)?;
        let mut got = Got::default();
        while let Some(item) = stream.next().await {
            if let Item::Event(StreamEvent::Text { text, .. }) = item.map_err(say)?
                && !text.is_empty()
            {
                got.deltas += 1;
                got.bytes += std::hint::black_box(text).len() as u64;
            }
        }
        Ok(got)
    }
}

fn main() {
    harness::run::<Peer>();
}
