//! What is asked of a model.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::message::{Message, Part, Role};
use super::prompt_cache::PromptCache;
use crate::image::AspectRatio;
use crate::make::OptionValue;
use crate::money::Usage;

/// A function that the model may call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tool {
    /// The name: letters, digits, `_` and `-`.
    pub name: String,
    /// When to call it and what it does.
    pub description: String,
    /// The JSON schema of its arguments.
    pub parameters: Value,
    /// The arguments must match the schema exactly, where the vendor can promise that.
    #[serde(default)]
    pub strict: bool,
}

/// Which tools the model may or must call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolChoice {
    /// The model decides.
    #[default]
    Auto,
    /// None.
    None,
    /// At least one, whichever.
    Required,
    /// This one.
    Tool(String),
}

/// The form of the answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OutputFormat {
    /// Text.
    #[default]
    Text,
    /// Some JSON object. Several vendors want the word JSON in the prompt.
    Json,
    /// JSON of this schema (draft 2020-12). Each adapter lowers it to what its vendor accepts.
    Schema {
        /// A name for the schema: letters, digits, `_` and `-`.
        name: String,
        /// The schema.
        schema: Value,
    },
}

/// How hard to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effort {
    /// Not at all.
    None,
    /// As little as possible.
    Minimal,
    /// A little.
    Low,
    /// The usual.
    Medium,
    /// Much.
    High,
    /// Very much.
    Xhigh,
    /// As much as the model can.
    Max,
}

impl Effort {
    /// The word that most vendors use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minimal => "minimal",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Xhigh => "xhigh",
            Self::Max => "max",
        }
    }
}

/// How the model should think. What is not set is left to the vendor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasoningOptions {
    /// How hard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Effort>,
    /// At most this many tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_tokens: Option<u32>,
    /// Show the thinking, or a summary of it, in the reply.
    #[serde(default)]
    pub show: bool,
}

/// Lets the model search the web.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebSearch {
    /// Only these domains; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_domains: Vec<String>,
    /// At most this many searches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_searches: Option<u32>,
    /// Where the asking person is, as an ISO 3166-1 country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// Lets the model answer with images beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageOutput {
    /// Their shape, where the vendor takes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<AspectRatio>,
    /// Their size in the vendor's word, such as `2K` or `1024x1536`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
}

impl ImageOutput {
    /// Sets the shape.
    #[must_use]
    pub fn with_aspect_ratio(mut self, ratio: AspectRatio) -> Self {
        self.aspect_ratio = Some(ratio);
        self
    }

    /// Sets the size.
    #[must_use]
    pub fn with_size(mut self, size: impl Into<String>) -> Self {
        self.size = Some(size.into());
        self
    }
}

/// Which prompt a request was made from, for records. It is not sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PromptId {
    /// The prompt's name.
    pub name: String,
    /// Its version, in its author's words.
    pub version: String,
    /// The beginning of the SHA-256 of its text, in hexadecimal: a changed text under the old
    /// version shows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
}

impl PromptId {
    /// A prompt whose text is not digested.
    #[must_use]
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self { name: name.into(), version: version.into(), digest: String::new() }
    }
}

impl fmt::Display for PromptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.version)?;
        if self.digest.is_empty() { Ok(()) } else { write!(f, "#{}", self.digest) }
    }
}

/// What is asked of a model. What is not set is left to the vendor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatRequest {
    /// The conversation, oldest first. Standing instructions are messages of [`Role::System`].
    pub messages: Vec<Message>,
    /// The longest answer in tokens, thinking included where the vendor counts it so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u32>,
    /// The sampling temperature; 0 is the least random.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f32>,
    /// Nucleus sampling, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f32>,
    /// A seed for sampling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// Texts at which the answer ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    /// Tools that the model may call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Tool>,
    /// Which of them.
    #[serde(default)]
    pub tool_choice: ToolChoice,
    /// Several tool calls in one answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallel_tool_calls: Option<bool>,
    /// The form of the answer.
    #[serde(default)]
    pub output: OutputFormat,
    /// How to think.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<ReasoningOptions>,
    /// Search the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_search: Option<WebSearch>,
    /// Answer with images, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_output: Option<ImageOutput>,
    /// What the vendor should keep of the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<PromptCache>,
    /// Fields of the vendor's own request that have no name here; they are sent as they are and win
    /// over ours.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
    /// Which prompt it was made from, for records. It is not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<PromptId>,
}

/// Tokens that one image in a prompt may count, rounded up over the vendors' rules.
const IMAGE_TOKENS: u64 = 2_000;
/// Tokens that a document may count: a hundred pages, which most vendors read, at 3,000 each.
const DOCUMENT_TOKENS: u64 = 300_000;
/// Tokens that sound may count: a quarter of an hour at 32 a second.
const AUDIO_TOKENS: u64 = 28_800;
/// The answer that is assumed when the request sets no limit.
const ASSUMED_OUTPUT_TOKENS: u32 = 8_192;

impl ChatRequest {
    /// The maximum that it may use, for budgets and plans: of its answer 8,192 tokens, where it
    /// sets no limit.
    #[must_use]
    pub fn estimate(&self) -> Usage {
        let output = self.max_output_tokens.unwrap_or(ASSUMED_OUTPUT_TOKENS);
        // No tokenizer makes more tokens than bytes.
        let (input_tokens, output_tokens) = (Some(self.input_bytes()), Some(u64::from(output)));
        Usage { input_tokens, output_tokens, ..Usage::default() }
    }

    /// What it says about an option, by the option's name: the names of its fields, `image`,
    /// `video`, `audio` and `document` for parts of that kind, `prefill` for an answer that is
    /// begun, and `reasoning.effort`, `reasoning.budget_tokens`. `output` is `json` or `schema`,
    /// `tool_choice` is `none`, `required` or `tool`.
    #[must_use]
    pub fn option(&self, name: &str) -> OptionValue<'_> {
        let count = |is: fn(&Part) -> bool| {
            OptionValue::parts(self.messages.iter().flat_map(|message| &message.parts).filter(|part| is(part)).count())
        };
        let word = |word| OptionValue::Text(Cow::Borrowed(word));
        let flag = |set: bool| OptionValue::scalar(set.then_some(true));
        let number = |number: Option<f32>| OptionValue::scalar(number.map(f64::from));
        let reasoning = self.reasoning.as_ref();
        match name {
            "max_output_tokens" => OptionValue::scalar(self.max_output_tokens),
            "temperature" => number(self.temperature),
            "top_p" => number(self.top_p),
            "seed" => flag(self.seed.is_some()),
            "stop" => OptionValue::words(self.stop.iter().map(String::as_str)),
            "tools" => OptionValue::parts(self.tools.len()),
            "tool_choice" => match self.tool_choice {
                ToolChoice::Auto => OptionValue::Unset,
                ToolChoice::None => word("none"),
                ToolChoice::Required => word("required"),
                ToolChoice::Tool(_) => word("tool"),
            },
            "parallel_tool_calls" => OptionValue::scalar(self.parallel_tool_calls),
            "output" => match self.output {
                OutputFormat::Text => OptionValue::Unset,
                OutputFormat::Json => word("json"),
                OutputFormat::Schema { .. } => word("schema"),
            },
            "reasoning" => flag(reasoning.is_some()),
            "reasoning.effort" => {
                let effort = reasoning.and_then(|options| options.effort);
                effort.map_or(OptionValue::Unset, |effort| word(effort.as_str()))
            }
            "reasoning.budget_tokens" => OptionValue::scalar(reasoning.and_then(|options| options.budget_tokens)),
            "web_search" => flag(self.web_search.is_some()),
            "prefill" => flag(self.messages.last().is_some_and(|message| message.role == Role::Assistant)),
            "image" => count(|part| matches!(part, Part::Image(_))),
            "video" => count(|part| matches!(part, Part::Video(_))),
            "audio" => count(|part| matches!(part, Part::Audio(_))),
            "document" => count(|part| matches!(part, Part::Document(_))),
            _ => OptionValue::Unset,
        }
    }

    /// How long it is, with so many bytes for each image as it may count tokens.
    pub(crate) fn input_bytes(&self) -> u64 {
        let parts = self.messages.iter().flat_map(|message| &message.parts);
        let parts = parts.map(|part| match part {
            Part::Text(text) | Part::Refusal(text) => text.len() as u64,
            Part::Data(data) => data.to_text().len() as u64,
            Part::ToolCall(call) => call.arguments.to_string().len() as u64,
            Part::ToolResult(result) => result.content.len() as u64,
            Part::Reasoning(reasoning) => reasoning.text.len() as u64,
            Part::Document(_) => DOCUMENT_TOKENS,
            Part::Audio(_) => AUDIO_TOKENS,
            Part::CacheMark(_) => 0,
            _ => IMAGE_TOKENS,
        });
        let tools = self
            .tools
            .iter()
            .map(|tool| (tool.name.len() + tool.description.len() + tool.parameters.to_string().len()) as u64);
        let schema = match &self.output {
            OutputFormat::Schema { schema, .. } => schema.to_string().len() as u64,
            OutputFormat::Text | OutputFormat::Json => 0,
        };
        parts.chain(tools).sum::<u64>() + schema
    }

    /// One question.
    #[must_use]
    pub fn new(question: impl Into<String>) -> Self {
        // Most questions get standing instructions, too.
        let mut messages = Vec::with_capacity(2);
        messages.push(Message::user(question));
        Self { messages, ..Self::default() }
    }

    /// A conversation.
    #[must_use]
    pub fn of(messages: impl IntoIterator<Item = Message>) -> Self {
        Self { messages: messages.into_iter().collect(), ..Self::default() }
    }

    /// Puts standing instructions in front.
    #[must_use]
    pub fn with_system(mut self, text: impl Into<String>) -> Self {
        self.messages.insert(0, Message::system(text));
        self
    }

    /// Adds a message.
    #[must_use]
    pub fn with_message(mut self, message: Message) -> Self {
        self.messages.push(message);
        self
    }

    /// Adds a part to the last message, or makes it a person's first one.
    #[must_use]
    pub fn with_part(mut self, part: Part) -> Self {
        match self.messages.last_mut() {
            Some(message) => message.parts.push(part),
            None => self.messages.push(Message { role: Role::User, parts: vec![part] }),
        }
        self
    }

    /// Limits the answer.
    #[must_use]
    pub fn with_max_output_tokens(mut self, tokens: u32) -> Self {
        self.max_output_tokens = Some(tokens);
        self
    }

    /// Sets the temperature.
    #[must_use]
    pub fn with_temperature(mut self, temperature: f32) -> Self {
        self.temperature = Some(temperature);
        self
    }

    /// Sets a seed.
    #[must_use]
    pub fn with_seed(mut self, seed: i64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Adds a text at which the answer ends.
    #[must_use]
    pub fn with_stop(mut self, text: impl Into<String>) -> Self {
        self.stop.push(text.into());
        self
    }

    /// Adds a tool.
    #[must_use]
    pub fn with_tool(mut self, tool: Tool) -> Self {
        self.tools.push(tool);
        self
    }

    /// Says which tools may or must be called.
    #[must_use]
    pub fn with_tool_choice(mut self, choice: ToolChoice) -> Self {
        self.tool_choice = choice;
        self
    }

    /// Asks for JSON of a schema.
    #[must_use]
    pub fn with_schema(mut self, name: impl Into<String>, schema: Value) -> Self {
        self.output = OutputFormat::Schema { name: name.into(), schema };
        self
    }

    /// Says how to think.
    #[must_use]
    pub fn with_reasoning(mut self, reasoning: ReasoningOptions) -> Self {
        self.reasoning = Some(reasoning);
        self
    }

    /// Lets the model search the web.
    #[must_use]
    pub fn with_web_search(mut self, search: WebSearch) -> Self {
        self.web_search = Some(search);
        self
    }

    /// Lets the model answer with images.
    #[must_use]
    pub fn with_image_output(mut self, images: ImageOutput) -> Self {
        self.image_output = Some(images);
        self
    }

    /// Says what the vendor should keep of the prompt.
    #[must_use]
    pub fn with_cache(mut self, cache: PromptCache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Says which prompt it was made from.
    #[must_use]
    pub fn with_prompt(mut self, prompt: PromptId) -> Self {
        self.prompt = Some(prompt);
        self
    }

    /// Sends a field of the vendor's own.
    #[must_use]
    pub fn with_extra(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(field.into(), value.into());
        self
    }
}

#[cfg(test)]
mod tests {
    //! Invented; the form is this module's own.

    use serde_json::json;

    use super::super::{OpaqueState, ReasoningPart, ToolCall, ToolResult};
    use super::*;

    /// A program keeps a conversation between two messages of a person, tools and thinking
    /// included.
    #[test]
    fn a_conversation_survives_json() {
        let state = |state: &str| Some(OpaqueState::new("gemini", json!({ "signature": state })));
        let call = ToolCall { opaque: state("s1"), ..ToolCall::new("c1", "weather", json!({"city": "Leipzig"})) };
        let answer = vec![
            Part::Reasoning(ReasoningPart { text: "hm".into(), opaque: state("s2") }),
            Part::Text("Let me see.".into()),
            Part::ToolCall(call),
        ];
        let result = ToolResult { id: "c1".into(), name: "weather".into(), content: "7 °C".into(), is_error: false };
        let request = ChatRequest::new("Is it warm?")
            .with_system("Be brief.")
            .with_message(Message::new(Role::Assistant, answer))
            .with_message(Message::tool_results([result]))
            .with_prompt(PromptId::new("weather", "2"))
            .with_max_output_tokens(200);
        let kept = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<ChatRequest>(&kept).unwrap(), request);
        // What an older version kept has no prompt.
        assert_eq!(serde_json::from_str::<ChatRequest>(r#"{"messages": []}"#).unwrap().prompt, None);
    }
}
