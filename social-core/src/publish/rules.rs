use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::post::Placement;
use crate::Platform;
use crate::media::MediaType;
use crate::text::{Syntax, Unit};

/// From the minimum to the maximum allowed, both inclusive; `None` is unlimited or unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Span<T> {
    /// The minimum.
    pub minimum: Option<T>,
    /// The maximum.
    pub maximum: Option<T>,
}

impl<T: PartialOrd + Copy> Span<T> {
    /// Anything.
    pub const ANY: Self = Self { minimum: None, maximum: None };

    /// Both ends.
    pub const fn of(minimum: T, maximum: T) -> Self {
        Self { minimum: Some(minimum), maximum: Some(maximum) }
    }

    /// Only an upper end.
    pub const fn up_to(maximum: T) -> Self {
        Self { minimum: None, maximum: Some(maximum) }
    }

    /// Whether a value lies inside.
    pub fn contains(&self, value: T) -> bool {
        self.minimum.is_none_or(|minimum| value >= minimum) && self.maximum.is_none_or(|maximum| value <= maximum)
    }
}

/// How long a text may be, in the platform's own unit. Several limits apply together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TextRule {
    /// The limits: unit and maximum. A maximum of 0 says that no text is taken.
    pub limits: Vec<(Unit, usize)>,
    /// The post must have a text.
    pub required: bool,
}

impl TextRule {
    /// These limits together; not required.
    #[must_use]
    pub fn of(limits: impl IntoIterator<Item = (Unit, usize)>) -> Self {
        Self { limits: limits.into_iter().collect(), required: false }
    }

    /// Must be there.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// How long a text is by each limit. Check, fit and previews all count with this.
    #[must_use]
    pub fn measure(&self, text: &str) -> Vec<Measure> {
        self.limits
            .iter()
            .map(|(unit, maximum)| Measure { unit: *unit, used: unit.count(text), maximum: *maximum })
            .collect()
    }
}

/// How long a text is, and how long it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// What is counted.
    pub unit: Unit,
    /// How long it is.
    pub used: usize,
    /// How long it may be.
    pub maximum: usize,
}

impl Measure {
    /// The text is longer than allowed.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.used > self.maximum
    }
}

/// How many files of a kind, minimum and maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaCount {
    /// Images.
    pub images: (usize, usize),
    /// Videos; also animated images where [`Rules::animation`] has rules for them.
    pub videos: (usize, usize),
    /// Documents.
    pub documents: (usize, usize),
    /// All together.
    pub together: (usize, usize),
    /// Several kinds may stand in one post.
    pub mixed: bool,
}

impl Default for MediaCount {
    /// No files.
    fn default() -> Self {
        Self { images: (0, 0), videos: (0, 0), documents: (0, 0), together: (0, usize::MAX), mixed: true }
    }
}

/// What an image must be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// The maximum that width and height add up to, in pixels.
    pub max_width_plus_height: Option<u64>,
}

/// What an audio track must be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

/// What a video must be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

/// What a document must be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRule {
    /// Formats; empty means any document.
    pub formats: Vec<MediaType>,
    /// The maximum number of bytes.
    pub max_bytes: Option<u64>,
}

/// What the caption files of a video must be. They are WebVTT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptionRule {
    /// The maximum number of files.
    pub maximum: usize,
    /// The maximum number of bytes of each.
    pub max_bytes: Option<u64>,
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
    /// By whose rules hashtags, mentions and links are recognised.
    pub syntax: Syntax,
    /// The title; `None` where there is none.
    pub title: Option<TextRule>,
    /// Hashtags in the text.
    pub max_hashtags: Option<usize>,
    /// Mentions in the text.
    pub max_mentions: Option<usize>,
    /// Stock symbols in the text.
    pub max_cashtags: Option<usize>,
    /// Different links in the text and the link card together.
    pub max_links: Option<usize>,
    /// How many files.
    pub media: MediaCount,
    /// Images; `None` where none are taken.
    pub image: Option<ImageRule>,
    /// Animated images (GIF, WebP); `None` where they are images as any other. With rules of their own they count as videos.
    pub animation: Option<ImageRule>,
    /// Videos; `None` where none are taken.
    pub video: Option<VideoRule>,
    /// Documents; `None` where none are taken.
    pub document: Option<DocumentRule>,
    /// The cover of a video; `None` where none is taken.
    pub cover: Option<ImageRule>,
    /// A video must have a cover.
    pub cover_required: bool,
    /// Captions of a video; `None` where none are taken.
    pub captions: Option<CaptionRule>,
    /// The alt text's limit; `None` where alt texts are not taken.
    pub alt_text: Option<TextRule>,
    /// Languages that can be named.
    pub max_languages: Option<usize>,
    /// Shows [`Post::link`](super::Post::link) as a card.
    pub link_card: bool,
    /// The longest address of the link card, in characters.
    pub max_link_length: Option<usize>,
    /// The platform can be told that a model made the post.
    pub ai_label: bool,
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
            syntax: Syntax::Usual,
            title: None,
            max_hashtags: None,
            max_mentions: None,
            max_cashtags: None,
            max_links: None,
            media: MediaCount::default(),
            image: None,
            animation: None,
            video: None,
            document: None,
            cover: None,
            cover_required: false,
            captions: None,
            alt_text: None,
            max_languages: None,
            link_card: false,
            max_link_length: None,
            ai_label: false,
            needs_public_url: false,
            sources: Vec::new(),
        }
    }

    /// Limits the text.
    #[must_use]
    pub fn with_text(mut self, rule: TextRule) -> Self {
        self.text = rule;
        self
    }

    /// Takes so many images, minimum and maximum.
    #[must_use]
    pub fn with_images(mut self, minimum: usize, maximum: usize, rule: ImageRule) -> Self {
        self.media.images = (minimum, maximum);
        self.image = Some(rule);
        self
    }

    /// Takes so many videos, minimum and maximum.
    #[must_use]
    pub fn with_videos(mut self, minimum: usize, maximum: usize, rule: VideoRule) -> Self {
        self.media.videos = (minimum, maximum);
        self.video = Some(rule);
        self
    }

    /// Says where the numbers of a field come from, when they were read (year and month), and whether the platform's own
    /// documents say so.
    #[must_use]
    pub fn with_source(
        mut self,
        field: impl Into<String>,
        source: impl Into<String>,
        date: impl Into<String>,
        confirmed: bool,
    ) -> Self {
        self.sources.push(SourceNote { field: field.into(), source: source.into(), date: date.into(), confirmed });
        self
    }

    /// What a text for this placement must keep to, a sentence each: for a person, or for the prompt of a language model.
    #[must_use]
    pub fn limits_text(&self) -> String {
        let mut sentences = Vec::new();
        let mut of_text = |name: &str, rule: &TextRule| {
            if rule.limits.iter().any(|(_, maximum)| *maximum == 0) {
                sentences.push(format!("There is no {name}: leave it empty."));
                return;
            }
            if rule.required {
                sentences.push(format!("The {name} is required."));
            }
            if !rule.limits.is_empty() {
                let limits: Vec<_> =
                    rule.limits.iter().map(|(unit, maximum)| format!("{maximum} {}", unit.noun())).collect();
                sentences.push(format!("The {name} has at most {}.", limits.join(" and at most ")));
            }
        };
        of_text("text", &self.text);
        match &self.title {
            Some(rule) => of_text("title", rule),
            None => of_text("title", &TextRule::of([(Unit::Chars, 0)])),
        }
        if let Some(rule) = &self.alt_text {
            of_text("alt text of each image", rule);
        }
        let counts = [
            ("Hashtags", self.max_hashtags),
            ("Mentions", self.max_mentions),
            ("Stock symbols ($ABC)", self.max_cashtags),
            ("Different links", self.max_links),
        ];
        for (name, maximum) in counts {
            match maximum {
                Some(0) => sentences.push(format!("{name}: none.")),
                Some(maximum) => sentences.push(format!("{name}: at most {maximum}.")),
                None => {}
            }
        }
        sentences.join(" ")
    }
}
