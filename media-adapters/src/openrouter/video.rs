//! Videos through OpenRouter: a job is submitted once, waited for and collected.

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use social_core::error::Stage;
use social_core::http::{ByteStream, Endpoint, Repeat};
use social_core::job::{self, JobState, Pending, PollPolicy};
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::{MediaKind, MediaType, RemoteMedia};
use social_core::money::{MicroDollars, Usage};
use social_core::run::{Found, Run};
use social_core::video::{VideoCapabilities, VideoRequest};
use social_core::{Error, ErrorKind, ModelAddress, Result};
use url::Url;

use super::video_model as model;
use super::video_wire::{Frame, ImageUrl, Job, Models, Request};
use crate::body::WithExtra;
use crate::fetched::{Finished, MAX_VIDEO, open_with_key};
use crate::input::ImageRule;

/// OpenRouter's guide asks every 10 to 30 seconds.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(10),
    growth: 1.3,
    longest: Duration::from_secs(30),
    jitter: 0.2,
    deadline: Duration::from_secs(1200),
};

/// What is sent as an image; OpenRouter names no limits of its own.
const IMAGE: ImageRule = ImageRule {
    vendor: "OpenRouter",
    formats: &[MediaType::Jpeg, MediaType::Png, MediaType::Webp],
    max_bytes: 20 << 20,
    min_side: 1,
    max_ratio: 100.0,
};

/// A video model behind OpenRouter.
///
/// Without [`look_up`](Self::look_up) only that is refused which OpenRouter's own interface cannot
/// carry; what the model cannot do is refused by OpenRouter. Frames are JPEG, PNG or WebP of at
/// most 20 MiB, or public addresses. [`extra`](VideoRequest::extra) is merged into the request, for
/// instance `provider`.
///
/// The cost is what OpenRouter reports. The video is fetched with the key where it lies at
/// OpenRouter's host, and without it elsewhere. A submission whose answer was lost is
/// [`OutcomeUnknown`](ErrorKind::OutcomeUnknown).
#[derive(Clone, Debug)]
pub struct OpenRouterVideo {
    endpoint: Endpoint,
    address: ModelAddress,
    capabilities: VideoCapabilities,
    patience: PollPolicy,
}

impl OpenRouterVideo {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, address, capabilities: model::interface(), patience: PATIENCE }
    }

    /// Sets how long and how often OpenRouter is asked; by default every 10 to 30 seconds for 20
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    /// Asks OpenRouter what the model takes, so that requests are fitted and refused before they
    /// cost anything. A model that it does not list is left as it is.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn look_up(mut self) -> Result<Self> {
        let reply = self.endpoint.get("videos/models")?.operation("list_models").send().await?;
        let id = &self.address.model;
        let models: Models = reply.json()?;
        let listed = models.data.into_iter().find(|model| model.id == *id || model.canonical_slug.as_ref() == Some(id));
        if let Some(listed) = listed {
            self.capabilities = model::listed(listed);
        }
        Ok(self)
    }

    async fn submit(&self, run: &Run, request: &VideoRequest) -> Result<job::Job> {
        let frames = [(&request.first_frame, "first_frame"), (&request.last_frame, "last_frame")];
        let mut frame_images = Vec::new();
        for (image, frame_type) in frames {
            if let Some(image) = image {
                let url = IMAGE.open(image, frame_type, run.clock().now()).await?;
                frame_images.push(Frame { kind: "image_url", image_url: ImageUrl { url }, frame_type });
            }
        }
        let prompt = request.full_prompt();
        let body = Request {
            model: &self.address.model,
            prompt: prompt.trim(),
            duration: request.duration.map(|duration| duration.as_secs()),
            aspect_ratio: request.aspect_ratio.map(|ratio| ratio.to_string()),
            resolution: request.resolution.as_deref(),
            frame_images,
            generate_audio: request.audio,
            seed: request.seed,
        };
        let call = self.endpoint.post("videos")?.operation("submit_video").model(&self.address.model);
        let reply = call.json(&WithExtra { body: &body, extra: &request.extra }).send().await?;
        let answer: Job = reply.json()?;
        if answer.id.is_empty() {
            return Err(reply.unreadable("the answer names no job"));
        }
        let job = job::Job::new(answer.id, run.clock().now()).with_model(&self.address.model);
        let poll_url = answer.polling_url.and_then(|url| self.endpoint.base_url().join(&url).ok());
        Ok(match poll_url.filter(|url| self.is_own(url)) {
            Some(url) => job.with_poll_url(url),
            None => job,
        })
    }

    /// Whether an address lies under the base URL, so that it may have the key.
    fn is_own(&self, url: &Url) -> bool {
        let base = self.endpoint.base_url();
        url.origin() == base.origin() && url.path().starts_with(base.path())
    }

    async fn check(&self, job: &job::Job) -> Result<JobState<Finished>> {
        let call = match &job.poll_url {
            Some(url) => self.endpoint.follow(Method::GET, url.clone()).repeat(Repeat::Safe),
            None => self.endpoint.get(&format!("videos/{}", job.id))?,
        };
        let reply = call.operation("check_video").send().await?;
        let state: Job = reply.json()?;
        match state.status.as_str() {
            "completed" => {
                let at = match state.unsigned_urls.unwrap_or_default().into_iter().next() {
                    Some(url) => url,
                    None => format!("videos/{}/content?index=0", job.id),
                };
                let Ok(url) = self.endpoint.base_url().join(&at) else {
                    return Err(reply.unreadable("the answer names no address of the video"));
                };
                let mut usage = Usage::default();
                usage.reported_cost = state.usage.and_then(|usage| usage.cost).map(MicroDollars::from_dollars);
                Ok(JobState::Done(Finished { files: vec![RemoteMedia { url, expires_at: None }], usage }))
            }
            "failed" | "cancelled" | "expired" => Err(reply.describe(failed(&state.status, state.error))),
            "pending" => Ok(Pending::queued(state.status).into()),
            _ => Ok(Pending::working(state.status).into()),
        }
    }

    async fn open(&self, run: &Run, finished: Finished) -> Result<ByteStream> {
        match finished.files.first() {
            Some(file) => open_with_key(&self.endpoint, file, MAX_VIDEO, run.clock().now()).await,
            None => Err(Error::new(ErrorKind::JobFailed, "the job has ended and names no file")),
        }
    }
}

#[async_trait]
impl Maker<VideoRequest> for OpenRouterVideo {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        self.capabilities.clone()
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        let job = job::submit(run, || self.submit(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let (check, read) = (|| self.check(&job), |finished| self.open(run, finished));
        let kept = job::keep_file(run, "video.mp4", &self.patience, &job, check, read).await;
        let (finished, media) = kept.map_err(|e| e.with_vendor(self.endpoint.vendor()))?;
        let video = MediaFile::read(media, MediaKind::Video).await?;
        Ok(Made::new(self.address.clone(), video).with_usage(finished.usage))
    }
}

/// A job that ended without a video. The reason is free text of the model's maker.
fn failed(status: &str, reason: Option<String>) -> Error {
    const REFUSALS: [&str; 5] = ["content policy", "moderation", "safety", "sensitive", "guideline"];
    let reason = reason.filter(|reason| !reason.is_empty());
    let lower = reason.as_deref().unwrap_or_default().to_ascii_lowercase();
    let message = reason.unwrap_or_else(|| format!("the job is {status}, and OpenRouter gave no reason"));
    let error = match REFUSALS.iter().any(|word| lower.contains(word)) {
        true => Error::rejected(Stage::Output, None, message),
        false => Error::new(ErrorKind::JobFailed, message),
    };
    error.with_code(status)
}
