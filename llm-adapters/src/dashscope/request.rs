//! Our request in DashScope's JSON: the compatible mode's fields in other places.

use serde_json::{Map, Value, json};
use social_core::chat::{ChatRequest, Part};
use social_core::{Error, ModelAddress, Result};

use crate::openai_chat::{Dialect, request};

/// Families that only the multimodal path serves.
const MULTIMODAL: [&str; 4] = ["-vl", "qvq", "-ocr", "-omni"];

/// Which path a request takes.
pub(super) fn is_multimodal(model: &str, request: &ChatRequest) -> bool {
    let parts = request.messages.iter().flat_map(|message| &message.parts);
    MULTIMODAL.iter().any(|family| model.contains(family))
        || parts.into_iter().any(|part| matches!(part, Part::Image(_) | Part::Video(_)))
}

/// Writes the body of a request.
pub(super) async fn body(
    address: &ModelAddress,
    request: &ChatRequest,
    multimodal: bool,
    stream: bool,
) -> Result<Vec<u8>> {
    let ModelAddress { vendor, model } = address;
    let compatible = request::body(&Dialect::QWEN, address, request, false).await?;
    let unreadable =
        |cause| Error::invalid("body", "the request cannot be written as JSON").with_vendor(vendor).with_source(cause);
    let mut parameters: Map<String, Value> = serde_json::from_slice(&compatible).map_err(unreadable)?;
    parameters.remove("model");
    let mut messages = parameters.remove("messages").unwrap_or_default();
    let mut set = |name: &str, value: Value| {
        parameters.entry(name).or_insert(value);
    };
    if multimodal {
        messages.as_array_mut().into_iter().flatten().for_each(name_parts);
    } else {
        set("result_format", "message".into());
    }
    if stream {
        // Otherwise some models repeat the whole text in each event.
        set("incremental_output", true.into());
    }
    if request.web_search.is_some() {
        set("search_options", json!({"enable_source": true}));
    }
    let body = json!({"model": model, "input": {"messages": messages}, "parameters": parameters});
    serde_json::to_vec(&body).map_err(unreadable)
}

/// Here the name of a part's field says what it is.
fn name_parts(message: &mut Value) {
    let Some(content) = message.get_mut("content") else { return };
    *content = match content.take() {
        Value::String(text) => json!([{"text": text}]),
        Value::Array(parts) => parts.into_iter().map(name_part).collect(),
        other => other,
    };
}

fn name_part(mut part: Value) -> Value {
    for (field, name) in [("/image_url/url", "image"), ("/video_url/url", "video"), ("/text", "text")] {
        if let Some(value) = part.pointer_mut(field) {
            return json!({name: value.take()});
        }
    }
    part
}
