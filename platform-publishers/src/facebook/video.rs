//! Videos, reels and video stories: up in pieces, unseen, and shown by one request.

use std::time::Duration;

use social_core::http::{Multipart, Repeat};
use social_core::job::{self, Job, JobState, Pending};
use social_core::media::{CleanMedia, Media};
use social_core::publish::{Delivery, Placement, Post, PostRole, Receipt, ReceiptState, RemotePost};
use social_core::run::{Found, Run};
use social_core::{Effect, Error, ErrorKind, Result, Retry};
use url::Url;

use super::Facebook;
use super::options::FacebookOptions;
use super::story::story;
use super::wire::{Finished, Offsets, Started, Video, VideoState, VideoStatus};
use crate::attempt;
use crate::graph::{PATIENCE, upload};

/// An unfinished upload is kept for a day.
const LIFE: Duration = Duration::from_secs(23 * 3600);
/// A finished upload that is not being published so long after its request was lost will not be.
const SETTLE: Duration = Duration::from_secs(30);
/// The chunk was not the one that is wanted.
const WRONG_OFFSET: &str = "1363037";

type Fields = Vec<(&'static str, String)>;

/// The edge of a placement's videos.
fn edge_of(placement: &Placement) -> &'static str {
    match placement.as_str() {
        "reel" => "video_reels",
        "story" => "video_stories",
        _ => "videos",
    }
}

impl Facebook {
    pub(super) async fn publish_video(&self, delivery: &Delivery, post: &Post, media: &Media) -> Result<Receipt> {
        let attempt = attempt::open(&delivery.run).await?;
        let started = self.upload_video(&attempt, post, media).await?;
        let edge = edge_of(&post.placement);
        let fields = finishing(post, &started)?;
        let send = || async {
            let call = self.graph.post(&self.graph.edge(edge)).await?.operation("publish");
            let reply = call.form(fields).send().await?;
            match self.graph.read::<Finished>(&reply)? {
                Finished { success: true, post_id } => self.receipt(delivery, post, &started.video_id, post_id),
                // Whatever it says, only the video tells whether it is out.
                _ => {
                    let message = "the answer does not say that the video was published";
                    Err(reply.unreadable(message).with_effect(Effect::Unknown))
                }
            }
        };
        let find = |_| async { self.find_video(delivery, post, &attempt, &started.video_id).await };
        delivery.once(send, find).await
    }

    /// A story is known by its post, a video by itself.
    fn receipt(&self, delivery: &Delivery, post: &Post, video: &str, post_id: Option<String>) -> Result<Receipt> {
        if post.placement == Placement::STORY {
            let missing = || self.graph.api.error(ErrorKind::Protocol, "the answer names no story");
            return Ok(story(delivery, post_id.ok_or_else(missing)?));
        }
        Ok(delivery.receipt(ReceiptState::Processing).with_post(RemotePost::main(video)))
    }

    async fn find_video(&self, delivery: &Delivery, post: &Post, attempt: &Run, video: &str) -> Result<Found<Receipt>> {
        if post.placement == Placement::STORY
            && let Found::Present(id) = self.find_story(video).await?
        {
            return Ok(Found::Present(story(delivery, id)));
        }
        let video_now = self.read_video(video).await?;
        // What says nothing about the video does not say that it was never published.
        if !video_now.says_something() {
            return Ok(Found::Unknown);
        }
        Ok(match video_now.state() {
            VideoState::Waiting => Found::NotListed { settle: SETTLE },
            VideoState::Failed(_) => {
                // It can be published no more; the run's next call begins with a new one.
                attempt::end(attempt).await?;
                Found::Absent
            }
            // Its story is not listed yet, or is a moment away.
            _ if post.placement == Placement::STORY => Found::Unknown,
            _ => Found::Present(self.receipt(delivery, post, video, None)?),
        })
    }

    async fn upload_video(&self, attempt: &Run, post: &Post, media: &Media) -> Result<Started> {
        let edge = edge_of(&post.placement);
        // The page keeps what a camera wrote into a file, place included.
        let media = &media.without_notes().await?;
        let length = media.length();
        let begin = || async {
            let call = self.graph.post(&self.graph.edge(edge)).await?.operation("begin upload").repeat(Repeat::Safe);
            let mut fields = vec![("upload_phase", "start".to_owned())];
            fields.extend((edge == "videos").then(|| ("file_size", length.to_string())));
            let started: Started = self.graph.read(&call.form(fields).send().await?)?;
            Ok((started, attempt.clock().now().checked_add(LIFE).ok()))
        };
        let started = attempt.step_until("start", begin).await?;
        let name = format!("upload-{}", started.video_id);
        if let (Some(session), Some(offsets)) = (&started.upload_session_id, &started.offsets) {
            self.transfer(attempt, &name, session, offsets.clone(), media).await?;
            return Ok(started);
        }
        let arrived = || async { Ok(self.read_video(&started.video_id).await?.arrived(length)) };
        upload(attempt, &self.uploads, &name, started.upload_url.as_ref(), media, arrived).await?;
        self.wait_for_upload(attempt, &started, length).await?;
        Ok(started)
    }

    /// The pieces that Facebook asks for, one after the other. Each is a step, so that what arrived
    /// is not sent again.
    async fn transfer(&self, run: &Run, name: &str, session: &str, first: Offsets, media: &CleanMedia) -> Result<()> {
        let mut offsets = first;
        while let Some((start, end)) = offsets.wanted() {
            let send = || async {
                let call = self.graph.post(&self.graph.edge("videos")).await?.operation("upload video");
                let form = Multipart::new()
                    .text("upload_phase", "transfer")
                    .text("upload_session_id", session)
                    .text("start_offset", start.to_string())
                    .file("video_file_chunk", "video", "application/octet-stream", media.body_range(start, end));
                let sent = call.repeat(Repeat::Safe).response_timeout(PATIENCE).multipart(form).send().await;
                match sent.and_then(|reply| self.graph.read::<Offsets>(&reply)) {
                    // The answer to this piece was lost: Facebook says what it wants next.
                    Err(error) if error.code().is_some_and(|code| code.ends_with(WRONG_OFFSET)) => {
                        wanted_next(&error).filter(|next| *next != offsets).ok_or(error)
                    }
                    result => result,
                }
            };
            let next: Offsets = run.step(&format!("{name}-{start}"), send).await?;
            if next.wanted().is_some_and(|(next, _)| next <= start) {
                let message = format!("the upload does not go on at byte {start}");
                return Err(self.graph.api.error(ErrorKind::Protocol, message));
            }
            offsets = next;
        }
        Ok(())
    }

    async fn wait_for_upload(&self, run: &Run, started: &Started, length: u64) -> Result<()> {
        let job = Job::new(&started.video_id, run.clock().now());
        let ended = job::wait(run, &self.poll, &job, || async {
            let video = self.read_video(&started.video_id).await?;
            Ok(match video.state() {
                VideoState::Failed(why) => JobState::Done(Some(why)),
                VideoState::Waiting if video.arrived(length) < length => Pending::working("uploading").into(),
                _ => JobState::Done(None),
            })
        });
        let Some(why) = ended.await? else { return Ok(()) };
        attempt::end(run).await?;
        let message = format!("Facebook could not take the video: {why}");
        let error = self.graph.api.error(ErrorKind::MediaInvalid, message);
        Err(error.with_retry(Retry::Never).with_effect(Effect::None).with_operation("upload video"))
    }

    /// Waits for what Facebook makes of a video that it took. Nothing of it can fail the post.
    pub(super) async fn with_video_outcome(&self, run: &Run, mut receipt: Receipt) -> Receipt {
        let Some(id) = receipt.post(&PostRole::MAIN).map(|post| post.id.clone()) else { return receipt };
        let ask = || async {
            let job = Job::new(&id, receipt.at);
            let ended = job::wait(run, &self.poll, &job, || async {
                Ok(match self.video(&id).await? {
                    (VideoState::Waiting, _) => Pending::working("waiting").into(),
                    (VideoState::Working, _) => Pending::working("processing").into(),
                    ended => JobState::Done(ended),
                })
            });
            let (state, url) = ended.await?;
            Ok((state_of(&state), url, why(&state)))
        };
        let outcome: Result<(ReceiptState, Option<Url>, Option<String>)> = run.step("outcome", ask).await;
        if let Ok((state, url, why)) = outcome {
            receipt.state = state;
            receipt.warnings.extend(why);
            if let Some(post) = receipt.posts.first_mut() {
                post.url = url;
            }
        }
        receipt
    }

    pub(super) async fn video(&self, id: &str) -> Result<(VideoState, Option<Url>)> {
        let video = self.read_video(id).await?;
        let url = video
            .permalink_url
            .as_deref()
            .and_then(|path| Url::parse("https://www.facebook.com").ok()?.join(path).ok());
        Ok((video.state(), url))
    }

    async fn read_video(&self, id: &str) -> Result<Video> {
        let call = self.graph.get(&self.graph.object(id)?).await?.operation("read video");
        let reply = call.query("fields", "status,published,permalink_url").send().await?;
        self.graph.read(&reply)
    }
}

impl Video {
    /// Whether it can be told from the answer what became of the video.
    fn says_something(&self) -> bool {
        self.status.as_ref().is_some_and(VideoStatus::says_something)
    }

    fn state(&self) -> VideoState {
        match self.status.as_ref().map_or(VideoState::Waiting, VideoStatus::state) {
            VideoState::Published if self.published == Some(false) => VideoState::Scheduled,
            state => state,
        }
    }

    /// So many bytes are there.
    fn arrived(&self, length: u64) -> u64 {
        let Some(status) = &self.status else { return 0 };
        match status.uploading_phase.bytes_transfered {
            _ if status.uploading_phase.is_complete() => length,
            arrived => arrived.unwrap_or(0),
        }
    }
}

/// What a refusal of a piece says about the piece that is wanted.
fn wanted_next(error: &Error) -> Option<Offsets> {
    let body: serde_json::Value = serde_json::from_str(error.body()?).ok()?;
    let data = body.get("error")?.get("error_data")?;
    // Seen as an object and as a text that holds one.
    match data.as_str() {
        Some(text) => serde_json::from_str(text).ok(),
        None => serde_json::from_value(data.clone()).ok(),
    }
}

pub(super) fn state_of(state: &VideoState) -> ReceiptState {
    match state {
        VideoState::Published => ReceiptState::Published,
        VideoState::Scheduled => ReceiptState::Scheduled,
        VideoState::Draft => ReceiptState::Draft,
        VideoState::Failed(_) => ReceiptState::Rejected,
        VideoState::Waiting | VideoState::Working => ReceiptState::Processing,
    }
}

fn why(state: &VideoState) -> Option<String> {
    match state {
        VideoState::Failed(why) => Some(format!("Facebook took the video and could not publish it: {why}")),
        _ => None,
    }
}

/// What the request says that shows the video.
fn finishing(post: &Post, started: &Started) -> Result<Fields> {
    let mut fields: Fields = vec![("upload_phase", "finish".to_owned())];
    match &started.upload_session_id {
        Some(session) => fields.push(("upload_session_id", session.clone())),
        None => fields.push(("video_id", started.video_id.clone())),
    }
    fields.extend(post.ai_generated.then(|| ("is_ai_generated", "true".to_owned())));
    if post.placement == Placement::STORY {
        return Ok(fields);
    }
    let options = post.options.get::<FacebookOptions>()?.unwrap_or_default();
    fields.push(("description", post.text.clone()));
    fields.extend(post.title.clone().map(|title| ("title", title)));
    fields.extend(options.place.map(|place| ("place", place)));
    let time = post.publish_at.map(|time| ("scheduled_publish_time", time.as_second().to_string()));
    if post.placement == Placement::REEL {
        let state = match time {
            Some(_) => "SCHEDULED",
            None if options.draft => "DRAFT",
            None => "PUBLISHED",
        };
        fields.push(("video_state", state.to_owned()));
    } else if time.is_some() {
        // Without `published=false` it would be out at once.
        fields.push(("published", "false".to_owned()));
        fields.push(("unpublished_content_type", "SCHEDULED".to_owned()));
    }
    fields.extend(time);
    Ok(fields)
}
