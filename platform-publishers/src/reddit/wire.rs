//! Reddit's JSON, as far as it is used.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use social_core::clock::Timestamp;
use url::Url;

/// The answer to a call with `api_type=json`. `data` is absent where there are errors.
#[derive(Deserialize)]
pub(super) struct Answer<T> {
    pub(super) json: Inner<T>,
}

#[derive(Deserialize)]
pub(super) struct Inner<T> {
    /// Each is a name, a text and a field.
    #[serde(default)]
    pub(super) errors: Vec<Vec<Value>>,
    /// Seconds.
    pub(super) ratelimit: Option<f64>,
    pub(super) data: Option<T>,
}

/// A post that was made, or an image or video that becomes one.
#[derive(Deserialize)]
pub(super) struct Submitted {
    id: Option<String>,
    name: Option<String>,
    pub(super) url: Option<Url>,
    pub(super) user_submitted_page: Option<String>,
}

impl Submitted {
    /// `t3_` and the id.
    pub(super) fn fullname(&self) -> Option<String> {
        let id = self.name.as_ref().or(self.id.as_ref()).filter(|id| !id.is_empty())?;
        Some(if id.starts_with("t3_") { id.clone() } else { format!("t3_{id}") })
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Me {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) is_suspended: bool,
}

#[derive(Deserialize)]
pub(super) struct Listing {
    pub(super) data: Children,
}

#[derive(Deserialize)]
pub(super) struct Children {
    pub(super) children: Vec<Child>,
    pub(super) after: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Child {
    pub(super) data: Link,
}

/// A post in a list.
#[derive(Deserialize)]
pub(super) struct Link {
    /// `t3_` and the id.
    pub(super) name: String,
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) subreddit: String,
    #[serde(default)]
    pub(super) author: String,
    created_utc: Option<f64>,
    #[serde(default)]
    permalink: String,
    /// Of an image or video, its file's address.
    pub(super) url: Option<String>,
    /// The text.
    pub(super) selftext: Option<String>,
    #[serde(default)]
    pub(super) is_self: bool,
    /// Of a gallery, its files by their ids.
    media_metadata: Option<Map<String, Value>>,
    pub(super) removed_by_category: Option<String>,
}

impl Link {
    pub(super) fn at(&self) -> Option<Timestamp> {
        self.created_utc.and_then(|second| Timestamp::from_second(second as i64).ok())
    }

    /// Whether it shows an uploaded file: its address, or its gallery, holds the file's id.
    pub(super) fn shows(&self, asset: &str) -> bool {
        let by_address = self.url.as_ref().is_some_and(|url| url.contains(asset));
        let in_gallery = self.media_metadata.as_ref().is_some_and(|files| files.contains_key(asset));
        !asset.is_empty() && (by_address || in_gallery)
    }

    /// The public page.
    pub(super) fn page(&self) -> Option<Url> {
        Url::parse("https://www.reddit.com").ok()?.join(&self.permalink).ok().filter(|_| !self.permalink.is_empty())
    }
}

/// Where a file goes.
#[derive(Deserialize)]
pub(super) struct Lease {
    pub(super) args: LeaseArgs,
    pub(super) asset: Asset,
}

#[derive(Deserialize)]
pub(super) struct LeaseArgs {
    /// Without a scheme.
    pub(super) action: String,
    pub(super) fields: Vec<LeaseField>,
}

#[derive(Deserialize)]
pub(super) struct LeaseField {
    pub(super) name: String,
    pub(super) value: String,
}

#[derive(Deserialize)]
pub(super) struct Asset {
    pub(super) asset_id: String,
}

/// A file that is up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Uploaded {
    pub(super) asset_id: String,
    pub(super) url: String,
}
