//! Publishing: blobs, facets, one record.

use std::time::Duration;

use async_trait::async_trait;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use social_core::http::Repeat;
use social_core::media::{Media, MediaInfo};
use social_core::publish::{
    self, Approved, Attachment, Delivery, Finding, MediaRole, Placement, Post, PostRole, Publisher,
    PublisherCapabilities, Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::{Found, Run};
use social_core::{Account, AccountKey, Error, Platform, Result};
use url::Url;

use super::check::is_video;
use super::wire::{
    AspectRatio, COLLECTION, Caption, CreateRecord, Embed, External, Facet, FoundRecord, Image, PostRecord, RecordRef,
    ReplyRef, SelfLabels, StrongRef, Uploaded,
};
use super::{Bluesky, BlueskyOptions, Identity, LoggedIn, check, facets, options, rules, tid};

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
        check::check(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        publish::durably(self, run, post, |delivery| async move { self.log_in().await?.deliver(&delivery, post).await })
            .await
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.delete_all(run, receipt).await
    }
}

/// A part of a thread, with its files on the server.
struct Part<'a> {
    text: &'a str,
    stamp: Stamp,
    facets: Vec<Facet>,
    embed: Option<Embed>,
}

/// The name of a step of a part; those of the first part are without a number.
fn step(name: &str, index: usize) -> String {
    if index == 0 { name.to_owned() } else { format!("{name}-{index}") }
}

/// The keys of a thread's records follow each other, as its parts do.
fn stamp(run: &Run, index: usize) -> Stamp {
    let now = run.clock().now();
    let now = now.checked_add(Duration::from_millis(index as u64)).unwrap_or(now);
    Stamp { rkey: tid::tid(now, &run.key(&step("publish", index))), created_at: format!("{now:.3}") }
}

/// The post's page, with the record's address as its id.
fn remote(record: &RecordRef, index: usize) -> RemotePost {
    // at://DID/COLLECTION/RKEY
    let mut parts = record.uri.trim_start_matches("at://").split('/');
    let url = match (parts.next(), parts.nth(1)) {
        (Some(did), Some(rkey)) => Url::parse(&format!("https://bsky.app/profile/{did}/post/{rkey}")).ok(),
        _ => None,
    };
    let role = if index == 0 { PostRole::MAIN } else { PostRole::PART };
    RemotePost::new(&record.uri, role).with_url(url)
}

impl LoggedIn {
    async fn deliver(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let run = &delivery.run;
        let mut parts = self.parts(delivery, post).await?;
        let answered = match &post.reply_to {
            Some(answered) => Some(run.step("answered", || self.answering(&answered.id)).await?),
            None => None,
        };
        let Some(last) = parts.pop() else { return Err(Error::invalid("post", "there is nothing to publish")) };
        let mut made: Vec<RecordRef> = Vec::new();
        for (index, part) in parts.into_iter().enumerate() {
            let reply = reply(answered.as_ref(), &made)?;
            let Part { text, stamp, facets, embed } = part;
            let send = || self.create(post, text, &stamp, &facets, (reply.as_ref(), embed));
            made.push(delivery.part(index, send, |_| self.find(text, &stamp)).await?);
        }
        let reply = reply(answered.as_ref(), &made)?;
        let Part { text, stamp, facets, embed } = last;
        let receipt = &|record: RecordRef| {
            let all = made.iter().chain([&record]).enumerate().map(|(index, record)| remote(record, index));
            all.fold(delivery.receipt(ReceiptState::Published), Receipt::with_post)
        };
        let send = || async { Ok(receipt(self.create(post, text, &stamp, &facets, (reply.as_ref(), embed)).await?)) };
        let find = |_| async { Ok(self.find(text, &stamp).await?.map(receipt)) };
        delivery.once(send, find).await
    }

    /// Every part with its files on the server: nothing is visible before all of them are there.
    async fn parts<'a>(&self, delivery: &Delivery, post: &'a Post) -> Result<Vec<Part<'a>>> {
        let run = &delivery.run;
        let further = post.thread.iter().map(|part| (&part.text, &part.attachments));
        let (mut parts, mut before) = (Vec::new(), 0);
        for (index, (text, files)) in std::iter::once((&post.text, &post.attachments)).chain(further).enumerate() {
            let stamp = run.step(&step("record", index), || async { Ok(stamp(run, index)) }).await?;
            let facets = run.step(&step("facets", index), || facets::find(self, text)).await?;
            let facts = delivery.facts.get(before..before + files.len()).unwrap_or_default();
            let link = post.link.as_ref().filter(|_| index == 0);
            let mut embed = self.embed(run, (post, link), files, (facts, before)).await?;
            if let Some(quote) = post.quote.as_ref().filter(|_| index == 0) {
                let record = run.step("quoted", || async { Ok(self.named(&quote.id, "quote").await?.0) }).await?;
                embed = Some(match embed {
                    Some(media) => {
                        Embed::RecordWithMedia { record: Box::new(Embed::Record { record }), media: Box::new(media) }
                    }
                    None => Embed::Record { record },
                });
            }
            before += files.len();
            parts.push(Part { text, stamp, facets, embed });
        }
        Ok(parts)
    }

    /// A record of any account, as it is now, and what it answers.
    async fn named(&self, id: &str, field: &'static str) -> Result<(StrongRef, Option<ReplyRef>)> {
        let parts: Vec<_> = id.trim_start_matches("at://").split('/').collect();
        let [repo, _, rkey] = *parts.as_slice() else {
            return Err(Error::invalid(field, format!("`{id}` is not the address of a post")));
        };
        let call = self.query("com.atproto.repo.getRecord", "read post")?.query("repo", repo);
        let found = call.query("collection", COLLECTION).query("rkey", rkey).send().await;
        let found: FoundRecord = found.map_err(|error| error.with_field(field))?.json()?;
        let record = strong(&RecordRef { uri: found.uri, cid: found.cid })?;
        Ok((record, found.value.reply))
    }

    async fn answering(&self, id: &str) -> Result<ReplyRef> {
        let (parent, reply) = self.named(id, "reply_to").await?;
        Ok(ReplyRef { root: reply.map_or_else(|| parent.clone(), |reply| reply.root), parent })
    }

    async fn create(
        &self,
        post: &Post,
        text: &str,
        stamp: &Stamp,
        facets: &[Facet],
        (reply, embed): (Option<&ReplyRef>, Option<Embed>),
    ) -> Result<RecordRef> {
        let options = post.options.get::<BlueskyOptions>()?.unwrap_or_default();
        let record = PostRecord {
            kind: COLLECTION,
            text,
            created_at: &stamp.created_at,
            facets,
            langs: &post.languages,
            reply,
            embed,
            labels: SelfLabels::of(&options.labels),
            tags: &options.tags,
        };
        let body = CreateRecord { repo: &self.did, collection: COLLECTION, rkey: &stamp.rkey, record };
        self.procedure("com.atproto.repo.createRecord", "publish")?.json(&body).send().await?.json()
    }

    /// The record of our key. A server answers a second create of a key with a bare 500, so the key
    /// is what to ask for.
    async fn find(&self, text: &str, stamp: &Stamp) -> Result<Found<RecordRef>> {
        match self.record(&stamp.rkey, "find post").await {
            Ok(found) if found.value.text.as_deref() != Some(text) => Ok(Found::Unknown),
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

    /// What a part shows besides its text. `before` is the number of files of the parts before it.
    async fn embed(
        &self,
        run: &Run,
        (post, link): (&Post, Option<&Url>),
        files: &[Attachment],
        (facts, before): (&[MediaInfo], usize),
    ) -> Result<Option<Embed>> {
        let mut images = Vec::new();
        let mut video = None;
        let mut captions = Vec::new();
        let mut thumb = None;
        for (index, (attachment, info)) in files.iter().zip(facts).enumerate() {
            let blob = self.upload(run, before + index, &attachment.media, info).await?;
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
        Ok(match (link, video) {
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

/// What a further part answers.
fn reply(answered: Option<&ReplyRef>, made: &[RecordRef]) -> Result<Option<ReplyRef>> {
    let (Some(first), Some(parent)) = (made.first(), made.last()) else { return Ok(answered.cloned()) };
    let root = answered.map_or_else(|| strong(first), |answered| Ok(answered.root.clone()))?;
    Ok(Some(ReplyRef { root, parent: strong(parent)? }))
}

fn strong(record: &RecordRef) -> Result<StrongRef> {
    let cid =
        record.cid.clone().ok_or_else(|| Error::protocol("the server does not name the record's hash", &record.uri))?;
    Ok(StrongRef { uri: record.uri.clone(), cid })
}

fn aspect_ratio(info: &MediaInfo) -> Option<AspectRatio> {
    Some(AspectRatio { width: info.width?, height: info.height? })
}

fn external(post: &Post, link: &Url, thumb: Option<Value>) -> External {
    let title = post.title.clone().or_else(|| link.host_str().map(str::to_owned)).unwrap_or_default();
    External { uri: link.to_string(), title, description: String::new(), thumb }
}
