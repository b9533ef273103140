//! Tumblr's JSON, as far as it is read.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use social_core::clock::Timestamp;
use url::Url;

#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) response: T,
}

/// The answer to creating a post.
#[derive(Deserialize)]
pub(super) struct Created {
    #[serde(default, deserialize_with = "id", alias = "id_string")]
    pub(super) id: String,
}

/// Ids have 64 bits, as a text or a number.
fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    })
}

#[derive(Deserialize)]
pub(super) struct Posts {
    pub(super) posts: Vec<BlogPost>,
}

/// A post as it is read back.
#[derive(Deserialize)]
pub(super) struct BlogPost {
    #[serde(default, deserialize_with = "id")]
    id: String,
    id_string: Option<String>,
    #[serde(default)]
    pub(super) state: String,
    /// Unix seconds.
    timestamp: Option<i64>,
    pub(super) post_url: Option<Url>,
    /// Blocks, as they are sent back when a draft is published.
    #[serde(default)]
    pub(super) content: Vec<Value>,
}

impl BlogPost {
    pub(super) fn id(&self) -> &str {
        self.id_string.as_deref().unwrap_or(&self.id)
    }

    pub(super) fn at(&self) -> Option<Timestamp> {
        self.timestamp.and_then(|second| Timestamp::from_second(second).ok())
    }

    /// The texts of its blocks, one below the other.
    pub(super) fn words(&self) -> String {
        let texts = self.content.iter().filter(|block| block["type"] == "text");
        texts.filter_map(|block| block["text"].as_str()).collect::<Vec<_>>().join("\n")
    }
}

#[derive(Deserialize)]
pub(super) struct UserLimits {
    pub(super) user: Counts,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Counts {
    pub(super) posts: Option<Count>,
    pub(super) photos: Option<Count>,
    pub(super) videos: Option<Count>,
}

#[derive(Clone, Copy, Deserialize)]
pub(super) struct Count {
    pub(super) limit: u64,
    pub(super) remaining: u64,
}

#[derive(Deserialize)]
pub(super) struct UserInfo {
    pub(super) user: User,
}

#[derive(Deserialize)]
pub(super) struct User {
    #[serde(default)]
    pub(super) blogs: Vec<Blog>,
}

#[derive(Deserialize)]
pub(super) struct Blog {
    pub(super) name: String,
}
