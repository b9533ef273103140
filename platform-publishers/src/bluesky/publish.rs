//! Publishing: blobs, facets, one record.

use std::time::Duration;

use async_trait::async_trait;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use social_core::http::Repeat;
use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{
    self, Approved, Delivery, Finding, FindingCode, MediaRole, Placement, Post, Publisher, PublisherCapabilities,
    Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::{Found, Run};
use social_core::{Account, AccountKey, Platform, Result};
use url::Url;

use super::wire::{
    AspectRatio, COLLECTION, Caption, CreateRecord, Embed, External, Facet, FoundRecord, Image, PostRecord, RecordRef,
    SelfLabels, Uploaded,
};
use super::{Bluesky, BlueskyOptions, Identity, LoggedIn, facets, options, rules, tid};

/// Data servers may collect a blob that no record names after an hour.
const BLOB_LIFE: Duration = Duration::from_secs(50 * 60);

/// What is fixed before the first request: it makes the record the same in every attempt.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stamp {
    rkey: String,
    created_at: String,
}

#[async_trait]
impl Publisher for Bluesky {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        let Identity { did, handle, .. } = self.identity().await?;
        Ok(Account::new(AccountKey::new(options::PLATFORM, did).with_tenant(&self.tenant), handle))
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS).with_finds_lost_posts(true).with_status(true).with_delete(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        check(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        publish::durably(self, run, post, |delivery| async move {
            let login = self.log_in().await?;
            let stamp = run.step("record", || async { Ok(stamp(run)) }).await?;
            let facets = run.step("facets", || facets::find(&login, &post.text)).await?;
            let embed = login.embed(run, post, &delivery.facts).await?;
            let send = || async { Ok(receipt(&delivery, login.create(post, &stamp, &facets, embed).await?)) };
            let find = |_| async { Ok(login.find(post, &stamp).await?.map(|record| receipt(&delivery, record))) };
            delivery.once(send, find).await
        })
        .await
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.delete_all(run, receipt).await
    }
}

fn stamp(run: &Run) -> Stamp {
    let now = run.clock().now();
    Stamp { rkey: tid::tid(now, &run.key("publish")), created_at: format!("{now:.3}") }
}

fn receipt(delivery: &Delivery, record: RecordRef) -> Receipt {
    // at://DID/COLLECTION/RKEY
    let mut parts = record.uri.trim_start_matches("at://").split('/');
    let url = match (parts.next(), parts.nth(1)) {
        (Some(did), Some(rkey)) => Url::parse(&format!("https://bsky.app/profile/{did}/post/{rkey}")).ok(),
        _ => None,
    };
    delivery.receipt(ReceiptState::Published).with_post(RemotePost::main(record.uri).with_url(url))
}

impl LoggedIn {
    async fn create(&self, post: &Post, stamp: &Stamp, facets: &[Facet], embed: Option<Embed>) -> Result<RecordRef> {
        let options = post.options.get::<BlueskyOptions>()?.unwrap_or_default();
        let record = PostRecord {
            kind: COLLECTION,
            text: &post.text,
            created_at: &stamp.created_at,
            facets,
            langs: &post.languages,
            embed,
            labels: SelfLabels::of(&options.labels),
            tags: &options.tags,
        };
        let body = CreateRecord { repo: &self.did, collection: COLLECTION, rkey: &stamp.rkey, record };
        self.procedure("com.atproto.repo.createRecord", "publish")?.json(&body).send().await?.json()
    }

    /// The record of our key. A server answers a second create of a key with a bare 500, so the key
    /// is what to ask for.
    async fn find(&self, post: &Post, stamp: &Stamp) -> Result<Found<RecordRef>> {
        match self.record(&stamp.rkey, "find post").await {
            Ok(found) if found.value.text.as_deref() != Some(&post.text) => Ok(Found::Unknown),
            Ok(found) => Ok(Found::Present(RecordRef { uri: found.uri, cid: found.cid })),
            Err(error) if error.code() == Some("RecordNotFound") => Ok(Found::Absent),
            Err(error) => Err(error),
        }
    }

    /// A post's record by its key.
    pub(super) async fn record(&self, key: &str, operation: &'static str) -> Result<FoundRecord> {
        let call = self.query("com.atproto.repo.getRecord", operation)?;
        call.query("repo", &self.did).query("collection", COLLECTION).query("rkey", key).send().await?.json()
    }

    async fn embed(&self, run: &Run, post: &Post, facts: &[MediaInfo]) -> Result<Option<Embed>> {
        let mut images = Vec::new();
        let mut video = None;
        let mut captions = Vec::new();
        let mut thumb = None;
        for (index, (attachment, info)) in post.attachments.iter().zip(facts).enumerate() {
            let blob = self.upload(run, index, &attachment.media, info).await?;
            match (attachment.role, is_video(info)) {
                (MediaRole::Captions, _) => {
                    let lang = attachment.language.as_ref().or(post.languages.first());
                    captions.extend(lang.map(|lang| Caption { lang: lang.clone(), file: blob }));
                }
                (MediaRole::Cover, _) => thumb = Some(blob),
                (_, true) => video = Some((blob, attachment, info)),
                _ => images.push(Image {
                    image: blob,
                    alt: attachment.alt_text.clone().unwrap_or_default(),
                    aspect_ratio: aspect_ratio(info),
                }),
            }
        }
        Ok(match (&post.link, video) {
            (Some(link), _) => Some(Embed::External { external: external(post, link, thumb) }),
            (None, Some((video, attachment, info))) => Some(Embed::Video {
                video,
                captions,
                alt: attachment.alt_text.clone(),
                aspect_ratio: aspect_ratio(info),
            }),
            (None, None) if !images.is_empty() => Some(Embed::Images { images }),
            (None, None) => None,
        })
    }

    /// Uploading the same bytes again makes the same blob, so this may be repeated.
    async fn upload(&self, run: &Run, index: usize, media: &Media, info: &MediaInfo) -> Result<Value> {
        run.step_until(&format!("blob-{index}"), || async move {
            let reply = self
                .procedure("com.atproto.repo.uploadBlob", "upload")?
                .repeat(Repeat::Safe)
                .response_timeout(Duration::from_secs(600))
                .header(CONTENT_TYPE, info.media_type.as_mime())
                // The server keeps what a camera wrote into a file, place included.
                .body(media.without_notes().await.map_err(|e| e.with_item(index))?.body())
                .send()
                .await
                .map_err(|e| e.with_item(index))?;
            Ok((reply.json::<Uploaded>()?.blob, run.clock().now().checked_add(BLOB_LIFE).ok()))
        })
        .await
    }
}

fn aspect_ratio(info: &MediaInfo) -> Option<AspectRatio> {
    Some(AspectRatio { width: info.width?, height: info.height? })
}

fn external(post: &Post, link: &Url, thumb: Option<Value>) -> External {
    let title = post.title.clone().or_else(|| link.host_str().map(str::to_owned)).unwrap_or_default();
    External { uri: link.to_string(), title, description: String::new(), thumb }
}

fn check(post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let shown = post.content().count();
    let videos = post.content().filter(|(index, _)| facts.get(*index).is_some_and(is_video)).count();
    let mut captions = post.attachments.iter().filter(|attachment| attachment.role == MediaRole::Captions).peekable();
    let has_cover = post.cover().is_some();
    if post.link.is_some() && shown > 0 {
        let message = "a post shows a link card or files, not both; put the link into the text or leave the files out";
        findings.push(Finding::error(FindingCode::MIXED, "link", message));
    }
    if has_cover && post.link.is_none() {
        let message = "a video's cover is made by Bluesky; only a link card has one";
        findings.push(Finding::error(FindingCode::UNSUPPORTED, "attachments", message));
    }
    let has_captions = captions.peek().is_some();
    let in_no_language = post.languages.is_empty() && captions.any(|captions| captions.language.is_none());
    if has_captions && (videos == 0 || in_no_language) {
        let message = "captions need a video and a language: name theirs or the post's";
        findings.push(Finding::error(FindingCode::MISSING, "attachments", message));
    }
    if post.title.is_some() && post.link.is_none() {
        let message = "only a link card shows a title; it is left out";
        findings.push(Finding::warning(FindingCode::NOT_SHOWN, "title", message));
    }
    options::check(post, &mut findings);
    findings
}

fn is_video(info: &MediaInfo) -> bool {
    info.media_type.kind() == MediaKind::Video
}
