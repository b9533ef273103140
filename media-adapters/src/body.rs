//! Bodies of requests with the caller's own fields.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// A body into which the caller's `extra` is merged: objects field by field, everything else is
/// replaced.
pub(crate) struct WithExtra<'a, T> {
    pub(crate) body: &'a T,
    pub(crate) extra: &'a Map<String, Value>,
}

impl<T: Serialize> Serialize for WithExtra<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.extra.is_empty() {
            return self.body.serialize(serializer);
        }
        let mut body = serde_json::to_value(self.body).map_err(serde::ser::Error::custom)?;
        if let Value::Object(fields) = &mut body {
            merge(fields, self.extra);
        }
        body.serialize(serializer)
    }
}

fn merge(into: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (name, value) in from {
        match (into.get_mut(name), value) {
            (Some(Value::Object(into)), Value::Object(from)) => merge(into, from),
            _ => drop(into.insert(name.clone(), value.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    //! The rule is this module's own.

    use serde_json::json;

    use super::*;

    #[test]
    fn the_callers_fields_win_and_leave_the_others_alone() {
        let body = json!({"config": {"size": "1K", "modes": ["a"]}, "text": "hi"});
        let extra = json!({"config": {"seed": 7, "modes": ["b"]}, "store": false});
        let sent = serde_json::to_value(WithExtra { body: &body, extra: extra.as_object().unwrap() }).unwrap();
        assert_eq!(sent, json!({"config": {"size": "1K", "seed": 7, "modes": ["b"]}, "text": "hi", "store": false}));
    }
}
