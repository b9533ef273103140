//! Publishing: a draft, and the one request that shows it; or one request for both.

use async_trait::async_trait;
use http::Method;
use serde_json::Value;
use social_core::clock::Timestamp;
use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{
    self, AccountLimits, Approved, Delivery, Finding, FindingCode, Placement, Post, Publisher, PublisherCapabilities,
    Readiness, Receipt, ReceiptState, Rules,
};
use social_core::run::Run;
use social_core::{Account, Effect, ErrorKind, Platform, Result};

use super::content::{Content, beside};
use super::find::{receipt, state_of};
use super::wire::Created;
use super::{Tumblr, TumblrOptions, options, read, rules};

/// The step that keeps the id of a draft.
const DRAFT: &str = "draft";

#[async_trait]
impl Publisher for Tumblr {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.account.clone())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS)
            .with_finds_lost_posts(true)
            .with_status(true)
            .with_delete(true)
            .with_limits(true)
            .with_readiness(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        self.limits_of(placement).await
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        findings(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        publish::durably(self, run, post, |delivery| async move { self.publish_post(&delivery, post).await }).await
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        self.delete_post(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl Tumblr {
    async fn publish_post(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let options = post.options.get::<TumblrOptions>()?.unwrap_or_default();
        let state = options.state(post.publish_at.is_some());
        let content = Content::of(post, &delivery.facts);
        if content.has_video() || options.draft {
            let send = || async {
                let id = self.create(&content, post, &options, state, "publish").await?;
                // A video is worked on, whatever its post is called.
                let known = if content.has_video() { ReceiptState::Processing } else { state_of(state) };
                Ok(receipt(delivery, &id, known))
            };
            let words = content.words();
            let find = |lost| self.find_listed(delivery, &words, state, lost);
            return delivery.once(send, find).await;
        }
        // A draft is not visible, so this may be repeated.
        let draft = || self.create(&content, post, &options, "draft", "make draft");
        let id: String = delivery.run.step(DRAFT, draft).await?;
        // The whole post again: what is not said is taken away. Files are named as Tumblr does.
        let mut body = beside(post, &options, state);
        let blocks = if content.has_files() { self.kept(&id, &content).await? } else { content.blocks.clone() };
        body.insert("content".to_owned(), blocks.into());
        let send = || async {
            let route = self.api.route(Method::PUT, &self.post_path(&id)?)?;
            let reply = self.api.call(&route).operation("publish").json(&body).send().await?;
            let created: Created = read(&reply)?;
            if created.id.is_empty() {
                return Err(reply.unreadable("the answer names no post").with_effect(Effect::Unknown));
            }
            Ok(receipt(delivery, &id, state_of(state)))
        };
        let find = |_| self.find_published(delivery, &id);
        delivery.once(send, find).await
    }

    /// The blocks of a draft, whose files have addresses now.
    async fn kept(&self, id: &str, content: &Content<'_>) -> Result<Vec<Value>> {
        let draft = self.read_post(id).await?;
        if draft.content.len() == content.blocks.len() {
            return Ok(draft.content);
        }
        let (kept, sent) = (draft.content.len(), content.blocks.len());
        let message =
            format!("the draft has {kept} blocks instead of {sent}: publish it on Tumblr, or delete it there");
        Err(self.api.error(ErrorKind::Protocol, message).with_effect(Effect::None))
    }

    /// Creates a post in this state, and returns its id.
    async fn create(
        &self,
        content: &Content<'_>,
        post: &Post,
        options: &TumblrOptions,
        state: &str,
        operation: &'static str,
    ) -> Result<String> {
        let call = self.api.post(&self.path("posts"))?.operation(operation);
        let reply = content.onto(call, beside(post, options, state)).await?.send().await?;
        let created: Created = read(&reply)?;
        if created.id.is_empty() {
            return Err(reply.unreadable("the answer names no post").with_effect(Effect::Unknown));
        }
        Ok(created.id)
    }
}

fn findings(post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, file) in post.attachments.iter().enumerate() {
        let field = format!("attachments[{index}]");
        if matches!(file.media, Media::Remote(_)) {
            let message = "Tumblr is sent the bytes of a file; fetch it first";
            findings.push(Finding::error(FindingCode::UNSUPPORTED, field.clone(), message));
        }
        let is_video = facts.get(index).is_some_and(|info| info.media_type.kind() == MediaKind::Video);
        if is_video && file.alt_text.is_some() {
            let message = "a video of Tumblr has no alt text; describe it in the text";
            findings.push(Finding::note(FindingCode::NOT_SHOWN, format!("{field}.alt_text"), message));
        }
    }
    options::check(post, &mut findings);
    findings
}
