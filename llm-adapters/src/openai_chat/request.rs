//! Our request in the dialect's JSON, written once from borrowed data.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use social_core::chat::{
    ChatRequest, Effort, Message, OutputFormat, Part, ReasoningOptions, Role, ToolChoice, WebSearch,
};
use social_core::media::Media;
use social_core::{Error, ModelAddress, Result};

use super::dialect::{
    Dialect, JsonRequest, OutputLimit, PromptCacheRequest, Quirks, ReasoningRequest, WebSearchRequest,
};
use super::files::Files;
use super::message::{Content, WireMessage, Writer};
use crate::shared::body::{self, Object};
use crate::shared::image::Image;
use crate::shared::{call_id, schema};

/// Writes the body of a request.
pub(crate) async fn body(
    dialect: &Dialect,
    address: &ModelAddress,
    request: &ChatRequest,
    stream: bool,
) -> Result<Vec<u8>> {
    let ModelAddress { vendor, model } = address;
    dialect.capabilities().check_files(request).map_err(|e| e.with_vendor(vendor))?;
    check(&dialect.quirks, request).map_err(|e| e.with_vendor(vendor))?;
    let images = Image::load_all(&request.messages).await.map_err(|e| e.with_vendor(vendor))?;
    let files = Files::load(&dialect.quirks, vendor, &request.messages).await.map_err(|e| e.with_vendor(vendor))?;
    let mut writer = Writer {
        quirks: &dialect.quirks,
        vendor,
        images: images.iter(),
        documents: files.documents.iter(),
        sounds: files.sounds.iter(),
    };
    let instruction = instruction(&dialect.quirks, request);
    let conversation = call_id::fit(&request.messages, dialect.quirks.call_ids);
    let mut messages = Vec::with_capacity(conversation.len() + 1);
    if let Some(text) = &instruction {
        messages.push(WireMessage::new(writer.system_role(), Content::Text(Cow::Borrowed(text))));
    }
    for message in &*conversation {
        writer.message(message, &mut messages);
    }
    let fields = Fields { dialect, model, request, stream, messages: &messages };
    body::write(&fields, images.iter().map(Image::encoded_len).sum::<usize>() + files.encoded_len())
}

/// Refuses what the vendor would refuse or, worse, ignore.
fn check(quirks: &Quirks, request: &ChatRequest) -> Result<()> {
    let refuse = |option: &'static str, why: &'static str| Err(Error::unsupported(option, why));
    if let Some(temperature) = request.temperature {
        let (low, high) = quirks.temperature;
        if !(low..=high).contains(&temperature) {
            let low = if low == f32::MIN_POSITIVE { "more than 0".to_owned() } else { low.to_string() };
            return Err(Error::invalid("temperature", format!("{temperature} is not between {low} and {high}")));
        }
    }
    for part in request.messages.iter().flat_map(|message| &message.parts) {
        match part {
            Part::Image(_) if !quirks.images => return refuse("image", "this vendor's chat models read no images"),
            Part::Video(_) if !quirks.video_urls => return refuse("video", "this vendor's chat models read no videos"),
            Part::Video(media) if !matches!(media, Media::Remote(_)) => {
                return refuse("video", "this vendor reads videos at a public URL only; upload it first");
            }
            _ => {}
        }
    }
    let made = request.messages.iter().filter(|message| message.role == Role::Assistant);
    let mut made = made.flat_map(|message| &message.parts);
    if !quirks.image_output && made.any(|part| matches!(part, Part::Image(_))) {
        return refuse("image", "this vendor takes no images in answers; hand it in as a user's");
    }
    if request.seed.is_some() && !quirks.seed {
        return refuse("seed", "this vendor ignores it");
    }
    if !request.tools.is_empty() && !quirks.tools {
        return refuse("tools", "this vendor does not support tools");
    }
    if !matches!(request.tool_choice, ToolChoice::Auto) && !quirks.forced_tool_choice {
        return refuse("tool_choice", "this vendor leaves the choice to the model");
    }
    if request.parallel_tool_calls.is_some() && !quirks.parallel_tool_calls {
        return refuse("parallel_tool_calls", "this vendor ignores it");
    }
    if let Some(reasoning) = &request.reasoning {
        check_reasoning(quirks.reasoning, reasoning)?;
    }
    if let Some(search) = &request.web_search {
        match quirks.web_search {
            WebSearchRequest::Unsupported => return refuse("web_search", "not offered in this vendor's chat API"),
            _ if !search.allowed_domains.is_empty() => {
                return refuse("web_search.allowed_domains", "not offered in this vendor's chat API");
            }
            _ if search.max_searches.is_some() => {
                return refuse("web_search.max_searches", "not offered in this vendor's chat API");
            }
            WebSearchRequest::Plugin | WebSearchRequest::EnableSearch | WebSearchRequest::Tool
                if search.country.is_some() =>
            {
                return refuse("web_search.country", "not offered in this vendor's chat API");
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_reasoning(form: ReasoningRequest, options: &ReasoningOptions) -> Result<()> {
    use Effort::{High, Low, Max, Medium, None as Off};
    let efforts: &[Effort] = match form {
        ReasoningRequest::Unsupported => {
            return Err(Error::unsupported("reasoning", "this vendor has no setting for it"));
        }
        ReasoningRequest::Effort | ReasoningRequest::Object | ReasoningRequest::TemplateSwitch => &[],
        ReasoningRequest::ShortEffort => &[Off, Low, Medium, High],
        ReasoningRequest::EffortSwitch => &[Off, High],
        ReasoningRequest::Thinking => &[Off, Low, High, Max],
        // These have a switch and no levels: anything but "none" and the usual would be dropped.
        ReasoningRequest::AdaptiveThinking | ReasoningRequest::EnableThinking => &[Off, Medium],
    };
    if let Some(effort) = options.effort
        && !efforts.is_empty()
        && !efforts.contains(&effort)
    {
        let words: Vec<_> = efforts.iter().map(|effort| effort.as_str()).collect();
        let message = format!("`{}` is not offered, only {}", effort.as_str(), words.join(", "));
        return Err(Error::unsupported("reasoning.effort", message));
    }
    let budget = matches!(form, ReasoningRequest::EnableThinking | ReasoningRequest::Object);
    if options.budget_tokens.is_some() && !budget {
        return Err(Error::unsupported("reasoning.budget_tokens", "this vendor takes an effort, no budget"));
    }
    if options.show && form == ReasoningRequest::Effort {
        let message = "Chat Completions never shows reasoning; use the Responses API";
        return Err(Error::unsupported("reasoning.show", message));
    }
    Ok(())
}

/// What the vendor cannot be told in a field, in words.
fn instruction(quirks: &Quirks, request: &ChatRequest) -> Option<String> {
    match (&request.output, quirks.json) {
        (OutputFormat::Schema { schema, .. }, JsonRequest::Object | JsonRequest::Words) => {
            Some(format!("Answer with one JSON object and nothing else. It must match this JSON schema:\n{schema}"))
        }
        // Vendors answer HTTP 400 when JSON is asked for and the prompt does not say so.
        (OutputFormat::Json, _) if !mentions_json(&request.messages) => {
            Some("Answer with one JSON object and nothing else.".to_owned())
        }
        _ => None,
    }
}

pub(crate) fn mentions_json(messages: &[Message]) -> bool {
    messages.iter().flat_map(|message| &message.parts).any(|part| match part {
        Part::Text(text) => text.as_bytes().windows(4).any(|word| word.eq_ignore_ascii_case(b"json")),
        _ => false,
    })
}

/// The body as a map, field by field; what the caller put into `extra` wins.
struct Fields<'a> {
    dialect: &'a Dialect,
    model: &'a str,
    request: &'a ChatRequest,
    stream: bool,
    messages: &'a [WireMessage<'a>],
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { dialect: Dialect { quirks, .. }, request, .. } = self;
        let mut out = Object::new(serializer.serialize_map(None)?, &request.extra);
        out.set("model", self.model)?;
        out.set("messages", self.messages)?;
        let limit = match quirks.output_limit {
            OutputLimit::MaxTokens => "max_tokens",
            OutputLimit::MaxCompletionTokens => "max_completion_tokens",
        };
        out.set_some(limit, request.max_output_tokens)?;
        out.set_some("temperature", request.temperature)?;
        out.set_some("top_p", request.top_p)?;
        out.set_some(if quirks.random_seed { "random_seed" } else { "seed" }, request.seed)?;
        out.set_some("stop", Some(&request.stop).filter(|stop| !stop.is_empty()))?;
        let search = request.web_search.is_some() && quirks.web_search == WebSearchRequest::Tool;
        if search || !request.tools.is_empty() {
            out.set("tools", Tools { request, strict: quirks.strict_tools, search })?;
        }
        match &request.tool_choice {
            ToolChoice::Auto => {}
            ToolChoice::None => out.set("tool_choice", "none")?,
            ToolChoice::Required => out.set("tool_choice", "required")?,
            ToolChoice::Tool(name) => {
                out.set("tool_choice", json!({"type": "function", "function": {"name": name}}))?;
            }
        }
        out.set_some("parallel_tool_calls", request.parallel_tool_calls)?;
        out.set_some("response_format", response_format(quirks.json, &request.output))?;
        if let Some(reasoning) = &request.reasoning {
            set_reasoning(&mut out, quirks.reasoning, reasoning)?;
        }
        if let Some(search) = &request.web_search {
            set_web_search(&mut out, quirks.web_search, search)?;
        }
        let key = request.cache.as_ref().and_then(|cache| cache.key.as_deref());
        out.set_some("prompt_cache_key", key.filter(|_| quirks.prompt_cache == PromptCacheRequest::Key))?;
        if let Some(images) = &request.image_output {
            out.set("modalities", ["image", "text"])?;
            let ratio = images.aspect_ratio.map(|ratio| ratio.to_string());
            let fields = [("aspect_ratio", ratio), ("image_size", images.size.clone())];
            let fields: Map<String, Value> =
                fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
            out.set_some("image_config", Some(fields).filter(|fields| !fields.is_empty()))?;
        }
        if self.stream {
            out.set("stream", true)?;
            if quirks.usage_on_request {
                out.set("stream_options", json!({"include_usage": true}))?;
            }
        }
        out.end()
    }
}

fn response_format(form: JsonRequest, output: &OutputFormat) -> Option<Value> {
    let object = || json!({"type": "json_object"});
    match (output, form) {
        (OutputFormat::Json | OutputFormat::Schema { .. }, JsonRequest::Words) => None,
        (OutputFormat::Json, _) | (OutputFormat::Schema { .. }, JsonRequest::Object) => Some(object()),
        (OutputFormat::Schema { schema, .. }, JsonRequest::ObjectWithSchema) => {
            Some(json!({"type": "json_object", "schema": schema}))
        }
        (OutputFormat::Schema { schema, .. }, JsonRequest::ObjectWithValue) => {
            Some(json!({"type": "json_object", "value": schema}))
        }
        (OutputFormat::Schema { name, schema }, JsonRequest::StrictSchema) => {
            let strict = schema::strict(schema);
            let json_schema = json!({
                "name": name,
                "strict": strict.is_some(),
                "schema": strict.unwrap_or_else(|| schema.clone()),
            });
            Some(json!({"type": "json_schema", "json_schema": json_schema}))
        }
        (OutputFormat::Schema { name, schema }, JsonRequest::Schema) => {
            Some(json!({"type": "json_schema", "json_schema": {"name": name, "schema": schema}}))
        }
        _ => None,
    }
}

fn set_reasoning<M: SerializeMap>(
    out: &mut Object<'_, M>,
    form: ReasoningRequest,
    options: &ReasoningOptions,
) -> Result<(), M::Error> {
    let effort = options.effort.map(Effort::as_str);
    let off = options.effort == Some(Effort::None);
    match form {
        ReasoningRequest::Unsupported => Ok(()),
        ReasoningRequest::Effort | ReasoningRequest::ShortEffort | ReasoningRequest::EffortSwitch => {
            out.set_some("reasoning_effort", effort)
        }
        ReasoningRequest::Thinking => {
            out.set("thinking", json!({"type": if off { "disabled" } else { "enabled" }}))?;
            out.set_some("reasoning_effort", effort.filter(|_| !off))
        }
        ReasoningRequest::AdaptiveThinking => {
            out.set("thinking", json!({"type": if off { "disabled" } else { "adaptive" }}))
        }
        ReasoningRequest::EnableThinking => {
            out.set("enable_thinking", !off)?;
            out.set_some("thinking_budget", options.budget_tokens)
        }
        ReasoningRequest::TemplateSwitch => {
            out.set("chat_template_kwargs", json!({"enable_thinking": !off}))?;
            out.set_some("reasoning_effort", effort.filter(|_| !off))
        }
        ReasoningRequest::Object => {
            let mut object = Map::new();
            if let Some(effort) = effort {
                object.insert("effort".to_owned(), effort.into());
            }
            if let Some(budget) = options.budget_tokens {
                object.insert("max_tokens".to_owned(), budget.into());
            }
            if !options.show {
                object.insert("exclude".to_owned(), true.into());
            }
            out.set("reasoning", object)
        }
    }
}

fn set_web_search<M: SerializeMap>(
    out: &mut Object<'_, M>,
    form: WebSearchRequest,
    search: &WebSearch,
) -> Result<(), M::Error> {
    match form {
        WebSearchRequest::Unsupported | WebSearchRequest::Tool => Ok(()),
        WebSearchRequest::Options => match &search.country {
            Some(country) => {
                let location = json!({"type": "approximate", "approximate": {"country": country}});
                out.set("web_search_options", json!({"user_location": location}))
            }
            None => out.set("web_search_options", json!({})),
        },
        WebSearchRequest::Plugin => out.set("plugins", json!([{"id": "web"}])),
        WebSearchRequest::EnableSearch => out.set("enable_search", true),
    }
}

struct Tools<'a> {
    request: &'a ChatRequest,
    strict: bool,
    /// The search is one of the tools.
    search: bool,
}

impl Serialize for Tools<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Wire<'a> {
            r#type: &'static str,
            function: Function<'a>,
        }
        #[derive(Serialize)]
        struct Function<'a> {
            name: &'a str,
            description: &'a str,
            parameters: Cow<'a, Value>,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            strict: bool,
        }
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Entry<'a> {
            Function(Wire<'a>),
            Search(Value),
        }
        let search = json!({"type": "web_search", "web_search": {"enable": true, "search_result": true}});
        let search = self.search.then_some(Entry::Search(search));
        let functions = self.request.tools.iter().map(|tool| {
            let lowered = if tool.strict && self.strict { schema::strict(&tool.parameters) } else { None };
            let strict = lowered.is_some();
            let parameters = lowered.map_or(Cow::Borrowed(&tool.parameters), Cow::Owned);
            let function = Function { name: &tool.name, description: &tool.description, parameters, strict };
            Entry::Function(Wire { r#type: "function", function })
        });
        serializer.collect_seq(functions.chain(search))
    }
}
