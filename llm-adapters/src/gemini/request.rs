//! Our request in the vendor's JSON, written once from borrowed data.

use companies::google::GoogleApi;
use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use social_core::chat::{
    ChatCapabilities, ChatRequest, Effort, ImageOutput, Message, OutputFormat, Part, ReasoningOptions, Role, Tool,
    ToolChoice, WebSearch,
};
use social_core::{Error, Result, Vendor};

use super::media::File;
use super::message::{Content, WirePart, Writer};
use super::schema;
use crate::shared::body::{self, Object};

/// What the models can do. They cite no documents; what is kept of a prompt is named, not marked.
pub(super) fn capabilities() -> ChatCapabilities {
    let mut all = ChatCapabilities::all();
    all.document_citations = false;
    all.prompt_cache = false;
    all
}

/// What the body is for.
#[derive(Clone, Copy)]
pub(super) enum Form<'a> {
    Chat,
    Count { resource: &'a str },
}

/// Writes the body of a request.
pub(super) async fn body(api: GoogleApi, vendor: &Vendor, form: Form<'_>, request: &ChatRequest) -> Result<Vec<u8>> {
    capabilities().check_files(request)?;
    check(vendor, request)?;
    let config = Config::new(request)?;
    let files = File::load_all(api, vendor, request).await?;
    let mut writer = Writer::new(vendor, &files);
    let contents: Vec<Content<'_>> = request.messages.iter().filter_map(|message| writer.message(message)).collect();
    let fields = Fields { api, vendor, request, form, config, contents };
    let room = files.iter().map(File::encoded_len).sum();
    match form {
        // Without instructions and tools both places take the same.
        Form::Count { .. } if api == GoogleApi::AiStudio && !fields.is_plain() => {
            body::write(&Wrapped { generate_content_request: fields }, room)
        }
        _ => body::write(&fields, room),
    }
}

/// Refuses what the vendor would refuse or ignore.
fn check(vendor: &Vendor, request: &ChatRequest) -> Result<()> {
    let refuse = |option: &'static str, why: &'static str| Err(Error::unsupported(option, why));
    if let Some(temperature) = request.temperature.filter(|temperature| !(0.0..=2.0).contains(temperature)) {
        return Err(Error::invalid("temperature", format!("{temperature} is not between 0 and 2")));
    }
    if let Some(seed) = request.seed.filter(|seed| i32::try_from(*seed).is_err()) {
        return Err(Error::invalid("seed", format!("{seed} is not between {} and {}", i32::MIN, i32::MAX)));
    }
    if request.stop.len() > 5 {
        return Err(Error::invalid("stop", format!("{} texts are more than 5", request.stop.len())));
    }
    if request.parallel_tool_calls == Some(false) {
        return refuse("parallel_tool_calls", "Gemini cannot be told to make one call only");
    }
    if let Some(WebSearch { allowed_domains, max_searches, country }) = &request.web_search {
        if !allowed_domains.is_empty() {
            return refuse("web_search.allowed_domains", "Google Search does not support it");
        }
        if max_searches.is_some() {
            return refuse("web_search.max_searches", "Google Search does not support it");
        }
        if country.is_some() {
            return refuse("web_search.country", "Google Search does not support it");
        }
    }
    let systems = request.messages.iter().filter(|message| message.role == Role::System);
    if systems
        .flat_map(|message| &message.parts)
        .any(|part| matches!(part, Part::Image(_) | Part::Video(_) | Part::Audio(_) | Part::Document(_)))
    {
        return refuse("image", "standing instructions hold no files; put it into a user message");
    }
    let kept = request.cache.as_ref().and_then(|cache| cache.content.as_ref());
    if kept.is_some_and(|kept| kept.of(vendor).is_none()) {
        return refuse("cache.content", "another vendor keeps it");
    }
    let Some(reasoning) = &request.reasoning else { return Ok(()) };
    if reasoning.effort == Some(Effort::Max) {
        let message = "`max` is not offered, only none, minimal, low, medium, high, xhigh";
        return Err(Error::unsupported("reasoning.effort", message));
    }
    if reasoning.effort.is_some() && reasoning.budget_tokens.is_some() {
        return refuse("reasoning.budget_tokens", "Gemini takes an effort or a budget, not both");
    }
    Ok(())
}

/// The `generationConfig`; what the caller put there wins.
struct Config<'a> {
    request: &'a ChatRequest,
    schema: Option<Value>,
    theirs: Map<String, Value>,
}

impl<'a> Config<'a> {
    fn new(request: &'a ChatRequest) -> Result<Self> {
        let schema = match &request.output {
            OutputFormat::Schema { schema, .. } => Some(lowered(schema)?),
            _ => None,
        };
        let theirs = match request.extra.get("generationConfig") {
            None => Map::new(),
            Some(Value::Object(theirs)) => theirs.clone(),
            Some(_) => return Err(Error::invalid("extra.generationConfig", "it is an object")),
        };
        Ok(Self { request, schema, theirs })
    }
}

impl Serialize for Config<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let request = self.request;
        let json = request.output != OutputFormat::Text;
        let mut out = Object::new(serializer.serialize_map(None)?, &self.theirs);
        out.set_some("maxOutputTokens", request.max_output_tokens)?;
        out.set_some("temperature", request.temperature)?;
        out.set_some("topP", request.top_p)?;
        out.set_some("seed", request.seed)?;
        out.set_some("stopSequences", Some(&request.stop).filter(|stop| !stop.is_empty()))?;
        out.set_some("responseMimeType", json.then_some("application/json"))?;
        out.set_some("responseJsonSchema", self.schema.as_ref())?;
        out.set_some("thinkingConfig", request.reasoning.as_ref().and_then(thinking))?;
        if let Some(images) = &request.image_output {
            out.set("responseModalities", ["TEXT", "IMAGE"])?;
            out.set_some("imageConfig", image_config(images))?;
        }
        out.end()
    }
}

fn image_config(images: &ImageOutput) -> Option<Value> {
    let ratio = images.aspect_ratio.map(|ratio| ratio.to_string());
    let fields = [("aspectRatio", ratio), ("imageSize", images.size.clone())];
    let fields: Map<String, Value> =
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
    (!fields.is_empty()).then_some(Value::Object(fields))
}

fn lowered(schema: &Value) -> Result<Value> {
    schema::known(schema).ok_or_else(|| {
        Error::unsupported(
            "output.schema",
            "several schemas in one `allOf`, and schemas that are no object, cannot be said",
        )
    })
}

fn thinking(options: &ReasoningOptions) -> Option<Value> {
    let mut thinking = Map::new();
    match options.effort {
        Some(Effort::None) => thinking.insert("thinkingBudget".to_owned(), 0.into()),
        Some(effort) => thinking.insert("thinkingLevel".to_owned(), effort.as_str().to_ascii_uppercase().into()),
        None => options.budget_tokens.and_then(|tokens| thinking.insert("thinkingBudget".to_owned(), tokens.into())),
    };
    if options.show {
        thinking.insert("includeThoughts".to_owned(), true.into());
    }
    (!thinking.is_empty()).then_some(Value::Object(thinking))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wrapped<'a> {
    generate_content_request: Fields<'a>,
}

struct Fields<'a> {
    api: GoogleApi,
    vendor: &'a Vendor,
    request: &'a ChatRequest,
    form: Form<'a>,
    config: Config<'a>,
    contents: Vec<Content<'a>>,
}

impl Fields<'_> {
    fn is_plain(&self) -> bool {
        let request = self.request;
        let system = request.messages.iter().any(|message| message.role == Role::System);
        !system && request.tools.is_empty() && request.web_search.is_none()
    }

    fn instructions(&self) -> Option<Instructions<'_>> {
        let messages = &self.request.messages;
        let said = messages.iter().any(|message| message.role == Role::System && !message.parts.is_empty());
        said.then_some(Instructions { parts: messages, role: "user" })
    }
}

#[derive(Serialize)]
struct Instructions<'a> {
    #[serde(serialize_with = "texts")]
    parts: &'a [Message],
    role: &'static str,
}

fn texts<S: Serializer>(messages: &[Message], serializer: S) -> Result<S::Ok, S::Error> {
    let systems = messages.iter().filter(|message| message.role == Role::System);
    serializer.collect_seq(systems.flat_map(|message| &message.parts).filter_map(|part| match part {
        Part::Text(text) => Some(WirePart::Text { text: Cow::Borrowed(text) }),
        Part::Data(data) => Some(WirePart::Text { text: Cow::Owned(data.to_text()) }),
        _ => None,
    }))
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let request = self.request;
        let chat = matches!(self.form, Form::Chat);
        let mut extra = request.extra.clone();
        extra.remove("generationConfig");
        if !chat {
            extra.clear();
        }
        let mut out = Object::new(serializer.serialize_map(None)?, &extra);
        if let Form::Count { resource } = self.form
            && self.api == GoogleApi::AiStudio
            && !self.is_plain()
        {
            out.set("model", resource)?;
        }
        out.set("contents", &self.contents)?;
        let kept = request.cache.as_ref().and_then(|cache| cache.content.as_ref());
        out.set_some("cachedContent", kept.filter(|_| chat).and_then(|kept| kept.of(self.vendor)))?;
        out.set_some("systemInstruction", self.instructions())?;
        out.set_some("tools", tools(request))?;
        if chat {
            out.set_some("toolConfig", tool_config(self.api, request))?;
            out.set("generationConfig", &self.config)?;
        }
        out.end()
    }
}

fn tools(request: &ChatRequest) -> Option<Value> {
    let declaration = |tool: &Tool| {
        // What the vendor does not know is left to it: it only reads the schema of a tool.
        let parameters = schema::known(&tool.parameters).unwrap_or_else(|| tool.parameters.clone());
        json!({"name": tool.name, "description": tool.description, "parametersJsonSchema": parameters})
    };
    let mut tools = Vec::new();
    if !request.tools.is_empty() {
        let declarations: Vec<Value> = request.tools.iter().map(declaration).collect();
        tools.push(json!({"functionDeclarations": declarations}));
    }
    if request.web_search.is_some() {
        tools.push(json!({"googleSearch": {}}));
    }
    (!tools.is_empty()).then_some(Value::Array(tools))
}

fn tool_config(api: GoogleApi, request: &ChatRequest) -> Option<Value> {
    let calling = match &request.tool_choice {
        // Arguments are then held to the schema; a forced call's always are.
        ToolChoice::Auto if request.tools.iter().any(|tool| tool.strict) => Some(json!({"mode": "VALIDATED"})),
        ToolChoice::Auto => None,
        ToolChoice::None => Some(json!({"mode": "NONE"})),
        ToolChoice::Required => Some(json!({"mode": "ANY"})),
        ToolChoice::Tool(name) => Some(json!({"mode": "ANY", "allowedFunctionNames": [name]})),
    };
    // AI Studio refuses a search beside tools without it:
    // <https://ai.google.dev/gemini-api/docs/tool-combination>. Vertex AI does not know it.
    let both = api == GoogleApi::AiStudio && request.web_search.is_some() && !request.tools.is_empty();
    let fields =
        [("functionCallingConfig", calling), ("includeServerSideToolInvocations", both.then_some(Value::Bool(true)))];
    let fields: Map<String, Value> =
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    (!fields.is_empty()).then_some(Value::Object(fields))
}
