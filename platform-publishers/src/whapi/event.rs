//! What a webhook of Whapi tells: how messages are, which came in, which were taken away.

use serde::Deserialize;
use social_core::clock::Timestamp;
use social_core::publish::ReceiptState;
use social_core::{Error, Result};

use super::wire::{Message, state_of};

/// What one call of a webhook tells. One number may have several webhooks, and the same message may
/// come several times: its id tells.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// How messages are that were sent.
    pub statuses: Vec<MessageStatus>,
    /// Messages of the number's chats, its own included.
    pub messages: Vec<ChatMessage>,
    /// The ids of messages that were taken away.
    pub removed: Vec<String>,
}

/// How a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageStatus {
    /// The message's id, as receipts have it.
    pub id: String,
    /// What WhatsApp says of it.
    pub state: ReceiptState,
    /// Why it failed, where Whapi says.
    pub reason: Option<String>,
}

/// A message of a chat.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ChatMessage {
    /// Its id.
    pub id: String,
    /// The chat; empty where Whapi does not say.
    pub chat: String,
    /// Who sent it, where Whapi says.
    pub from: Option<String>,
    /// The number itself sent it.
    pub from_me: bool,
    /// The text, caption or question; empty where there is none.
    pub text: String,
    /// When it was sent.
    pub at: Option<Timestamp>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    statuses: Vec<Status>,
    messages: Vec<Message>,
    messages_removed: Vec<String>,
}

#[derive(Deserialize)]
struct Status {
    id: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    errors: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    message: String,
}

impl Event {
    /// Reads the body of a webhook's call. What else it tells is left out.
    ///
    /// Whapi does not sign it: check a header of your own first, which is set in the channel's
    /// settings.
    ///
    /// # Errors
    /// [`Protocol`](social_core::ErrorKind::Protocol) for a body that is not Whapi's.
    pub fn read(body: &[u8]) -> Result<Self> {
        let payload: Payload = serde_json::from_slice(body)
            .map_err(|e| Error::protocol("the body is not a webhook of Whapi", body).with_source(e))?;
        let statuses = payload.statuses.into_iter().map(|status| MessageStatus {
            state: state_of(&status.status),
            reason: status.errors.into_iter().next().map(|error| error.message),
            id: status.id,
        });
        let messages = payload.messages.into_iter().map(|message| ChatMessage {
            text: message.words(),
            at: message.at(),
            from_me: message.from_me,
            id: message.id,
            chat: message.chat_id.unwrap_or_default(),
            from: message.from,
        });
        Ok(Self { statuses: statuses.collect(), messages: messages.collect(), removed: payload.messages_removed })
    }
}
