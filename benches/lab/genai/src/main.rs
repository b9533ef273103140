//! genai on Anthropic's and Gemini's own APIs.

use futures_util::StreamExt as _;
use genai::adapter::AdapterKind;
use genai::chat::{ChatMessage, ChatOptions, ChatRequest, ChatStreamEvent};
use genai::resolver::{AuthData, Endpoint, Error, ServiceTargetResolver};
use genai::{Client, ModelIden, ServiceTarget};
use harness::{Contestant, Got, KEY, MODEL, Outcome, SYSTEM, USER};

struct Peer {
    client: Client,
    options: ChatOptions,
}

fn say(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

fn ask() -> ChatRequest {
    ChatRequest::default().with_system(SYSTEM).append_message(ChatMessage::user(USER))
}

impl Contestant for Peer {
    fn new(base: &str) -> Self {
        let kind = match std::env::var("API").as_deref() {
            Ok("anthropic") => AdapterKind::Anthropic,
            Ok("gemini") => AdapterKind::Gemini,
            other => panic!("API is {other:?}, not anthropic or gemini"),
        };
        let base = format!("{base}/");
        let aim = move |target: ServiceTarget| -> Result<ServiceTarget, Error> {
            Ok(ServiceTarget {
                endpoint: Endpoint::from_owned(base.clone()),
                auth: AuthData::from_single(KEY),
                model: ModelIden::new(kind, target.model.model_name),
            })
        };
        let resolver = ServiceTargetResolver::from_resolver_fn(aim);
        Self {
            client: Client::builder().with_service_target_resolver(resolver).build().expect("a client"),
            options: ChatOptions::default().with_max_tokens(400).with_temperature(0.7).with_capture_usage(true),
        }
    }

    async fn chat(&self) -> Outcome<u64> {
        let answer = self.client.exec_chat(MODEL, ask(), Some(&self.options)).await.map_err(say)?;
        Ok(answer.first_text().unwrap_or_default().len() as u64)
    }

    async fn stream(&self) -> Outcome<Got> {
        let mut stream = self.client.exec_chat_stream(MODEL, ask(), Some(&self.options)).await.map_err(say)?.stream;
        let mut got = Got::default();
        while let Some(event) = stream.next().await {
            if let ChatStreamEvent::Chunk(chunk) = event.map_err(say)?
                && !chunk.content.is_empty()
            {
                got.deltas += 1;
                got.bytes += std::hint::black_box(chunk.content).len() as u64;
            }
        }
        Ok(got)
    }
}

fn main() {
    harness::run::<Peer>();
}
