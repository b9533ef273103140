//! Messages in the vendor's JSON.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Serialize;
use serde_json::Value;
use social_core::Vendor;
use social_core::chat::{Message, Part, Role, ToolCall, ToolResult};

use super::media::File;
use crate::shared::body::AsBase64;

#[derive(Serialize)]
pub(super) struct Content<'a> {
    pub(super) parts: Vec<WirePart<'a>>,
    pub(super) role: &'static str,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum WirePart<'a> {
    /// As the vendor sent it.
    Verbatim(&'a Value),
    Text {
        text: Cow<'a, str>,
    },
    #[serde(rename_all = "camelCase")]
    Thought {
        text: &'a str,
        thought: bool,
        thought_signature: &'a str,
    },
    /// A signature that came without anything else.
    #[serde(rename_all = "camelCase")]
    Signature {
        text: &'static str,
        thought_signature: &'a str,
    },
    #[serde(rename_all = "camelCase")]
    Inline {
        inline_data: Inline<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        thought_signature: Option<&'a str>,
    },
    #[serde(rename_all = "camelCase")]
    File {
        file_data: FileData<'a>,
    },
    #[serde(rename_all = "camelCase")]
    Call {
        function_call: FunctionCall<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        thought_signature: Option<&'a str>,
    },
    #[serde(rename_all = "camelCase")]
    Response {
        function_response: FunctionResponse<'a>,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Inline<'a> {
    mime_type: &'static str,
    data: AsBase64<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileData<'a> {
    file_uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<&'static str>,
}

#[derive(Serialize)]
pub(super) struct FunctionCall<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    name: &'a str,
    args: &'a Value,
}

#[derive(Serialize)]
pub(super) struct FunctionResponse<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    name: &'a str,
    response: Response<'a>,
}

/// The keys that the vendor suggests.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Response<'a> {
    Output(&'a str),
    Error(&'a str),
}

/// Stands for the signature of a call that another vendor's model made, in both places:
/// <https://ai.google.dev/gemini-api/docs/thought-signatures#faqs>,
/// <https://docs.cloud.google.com/vertex-ai/generative-ai/docs/thought-signatures#using-rest-or-manual-handling>.
const UNSIGNED: &str = "skip_thought_signature_validator";

pub(super) struct Writer<'a> {
    vendor: &'a Vendor,
    files: std::slice::Iter<'a, File>,
    /// The ids of calls that are the vendor's own. Those that were made up here would not be unique
    /// in a conversation.
    ids: HashSet<&'a str>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(vendor: &'a Vendor, files: &'a [File]) -> Self {
        Self { vendor, files: files.iter(), ids: HashSet::new() }
    }

    /// `None` for standing instructions, which have a field of their own, and for messages with
    /// nothing to send.
    pub(super) fn message(&mut self, message: &'a Message) -> Option<Content<'a>> {
        let role = match message.role {
            Role::System => return None,
            Role::User => "user",
            Role::Assistant => "model",
        };
        let mut parts = Vec::with_capacity(message.parts.len());
        for part in &message.parts {
            self.part(part, &mut parts);
        }
        // Of the calls that are made side by side, the first is signed; Gemini 3 and later refuse
        // it otherwise.
        let mut calls = parts.iter_mut().filter_map(|part| match part {
            WirePart::Call { thought_signature, .. } => Some(thought_signature),
            _ => None,
        });
        if let Some(signature) = calls.next() {
            signature.get_or_insert(UNSIGNED);
        }
        (!parts.is_empty()).then_some(Content { parts, role })
    }

    fn part(&mut self, part: &'a Part, out: &mut Vec<WirePart<'a>>) {
        let written = match part {
            Part::Text(text) | Part::Refusal(text) if text.is_empty() => return,
            Part::Text(text) | Part::Refusal(text) => WirePart::Text { text: Cow::Borrowed(text) },
            Part::Data(data) => WirePart::Text { text: Cow::Owned(data.to_text()) },
            Part::Image(_) | Part::Video(_) | Part::Audio(_) | Part::Document(_) => match self.files.next() {
                Some(File::Address { mime, url }) => {
                    WirePart::File { file_data: FileData { file_uri: url, mime_type: *mime } }
                }
                Some(File::Bytes { mime, bytes }) => WirePart::Inline {
                    inline_data: Inline { mime_type: mime, data: AsBase64(bytes) },
                    thought_signature: None,
                },
                None => return,
            },
            Part::ToolCall(call) => self.call(call),
            Part::ToolResult(result) => self.response(result),
            // Thoughts go back for their signature.
            Part::Reasoning(part) => {
                let state = part.opaque.as_ref().and_then(|state| state.of(self.vendor));
                match state.and_then(|state| state.get("thoughtSignature")?.as_str()) {
                    Some(thought_signature) => WirePart::Thought { text: &part.text, thought: true, thought_signature },
                    None => return,
                }
            }
            Part::Opaque(state) => match state.of(self.vendor) {
                // The signature of the image before it.
                Some(state) if state.get(IMAGE).is_some() => return sign(state, out),
                Some(state) if is_empty(state) => match state.get("thoughtSignature").and_then(Value::as_str) {
                    Some(thought_signature) => WirePart::Signature { text: "", thought_signature },
                    None => return,
                },
                Some(state) if take_back(state, out) => WirePart::Verbatim(state),
                _ => return,
            },
            _ => return,
        };
        out.push(written);
    }

    fn call(&mut self, call: &'a ToolCall) -> WirePart<'a> {
        let state = call.opaque.as_ref().and_then(|state| state.of(self.vendor));
        let text = |name| state.and_then(|state: &Value| state.get(name)?.as_str());
        let id = text("id");
        self.ids.extend(id);
        let function_call = FunctionCall { id, name: &call.name, args: &call.arguments };
        WirePart::Call { function_call, thought_signature: text("thoughtSignature") }
    }

    fn response(&self, result: &'a ToolResult) -> WirePart<'a> {
        let response =
            if result.is_error { Response::Error(&result.content) } else { Response::Output(&result.content) };
        let id = self.ids.get(result.id.as_str()).copied();
        WirePart::Response { function_response: FunctionResponse { id, name: &result.name, response } }
    }
}

/// Members of a part that only say something about it: <https://ai.google.dev/api/caching#Part>.
const ABOUT: [&str; 5] = ["thought", "thoughtSignature", "partMetadata", "videoMetadata", "mediaResolution"];

/// Whether a part holds nothing, which the vendor refuses: "required oneof field 'data'".
fn is_empty(state: &Value) -> bool {
    let Some(members) = state.as_object() else { return true };
    !members.iter().any(|(name, value)| !ABOUT.contains(&name.as_str()) && !value.is_null())
}

/// Says in the state of a signature that it is that of an image.
pub(super) const IMAGE: &str = "image";

fn sign<'a>(state: &'a Value, out: &mut [WirePart<'a>]) {
    if let Some(WirePart::Inline { thought_signature, .. }) = out.last_mut() {
        *thought_signature = state.get("thoughtSignature").and_then(Value::as_str);
    }
}

/// A part with a signature must not be joined with one that has none: takes its text off what was
/// written before. False when the text has been changed since, so that the signature fits no more.
fn take_back(state: &Value, out: &mut Vec<WirePart<'_>>) -> bool {
    let Some(signed) = state.get("text").and_then(Value::as_str).filter(|text| !text.is_empty()) else { return true };
    let Some(WirePart::Text { text: Cow::Borrowed(text) }) = out.last_mut() else { return false };
    match text.strip_suffix(signed) {
        Some("") => {
            out.pop();
            true
        }
        Some(rest) => {
            *text = rest;
            true
        }
        None => false,
    }
}
