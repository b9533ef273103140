//! Arguments of tool calls. Vendors send them as a string of JSON, as JSON, or not at all; gateways
//! encode them twice, repeat them, or put an empty object before them. What is read is one object,
//! or an error: a doubtful call is never handed over.

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use social_core::chat::read_json;
use social_core::{Error, Result};

/// How often a text may hold another text instead of an object.
const NESTED: usize = 4;

/// A fragment's text: the string's content, or the JSON as it stands.
pub(crate) fn text(raw: &RawValue) -> String {
    serde_json::from_str(raw.get()).unwrap_or_else(|_| raw.get().to_owned())
}

/// Complete arguments of a call of `tool`; none at all are an empty object.
///
/// # Errors
/// [`Protocol`](social_core::ErrorKind::Protocol) for what is no JSON, no object, or two different
/// objects.
pub(crate) fn parse(tool: &str, text: &str) -> Result<Value> {
    let refused =
        |why: String| Error::protocol(format!("the arguments of tool call `{tool}` cannot be relied on: {why}"), text);
    if tool.is_empty() {
        return Err(Error::protocol("a tool call has no name", text));
    }
    let values = values(text).map_err(|cause| refused(format!("they are not JSON: {cause}")))?;
    let mut found: Option<Map<String, Value>> = None;
    for value in values {
        let object = object(value).map_err(|other| refused(format!("{other} is no object")))?;
        match &found {
            // Before its arguments a gateway says that there are none, and after them all of them.
            Some(known) if *known == object || object.is_empty() => {}
            Some(known) if !known.is_empty() => return Err(refused("they say two different things".to_owned())),
            _ => found = Some(object),
        }
    }
    Ok(Value::Object(found.unwrap_or_default()))
}

/// Whether these are complete arguments and not none.
pub(crate) fn are_whole(text: &str) -> bool {
    !text.trim().is_empty() && parse("any", text).is_ok()
}

/// One JSON text after the other; most often there is one.
fn values(text: &str) -> serde_json::Result<Vec<Value>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    read_json(text).map(|value| vec![value]).or_else(|cause| {
        let all: serde_json::Result<Vec<Value>> = serde_json::Deserializer::from_str(text).into_iter().collect();
        all.map_err(|_| cause)
    })
}

/// The object that a value is, or that its text is.
fn object(mut value: Value) -> Result<Map<String, Value>, Value> {
    for _ in 0..NESTED {
        value = match value {
            Value::Null => return Ok(Map::new()),
            Value::Object(object) => return Ok(object),
            Value::String(text) if text.trim().is_empty() => return Ok(Map::new()),
            Value::String(text) => match read_json(&text) {
                Ok(inner) => inner,
                Err(_) => return Err(Value::String(text)),
            },
            other => return Err(other),
        }
    }
    Err(value)
}

#[cfg(test)]
mod tests {
    //! Invented arguments, after the reports BerriAI/litellm#20480, openai/openai-agents-js#712,
    //! vllm-project/vllm#54964 and OpenHands/software-agent-sdk#2488 (kind B).

    use serde_json::json;

    use super::*;

    #[test]
    fn b_arguments_are_read_however_they_are_wrapped_and_never_when_in_doubt() {
        for (text, value) in [
            ("", json!({})),
            (" \n", json!({})),
            ("null", json!({})),
            ("{}", json!({})),
            (r#"{"a": 1}"#, json!({"a": 1})),
            (r#""{\"a\": 1}""#, json!({"a": 1})),
            (r#""\"{\\\"a\\\": 1}\"""#, json!({"a": 1})),
            (r#""""#, json!({})),
            ("{\"a\": \"one\ntwo\t\"}", json!({"a": "one\ntwo\t"})),
            (r#"{}{"a": 1}"#, json!({"a": 1})),
            (r#"{} {} {"a": 1}"#, json!({"a": 1})),
            (r#"{"a": 1}{}"#, json!({"a": 1})),
            (r#"{"a": 1}{"a":1}"#, json!({"a": 1})),
            (r#"{"a": 1}"{\"a\":1}""#, json!({"a": 1})),
            (r#""{\"a\":1}"{"a": 1}"#, json!({"a": 1})),
            ("```json\n{\"a\": 1}\n```", json!({"a": 1})),
        ] {
            assert_eq!(parse("f", text).unwrap(), value, "{text}");
        }
        for text in [
            r#"{"a": 1}{"a": 2}"#,
            r#"{"a": 1}{"b": 1}"#,
            r#"{}{"a"#,
            r#"{"a": 1"#,
            r#"{"a": 1}}"#,
            r#"{"a": 1} and more"#,
            r#""hello""#,
            "[1]",
            "7",
            "true",
            "{'a': 1}",
            r#"{"a": 1e400}"#,
        ] {
            assert_eq!(parse("f", text).unwrap_err().kind(), social_core::ErrorKind::Protocol, "{text}");
        }
        assert!(parse("", "{}").unwrap_err().message().contains("no name"));
    }
}
