//! The conversation as the dialect's items.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Value;
use social_core::Vendor;
use social_core::chat::{LoadedDocument, Message, Part, Role};

use crate::shared::document::{Loaded, PdfUri};
use crate::shared::image::{AsUrl, Image};
use crate::shared::plain_text;

/// The whole input; one question alone is a text.
pub(super) struct Input<'a>(Vec<Item<'a>>);

impl Serialize for Input<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [Item::Message { role: "user", content: Content::Text(text), .. }] => serializer.serialize_str(text),
            items => items.serialize(serializer),
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Item<'a> {
    /// As the vendor sent it.
    Verbatim(&'a Value),
    Message {
        role: &'static str,
        content: Content<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        phase: Option<&'static str>,
    },
    Call {
        r#type: &'static str,
        call_id: &'a str,
        name: &'a str,
        arguments: String,
    },
    Output {
        r#type: &'static str,
        call_id: &'a str,
        output: Cow<'a, str>,
    },
}

#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Text(Cow<'a, str>),
    Parts(Vec<ContentPart<'a>>),
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "they are the words of the interface")]
enum ContentPart<'a> {
    InputText {
        text: Cow<'a, str>,
    },
    /// Strict servers insist on the detail; this one is the vendors' default.
    InputImage {
        detail: &'static str,
        image_url: AsUrl<'a>,
    },
    InputFile {
        #[serde(skip_serializing_if = "Option::is_none")]
        filename: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_data: Option<PdfUri<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_url: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_id: Option<&'a str>,
    },
}

pub(super) struct Writer<'a> {
    vendor: &'a Vendor,
    images: std::slice::Iter<'a, Image>,
    documents: std::slice::Iter<'a, Loaded<'a>>,
    /// The vendor keeps what it answered, so that an id is enough.
    stored: bool,
    items: Vec<Item<'a>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(vendor: &'a Vendor, images: &'a [Image], documents: &'a [Loaded<'a>], stored: bool) -> Self {
        Self { vendor, images: images.iter(), documents: documents.iter(), stored, items: Vec::new() }
    }

    pub(super) fn input(mut self, messages: &'a [Message]) -> Input<'a> {
        for message in messages {
            match message.role {
                Role::System => self.text("system", plain_text::of(&message.parts), None),
                Role::User => self.user(message),
                Role::Assistant => self.assistant(message),
            }
        }
        Input(self.items)
    }

    fn text(&mut self, role: &'static str, text: Cow<'a, str>, phase: Option<&'static str>) {
        if !text.is_empty() {
            self.items.push(Item::Message { role, content: Content::Text(text), phase });
        }
    }

    fn user(&mut self, message: &'a Message) {
        let mut parts = Vec::new();
        for part in &message.parts {
            match part {
                Part::Text(text) if !text.is_empty() => {
                    parts.push(ContentPart::InputText { text: Cow::Borrowed(text) });
                }
                Part::Data(data) => parts.push(ContentPart::InputText { text: Cow::Owned(data.to_text()) }),
                Part::Image(_) => {
                    let image = self.images.next().map(AsUrl);
                    parts.extend(image.map(|image_url| ContentPart::InputImage { detail: "auto", image_url }));
                }
                Part::Document(_) => parts.extend(self.documents.next().and_then(file)),
                Part::ToolResult(result) => {
                    let output = plain_text::of_tool(result);
                    self.items.push(Item::Output { r#type: "function_call_output", call_id: &result.id, output });
                }
                _ => {}
            }
        }
        match parts.pop() {
            None => {}
            Some(ContentPart::InputText { text }) if parts.is_empty() => self.text("user", text, None),
            Some(last) => {
                parts.push(last);
                self.items.push(Item::Message { role: "user", content: Content::Parts(parts), phase: None });
            }
        }
    }

    fn assistant(&mut self, message: &'a Message) {
        let (vendor, stored) = (self.vendor, self.stored);
        let own = |part: &'a Part| match part {
            Part::Reasoning(reasoning) => reasoning.opaque.as_ref()?.of(vendor),
            Part::Opaque(state) => state.of(vendor),
            _ => None,
        };
        // Models that comment on their work want to be told which of their words were the answer.
        let comments = message.parts.iter().filter_map(own).any(|item| item.get("phase").is_some());
        let phase = comments.then_some("final_answer");
        for part in &message.parts {
            match part {
                Part::Text(text) | Part::Refusal(text) => self.text("assistant", Cow::Borrowed(text), phase),
                Part::Data(data) => self.text("assistant", Cow::Owned(data.to_text()), phase),
                Part::ToolCall(call) => self.items.push(Item::Call {
                    r#type: "function_call",
                    call_id: &call.id,
                    name: &call.name,
                    arguments: call.arguments.to_string(),
                }),
                // What has no kind is no item.
                _ => {
                    let items = own(part).filter(|item| item.get("type").is_some() && (stored || is_complete(item)));
                    self.items.extend(items.map(Item::Verbatim));
                }
            }
        }
    }
}

/// A document; a plain text is words.
fn file<'a>(loaded: &'a Loaded<'a>) -> Option<ContentPart<'a>> {
    if let Some(text) = loaded.as_words() {
        return Some(ContentPart::InputText { text });
    }
    // Beside an address or an id the vendor refuses a name.
    let (filename, file_data, file_url, file_id) = match &loaded.content {
        LoadedDocument::Pdf(bytes) => (Some(loaded.file_name()), Some(PdfUri(bytes)), None, None),
        LoadedDocument::Address(url) => (None, None, Some(url.as_str()), None),
        LoadedDocument::Uploaded(id) => (None, None, None, Some(id.as_str())),
        _ => return None,
    };
    Some(ContentPart::InputFile { filename, file_data, file_url, file_id })
}

/// Whether an item says all by itself. Reasoning that is neither encrypted nor shown is only a
/// name.
fn is_complete(item: &Value) -> bool {
    let holds = |field: &str| match item.get(field) {
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(parts)) => !parts.is_empty(),
        _ => false,
    };
    let kind = item.get("type").and_then(Value::as_str);
    // An image that the model made is only a name, too.
    if kind == Some("image_generation_call") {
        return holds("result");
    }
    kind != Some("reasoning") || holds("encrypted_content") || holds("content")
}
