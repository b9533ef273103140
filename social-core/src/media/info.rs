//! Types of files, and what is known about one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The broad kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MediaKind {
    /// An image.
    Image,
    /// A video.
    Video,
    /// Audio.
    Audio,
    /// Anything else.
    Document,
}

impl MediaKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
        }
    }
}

/// The format of a file, read from its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MediaType {
    /// JPEG image.
    Jpeg,
    /// PNG image.
    Png,
    /// GIF image or animation.
    Gif,
    /// WebP image.
    Webp,
    /// HEIC image.
    Heic,
    /// AVIF image.
    Avif,
    /// MP4 video.
    Mp4,
    /// QuickTime video.
    Mov,
    /// WebM video.
    Webm,
    /// Matroska video that is no WebM.
    Mkv,
    /// MP3 audio.
    Mp3,
    /// WAV audio.
    Wav,
    /// MPEG-4 audio.
    M4a,
    /// Ogg audio.
    Ogg,
    /// PDF document.
    Pdf,
    /// WebVTT captions.
    Vtt,
    /// SubRip captions.
    Srt,
}

impl MediaType {
    /// The format that the ending of a file's name or address promises; only its bytes tell what it
    /// is.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        use MediaType::{Avif, Gif, Heic, Jpeg, M4a, Mkv, Mov, Mp3, Mp4, Ogg, Pdf, Png, Srt, Vtt, Wav, Webm, Webp};
        let (_, ending) = name.rsplit_once('.')?;
        if ending.eq_ignore_ascii_case("jpeg") {
            return Some(Jpeg);
        }
        [Jpeg, Png, Gif, Webp, Heic, Avif, Mp4, Mov, Webm, Mkv, Mp3, Wav, M4a, Ogg, Pdf, Vtt, Srt]
            .into_iter()
            .find(|known| ending.eq_ignore_ascii_case(known.extension()))
    }

    /// The MIME type.
    #[must_use]
    pub const fn as_mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
            Self::Avif => "image/avif",
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::Webm => "video/webm",
            Self::Mkv => "video/x-matroska",
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
            Self::M4a => "audio/mp4",
            Self::Ogg => "audio/ogg",
            Self::Pdf => "application/pdf",
            Self::Vtt => "text/vtt",
            Self::Srt => "application/x-subrip",
        }
    }

    /// The usual ending of a file's name, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::Webm => "webm",
            Self::Mkv => "mkv",
            Self::Mp3 => "mp3",
            Self::Wav => "wav",
            Self::M4a => "m4a",
            Self::Ogg => "ogg",
            Self::Pdf => "pdf",
            Self::Vtt => "vtt",
            Self::Srt => "srt",
        }
    }

    /// The broad kind.
    #[must_use]
    pub const fn kind(self) -> MediaKind {
        match self {
            Self::Jpeg | Self::Png | Self::Gif | Self::Webp | Self::Heic | Self::Avif => MediaKind::Image,
            Self::Mp4 | Self::Mov | Self::Webm | Self::Mkv => MediaKind::Video,
            Self::Mp3 | Self::Wav | Self::M4a | Self::Ogg => MediaKind::Audio,
            Self::Pdf | Self::Vtt | Self::Srt => MediaKind::Document,
        }
    }
}

/// Facts about a video track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoInfo {
    /// The codec in lower case: `h264`, `hevc`, `vp9`, `av1`, or the four-character code of
    /// another.
    pub codec: String,
    /// Frames per second, where known.
    pub frame_rate: Option<f64>,
}

/// Facts about an audio track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AudioInfo {
    /// The codec in lower case: `aac`, `mp3`, `opus`, `vorbis`, `pcm`, or the four-character code
    /// of another.
    pub codec: String,
    /// Samples per second, where known.
    pub sample_rate: Option<u32>,
    /// Channels, where known.
    pub channels: Option<u16>,
}

/// What the bytes of a file say about it. Nothing here comes from its name or a declared type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MediaInfo {
    /// The format.
    pub media_type: MediaType,
    /// The size in bytes.
    pub bytes: u64,
    /// Width in pixels as shown, rotation applied.
    pub width: Option<u32>,
    /// Height in pixels as shown, rotation applied.
    pub height: Option<u32>,
    /// How long it plays.
    pub duration: Option<Duration>,
    /// It has several frames.
    pub animated: bool,
    /// The image can be transparent.
    pub alpha: bool,
    /// The EXIF orientation, 1 to 8, of an image that carries one.
    pub orientation: Option<u8>,
    /// The video track.
    pub video: Option<VideoInfo>,
    /// The audio track.
    pub audio: Option<AudioInfo>,
    /// The index of an MP4 stands before its images, so that it plays while it loads.
    pub fast_start: Option<bool>,
    /// What is untidy about the file though every decoder shows it: a missing end mark, bytes
    /// behind the end, a length that was never filled in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl MediaInfo {
    /// A file of this format and size about which nothing else is known.
    #[must_use]
    pub const fn new(media_type: MediaType, bytes: u64) -> Self {
        Self {
            media_type,
            bytes,
            width: None,
            height: None,
            duration: None,
            animated: false,
            alpha: false,
            orientation: None,
            video: None,
            audio: None,
            fast_start: None,
            warnings: Vec::new(),
        }
    }

    /// Width divided by height.
    #[must_use]
    pub fn aspect_ratio(&self) -> Option<f64> {
        match (self.width, self.height) {
            (Some(width), Some(height)) if height > 0 => Some(f64::from(width) / f64::from(height)),
            _ => None,
        }
    }
}
