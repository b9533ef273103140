//! Rewrites JSON schemas to what the vendor takes.

use serde_json::{Map, Value, json};

/// The keywords of `responseJsonSchema`:
/// <https://ai.google.dev/api/generate-content#generationconfig>.
const KNOWN: [&str; 21] = [
    "$id",
    "$anchor",
    "$defs",
    "$ref",
    "type",
    "format",
    "title",
    "description",
    "enum",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "anyOf",
    "oneOf",
    "properties",
    "additionalProperties",
    "required",
    "propertyOrdering",
];

/// The schema with the keywords that Gemini knows; those that only narrow what is valid are
/// dropped. `None` when it says something that cannot be said so.
pub(super) fn known(schema: &Value) -> Option<Value> {
    let Value::Object(keywords) = schema else {
        return schema.is_boolean().then(|| schema.clone());
    };
    let each = |schemas: &Value| -> Option<Value> {
        schemas.as_object()?.iter().map(|(name, schema)| Some((name.clone(), known(schema)?))).collect()
    };
    let list = |schemas: &Value| schemas.as_array()?.iter().map(known).collect::<Option<Vec<_>>>().map(Value::Array);
    let mut out = Map::new();
    for (keyword, value) in keywords {
        let value = match keyword.as_str() {
            // Beside a reference the vendor takes nothing else.
            _ if keywords.contains_key("$ref") && !keyword.starts_with('$') => continue,
            "properties" | "$defs" => each(value)?,
            "definitions" => return None,
            "anyOf" | "oneOf" | "prefixItems" => list(value)?,
            "items" | "additionalProperties" => known(value)?,
            "const" => {
                // Of texts and numbers only; anything else just narrows.
                if value.is_string() || value.is_number() {
                    out.insert("enum".to_owned(), json!([value]));
                }
                continue;
            }
            "allOf" => match value.as_array()?.as_slice() {
                [one] => {
                    out.extend(known(one)?.as_object()?.clone());
                    continue;
                }
                _ => return None,
            },
            keyword if KNOWN.contains(&keyword) => value.clone(),
            _ => continue,
        };
        out.insert(keyword.clone(), value);
    }
    Some(Value::Object(out))
}

#[cfg(test)]
mod tests {
    //! After the list of keywords in the vendor's API reference.
    use super::*;

    // Museum E11.
    #[test]
    fn e11_gemini_gets_the_keywords_that_it_knows() {
        let derived = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Post", "type": "object",
            "properties": {
                "const": {"type": "string", "maxLength": 280, "default": "x"},
                "tone": {"description": "how", "$ref": "#/$defs/Tone"},
                "all": {"allOf": [{"type": "integer", "minimum": 0, "exclusiveMaximum": 9}]},
                "tags": {"type": "array", "items": {"type": "string", "pattern": "#"}, "maxItems": 3, "uniqueItems": true},
            },
            "additionalProperties": false,
            "$defs": {"Tone": {"oneOf": [{"const": "dry", "type": "string"}, {"const": true}]}},
        });
        let lowered = json!({
            "title": "Post", "type": "object",
            "properties": {
                "const": {"type": "string"},
                "tone": {"$ref": "#/$defs/Tone"},
                "all": {"type": "integer", "minimum": 0},
                "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
            },
            "additionalProperties": false,
            "$defs": {"Tone": {"oneOf": [{"enum": ["dry"], "type": "string"}, {}]}},
        });
        assert_eq!(known(&derived), Some(lowered));
        assert_eq!(known(&json!({"allOf": [{"type": "object"}, {"type": "object"}]})), None);
    }
}
