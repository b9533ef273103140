use std::time::Duration;

use async_trait::async_trait;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use social_core::clock::Timestamp;
use social_core::http::{Body, Repeat};
use social_core::media::{Media, MediaInfo, MediaKind, MediaType, strip_location};
use social_core::publish::{
    Approved, Finding, MediaRole, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState, Rules,
};
use social_core::run::{Found, Run};
use social_core::{Platform, Result};
use url::Url;

use super::wire::{
    AspectRatio, COLLECTION, Caption, CreateRecord, Embed, External, Facet, FoundRecord, Image, PostRecord, RecordRef,
    Uploaded,
};
use super::{Account, Bluesky, facets, rules, tid};

/// Data servers may collect a blob that no record names after an hour.
const BLOB_LIFE: Duration = Duration::from_secs(50 * 60);

/// What is fixed before the first request: it makes the record the same in every attempt.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stamp {
    rkey: String,
    created_at: String,
}

#[derive(Serialize, Deserialize)]
struct Published {
    #[serde(flatten)]
    record: RecordRef,
    at: Timestamp,
}

#[async_trait]
impl Publisher for Bluesky {
    fn platform(&self) -> Platform {
        rules::PLATFORM
    }

    fn account(&self) -> Option<String> {
        Some(self.session.handle())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new([Placement::FEED]).finding_lost_posts()
    }

    fn rules(&self, placement: Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        check(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        run.bind(&post.approval().digest).await?;
        if let Some(published) = run.result("publish").await? {
            return Ok(receipt(published));
        }
        let facts = social_core::publish::preflight(self, post).await?;
        let account = self.account().await?;
        let stamp = run.step("record", || async { Ok(stamp(run)) }).await?;
        let facets = run.step("facets", || facets::find(&account, &post.text)).await?;
        let embed = account.embed(run, post, &facts).await?;
        let published = run
            .once("publish", || account.create(run, post, &stamp, &facets, embed), |_| account.find(run, post, &stamp))
            .await?;
        Ok(receipt(published))
    }
}

fn stamp(run: &Run) -> Stamp {
    let now = run.clock().now();
    Stamp { rkey: tid::tid(now, &run.key("publish")), created_at: format!("{now:.3}") }
}

fn receipt(published: Published) -> Receipt {
    let uri = published.record.uri;
    // at://DID/COLLECTION/RKEY
    let mut parts = uri.trim_start_matches("at://").split('/');
    let url = match (parts.next(), parts.nth(1)) {
        (Some(did), Some(rkey)) => Url::parse(&format!("https://bsky.app/profile/{did}/post/{rkey}")).ok(),
        _ => None,
    };
    Receipt::new(rules::PLATFORM, uri, ReceiptState::Published, published.at).with_url(url)
}

impl Account {
    async fn create(
        &self,
        run: &Run,
        post: &Post,
        stamp: &Stamp,
        facets: &[Facet],
        embed: Option<Embed>,
    ) -> Result<Published> {
        let record = PostRecord {
            kind: COLLECTION,
            text: &post.text,
            created_at: &stamp.created_at,
            facets,
            langs: &post.languages,
            embed,
        };
        let body = CreateRecord { repo: &self.did, collection: COLLECTION, rkey: &stamp.rkey, record };
        let reply = self.procedure("com.atproto.repo.createRecord", "publish")?.json(&body).send().await?;
        Ok(Published { record: reply.json()?, at: run.clock().now() })
    }

    /// The record of our key. A server answers a second create of a key with a bare 500, so the key is what to ask for.
    async fn find(&self, run: &Run, post: &Post, stamp: &Stamp) -> Result<Found<Published>> {
        let answer = self
            .query("com.atproto.repo.getRecord", "find post")?
            .query("repo", &self.did)
            .query("collection", COLLECTION)
            .query("rkey", &stamp.rkey)
            .send()
            .await;
        match answer {
            Ok(reply) => {
                let found: FoundRecord = reply.json()?;
                if found.value.text.as_deref() != Some(&post.text) {
                    return Ok(Found::Unknown);
                }
                let record = RecordRef { uri: found.uri, cid: found.cid };
                Ok(Found::Present(Published { record, at: run.clock().now() }))
            }
            Err(error) if error.code() == Some("RecordNotFound") => Ok(Found::Absent),
            Err(error) => Err(error),
        }
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
                    captions.extend(post.languages.first().map(|lang| Caption { lang: lang.clone(), file: blob }));
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
                .body(bytes_of(media, info).await?)
                .send()
                .await
                .map_err(|e| e.with_item(index))?;
            Ok((reply.json::<Uploaded>()?.blob, run.clock().now().checked_add(BLOB_LIFE).ok()))
        })
        .await
    }
}

/// The server keeps what a camera wrote into an image, place included, so it is taken out here.
async fn bytes_of(media: &Media, info: &MediaInfo) -> Result<Body> {
    if !matches!(info.media_type, MediaType::Jpeg | MediaType::Png | MediaType::Webp) {
        return media.body().await;
    }
    Ok(Body::Bytes(strip_location(&media.read(info.bytes).await?)?))
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
    let has = |role| post.attachments.iter().any(|attachment| attachment.role == role);
    if post.link.is_some() && shown > 0 {
        let message = "a post shows a link card or files, not both; put the link into the text or leave the files out";
        findings.push(Finding::error("link", message));
    }
    if has(MediaRole::Cover) && post.link.is_none() {
        findings.push(Finding::error("attachments", "a video's cover is made by Bluesky; only a link card takes one"));
    }
    if has(MediaRole::Captions) && (videos == 0 || post.languages.is_empty()) {
        findings.push(Finding::error("attachments", "captions need a video and a language: name the post's language"));
    }
    if post.title.is_some() && post.link.is_none() {
        findings.push(Finding::warning("title", "only a link card shows a title; it is left out"));
    }
    findings
}

fn is_video(info: &MediaInfo) -> bool {
    info.media_type.kind() == MediaKind::Video
}
