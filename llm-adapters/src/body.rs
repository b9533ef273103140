//! Bodies of requests: written once, field by field, from borrowed data.

use serde::Serialize;
use serde::ser::SerializeMap;
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
#[cfg(any(feature = "anthropic", feature = "openai"))]
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
