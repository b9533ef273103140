//! Luma's video models.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use social_core::job::{self, Job, PollPolicy};
use social_core::make::{self, Condition, Made, Maker, MediaFile, Test};
use social_core::media::MediaKind;
use social_core::run::{Found, Run};
use social_core::video::{VideoCapabilities, VideoRequest};
use social_core::{ModelAddress, Result};

use super::client::{self, Luma};
use super::wire::{Keyframe, NewVideo};
use crate::body::WithExtra;
use crate::fetched;

/// Videos are ready within a minute or two.
const PATIENCE: PollPolicy = PollPolicy {
    first: Duration::from_secs(5),
    growth: 1.2,
    longest: Duration::from_secs(15),
    jitter: 0.2,
    deadline: Duration::from_secs(1200),
};

/// One of Luma's video models: `ray-2`, `ray-flash-2`.
///
/// Lengths are 5 and 9 seconds, resolutions 540p, 720p, 1080p and 4k, in one of seven shapes.
/// Frames are taken by public address only. There is no audio and no seed. Errors and lost answers
/// are as with [`LumaImage`](super::LumaImage).
#[derive(Clone, Debug)]
pub struct LumaVideo {
    client: Luma,
    address: ModelAddress,
    patience: PollPolicy,
}

impl Luma {
    /// A video model, for instance `ray-2`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> LumaVideo {
        let address = ModelAddress::new(self.endpoint.vendor(), model);
        LumaVideo { client: self.clone(), address, patience: PATIENCE }
    }
}

impl LumaVideo {
    /// Sets how long and how often Luma is asked; by default every 5 to 15 seconds for 20 minutes.
    #[must_use]
    pub fn with_patience(mut self, patience: PollPolicy) -> Self {
        self.patience = patience;
        self
    }

    /// The paid request.
    async fn submit(&self, run: &Run, request: &VideoRequest) -> Result<Job> {
        let mut keyframes = BTreeMap::new();
        for (name, field, image) in [
            ("frame0", "first_frame", request.first_frame.as_ref()),
            ("frame1", "last_frame", request.last_frame.as_ref()),
        ] {
            if let Some(image) = image {
                let url = client::address(run, image, field).await?;
                keyframes.insert(name, Keyframe { kind: "image", url });
            }
        }
        let (prompt, model) = (request.full_prompt(), &self.address.model);
        let body = NewVideo {
            prompt: &prompt,
            model,
            aspect_ratio: request.aspect_ratio.map(|ratio| ratio.to_string()),
            resolution: request.resolution.as_deref(),
            duration: request.duration.map(|duration| format!("{}s", duration.as_secs())),
            keyframes,
        };
        self.client.submit(run, "generations", model, &WithExtra { body: &body, extra: &request.extra }).await
    }

    async fn work(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        let job = job::submit(run, || self.submit(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let check = || self.client.check(&job, MediaKind::Video);
        let (video, usage) = fetched::keep_video(run, &self.client.endpoint, &self.patience, &job, check).await?;
        Ok(Made::new(self.address.clone(), video).with_usage(usage))
    }
}

#[async_trait]
impl Maker<VideoRequest> for LumaVideo {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        VideoCapabilities::new()
            .with_aspect_ratios(client::shapes())
            .with_resolutions(["540p", "720p", "1080p", "4k"])
            .with_seconds([5, 9])
            .with_first_frame(true)
            .with_last_frame(true)
            .with_max_prompt_chars(client::PROMPT)
            .with_extra(true)
            .with_condition(Condition::that("first_frame", Test::Remote))
            .with_condition(Condition::that("last_frame", Test::Remote))
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        self.work(run, request).await.map_err(|error| error.with_vendor(self.client.endpoint.vendor()))
    }
}
