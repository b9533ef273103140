//! Our request in the dialect's JSON, written once from borrowed data.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use social_core::chat::{
    ChatRequest, Effort, Message, OutputFormat, Part, ReasoningOptions, Role, Tool, ToolChoice, WebSearch,
};
use social_core::{Error, ModelAddress, Result, Vendor};

use super::dialect::{Dialect, Quirks, WebSearchRequest};
use super::message::{Input, Writer};
use crate::openai_chat::request::mentions_json;
use crate::shared::body::{self, Object};
use crate::shared::call_id::{self, CallIds};
use crate::shared::document::Loaded;
use crate::shared::image::Image;
use crate::shared::{plain_text, schema};

const ENCRYPTED: &str = "reasoning.encrypted_content";
const JSON: &str = "Answer with one JSON object and nothing else.";

/// Writes the body of a request.
pub(super) async fn body(
    dialect: &Dialect,
    address: &ModelAddress,
    request: &ChatRequest,
    stream: bool,
) -> Result<Vec<u8>> {
    dialect.capabilities().check_files(request)?;
    check(&dialect.quirks, &address.vendor, request)?;
    let images = Image::load_asked(&request.messages).await?;
    let conversation = call_id::fit(&request.messages, CallIds::SixtyFourWord);
    let systems = conversation.iter().take_while(|message| message.role == Role::System).count();
    let (systems, messages) = conversation.split_at_checked(systems).unwrap_or_default();
    let private = wants_encrypted_reasoning(&dialect.quirks, request);
    let stored = !private && request.extra.get("store") != Some(&Value::Bool(false));
    let documents = Loaded::load_all(&address.vendor, messages).await?;
    let input = Writer::new(&address.vendor, &images, &documents, stored).input(messages);
    let instructions = instructions(systems, request);
    let fields =
        Fields { quirks: &dialect.quirks, model: &address.model, request, stream, private, instructions, input };
    let room = images.iter().map(Image::encoded_len).chain(documents.iter().map(Loaded::encoded_len)).sum();
    body::write(&fields, room)
}

/// Models that do not reason refuse the question for it, so it is asked with options of reasoning
/// only.
fn wants_encrypted_reasoning(quirks: &Quirks, request: &ChatRequest) -> bool {
    let reasons = |reasoning: &ReasoningOptions| reasoning.effort != Some(Effort::None);
    quirks.encrypted_reasoning && request.reasoning.as_ref().is_some_and(reasons)
}

/// Refuses what the vendor would refuse or, worse, ignore.
fn check(quirks: &Quirks, vendor: &Vendor, request: &ChatRequest) -> Result<()> {
    let refuse = |option: &'static str, why: &'static str| Err(Error::unsupported(option, why));
    if let Some(temperature) = request.temperature.filter(|temperature| !(0.0..=2.0).contains(temperature)) {
        return Err(Error::invalid("temperature", format!("{temperature} is not between 0 and 2")));
    }
    if request.seed.is_some() {
        return refuse("seed", "the Responses API has none");
    }
    if !request.stop.is_empty() {
        return refuse("stop", "the Responses API has none");
    }
    if request.extra.get("background") == Some(&Value::Bool(true)) {
        return refuse("extra.background", "background answers are not supported: the answer would not be fetched");
    }
    if request.reasoning.as_ref().is_some_and(|reasoning| reasoning.budget_tokens.is_some()) {
        return refuse("reasoning.budget_tokens", "this API takes an effort, no budget");
    }
    let parts = || request.messages.iter().flat_map(|message| &message.parts);
    if parts().any(|part| matches!(part, Part::Video(_))) {
        return refuse("video", "these models read no videos");
    }
    if !quirks.images && parts().any(|part| matches!(part, Part::Image(_))) {
        return refuse("image", "this vendor's models read no images");
    }
    // An image that the model made is an item, which the vendor has.
    let is_made = |part: &Part| {
        let state = if let Part::Opaque(state) = part { state.of(vendor) } else { None };
        state.and_then(|state| state.get("type")).is_some_and(|kind| kind == "image_generation_call")
    };
    let others = request.messages.iter().filter(|message| message.role != Role::User);
    let mut others = others.filter(|message| !message.parts.iter().any(is_made));
    if others.any(|message| message.parts.iter().any(|part| matches!(part, Part::Image(_)))) {
        return refuse("image", "only user messages hold images");
    }
    if request.image_output.as_ref().is_some_and(|images| images.aspect_ratio.is_some()) {
        return refuse("image_output.aspect_ratio", "this API takes a size, such as 1024x1536");
    }
    if !quirks.json_schema && matches!(request.output, OutputFormat::Schema { .. }) {
        return refuse("output.schema", "this vendor promises none here; ask its chat dialect");
    }
    match &request.web_search {
        Some(search) => check_search(quirks.web_search, search),
        None => Ok(()),
    }
}

fn check_search(form: WebSearchRequest, search: &WebSearch) -> Result<()> {
    use WebSearchRequest::{Filtered, Full, Unsupported};
    let refuse = |option: &'static str| Err(Error::unsupported(option, "not offered in this vendor's Responses API"));
    match search {
        _ if form == Unsupported => refuse("web_search"),
        WebSearch { allowed_domains, .. } if !allowed_domains.is_empty() && !matches!(form, Filtered | Full) => {
            refuse("web_search.allowed_domains")
        }
        WebSearch { max_searches: Some(_), .. } if form != Full => refuse("web_search.max_searches"),
        WebSearch { country: Some(_), .. } if form != Full => refuse("web_search.country"),
        _ => Ok(()),
    }
}

fn instructions<'a>(systems: &'a [Message], request: &ChatRequest) -> Option<Cow<'a, str>> {
    let texts = systems.iter().map(|message| plain_text::of(&message.parts)).filter(|text| !text.is_empty());
    // Vendors answer HTTP 400 when JSON is asked for and the prompt does not say so.
    let json = request.output == OutputFormat::Json && !mentions_json(&request.messages);
    texts.chain(json.then_some(Cow::Borrowed(JSON))).reduce(|all, text| Cow::Owned(format!("{all}\n\n{text}")))
}

struct Fields<'a> {
    quirks: &'a Quirks,
    model: &'a str,
    request: &'a ChatRequest,
    stream: bool,
    private: bool,
    instructions: Option<Cow<'a, str>>,
    input: Input<'a>,
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let request = self.request;
        let mut extra = request.extra.clone();
        if let Some(Value::Array(include)) = extra.get_mut("include").filter(|_| self.private)
            && !include.contains(&ENCRYPTED.into())
        {
            include.push(ENCRYPTED.into());
        }
        let mut out = Object::new(serializer.serialize_map(None)?, &extra);
        out.set("model", self.model)?;
        out.set("input", &self.input)?;
        out.set_some("instructions", self.instructions.as_deref())?;
        out.set_some("max_output_tokens", request.max_output_tokens)?;
        out.set_some("temperature", request.temperature)?;
        out.set_some("top_p", request.top_p)?;
        out.set_some("text", format(&request.output).map(|format| json!({"format": format})))?;
        let mut tools: Vec<Value> = request.tools.iter().map(|tool| function(tool, self.quirks)).collect();
        if let Some(search) = &request.web_search {
            match self.quirks.web_search {
                WebSearchRequest::Plugin => out.set("plugins", json!([{"id": "web"}]))?,
                _ => tools.push(web_search(search)),
            }
            out.set_some("max_tool_calls", search.max_searches)?;
        }
        if let Some(images) = &request.image_output {
            let size = images.size.as_deref().unwrap_or("auto");
            tools.push(json!({"type": "image_generation", "size": size}));
        }
        let key = request.cache.as_ref().and_then(|cache| cache.key.as_deref());
        out.set_some("prompt_cache_key", key.filter(|_| self.quirks.prompt_cache_key))?;
        out.set_some("tools", Some(tools).filter(|tools| !tools.is_empty()))?;
        match &request.tool_choice {
            ToolChoice::Auto => {}
            ToolChoice::None => out.set("tool_choice", "none")?,
            ToolChoice::Required => out.set("tool_choice", "required")?,
            ToolChoice::Tool(name) => out.set("tool_choice", json!({"type": "function", "name": name}))?,
        }
        out.set_some("parallel_tool_calls", request.parallel_tool_calls)?;
        out.set_some("reasoning", request.reasoning.as_ref().and_then(reasoning))?;
        if self.private {
            out.set("store", false)?;
            out.set("include", [ENCRYPTED])?;
        }
        if self.stream {
            out.set("stream", true)?;
        }
        out.end()
    }
}

fn format(output: &OutputFormat) -> Option<Value> {
    match output {
        OutputFormat::Json => Some(json!({"type": "json_object"})),
        OutputFormat::Schema { name, schema } => {
            let strict = schema::strict(schema);
            let (is_strict, schema) = (strict.is_some(), strict.unwrap_or_else(|| schema.clone()));
            Some(json!({"type": "json_schema", "name": name, "strict": is_strict, "schema": schema}))
        }
        _ => None,
    }
}

/// Without a word about `strict`, the vendor rewrites the schema to strict mode itself.
fn function(tool: &Tool, quirks: &Quirks) -> Value {
    let strict = if tool.strict && quirks.json_schema { schema::strict(&tool.parameters) } else { None };
    let is_strict = strict.is_some();
    let parameters = strict.unwrap_or_else(|| tool.parameters.clone());
    json!({"type": "function", "name": tool.name, "description": tool.description, "parameters": parameters,
        "strict": is_strict})
}

fn web_search(search: &WebSearch) -> Value {
    let mut wire = Map::new();
    wire.insert("type".to_owned(), "web_search".into());
    if !search.allowed_domains.is_empty() {
        wire.insert("filters".to_owned(), json!({"allowed_domains": search.allowed_domains}));
    }
    if let Some(country) = &search.country {
        wire.insert("user_location".to_owned(), json!({"type": "approximate", "country": country}));
    }
    Value::Object(wire)
}

fn reasoning(options: &ReasoningOptions) -> Option<Value> {
    let mut wire = Map::new();
    if let Some(effort) = options.effort {
        wire.insert("effort".to_owned(), effort.as_str().into());
    }
    if options.show {
        wire.insert("summary".to_owned(), "auto".into());
    }
    (!wire.is_empty()).then_some(Value::Object(wire))
}
