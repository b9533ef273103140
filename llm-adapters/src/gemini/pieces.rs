//! Arguments of a tool call that come in pieces: `streamFunctionCallArguments` on Vertex AI.

use serde::Deserialize;
use serde_json::{Map, Number, Value};
use social_core::{Error, Result};

/// A piece: a value, or a part of a text, and where it belongs.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Piece {
    /// RFC 9535, names and indices only: `$.posts[0].text`.
    json_path: String,
    #[serde(default)]
    string_value: Option<String>,
    #[serde(default)]
    number_value: Option<Number>,
    #[serde(default)]
    bool_value: Option<bool>,
}

/// A step of a path.
#[derive(Debug, PartialEq)]
enum Step {
    Name(String),
    Index(usize),
}

/// The arguments so far.
#[derive(Debug, Default)]
pub(super) struct Pieces(Map<String, Value>);

impl Pieces {
    /// Adds arguments that came whole.
    pub(super) fn extend(&mut self, arguments: Value) {
        if let Value::Object(arguments) = arguments {
            self.0.extend(arguments);
        }
    }

    /// Adds the pieces of one event. A text at a place that has one goes on there.
    pub(super) fn add(&mut self, pieces: &str) -> Result<()> {
        let unreadable = |why: String| Error::protocol(format!("a piece of a tool call cannot be read: {why}"), pieces);
        let read: Vec<Piece> = serde_json::from_str(pieces).map_err(|cause| unreadable(cause.to_string()))?;
        for piece in read {
            let place = path(&piece.json_path).and_then(|steps| place(&mut self.0, steps));
            let place = place.ok_or_else(|| unreadable(format!("no place is at `{}`", piece.json_path)))?;
            match (place, piece.string_value) {
                (Value::String(text), Some(more)) => text.push_str(&more),
                (place, Some(text)) => *place = text.into(),
                // The piece only says that the text is whole.
                (Value::String(_), None) => {}
                (place, None) => {
                    let number = piece.number_value.map(Value::Number);
                    *place = number.or(piece.bool_value.map(Value::Bool)).unwrap_or_default();
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Value {
        Value::Object(self.0)
    }
}

/// The steps of a path; `None` for an invalid path.
fn path(text: &str) -> Option<Vec<Step>> {
    let mut rest = text.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let step;
        (step, rest) = match rest.strip_prefix('.') {
            Some(named) => {
                let (name, rest) = named.split_at(named.find(['.', '[']).unwrap_or(named.len()));
                (Step::Name(name.to_owned()), rest)
            }
            None => bracketed(rest.strip_prefix('[')?)?,
        };
        steps.push(step);
    }
    Some(steps)
}

/// What stands between brackets, a number or a quoted name, and what follows them.
fn bracketed(text: &str) -> Option<(Step, &str)> {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
        let (number, rest) = text.split_once(']')?;
        return Some((Step::Index(number.parse().ok()?), rest));
    };
    let mut name = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => name.push(characters.next()?.1),
            c if c == quote => return Some((Step::Name(name), text.get(at + 1..)?.strip_prefix(']')?)),
            c => name.push(c),
        }
    }
    None
}

/// The value at a path, made if it is not there. A list grows by one at most.
fn place(arguments: &mut Map<String, Value>, steps: Vec<Step>) -> Option<&mut Value> {
    let mut steps = steps.into_iter();
    let Step::Name(first) = steps.next()? else { return None };
    let mut place = arguments.entry(first).or_insert(Value::Null);
    for step in steps {
        place = match step {
            Step::Name(name) => {
                if place.is_null() {
                    *place = Value::Object(Map::new());
                }
                place.as_object_mut()?.entry(name).or_insert(Value::Null)
            }
            Step::Index(index) => {
                if place.is_null() {
                    *place = Value::Array(Vec::new());
                }
                let list = place.as_array_mut()?;
                if index == list.len() {
                    list.push(Value::Null);
                }
                list.get_mut(index)?
            }
        };
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    //! After the schema of `PartialArg` in Vertex AI's discovery document and the forms of paths in
    //! RFC 9535.

    use serde_json::json;

    use super::*;

    #[test]
    fn pieces_are_put_where_they_belong() {
        let mut pieces = Pieces::default();
        for event in [
            json!([{"jsonPath": "$.city", "stringValue": "Bos", "willContinue": true}]),
            json!([{"jsonPath": "$.city", "stringValue": "ton", "willContinue": true}, {"jsonPath": "$.city"}]),
            json!([{"jsonPath": "$.days[0].name", "stringValue": "Mon"}, {"jsonPath": "$.days[0].open", "boolValue": true}]),
            json!([{"jsonPath": "$.days[1]['na.me']", "stringValue": "Tue"}, {"jsonPath": "$[\"a\\\"b\"]", "numberValue": 5}]),
            json!([{"jsonPath": "$.ratio", "numberValue": 0.5}, {"jsonPath": "$.none", "nullValue": "NULL_VALUE"}]),
        ] {
            pieces.add(&event.to_string()).unwrap();
        }
        let all = json!({"city": "Boston", "days": [{"name": "Mon", "open": true}, {"na.me": "Tue"}], "a\"b": 5,
            "ratio": 0.5, "none": null});
        assert_eq!(pieces.finish(), all);
    }

    #[test]
    fn a_place_that_cannot_be_is_an_error() {
        for path in
            ["city", "$", "$.", "$[0]", "$.a[9]", "$.a[-1]", "$.a['b", "$.text.more", "$.a[18446744073709551616]"]
        {
            let mut pieces = Pieces::default();
            pieces.add(r#"[{"jsonPath": "$.text", "stringValue": "x"}]"#).unwrap();
            let piece = json!([{"jsonPath": path, "stringValue": "x"}]).to_string();
            let made = pieces.add(&piece);
            assert!(made.is_err() || path == "$.", "{path}");
        }
    }
}
