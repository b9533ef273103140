//! Leonardo's video models.

use std::time::Duration;

use async_trait::async_trait;
use social_core::job::{self, Job, PollPolicy};
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::{Media, MediaKind};
use social_core::run::{Found, Run};
use social_core::video::{VideoCapabilities, VideoRequest};
use social_core::{ModelAddress, Result};

use super::client::Leonardo;
use super::model::{self, Api};
use super::wire::{Guidance, Guidances, NewGenerationOf, NewVideo, Parameters, Uploaded};
use crate::body::WithExtra;
use crate::fetched::{self, Filtered};

/// Videos are ready after one to several minutes.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(5),
    growth: 1.2,
    longest: Duration::from_secs(15),
    jitter: 0.2,
    deadline: Duration::from_secs(1200),
};

/// One of Leonardo's video models.
///
/// Shapes are 16:9 and 9:16, or that of the first frame; resolutions 480p, 720p and 1080p; lengths
/// those of the model, in whole seconds. A last frame is for `KLING2_1` and for models of the
/// second API. Frames are JPEG, PNG or WebP, at most 20 MiB each. Errors, lost answers and costs
/// are as with [`LeonardoImage`](super::LeonardoImage).
#[derive(Clone, Debug)]
pub struct LeonardoVideo {
    client: Leonardo,
    address: ModelAddress,
    patience: PollPolicy,
}

impl Leonardo {
    /// A video model: `MOTION2`, `VEO3`, `KLING2_5` and their kind, or a name such as
    /// `seedance-2.0`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> LeonardoVideo {
        LeonardoVideo::new(self.clone(), model.into())
    }
}

impl LeonardoVideo {
    fn new(client: Leonardo, model: String) -> Self {
        let address = ModelAddress::new(client.endpoint.vendor(), model);
        Self { client, address, patience: PATIENCE }
    }

    /// Sets how long and how often Leonardo is asked; by default every 5 to 15 seconds for 20
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    async fn submit(&self, run: &Run, request: &VideoRequest) -> Result<Job> {
        let first = self.uploaded(run, "first_frame", request.first_frame.as_ref()).await?;
        let last = self.uploaded(run, "last_frame", request.last_frame.as_ref()).await?;
        job::submit(run, || self.send(run, request, first, last), |_| async { Ok(Found::Unknown) }).await
    }

    async fn uploaded(&self, run: &Run, field: &'static str, image: Option<&Media>) -> Result<Option<String>> {
        match image {
            Some(image) => self.client.uploaded(run, field, image, field).await.map(Some),
            None => Ok(None),
        }
    }

    /// The paid request.
    async fn send(
        &self,
        run: &Run,
        request: &VideoRequest,
        first: Option<String>,
        last: Option<String>,
    ) -> Result<Job> {
        let (model, extra, prompt) = (&self.address.model, &request.extra, request.full_prompt());
        let resolution = request.resolution.as_deref();
        let pixels = model::video_pixels(resolution, request.aspect_ratio);
        let (width, height) = (pixels.map(|(width, _)| width), pixels.map(|(_, height)| height));
        let resolution = resolution.map(model::resolution);
        let duration = request.duration.map(|duration| duration.as_secs());
        match Api::of_video(model) {
            Api::First => {
                let kind = if first.is_some() { "image" } else { "text" };
                let body = NewVideo {
                    prompt: &prompt,
                    model,
                    image_type: first.as_ref().map(|_| "UPLOADED"),
                    image_id: first,
                    end_frame_image: last.map(Uploaded::new),
                    resolution,
                    width,
                    height,
                    duration,
                    negative_prompt: request.negative_prompt.as_deref(),
                    seed: request.seed,
                    is_public: false,
                };
                let path = format!("v1/generations-{kind}-to-video");
                self.client.submit(run, &path, model, &WithExtra { body: &body, extra }).await
            }
            Api::Second => {
                let guidance = |id: Option<String>| {
                    id.into_iter().map(|id| Guidance { image: Uploaded::new(id), strength: None }).collect()
                };
                let guidances =
                    Guidances { start_frame: guidance(first), end_frame: guidance(last), ..Guidances::default() };
                let parameters = Parameters {
                    prompt: &prompt,
                    width,
                    height,
                    mode: resolution,
                    duration,
                    seed: request.seed,
                    guidances,
                    ..Parameters::default()
                };
                let body = NewGenerationOf { model, public: false, parameters };
                self.client.submit(run, "v2/generations", model, &WithExtra { body: &body, extra }).await
            }
        }
    }

    async fn work(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        let job = match run.result("submit").await? {
            Some(job) => job,
            None => self.submit(run, request).await?,
        };
        let check = || async { self.client.check(&job, MediaKind::Video).await.map(Filtered::single) };
        let (video, usage) = fetched::keep_video(run, &self.client.endpoint, &self.patience, &job, check).await?;
        Ok(Made::new(self.address.clone(), video).with_usage(usage))
    }
}

#[async_trait]
impl Maker<VideoRequest> for LeonardoVideo {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        model::video_capabilities(&self.address.model)
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        self.work(run, request).await.map_err(|error| error.with_vendor(self.client.endpoint.vendor()))
    }

    async fn remove(&self, run: &Run, _: &MediaFile) -> Result<()> {
        self.client.remove(run).await
    }
}
