//! The JSON of the lexicons that are used here.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

pub(super) const COLLECTION: &str = "app.bsky.feed.post";

#[derive(Serialize)]
pub(super) struct Login<'a> {
    pub(super) identifier: &'a str,
    pub(super) password: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionAnswer {
    pub(super) did: String,
    pub(super) access_jwt: SecretString,
    pub(super) refresh_jwt: SecretString,
    pub(super) handle: Option<String>,
    pub(super) did_doc: Option<DidDocument>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidDocument {
    #[serde(default)]
    also_known_as: Vec<String>,
    #[serde(default)]
    service: Vec<DidService>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DidService {
    #[serde(default)]
    id: String,
    service_endpoint: Option<Value>,
}

impl DidDocument {
    /// The handle that the account says it has.
    pub(super) fn handle(&self) -> Option<&str> {
        self.also_known_as.iter().find_map(|name| name.strip_prefix("at://"))
    }

    /// Where the account's data lives. The id is `#atproto_pds`, alone or behind the DID.
    pub(super) fn data_server(&self) -> Option<Url> {
        let service = self.service.iter().find(|service| service.id.ends_with("#atproto_pds"))?;
        Url::parse(service.service_endpoint.as_ref()?.as_str()?).ok()
    }
}

#[derive(Deserialize)]
pub(super) struct Resolved {
    pub(super) did: String,
}

#[derive(Deserialize)]
pub(super) struct Uploaded {
    /// Echoed in the record as it came.
    pub(super) blob: Value,
}

#[derive(Serialize)]
pub(super) struct CreateRecord<'a> {
    pub(super) repo: &'a str,
    pub(super) collection: &'static str,
    pub(super) rkey: &'a str,
    pub(super) record: PostRecord<'a>,
}

#[derive(Serialize)]
pub(super) struct DeleteRecord<'a> {
    pub(super) repo: &'a str,
    pub(super) collection: &'static str,
    pub(super) rkey: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostRecord<'a> {
    #[serde(rename = "$type")]
    pub(super) kind: &'static str,
    pub(super) text: &'a str,
    pub(super) created_at: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) facets: &'a [Facet],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) langs: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reply: Option<&'a ReplyRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) embed: Option<Embed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) labels: Option<SelfLabels>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) tags: &'a [String],
}

#[derive(Serialize)]
#[serde(tag = "$type", rename = "com.atproto.label.defs#selfLabels")]
pub(super) struct SelfLabels {
    values: Vec<SelfLabel>,
}

#[derive(Serialize)]
struct SelfLabel {
    val: String,
}

impl SelfLabels {
    /// `None` where there are none.
    pub(super) fn of(labels: &[String]) -> Option<Self> {
        let values: Vec<_> = labels.iter().map(|label| SelfLabel { val: label.clone() }).collect();
        (!values.is_empty()).then_some(Self { values })
    }
}

/// A part of the text that is more than text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Facet {
    pub(super) index: ByteRange,
    pub(super) features: [Feature; 1],
}

/// UTF-8 bytes, the end exclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ByteRange {
    pub(super) byte_start: usize,
    pub(super) byte_end: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "$type")]
pub(super) enum Feature {
    #[serde(rename = "app.bsky.richtext.facet#mention")]
    Mention { did: String },
    #[serde(rename = "app.bsky.richtext.facet#link")]
    Link { uri: String },
    #[serde(rename = "app.bsky.richtext.facet#tag")]
    Tag { tag: String },
}

#[derive(Serialize)]
#[serde(tag = "$type")]
pub(super) enum Embed {
    #[serde(rename = "app.bsky.embed.images")]
    Images { images: Vec<Image> },
    #[serde(rename = "app.bsky.embed.video")]
    Video {
        video: Value,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        captions: Vec<Caption>,
        #[serde(skip_serializing_if = "Option::is_none")]
        alt: Option<String>,
        #[serde(rename = "aspectRatio", skip_serializing_if = "Option::is_none")]
        aspect_ratio: Option<AspectRatio>,
    },
    #[serde(rename = "app.bsky.embed.external")]
    External { external: External },
    #[serde(rename = "app.bsky.embed.record")]
    Record { record: StrongRef },
    #[serde(rename = "app.bsky.embed.recordWithMedia")]
    RecordWithMedia { record: Box<Embed>, media: Box<Embed> },
}

/// A record as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StrongRef {
    pub(super) uri: String,
    pub(super) cid: String,
}

/// What a post answers, and what began the thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ReplyRef {
    pub(super) root: StrongRef,
    pub(super) parent: StrongRef,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Image {
    pub(super) image: Value,
    pub(super) alt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aspect_ratio: Option<AspectRatio>,
}

#[derive(Serialize)]
pub(super) struct AspectRatio {
    pub(super) width: u32,
    pub(super) height: u32,
}

#[derive(Serialize)]
pub(super) struct Caption {
    pub(super) lang: String,
    pub(super) file: Value,
}

#[derive(Serialize)]
pub(super) struct External {
    pub(super) uri: String,
    pub(super) title: String,
    pub(super) description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thumb: Option<Value>,
}

/// What a record is known by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RecordRef {
    pub(super) uri: String,
    #[serde(default)]
    pub(super) cid: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct FoundRecord {
    pub(super) uri: String,
    pub(super) cid: Option<String>,
    pub(super) value: FoundPost,
}

#[derive(Deserialize)]
pub(super) struct FoundPost {
    pub(super) text: Option<String>,
    pub(super) reply: Option<ReplyRef>,
}
