//! Publishing: what the account allows, the files, and what became of it.

use async_trait::async_trait;
use social_core::clock::Timestamp;
use social_core::media::{Media, MediaInfo};
use social_core::publish::{
    self, AccountLimits, Approved, Attachment, Delivery, Finding, FindingCode, Placement, Post, Publisher,
    PublisherCapabilities, Readiness, Receipt, Rules,
};
use social_core::run::Run;
use social_core::{Account, Error, Platform, Result};

use super::options::PHOTO;
use super::wire::CreatorInfo;
use super::{TikTok, TikTokOptions, options, rules};

/// The step that keeps what the account allowed.
pub(super) const CREATOR: &str = "creator";

#[async_trait]
impl Publisher for TikTok {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.account.clone())
    }

    /// It finds out about videos that it sent itself, not about what TikTok fetches.
    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS)
            .with_status(true)
            .with_limits(true)
            .with_readiness(true)
            .with_needs_host(self.host.is_none())
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        self.limits_of(placement).await
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        self.findings(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        if let Some(instead) = rules::instead(&post.placement) {
            let message = format!("TikTok has no placement `{}` for apps; {instead}", post.placement);
            return Err(Error::unsupported("placement", message).with_vendor(self.api.vendor()));
        }
        let work = |delivery: Delivery| async move { self.publish_post(&delivery, post).await };
        let receipt = publish::durably(self, run, post, work).await?;
        Ok(self.with_outcome(run, receipt).await)
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        self.status_of(receipt).await
    }

    async fn delete(&self, _run: &Run, _receipt: &Receipt) -> Result<Receipt> {
        let message = "apps cannot take a post of TikTok down; the person deletes it in TikTok";
        Err(Error::unsupported("delete", message).with_vendor(self.api.vendor()))
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl TikTok {
    async fn publish_post(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let options = post.options.get::<TikTokOptions>()?.unwrap_or_default();
        if !options.draft {
            // What is refused is not kept: the account may allow it later.
            let ask = || async {
                let creator = self.creator_info().await?;
                allowed(&creator, &options, &delivery.facts)?;
                Ok(creator)
            };
            delivery.run.step(CREATOR, ask).await?;
        }
        let file = post.content().next();
        match (file, delivery.facts.first()) {
            (Some((_, file)), Some(info)) if post.placement == Placement::VIDEO && is_here(file) => {
                self.publish_file(delivery, post, &options, &file.media, info).await
            }
            (Some(_), _) => self.publish_fetched(delivery, post, &options).await,
            (None, _) => Err(Error::invalid("attachments", "there is no file to publish")),
        }
    }

    /// What rules as data cannot say.
    fn findings(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (index, file) in post.content() {
            let field = format!("attachments[{index}]");
            match &file.media {
                Media::Remote(remote) => {
                    if let Err(why) = self.can_be_fetched(&remote.url) {
                        findings.push(Finding::error(FindingCode::INVALID, field, why).with_value(remote.url.as_str()));
                    }
                }
                _ if post.placement == PHOTO && self.host.is_none() => {
                    let message = "TikTok fetches photos itself: give it a media host (`TikTok::with_host`)";
                    findings.push(Finding::error(FindingCode::NEEDS_HOST, field, message));
                }
                _ => {}
            }
        }
        let is_draft = post.options.get::<TikTokOptions>().is_ok_and(|options| options.is_some_and(|o| o.draft));
        if is_draft && post.placement == Placement::VIDEO {
            if !post.text.is_empty() {
                let message = "a draft of a video carries no text; the person writes it in TikTok";
                findings.push(Finding::warning(FindingCode::NOT_SHOWN, "text", message));
            }
            if post.ai_generated {
                let message = "TikTok cannot be told that a model made a draft; the person says so in TikTok";
                findings.push(Finding::warning(FindingCode::UNLABELLED, "ai_generated", message));
            }
        }
        options::check(post, facts, self.unaudited, &mut findings);
        findings
    }
}

fn is_here(file: &Attachment) -> bool {
    !matches!(file.media, Media::Remote(_))
}

/// Whether the account allows a post at the moment.
fn allowed(creator: &CreatorInfo, options: &TikTokOptions, facts: &[MediaInfo]) -> Result<()> {
    let refuse = |name: &str, message: String| Err(Error::invalid(format!("options.tiktok.{name}"), message));
    let level = options.privacy.map_or("", |level| level.as_str());
    if !creator.privacy_level_options.iter().any(|offered| offered == level) {
        let offered = creator.privacy_level_options.join(", ");
        return refuse("privacy", format!("the account does not offer `{level}`; it offers {offered}"));
    }
    for (name, asked, disabled) in [
        ("comments", options.comments, creator.comment_disabled),
        ("duets", options.duets, creator.duet_disabled),
        ("stitches", options.stitches, creator.stitch_disabled),
    ] {
        if asked && disabled {
            return refuse(name, format!("the account's settings in TikTok do not allow {name}; take it out"));
        }
    }
    let length = facts.first().and_then(|info| info.duration);
    match (length, creator.max_video_post_duration_sec) {
        (Some(length), Some(maximum)) if length.as_secs_f64() > maximum as f64 => {
            let message =
                format!("the account's videos last at most {maximum} seconds; this one {:.1}", length.as_secs_f64());
            Err(Error::new(social_core::ErrorKind::MediaInvalid, message).with_field("attachments[0].duration"))
        }
        _ => Ok(()),
    }
}
