//! Arguments of tool calls: vendors send them as a string of JSON, as JSON, or not at all.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A fragment's text: the string's content, or the JSON as it stands.
pub(crate) fn text(raw: &RawValue) -> String {
    serde_json::from_str(raw.get()).unwrap_or_else(|_| raw.get().to_owned())
}

/// Complete arguments; none at all are an empty object.
pub(crate) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    if text.trim().is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    serde_json::from_str(text).map(|value| if value == Value::Null { Value::Object(Map::new()) } else { value })
}
