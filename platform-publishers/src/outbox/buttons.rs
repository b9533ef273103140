//! Buttons below a post, which platforms take in options of their own.

use serde_json::Value;

use super::names::capital;

/// A button: what stands on it, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Button<'a> {
    pub(super) words: String,
    pub(super) address: Option<&'a str>,
}

/// The rows of buttons that an option holds, by the shape of its value: rows of objects with a
/// `text`, or a call to action, which is a name or an object with a name. Other options have none.
pub(super) fn buttons<'a>(name: &str, value: &'a Value) -> Vec<Vec<Button<'a>>> {
    match value {
        Value::Array(rows) => {
            let row = |row: &'a Value| row.as_array()?.iter().map(button).collect();
            rows.iter().map(row).collect::<Option<Vec<Vec<_>>>>().unwrap_or_default()
        }
        Value::Object(_) | Value::String(_) if name.contains("call_to_action") => {
            call_to_action(value).map(|button| vec![vec![button]]).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn button(value: &Value) -> Option<Button<'_>> {
    Some(Button { words: value.get("text")?.as_str()?.to_owned(), address: address(value) })
}

/// `LEARN_MORE`, or `{"type": "book", "url": "https://..."}`, or `{"book": "https://..."}`.
fn call_to_action(value: &Value) -> Option<Button<'_>> {
    let word = ["type", "action", "action_type", "kind"].iter().find_map(|name| value.get(name)?.as_str());
    let (word, address) = match (value.as_str().or(word), value.as_object()) {
        (Some(word), _) => (word, address(value)),
        (None, Some(fields)) => fields.iter().next().map(|(name, value)| (name.as_str(), value.as_str()))?,
        (None, None) => return None,
    };
    let words = word.replace('_', " ").to_lowercase();
    Some(Button { words: capital(&words), address })
}

fn address(value: &Value) -> Option<&str> {
    ["url", "link", "uri"].iter().find_map(|name| value.get(name)?.as_str())
}
