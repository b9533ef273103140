//! What files and texts of a campaign are addressed by.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Platform;
use crate::image::AspectRatio;
use crate::publish::Placement;

open_name! {
    /// What kind of file is made for a campaign.
    FileKind
}

impl FileKind {
    /// An image.
    pub const IMAGE: Self = Self::new("image");
    /// A video.
    pub const VIDEO: Self = Self::new("video");
}

/// Addresses a file of a campaign. Targets that need the same one share it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FileKey {
    /// What it is.
    pub kind: FileKind,
    /// The shape that is wanted.
    pub ratio: AspectRatio,
    /// Which one of its kind and shape, from 0: the first shows the idea, each further one a fact.
    pub index: usize,
}

impl FileKey {
    /// A file of this kind and shape.
    #[must_use]
    pub const fn new(kind: FileKind, ratio: AspectRatio, index: usize) -> Self {
        Self { kind, ratio, index }
    }
}

impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}x{}-{}", self.kind, self.ratio.width, self.ratio.height, self.index + 1)
    }
}

/// What a file is made from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FileSource {
    /// Another file of the campaign.
    File(FileKey),
    /// A photo of the brief, counted from 0.
    Photo(usize),
}

impl fmt::Display for FileSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(key) => key.fmt(f),
            Self::Photo(index) => write!(f, "photo {}", index + 1),
        }
    }
}

/// Addresses a text of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TextKey {
    /// The idea that everything shares: headline, words of the images, prompts.
    Concept,
    /// The text of a post. Several accounts of one platform share it, unless their targets have
    /// names.
    Post {
        /// The platform.
        platform: Platform,
        /// The placement.
        placement: Placement,
        /// The target's name, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
}

impl fmt::Display for TextKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Concept => f.write_str("concept"),
            Self::Post { platform, placement, name: None } => write!(f, "{platform}/{placement}"),
            Self::Post { platform, placement, name: Some(name) } => write!(f, "{platform}/{placement}/{name}"),
        }
    }
}
