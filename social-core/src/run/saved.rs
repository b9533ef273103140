//! Results as a journal keeps them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::id::RunId;
use crate::error::{Error, ErrorKind, Result};

/// A saved result as what it was.
pub(super) fn read_saved<T: DeserializeOwned>(value: &Value, step: &str, run: &RunId) -> Result<T> {
    T::deserialize(value).map_err(|e| {
        let message = format!(
            "the saved result of step `{step}` in run `{run}` is not what this program expects; it was saved by another version"
        );
        Error::new(ErrorKind::Storage, message).with_source(e)
    })
}

/// A result as it is saved.
pub(super) fn to_saved(value: &impl Serialize, step: &str) -> Result<Value> {
    serde_json::to_value(value).map_err(|e| {
        let message = format!("the result of step `{step}` cannot be written as JSON");
        Error::new(ErrorKind::Storage, message).with_source(e)
    })
}
