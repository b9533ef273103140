//! What requests say: the texts in them, wherever they stand.

use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::subject::SECRET;
use crate::testkit::Received;

/// Every text in a request: strings in JSON, also in JSON that is a string itself, fields of forms,
/// parameters, parts of a multipart body.
pub(super) fn texts(request: &Received) -> Vec<String> {
    let mut texts: Vec<String> = request.url.query_pairs().map(|(_, value)| value.into_owned()).collect();
    let kind = request.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.contains("urlencoded") {
        let fields = url::form_urlencoded::parse(&request.body).map(|(_, value)| value.into_owned());
        texts.extend(fields);
    } else if kind.contains("multipart") {
        let body = request.text();
        let parts = body.split("\r\n--").filter_map(|part| part.split_once("\r\n\r\n"));
        texts.extend(parts.map(|(_, content)| content.to_owned()));
    } else {
        texts.push(request.text());
    }
    let mut inside = Vec::new();
    for text in &texts {
        inside_json(text, &mut inside);
    }
    texts.append(&mut inside);
    texts
}

/// Every text in all requests, in order.
pub(super) fn all_texts(requests: &[Received]) -> Vec<String> {
    requests.iter().flat_map(texts).collect()
}

/// Every text in a JSON.
pub(super) fn inside_json(text: &str, out: &mut Vec<String>) {
    if text.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str::<Value>(text)
    {
        collect(&value, out);
    }
}

fn collect(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            out.push(text.clone());
            inside_json(text, out);
        }
        Value::Number(number) => out.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, out)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, out)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Whether a text shows the secret, as it is or in base64.
pub(super) fn shows_secret(text: &str) -> bool {
    // The first bytes of SECRET in base64, whatever stands in front of it, are one of three.
    const BASE64: [&str; 3] =
        ["c2stY29uZm9ybWFuY2UtNWVjcmU3", "NrLWNvbmZvcm1hbmNlLTVlY3JlNy", "zay1jb25mb3JtYW5jZS01ZWNyZTct"];
    text.contains(SECRET) || BASE64.iter().any(|form| text.contains(form))
}
