//! What a channel may, and whether it is ready.

use std::time::Duration;

use social_core::clock::Timestamp;
use social_core::media::MediaInfo;
use social_core::publish::{AccountLimits, Delivery, Finding, FindingCode, Placement, Readiness};
use social_core::{Error, ErrorKind, Result};

use super::YouTube;
use super::rules::{UNVERIFIED, rules};
use super::wire::{Channel, List};

/// What a channel says that may upload long videos.
const ALLOWED: &str = "allowed";

impl YouTube {
    /// The token's channel, with this part of what there is to know; `None` where it has none.
    pub(super) async fn channel(&self, part: &str) -> Result<Option<Channel>> {
        let call = self.api.get("youtube/v3/channels")?.operation("read channel");
        let reply = call.query("part", part).query("mine", "true").send().await?;
        Ok(reply.json::<List<Channel>>()?.items.into_iter().next())
    }

    /// The maximum length of a video, where it is not the usual one.
    async fn longest(&self) -> Result<Option<Duration>> {
        let status = self.channel("status").await?.and_then(|channel| channel.status);
        let word = status.and_then(|status| status.long_uploads_status);
        Ok(word.filter(|word| word != ALLOWED && word != "longUploadsUnspecified").map(|_| UNVERIFIED))
    }

    /// A channel that is not verified takes short videos only, and would refuse a long one when it
    /// is there. A question that fails is not a reason to stop.
    pub(super) async fn refuse_what_the_channel_may_not(&self, delivery: &Delivery, video: &MediaInfo) -> Result<()> {
        let Some(duration) = video.duration.filter(|duration| *duration > UNVERIFIED) else { return Ok(()) };
        let longest = delivery.run.step("longest", || self.longest()).await;
        let Some(longest) = longest.ok().flatten() else { return Ok(()) };
        // It may be verified by the next call.
        delivery.run.forget("longest", "the channel may be verified").await?;
        let message = format!(
            "the channel is not verified: a video has at most {} seconds, this one has {}; verify it on youtube.com/verify",
            longest.as_secs(),
            duration.as_secs()
        );
        Err(self.api.error(ErrorKind::MediaInvalid, message).with_field("attachments"))
    }

    pub(super) async fn limits_now(&self, placement: &Placement) -> Result<AccountLimits> {
        let Some(mut rules) = rules(placement) else {
            return Err(Error::unsupported("placement", format!("YouTube has no placement `{placement}`")));
        };
        if let (Some(longest), Some(video)) = (self.longest().await?, &mut rules.video) {
            video.duration.maximum = video.duration.maximum.min(Some(longest));
        }
        Ok(AccountLimits::new(self.account.clone(), self.api.clock().now()).with_rules(rules))
    }

    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let readiness = Readiness::new(self.account.clone(), at);
        let found = match self.channel("status").await {
            Ok(Some(channel)) => self.about(&channel),
            Ok(None) => {
                let message = "the token's account has no channel; make one on youtube.com";
                vec![Finding::error(FindingCode::MISSING, "token", message)]
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::Auth | ErrorKind::Permission | ErrorKind::QuotaExhausted) =>
            {
                vec![Finding::error(FindingCode::INVALID, "token", error.message().to_owned())]
            }
            Err(error) => return Err(error),
        };
        Ok(found.into_iter().fold(readiness, Readiness::with_finding))
    }

    fn about(&self, channel: &Channel) -> Vec<Finding> {
        let mut findings = Vec::new();
        if channel.id != self.account.key.id {
            let message = "the token is of another channel; set the id of its channel, or another token";
            let finding = Finding::error(FindingCode::INVALID, "token", message);
            findings.push(finding.with_value(channel.id.as_str()).with_limit(self.account.key.id.as_str()));
        }
        let Some(status) = &channel.status else { return findings };
        if status.is_linked == Some(false) {
            let message = "the channel is not public yet; finish it on youtube.com";
            findings.push(Finding::error(FindingCode::INVALID, "account", message));
        }
        if let Some(word) = status.long_uploads_status.as_deref().filter(|word| *word != ALLOWED) {
            let message = "the channel takes videos of 15 minutes at most; verify it on youtube.com/verify";
            findings.push(Finding::warning(FindingCode::TOO_LONG, "account", message).with_value(word));
        }
        findings
    }
}
