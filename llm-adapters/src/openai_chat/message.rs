//! The conversation in the dialect's JSON.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use social_core::Vendor;
use social_core::chat::{Message, Part, Role, ToolCall};
use social_core::media::Media;

use super::dialect::{PromptCacheRequest, Quirks, ReasoningBack, SystemRole};
use super::files::{DocumentPart, SoundPart, Written};
use crate::shared::cache_control::CacheControl;
use crate::shared::document::{Loaded, Sound};
use crate::shared::image::{AsUrl, Image};

#[derive(Serialize)]
pub(super) struct WireMessage<'a> {
    role: &'static str,
    content: Content<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<WireCall<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_details: Option<Vec<&'a Value>>,
}

impl<'a> WireMessage<'a> {
    pub(super) fn new(role: &'static str, content: Content<'a>) -> Self {
        Self {
            role,
            content,
            refusal: None,
            tool_calls: Vec::new(),
            tool_call_id: None,
            reasoning_content: None,
            reasoning_details: None,
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Content<'a> {
    Nothing,
    Text(Cow<'a, str>),
    Parts(Vec<ContentPart<'a>>),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ContentPart<'a> {
    Text {
        text: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    ImageUrl {
        image_url: Url<AsUrl<'a>>,
    },
    VideoUrl {
        video_url: Url<&'a str>,
    },
    InputAudio {
        input_audio: SoundPart<'a>,
    },
    #[serde(untagged)]
    Document(DocumentPart<'a>),
}

#[derive(Serialize)]
pub(super) struct Url<T> {
    url: T,
}

fn words(text: Cow<'_, str>) -> ContentPart<'_> {
    ContentPart::Text { text, cache_control: None }
}

/// Arguments that are text and no object are the input of a custom tool.
pub(super) struct WireCall<'a>(&'a ToolCall);

impl Serialize for WireCall<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Function<'a> {
            name: &'a str,
            arguments: String,
        }
        let ToolCall { id, name, arguments, .. } = self.0;
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("id", id)?;
        if let Value::String(input) = arguments {
            map.serialize_entry("type", "custom")?;
            map.serialize_entry("custom", &json!({"name": name, "input": input}))?;
        } else {
            map.serialize_entry("type", "function")?;
            map.serialize_entry("function", &Function { name, arguments: arguments.to_string() })?;
        }
        map.end()
    }
}

/// Writes the conversation; images were loaded before, in its order.
pub(super) struct Writer<'a> {
    pub(super) quirks: &'a Quirks,
    pub(super) vendor: &'a Vendor,
    pub(super) images: std::slice::Iter<'a, Image>,
    pub(super) documents: std::slice::Iter<'a, Loaded<'a>>,
    pub(super) sounds: std::slice::Iter<'a, Sound>,
}

impl<'a> Writer<'a> {
    pub(super) fn system_role(&self) -> &'static str {
        match self.quirks.system_role {
            SystemRole::System => "system",
            SystemRole::Developer => "developer",
        }
    }

    pub(super) fn message(&mut self, message: &'a Message, out: &mut Vec<WireMessage<'a>>) {
        match message.role {
            Role::System => {
                let content = self.content(message);
                out.push(WireMessage::new(self.system_role(), content));
            }
            Role::User => {
                for part in &message.parts {
                    if let Part::ToolResult(result) = part {
                        let text = if result.is_error {
                            Cow::Owned(format!("Error: {}", result.content))
                        } else {
                            Cow::Borrowed(result.content.as_str())
                        };
                        let mut message = WireMessage::new("tool", Content::Text(text));
                        message.tool_call_id = Some(&result.id);
                        out.push(message);
                    }
                }
                let content = self.content(message);
                if !matches!(content, Content::Nothing) {
                    out.push(WireMessage::new("user", content));
                }
            }
            Role::Assistant => out.push(self.assistant(message)),
        }
    }

    /// Texts alone become one string, which every server reads; with media they become a list of
    /// parts.
    fn content(&mut self, message: &'a Message) -> Content<'a> {
        if let [Part::Text(text)] = &*message.parts {
            return Content::Text(Cow::Borrowed(text));
        }
        let mut parts = Vec::new();
        for part in &message.parts {
            parts.push(match part {
                Part::Text(text) => words(Cow::Borrowed(text)),
                Part::Data(data) => words(Cow::Owned(data.to_text())),
                Part::Image(_) => match self.images.next() {
                    Some(image) => ContentPart::ImageUrl { image_url: Url { url: AsUrl(image) } },
                    None => continue,
                },
                Part::Video(Media::Remote(remote)) => {
                    ContentPart::VideoUrl { video_url: Url { url: remote.url.as_str() } }
                }
                Part::Audio(_) => match self.sounds.next().and_then(SoundPart::new) {
                    Some(input_audio) => ContentPart::InputAudio { input_audio },
                    None => continue,
                },
                Part::Document(_) => match self.documents.next() {
                    Some(loaded) => match Written::new(self.quirks.documents, loaded) {
                        Written::Part(part) => ContentPart::Document(part),
                        Written::Words(text) => words(text),
                    },
                    None => continue,
                },
                Part::CacheMark(time) if self.quirks.prompt_cache == PromptCacheRequest::Marks => {
                    if let Some(ContentPart::Text { cache_control, .. }) = parts.last_mut() {
                        *cache_control = Some((*time).into());
                    }
                    continue;
                }
                _ => continue,
            });
        }
        if parts.iter().any(|part| !matches!(part, ContentPart::Text { cache_control: None, .. })) {
            return Content::Parts(parts);
        }
        let mut texts = parts.into_iter().filter_map(|part| match part {
            ContentPart::Text { text, .. } => Some(text),
            _ => None,
        });
        let Some(mut all) = texts.next() else { return Content::Nothing };
        for text in texts {
            let all = all.to_mut();
            all.push_str("\n\n");
            all.push_str(&text);
        }
        Content::Text(all)
    }

    fn assistant(&mut self, message: &'a Message) -> WireMessage<'a> {
        let content = match self.content(message) {
            Content::Nothing if !self.quirks.null_content => Content::Text(Cow::Borrowed("")),
            content => content,
        };
        let mut out = WireMessage::new("assistant", content);
        let mut reasoning = String::new();
        for part in &message.parts {
            match part {
                Part::ToolCall(call) => out.tool_calls.push(WireCall(call)),
                Part::Refusal(words) => out.refusal = Some(words),
                Part::Reasoning(part) => {
                    reasoning.push_str(&part.text);
                    if self.quirks.reasoning_back == ReasoningBack::Details
                        && let Some(Value::Array(details)) =
                            part.opaque.as_ref().and_then(|state| state.of(self.vendor))
                    {
                        out.reasoning_details.get_or_insert_default().extend(details);
                    }
                }
                _ => {}
            }
        }
        match self.quirks.reasoning_back {
            ReasoningBack::Content if !reasoning.is_empty() => out.reasoning_content = Some(reasoning),
            ReasoningBack::ThinkTags if !reasoning.is_empty() => {
                let text = match &out.content {
                    Content::Text(text) => text,
                    _ => "",
                };
                out.content = Content::Text(format!("<think>{reasoning}</think>\n\n{text}").into());
            }
            _ => {}
        }
        out
    }
}
