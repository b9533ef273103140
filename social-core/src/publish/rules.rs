use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::post::Placement;
use crate::Platform;
use crate::media::MediaType;
use crate::text::Unit;

/// From the least to the most allowed, both inclusive; `None` is unlimited or unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Span<T> {
    /// The least.
    pub least: Option<T>,
    /// The most.
    pub most: Option<T>,
}

impl<T: PartialOrd + Copy> Span<T> {
    /// Anything.
    pub const ANY: Self = Self { least: None, most: None };

    /// Both ends.
    pub const fn of(least: T, most: T) -> Self {
        Self { least: Some(least), most: Some(most) }
    }

    /// Only an upper end.
    pub const fn up_to(most: T) -> Self {
        Self { least: None, most: Some(most) }
    }

    /// Whether a value lies inside.
    pub fn contains(&self, value: T) -> bool {
        self.least.is_none_or(|least| value >= least) && self.most.is_none_or(|most| value <= most)
    }
}

/// How long a text may be, in the platform's own unit. Several limits apply together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TextRule {
    /// The limits: unit and most.
    pub limits: Vec<(Unit, usize)>,
    /// The post must have a text.
    pub required: bool,
}

/// How many files of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaCount {
    /// Pictures, least and most.
    pub images: (usize, usize),
    /// Films, least and most.
    pub videos: (usize, usize),
    /// Pictures and films together, least and most.
    pub together: (usize, usize),
}

/// What a picture must be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImageRule {
    /// Formats; empty means any picture.
    pub formats: Vec<MediaType>,
    /// The most bytes.
    pub max_bytes: Option<u64>,
    /// Width divided by height.
    pub aspect_ratio: Span<f64>,
    /// Pixels.
    pub width: Span<u32>,
    /// Pixels.
    pub height: Span<u32>,
    /// The most pixels altogether.
    pub max_pixels: Option<u64>,
}

/// What a sound track must be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AudioRule {
    /// Codecs; empty means any.
    pub codecs: Vec<String>,
    /// The film must have sound.
    pub required: bool,
}

/// What a film must be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VideoRule {
    /// Formats; empty means any film.
    pub formats: Vec<MediaType>,
    /// Codecs, as in [`VideoInfo::codec`](crate::media::VideoInfo::codec); empty means any.
    pub codecs: Vec<String>,
    /// The sound track.
    pub audio: AudioRule,
    /// The most bytes.
    pub max_bytes: Option<u64>,
    /// How long it plays.
    pub duration: Span<Duration>,
    /// Width divided by height.
    pub aspect_ratio: Span<f64>,
    /// Pixels.
    pub width: Span<u32>,
    /// Frames per second.
    pub frame_rate: Span<f64>,
    /// Its index must stand in front.
    pub fast_start: bool,
}

/// Where a number comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceNote {
    /// The field of the rules.
    pub field: String,
    /// The page or specification.
    pub source: String,
    /// When it was read, year and month.
    pub date: String,
    /// The platform's own documents say so.
    pub confirmed: bool,
}

/// What one placement of one platform takes. Plain data: an application may change it before use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rules {
    /// The platform.
    pub platform: Platform,
    /// The placement.
    pub placement: Placement,
    /// The text.
    pub text: TextRule,
    /// The title; `None` where there is none.
    pub title: Option<TextRule>,
    /// Hashtags in the text.
    pub max_hashtags: Option<usize>,
    /// Mentions in the text.
    pub max_mentions: Option<usize>,
    /// Links in the text.
    pub max_links: Option<usize>,
    /// How many files.
    pub media: MediaCount,
    /// Pictures; `None` where none are taken.
    pub image: Option<ImageRule>,
    /// Films; `None` where none are taken.
    pub video: Option<VideoRule>,
    /// The alt text's limit; `None` where alt texts are not taken.
    pub alt_text: Option<TextRule>,
    /// Languages that can be named.
    pub max_languages: Option<usize>,
    /// Shows [`Post::link`](super::Post::link) as a card.
    pub link_card: bool,
    /// The platform fetches the files itself and needs a public address.
    pub needs_public_url: bool,
    /// Where the numbers come from.
    pub sources: Vec<SourceNote>,
}

impl Rules {
    /// Rules that allow text only, of any length.
    #[must_use]
    pub fn new(platform: Platform, placement: Placement) -> Self {
        Self {
            platform,
            placement,
            text: TextRule::default(),
            title: None,
            max_hashtags: None,
            max_mentions: None,
            max_links: None,
            media: MediaCount { images: (0, 0), videos: (0, 0), together: (0, 0) },
            image: None,
            video: None,
            alt_text: None,
            max_languages: None,
            link_card: false,
            needs_public_url: false,
            sources: Vec::new(),
        }
    }
}
