//! Video models of fal.

use std::time::Duration;

use async_trait::async_trait;
use social_core::job::{self, Job, PollPolicy};
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::MediaKind;
use social_core::run::{Found, Run};
use social_core::video::{VideoCapabilities, VideoRequest};
use social_core::{ModelAddress, Result};

use super::client::{Fal, IMAGE};
use super::model;
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

/// A video model that fal hosts.
///
/// What a model offers is in its [`capabilities`](Maker::capabilities); lengths are whole seconds.
/// Frames are JPEG, PNG or WebP, at most 10 MiB each. Errors and lost answers are as with
/// [`FalImage`](super::FalImage).
#[derive(Clone, Debug)]
pub struct FalVideo {
    client: Fal,
    address: ModelAddress,
    patience: PollPolicy,
}

impl Fal {
    /// A video model by its path, for instance `fal-ai/veo3.1/fast`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> FalVideo {
        FalVideo::new(self.clone(), model.into())
    }
}

impl FalVideo {
    fn new(client: Fal, model: String) -> Self {
        let address = ModelAddress::new(client.endpoint.vendor(), model);
        Self { client, address, patience: PATIENCE }
    }

    /// Sets how long and how often fal is asked; by default every 5 to 15 seconds for 20
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    async fn submit(&self, run: &Run, request: &VideoRequest) -> Result<Job> {
        let first = IMAGE.open_any(request.first_frame.as_ref(), "first_frame", run.clock().now()).await?;
        let last = IMAGE.open_any(request.last_frame.as_ref(), "last_frame", run.clock().now()).await?;
        let model = &self.address.model;
        let body = model::video(model).fields(request, first, last);
        self.client.submit(run, model, &WithExtra { body: &body, extra: &request.extra }).await
    }

    async fn work(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        let job = job::submit(run, || self.submit(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let check = || async { self.client.check(run, &job, MediaKind::Video).await.map(Filtered::single) };
        let (video, usage) = fetched::keep_video(run, &self.client.endpoint, &self.patience, &job, check).await?;
        Ok(Made::new(self.address.clone(), video).with_usage(usage))
    }
}

#[async_trait]
impl Maker<VideoRequest> for FalVideo {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        model::video(&self.address.model).capabilities()
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        self.work(run, request).await.map_err(|error| error.with_vendor(self.client.endpoint.vendor()))
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.client.cancel(run).await
    }
}
