//! Publishing: containers, one request, and what became of it.

use async_trait::async_trait;
use social_core::clock::Timestamp;
use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{
    self, AccountLimits, Approved, Delivery, Finding, FindingCode, MediaRole, Placement, Post, Publisher,
    PublisherCapabilities, Readiness, Receipt, Rules,
};
use social_core::run::Run;
use social_core::{Account, Error, Platform, Result};

use super::{FACEBOOK_LOGIN, Instagram, NAMES, options, rules};
use crate::graph::{Posting, refuse_unless_offered};

#[async_trait]
impl Publisher for Instagram {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.containers.graph.account.clone())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS)
            .with_finds_lost_posts(true)
            .with_status(true)
            .with_delete(self.deletes())
            .with_limits(true)
            .with_readiness(true)
            .with_needs_host(self.host.is_none())
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        self.containers.limits(self.rules(placement)).await
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        findings(post, facts, self.host.is_some())
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        let work = |delivery: Delivery| async move { self.publish_post(&delivery, post).await };
        let receipt = publish::durably(self, run, post, work).await?;
        Ok(self.containers.with_permalink(run, receipt).await)
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.containers.status(receipt, lists(&receipt.placement)).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        if !self.deletes() {
            let message = "Instagram deletes posts only for tokens of Facebook Login (https://graph.facebook.com); \
                           delete the post in the app";
            return Err(Error::unsupported("delete", message).with_vendor(self.containers.graph.api.vendor()));
        }
        self.containers.delete(run, receipt, lists(&receipt.placement)).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.containers.readiness(at).await
    }
}

/// Nothing lists stories.
fn lists(placement: &Placement) -> &'static [&'static str] {
    if *placement == Placement::STORY { &[] } else { &[NAMES.list] }
}

impl Instagram {
    async fn publish_post(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let listed = lists(&post.placement).first().copied();
        let posting = Posting { delivery, part: None, text: &post.text, listed, is_answered: false };
        let prepare = |attempt: Run| async move { self.prepare(&attempt, post, &delivery.facts).await };
        self.containers.publish(&posting, prepare).await
    }

    /// Whether the account's interface deletes posts: the one of Facebook Login does.
    fn deletes(&self) -> bool {
        let host = self.containers.graph.api.base_url().host_str();
        host.is_some_and(|host| FACEBOOK_LOGIN.ends_with(host))
    }
}

/// Instagram fetches images itself, so those of this machine need a host.
fn findings(post: &Post, facts: &[MediaInfo], has_host: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, (attachment, info)) in post.attachments.iter().zip(facts).enumerate() {
        let fetched = info.media_type.kind() == MediaKind::Image && attachment.role != MediaRole::Captions;
        if fetched && !has_host && !matches!(attachment.media, Media::Remote(_)) {
            let message = "Instagram fetches images itself: give it a media host (`Instagram::with_host`)";
            findings.push(Finding::error(FindingCode::NEEDS_HOST, format!("attachments[{index}]"), message));
        }
    }
    let is_image = |index: usize| facts.get(index).is_some_and(|info| info.media_type.kind() == MediaKind::Image);
    options::check(post, is_image, &mut findings);
    findings
}
