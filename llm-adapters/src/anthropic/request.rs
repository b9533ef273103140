//! Our request in the dialect's JSON, written once from borrowed data.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use social_core::chat::{
    CacheTime, ChatRequest, Effort, Message, OutputFormat, Part, ReasoningOptions, Role, Tool, ToolChoice, WebSearch,
};
use social_core::models::ModelFacts;
use social_core::{Error, ModelAddress, Result, Vendor};

use super::dialect::{Dialect, Hosting};
use super::files::{self, DocumentBlock, System};
use crate::models;
use crate::shared::body::{self, AsBase64, Object};
use crate::shared::cache_control::CacheControl;
use crate::shared::call_id::{self, CallIds};
use crate::shared::document::Loaded;
use crate::shared::image::Image;
use crate::shared::schema;

/// What stands for a JSON mode.
const JSON: &str = "Answer with one JSON object and nothing else.";

/// The smallest thinking budget.
const MIN_BUDGET: u32 = 1024;

/// Keywords that the vendor's structured output refuses:
/// <https://docs.claude.com/en/docs/build-with-claude/structured-outputs>.
const REFUSED: [&str; 7] =
    ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems"];

/// Writes the body of a request.
pub(super) async fn body(
    dialect: &Dialect,
    hosting: Hosting,
    address: &ModelAddress,
    request: &ChatRequest,
    stream: bool,
) -> Result<Vec<u8>> {
    let vendor = &address.vendor;
    let facts = models::facts(address);
    check(dialect, facts, request).map_err(|error| error.with_vendor(vendor))?;
    let format = match &request.output {
        OutputFormat::Schema { schema, .. } => Some(format(schema).map_err(|error| error.with_vendor(vendor))?),
        _ => None,
    };
    let images = Image::load_all(&request.messages).await.map_err(|error| error.with_vendor(vendor))?;
    let documents = Loaded::load_all(vendor, &request.messages).await.map_err(|error| error.with_vendor(vendor))?;
    let mut writer =
        Writer { vendor, cache_marks: dialect.quirks.cache_marks, images: images.iter(), documents: documents.iter() };
    let conversation = call_id::fit(&request.messages, CallIds::SixtyFourWord);
    // Those that come later stay where they are, where the vendor takes them there.
    let leading = conversation.iter().take_while(|message| message.role == Role::System).count();
    let late = dialect.quirks.late_system && facts.is_none_or(|facts| facts.late_system != Some(false));
    let in_place = if late { leading } else { conversation.len() };
    let (systems, messages): (Vec<_>, Vec<_>) =
        conversation.iter().enumerate().partition(|(at, message)| message.role == Role::System && *at < in_place);
    let systems = systems.into_iter().map(|(_, message)| message).collect();
    let messages: Vec<WireMessage<'_>> =
        messages.into_iter().filter_map(|(_, message)| writer.message(message)).collect();
    let container = conversation.iter().rev().find_map(|message| container(message, vendor));
    let model = &address.model;
    let can = models::within(address, dialect.capabilities());
    let (usual, maximum) = (can.usual_output_tokens.unwrap_or_default(), can.output_tokens);
    let fields = Fields {
        dialect,
        hosting,
        model,
        request,
        stream,
        format,
        systems,
        messages,
        container,
        facts,
        usual,
        maximum,
    };
    let room = images.iter().map(Image::encoded_len).chain(documents.iter().map(Loaded::encoded_len)).sum();
    body::write(&fields, room)
}

/// Refuses what the vendor would refuse or ignore.
fn check(dialect: &Dialect, facts: Option<&ModelFacts>, request: &ChatRequest) -> Result<()> {
    dialect.capabilities().check_files(request)?;
    files::check(dialect, request)?;
    if let Some(temperature) = request.temperature.filter(|temperature| !(0.0..=1.0).contains(temperature)) {
        return Err(Error::invalid("temperature", format!("{temperature} is not between 0 and 1")));
    }
    if request.seed.is_some() {
        return Err(Error::unsupported("seed", "the Messages API has none"));
    }
    let parts = || request.messages.iter().flat_map(|message| &message.parts);
    if parts().any(|part| matches!(part, Part::Video(_))) {
        return Err(Error::unsupported("video", "these models read no videos"));
    }
    let others = request.messages.iter().filter(|message| message.role != Role::User);
    if others.flat_map(|message| &message.parts).any(|part| matches!(part, Part::Image(_))) {
        return Err(Error::unsupported("image", "only user messages hold images"));
    }
    if !dialect.quirks.json_schema && matches!(request.output, OutputFormat::Schema { .. }) {
        return Err(Error::unsupported("output.schema", "this vendor ignores schemas; ask its OpenAI dialect"));
    }
    if !dialect.quirks.web_search && request.web_search.is_some() {
        return Err(Error::unsupported("web_search", "this vendor does not search"));
    }
    let Some(reasoning) = &request.reasoning else { return Ok(()) };
    if reasoning.effort == Some(Effort::Minimal) {
        return Err(Error::unsupported(
            "reasoning.effort",
            "`minimal` is not offered, only none, low, medium, high, xhigh, max",
        ));
    }
    if reasoning.show && reasoning.budget_tokens.is_none() && !is_adaptive(facts) {
        return Err(Error::unsupported("reasoning.show", "this model shows thinking of a budget only"));
    }
    match (reasoning.budget_tokens, request.max_output_tokens) {
        (Some(budget), _) if budget < MIN_BUDGET => {
            Err(Error::invalid("reasoning.budget_tokens", format!("{budget} is less than {MIN_BUDGET}")))
        }
        (Some(budget), Some(limit)) if budget >= limit => {
            let message = format!("{budget} leaves nothing of max_output_tokens, {limit}, for the answer");
            Err(Error::invalid("reasoning.budget_tokens", message))
        }
        _ => Ok(()),
    }
}

fn format(schema: &Value) -> Result<Value> {
    let lowered = schema::closed(schema).ok_or_else(|| {
        Error::unsupported("output.schema", "maps with any keys, `not`, `if` and pattern properties cannot be promised")
    })?;
    Ok(json!({"type": "json_schema", "schema": schema::without(&lowered, &REFUSED)}))
}

struct Fields<'a> {
    dialect: &'a Dialect,
    hosting: Hosting,
    model: &'a str,
    request: &'a ChatRequest,
    stream: bool,
    format: Option<Value>,
    /// The standing instructions that have a field of their own.
    systems: Vec<&'a Message>,
    messages: Vec<WireMessage<'a>>,
    container: Option<&'a str>,
    facts: Option<&'a ModelFacts>,
    /// The room that an answer gets, and the most that it may have.
    usual: u32,
    maximum: Option<u32>,
}

/// Whether a model takes thinking that is as long as the task needs.
fn is_adaptive(facts: Option<&ModelFacts>) -> bool {
    facts.and_then(|facts| facts.thinking.as_ref()).is_none_or(|thinking| thinking.adaptive != Some(false))
}

/// Where the vendor's tools ran for this answer.
fn container<'a>(message: &'a Message, vendor: &Vendor) -> Option<&'a str> {
    message.parts.iter().rev().find_map(|part| match part {
        Part::Opaque(state) => state.of(vendor)?.pointer("/container/id")?.as_str(),
        _ => None,
    })
}

impl Fields<'_> {
    fn system(&self) -> Option<System<'_>> {
        let texts = self.systems.iter().flat_map(|message| &message.parts).filter_map(|part| match part {
            Part::Text(text) => Some(Cow::Borrowed(text.as_str())),
            Part::Data(data) => Some(Cow::Owned(data.to_text())),
            _ => None,
        });
        let text = || texts.reduce(|all, text| Cow::Owned(format!("{all}\n\n{text}"))).map(System::Text);
        let system = System::marked(self.dialect, &self.systems).or_else(text);
        // There is no JSON mode without a schema.
        if self.request.output != OutputFormat::Json {
            return system;
        }
        Some(system.map_or(System::Text(Cow::Borrowed(JSON)), |system| system.with(JSON)))
    }

    fn max_tokens(&self) -> u32 {
        let budget = self.request.reasoning.as_ref().and_then(|reasoning| reasoning.budget_tokens).unwrap_or(0);
        self.request.max_output_tokens.unwrap_or_else(|| {
            let maximum = self.maximum.unwrap_or(u32::MAX);
            self.usual.saturating_add(budget).min(maximum.max(self.usual))
        })
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let request = self.request;
        let mut out = Object::new(serializer.serialize_map(None)?, &request.extra);
        match self.hosting {
            Hosting::Messages => out.set("model", self.model)?,
            Hosting::Vertex => out.set("anthropic_version", "vertex-2023-10-16")?,
        }
        out.set("max_tokens", self.max_tokens())?;
        out.set_some("system", self.system())?;
        out.set("messages", &self.messages)?;
        out.set_some("container", self.container)?;
        out.set_some("temperature", request.temperature)?;
        out.set_some("top_p", request.top_p)?;
        out.set_some("stop_sequences", Some(&request.stop).filter(|stop| !stop.is_empty()))?;
        let mut tools: Vec<Value> =
            request.tools.iter().map(tool).chain(request.web_search.as_ref().map(search)).collect();
        let last = tools.last_mut().and_then(Value::as_object_mut);
        if let (Some(mark), Some(last)) = (files::tools_mark(self.dialect, request), last) {
            last.insert("cache_control".to_owned(), json!(mark));
        }
        out.set_some("tools", Some(tools).filter(|tools| !tools.is_empty()))?;
        out.set_some("tool_choice", tool_choice(request))?;
        let mut config = Map::new();
        if let Some(format) = &self.format {
            config.insert("format".to_owned(), format.clone());
        }
        if let Some(reasoning) = &request.reasoning {
            out.set_some("thinking", thinking(reasoning, self.facts))?;
            let effort = reasoning.effort.filter(|effort| *effort != Effort::None);
            config.extend(effort.map(|effort| ("effort".to_owned(), effort.as_str().into())));
        }
        out.set_some("output_config", Some(config).filter(|config| !config.is_empty()))?;
        if self.stream {
            out.set("stream", true)?;
        }
        out.end()
    }
}

fn thinking(options: &ReasoningOptions, facts: Option<&ModelFacts>) -> Option<Value> {
    let known = facts.and_then(|facts| facts.thinking.as_ref());
    let mut thinking = match (options.effort, options.budget_tokens) {
        (Some(Effort::None), _) if known.is_some_and(|known| known.between_tools) => {
            return Some(json!({"type": "between_tools"}));
        }
        (Some(Effort::None), _) => return Some(json!({"type": "disabled"})),
        (_, Some(budget)) => json!({"type": "enabled", "budget_tokens": budget}),
        (_, None) if !is_adaptive(facts) => return None,
        (Some(_), None) => json!({"type": "adaptive"}),
        (None, None) if options.show => json!({"type": "adaptive"}),
        (None, None) => return None,
    };
    if let Some(members) = thinking.as_object_mut().filter(|_| options.show) {
        members.insert("display".to_owned(), "summarized".into());
    }
    Some(thinking)
}

fn tool(tool: &Tool) -> Value {
    let lowered = if tool.strict { schema::closed(&tool.parameters) } else { None };
    let mut wire = json!({"name": tool.name, "description": tool.description});
    if let Some(members) = wire.as_object_mut() {
        members.extend(lowered.is_some().then(|| ("strict".to_owned(), true.into())));
        let schema = lowered.map(|lowered| schema::without(&lowered, &REFUSED));
        members.insert("input_schema".to_owned(), schema.unwrap_or_else(|| tool.parameters.clone()));
    }
    wire
}

fn search(search: &WebSearch) -> Value {
    let mut wire = Map::new();
    wire.insert("type".to_owned(), "web_search_20250305".into());
    wire.insert("name".to_owned(), "web_search".into());
    if let Some(maximum) = search.max_searches {
        wire.insert("max_uses".to_owned(), maximum.into());
    }
    if !search.allowed_domains.is_empty() {
        wire.insert("allowed_domains".to_owned(), search.allowed_domains.clone().into());
    }
    if let Some(country) = &search.country {
        wire.insert("user_location".to_owned(), json!({"type": "approximate", "country": country}));
    }
    Value::Object(wire)
}

fn tool_choice(request: &ChatRequest) -> Option<Value> {
    let alone = request.parallel_tool_calls == Some(false);
    let mut choice = match &request.tool_choice {
        ToolChoice::Auto if alone => json!({"type": "auto"}),
        ToolChoice::Auto => return None,
        ToolChoice::None => return Some(json!({"type": "none"})),
        ToolChoice::Required => json!({"type": "any"}),
        ToolChoice::Tool(name) => json!({"type": "tool", "name": name}),
    };
    if let Some(members) = choice.as_object_mut().filter(|_| alone) {
        members.insert("disable_parallel_tool_use".to_owned(), true.into());
    }
    Some(choice)
}

#[derive(Serialize)]
struct WireMessage<'a> {
    role: &'static str,
    content: Content<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Text(&'a str),
    Blocks(Vec<Block<'a>>),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Block<'a> {
    /// As the vendor sent it.
    Verbatim(&'a Value),
    Known(Known<'a>),
}

impl Block<'_> {
    /// Thinking is not marked.
    fn mark(&mut self, time: CacheTime) {
        let Self::Known(
            Known::Text { cache_control, .. }
            | Known::Image { cache_control, .. }
            | Known::Document { cache_control, .. }
            | Known::ToolUse { cache_control, .. }
            | Known::ToolResult { cache_control, .. },
        ) = self
        else {
            return;
        };
        *cache_control = Some(time.into());
    }
}

impl Block<'_> {
    /// A text with citations replaces what was written of it before. False when the text has been
    /// changed since.
    fn take_back(&self, before: &mut Vec<Block<'_>>) -> bool {
        let Self::Verbatim(block) = self else { return true };
        let Some(cited) = block.get("text").and_then(Value::as_str) else { return true };
        let Some(Block::Known(Known::Text { text: Cow::Borrowed(text), .. })) = before.last_mut() else { return false };
        match text.strip_suffix(cited) {
            Some("") => drop(before.pop()),
            Some(rest) => *text = rest,
            None => return false,
        }
        true
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Known<'a> {
    Text {
        text: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    Image {
        source: Source<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    Document {
        #[serde(flatten)]
        document: DocumentBlock<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    Thinking {
        thinking: &'a str,
        signature: &'a str,
    },
    ToolUse {
        id: &'a str,
        name: &'a str,
        input: &'a Value,
        #[serde(skip_serializing_if = "Option::is_none")]
        caller: Option<&'a Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    ToolResult {
        tool_use_id: &'a str,
        content: &'a str,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        is_error: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Source<'a> {
    Url { url: &'a str },
    Base64 { media_type: &'static str, data: AsBase64<'a> },
}

/// The vendor refuses a text of blanks only.
fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

struct Writer<'a> {
    vendor: &'a Vendor,
    cache_marks: bool,
    images: std::slice::Iter<'a, Image>,
    documents: std::slice::Iter<'a, Loaded<'a>>,
}

impl<'a> Writer<'a> {
    /// `None` for messages with nothing to send.
    fn message(&mut self, message: &'a Message) -> Option<WireMessage<'a>> {
        let role = match message.role {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        if let [Part::Text(text)] = message.parts.as_slice() {
            return (!is_blank(text)).then_some(WireMessage { role, content: Content::Text(text) });
        }
        // The vendor wants the results of tools first.
        let is_result = |part: &&Part| matches!(part, Part::ToolResult(_));
        let ordered =
            message.parts.iter().filter(is_result).chain(message.parts.iter().filter(|part| !is_result(part)));
        let mut blocks = Vec::with_capacity(message.parts.len());
        for part in ordered {
            if let Part::CacheMark(time) = part {
                if let Some(last) = blocks.last_mut().filter(|_| self.cache_marks) {
                    Block::mark(last, *time);
                }
                continue;
            }
            if let Some(block) = self.block(part).filter(|block| block.take_back(&mut blocks)) {
                blocks.push(block);
            }
        }
        (!blocks.is_empty()).then_some(WireMessage { role, content: Content::Blocks(blocks) })
    }

    fn block(&mut self, part: &'a Part) -> Option<Block<'a>> {
        let known = match part {
            Part::Text(text) | Part::Refusal(text) if is_blank(text) => return None,
            Part::Text(text) | Part::Refusal(text) => Known::Text { text: Cow::Borrowed(text), cache_control: None },
            Part::Data(data) => Known::Text { text: Cow::Owned(data.to_text()), cache_control: None },
            Part::Image(_) => Known::Image {
                source: match self.images.next()? {
                    Image::Url(url) => Source::Url { url },
                    Image::Bytes { mime, bytes } => Source::Base64 { media_type: mime, data: AsBase64(bytes) },
                },
                cache_control: None,
            },
            Part::Document(_) => {
                Known::Document { document: DocumentBlock::new(self.documents.next()?)?, cache_control: None }
            }
            Part::ToolCall(call) => Known::ToolUse {
                id: &call.id,
                name: &call.name,
                input: &call.arguments,
                caller: call.opaque.as_ref().and_then(|state| state.of(self.vendor)?.get("caller")),
                cache_control: None,
            },
            Part::ToolResult(result) => Known::ToolResult {
                tool_use_id: &result.id,
                content: &result.content,
                is_error: result.is_error,
                cache_control: None,
            },
            // Thinking without this vendor's signature is refused by it.
            Part::Reasoning(part) => {
                let state = part.opaque.as_ref()?.of(self.vendor)?;
                match state.get("signature").and_then(Value::as_str) {
                    Some(signature) => Known::Thinking { thinking: &part.text, signature },
                    None => return Some(Block::Verbatim(state)),
                }
            }
            // What is no block has a place of its own, or none.
            Part::Opaque(state) => {
                return state.of(self.vendor).filter(|block| block.get("type").is_some()).map(Block::Verbatim);
            }
            _ => return None,
        };
        Some(Block::Known(known))
    }
}
