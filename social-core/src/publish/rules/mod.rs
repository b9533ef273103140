//! What one placement of one platform accepts, as data with dates and sources.

mod appearance;
mod habits;
mod media;
mod text;

use serde::{Deserialize, Serialize};

use super::placement::Placement;
use crate::Platform;
use crate::text::Syntax;

pub use appearance::{Appearance, AvatarShape, TextPlace};
pub use habits::{EmojiUse, Habits, HashtagPlace, Tone};
pub use media::{AudioRule, CaptionRule, DocumentRule, ImageRule, MediaCount, VideoRule};
pub use text::{Attached, Measure, PollRule, TextLimit, TextRule, ThreadRule};

/// Setters for the fields of a rule: one line each.
macro_rules! setters {
    ($($setter:ident = $field:ident: $type:ty),* $(,)?) => {$(
        #[doc = concat!("Sets [`", stringify!($field), "`](Self::", stringify!($field), ").")]
        #[must_use]
        pub fn $setter(mut self, $field: impl Into<$type>) -> Self {
            self.$field = $field.into();
            self
        }
    )*};
}
use setters;

/// From the minimum to the maximum allowed, both inclusive; `None` is unlimited or unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span<T> {
    /// The minimum.
    pub minimum: Option<T>,
    /// The maximum.
    pub maximum: Option<T>,
}

impl<T> Default for Span<T> {
    /// Anything.
    fn default() -> Self {
        Self::ANY
    }
}

impl<T> Span<T> {
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

    /// Only a lower end.
    pub const fn at_least(minimum: T) -> Self {
        Self { minimum: Some(minimum), maximum: None }
    }
}

impl<T: PartialOrd + Copy> Span<T> {
    /// Whether a value lies inside.
    pub fn contains(&self, value: T) -> bool {
        !self.is_below(value) && !self.is_above(value)
    }

    /// Whether a value is more than the maximum.
    pub fn is_above(&self, value: T) -> bool {
        self.maximum.is_some_and(|maximum| value > maximum)
    }

    /// Whether a value is less than the minimum.
    pub fn is_below(&self, value: T) -> bool {
        self.minimum.is_some_and(|minimum| value < minimum)
    }
}

/// An option that a placement knows; see [`PlatformOptions`](super::PlatformOptions).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OptionRule {
    /// Its name in the post.
    pub name: String,
    /// What it does, for a person.
    pub what: String,
}

impl OptionRule {
    /// An option by its name.
    #[must_use]
    pub fn new(name: impl Into<String>, what: impl Into<String>) -> Self {
        Self { name: name.into(), what: what.into() }
    }
}

/// Where a number comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceNote {
    /// The field of the rules, for instance `image.max_bytes`.
    pub field: String,
    /// The page or specification.
    pub source: String,
    /// When it was read, year and month.
    pub date: String,
    /// The platform's own documents say so.
    pub confirmed: bool,
}

/// What one placement of one platform accepts. Plain data: an application may change it before use.
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
    /// The title; `None` where there is no title.
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
    /// Images; `None` where they are not accepted.
    pub image: Option<ImageRule>,
    /// Moving images (GIF, WebP); `None` where they are images as any other. With rules of their
    /// own they count as videos.
    pub animation: Option<ImageRule>,
    /// Videos; `None` where they are not accepted.
    pub video: Option<VideoRule>,
    /// Documents; `None` where they are not accepted.
    pub document: Option<DocumentRule>,
    /// The cover of a video; `None` where it is not accepted.
    pub cover: Option<ImageRule>,
    /// A video must have a cover.
    pub cover_required: bool,
    /// Captions of a video; `None` where they are not accepted.
    pub captions: Option<CaptionRule>,
    /// The alt text; `None` where alt texts are not accepted.
    pub alt_text: Option<TextRule>,
    /// Languages that can be named; 0, the default, where the platform is not told any. `None` is
    /// unlimited.
    pub max_languages: Option<usize>,
    /// Shows [`Post::link`](super::Post::link) as a card.
    pub link_card: bool,
    /// The longest address of the link card, in characters.
    pub max_link_length: Option<usize>,
    /// Further parts of a thread; `None` where there are no threads.
    pub thread: Option<ThreadRule>,
    /// The comment that follows the post; `None` where it is not offered.
    pub first_comment: Option<TextRule>,
    /// How long ahead the platform itself can be told to publish; `None` where it is not offered.
    pub publish_ahead: Option<Span<std::time::Duration>>,
    /// Polls; `None` where there are none.
    pub poll: Option<PollRule>,
    /// Another post can be shown inside.
    pub quotes: bool,
    /// Another post can be answered.
    pub replies: bool,
    /// The options under the platform's name that are understood.
    pub options: Vec<OptionRule>,
    /// Whatever options there are, under any platform's name, are handed on to whom they concern.
    pub any_options: bool,
    /// The platform can be told that a model made the post.
    pub ai_label: bool,
    /// The platform fetches the files itself and needs a public address.
    pub needs_public_url: bool,
    /// Files that are at a public address already may stay there: the platform fetches them.
    #[serde(default)]
    pub takes_public_url: bool,
    /// How people write there. Nothing of it is checked.
    pub habits: Habits,
    /// How it looks there, for previews.
    pub appearance: Appearance,
    /// Where the numbers come from.
    pub sources: Vec<SourceNote>,
}

impl Rules {
    /// The platform's name as people write it; its id where that is missing.
    pub(crate) fn platform_name(&self) -> &str {
        match self.appearance.name.as_str() {
            "" => self.platform.as_str(),
            name => name,
        }
    }

    /// Rules that allow text only, of any length.
    #[must_use]
    pub fn new(platform: impl Into<Platform>, placement: Placement) -> Self {
        let platform = platform.into();
        Self {
            appearance: Appearance::of(&platform),
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
            max_languages: Some(0),
            link_card: false,
            max_link_length: None,
            thread: None,
            first_comment: None,
            publish_ahead: None,
            poll: None,
            quotes: false,
            replies: false,
            options: Vec::new(),
            any_options: false,
            ai_label: false,
            needs_public_url: false,
            takes_public_url: false,
            habits: Habits::default(),
            sources: Vec::new(),
        }
    }

    setters! {
        with_text = text: TextRule,
        with_syntax = syntax: Syntax,
        with_title = title: Option<TextRule>,
        with_alt_text = alt_text: Option<TextRule>,
        with_max_hashtags = max_hashtags: Option<usize>,
        with_max_mentions = max_mentions: Option<usize>,
        with_max_links = max_links: Option<usize>,
        with_max_languages = max_languages: Option<usize>,
        with_media = media: MediaCount,
        with_habits = habits: Habits,
        with_appearance = appearance: Appearance,
    }

    /// Accepts so many images.
    #[must_use]
    pub fn with_images(mut self, count: Span<usize>, rule: ImageRule) -> Self {
        self.media.images = count;
        self.image = Some(rule);
        self
    }

    /// Accepts so many videos.
    #[must_use]
    pub fn with_videos(mut self, count: Span<usize>, rule: VideoRule) -> Self {
        self.media.videos = count;
        self.video = Some(rule);
        self
    }

    /// Knows an option under the platform's name, and says what it does.
    #[must_use]
    pub fn with_option(mut self, name: impl Into<String>, what: impl Into<String>) -> Self {
        self.options.push(OptionRule::new(name, what));
        self
    }

    /// Says where the numbers of a field come from, when they were read (year and month), and
    /// whether the platform's own documents say so.
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

    /// What a text for this placement must keep to, a sentence each: for a person, or for the
    /// prompt of a language model.
    #[must_use]
    pub fn limits_text(&self) -> String {
        let mut sentences = Vec::new();
        sentences.extend(self.text.in_words("text"));
        match &self.title {
            Some(rule) => sentences.extend(rule.in_words("title")),
            None => sentences.extend(TextRule::forbidden().in_words("title")),
        }
        if let Some(rule) = &self.alt_text {
            sentences.extend(rule.in_words("alt text of each image"));
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
