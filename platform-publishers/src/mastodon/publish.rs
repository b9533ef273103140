//! Publishing: files, then one request for each part.

use std::time::Duration;

use async_trait::async_trait;
use http::HeaderName;
use social_core::clock::Timestamp;
use social_core::media::MediaInfo;
use social_core::publish::{
    self, AccountLimits, Approved, Delivery, Finding, FindingCode, Placement, Poll, Post, PostRole, Publisher,
    PublisherCapabilities, Readiness, Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::Run;
use social_core::{Account, Error, Platform, Result};

use super::find::Sought;
use super::wire::{NewPoll, NewStatus, Status};
use super::{Mastodon, MastodonOptions, options, rules};

/// A post that waits for its time has an id that is not the one of the post.
pub(super) const SCHEDULED: PostRole = PostRole::new("scheduled");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// How long a poll is open that does not say it, as in Mastodon's own app.
const USUAL_POLL: Duration = Duration::from_secs(24 * 60 * 60);

#[async_trait]
impl Publisher for Mastodon {
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

    /// The instance's own once it was asked; the usual ones before.
    fn rules(&self, placement: &Placement) -> Option<Rules> {
        match self.instance.get() {
            Some(instance) => instance.rules(placement),
            None => rules::rules(placement),
        }
    }

    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        self.limits_now(placement).await
    }

    fn check(&self, post: &Post, _facts: &[MediaInfo]) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some(rules) = self.rules(&post.placement) {
            options::check(&rules, post, &mut findings);
        }
        if post.publish_at.is_some() && !post.thread.is_empty() {
            let message = "an instance schedules single posts; publish the thread at its time";
            findings.push(Finding::error(FindingCode::UNSUPPORTED, "publish_at", message));
        }
        findings
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        self.learn(run).await?;
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

/// When a post is due, and which posts waited for their time before it.
type Due<'a> = Option<(Timestamp, &'a [String])>;

/// One post of the thread.
struct Part<'a> {
    text: &'a str,
    media: Vec<String>,
}

impl Mastodon {
    async fn deliver(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let options = post.options.get::<MastodonOptions>()?.unwrap_or_default();
        let account = delivery.account.key.id.split('@').next().unwrap_or_default();
        let mut before = Vec::new();
        if post.publish_at.is_some() {
            let known = || async { Ok(self.scheduled().await?.into_iter().map(|post| post.id).collect()) };
            before = delivery.run.step::<Vec<String>, _>("scheduled before", known).await?;
        }
        let scheduled = post.publish_at.map(|time| (time, before.as_slice()));
        let mut parts = self.parts(delivery, post, &options).await?;
        let Some(last) = parts.pop() else { return Err(Error::invalid("post", "there is nothing to publish")) };
        let mut posts: Vec<RemotePost> = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let parent = posts.last().map(|post| post.id.as_str());
            let (status, sought) = request(post, &options, part, (account, parent, scheduled));
            let key = delivery.run.key(&format!("post-{index}"));
            let send = || self.create(&key, &status);
            let made = delivery.part(index, send, |lost| self.find(&sought, lost)).await?;
            posts.push(made.remote(role(index)));
        }
        let parent = posts.last().map(|post| post.id.as_str());
        let (status, sought) = request(post, &options, &last, (account, parent, scheduled));
        let key = delivery.run.key("publish");
        let receipt = &|made: Status| {
            let (state, role) = match (made.due(), posts.len()) {
                (Some(_), _) => (ReceiptState::Scheduled, SCHEDULED),
                (None, index) => (ReceiptState::Published, role(index)),
            };
            let receipt = posts.iter().cloned().fold(delivery.receipt(state), Receipt::with_post);
            receipt.with_post(made.remote(role))
        };
        let send = || async { Ok(receipt(self.create(&key, &status).await?)) };
        let sought = &sought;
        let find = |lost| async move { Ok(self.find(sought, lost).await?.map(receipt)) };
        delivery.once(send, find).await
    }

    /// Every part with its files on the instance: nothing is visible before all of them are there.
    async fn parts<'a>(&self, delivery: &Delivery, post: &'a Post, options: &MastodonOptions) -> Result<Vec<Part<'a>>> {
        let further = post.thread.iter().map(|part| (&part.text, &part.attachments));
        let (mut parts, mut before) = (Vec::new(), 0);
        for (text, files) in std::iter::once((&post.text, &post.attachments)).chain(further) {
            let facts = delivery.facts.get(before..before + files.len()).unwrap_or_default();
            let media = self.files(&delivery.run, (files, facts, before), options).await?;
            before += files.len();
            parts.push(Part { text, media });
        }
        Ok(parts)
    }

    /// Not repeated here, although it has a key: the instance notes the key when the post is made,
    /// and a second request that comes before makes a second post.
    async fn create(&self, key: &str, status: &NewStatus<'_>) -> Result<Status> {
        let call = self.endpoint.post("api/v1/statuses")?.operation("publish");
        call.header(IDEMPOTENCY_KEY, key).json(status).send().await?.json()
    }
}

/// What is sent for a part, and by what it is found again.
fn request<'a>(
    post: &'a Post,
    options: &'a MastodonOptions,
    part: &'a Part<'a>,
    (account, parent, scheduled): (&'a str, Option<&'a str>, Due<'a>),
) -> (NewStatus<'a>, Sought<'a>) {
    let first = parent.is_none();
    let poll = |poll: &'a Poll| NewPoll {
        options: &poll.choices,
        expires_in: poll.open_for.unwrap_or(USUAL_POLL).as_secs(),
        multiple: poll.multiple,
        hide_totals: options.hide_poll_totals,
    };
    let reply_to = parent.or(post.reply_to.as_ref().map(|post| post.id.as_str()));
    let status = NewStatus {
        status: part.text,
        media_ids: &part.media,
        poll: post.poll.as_ref().filter(|_| first).map(poll),
        in_reply_to_id: reply_to,
        quoted_status_id: post.quote.as_ref().filter(|_| first).map(|post| post.id.as_str()),
        quote_approval_policy: options.quote_policy,
        sensitive: options.sensitive,
        spoiler_text: options.content_warning.as_deref(),
        visibility: options.visibility,
        language: post.languages.first().map(String::as_str),
        scheduled_at: post.publish_at,
    };
    (status, Sought { account, text: part.text, media: &part.media, reply_to, scheduled })
}

fn role(index: usize) -> PostRole {
    if index == 0 { PostRole::MAIN } else { PostRole::PART }
}
