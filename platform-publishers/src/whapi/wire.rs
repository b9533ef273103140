//! Whapi's JSON, as far as it is used.

use serde::Deserialize;
use social_core::clock::Timestamp;
use social_core::publish::ReceiptState;

/// The answer to sending.
#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    pub(super) sent: bool,
    pub(super) message: Option<Message>,
}

#[derive(Deserialize)]
pub(super) struct Messages {
    pub(super) messages: Vec<Message>,
}

#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) chat_id: Option<String>,
    pub(super) from: Option<String>,
    #[serde(default)]
    pub(super) from_me: bool,
    /// Unix seconds.
    timestamp: Option<f64>,
    #[serde(default)]
    pub(super) status: String,
    text: Option<Content>,
    link_preview: Option<Content>,
    image: Option<Content>,
    video: Option<Content>,
    short: Option<Content>,
    gif: Option<Content>,
    document: Option<Content>,
    poll: Option<Content>,
}

/// What a message says, whatever its kind calls it.
#[derive(Deserialize)]
struct Content {
    body: Option<String>,
    caption: Option<String>,
    title: Option<String>,
}

impl Message {
    /// The text, caption or question.
    pub(super) fn words(&self) -> String {
        let kinds = [
            &self.text,
            &self.link_preview,
            &self.image,
            &self.video,
            &self.short,
            &self.gif,
            &self.document,
            &self.poll,
        ];
        let words = kinds
            .into_iter()
            .flatten()
            .find_map(|content| content.body.as_ref().or(content.caption.as_ref()).or(content.title.as_ref()).cloned());
        words.unwrap_or_default()
    }

    pub(super) fn at(&self) -> Option<Timestamp> {
        self.timestamp.and_then(|seconds| Timestamp::from_second(seconds as i64).ok())
    }

    /// What WhatsApp says of it.
    pub(super) fn state(&self) -> ReceiptState {
        state_of(&self.status)
    }
}

/// What Whapi's word for a message is to us. One that is not known says nothing.
pub(super) fn state_of(status: &str) -> ReceiptState {
    match status {
        "sent" | "delivered" | "read" | "played" => ReceiptState::Published,
        "failed" => ReceiptState::Rejected,
        "deleted" => ReceiptState::Deleted,
        _ => ReceiptState::Processing,
    }
}

#[derive(Deserialize)]
pub(super) struct Uploaded {
    pub(super) media: Vec<UploadedFile>,
}

#[derive(Deserialize)]
pub(super) struct UploadedFile {
    pub(super) id: String,
}

#[derive(Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    pub(super) success: bool,
}

/// How the channel is.
#[derive(Deserialize)]
pub(super) struct Health {
    pub(super) status: ChannelStatus,
    pub(super) user: Option<User>,
}

#[derive(Deserialize)]
pub(super) struct ChannelStatus {
    #[serde(default)]
    pub(super) text: String,
}

#[derive(Deserialize)]
pub(super) struct User {
    pub(super) id: Option<String>,
}
