//! Our request in Ollama's JSON.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use social_core::chat::{
    ChatCapabilities, ChatRequest, Effort, Message, OutputFormat, Part, ReasoningOptions, Role, ToolChoice,
};
use social_core::{Error, Result};

use crate::shared::body::{self, AsBase64, Object, decimal};
use crate::shared::call_id::{self, CallIds};
use crate::shared::image::Image;
use crate::shared::plain_text;

/// Writes the body of a request.
pub(super) async fn body(model: &str, context: Option<u32>, request: &ChatRequest, stream: bool) -> Result<Vec<u8>> {
    check(request)?;
    let loaded = Image::load_all(&request.messages).await?;
    let mut images = Vec::with_capacity(loaded.len());
    for image in &loaded {
        match image {
            Image::Bytes { bytes, .. } => images.push(AsBase64(bytes)),
            Image::Url(_) => return Err(Error::unsupported("image.url", "Ollama fetches nothing; fetch it first")),
        }
    }
    let mut images = images.into_iter();
    let mut messages = Vec::with_capacity(request.messages.len());
    let conversation = call_id::fit(&request.messages, CallIds::Any);
    for message in &*conversation {
        write_message(message, &mut images, &mut messages);
    }
    let room = loaded.iter().map(Image::encoded_len).sum();
    body::write(&Fields { model, options: options(context, request)?, request, stream, messages }, room)
}

/// Refuses what Ollama would ignore.
fn check(request: &ChatRequest) -> Result<()> {
    ChatCapabilities::text().check_files(request)?;
    let refuse = |option: &'static str, why: &'static str| Err(Error::unsupported(option, why));
    let parts = || request.messages.iter().flat_map(|message| &message.parts);
    if parts().any(|part| matches!(part, Part::Video(_))) {
        return refuse("video", "Ollama's models read no videos");
    }
    if request.tool_choice != ToolChoice::Auto {
        return refuse("tool_choice", "Ollama leaves the choice to the model");
    }
    if request.parallel_tool_calls.is_some() {
        return refuse("parallel_tool_calls", "Ollama has no such setting");
    }
    if request.web_search.is_some() {
        return refuse("web_search", "Ollama's models do not search");
    }
    if let Some(reasoning) = &request.reasoning {
        if reasoning.budget_tokens.is_some() {
            return refuse("reasoning.budget_tokens", "Ollama takes an effort, no budget");
        }
        if let Some(effort @ (Effort::Minimal | Effort::Xhigh)) = reasoning.effort {
            let message = format!("`{}` is not offered, only none, low, medium, high, max", effort.as_str());
            return Err(Error::unsupported("reasoning.effort", message));
        }
    }
    Ok(())
}

/// The sampling options; those of the caller win.
fn options(context: Option<u32>, request: &ChatRequest) -> Result<Map<String, Value>> {
    let stop = Some(&request.stop).filter(|stop| !stop.is_empty());
    let ours = [
        ("num_ctx", context.map(Value::from)),
        ("num_predict", request.max_output_tokens.map(Value::from)),
        ("temperature", request.temperature.map(decimal)),
        ("top_p", request.top_p.map(decimal)),
        ("seed", request.seed.map(Value::from)),
        ("stop", stop.map(|stop| json!(stop))),
    ];
    let mut options: Map<String, Value> =
        ours.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    match request.extra.get("options") {
        None => {}
        Some(Value::Object(theirs)) => options.extend(theirs.clone()),
        Some(_) => return Err(Error::invalid("extra.options", "it is an object")),
    }
    Ok(options)
}

struct Fields<'a> {
    model: &'a str,
    options: Map<String, Value>,
    request: &'a ChatRequest,
    stream: bool,
    messages: Vec<WireMessage<'a>>,
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let request = self.request;
        let mut extra = request.extra.clone();
        if !self.options.is_empty() {
            extra.insert("options".to_owned(), self.options.clone().into());
        }
        let mut out = Object::new(serializer.serialize_map(None)?, &extra);
        out.set("model", self.model)?;
        out.set("messages", &self.messages)?;
        let tools = request.tools.iter().map(|tool| {
            let function = json!({"name": tool.name, "description": tool.description, "parameters": tool.parameters});
            json!({"type": "function", "function": function})
        });
        out.set_some("tools", Some(tools.collect::<Vec<_>>()).filter(|tools| !tools.is_empty()))?;
        match &request.output {
            OutputFormat::Json => out.set("format", "json")?,
            OutputFormat::Schema { schema, .. } => out.set("format", schema)?,
            _ => {}
        }
        out.set_some("think", request.reasoning.as_ref().and_then(think))?;
        // Ollama streams unless told otherwise.
        out.set("stream", self.stream)?;
        out.end()
    }
}

fn think(options: &ReasoningOptions) -> Option<Value> {
    match options.effort {
        Some(Effort::None) => Some(false.into()),
        Some(effort) => Some(effort.as_str().into()),
        None => options.show.then(|| true.into()),
    }
}

#[derive(Serialize)]
struct WireMessage<'a> {
    role: &'static str,
    content: Cow<'a, str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    thinking: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<AsBase64<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
}

impl<'a> WireMessage<'a> {
    fn new(role: &'static str, content: Cow<'a, str>) -> Self {
        let (thinking, images, tool_calls) = (String::new(), Vec::new(), Vec::new());
        Self { role, content, thinking, images, tool_calls, tool_name: None, tool_call_id: None }
    }
}

fn write_message<'a>(
    message: &'a Message,
    images: &mut impl Iterator<Item = AsBase64<'a>>,
    out: &mut Vec<WireMessage<'a>>,
) {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    let mut wire = WireMessage::new(role, plain_text::of(&message.parts));
    for part in &message.parts {
        match part {
            Part::Image(_) => wire.images.extend(images.next()),
            Part::Reasoning(reasoning) => wire.thinking.push_str(&reasoning.text),
            Part::ToolCall(call) => {
                let function = json!({"name": call.name, "arguments": call.arguments});
                // Servers of 2025 and later tell calls of one tool apart by it; earlier ones pass
                // it over.
                wire.tool_calls.push(json!({"id": call.id, "function": function}));
            }
            Part::ToolResult(result) => {
                let mut answer = WireMessage::new("tool", plain_text::of_tool(result));
                answer.tool_name = Some(&result.name);
                answer.tool_call_id = Some(&result.id);
                out.push(answer);
            }
            _ => {}
        }
    }
    if !wire.content.is_empty() || !wire.images.is_empty() || !wire.tool_calls.is_empty() {
        out.push(wire);
    }
}
