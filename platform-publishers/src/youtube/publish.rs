//! Publishing: a video goes up, and its upload says what was made of it.

use std::time::Duration;

use async_trait::async_trait;
use social_core::clock::Timestamp;
use social_core::http::Reply;
use social_core::media::{Media, MediaInfo};
use social_core::publish::{
    self, AccountLimits, Approved, Delivery, Finding, FindingCode, ListedPost, Listing, MediaRole, Placement, Post,
    Publisher, PublisherCapabilities, Readiness, Receipt, ReceiptState, RemotePost, Rules, SoughtPost, find_recent,
};
use social_core::run::{Found, Lost, Run};
use social_core::{Account, Effect, Error, Platform, Result};
use url::Url;

use super::attempt::{Attempt, Ended};
use super::options::{Privacy, YouTubeOptions};
use super::upload::{File, Upload, ends_upload};
use super::wire::{List, NewVideo, PlaylistItem, Video};
use super::{YouTube, options, rules};
use crate::offered::refuse_unless_offered;

const VIDEOS: &str = "upload/youtube/v3/videos";
/// A video that is not listed so long after it was lost will not be. Unconfirmed.
const SETTLE: Duration = Duration::from_secs(600);
/// So many of the channel's newest videos are looked at.
const RECENT: usize = 50;

#[async_trait]
impl Publisher for YouTube {
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
            .with_delete(true)
            .with_limits(true)
            .with_readiness(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        self.limits_now(placement).await
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        findings(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        let work = |delivery: Delivery| async move { self.publish_video(&delivery, post).await };
        let receipt = publish::durably(self, run, post, work).await?;
        Ok(self.with_what_stands_beside(run, post, receipt).await)
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        self.delete_video(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl YouTube {
    async fn publish_video(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let content = post.content().next().and_then(|(index, file)| Some((file, delivery.facts.get(index)?)));
        let Some((attachment, info)) = content else {
            return Err(Error::invalid("attachments", "there is no video to publish"));
        };
        self.refuse_what_the_channel_may_not(delivery, info).await?;
        let new = NewVideo::of(post)?;
        let media = &attachment.media.without_notes().await?;
        let file = File { media, mime: info.media_type.as_mime() };
        let notify = match post.options.get::<YouTubeOptions>()?.and_then(|options| options.notify_subscribers) {
            Some(true) => Some(("notifySubscribers", "true")),
            Some(false) => Some(("notifySubscribers", "false")),
            None => None,
        };
        let query: Vec<_> = [Some(("part", "snippet,status")), notify].into_iter().flatten().collect();
        let made = &|reply: Reply| self.receipt(delivery, &new, &reply);
        let send = || async {
            let attempt = Attempt::newest(&delivery.run).await?;
            let address = attempt.address(|| self.begin(VIDEOS, &query, &new, &file)).await?;
            match self.send(&address, &file, attempt.resumes().await?).await {
                Ok(reply) => made(reply),
                Err(error) => {
                    if error.effect() == Effect::None && ends_upload(&error) {
                        attempt.end(Ended::Refused).await?;
                    }
                    Err(error)
                }
            }
        };
        let length = media.length();
        let find = |lost| async move {
            let attempt = Attempt::newest(&delivery.run).await?;
            match (&attempt.address, attempt.before) {
                (Some(address), _) => match self.look_at(address, length).await? {
                    Upload::Finished(reply) => return made(reply).map(Found::Present),
                    // Whatever of it is still on its way goes into the same video.
                    Upload::Unfinished => return Ok(Found::Absent),
                    Upload::Forgotten => attempt.end(Ended::Forgotten).await?,
                },
                // Nothing was sent since.
                (None, None | Some(Ended::Refused)) => return Ok(Found::Absent),
                (None, Some(Ended::Forgotten)) => {}
            }
            self.search(delivery, post, lost).await
        };
        delivery.once(send, find).await
    }

    fn receipt(&self, delivery: &Delivery, new: &NewVideo<'_>, reply: &Reply) -> Result<Receipt> {
        let video: Video = reply.json()?;
        let mut receipt = receipt_of(delivery, &video.id);
        let told = video.status.and_then(|status| status.privacy_status);
        let asked = match new.privacy() {
            Privacy::Public => "public",
            Privacy::Unlisted => "unlisted",
            Privacy::Private => "private",
        };
        if let Some(told) = told.filter(|told| told != asked) {
            receipt =
                receipt.with_warning(format!("YouTube made the video {told}, not {asked}; look at it in the Studio"));
        }
        let channel = video.snippet.and_then(|snippet| snippet.channel_id);
        if let Some(channel) = channel.filter(|channel| *channel != self.account.key.id) {
            receipt = receipt.with_warning(format!("the token is of the channel {channel}: the video is there"));
        }
        Ok(receipt)
    }

    /// Looks through the channel's newest videos, for an upload that YouTube has forgotten.
    async fn search(&self, delivery: &Delivery, post: &Post, lost: Lost) -> Result<Found<Receipt>> {
        let text = |title: &str, description: &str| format!("{title}\n{description}");
        let Some(uploads) = self.channel("contentDetails").await?.and_then(|channel| channel.content_details) else {
            return Ok(Found::Unknown);
        };
        let call = self.api.get("youtube/v3/playlistItems")?.operation("list videos").query("part", "snippet");
        let call = call.query("playlistId", uploads.related_playlists.uploads).query("maxResults", RECENT.to_string());
        let videos: List<PlaylistItem> = call.send().await?.json()?;
        let complete = videos.next.is_none();
        let listed = videos.items.into_iter().filter_map(|item| item.snippet).map(|video| ListedPost {
            text: text(&video.title, &video.description),
            account: video.channel_id,
            at: video.published_at,
            value: video.resource_id.map(|resource| resource.video_id).unwrap_or_default(),
        });
        let listing = if complete { Listing::complete(listed) } else { Listing::page(listed) };
        let text = text(post.title.as_deref().unwrap_or_default(), &post.text);
        let sought = SoughtPost { account: &self.account.key.id, text: &text, lost, settle: SETTLE };
        Ok(match find_recent(&sought, listing) {
            Found::Present(id) if id.is_empty() => Found::Unknown,
            found => found.map(|id| receipt_of(delivery, &id)),
        })
    }
}

fn receipt_of(delivery: &Delivery, id: &str) -> Receipt {
    let receipt = delivery.receipt(ReceiptState::Processing);
    let page = match receipt.placement == Placement::SHORT {
        true => format!("https://www.youtube.com/shorts/{id}"),
        false => format!("https://www.youtube.com/watch?v={id}"),
    };
    receipt.with_post(RemotePost::main(id).with_url(Url::parse(&page).ok()))
}

/// What rules as data cannot say.
fn findings(post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (field, text) in [("title", post.title.as_deref().unwrap_or_default()), ("text", post.text.as_str())] {
        if let Some(sign) = text.chars().find(|sign| matches!(sign, '<' | '>')) {
            let message = "YouTube takes no `<` and `>` here; write it in other words";
            findings.push(Finding::error(FindingCode::INVALID, field, message).with_value(sign.to_string()));
        }
    }
    let mut languages = Vec::new();
    for (index, file) in post.attachments.iter().enumerate() {
        let field = format!("attachments[{index}]");
        if matches!(file.media, Media::Remote(_)) {
            let message = "YouTube is sent the bytes of a file; fetch it first";
            findings.push(Finding::error(FindingCode::UNSUPPORTED, &field, message));
        }
        if file.role == MediaRole::Captions {
            match file.language.as_ref().or(post.languages.first()) {
                None => {
                    let message = "the language of the captions is missing; name it";
                    findings.push(Finding::error(FindingCode::MISSING, format!("{field}.language"), message));
                }
                Some(language) if languages.contains(&language) => {
                    let message = "there are captions of this language already; take one out";
                    let finding = Finding::error(FindingCode::TOO_MANY, format!("{field}.language"), message);
                    findings.push(finding.with_value(language).with_limit("one file for each language"));
                }
                Some(language) => languages.push(language),
            }
        }
        if post.placement == Placement::VIDEO
            && file.role == MediaRole::Content
            && facts.get(index).is_some_and(rules::is_short)
        {
            let message = "it is square or vertical and at most 3 minutes long: YouTube shows it as a Short";
            findings.push(Finding::note(FindingCode::WRONG_SHAPE, &field, message));
        }
    }
    options::check(post, &mut findings);
    findings
}
