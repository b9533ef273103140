//! Numbers of requests as JSON.

use serde_json::Value;

/// As it was written: 0.2 and not 0.20000000298023224.
pub(crate) fn decimal(number: f32) -> Value {
    number.to_string().parse::<f64>().map_or(Value::Null, Value::from)
}
