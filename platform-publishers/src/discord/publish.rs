//! Sending: one request. A bot's has a nonce, a webhook's has nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::media::MediaInfo;
use social_core::publish::{
    self, Approved, Finding, FindingCode, Placement, Post, Publisher, PublisherCapabilities, Readiness, Receipt,
    ReceiptState, Rules,
};
use social_core::run::Run;
use social_core::{Account, Effect, Platform, Result};
use url::Url;

use super::error::UNKNOWN_MESSAGE;
use super::find::Sought;
use super::message::Outgoing;
use super::rules::MAX_REQUEST_BYTES;
use super::wire::Message;
use super::{Discord, DiscordOptions, options, rules};
use crate::by_hand::settle_by_hand;

/// A nonce is known for "a few minutes".
const NONCE_LIFE: Duration = Duration::from_secs(60);
/// The longest nonce.
const NONCE: usize = 25;
/// What of it stands in names of files.
const MARK: usize = 8;

#[async_trait]
impl Publisher for Discord {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.account.clone())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS)
            .with_finds_lost_posts(self.reader.is_some())
            .with_status(true)
            .with_delete(true)
            .with_readiness(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        self.own_rules(placement)
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        self.findings(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        let receipt = publish::durably(self, run, post, |delivery| async move {
            let options = post.options.get::<DiscordOptions>()?.unwrap_or_default();
            let key: String = delivery.run.key("publish").chars().filter(|c| *c != '-').collect();
            let mark = key.get(..MARK).unwrap_or(&key);
            let mut outgoing = Outgoing::of(post, &delivery.facts, &options, mark)?;
            if !self.is_webhook() {
                outgoing = outgoing.with_nonce(key.get(..NONCE).unwrap_or(&key));
            }
            if let Some(answered) = &post.reply_to {
                outgoing = outgoing.answering(number(&answered.id));
            }
            let receipt = &|made: &Message| delivery.receipt(ReceiptState::Published).with_post(made.remote());
            let thread = options.thread.as_deref();
            let gone = &AtomicBool::new(false);
            let send = || async { Ok(receipt(&self.create(&outgoing, thread, gone).await?)) };
            let link = post.link.as_ref().map_or("", Url::as_str);
            let text = if post.text.is_empty() { link } else { &post.text };
            let sought = &Sought { thread, text, mark: Some(mark).filter(|_| outgoing.has_files()) };
            let find = |lost| async move {
                if gone.load(Ordering::Relaxed) {
                    return Err(settle_by_hand("the message was made and is gone again", &self.account.label));
                }
                Ok(self.find(sought, lost).await?.map(|made| receipt(&made)))
            };
            delivery.once(send, find).await
        })
        .await?;
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

impl Discord {
    fn findings(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        let mut findings = Vec::new();
        // A server that takes a larger file takes it in one request.
        let bytes: u64 = facts.iter().map(|info| info.bytes).sum();
        let maximum = MAX_REQUEST_BYTES.max(self.max_file_bytes);
        if bytes > maximum {
            let finding = Finding::error(FindingCode::TOO_LARGE, "attachments", "the files are too large together");
            findings.push(finding.with_value(format!("{bytes} bytes")).with_limit(format!("at most {maximum} bytes")));
        }
        check(post, &mut findings);
        options::check(post, &mut findings);
        findings
    }

    /// `gone` is set when the first message of the nonce was made and deleted.
    async fn create(&self, outgoing: &Outgoing<'_>, thread: Option<&str>, gone: &AtomicBool) -> Result<Message> {
        let route = self.route(Method::POST, thread, None)?;
        let mut call = self.endpoint.call(&route).operation("publish");
        if self.is_webhook() {
            // Without it, a message that was not saved is no error.
            call = self.in_thread(call.query("wait", "true"), thread);
        } else if !outgoing.has_files() {
            call = call.repeat(Repeat::Keyed).deadline(NONCE_LIFE);
        }
        let sent = outgoing.onto(call).await?.send().await;
        sent.map_err(|error| match error.code() {
            Some(UNKNOWN_MESSAGE) => {
                gone.store(true, Ordering::Relaxed);
                error.with_effect(Effect::Unknown)
            }
            _ => error,
        })?
        .json()
    }

    /// The message's address needs the server's number. That it cannot be had is no failure.
    async fn with_address(&self, run: &Run, mut receipt: Receipt) -> Receipt {
        let server =
            run.step("server", || async { Ok(self.place().await.ok().and_then(|place| place.guild_id)) }).await;
        if let (Ok(Some(server)), Some(post)) = (server, receipt.posts.first_mut()) {
            post.url = Url::parse(&format!("https://discord.com/channels/{server}/{}", post.id)).ok();
        }
        receipt
    }
}

/// The number of a message in `CHANNEL/MESSAGE`, or alone.
pub(super) fn number(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// What the rules cannot say.
fn check(post: &Post, findings: &mut Vec<Finding>) {
    if post.cover().is_some() && post.link.is_none() {
        let message = "only a link card has a cover; take it out, or show it as a file";
        findings.push(Finding::error(FindingCode::UNSUPPORTED, "attachments", message));
    }
    if post.title.is_some() && post.link.is_none() {
        let message = "only a link card shows a title; it is left out";
        findings.push(Finding::warning(FindingCode::NOT_SHOWN, "title", message));
    }
    if post.poll.is_some() {
        let (used, maximum) = (post.text.chars().count(), rules::MAX_QUESTION);
        if used == 0 || used > maximum {
            let message = "a poll's question is the text, and this one is missing or too long";
            let finding = Finding::error(FindingCode::TOO_LONG, "text", message);
            findings.push(
                finding.with_value(format!("{used} characters")).with_limit(format!("1 to {maximum} characters")),
            );
        }
        if post.link.is_some() {
            let message = "a poll and a link card cannot stand in one message; take out one of them";
            findings.push(Finding::error(FindingCode::MIXED, "link", message));
        }
    }
    if post.reply_to.as_ref().is_some_and(|answered| !super::is_id(number(&answered.id))) {
        let message = "this is not a message of Discord: a number, or a channel, a slash and a number";
        findings.push(Finding::error(FindingCode::INVALID, "reply_to", message));
    }
}
