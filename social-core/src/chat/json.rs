//! JSON as models write it.

use std::fmt::Write as _;

use serde_json::Value;

/// Reads JSON as models write it: also from inside a Markdown code block, and with raw line breaks
/// and other control characters in its strings. Small models write both.
///
/// # Errors
/// The reader's, for what is no JSON all the same.
pub fn read(text: &str) -> serde_json::Result<Value> {
    let json = without_fence(text);
    serde_json::from_str(json).or_else(|_| serde_json::from_str(&with_escapes(json)))
}

fn without_fence(text: &str) -> &str {
    let text = text.trim();
    let inside = text.strip_prefix("```json").or_else(|| text.strip_prefix("```"));
    let inside = inside.map(|text| text.strip_suffix("```").unwrap_or(text));
    inside.unwrap_or(text).trim()
}

/// JSON forbids control characters inside strings; escaped they may stand there.
fn with_escapes(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len() + 16);
    let (mut in_string, mut after_backslash) = (false, false);
    for c in json.chars() {
        in_string ^= c == '"' && !after_backslash;
        after_backslash = c == '\\' && !after_backslash;
        if in_string && c < ' ' {
            // Writing into a text does not fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    //! Invented answers of the kinds that small models gave.

    use serde_json::json;

    #[test]
    fn code_blocks_and_raw_line_breaks_are_read_and_nothing_is_made_up() {
        for (text, value) in [
            ("{\"a\": 1}", json!({"a": 1})),
            (" ```json\n{\"a\": \"b\"}\n``` ", json!({"a": "b"})),
            ("```\n[1]", json!([1])),
            ("{\n\t\"a\": \"one\ntwo \\\" \\\\\",\n\"b\": \"\t\"}", json!({"a": "one\ntwo \" \\", "b": "\t"})),
        ] {
            assert_eq!(super::read(text).unwrap(), value, "{text}");
        }
        assert!(super::read("{\"a\": \"one\ntw").unwrap_err().is_eof());
        assert!(super::read("Sure! {\"a\": 1}").is_err());
    }
}
