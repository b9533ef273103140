//! Publishing: the post, then the further parts of its thread, then its first comment.

use async_trait::async_trait;
use social_core::clock::Timestamp;
use social_core::media::{Media, MediaInfo};
use social_core::publish::{
    self, AccountLimits, Approved, Delivery, Finding, FindingCode, MediaRole, Placement, Post, PostRole, Publisher,
    PublisherCapabilities, Readiness, Receipt, Rules,
};
use social_core::run::Run;
use social_core::{Account, Error, ErrorKind, Platform, Result};

use super::parts::Piece;
use super::{NAMES, REPLIES, Threads, options, rules};
use crate::graph::{Posting, refuse_unless_offered};
use crate::thread;

/// Where posts of an account are listed.
const LISTS: [&str; 2] = [NAMES.list, REPLIES];

#[async_trait]
impl Publisher for Threads {
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
            .with_delete(true)
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

    fn check(&self, post: &Post, _: &[MediaInfo]) -> Vec<Finding> {
        findings(post, self.host.is_some())
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        let work = |delivery: Delivery| async move { self.publish_post(&delivery, post).await };
        let receipt = publish::durably(self, run, post, work).await?;
        let receipt = self.containers.with_permalink(run, receipt).await;
        self.go_on(&run.for_account(&receipt.account), post, receipt).await
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.containers.status(receipt, &LISTS).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.containers.delete(run, receipt, &LISTS).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.containers.readiness(at).await
    }
}

impl Threads {
    async fn publish_post(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let further = post.thread.len() as u64 + u64::from(post.first_comment.is_some());
        let (posts, replies) = if post.reply_to.is_some() { (0, further + 1) } else { (1, further) };
        self.containers.check_quota(&delivery.run, posts, replies).await?;
        let piece = Piece::of_post(post, &delivery.facts)?;
        let listed = if post.reply_to.is_some() { REPLIES } else { NAMES.list };
        let is_answered = further > 0;
        let posting = Posting { delivery, part: None, text: piece.text, listed: Some(listed), is_answered };
        self.containers.publish(&posting, |attempt| self.prepare(attempt, &piece)).await
    }

    /// Publishes what follows the post: each part answers the one before.
    async fn go_on(&self, run: &Run, post: &Approved<Post>, mut receipt: Receipt) -> Result<Receipt> {
        let all = post.thread.len() + 1;
        let mut answered = receipt.post(&PostRole::MAIN).map(|main| main.id.clone());
        let mut first = post.attachments.len();
        for (number, part) in post.thread.iter().enumerate() {
            let child = run.child(&format!("part-{}", number + 2));
            let piece = |facts: &[MediaInfo], answered: &str| Piece::of_part(part, number, first, facts, answered);
            let made = self.follow(&child, run, post, answered.as_deref(), number + 2 < all, piece).await;
            let mut made = made.map_err(|error| thread::broken(error, &receipt, all))?;
            answered = made.post(&PostRole::MAIN).map(|main| main.id.clone());
            first += part.attachments.len();
            receipt.warnings.append(&mut made.warnings);
            receipt.posts.extend(made.posts.into_iter().map(|mut post| {
                if post.role == PostRole::MAIN {
                    post.role = PostRole::PART;
                }
                post
            }));
        }
        if let Some(comment) = &post.first_comment {
            let answered = receipt.post(&PostRole::MAIN).map(|main| main.id.clone());
            let piece = |_: &[MediaInfo], answered: &str| Piece::of_comment(comment, answered);
            match self.follow(&run.child("first-comment"), run, post, answered.as_deref(), false, piece).await {
                Ok(made) => receipt.posts.extend(made.posts.into_iter().map(|mut post| {
                    post.role = PostRole::FIRST_COMMENT;
                    post
                })),
                Err(error) => {
                    receipt.warnings.push(format!("the first comment is not known to be there: {}", error.message()));
                }
            }
        }
        Ok(receipt)
    }

    /// Publishes an answer to a post of ours, once.
    async fn follow<'a>(
        &self,
        child: &Run,
        run: &Run,
        post: &Approved<Post>,
        answered: Option<&str>,
        is_answered: bool,
        piece: impl FnOnce(&[MediaInfo], &str) -> Piece<'a> + Send,
    ) -> Result<Receipt> {
        let made = match child.result::<Receipt>(Posting::PART_STEP).await? {
            Some(made) => made,
            None => {
                let Some(answered) = answered else {
                    let message = "the id of the post before is not known, because its answer was lost";
                    return Err(Error::new(ErrorKind::OutcomeUnknown, message));
                };
                let delivery = publish::preflight(self, run, post).await?;
                let piece = piece(&delivery.facts, answered);
                let text = piece.text;
                let posting =
                    Posting { delivery: &delivery, part: Some(child), text, listed: Some(REPLIES), is_answered };
                self.containers.publish(&posting, |attempt| self.prepare(attempt, &piece)).await?
            }
        };
        Ok(self.containers.with_permalink(child, made).await)
    }
}

/// What rules as data cannot say.
fn findings(post: &Post, has_host: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, file) in post.files().enumerate().filter(|(_, file)| file.role == MediaRole::Content) {
        if !has_host && !matches!(file.media, Media::Remote(_)) {
            let message = "Threads fetches files itself: give it a media host (`Threads::with_host`)";
            findings.push(Finding::error(FindingCode::NEEDS_HOST, format!("attachments[{index}]"), message));
        }
    }
    if post.link.is_some() && post.content().next().is_some() {
        let message = "a link card stands in texts only; write the link into the text or take out the file";
        findings.push(Finding::error(FindingCode::MIXED, "link", message));
    }
    if post.poll.is_some() && post.poll.as_ref().is_some_and(|poll| poll.open_for.is_some()) {
        let message = "Threads chooses for how long a poll stays open; take the time out";
        findings.push(Finding::error(FindingCode::UNSUPPORTED, "poll.open_for", message));
    }
    options::check(post, &mut findings);
    findings
}
