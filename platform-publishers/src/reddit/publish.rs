//! Publishing: the community's rules, the files, and the one request that submits them.

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use social_core::clock::Timestamp;
use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{
    self, Approved, Delivery, Finding, FindingCode, MediaRole, Placement, Post, PostRole, Publisher,
    PublisherCapabilities, Readiness, Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::Run;
use social_core::{Account, Error, Platform, Result};

use super::wire::Uploaded;
use super::{Reddit, RedditOptions, options, rules};

#[async_trait]
impl Publisher for Reddit {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        self.known().await
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS)
            .with_finds_lost_posts(true)
            .with_status(true)
            .with_delete(true)
            .with_readiness(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        findings(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        let work = |delivery: Delivery| async move { self.publish_post(&delivery, post).await };
        let receipt = publish::durably(self, run, post, work).await?;
        Ok(self.with_outcome(run, receipt).await)
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.known().await?)?;
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.known().await?)?;
        self.delete_post(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

/// The request that submits a post.
enum Submission {
    Form(Vec<(&'static str, String)>),
    Gallery(Map<String, Value>),
}

impl Reddit {
    async fn publish_post(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let options = post.options.get::<RedditOptions>()?.unwrap_or_default();
        let (images, _) = counts(post, &delivery.facts);
        self.check_community(&delivery.run, post, &options, images).await?;
        let mut files = Vec::new();
        for (index, (attachment, info)) in post.attachments.iter().zip(&delivery.facts).enumerate() {
            let file = self.file(&delivery.run, index, &attachment.media, info).await?;
            files.push((attachment.role, info.media_type.kind(), file));
        }
        let submission = submission(post, &options, &files);
        let asset = files.iter().find(|(role, ..)| *role == MediaRole::Content).map(|(.., file)| &file.asset_id);
        let send = || async {
            let reply = match &submission {
                Submission::Form(fields) => {
                    self.api.post("api/submit")?.operation("publish").form(fields.clone()).send().await?
                }
                Submission::Gallery(body) => {
                    self.api.post("api/submit_gallery_post.json")?.operation("publish").json(body).send().await?
                }
            };
            let submitted = self.submitted(&reply)?;
            Ok(match (submitted.fullname(), asset) {
                (Some(id), _) => {
                    let main = RemotePost::main(id).with_url(submitted.url);
                    delivery.receipt(ReceiptState::Published).with_post(main)
                }
                // The file is worked on, and its post has no id yet.
                (None, asset) => {
                    let container = RemotePost::new(asset.cloned().unwrap_or_default(), PostRole::CONTAINER);
                    delivery.receipt(ReceiptState::Processing).with_post(container)
                }
            })
        };
        let shown = asset.map(String::as_str);
        let find = |lost| self.find_post(delivery, post, &options.subreddit, shown, lost);
        delivery.once(send, find).await
    }
}

/// How many images and videos a post shows.
fn counts(post: &Post, facts: &[MediaInfo]) -> (usize, usize) {
    let kinds: Vec<_> = post.content().filter_map(|(index, _)| Some(facts.get(index)?.media_type.kind())).collect();
    let of = |kind| kinds.iter().filter(|found| **found == kind).count();
    (of(MediaKind::Image), of(MediaKind::Video))
}

fn submission(post: &Post, options: &RedditOptions, files: &[(MediaRole, MediaKind, Uploaded)]) -> Submission {
    let shown: Vec<_> = files.iter().filter(|(role, ..)| *role == MediaRole::Content).collect();
    let cover = files.iter().find(|(role, ..)| *role == MediaRole::Cover);
    let title = post.title.clone().unwrap_or_default();
    if shown.len() > 1 {
        let items = shown.iter().enumerate().map(|(place, (.., file))| {
            let caption = options.captions.get(place).map(String::as_str).unwrap_or_default();
            json!({"media_id": file.asset_id, "caption": caption, "outbound_url": ""})
        });
        let items: Vec<_> = items.collect();
        let body = json!({"api_type": "json", "show_error_list": true, "validate_on_submit": true,
            "sr": options.subreddit, "title": title, "items": items, "nsfw": options.nsfw,
            "spoiler": options.spoiler, "sendreplies": !options.no_inbox});
        let mut body = body.as_object().cloned().unwrap_or_default();
        for (name, value) in [("flair_id", &options.flair_id), ("flair_text", &options.flair_text)] {
            body.extend(value.clone().map(|value| (name.to_owned(), value.into())));
        }
        if !post.text.is_empty() {
            body.insert("text".to_owned(), post.text.as_str().into());
        }
        return Submission::Gallery(body);
    }
    let word = |set: bool| if set { "true" } else { "false" }.to_owned();
    let (kind, address) = match (shown.first(), &post.link) {
        (Some((_, MediaKind::Video, file)), _) => {
            (if options.silent { "videogif" } else { "video" }, Some(file.url.clone()))
        }
        (Some((.., file)), _) => ("image", Some(file.url.clone())),
        (None, Some(link)) => ("link", Some(link.to_string())),
        (None, None) => ("self", None),
    };
    let mut fields = vec![
        ("api_type", "json".to_owned()),
        ("sr", options.subreddit.clone()),
        ("kind", kind.to_owned()),
        ("title", title),
        ("nsfw", word(options.nsfw)),
        ("spoiler", word(options.spoiler)),
        ("sendreplies", word(!options.no_inbox)),
        ("validate_on_submit", word(true)),
    ];
    if kind == "link" {
        // A link that is there already is refused, so that none stands there twice.
        fields.push(("resubmit", word(options.repost)));
    }
    if kind == "self" || !post.text.is_empty() {
        fields.push(("text", post.text.clone()));
    }
    fields.extend(address.map(|address| ("url", address)));
    fields.extend(cover.map(|(.., file)| ("video_poster_url", file.url.clone())));
    fields.extend(options.flair_id.clone().map(|id| ("flair_id", id)));
    fields.extend(options.flair_text.clone().map(|text| ("flair_text", text)));
    Submission::Form(fields)
}

fn findings(post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (images, videos) = counts(post, facts);
    if post.link.is_some() && images + videos > 0 {
        let message = "a link and files exclude each other; write the link into the text or take out the files";
        findings.push(Finding::error(FindingCode::MIXED, "link", message));
    }
    for (index, file) in post.attachments.iter().enumerate() {
        if matches!(file.media, Media::Remote(_)) {
            let message = "Reddit is sent the bytes of a file; fetch it first";
            findings.push(Finding::error(FindingCode::UNSUPPORTED, format!("attachments[{index}]"), message));
        }
    }
    options::check(post, images, videos, &mut findings);
    findings
}

/// The id of the main post of a receipt.
pub(super) fn main(receipt: &Receipt) -> Result<&str> {
    let main = receipt.post(&PostRole::MAIN).map(|post| post.id.as_str());
    main.ok_or_else(|| Error::invalid("receipt", "the receipt names no post yet; ask for its status first"))
}
