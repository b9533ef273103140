//! Publishing: what goes up unseen, the one request that shows it, and what became of it.

use async_trait::async_trait;
use social_core::clock::Timestamp;
use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{
    self, Approved, Delivery, Finding, FindingCode, Placement, Post, PostRole, Publisher, PublisherCapabilities,
    Readiness, Receipt, Rules,
};
use social_core::run::Run;
use social_core::{Account, Error, Platform, Result};

use super::{Facebook, options, rules};
use crate::graph::refuse_unless_offered;
use crate::sign_in;

#[async_trait]
impl Publisher for Facebook {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.graph.account.clone())
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
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        let work = |delivery: Delivery| async move { self.publish_post(&delivery, post).await };
        let receipt = publish::durably(self, run, post, work).await?;
        Ok(self.with_outcome(run, receipt).await)
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.graph.account)?;
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.graph.account)?;
        self.delete_post(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        let mut readiness = self.graph.readiness(at, None).await?;
        if let Some((id, secret)) = &self.app {
            let (graph, token) = (&self.graph, self.graph.token().await?);
            let looked = sign_in::debug(&graph.api, &graph.version, (id, secret), &token).await;
            readiness.findings.extend(sign_in::readiness(looked, at)?);
        }
        Ok(readiness)
    }
}

impl Facebook {
    async fn publish_post(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        if post.placement == Placement::FEED {
            return self.publish_feed(delivery, post).await;
        }
        let Some((index, attachment)) = post.content().next() else {
            return Err(Error::invalid("attachments", "there is no file to publish"));
        };
        let is_video = delivery.facts.get(index).is_some_and(|info| info.media_type.kind() == MediaKind::Video);
        if is_video {
            self.publish_video(delivery, post, &attachment.media).await
        } else {
            self.publish_photo_story(delivery, index, attachment).await
        }
    }

    /// The state and the page of what was published. What cannot be had is left as it is.
    async fn with_outcome(&self, run: &Run, receipt: Receipt) -> Receipt {
        let is_video = receipt.placement == Placement::VIDEO || receipt.placement == Placement::REEL;
        if is_video {
            return self.with_video_outcome(run, receipt).await;
        }
        let mut receipt = receipt;
        if receipt.placement == Placement::FEED
            && let Some(post) = receipt.posts.iter_mut().find(|post| post.role == PostRole::MAIN)
        {
            post.url = run.step("permalink", || self.permalink(&post.id)).await.ok();
        }
        receipt
    }
}

/// What rules as data cannot say.
fn findings(post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, attachment) in post.content() {
        let is_video = facts.get(index).is_some_and(|info| info.media_type.kind() == MediaKind::Video);
        if is_video && matches!(attachment.media, Media::Remote(_)) {
            let message = "Facebook is sent the bytes of a video; fetch it first";
            findings.push(Finding::error(FindingCode::UNSUPPORTED, format!("attachments[{index}]"), message));
        }
        if !is_video && post.ai_generated && post.placement == Placement::STORY {
            let message = "Facebook cannot be told that a model made the photo of a story";
            findings.push(Finding::note(FindingCode::UNLABELLED, "ai_generated", message));
        }
    }
    if post.placement == Placement::FEED && post.link.is_some() && post.content().next().is_some() {
        let message = "a link card and photos exclude each other; write the link into the text or take out the photos";
        findings.push(Finding::error(FindingCode::MIXED, "link", message));
    }
    options::check(post, &mut findings);
    findings
}
