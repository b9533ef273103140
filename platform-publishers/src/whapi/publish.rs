//! Sending: the file, the one request, and what became of it.

use async_trait::async_trait;
use social_core::clock::Timestamp;
use social_core::media::MediaInfo;
use social_core::publish::{
    self, Approved, Delivery, Finding, FindingCode, Placement, Post, Publisher, PublisherCapabilities, Readiness,
    Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::Run;
use social_core::{Account, Effect, ErrorKind, Platform, Result};

use super::message::{FILE, Outgoing};
use super::wire::{Message, Sent};
use super::{Chat, Whapi, options, rules};

#[async_trait]
impl Publisher for Whapi {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    /// The chat, or the number whose stories they are.
    async fn account(&self) -> Result<Account> {
        self.known().await
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new([self.placement()])
            .with_finds_lost_posts(true)
            .with_status(true)
            .with_delete(self.chat != Chat::Stories)
            .with_readiness(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement).filter(|_| *placement == self.placement())
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        findings(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        let work = |delivery: Delivery| async move {
            let outgoing = self.outgoing(&delivery, post).await?;
            let send = || self.send(&delivery, &outgoing);
            let find = |lost| self.find_message(&delivery, post, lost);
            delivery.once(send, find).await
        };
        let receipt = publish::durably(self, run, post, work).await?;
        Ok(self.with_outcome(run, receipt).await)
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.known().await?)?;
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.known().await?)?;
        self.delete_message(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl Whapi {
    const fn placement(&self) -> Placement {
        match self.chat {
            Chat::Chat(_) => Placement::MESSAGE,
            Chat::Stories => Placement::STORY,
        }
    }

    async fn send(&self, delivery: &Delivery, outgoing: &Outgoing) -> Result<Receipt> {
        let sent = self.api.post(outgoing.path)?.operation("publish").json(&outgoing.body).send().await;
        let reply = match sent {
            Ok(reply) => reply,
            Err(error) => {
                // The uploaded file is gone: the next call uploads it again.
                if error.kind() == ErrorKind::NotFound && outgoing.body.contains_key("media") {
                    delivery.run.forget(FILE, "Whapi does not know the file any more").await?;
                }
                return Err(error);
            }
        };
        match reply.json::<Sent>()? {
            Sent { sent: true, message: Some(message) } => Ok(receipt(delivery, &message)),
            _ => Err(reply.unreadable("the answer does not say that it is sent").with_effect(Effect::Unknown)),
        }
    }
}

/// A message that waits is not published yet.
pub(super) fn receipt(delivery: &Delivery, message: &Message) -> Receipt {
    let state = match message.state() {
        ReceiptState::Published => ReceiptState::Published,
        _ => ReceiptState::Processing,
    };
    delivery.receipt(state).with_post(RemotePost::main(message.id.clone()))
}

fn findings(post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if post.poll.as_ref().is_some_and(|poll| poll.open_for.is_some()) {
        let message = "polls of WhatsApp do not end; take the time out";
        findings.push(Finding::error(FindingCode::UNSUPPORTED, "poll.open_for", message));
    }
    options::check(post, facts, &mut findings);
    findings
}
