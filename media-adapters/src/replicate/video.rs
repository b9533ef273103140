//! Video models of Replicate.

use std::time::Duration;

use async_trait::async_trait;
use social_core::job::{Job, PollPolicy};
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::Media;
use social_core::run::Run;
use social_core::video::{VideoCapabilities, VideoRequest};
use social_core::{ModelAddress, Result};

use super::client::{IMAGE, Replicate, written};
use super::model;
use crate::fetched;

/// Videos are ready after one to several minutes.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(5),
    growth: 1.2,
    longest: Duration::from_secs(15),
    jitter: 0.2,
    deadline: Duration::from_secs(1200),
};

/// A video model that Replicate hosts.
///
/// What a model offers is in its [`capabilities`](Maker::capabilities); lengths are whole seconds.
/// Frames are JPEG, PNG or WebP, at most 50 MiB each. Errors and lost answers are as with
/// [`ReplicateImage`](super::ReplicateImage).
#[derive(Clone, Debug)]
pub struct ReplicateVideo {
    client: Replicate,
    address: ModelAddress,
    patience: PollPolicy,
}

impl Replicate {
    /// A video model: `OWNER/NAME`, `OWNER/NAME:VERSION` or a version's id.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> ReplicateVideo {
        ReplicateVideo::new(self.clone(), model.into())
    }
}

impl ReplicateVideo {
    fn new(client: Replicate, model: String) -> Self {
        let address = ModelAddress::new(client.endpoint.vendor(), model);
        Self { client, address, patience: PATIENCE }
    }

    /// Sets how long and how often Replicate is asked; by default every 5 to 15 seconds for 20
    /// minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    async fn submit(&self, run: &Run, request: &VideoRequest) -> Result<Job> {
        let first = self.hosted(run, "first_frame", request.first_frame.as_ref()).await?;
        let last = self.hosted(run, "last_frame", request.last_frame.as_ref()).await?;
        let (first, last, model) = (&first, &last, &self.address.model);
        let body = || async move {
            let first = IMAGE.open_any(first.as_ref(), "first_frame", run.clock().now()).await?;
            let last = IMAGE.open_any(last.as_ref(), "last_frame", run.clock().now()).await?;
            written(&model::video(model).fields(request, first, last), &request.extra)
        };
        self.client.submit(run, model, body).await
    }

    async fn hosted(&self, run: &Run, field: &'static str, image: Option<&Media>) -> Result<Option<Media>> {
        match image {
            Some(image) => self.client.hosted(run, field, image, field).await.map(Some),
            None => Ok(None),
        }
    }

    async fn work(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        let job = match run.result("submit").await? {
            Some(job) => job,
            None => self.submit(run, request).await?,
        };
        let check = || self.client.check(run, &job);
        let (video, usage) = fetched::keep_video(run, &self.client.endpoint, &self.patience, &job, check).await?;
        Ok(Made::new(self.address.clone(), video).with_usage(usage))
    }
}

#[async_trait]
impl Maker<VideoRequest> for ReplicateVideo {
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
