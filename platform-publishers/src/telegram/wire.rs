//! The JSON of the Bot API, as far as it is used here.

use serde::{Deserialize, Serialize};
use social_core::publish::{PostRole, RemotePost};
use url::Url;

#[derive(Deserialize)]
pub(super) struct Answer<T> {
    pub(super) ok: bool,
    pub(super) result: Option<T>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Chat {
    pub(super) id: i64,
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) username: Option<String>,
    #[serde(default)]
    pub(super) first_name: Option<String>,
}

impl Chat {
    /// What people know it by.
    pub(super) fn label(&self) -> String {
        match (&self.username, &self.title, &self.first_name) {
            (Some(name), _, _) => format!("@{name}"),
            (None, Some(title), _) => title.clone(),
            (None, None, Some(name)) => name.clone(),
            _ => self.id.to_string(),
        }
    }
}

/// A message by what it is named by.
#[derive(Deserialize)]
pub(super) struct Message {
    message_id: i64,
    chat: Chat,
}

impl Message {
    /// Messages are numbered in their chat, so the chat is part of the name.
    pub(super) fn remote(&self, role: PostRole) -> RemotePost {
        let Self { message_id, chat } = self;
        let chat_id = chat.id.to_string();
        let url = match (&chat.username, chat_id.strip_prefix("-100")) {
            (Some(name), _) => Some(format!("https://t.me/{name}/{message_id}")),
            (None, Some(number)) => Some(format!("https://t.me/c/{number}/{message_id}")),
            // Messages of private chats and small groups have no address.
            (None, None) => None,
        };
        RemotePost::new(format!("{chat_id}/{message_id}"), role).with_url(url.and_then(|url| Url::parse(&url).ok()))
    }
}

/// What sending answers: one message, or those of an album.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Sent {
    One(Message),
    Several(Vec<Message>),
}

#[derive(Deserialize)]
pub(super) struct Bot {
    pub(super) id: i64,
}

#[derive(Deserialize)]
pub(super) struct Member {
    pub(super) status: String,
    #[serde(default)]
    pub(super) can_post_messages: Option<bool>,
    #[serde(default)]
    pub(super) can_send_messages: Option<bool>,
}

/// A formatted part of the text, in UTF-16 units.
#[derive(Serialize)]
pub(super) struct Entity<'a> {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) offset: usize,
    pub(super) length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<&'a Url>,
}
