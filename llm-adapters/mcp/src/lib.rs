//! Tools of MCP servers for [`ToolLoop`](social_core::tools::ToolLoop), by the official SDK
//! [`rmcp`]. The application connects to the server with whatever transport `rmcp` has, a child
//! process for instance; this crate makes its tools [`RunTool`]s.
//!
//! ```no_run
//! use mcp_tools::McpTools;
//! use rmcp::ServiceExt as _;
//! use social_core::chat::ChatRequest;
//! use social_core::run::Run;
//! use social_core::tools::{AllowTools, ToolLoop};
//!
//! # async fn example<T, E, A>(
//! #     model: std::sync::Arc<dyn social_core::chat::ChatModel>,
//! #     transport: T,
//! # ) -> Result<(), Box<dyn std::error::Error>>
//! # where
//! #     T: rmcp::transport::IntoTransport<rmcp::RoleClient, E, A>,
//! #     E: std::error::Error + Send + Sync + 'static,
//! # {
//! let server = ().serve(transport).await?;
//! let tools = McpTools::of(server.peer().clone()).prefixed("calendar").list().await?;
//! let agent = ToolLoop::new(model).with_tools(tools).approved_by(AllowTools::named(["calendar_add"]));
//! let outcome = agent.run(&Run::ephemeral(), ChatRequest::new("Note the autumn menu for Friday.")).await?;
//! println!("{}", outcome.reply.text());
//! # Ok(())
//! # }
//! ```
//!
//! **Environment:** none is read; a server gets the environment that the application gives it.
//!
//! **Supported:** tools with texts and structured content as results, their annotations as hints,
//! lists of several pages.
//!
//! **Known limits:** images, recordings and resources of a result are named to the model and not
//! handed in; prompts and resources of a server are not offered. The protocol has no idempotency
//! key and no way to ask after a lost call: such a call of a tool that acts is
//! [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown) until a person settles it.
//!
//! **Sources:** <https://modelcontextprotocol.io/specification>, `rmcp` 3.11.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use rmcp::RoleClient;
use rmcp::model::{CallToolRequestParams, CallToolResult, ContentBlock};
use rmcp::service::{Peer, ServiceError};
use serde_json::Value;
use social_core::chat::Tool;
use social_core::tools::{RunTool, ToolAnswer, ToolEffect};
use social_core::{Effect, Error, ErrorKind, Result};

/// The longest name of a tool that all vendors take.
const LONGEST_NAME: usize = 64;

/// The tools of a connected server.
#[derive(Clone)]
pub struct McpTools {
    peer: Peer<RoleClient>,
    prefix: String,
    believes_hints: bool,
}

impl fmt::Debug for McpTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpTools").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl McpTools {
    /// The tools of this server. Each is taken for one that [acts](ToolEffect::Acts).
    #[must_use]
    pub fn of(peer: Peer<RoleClient>) -> Self {
        Self { peer, prefix: String::new(), believes_hints: false }
    }

    /// Puts this and a `_` in front of every name, so that tools of several servers stay apart.
    #[must_use]
    pub fn prefixed(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = format!("{}_", prefix.into());
        self
    }

    /// Believes the server that a tool which it calls read-only changes nothing: such tools are
    /// called without anybody's leave, and again after a lost answer. For servers of your own.
    #[must_use]
    pub fn believing_hints(mut self) -> Self {
        self.believes_hints = true;
        self
    }

    /// Asks the server for its tools.
    ///
    /// Names have letters, digits, `_` and `-` and at most 64 characters; what else a server uses
    /// becomes `_`.
    ///
    /// # Errors
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) naming `tools` for two tools whose names are
    /// the same then; [`Transport`](ErrorKind::Transport) and what else asking fails with.
    pub async fn list(&self) -> Result<Vec<Arc<dyn RunTool>>> {
        let listed = self.peer.list_all_tools().await.map_err(|error| failed("list_tools", error))?;
        let mut names = HashSet::new();
        let mut tools: Vec<Arc<dyn RunTool>> = Vec::with_capacity(listed.len());
        for theirs in listed {
            let name = fitting(&format!("{}{}", self.prefix, theirs.name));
            if !names.insert(name.clone()) {
                let message = format!("two tools of the server are called `{name}`");
                return Err(Error::invalid("tools", message));
            }
            let reads = theirs.annotations.as_ref().and_then(|hints| hints.read_only_hint) == Some(true);
            let effect = if reads && self.believes_hints { ToolEffect::Reads } else { ToolEffect::Acts };
            let tool = Tool {
                name,
                description: theirs.description.unwrap_or_default().into_owned(),
                parameters: Value::Object((*theirs.input_schema).clone()),
                strict: false,
            };
            tools.push(Arc::new(McpTool { peer: self.peer.clone(), name: theirs.name.into_owned(), tool, effect }));
        }
        Ok(tools)
    }
}

fn fitting(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    name.chars().map(|c| if allowed(c) { c } else { '_' }).take(LONGEST_NAME).collect()
}

/// A tool of a server.
struct McpTool {
    peer: Peer<RoleClient>,
    /// The server's own name of it.
    name: String,
    tool: Tool,
    effect: ToolEffect,
}

impl fmt::Debug for McpTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpTool").field("name", &self.tool.name).field("effect", &self.effect).finish_non_exhaustive()
    }
}

#[async_trait]
impl RunTool for McpTool {
    fn tool(&self) -> &Tool {
        &self.tool
    }

    fn effect(&self) -> ToolEffect {
        self.effect
    }

    async fn call(&self, arguments: &Value, _key: &str) -> Result<ToolAnswer> {
        let mut params = CallToolRequestParams::new(self.name.clone());
        params.arguments = match arguments {
            Value::Object(arguments) => Some(arguments.clone()),
            Value::Null => None,
            _ => {
                let error = Error::invalid("arguments", "the arguments of a tool are an object");
                return Err(error.with_effect(Effect::None));
            }
        };
        let result = self.peer.call_tool(params).await.map_err(|error| failed("call_tool", error))?;
        Ok(answer(&result))
    }
}

/// What the model is told: the texts, or else the structured content.
fn answer(result: &CallToolResult) -> ToolAnswer {
    let mut words: Vec<String> = result.content.iter().map(told).collect();
    if words.iter().all(String::is_empty) {
        words = result.structured_content.iter().map(Value::to_string).collect();
    }
    let text = words.join("\n\n");
    if result.is_error == Some(true) { ToolAnswer::failed(text) } else { ToolAnswer::new(text) }
}

fn told(block: &ContentBlock) -> String {
    match block {
        ContentBlock::Text(text) => text.text.clone(),
        ContentBlock::Image(image) => format!("(an image, {})", image.mime_type),
        ContentBlock::Audio(audio) => format!("(a recording, {})", audio.mime_type),
        ContentBlock::ResourceLink(link) => format!("(a resource at {})", link.uri),
        _ => "(a resource)".to_owned(),
    }
}

/// Errors of JSON-RPC that say that a call was not begun:
/// <https://www.jsonrpc.org/specification#error_object>.
const NOT_BEGUN: [i32; 4] = [-32700, -32600, -32601, -32602];

fn failed(operation: &'static str, error: ServiceError) -> Error {
    let (kind, effect) = match &error {
        ServiceError::McpError(refused) if NOT_BEGUN.contains(&refused.code.0) => {
            (ErrorKind::InvalidRequest, Effect::None)
        }
        ServiceError::McpError(_) => (ErrorKind::Unavailable, Effect::Unknown),
        ServiceError::TransportSend(_) | ServiceError::TransportClosed => (ErrorKind::Transport, Effect::Unknown),
        ServiceError::Timeout { .. } => (ErrorKind::Timeout, Effect::Unknown),
        ServiceError::Cancelled { .. } => (ErrorKind::Cancelled, Effect::Unknown),
        _ => (ErrorKind::Protocol, Effect::Unknown),
    };
    let message = error.to_string();
    Error::new(kind, message).with_operation(operation).with_effect(effect).with_source(error)
}
