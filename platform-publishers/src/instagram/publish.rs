//! Publishing: containers, one request, and what became of it.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{
    self, AccountLimits, Approved, Delivery, Finding, FindingCode, ListedPost, Listing, MediaRole, Placement, Post,
    PostRole, Publisher, PublisherCapabilities, Receipt, ReceiptState, RemotePost, Rules, SoughtPost, find_recent,
};
use social_core::run::{Found, Lost, Run};
use social_core::{Account, Effect, Error, Platform, Result};

use super::container::{OVER, read};
use super::wire::{ContainerState, Created};
use super::{Instagram, options, rules};
use crate::graph::refuse_unless_offered;

/// So many posts of the account's list are read.
pub(super) const RECENT: usize = 10;

/// A container that is not published so long after its request was lost will not be.
const SETTLE: Duration = Duration::from_secs(30);

/// A container that can be published.
#[derive(Serialize, Deserialize)]
struct Ready {
    container: String,
    at: Timestamp,
}

#[async_trait]
impl Publisher for Instagram {
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
            .with_delete(self.deletes())
            .with_limits(true)
            .with_needs_host(self.host.is_none())
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        self.limits_now(placement, self.api.clock().now()).await
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        findings(post, facts, self.host.is_some())
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        let work = |delivery| async move { self.attempts(&delivery, post).await };
        let receipt = publish::durably(self, run, post, work).await?;
        Ok(self.with_permalink(run, receipt).await)
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.delete_all(run, receipt).await
    }
}

/// The container to publish exists no more, and what was asked about it says that nothing is out: a
/// new one is needed.
fn is_container_gone(error: &Error) -> bool {
    error.effect() == Effect::None && matches!(error.code(), Some("24/2207006" | "24/2207008" | "-2/2207020"))
}

/// The container was not ready yet, or the token was over; what was asked about it says that
/// nothing is out.
fn is_to_be_sent_again(error: &Error) -> bool {
    let not_ready = matches!(error.code(), Some("-2/2207003" | "9007/2207027"));
    error.effect() == Effect::None && (not_ready || error.is_token_expired())
}

impl Instagram {
    /// Containers end: with a verdict, or with their day. Each attempt has its own, and those that
    /// are over stay so.
    async fn attempts(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let (mut renewed, mut sent_again) = (false, false);
        let mut number = 1;
        loop {
            let attempt = delivery.run.child(&format!("attempt-{number}"));
            number += 1;
            if attempt.result::<bool>(OVER).await?.is_some() {
                continue;
            }
            match self.attempt(&attempt, delivery, post).await {
                Err(error) if is_container_gone(&error) => {
                    attempt.step(OVER, || async { Ok(true) }).await?;
                    if renewed {
                        return Err(error);
                    }
                    renewed = true;
                }
                Err(error) if is_to_be_sent_again(&error) && !sent_again => {
                    sent_again = true;
                    number -= 1;
                }
                result => return result,
            }
        }
    }

    async fn attempt(&self, attempt: &Run, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let ready: Ready = match attempt.result("ready").await? {
            Some(ready) => ready,
            None => {
                let container = self.prepare(attempt, post, &delivery.facts).await?;
                let ready = || async { Ok(Ready { container, at: attempt.clock().now() }) };
                attempt.step("ready", ready).await?
            }
        };
        let send = || async { Ok(receipt(delivery, Ok(self.publish_container(&ready).await?))) };
        let find = |lost| self.find(delivery, post, &ready, lost);
        delivery.once(send, find).await
    }

    /// Refusals were seen although the post was live, so that none is sent again by itself: the
    /// container has the last word.
    async fn publish_container(&self, ready: &Ready) -> Result<String> {
        let call = self.api.post(&self.edge("media_publish"))?.operation("publish").refusals_prove_nothing();
        let reply = call.form([("creation_id", &ready.container)]).send().await?;
        // A refusal that came with a success status is as doubtful as any.
        let created: Created = read(&self.api, &reply).map_err(|error| error.with_effect(Effect::Unknown))?;
        Ok(created.id)
    }

    async fn find(&self, delivery: &Delivery, post: &Post, ready: &Ready, lost: Lost) -> Result<Found<Receipt>> {
        let state = self.state(&ready.container).await?;
        if matches!(state, ContainerState::Published) {
            let media = self.find_media(post, lost).await.ok().flatten();
            return Ok(Found::Present(receipt(delivery, media.ok_or(&ready.container))));
        }
        // By the documents a container is "in progress" also while it is being published.
        if matches!(state, ContainerState::InProgress | ContainerState::Other(_)) {
            return Ok(Found::Unknown);
        }
        // What the list shows beyond doubt may be ours, whatever the container says: a person
        // decides.
        if self.find_media(post, lost).await?.is_some() {
            return Ok(Found::Unknown);
        }
        // A post was seen to appear a second after its request was cut, so that neither a container
        // that can still be published nor one that has ended says anything at once.
        Ok(Found::NotListed { settle: SETTLE })
    }

    /// The id of a post that is known to be out, where the account's list shows it beyond doubt.
    async fn find_media(&self, post: &Post, lost: Lost) -> Result<Option<String>> {
        if post.placement == Placement::STORY {
            return Ok(None);
        }
        let account = &self.account.key.id;
        let recent = self.recent_media().await?;
        let whole = recent.len() < RECENT;
        let listed = recent.into_iter().map(|item| ListedPost {
            account: account.clone(),
            text: item.caption.unwrap_or_default(),
            at: item.timestamp.as_deref().and_then(parse_time),
            value: item.id,
        });
        let listing = if whole { Listing::complete(listed) } else { Listing::page(listed) };
        let sought = SoughtPost { account, text: &post.text, lost, settle: SETTLE };
        Ok(match find_recent(&sought, listing) {
            Found::Present(id) => Some(id),
            _ => None,
        })
    }

    /// A permalink that cannot be had is a missing permalink.
    async fn with_permalink(&self, run: &Run, mut receipt: Receipt) -> Receipt {
        if let Some(post) = receipt.posts.iter_mut().find(|post| post.role == PostRole::MAIN) {
            post.url = run.step("permalink", || self.permalink(&post.id)).await.ok();
        }
        receipt
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

/// The receipt of a post by its id, or by that of its container.
fn receipt(delivery: &Delivery, id: Result<String, &String>) -> Receipt {
    let receipt = delivery.receipt(ReceiptState::Published);
    match id {
        Ok(media) => receipt.with_post(RemotePost::main(media)),
        Err(container) => receipt
            .with_post(RemotePost::new(container, PostRole::CONTAINER))
            .with_warning("it is live, but its answer was lost: only the id of its container is known"),
    }
}

/// Graph times look like `2021-08-13T08:25:28+0000`.
pub(super) fn parse_time(text: &str) -> Option<Timestamp> {
    let (time, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
    format!("{time}:{minutes}").parse().ok()
}
