//! Runway's video models.

use async_trait::async_trait;
use social_core::http::Endpoint;
use social_core::job::{Job, PollPolicy};
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::Media;
use social_core::run::Run;
use social_core::video::{VideoCapabilities, VideoRequest};
use social_core::{ModelAddress, Result};

use super::model::{self, Prompted};
use super::task::Tasks;
use super::wire::{Frame, Frames, VideoTask};
use crate::fetched;

/// A video model of Runway's.
///
/// What each takes is in its record: shapes are `16:9` and the like, which are sent as the pixels
/// that the model offers; lengths are whole seconds. Where a model must be told a shape and none is
/// asked for, it is the one nearest to the first frame, else the first on its list; `gen4.5` makes
/// 5 seconds where no length is asked for. A model that is not listed is sent the shape as it is,
/// for instance `1280:720`; [`extra`](VideoRequest::extra) is merged into the request.
///
/// A first frame is JPEG, PNG or WebP of at most 200 MiB, or an address that works by HTTPS without
/// a redirect. A refusal is [`Rejected`](social_core::ErrorKind::Rejected) with Runway's code as
/// the category; a refused prompt is billed unless the task says otherwise. A submission whose
/// answer was lost is [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown).
#[derive(Clone, Debug)]
pub struct RunwayVideo {
    tasks: Tasks,
}

impl RunwayVideo {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        Self { tasks: Tasks::new(endpoint, model) }
    }

    /// Sets how long and how often Runway is asked; by default every 5 to 20 seconds for 30
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.tasks.patience = patience;
        self
    }

    /// The frames as the request carries them, and the shape of the first.
    async fn frames(&self, run: &Run, request: &VideoRequest) -> Result<(Option<Frames>, Option<f64>)> {
        let Some(first) = &request.first_frame else { return Ok((None, None)) };
        let uri = self.tasks.image(run, first, "first_frame", "upload-first-frame").await?;
        let shape = match first {
            Media::Remote(_) => None,
            first => first.info().await?.aspect_ratio(),
        };
        let Some(last) = &request.last_frame else { return Ok((Some(Frames::First(uri)), shape)) };
        let last = self.tasks.image(run, last, "last_frame", "upload-last-frame").await?;
        let frames = [Frame { uri, position: "first" }, Frame { uri: last, position: "last" }];
        Ok((Some(Frames::Both(frames)), shape))
    }

    async fn submit(&self, run: &Run, request: &VideoRequest) -> Result<Job> {
        if let Some(job) = Tasks::submitted(run).await? {
            return Ok(job);
        }
        let id = &self.tasks.address.model;
        let (prompt_image, shape) = self.frames(run, request).await?;
        let (path, prompted) = match prompt_image {
            Some(_) => ("v1/image_to_video", Prompted::Image(shape)),
            None => ("v1/text_to_video", Prompted::Text),
        };
        let prompt = request.full_prompt();
        let (ratio, resolution) = model::shape(id, prompted, request);
        let task = VideoTask {
            model: id,
            prompt_text: prompt.trim(),
            prompt_image,
            ratio,
            resolution,
            duration: request.duration.map(|duration| duration.as_secs()).or(model::seconds_if_unset(id)),
            audio: request.audio.filter(|_| self.capabilities().audio),
            negative_prompt: request.negative_prompt.as_deref(),
            seed: request.seed,
        };
        self.tasks.submit(run, path, &task, &request.extra).await
    }
}

#[async_trait]
impl Maker<VideoRequest> for RunwayVideo {
    fn address(&self) -> &ModelAddress {
        &self.tasks.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        model::video(&self.tasks.address.model)
    }

    fn accept(&self, request: &VideoRequest) -> Result<()> {
        model::refuse_long(self.capabilities().max_prompt_chars, &request.full_prompt())
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        let job = self.submit(run, request).await?;
        let Tasks { endpoint, patience, address } = &self.tasks;
        let check = || self.tasks.check(run, &job);
        let kept = fetched::keep_video(run, endpoint, patience, &job, check).await;
        let (video, usage) = kept.map_err(|e| e.with_vendor(endpoint.vendor()))?;
        Ok(Made::new(address.clone(), video).with_usage(usage))
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.tasks.delete(run).await
    }

    async fn remove(&self, run: &Run, _: &MediaFile) -> Result<()> {
        self.tasks.delete(run).await
    }
}
