//! What of an answer may be shown.

use std::collections::BTreeMap;

use serde_json::Value;

/// Fields of an answer that tell which page, workspace or profile was connected: short texts and
/// numbers, nothing that could open anything.
pub(super) fn shown(details: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    const SHOWN: &[&str] = &["name", "title", "username", "team", "page", "workspace", "profile", "handle", "id"];
    let mut shown = BTreeMap::new();
    for (name, value) in details {
        let is_shown = |name: &str| SHOWN.iter().any(|known| name == *known || name.ends_with(&format!("_{known}")));
        match value {
            Value::String(text) if is_shown(name) && text.len() <= 100 => {
                shown.insert(name.clone(), text.clone());
            }
            Value::Number(number) if is_shown(name) => {
                shown.insert(name.clone(), number.to_string());
            }
            Value::Object(fields) if is_shown(name) => {
                for (inner, value) in fields {
                    if let (true, Some(text)) = (is_shown(inner), value.as_str().filter(|text| text.len() <= 100)) {
                        shown.insert(format!("{name}.{inner}"), text.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    shown
}
