//! [`Operation`]: what can be asked of a vendor, as a word.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What can be asked of a vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operation {
    /// An answer of a language model, whole or as a stream.
    Chat,
    /// Vectors.
    Embed,
    /// Images.
    Image,
    /// A video.
    Video,
    /// Speech.
    Speech,
    /// Music.
    Music,
    /// A better image.
    Enhance,
    /// A video from a timeline.
    Render,
    /// A public address for a file.
    Host,
    /// A verdict on texts and images.
    Moderate,
    /// Many answers of a language model, later.
    Batch,
    /// The list of models.
    Models,
    /// The number of tokens of a conversation.
    Count,
}

impl Operation {
    /// Every operation.
    pub const ALL: &'static [Self] = &[
        Self::Chat,
        Self::Embed,
        Self::Image,
        Self::Video,
        Self::Speech,
        Self::Music,
        Self::Enhance,
        Self::Render,
        Self::Host,
        Self::Moderate,
        Self::Batch,
        Self::Models,
        Self::Count,
    ];

    /// The word for it, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Embed => "embed",
            Self::Image => "image",
            Self::Video => "video",
            Self::Speech => "speech",
            Self::Music => "music",
            Self::Enhance => "enhance",
            Self::Render => "render",
            Self::Host => "host",
            Self::Moderate => "moderate",
            Self::Batch => "batch",
            Self::Models => "models",
            Self::Count => "count",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Operation {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        let known = || Self::ALL.iter().map(|operation| operation.as_str()).collect::<Vec<_>>().join(", ");
        Self::ALL
            .iter()
            .find(|operation| operation.as_str() == word)
            .copied()
            .ok_or_else(|| Error::invalid("operation", format!("`{word}` is not an operation; there are {}", known())))
    }
}
