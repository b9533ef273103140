//! Rules for files.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Span, setters};
use crate::media::MediaType;

/// How many files of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MediaCount {
    /// Images.
    pub images: Span<usize>,
    /// Videos; also moving images where [`Rules::animation`](super::Rules::animation) has rules for
    /// them.
    pub videos: Span<usize>,
    /// Documents.
    pub documents: Span<usize>,
    /// All together.
    pub together: Span<usize>,
    /// Several kinds may stand in one post.
    pub mixed: bool,
}

impl Default for MediaCount {
    /// No files.
    fn default() -> Self {
        let none = Span::up_to(0);
        Self { images: none, videos: none, documents: none, together: Span::ANY, mixed: true }
    }
}

impl MediaCount {
    /// No files.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Any number of files of every kind.
    #[must_use]
    pub const fn any() -> Self {
        Self { images: Span::ANY, videos: Span::ANY, documents: Span::ANY, together: Span::ANY, mixed: true }
    }

    setters! {
        with_images = images: Span<usize>,
        with_videos = videos: Span<usize>,
        with_documents = documents: Span<usize>,
        with_together = together: Span<usize>,
        with_mixed = mixed: bool,
    }
}

/// What an image must be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageRule {
    /// Formats; empty means any image.
    pub formats: Vec<MediaType>,
    /// The minimum number of bytes.
    pub min_bytes: Option<u64>,
    /// The maximum number of bytes.
    pub max_bytes: Option<u64>,
    /// Width divided by height.
    pub aspect_ratio: Span<f64>,
    /// Pixels.
    pub width: Span<u32>,
    /// Pixels.
    pub height: Span<u32>,
    /// The maximum number of pixels altogether.
    pub max_pixels: Option<u64>,
    /// The maximum of width and height together, in pixels.
    pub max_width_plus_height: Option<u64>,
}

impl ImageRule {
    /// Any image.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        with_formats = formats: Vec<MediaType>,
        with_min_bytes = min_bytes: Option<u64>,
        with_max_bytes = max_bytes: Option<u64>,
        with_aspect_ratio = aspect_ratio: Span<f64>,
        with_width = width: Span<u32>,
        with_height = height: Span<u32>,
        with_max_pixels = max_pixels: Option<u64>,
        with_max_width_plus_height = max_width_plus_height: Option<u64>,
    }
}

/// What an audio track must be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AudioRule {
    /// Codecs; empty means any.
    pub codecs: Vec<String>,
    /// The video must have audio.
    pub required: bool,
    /// The maximum number of samples per second.
    pub max_sample_rate: Option<u32>,
    /// The maximum number of channels.
    pub max_channels: Option<u16>,
}

impl AudioRule {
    /// Any audio, or none.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`codecs`](Self::codecs).
    #[must_use]
    pub fn with_codecs(mut self, codecs: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.codecs = codecs.into_iter().map(Into::into).collect();
        self
    }

    setters! {
        with_required = required: bool,
        with_max_sample_rate = max_sample_rate: Option<u32>,
        with_max_channels = max_channels: Option<u16>,
    }
}

/// What a video must be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct VideoRule {
    /// Formats; empty means any video.
    pub formats: Vec<MediaType>,
    /// Codecs, as in [`VideoInfo::codec`](crate::media::VideoInfo::codec); empty means any.
    pub codecs: Vec<String>,
    /// The audio track.
    pub audio: AudioRule,
    /// The minimum number of bytes.
    pub min_bytes: Option<u64>,
    /// The maximum number of bytes.
    pub max_bytes: Option<u64>,
    /// The maximum number of bits per second, on average.
    pub max_bit_rate: Option<u64>,
    /// How long it plays.
    pub duration: Span<Duration>,
    /// Width divided by height.
    pub aspect_ratio: Span<f64>,
    /// Pixels.
    pub width: Span<u32>,
    /// Pixels.
    pub height: Span<u32>,
    /// The maximum number of pixels of one frame.
    pub max_pixels: Option<u64>,
    /// Frames per second.
    pub frame_rate: Span<f64>,
    /// Its index must stand in front.
    pub fast_start: bool,
}

impl VideoRule {
    /// Any video.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`codecs`](Self::codecs).
    #[must_use]
    pub fn with_codecs(mut self, codecs: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.codecs = codecs.into_iter().map(Into::into).collect();
        self
    }

    setters! {
        with_formats = formats: Vec<MediaType>,
        with_audio = audio: AudioRule,
        with_min_bytes = min_bytes: Option<u64>,
        with_max_bytes = max_bytes: Option<u64>,
        with_max_bit_rate = max_bit_rate: Option<u64>,
        with_duration = duration: Span<Duration>,
        with_aspect_ratio = aspect_ratio: Span<f64>,
        with_width = width: Span<u32>,
        with_height = height: Span<u32>,
        with_max_pixels = max_pixels: Option<u64>,
        with_frame_rate = frame_rate: Span<f64>,
        with_fast_start = fast_start: bool,
    }
}

/// What a document must be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DocumentRule {
    /// Formats; empty means any document.
    pub formats: Vec<MediaType>,
    /// The maximum number of bytes.
    pub max_bytes: Option<u64>,
}

impl DocumentRule {
    /// Any document.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        with_formats = formats: Vec<MediaType>,
        with_max_bytes = max_bytes: Option<u64>,
    }
}

/// What the caption files of a video must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CaptionRule {
    /// Formats.
    pub formats: Vec<MediaType>,
    /// The maximum number of files; `None` is unlimited or unknown.
    pub max_files: Option<usize>,
    /// The maximum number of bytes of each.
    pub max_bytes: Option<u64>,
}

impl CaptionRule {
    /// Any number of files of these formats: [`Vtt`](MediaType::Vtt), [`Srt`](MediaType::Srt).
    #[must_use]
    pub fn new(formats: impl Into<Vec<MediaType>>) -> Self {
        Self { formats: formats.into(), max_files: None, max_bytes: None }
    }

    setters! {
        with_max_files = max_files: Option<usize>,
        with_max_bytes = max_bytes: Option<u64>,
    }
}
