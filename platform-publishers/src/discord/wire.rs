//! The JSON of the interface, as far as it is used here.

use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::publish::RemotePost;
use url::Url;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) channel_id: String,
    #[serde(default)]
    content: String,
    #[serde(default)]
    pub(super) timestamp: Option<String>,
    #[serde(default)]
    pub(super) author: Author,
    #[serde(default)]
    pub(super) attachments: Vec<File>,
    #[serde(default)]
    poll: Option<Poll>,
    #[serde(default)]
    embeds: Vec<Card>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Poll {
    #[serde(default)]
    question: Words,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Words {
    #[serde(default)]
    text: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Card {
    #[serde(default)]
    url: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Author {
    #[serde(default)]
    pub(super) id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct File {
    #[serde(default)]
    pub(super) filename: String,
}

impl Message {
    /// Messages are named by their channel, which may be a thread, and their number.
    pub(super) fn remote(&self) -> RemotePost {
        RemotePost::main(format!("{}/{}", self.channel_id, self.id))
    }

    /// Its words; of a poll the question, of a card without words its address.
    pub(super) fn words(&self) -> &str {
        let question = self.poll.as_ref().map(|poll| poll.question.text.as_str());
        let address = self.embeds.first().and_then(|card| card.url.as_deref());
        [Some(self.content.as_str()), question, address]
            .into_iter()
            .flatten()
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    pub(super) fn at(&self) -> Option<Timestamp> {
        self.timestamp.as_deref()?.parse().ok()
    }
}

/// A webhook, or a channel: what both say of where they are.
#[derive(Deserialize)]
pub(super) struct Place {
    #[serde(default)]
    pub(super) guild_id: Option<String>,
    /// The channel of a webhook.
    #[serde(default)]
    pub(super) channel_id: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Embed<'a> {
    pub(super) url: &'a Url,
    pub(super) title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image: Option<EmbedImage>,
}

/// An attachment of the same message, by its name.
#[derive(Serialize)]
pub(super) struct EmbedImage {
    pub(super) url: String,
}
