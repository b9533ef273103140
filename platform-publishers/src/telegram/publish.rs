//! Sending: one request, and no way to ask what became of it.

use async_trait::async_trait;
use http::Method;
use social_core::clock::Timestamp;
use social_core::media::MediaInfo;
use social_core::publish::{
    self, Approved, Delivery, Finding, FindingCode, Placement, Post, PostRole, Publisher, PublisherCapabilities,
    Readiness, Receipt, ReceiptState, Rules,
};
use social_core::run::{Found, Run};
use social_core::text::Unit;
use social_core::{Account, AccountKey, Platform, Result};

use super::message::{Outgoing, number};
use super::sort::Sort;
use super::wire::Sent;
use super::{Telegram, TelegramOptions, error, options, rules};
use crate::by_hand::settle_by_hand;

/// A further file of an album, which is a message of its own.
const ALBUM: PostRole = PostRole::new("album");

#[async_trait]
impl Publisher for Telegram {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    /// The chat, by its number.
    async fn account(&self) -> Result<Account> {
        let chat = self.found().await?;
        let key = AccountKey::new(options::PLATFORM, chat.id.to_string()).with_tenant(&self.tenant);
        Ok(Account::new(key, chat.label()))
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS).with_delete(true).with_readiness(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        findings(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        publish::durably(self, run, post, |delivery| async move {
            let options = post.options.get::<TelegramOptions>()?.unwrap_or_default();
            let reply_to = post.reply_to.as_ref().map(|post| number(&post.id)).transpose()?;
            let outgoing = Outgoing::of(post, &delivery.facts, &options, reply_to);
            let label = &delivery.account.label;
            let why = "a bot cannot read what it has sent";
            let find = |_| async move { Err::<Found<Receipt>, _>(settle_by_hand(why, label)) };
            delivery.once(|| self.send(&delivery, &outgoing), find).await
        })
        .await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.delete_all(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl Telegram {
    async fn send(&self, delivery: &Delivery, outgoing: &Outgoing<'_>) -> Result<Receipt> {
        let receipt = delivery.receipt(ReceiptState::Published);
        match self.send_to(&delivery.account.key.id, outgoing).await {
            Ok(sent) => Ok(with_messages(receipt, sent)),
            // The group is the same, under another number; nothing was sent to the old one.
            Err(refused) => match error::new_number(&refused) {
                Some(chat) => {
                    let warning = format!("the group has another number now: set TELEGRAM_CHAT_ID to {chat}");
                    Ok(with_messages(receipt, self.send_to(chat, outgoing).await?).with_warning(warning))
                }
                None => Err(refused),
            },
        }
    }

    async fn send_to(&self, chat: &str, outgoing: &Outgoing<'_>) -> Result<Sent> {
        let route = self.endpoint.route(Method::POST, &self.path(outgoing.method))?;
        let call = outgoing.onto(self.endpoint.call(&route).operation("publish"), chat).await?;
        self.read(&call.send().await?)
    }
}

fn with_messages(receipt: Receipt, sent: Sent) -> Receipt {
    let messages = match sent {
        Sent::One(message) => vec![message],
        Sent::Several(messages) => messages,
    };
    let roles = std::iter::once(PostRole::MAIN).chain(std::iter::repeat(ALBUM));
    messages.iter().zip(roles).fold(receipt, |receipt, (message, role)| receipt.with_post(message.remote(role)))
}

fn findings(post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let sorts: Vec<_> = post.content().filter_map(|(index, _)| facts.get(index).map(Sort::of)).collect();
    let mut wrong = |code, field: &str, message: &str| findings.push(Finding::error(code, field, message));
    if sorts.len() > 1 && sorts.contains(&Sort::Animation) {
        let message = "a moving image cannot stand in an album; send it alone, or make a video of it";
        wrong(FindingCode::MIXED, "attachments", message);
    }
    if sorts.contains(&Sort::Document) && sorts.iter().any(|sort| *sort != Sort::Document) {
        let message = "documents stand in an album with documents only; send them apart";
        wrong(FindingCode::MIXED, "attachments", message);
    }
    if post.cover().is_some() && sorts != [Sort::Video] {
        wrong(FindingCode::UNSUPPORTED, "attachments", "only a single video has a cover; take it out");
    }
    if post.link.is_some() && !sorts.is_empty() {
        let message = "a link is shown as a card beside text only; write it into the text, or make a button of it";
        wrong(FindingCode::MIXED, "link", message);
    }
    if (post.link.is_some() || post.poll.is_some()) && post.text.trim().is_empty() {
        wrong(FindingCode::MISSING, "text", "the text is missing; a link card and a poll need one");
    }
    if let Some(Err(error)) = post.reply_to.as_ref().map(|post| number(&post.id)) {
        wrong(FindingCode::INVALID, "reply_to", error.message());
    }
    if post.poll.is_some() {
        let (used, maximum) = (Unit::Utf16.count(&post.text), rules::MAX_QUESTION);
        if used > maximum {
            let finding = Finding::error(FindingCode::TOO_LONG, "text", "a poll's question is too long; shorten it");
            let noun = Unit::Utf16.noun();
            findings.push(finding.with_value(format!("{used} {noun}")).with_limit(format!("at most {maximum} {noun}")));
        }
        let formatted = post.options.get::<TelegramOptions>().ok().flatten().is_some_and(|o| !o.formats.is_empty());
        if formatted {
            let message = "a poll's question has no formats; take them out";
            findings.push(Finding::error(FindingCode::UNSUPPORTED, "options.telegram.formats", message));
        }
    }
    options::check(post, &sorts, &mut findings);
    findings
}
