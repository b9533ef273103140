//! Rewrites JSON schemas to what vendors take.

use serde_json::{Map, Value, json};

/// Keywords that OpenAI's strict mode refuses and that only narrow what is valid: the answer is
/// checked here anyway.
/// <https://platform.openai.com/docs/guides/structured-outputs#supported-schemas>
const NARROWING: [&str; 18] = [
    "$schema",
    "$id",
    "$comment",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "minLength",
    "maxLength",
    "minProperties",
    "maxProperties",
    "uniqueItems",
    "contains",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contentEncoding",
];

/// The formats of strings that strict mode knows.
const FORMATS: [&str; 9] = ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

/// Keywords whose meaning strict mode cannot express.
const INEXPRESSIBLE: [&str; 7] =
    ["not", "if", "patternProperties", "dependentRequired", "dependentSchemas", "prefixItems", "$dynamicRef"];

/// Rewrites a schema for strict mode: every property required, optional ones nullable, no further
/// properties, and narrowing keywords dropped. `None` when the schema says something that strict
/// mode cannot.
pub(crate) fn strict(schema: &Value) -> Option<Value> {
    lower(schema, Optional::Nullable)
}

/// As [`strict`], but optional properties stay optional: Anthropic takes more of them than it takes
/// nullable ones.
pub(crate) fn closed(schema: &Value) -> Option<Value> {
    lower(schema, Optional::Omitted)
}

/// How a property is left out of the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Optional {
    /// It is there, and null.
    Nullable,
    /// It is not there.
    Omitted,
}

fn lower(schema: &Value, optional: Optional) -> Option<Value> {
    let strict = |schema: &Value| lower(schema, optional);
    let Value::Object(keywords) = schema else { return None };
    let mut out = Map::new();
    if let Some(target) = keywords.get("$ref") {
        // A reference stands alone; what stands beside it is at most a description.
        out.insert("$ref".to_owned(), target.clone());
        for named in ["$defs", "definitions"] {
            if let Some(definitions) = keywords.get(named) {
                out.insert(named.to_owned(), each(definitions, optional)?);
            }
        }
        return Some(Value::Object(out));
    }
    for (keyword, value) in keywords {
        if INEXPRESSIBLE.contains(&keyword.as_str()) {
            return None;
        }
        let value = match keyword.as_str() {
            keyword if NARROWING.contains(&keyword) => continue,
            "format" if !value.as_str().is_some_and(|format| FORMATS.contains(&format)) => continue,
            "properties" | "required" | "additionalProperties" => continue,
            "$defs" | "definitions" => each(value, optional)?,
            "items" => strict(value)?,
            "anyOf" | "oneOf" => {
                let options: Option<Vec<Value>> = value.as_array()?.iter().map(strict).collect();
                out.insert("anyOf".to_owned(), options?.into());
                continue;
            }
            "allOf" => match value.as_array()?.as_slice() {
                [one] => {
                    out.extend(strict(one)?.as_object()?.clone());
                    continue;
                }
                _ => return None,
            },
            _ => value.clone(),
        };
        out.insert(keyword.clone(), value);
    }
    let is_object = keywords.get("type").is_some_and(|t| *t == "object") || keywords.contains_key("properties");
    if is_object {
        // A map with any keys has no properties of its own.
        if keywords.get("additionalProperties").is_some_and(|more| more.is_object() || *more == true) {
            return None;
        }
        object(keywords, optional, &mut out)?;
    }
    Some(Value::Object(out))
}

fn object(keywords: &Map<String, Value>, optional: Optional, out: &mut Map<String, Value>) -> Option<()> {
    let empty = Map::new();
    let properties = keywords.get("properties").map_or(Some(&empty), Value::as_object)?;
    let required: Vec<&str> =
        keywords.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let mut lowered = Map::new();
    for (name, schema) in properties {
        let schema = lower(schema, optional)?;
        let is_nullable = optional == Optional::Nullable && !required.contains(&name.as_str());
        let schema = if is_nullable { nullable(schema) } else { schema };
        lowered.insert(name.clone(), schema);
    }
    // The order of `required` is the caller's, then the optional ones.
    let mut names: Vec<Value> = required.iter().filter(|n| properties.contains_key(**n)).map(|n| json!(n)).collect();
    let missing = properties.keys().filter(|_| optional == Optional::Nullable);
    names.extend(missing.filter(|n| !required.contains(&n.as_str())).map(|n| json!(n)));
    out.insert("properties".to_owned(), Value::Object(lowered));
    out.insert("required".to_owned(), Value::Array(names));
    out.insert("additionalProperties".to_owned(), Value::Bool(false));
    Some(())
}

fn each(schemas: &Value, optional: Optional) -> Option<Value> {
    let lowered: Option<Map<String, Value>> =
        schemas.as_object()?.iter().map(|(name, schema)| Some((name.clone(), lower(schema, optional)?))).collect();
    lowered.map(Value::Object)
}

fn nullable(mut schema: Value) -> Value {
    let nothing = json!({"type": "null"});
    let closed = schema.get("enum").is_some() || schema.get("const").is_some();
    match schema.get_mut("type") {
        Some(Value::String(one)) if !closed && one != "null" => {
            let both = json!([one, "null"]);
            if let Some(members) = schema.as_object_mut() {
                members.insert("type".to_owned(), both);
            }
            schema
        }
        Some(Value::Array(types)) if !closed => {
            if !types.contains(&json!("null")) {
                types.push(json!("null"));
            }
            schema
        }
        _ => {
            if let Some(Value::Array(options)) = schema.get_mut("anyOf") {
                if !options.contains(&nothing) {
                    options.push(nothing);
                }
                return schema;
            }
            json!({"anyOf": [schema, nothing]})
        }
    }
}

/// The schema without these keywords, at any depth; names of properties are left alone.
pub(crate) fn without(schema: &Value, keywords: &[&str]) -> Value {
    let each = |schemas: &Value| match schemas {
        Value::Object(named) => named.iter().map(|(name, schema)| (name.clone(), without(schema, keywords))).collect(),
        other => other.clone(),
    };
    match schema {
        Value::Object(members) => members
            .iter()
            .filter(|(keyword, _)| !keywords.contains(&keyword.as_str()))
            .map(|(keyword, value)| match keyword.as_str() {
                "properties" | "$defs" | "definitions" => (keyword.clone(), each(value)),
                "enum" | "const" | "required" => (keyword.clone(), value.clone()),
                _ => (keyword.clone(), without(value, keywords)),
            })
            .collect(),
        Value::Array(schemas) => schemas.iter().map(|schema| without(schema, keywords)).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    //! After OpenAI's documentation of strict mode; the first case is a golden request's schema.
    use super::*;

    // Museum E11.
    #[test]
    fn e11_strict_mode_gets_what_it_takes() {
        let fine = json!({"type": "object", "properties": {"caption": {"type": "string"}}, "required": ["caption"],
            "additionalProperties": false});
        assert_eq!(strict(&fine), Some(fine));

        let derived = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Post", "type": "object",
            "properties": {
                "text": {"type": "string", "maxLength": 280},
                "count": {"type": "integer", "format": "uint32", "minimum": 0, "default": 1},
                "link": {"type": ["string", "null"]},
                "tone": {"description": "how", "$ref": "#/$defs/Tone"},
                "kind": {"type": "string", "enum": ["a"]},
            },
            "required": ["text"],
            "$defs": {"Tone": {"oneOf": [{"const": "dry", "type": "string"}, {"type": "object"}]}},
        });
        let lowered = json!({
            "title": "Post", "type": "object",
            "properties": {
                "text": {"type": "string"},
                "count": {"type": ["integer", "null"], "minimum": 0},
                "link": {"type": ["string", "null"]},
                "tone": {"anyOf": [{"$ref": "#/$defs/Tone"}, {"type": "null"}]},
                "kind": {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]},
            },
            "required": ["text", "count", "kind", "link", "tone"],
            "additionalProperties": false,
            "$defs": {"Tone": {"anyOf": [{"const": "dry", "type": "string"},
                {"type": "object", "properties": {}, "required": [], "additionalProperties": false}]}},
        });
        assert_eq!(strict(&derived), Some(lowered.clone()));
        assert_eq!(strict(&lowered), Some(lowered));
    }

    /// After Anthropic's limits: 24 optional parameters, but 16 of union types.
    #[test]
    fn closed_objects_keep_what_is_optional() {
        let schema = json!({"$ref": "#/definitions/Post", "definitions": {"Post": {
            "type": "object", "properties": {"text": {"type": "string"}, "note": {"type": "string"}}, "required": ["text"]}}});
        let mut expected = schema.clone();
        expected["definitions"]["Post"]["additionalProperties"] = json!(false);
        assert_eq!(closed(&schema), Some(expected));
    }

    #[test]
    fn what_strict_mode_cannot_say_is_left_to_the_loose_mode() {
        for schema in [
            json!(true),
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            json!({"type": "object", "properties": {"a": {"not": {"type": "string"}}}}),
            json!({"allOf": [{"type": "object"}, {"type": "object"}]}),
        ] {
            assert_eq!(strict(&schema), None, "{schema}");
        }
    }
}
