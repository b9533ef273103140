//! Messages and their parts.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::Document;
use super::opaque::OpaqueState;
use super::prompt_cache::CacheTime;
use crate::media::Media;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The application's standing instructions.
    System,
    /// The person, or the application on a person's behalf; also tool results.
    User,
    /// The model.
    Assistant,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Part {
    /// Text.
    Text(String),
    /// An image: bytes, a file, or a public URL where the vendor fetches it. In an answer it is one
    /// that the model made.
    Image(Media),
    /// A video.
    Video(Media),
    /// Sound: a voice message, a recording.
    Audio(Media),
    /// A PDF or a plain text.
    Document(Document),
    /// Facts as data: models read them as JSON, the offline writer fills its templates from them.
    Data(DataPart),
    /// A tool call that the model made.
    ToolCall(ToolCall),
    /// What a tool answered.
    ToolResult(ToolResult),
    /// The model's thinking, to be sent back unchanged where the vendor wants it.
    Reasoning(ReasoningPart),
    /// The model's words for why it does not answer.
    Refusal(String),
    /// A block that only its vendor understands, in its place among the parts: a signature of the
    /// text before it, the trace of a search. It travels back unchanged.
    Opaque(OpaqueState),
    /// The vendor should keep the prompt up to here; see [`PromptCache`](super::PromptCache).
    CacheMark(CacheTime),
}

impl Part {
    /// The file of the part, if it has one, and the name of its option.
    pub(crate) fn file_mut(&mut self) -> Option<(&'static str, &mut Media)> {
        match self {
            Self::Image(media) => Some(("image", media)),
            Self::Video(media) => Some(("video", media)),
            Self::Audio(media) => Some(("audio", media)),
            Self::Document(document) => Some(("document", document.file_mut()?)),
            _ => None,
        }
    }
}

/// Named facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataPart {
    /// What they are, for instance `brief`.
    pub name: String,
    /// The facts.
    pub value: Value,
}

impl DataPart {
    /// The facts as the text that a language model reads: the name, then JSON.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}:\n{:#}", self.name, self.value)
    }
}

/// A call that the model wants made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The vendor's id of the call; made up here, unique in its reply, where the vendor has none.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// The arguments; an empty object when the model sent none.
    pub arguments: Value,
    /// State of the vendor that travels back with the call, for instance a thought signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opaque: Option<OpaqueState>,
}

impl ToolCall {
    /// A call without state of the vendor.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>, arguments: Value) -> Self {
        Self { id: id.into(), name: name.into(), arguments, opaque: None }
    }
}

/// The answer to a [`ToolCall`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolResult {
    /// The call's id.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// What it answered.
    pub content: String,
    /// The tool failed; the content says how.
    #[serde(default)]
    pub is_error: bool,
}

/// What the model thought.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReasoningPart {
    /// The thinking or its summary, as far as the vendor shows it.
    pub text: String,
    /// Signatures, encrypted thinking and item ids, exactly as the vendor sent them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opaque: Option<OpaqueState>,
}

/// What one side said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Who.
    pub role: Role,
    /// What.
    pub parts: Vec<Part>,
}

impl Message {
    /// Words and other parts of one side.
    #[must_use]
    pub fn new(role: Role, parts: Vec<Part>) -> Self {
        Self { role, parts }
    }

    /// What tools answered.
    #[must_use]
    pub fn tool_results(results: impl IntoIterator<Item = ToolResult>) -> Self {
        Self { role: Role::User, parts: results.into_iter().map(Part::ToolResult).collect() }
    }

    /// Standing instructions.
    #[must_use]
    pub fn system(text: impl Into<String>) -> Self {
        Self { role: Role::System, parts: vec![Part::Text(text.into())] }
    }

    /// A person's words.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: Role::User, parts: vec![Part::Text(text.into())] }
    }

    /// The model's words.
    #[must_use]
    pub fn assistant(text: impl Into<String>) -> Self {
        Self { role: Role::Assistant, parts: vec![Part::Text(text.into())] }
    }

    /// Adds a part.
    #[must_use]
    pub fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }
}
