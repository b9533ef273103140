//! Publishing: files, the one request that makes the post visible, the first comment.

use async_trait::async_trait;
use social_core::clock::Timestamp;
use social_core::media::MediaInfo;
use social_core::publish::{
    self, Approved, Delivery, Finding, MediaRole, Placement, Post, Publisher, PublisherCapabilities, Readiness,
    Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::Run;
use social_core::{Account, Platform, Result};
use url::Url;

use super::check::{duration, findings};
use super::find::ours;
use super::little::LittleText;
use super::options::{self, LinkedInOptions, Visibility};
use super::request::{Restli, created};
use super::wire::{Content, Distribution, MediaContent, NewPost, PollOption, PollSettings};
use super::{LinkedIn, rules};
use crate::offered::refuse_unless_offered;

#[async_trait]
impl Publisher for LinkedIn {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.account.clone())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS)
            .with_finds_lost_posts(self.author.is_organization())
            .with_status(self.author.is_organization())
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
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        let work = |delivery: Delivery| async move { self.deliver(&delivery, post).await };
        let receipt = publish::durably(self, run, post, work).await?;
        Ok(self.with_first_comment(run, post, receipt).await)
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.delete_post(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl LinkedIn {
    async fn deliver(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let urns = self.files(delivery, post).await?;
        let options = post.options.get::<LinkedInOptions>()?.unwrap_or_default();
        let body = NewPost {
            author: self.author.urn(),
            commentary: LittleText::new(&post.text, &options.mentions),
            visibility: match options.visibility.unwrap_or_default() {
                Visibility::Public => "PUBLIC",
                Visibility::Connections => "CONNECTIONS",
                Visibility::LoggedIn => "LOGGED_IN",
            },
            distribution: Distribution::FEED,
            content: content(post, urns, options.card_description),
            lifecycle_state: "PUBLISHED",
            is_reshare_disabled_by_author: options.reshares_off,
        };
        let receipt = |urn: String| {
            let url = Url::parse(&format!("https://www.linkedin.com/feed/update/{urn}/")).ok();
            delivery.receipt(ReceiptState::Published).with_post(RemotePost::main(urn).with_url(url))
        };
        let send = || async { Ok(receipt(self.create(&delivery.run, &body).await?)) };
        let find = |lost| async move { Ok(self.find(delivery, &post.text, lost).await?.map(receipt)) };
        delivery.once(send, find).await
    }

    async fn create(&self, run: &Run, body: &NewPost) -> Result<String> {
        let call = self.rest(Restli::Create, "posts")?.operation("publish");
        match call.json(body).send().await {
            Ok(reply) => created(&reply),
            Err(error) => ours(run, &error).await?.ok_or(error),
        }
    }
}

/// What the post shows besides its text.
fn content(post: &Post, urns: Vec<String>, description: Option<String>) -> Option<Content> {
    if let Some(poll) = &post.poll {
        return Some(Content::Poll {
            question: post.title.clone().unwrap_or_default(),
            options: poll.choices.iter().map(|text| PollOption { text: text.clone() }).collect(),
            settings: PollSettings { duration: duration(poll).unwrap_or("SEVEN_DAYS") },
        });
    }
    let shown = post.attachments.iter().filter(|file| file.role != MediaRole::Captions);
    let mut files: Vec<_> = shown.zip(urns).map(|(file, id)| (file.alt_text.clone(), id)).collect();
    if let Some(link) = &post.link {
        let (thumbnail_alt_text, thumbnail) = files.pop().map_or((None, None), |(alt, id)| (alt, Some(id)));
        let title = post.title.clone().or_else(|| link.host_str().map(str::to_owned)).unwrap_or_default();
        return Some(Content::Article { source: link.clone(), title, description, thumbnail, thumbnail_alt_text });
    }
    if files.len() > 1 {
        let images = files.into_iter().map(|(alt_text, id)| MediaContent { id, alt_text, title: None });
        return Some(Content::MultiImage { images: images.collect() });
    }
    let (alt_text, id) = files.pop()?;
    Some(Content::Media(MediaContent { id, alt_text, title: post.title.clone() }))
}
