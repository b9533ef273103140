//! Wan's videos: a task is submitted once, waited for and collected.

use std::time::Duration;

use async_trait::async_trait;
use social_core::http::Endpoint;
use social_core::job::{self, Job, PollPolicy};
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::MediaType;
use social_core::run::{Found, Run};
use social_core::video::{VideoCapabilities, VideoRequest};
use social_core::{ModelAddress, Result};

use super::client::DashScope;
use super::wire::{Frame, Request, VideoInput, VideoParameters};
use super::{model, size, task};
use crate::body::WithExtra;
use crate::fetched;
use crate::input::ImageRule;

/// Videos are ready after one to ten minutes.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(15),
    growth: 1.2,
    longest: Duration::from_secs(20),
    jitter: 0.2,
    deadline: Duration::from_secs(1200),
};

/// What Wan takes as a frame (Model Studio, image to video), the narrowest of its versions.
const IMAGE: ImageRule = ImageRule {
    vendor: "DashScope",
    formats: &[MediaType::Jpeg, MediaType::Png, MediaType::Webp],
    max_bytes: 10 << 20,
    min_side: 360,
    max_ratio: 8.0,
};

/// One of the Wan models that make videos.
///
/// `-t2v` models start from a text, `-i2v` models from a first frame (JPEG, PNG or WebP, at most
/// 10 MiB, sides of at least 360 pixels), which sets the shape; Wan 2.7 also ends on a last frame.
/// Lengths are 5, 10 and 15 seconds, with Wan 2.7 2 to 15. Wan 2.6 and before take sizes instead of
/// shapes: a shape without a resolution is made at `720P`. From 2.7 on videos always have audio;
/// when it is not wanted, that is a warning. Audio files, references and the prompt's extension are
/// fields of the vendor's own, merged by [`extra`](VideoRequest::extra):
/// `{"input": {"audio_url": "https://..."}}`. Videos come without a watermark.
///
/// Another process collects the video within 24 hours. A task that waits can be
/// [cancelled](Maker::cancel). A lost submission cannot be asked for: the result is
/// [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown). A task that fails is
/// [`JobFailed`](social_core::ErrorKind::JobFailed), or
/// [`Rejected`](social_core::ErrorKind::Rejected) when its code tells of the filter.
#[derive(Clone, Debug)]
pub struct Wan {
    endpoint: Endpoint,
    address: ModelAddress,
    patience: PollPolicy,
}

impl DashScope {
    /// A video model: `wan2.7-t2v`, `wan2.7-i2v`, `wan2.6-i2v`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> Wan {
        let address = ModelAddress::new(self.endpoint.vendor(), model);
        Wan { endpoint: self.endpoint.clone(), address, patience: PATIENCE }
    }
}

impl Wan {
    /// Sets how long and how often DashScope is asked; by default every 15 to 20 seconds for 20
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    async fn submit(&self, run: &Run, request: &VideoRequest) -> Result<Job> {
        let (id, prompt) = (&self.address.model, request.full_prompt());
        let mut first = IMAGE.open_any(request.first_frame.as_ref(), "first_frame", run.clock().now()).await?;
        let last = IMAGE.open_any(request.last_frame.as_ref(), "last_frame", run.clock().now()).await?;
        let (newer, from_image) = (model::is_newer(id), first.is_some());
        let mut media = Vec::new();
        if newer {
            media.extend(first.take().map(|url| Frame { kind: "first_frame", url }));
            media.extend(last.map(|url| Frame { kind: "last_frame", url }));
        }
        let takes_size = !newer && !from_image;
        let negative_prompt = request.negative_prompt.as_deref();
        let body = Request {
            model: id,
            input: VideoInput { prompt: &prompt, negative_prompt, img_url: first, media },
            parameters: VideoParameters {
                size: size::of_video(request).filter(|_| takes_size),
                resolution: request.resolution.as_deref().filter(|_| !takes_size),
                ratio: request.aspect_ratio.filter(|_| newer).map(|ratio| ratio.to_string()),
                duration: request.duration.map(|duration| duration.as_secs()),
                seed: request.seed,
                audio: request.audio.filter(|_| self.capabilities().audio && !model::always_has_audio(id)),
                watermark: false,
            },
        };
        let body = WithExtra { body: &body, extra: &request.extra };
        task::submit(run, &self.endpoint, "services/aigc/video-generation/video-synthesis", id, &body).await
    }
}

#[async_trait]
impl Maker<VideoRequest> for Wan {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        model::video(&self.address.model)
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        let job = job::submit(run, || self.submit(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let check = || task::check(&self.endpoint, run, &job);
        let kept = fetched::keep_video(run, &self.endpoint, &self.patience, &job, check).await;
        let (video, usage) = kept.map_err(|e| e.with_vendor(self.endpoint.vendor()))?;
        let made = Made::new(self.address.clone(), video).with_usage(usage);
        let unwanted = request.audio == Some(false) && model::always_has_audio(&self.address.model);
        Ok(if unwanted { made.with_warning("the video has audio, which this model cannot leave out") } else { made })
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        task::cancel(&self.endpoint, run).await
    }
}
