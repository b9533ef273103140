//! Names and values stand on OpenTelemetry's conventions; the vendor is invented.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use http::Method;
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::chat::{self, ChatDecoder, ChatEvent, FinishReason};
use crate::error::{ErrorKind, Result};
use crate::http::{Auth, Endpoint, Reply};
use crate::money::Usage;
use crate::testkit::{Answer, ScriptedVendor};
use crate::{ModelAddress, Vendor};

/// Keeps the fields of all spans, and everything that was said in spans and events as one text.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Spans>>, Arc<AtomicU64>);

#[derive(Default)]
struct Spans {
    spans: BTreeMap<u64, (&'static str, BTreeMap<String, String>)>,
    closed: Vec<u64>,
    all: String,
}

struct Reading<'a>(&'a mut BTreeMap<String, String>);

impl Visit for Reading<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl Subscriber for Kept {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.1.fetch_add(1, Ordering::SeqCst) + 1;
        let mut fields = BTreeMap::new();
        span.record(&mut Reading(&mut fields));
        self.0.lock().unwrap().spans.insert(id, (span.metadata().name(), fields));
        Id::from_u64(id)
    }
    fn record(&self, id: &Id, values: &Record<'_>) {
        let mut kept = self.0.lock().unwrap();
        values.record(&mut Reading(&mut kept.spans.get_mut(&id.into_u64()).unwrap().1));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut fields = BTreeMap::new();
        event.record(&mut Reading(&mut fields));
        write!(self.0.lock().unwrap().all, "{fields:?}").unwrap();
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
    fn try_close(&self, id: Id) -> bool {
        self.0.lock().unwrap().closed.push(id.into_u64());
        false
    }
}

/// Says the same whole and streamed.
struct Says;

impl Says {
    fn push(out: &mut VecDeque<ChatEvent>) {
        let usage = Usage {
            input_tokens: Some(100),
            cache_read_tokens: Some(80),
            cache_write_tokens: Some(7),
            output_tokens: Some(12),
            reasoning_tokens: Some(5),
            ..Usage::default()
        };
        out.extend([
            ChatEvent::Started { id: Some("r1".into()), model: Some("dawn-2".into()), degraded: false },
            ChatEvent::Text("a private answer".into()),
            ChatEvent::Usage(usage),
            ChatEvent::Finished(FinishReason::Length),
        ]);
    }
}

impl ChatDecoder for Says {
    fn whole(&mut self, _: &Reply, out: &mut VecDeque<ChatEvent>) -> Result<()> {
        Self::push(out);
        Ok(())
    }
    fn event(&mut self, _: crate::http::Event<'_>, out: &mut VecDeque<ChatEvent>) -> Result<()> {
        Self::push(out);
        Ok(())
    }
    fn end(&mut self, _: &mut VecDeque<ChatEvent>) -> Result<()> {
        Ok(())
    }
}

fn endpoint(answer: Answer) -> Endpoint {
    let vendor = ScriptedVendor::new().on(Method::POST, "/chat", answer);
    let endpoint = Endpoint::builder(Vendor::new("acme"), "https://acme.test").transport(vendor.transport());
    endpoint.provider("acme.cloud").auth(Auth::Bearer("sk-very-secret".into())).build().unwrap()
}

async fn ask(answer: Answer, streamed: bool) -> Result<()> {
    let (endpoint, address) = (endpoint(answer), ModelAddress::new("acme", "dawn"));
    let body = json!({"question": "a private question"});
    let call = endpoint.post("chat").map(|call| call.operation("chat").json(&body));
    if streamed {
        return chat::streamed(&address, call, Says).await?.collect().await.map(drop);
    }
    chat::whole(&address, call, &mut Says).await.map(drop)
}

/// The fields of the chat's span, and everything that was recorded.
async fn traced(answer: Answer, streamed: bool) -> (BTreeMap<String, String>, String) {
    let kept = Kept::default();
    let guard = tracing::subscriber::set_default(kept.clone());
    let _ = ask(answer, streamed).await;
    drop(guard);
    let spans = kept.0.lock().unwrap();
    let chats: Vec<_> = spans.spans.iter().filter(|(_, (name, _))| *name == "chat").collect();
    assert_eq!(chats.len(), 1);
    assert!(spans.closed.contains(chats[0].0), "the span is still open");
    (chats[0].1.1.clone(), format!("{:?} {}", spans.spans, spans.all))
}

#[tokio::test]
async fn a_chat_is_a_span_with_the_names_of_the_conventions() {
    let sse = || Answer::bytes("text/event-stream", "data: {}\n\n");
    for (answer, streamed) in [(Answer::json(Value::Null), false), (sse(), true)] {
        let (fields, all) = traced(answer, streamed).await;
        let streamed = streamed.to_string();
        let wanted = [
            ("otel.name", "chat dawn"),
            ("otel.kind", "client"),
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.provider.name", "acme.cloud"),
            ("gen_ai.request.model", "dawn"),
            ("gen_ai.request.stream", &streamed),
            ("gen_ai.response.id", "r1"),
            ("gen_ai.response.model", "dawn-2"),
            ("gen_ai.response.finish_reasons", r#"["length"]"#),
            ("gen_ai.usage.input_tokens", "100"),
            ("gen_ai.usage.cache_read.input_tokens", "80"),
            ("gen_ai.usage.cache_creation.input_tokens", "7"),
            ("gen_ai.usage.output_tokens", "12"),
            ("gen_ai.usage.reasoning.output_tokens", "5"),
        ];
        let wanted = wanted.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields, wanted.into_iter().collect::<BTreeMap<_, _>>());
        assert!(!all.contains("private") && !all.contains("secret"), "{all}");
    }
}

#[tokio::test]
async fn a_failed_chat_names_the_kind_of_its_failure() {
    for streamed in [false, true] {
        let (fields, all) = traced(Answer::status(http::StatusCode::UNAUTHORIZED), streamed).await;
        assert_eq!(fields.get("error.type").map(String::as_str), Some(ErrorKind::Auth.as_str()));
        assert!(!fields.contains_key("gen_ai.usage.input_tokens"));
        assert!(!all.contains("private") && !all.contains("secret"), "{all}");
    }
}
