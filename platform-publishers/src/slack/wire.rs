//! The JSON of the Web API, as far as it is used here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use social_core::publish::{PostRole, RemotePost};
use url::Url;

/// Failures come with a success status, too.
#[derive(Deserialize)]
pub(super) struct Verdict {
    pub(super) ok: bool,
}

/// What sending a message answers. The time stamp is a name: it is text, never a number.
#[derive(Deserialize)]
pub(super) struct Posted {
    pub(super) channel: String,
    pub(super) ts: String,
}

impl Posted {
    pub(super) fn remote(&self) -> RemotePost {
        remote(&self.channel, &self.ts)
    }
}

pub(super) fn remote(channel: &str, ts: &str) -> RemotePost {
    RemotePost::new(format!("{channel}/{ts}"), PostRole::MAIN)
}

#[derive(Deserialize)]
pub(super) struct History {
    #[serde(default)]
    pub(super) messages: Vec<Listed>,
    #[serde(default)]
    pub(super) has_more: bool,
}

#[derive(Deserialize)]
pub(super) struct Listed {
    #[serde(default)]
    pub(super) ts: String,
    #[serde(default)]
    pub(super) metadata: Metadata,
}

/// What our key travels in.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Metadata {
    pub(super) event_type: String,
    pub(super) event_payload: Payload,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Payload {
    pub(super) key: String,
}

#[derive(Deserialize)]
pub(super) struct UploadTarget {
    pub(super) upload_url: Url,
    pub(super) file_id: String,
}

#[derive(Deserialize)]
pub(super) struct FileInfo {
    pub(super) file: File,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct File {
    shares: Shares,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Shares {
    public: BTreeMap<String, Vec<Share>>,
    private: BTreeMap<String, Vec<Share>>,
}

#[derive(Deserialize)]
struct Share {
    ts: String,
}

impl File {
    /// The message by which it is shared in a channel, once it is.
    pub(super) fn shared_in(&self, channel: &str) -> Option<&str> {
        let all = [&self.shares.public, &self.shares.private];
        all.into_iter().find_map(|shares| Some(shares.get(channel)?.first()?.ts.as_str()))
    }
}

#[derive(Deserialize)]
pub(super) struct Permalink {
    pub(super) permalink: Url,
}
