//! Assembling videos from a timeline.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::image::AspectRatio;
use crate::media::Media;
use crate::run::Run;
use crate::video::GeneratedVideo;

/// A stretch of a video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Clip {
    /// The image or video that is shown.
    pub media: Media,
    /// How long.
    pub duration: Duration,
    /// Words over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

impl Clip {
    /// Shows this for so long.
    #[must_use]
    pub fn new(media: Media, duration: Duration) -> Self {
        Self { media, duration, caption: None }
    }

    /// Sets words over it.
    #[must_use]
    pub fn with_caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = Some(caption.into());
        self
    }
}

/// A video to be assembled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Timeline {
    /// What is shown, in order.
    pub clips: Vec<Clip>,
    /// What is heard, from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soundtrack: Option<Media>,
    /// Its shape.
    pub aspect_ratio: AspectRatio,
}

impl Timeline {
    /// An empty video of this shape.
    #[must_use]
    pub fn new(aspect_ratio: AspectRatio) -> Self {
        Self { clips: Vec::new(), soundtrack: None, aspect_ratio }
    }

    /// Adds a clip.
    #[must_use]
    pub fn with_clip(mut self, clip: Clip) -> Self {
        self.clips.push(clip);
        self
    }
}

/// Assembles videos.
///
/// # Contract
/// As [`VideoGenerator`](crate::video::VideoGenerator); a part of the timeline that it cannot show is
/// [`Unsupported`](crate::ErrorKind::Unsupported), named.
#[async_trait]
pub trait Renderer: Debug + Send + Sync {
    /// Assembles.
    ///
    /// # Errors
    /// As the contract says.
    async fn render(&self, run: &Run, timeline: &Timeline) -> Result<GeneratedVideo>;
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: Renderer + ?Sized> Renderer for Arc<T> {
    async fn render(&self, run: &Run, timeline: &Timeline) -> Result<GeneratedVideo> {
        (**self).render(run, timeline).await
    }
}
