//! Blocks of reasoning that go back.

use serde_json::{Map, Value};

/// Joins the fragments of a block of `reasoning_details`, so that it goes back as it would have
/// come unstreamed.
pub(super) fn merge(details: &mut Vec<Map<String, Value>>, detail: Map<String, Value>) {
    let same = |known: &Map<String, Value>| {
        ["index", "type"].iter().all(|key| known.get(*key) == detail.get(*key)) && detail.contains_key("index")
    };
    let Some(known) = details.last_mut().filter(|known| same(known)) else { return details.push(detail) };
    for (key, value) in detail {
        match (known.get_mut(&key), value) {
            (_, Value::Null) => {}
            (Some(Value::String(text)), Value::String(more)) if ["text", "summary", "data"].contains(&key.as_str()) => {
                text.push_str(&more);
            }
            (_, value) => {
                known.insert(key, value);
            }
        }
    }
}
