//! Models that a vendor has shut down, and what it recommends instead.

use social_core::{Error, ErrorKind, Result};

/// A family of models that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// How the ids of the family begin.
    pub(crate) prefix: &'static str,
    /// The day on which it was shut down.
    pub(crate) on: &'static str,
    pub(crate) instead: &'static str,
}

fn message(ended: &[Ended], model: &str) -> Option<String> {
    let Ended { on, instead, .. } = ended.iter().find(|ended| model.starts_with(ended.prefix))?;
    Some(format!("`{model}` was shut down on {on}; use `{instead}`"))
}

/// Refuses a model that has ended together with its interface.
pub(crate) fn refuse(ended: &[Ended], model: &str) -> Result<()> {
    match message(ended, model) {
        Some(message) => Err(Error::new(ErrorKind::NotFound, message).with_field("model")),
        None => Ok(()),
    }
}

/// Says in the vendor's refusal of a model that it has ended.
pub(crate) fn explain(ended: &[Ended], model: &str, error: Error) -> Error {
    match message(ended, model) {
        Some(message) if error.kind() == ErrorKind::NotFound => {
            error.with_field("model").map_message(|said| format!("{said} ({message})"))
        }
        _ => error,
    }
}
