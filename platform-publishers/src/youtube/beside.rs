//! What stands beside a video that is up: thumbnail, captions, playlist, and what YouTube made of
//! it. Nothing of it can fail the post.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use social_core::http::Repeat;
use social_core::job::{self, Job, JobState, Pending};
use social_core::publish::{Attachment, MediaRole, Placement, Post, PostRole, Receipt, ReceiptState};
use social_core::run::{Found, Run};
use social_core::{Effect, ErrorKind, Result, Retry};

use super::YouTube;
use super::afterwards::{receipt_state, why};
use super::options::YouTubeOptions;
use super::upload::File;
use super::wire::{Created, List, NewCaptionSnippet, NewCaptions, NewItem, NewItemSnippet, ResourceId, VideoState};

const CAPTIONS: &str = "upload/youtube/v3/captions";
/// YouTube names two kinds of files for captions; this one fits every format.
const BINARY: &str = "application/octet-stream";
/// A video that is not in a playlist so long after it was added was not added. Unconfirmed.
const SETTLE: Duration = Duration::from_secs(20);

/// What YouTube made of a video, and why, where it was refused.
type Outcome = (ReceiptState, Option<String>);

impl YouTube {
    pub(super) async fn with_what_stands_beside(&self, run: &Run, post: &Post, mut receipt: Receipt) -> Receipt {
        let Some(video) = receipt.post(&PostRole::MAIN).map(|post| post.id.clone()) else { return receipt };
        let is_short = receipt.placement == Placement::SHORT;
        let mut missing = Vec::new();
        if !is_short {
            missing.push(self.thumbnail(run, post, &video).await);
        }
        for (index, file) in post.attachments.iter().enumerate() {
            if file.role == MediaRole::Captions
                && let Some(language) = file.language.as_ref().or(post.languages.first())
            {
                let what = format!("its captions of `{language}`");
                let work = || self.add_captions(&video, language, file);
                missing.push(beside(run, &format!("captions-{index}"), &what, work).await);
            }
        }
        let options = post.options.get::<YouTubeOptions>().ok().flatten().unwrap_or_default();
        if let Some(playlist) = &options.playlist {
            let work = || self.add_to_playlist(run, playlist, &video);
            missing.push(beside(run, "playlist", "a place in the playlist", work).await);
        }
        let outcome = self.outcome(run, &video, &receipt).await;
        // YouTube takes the thumbnail of a Short when it is processed.
        if is_short && !matches!(outcome, Ok((ReceiptState::Rejected, _))) {
            missing.push(match &outcome {
                Err(_) if post.cover().is_some() => Some(
                    "the Short is not processed yet, so it has no thumbnail; the same run sets it later".to_owned(),
                ),
                _ => self.thumbnail(run, post, &video).await,
            });
        }
        receipt.warnings.extend(missing.into_iter().flatten());
        if let Ok((state, why)) = outcome {
            receipt.state = state;
            receipt.warnings.extend(why);
        }
        receipt
    }

    async fn thumbnail(&self, run: &Run, post: &Post, video: &str) -> Option<String> {
        let cover = post.cover()?;
        beside(run, "thumbnail", "its thumbnail", || self.set_thumbnail(video, cover)).await
    }

    async fn set_thumbnail(&self, video: &str, cover: &Attachment) -> Result<()> {
        let (info, media) = (cover.info().await?, cover.media.without_notes().await?);
        let call = self.api.post("upload/youtube/v3/thumbnails/set")?.operation("set thumbnail").repeat(Repeat::Safe);
        let call = call.query("videoId", video).query("uploadType", "media");
        let reply = call.header(CONTENT_TYPE, info.media_type.as_mime()).body(media.body()).send().await?;
        reply.json::<List<serde::de::IgnoredAny>>().map(drop)
    }

    /// A video has one track of a language and name, so a second request of it does no harm.
    async fn add_captions(&self, video: &str, language: &str, file: &Attachment) -> Result<()> {
        let media = &file.media.without_notes().await?;
        let file = File { media, mime: BINARY };
        let about = NewCaptions { snippet: NewCaptionSnippet { video_id: video, language, name: "" } };
        let added = async {
            let address = self.begin(CAPTIONS, &[("part", "snippet")], &about, &file).await?;
            self.send(&address, &file, false).await?.json::<Created>()
        };
        match added.await {
            Err(error) if error.kind() == ErrorKind::Duplicate => Ok(()),
            added => added.map(drop),
        }
    }

    /// A playlist takes a video as often as it is added.
    async fn add_to_playlist(&self, run: &Run, playlist: &str, video: &str) -> Result<()> {
        let item =
            || NewItem { snippet: NewItemSnippet { playlist_id: playlist, resource_id: ResourceId::of_video(video) } };
        let add = || async {
            let call = self.api.post("youtube/v3/playlistItems")?.operation("add to playlist").query("part", "snippet");
            Ok(call.json(&item()).send().await?.json::<Created>()?.id)
        };
        let find = |_| async {
            let call = self.api.get("youtube/v3/playlistItems")?.operation("read playlist").query("part", "id");
            let call = call.query("playlistId", playlist).query("videoId", video);
            let there = call.send().await?.json::<List<Created>>()?.items.into_iter().next();
            Ok(there.map_or(Found::NotListed { settle: SETTLE }, |item| Found::Present(item.id)))
        };
        run.once("playlist item", add, find).await.map(|_: String| ())
    }

    /// Waits for what YouTube makes of a video that it took.
    async fn outcome(&self, run: &Run, video: &str, receipt: &Receipt) -> Result<Outcome> {
        let wait = || async {
            let job = Job::new(video, receipt.at);
            let ended = job::wait(run, &self.poll, &job, || async {
                let state = self.video(video).await?.map(|video| video.state());
                Ok(match state {
                    None => Pending::queued("not listed").into(),
                    Some(VideoState::Processing(Some(part))) => {
                        Pending::working("processing").with_fraction(part).into()
                    }
                    Some(VideoState::Processing(None)) => Pending::working("processing").into(),
                    Some(ended) => JobState::Done((receipt_state(&ended), why(&ended))),
                })
            });
            ended.await
        };
        run.step("outcome", wait).await
    }
}

/// Does what stands beside the video, once, and says what is missing when it cannot be done. A
/// refusal that no waiting changes is not asked for again.
async fn beside<F>(run: &Run, step: &str, what: &str, work: impl FnOnce() -> F + Send) -> Option<String>
where
    F: Future<Output = Result<()>> + Send,
{
    let attempt = || async {
        match work().await {
            Ok(()) => Ok(None),
            Err(error) if error.effect() == Effect::None && error.retry() == Retry::Never => {
                Ok(Some(error.to_string()))
            }
            Err(error) => Err(error),
        }
    };
    let why = match run.step(step, attempt).await {
        Ok(why) => why?,
        Err(error) => error.to_string(),
    };
    Some(format!("the video is up without {what}: {why}"))
}
