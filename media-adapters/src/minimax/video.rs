//! MiniMax's videos: a task is submitted once, waited for and collected.

use std::time::Duration;

use async_trait::async_trait;
use social_core::job::{self, Job, JobState, PollPolicy};
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::{MediaType, RemoteMedia};
use social_core::run::{Found, Run};
use social_core::video::{VideoCapabilities, VideoRequest};
use social_core::{ModelAddress, Result};

use super::client::MiniMax;
use super::model::{self, Interface};
use super::{hailuo, newer};
use crate::fetched::{self, Finished};
use crate::input::ImageRule;

/// Videos are ready after one to ten minutes.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(10),
    growth: 1.2,
    longest: Duration::from_secs(20),
    jitter: 0.2,
    deadline: Duration::from_secs(900),
};

/// What MiniMax takes as an image (platform.minimax.io, video generation).
const IMAGE: ImageRule = ImageRule {
    vendor: "MiniMax",
    formats: &[MediaType::Jpeg, MediaType::Png, MediaType::Webp],
    max_bytes: 20 << 20,
    min_side: 301,
    max_ratio: 2.5,
};

/// Addresses of videos end after an hour. One page says nine.
const KEPT: Duration = Duration::from_secs(3600);

/// One of MiniMax's video models.
///
/// `MiniMax-Hailuo-...` make 6 or 10 seconds (6 at 1080P) in the shape of the first frame, without
/// one in 16:9; `MiniMax-H3` makes 5 to 15 seconds in the shape that is asked for, 16:9 when none
/// is. A first frame (JPEG, PNG or WebP, at most 20 MiB, sides of more than 300 pixels, 1:2.5 to
/// 2.5:1) sets the shape, so an aspect ratio beside it is refused. Camera words stand in the prompt
/// in brackets: `[Push in]`. References and the prompt optimizer are passed by
/// [`extra`](VideoRequest::extra).
///
/// A task has no id of ours and cannot be listed: when the answer to the submission is lost, the
/// result is [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown). A task that fails is
/// [`JobFailed`](social_core::ErrorKind::JobFailed), or
/// [`Rejected`](social_core::ErrorKind::Rejected) when its number tells of sensitive content.
#[derive(Clone, Debug)]
pub struct MiniMaxVideo {
    client: MiniMax,
    address: ModelAddress,
    patience: PollPolicy,
}

impl MiniMax {
    /// A video model: `MiniMax-Hailuo-2.3`, `MiniMax-H3`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> MiniMaxVideo {
        MiniMaxVideo::new(self.clone(), model.into())
    }
}

impl MiniMaxVideo {
    fn new(client: MiniMax, model: String) -> Self {
        let address = ModelAddress::new(client.endpoint.vendor(), model);
        Self { client, address, patience: PATIENCE }
    }

    /// Sets how long and how often MiniMax is asked; by default every 10 to 20 seconds for 15
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    async fn submit(&self, run: &Run, request: &VideoRequest) -> Result<Job> {
        let first = IMAGE.open_any(request.first_frame.as_ref(), "first_frame", run.clock().now()).await?;
        let last = IMAGE.open_any(request.last_frame.as_ref(), "last_frame", run.clock().now()).await?;
        let id = match Interface::of(&self.address.model) {
            Interface::Older => hailuo::submit(&self.client, &self.address.model, request, first, last).await?,
            Interface::Newer => newer::submit(&self.client, &self.address.model, request, first, last).await?,
        };
        Ok(Job::new(id, run.clock().now()).with_model(&self.address.model))
    }

    async fn check(&self, run: &Run, job: &Job) -> Result<JobState<Finished>> {
        let state = match Interface::of(&self.address.model) {
            Interface::Older => hailuo::check(&self.client, &job.id).await?,
            Interface::Newer => newer::check(&self.client, &job.id).await?,
        };
        Ok(match state {
            JobState::Pending(pending) => JobState::Pending(pending),
            JobState::Done((url, usage)) => {
                let expires_at = run.clock().now().checked_add(KEPT).ok();
                JobState::Done(Finished { files: vec![RemoteMedia { url, expires_at }], usage })
            }
        })
    }
}

#[async_trait]
impl Maker<VideoRequest> for MiniMaxVideo {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        model::video(&self.address.model)
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        let job = job::submit(run, || self.submit(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let check = || self.check(run, &job);
        let endpoint = &self.client.endpoint;
        let kept = fetched::keep_video(run, endpoint, &self.patience, &job, check).await;
        let (video, usage) = kept.map_err(|e| e.with_vendor(endpoint.vendor()))?;
        Ok(Made::new(self.address.clone(), video).with_usage(usage))
    }
}
