//! What goes to a relay and comes from it.

use serde::Deserialize;
use serde_json::Value;
use social_core::{Error, Result};

use super::event::Event;

/// The name of our only subscription on a connection.
pub(super) const SUBSCRIPTION: &str = "find";

/// A message of a relay.
#[derive(Debug, PartialEq)]
pub(super) enum Message {
    /// What became of an event.
    Ok { id: String, taken: bool, text: String },
    /// An event that was asked for.
    Event(Box<Event>),
    /// All that is stored was sent.
    End,
    /// The relay does not answer the question.
    Closed(String),
    /// The relay wants to know who asks.
    Challenge(String),
    /// Words for people.
    Notice(String),
    /// What we do not know.
    Other,
}

impl Message {
    /// Reads a message; unknown kinds are left aside.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let unreadable = || Error::protocol("the relay's message cannot be read", text);
        let parts: Vec<Value> = serde_json::from_str(text).map_err(|_| unreadable())?;
        let word = |place: usize| parts.get(place).and_then(Value::as_str).map(str::to_owned);
        let said = |place| word(place).unwrap_or_default();
        Ok(match parts.first().and_then(Value::as_str).ok_or_else(unreadable)? {
            "OK" => Self::Ok {
                id: word(1).ok_or_else(unreadable)?,
                taken: parts.get(2).and_then(Value::as_bool).ok_or_else(unreadable)?,
                text: said(3),
            },
            "EVENT" => match parts.get(2).and_then(|event| Event::deserialize(event).ok()) {
                Some(event) => Self::Event(Box::new(event)),
                None => return Err(unreadable()),
            },
            "EOSE" => Self::End,
            "CLOSED" => Self::Closed(said(2)),
            "AUTH" => Self::Challenge(word(1).ok_or_else(unreadable)?),
            "NOTICE" => Self::Notice(said(1)),
            _ => Self::Other,
        })
    }
}

/// What a relay says of itself (NIP-11). Any field may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Information {
    pub(super) limitation: Limitation,
}

/// What a relay accepts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Limitation {
    /// In characters.
    pub(super) max_content_length: Option<usize>,
    pub(super) min_pow_difficulty: Option<u32>,
    pub(super) payment_required: Option<bool>,
    pub(super) restricted_writes: Option<bool>,
}
