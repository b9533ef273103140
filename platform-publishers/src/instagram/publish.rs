use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{
    Approved, Finding, MediaRole, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState, Rules,
};
use social_core::run::{Found, Run};
use social_core::{Effect, Error, Platform, Result};
use url::Url;

use super::container::{OVER, read};
use super::wire::{ContainerState, Created, MediaItem, Page, Permalink};
use super::{Instagram, rules};

/// A container that is not published so long after its request was lost will not be.
const SETTLE: Duration = Duration::from_secs(30);

#[derive(Serialize, Deserialize)]
struct Published {
    /// Not known when the answer was lost and the account's list does not show the post beyond doubt.
    media: Option<String>,
    container: String,
    at: Timestamp,
}

/// A container that can be published.
#[derive(Serialize, Deserialize)]
struct Ready {
    container: String,
    at: Timestamp,
}

#[async_trait]
impl Publisher for Instagram {
    fn platform(&self) -> Platform {
        rules::PLATFORM
    }

    fn account(&self) -> Option<String> {
        Some(self.user.clone())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS).finding_lost_posts().needs_host(self.host.is_none())
    }

    fn rules(&self, placement: Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        findings(post, facts, self.host.is_some())
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        run.bind(&post.approval().digest).await?;
        // Containers end: with a verdict, or with their day. Each attempt has its own, and those that are over stay so.
        let mut renewed = false;
        let mut number = 1;
        loop {
            let attempt = run.child(&format!("attempt-{number}"));
            number += 1;
            if attempt.result::<bool>(OVER).await?.is_some() {
                continue;
            }
            match self.attempt(&attempt, post).await {
                Err(error) if is_container_gone(&error) => {
                    attempt.step(OVER, || async { Ok(true) }).await?;
                    if renewed {
                        return Err(error);
                    }
                    renewed = true;
                }
                result => return result,
            }
        }
    }
}

/// The container to publish exists no more; a new one is needed.
fn is_container_gone(error: &Error) -> bool {
    error.effect() == Effect::None && matches!(error.code(), Some("24/2207006" | "24/2207008" | "-2/2207020"))
}

impl Instagram {
    async fn attempt(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        let published = match run.result("publish").await? {
            Some(published) => published,
            None => {
                let ready = self.ready(run, post).await?;
                run.once("publish", || self.publish_container(run, &ready), |_| self.find(run, post, &ready)).await?
            }
        };
        // Nothing that fails from here on may make the post a failure.
        let url = match &published.media {
            Some(media) => run.step("permalink", || self.permalink(media)).await.ok(),
            None => None,
        };
        Ok(receipt(published, url))
    }

    async fn ready(&self, run: &Run, post: &Approved<Post>) -> Result<Ready> {
        if let Some(ready) = run.result("ready").await? {
            return Ok(ready);
        }
        let facts = social_core::publish::preflight(self, post).await?;
        let container = self.prepare(run, post, &facts).await?;
        run.step("ready", || async { Ok(Ready { container, at: run.clock().now() }) }).await
    }

    async fn publish_container(&self, run: &Run, ready: &Ready) -> Result<Published> {
        let send = async {
            let call = self.api.post(&self.edge("media_publish"))?.operation("publish");
            let reply = call.form([("creation_id", &ready.container)]).send().await?;
            read::<Created>(&self.api, &reply)
        };
        let created = send.await.map_err(|error| match error.status() {
            // Refusals were seen although the post was live, so the container has the last word.
            Some(_) => error.with_effect(Effect::Unknown),
            _ => error,
        })?;
        Ok(Published { media: Some(created.id), container: ready.container.clone(), at: run.clock().now() })
    }

    async fn find(&self, run: &Run, post: &Post, ready: &Ready) -> Result<Found<Published>> {
        Ok(match self.state(&ready.container).await? {
            ContainerState::Published => {
                let media = self.find_media(post, ready).await.ok().flatten();
                Found::Present(Published { media, container: ready.container.clone(), at: run.clock().now() })
            }
            ContainerState::Failed(_) | ContainerState::Expired => Found::Absent,
            // A post was seen to appear a second after its request was cut.
            ContainerState::Finished => Found::NotListed { settle: SETTLE },
            // By the documents a container is "in progress" also while it is being published.
            ContainerState::InProgress | ContainerState::Other(_) => Found::Unknown,
        })
    }

    /// The id of a post that is known to be out: the only one of this caption since the container was ready.
    async fn find_media(&self, post: &Post, ready: &Ready) -> Result<Option<String>> {
        if post.placement == Placement::STORY {
            return Ok(None);
        }
        let call = self.api.get(&self.edge("media"))?.operation("list posts");
        let reply = call.query("fields", "id,caption,timestamp").query("limit", "10").send().await?;
        let page: Page<MediaItem> = read(&self.api, &reply)?;
        let mut ours = page.data.into_iter().filter(|item| {
            let since = item.timestamp.as_deref().and_then(parse_time);
            item.caption.as_deref().unwrap_or_default().trim() == post.text.trim()
                && since.is_some_and(|time| time.as_second() >= ready.at.as_second())
        });
        Ok(match (ours.next(), ours.next()) {
            (Some(item), None) => Some(item.id),
            _ => None,
        })
    }

    async fn permalink(&self, media: &str) -> Result<Url> {
        let call = self.api.get(&self.object(media))?.operation("read permalink");
        let reply = call.query("fields", "permalink").send().await?;
        let answer: Permalink = read(&self.api, &reply)?;
        answer.permalink.ok_or_else(|| reply.unreadable("the answer has no permalink"))
    }
}

/// Instagram fetches images itself, so those of this machine need a host.
fn findings(post: &Post, facts: &[MediaInfo], has_host: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, (attachment, info)) in post.attachments.iter().zip(facts).enumerate() {
        let fetched = info.media_type.kind() == MediaKind::Image && attachment.role != MediaRole::Captions;
        if fetched && !has_host && !matches!(attachment.media, Media::Remote(_)) {
            let message = "Instagram fetches images itself: give it a media host (`Instagram::with_host`)";
            findings.push(Finding::error(format!("attachments[{index}]"), message));
        }
    }
    findings
}

fn receipt(published: Published, url: Option<Url>) -> Receipt {
    let known = published.media.is_some();
    let id = published.media.unwrap_or(published.container);
    let mut receipt = Receipt::new(rules::PLATFORM, id, ReceiptState::Published, published.at).with_url(url);
    if !known {
        receipt = receipt.with_warning("it is live, but its answer was lost: the id is that of its container");
    }
    receipt
}

/// Graph times look like `2021-08-13T08:25:28+0000`.
pub(super) fn parse_time(text: &str) -> Option<Timestamp> {
    let (time, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
    format!("{time}:{minutes}").parse().ok()
}
