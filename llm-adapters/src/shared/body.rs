//! Bodies of requests: written once, field by field, from borrowed data.

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use social_core::{Error, Result};

/// A JSON object in the making. What the caller put into `extra` wins.
pub(crate) struct Object<'a, M> {
    map: M,
    extra: &'a Map<String, Value>,
}

impl<'a, M: SerializeMap> Object<'a, M> {
    pub(crate) fn new(map: M, extra: &'a Map<String, Value>) -> Self {
        Self { map, extra }
    }

    pub(crate) fn set(&mut self, name: &'static str, value: impl Serialize) -> Result<(), M::Error> {
        if self.extra.contains_key(name) {
            return Ok(());
        }
        self.map.serialize_entry(name, &value)
    }

    pub(crate) fn set_some(&mut self, name: &'static str, value: Option<impl Serialize>) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.set(name, value))
    }

    /// Adds what the caller put into `extra`.
    pub(crate) fn end(mut self) -> Result<M::Ok, M::Error> {
        for (name, value) in self.extra {
            self.map.serialize_entry(name, value)?;
        }
        self.map.end()
    }
}

/// These fields of a written body, for a call that takes no others.
pub(crate) fn only(body: &[u8], fields: &[&str]) -> Result<Map<String, Value>> {
    let mut body: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|cause| Error::invalid("body", "the request cannot be written as JSON").with_source(cause))?;
    body.retain(|field, _| fields.contains(&field.as_str()));
    Ok(body)
}

/// Writes a body that holds about `room` bytes of images: growing would copy them.
pub(crate) fn write(fields: &impl Serialize, room: usize) -> Result<Vec<u8>> {
    let mut body = Vec::with_capacity(room + 1024);
    serde_json::to_writer(&mut body, fields)
        .map_err(|cause| Error::invalid("body", "the request cannot be written as JSON").with_source(cause))?;
    Ok(body)
}

/// Bytes as base64, written straight into the body.
#[derive(Debug)]
pub(crate) struct AsBase64<'a>(pub(crate) &'a [u8]);

impl Serialize for AsBase64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(self.0, &STANDARD))
    }
}

/// A number as it was written: 0.2 and not 0.20000000298023224.
pub(crate) fn decimal(number: f32) -> Value {
    number.to_string().parse::<f64>().map_or(Value::Null, Value::from)
}
