//! Publishing: files, then one request for each part of the thread.

use std::time::Duration;

use async_trait::async_trait;
use social_core::clock::Timestamp;
use social_core::media::MediaInfo;
use social_core::publish::{
    self, AccountLimits, Approved, Delivery, Finding, Placement, Poll, Post, PostRole, Publisher,
    PublisherCapabilities, Readiness, Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::Run;
use social_core::{Account, Effect, Error, Platform, Result};

use super::find::{Made, Sought};
use super::media::Media;
use super::wire::{Answer, Created, NewMedia, NewPoll, NewPost, NewReply};
use super::{X, XOptions, options, rules};
use crate::offered::refuse_unless_offered;

/// How long a poll is open that does not say it, as in X's own app.
const USUAL_POLL: Duration = Duration::from_secs(24 * 60 * 60);

#[async_trait]
impl Publisher for X {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        self.who().await
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
        rules::rules(placement, self.subscription)
    }

    /// The posts that are left, as the last answer to a post said it, and the rules of what the
    /// account pays for now.
    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        self.limits_now(placement).await
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        options::check(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        publish::durably(self, run, post, |delivery| async move { self.deliver(&delivery, post).await }).await
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

/// One post of the thread.
struct Part<'a> {
    text: &'a str,
    media: Media,
}

impl X {
    async fn deliver(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let options = post.options.get::<XOptions>()?.unwrap_or_default();
        let account = delivery.account.key.id.as_str();
        let mut parts = self.parts(delivery, post, &options).await?;
        let Some(last) = parts.pop() else { return Err(Error::invalid("post", "there is nothing to publish")) };
        let (mut posts, mut warnings): (Vec<RemotePost>, Vec<String>) = Default::default();
        for (index, part) in parts.iter().enumerate() {
            let answered = posts.last().map(|post| post.id.as_str());
            let (new, sought) = request(post, &options, part, (account, answered));
            let made = delivery.part(index, || self.create(&new), |lost| self.find(&sought, lost)).await?;
            posts.push(made.remote(role(index)));
            warnings.extend(made.warning);
        }
        let answered = posts.last().map(|post| post.id.as_str());
        let (new, sought) = request(post, &options, &last, (account, answered));
        let receipt = &|made: Made| {
            let receipt = posts.iter().cloned().fold(delivery.receipt(ReceiptState::Published), Receipt::with_post);
            let receipt = receipt.with_post(made.remote(role(posts.len())));
            warnings.iter().cloned().chain(made.warning).fold(receipt, Receipt::with_warning)
        };
        let send = || async { Ok(receipt(self.create(&new).await?)) };
        let sought = &sought;
        let find = |lost| async move { Ok(self.find(sought, lost).await?.map(receipt)) };
        delivery.once(send, find).await
    }

    /// Every part with its files on X: nothing is visible before all of them are there.
    async fn parts<'a>(&self, delivery: &Delivery, post: &'a Post, options: &XOptions) -> Result<Vec<Part<'a>>> {
        let further = post.thread.iter().map(|part| (&part.text, &part.attachments));
        let (mut parts, mut before) = (Vec::new(), 0);
        for (text, files) in std::iter::once((&post.text, &post.attachments)).chain(further) {
            let facts = delivery.facts.get(before..before + files.len()).unwrap_or_default();
            let media = self.files(&delivery.run, post, (files, facts, before), options).await?;
            before += files.len();
            parts.push(Part { text, media });
        }
        Ok(parts)
    }

    async fn create(&self, post: &NewPost<'_>) -> Result<Made> {
        let reply = self.endpoint.post("2/tweets")?.operation("publish").json(post).send().await?;
        self.quota.note(&reply.headers);
        let Answer { data, errors, .. }: Answer<Created> = reply.json()?;
        // A post that is there stays there, whatever else X found wrong.
        let said = errors.first().and_then(|error| error.text()).map(|text| format!("X says beside it: {text}"));
        match data {
            Some(Created { id }) => Ok(Made { id, warning: said }),
            None => {
                let message = said.unwrap_or_else(|| "the answer names no post".to_owned());
                Err(reply.unreadable(message).with_effect(Effect::Unknown))
            }
        }
    }
}

/// What is sent for a part, and by what it is found again.
fn request<'a>(
    post: &'a Post,
    options: &'a XOptions,
    part: &'a Part<'a>,
    (account, answered): (&'a str, Option<&'a str>),
) -> (NewPost<'a>, Sought<'a>) {
    let first = answered.is_none();
    let Media { ids, keys, cover } = &part.media;
    let media = (!ids.is_empty()).then(|| NewMedia {
        media_ids: ids.iter().map(String::as_str).collect(),
        tagged_user_ids: if first { &options.tagged_user_ids } else { &[] },
        preview_media_id: cover.as_deref(),
    });
    let poll = |poll: &'a Poll| NewPoll {
        options: &poll.choices,
        duration_minutes: poll.open_for.unwrap_or(USUAL_POLL).as_secs().div_ceil(60),
    };
    let answered = answered.or(post.reply_to.as_ref().map(|post| post.id.as_str()));
    let new = NewPost {
        text: part.text,
        media,
        poll: post.poll.as_ref().filter(|_| first).map(poll),
        reply: answered.map(|id| NewReply { in_reply_to_tweet_id: id }),
        quote_tweet_id: post.quote.as_ref().filter(|_| first).map(|post| post.id.as_str()),
        reply_settings: options.reply_settings.filter(|_| first).map(super::ReplySettings::as_str),
        community_id: options.community_id.as_deref().filter(|_| first),
        made_with_ai: post.ai_generated,
        paid_partnership: options.paid_partnership,
    };
    (new, Sought { account, text: part.text, keys, is_answer: answered.is_some() })
}

fn role(index: usize) -> PostRole {
    if index == 0 { PostRole::MAIN } else { PostRole::PART }
}
