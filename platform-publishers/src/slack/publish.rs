//! Sending: a message with our key in it, or files that are shared.

use async_trait::async_trait;
use http::Method;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use social_core::clock::Timestamp;
use social_core::http::Reply;
use social_core::media::MediaInfo;
use social_core::publish::{
    self, Approved, Delivery, Finding, FindingCode, Placement, Post, PostRole, Publisher, PublisherCapabilities,
    Readiness, Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::{Found, Run};
use social_core::{Account, Platform, Result};

use super::rules::escape;
use super::wire::{Metadata, Payload, Posted, remote};
use super::{Sender, Slack, SlackOptions, options, rules};
use crate::by_hand::settle_by_hand;

/// What our key is called in the metadata of a message.
pub(super) const EVENT: &str = "social_post";

#[async_trait]
impl Publisher for Slack {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.account.clone())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        let asks = self.channel().is_some();
        PublisherCapabilities::new(rules::PLACEMENTS).with_status(asks).with_delete(asks).with_readiness(asks)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        self.own_rules(placement)
    }

    fn check(&self, post: &Post, _facts: &[MediaInfo]) -> Vec<Finding> {
        let mut findings = Vec::new();
        if post.reply_to.as_ref().is_some_and(|answered| !is_ts(ts(&answered.id))) {
            let message = "this is not a message of Slack: a channel, a slash and a time stamp with six decimals";
            findings.push(Finding::error(FindingCode::INVALID, "reply_to", message));
        }
        options::check(post, &mut findings);
        findings
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        let receipt = publish::durably(self, run, post, |delivery| async move {
            let options = post.options.get::<SlackOptions>()?.unwrap_or_default();
            match &self.sender {
                Sender::Webhook(path) => self.hand_over(&delivery, post, &options, path.expose_secret()).await,
                Sender::Bot { channel, tokens } if post.content().next().is_some() => {
                    self.share_files(&delivery, post, channel, tokens).await
                }
                Sender::Bot { channel, .. } => self.post_message(&delivery, post, &options, channel).await,
            }
        })
        .await?;
        let receipt = self.with_share(run, receipt).await;
        Ok(self.with_address(run, receipt).await)
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.delete_all(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl Slack {
    /// A webhook says `ok`, and nothing by which the message could be found.
    async fn hand_over(&self, delivery: &Delivery, post: &Post, options: &SlackOptions, path: &str) -> Result<Receipt> {
        let key = delivery.run.key("publish");
        let send = || async {
            let route = self.endpoint.route(Method::POST, path)?;
            let call = self.endpoint.call(&route).operation("publish").json(&text_of(post, options));
            let reply: Reply = call.send().await?;
            if reply.body.trim_ascii() != b"ok" {
                return Err(reply.unreadable("the webhook did not say ok"));
            }
            let posted = RemotePost::new(&key, PostRole::HANDOVER);
            Ok(delivery.receipt(ReceiptState::Published).with_post(posted))
        };
        let find =
            |_| async { Err::<Found<Receipt>, _>(settle_by_hand("a webhook cannot be asked", &self.account.label)) };
        delivery.once(send, find).await
    }

    async fn post_message(
        &self,
        delivery: &Delivery,
        post: &Post,
        options: &SlackOptions,
        channel: &str,
    ) -> Result<Receipt> {
        let key = &delivery.run.key("publish");
        let thread = post.reply_to.as_ref().map(|answered| ts(&answered.id));
        let mut message = text_of(post, options);
        message.insert("channel".to_owned(), channel.into());
        if let Some(thread) = thread {
            message.insert("thread_ts".to_owned(), thread.into());
            if options.broadcast {
                message.insert("reply_broadcast".to_owned(), true.into());
            }
        }
        let payload = Payload { key: key.clone() };
        let metadata = Metadata { event_type: EVENT.to_owned(), event_payload: payload };
        message.insert("metadata".to_owned(), json!(metadata));
        let receipt = &|posted: RemotePost| delivery.receipt(ReceiptState::Published).with_post(posted);
        let send = || async {
            let call = self.endpoint.post("chat.postMessage")?.operation("publish").json(&message);
            Ok(receipt(self.ask::<Posted>(call).await?.remote()))
        };
        let find = |lost| async move {
            let found = self.find_message(channel, thread, key, lost).await?;
            Ok(found.map(|ts| receipt(remote(channel, &ts))))
        };
        delivery.once(send, find).await
    }
}

fn text_of(post: &Post, options: &SlackOptions) -> Map<String, Value> {
    let mut message = Map::new();
    message.insert("text".to_owned(), escape(&post.text).into());
    message.insert("mrkdwn".to_owned(), options.formatting.into());
    if options.no_link_cards {
        message.insert("unfurl_links".to_owned(), false.into());
        message.insert("unfurl_media".to_owned(), false.into());
    }
    message
}

/// The time stamp in `CHANNEL/TS`, or alone.
pub(super) fn ts(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

fn is_ts(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(seconds, more)| digits(seconds) && digits(more) && more.len() == 6)
}
