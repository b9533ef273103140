//! Against a server of the official SDK in this process; its tools are invented.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use mcp_tools::McpTools;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::{RequestContext, RoleServer, RunningService};
use rmcp::{RoleClient, ServerHandler, ServiceExt as _};
use serde_json::{Value, json};
use social_core::chat::{
    ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, FinishReason, Part, Role, ToolCall,
};
use social_core::run::{MemoryJournal, Run};
use social_core::tools::{AllowTools, ToolEffect, ToolLoop};
use social_core::{ErrorKind, ModelAddress, Result};

#[derive(Clone, Default)]
struct Calendar(Arc<AtomicUsize>);

impl ServerHandler for Calendar {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> std::result::Result<ListToolsResult, ErrorData> {
        let schema = json!({"type": "object", "properties": {"day": {"type": "string"}}});
        let schema = Arc::new(schema.as_object().unwrap().clone());
        let look = Tool::new("calendar/look up", "Shows a day.", schema.clone());
        let look = look.with_annotations(ToolAnnotations::new().read_only(true));
        Ok(ListToolsResult::with_all_items(vec![look, Tool::new("add", "Notes something.", schema)]))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> std::result::Result<CallToolResponse, ErrorData> {
        let text = |text: &str| vec![ContentBlock::text(text)];
        let day = request.arguments.as_ref().and_then(|arguments| arguments.get("day")?.as_str());
        match (&*request.name, day) {
            ("calendar/look up", Some(day)) => Ok(CallToolResult::success(text(&format!("{day} is free"))).into()),
            ("add", Some("never")) => Ok(CallToolResult::error(text("there is no such day")).into()),
            ("add", Some(_)) => {
                self.0.fetch_add(1, Ordering::SeqCst);
                Ok(CallToolResult::success(text("noted")).into())
            }
            ("add", None) => Err(ErrorData::invalid_params("a day is missing", None)),
            _ => Err(ErrorData::internal_error("it broke", None)),
        }
    }
}

/// A server and the connection to it. Both end when they are dropped.
struct Connected {
    _server: RunningService<RoleServer, Calendar>,
    client: RunningService<RoleClient, ()>,
    added: Arc<AtomicUsize>,
}

async fn connect() -> Connected {
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let calendar = Calendar::default();
    let added = calendar.0.clone();
    let (server, client) = tokio::join!(calendar.serve(theirs), ().serve(ours));
    Connected { _server: server.unwrap(), client: client.unwrap(), added }
}

/// Calls these tools one after the other, and then says that it is done.
#[derive(Debug)]
struct Calls {
    address: ModelAddress,
    calls: Vec<(&'static str, Value)>,
    told: Mutex<Vec<(String, bool)>>,
}

#[async_trait]
impl ChatModel for Calls {
    fn address(&self) -> &ModelAddress {
        &self.address
    }
    fn capabilities(&self) -> ChatCapabilities {
        ChatCapabilities::all()
    }
    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let round = request.messages.iter().filter(|message| message.role == Role::Assistant).count();
        let told = request.messages.iter().flat_map(|message| &message.parts).filter_map(|part| match part {
            Part::ToolResult(result) => Some((result.content.clone(), result.is_error)),
            _ => None,
        });
        *self.told.lock().unwrap() = told.collect();
        let (part, finish) = match self.calls.get(round) {
            Some((name, arguments)) => {
                let call = ToolCall::new(format!("c{round}"), *name, arguments.clone());
                (Part::ToolCall(call), FinishReason::ToolCalls)
            }
            None => (Part::Text("done".into()), FinishReason::Stop),
        };
        Ok(ChatReply::new(self.address.clone(), vec![part], finish))
    }
    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        Ok(ChatStream::from_reply(self.chat(request).await?))
    }
}

fn model(calls: &[(&'static str, Value)]) -> Arc<Calls> {
    let address = ModelAddress::new("studio", "agent");
    Arc::new(Calls { address, calls: calls.to_vec(), told: Mutex::default() })
}

#[tokio::test]
async fn tools_are_listed_with_names_that_vendors_take() {
    let connected = connect().await;
    let tools = McpTools::of(connected.client.peer().clone());
    let listed = tools.clone().prefixed("home").list().await.unwrap();
    let names: Vec<_> = listed.iter().map(|tool| (tool.tool().name.as_str(), tool.effect())).collect();
    assert_eq!(names, [("home_calendar_look_up", ToolEffect::Acts), ("home_add", ToolEffect::Acts)]);
    assert_eq!(listed[0].tool().parameters["properties"]["day"]["type"], "string");
    let believed = tools.believing_hints().list().await.unwrap();
    assert_eq!(believed.iter().map(|tool| tool.effect()).collect::<Vec<_>>(), [ToolEffect::Reads, ToolEffect::Acts]);
}

#[tokio::test]
async fn a_model_calls_tools_of_a_server_and_no_effect_is_repeated() {
    let connected = connect().await;
    let listed = McpTools::of(connected.client.peer().clone()).believing_hints().list().await.unwrap();
    let model = model(&[
        ("calendar_look_up", json!({"day": "Friday"})),
        ("add", json!({"day": "Friday"})),
        ("add", json!({"day": "never"})),
        ("add", json!({})),
    ]);
    let tools = ToolLoop::new(model.clone()).with_tools(listed).approved_by(AllowTools::named(["add"]));
    let journal = MemoryJournal::new();
    for _ in 0..2 {
        let run = Run::open(&journal, "calendar").await.unwrap();
        let outcome = tools.run(&run, ChatRequest::new("Note the menu.")).await.unwrap();
        assert_eq!((outcome.reply.text().as_str(), outcome.calls), ("done", 4));
    }
    let told = model.told.lock().unwrap().clone();
    assert_eq!(
        told[..3],
        [("Friday is free".to_owned(), false), ("noted".to_owned(), false), ("there is no such day".to_owned(), true),]
    );
    assert!(told[3].1 && told[3].0.contains("a day is missing"), "{told:?}");
    assert_eq!(connected.added.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_server_that_breaks_leaves_the_effect_unknown() {
    let connected = connect().await;
    let listed = McpTools::of(connected.client.peer().clone()).list().await.unwrap();
    // Without a day this tool breaks.
    let model = model(&[("calendar_look_up", json!({}))]);
    let tools = ToolLoop::new(model).with_tools(listed).approved_by(AllowTools::named(["calendar_look_up"]));
    let error = tools.run(&Run::ephemeral(), ChatRequest::new("hi")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
}
