//! What came of a request.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use crate::ModelAddress;
use crate::error::{Error, ErrorKind, Result};
use crate::media::{Media, MediaInfo, MediaKind};
use crate::money::{Attempt, Cost, Usage};

/// What a [`Maker`](super::Maker) made, who made it, and what that cost. Reads like the value
/// itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Made<T> {
    /// Who made it.
    pub address: ModelAddress,
    /// What was made.
    pub value: T,
    /// Whether a generative model made it, as opposed to a renderer, a template or a server.
    /// Platforms that want content by AI to be labelled mean this.
    pub generated: bool,
    /// What was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What it cost, where a price is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// Who was asked before without success, when there was a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// What is not as it was asked for, one sentence each: what the vendor refused or changed, what
    /// was left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl<T> Made<T> {
    /// Something that a generative model made.
    #[must_use]
    pub fn new(address: ModelAddress, value: T) -> Self {
        Self { address, value, generated: true, usage: None, cost: None, attempts: Vec::new(), warnings: Vec::new() }
    }

    /// Says that no generative model had a part in it.
    #[must_use]
    pub fn without_model(mut self) -> Self {
        self.generated = false;
        self
    }

    /// Says what was used.
    #[must_use]
    pub fn with_usage(mut self, usage: Usage) -> Self {
        self.usage = Some(usage);
        self
    }

    /// Says what it cost.
    #[must_use]
    pub fn with_cost(mut self, cost: Cost) -> Self {
        self.cost = Some(cost);
        self
    }

    /// Adds a sentence about what is not as it was asked for.
    #[must_use]
    pub fn with_warning(mut self, warning: impl Into<String>) -> Self {
        self.warnings.push(warning.into());
        self
    }
}

impl<T> Deref for Made<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Made<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// A file that was made, and what its bytes say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MediaFile {
    /// The file; a file of the run.
    pub media: Media,
    /// What its bytes say.
    pub info: MediaInfo,
}

impl MediaFile {
    /// A file whose bytes have been looked at.
    #[must_use]
    pub fn new(media: Media, info: MediaInfo) -> Self {
        Self { media, info }
    }

    /// Looks at the file's bytes.
    ///
    /// # Errors
    /// [`MediaInvalid`](ErrorKind::MediaInvalid) for bytes that are not of this kind, and as
    /// [`Media::info`].
    pub async fn read(media: Media, kind: MediaKind) -> Result<Self> {
        let info = media.info().await?;
        if info.media_type.kind() != kind {
            let message = format!("the file is {}, expected {}", info.media_type.as_mime(), kind.as_str());
            return Err(Error::new(ErrorKind::MediaInvalid, message));
        }
        Ok(Self { media, info })
    }
}
