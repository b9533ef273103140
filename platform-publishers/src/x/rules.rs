//! What X accepts.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use social_core::media::MediaType;
use social_core::publish::{
    Appearance, AudioRule, CaptionRule, Habits, ImageRule, MediaCount, Placement, PollRule, Rules, Span, TextRule,
    ThreadRule, Tone, VideoRule,
};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::FEED];

/// What an account pays X for: it may write longer texts and show longer videos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subscription {
    /// Nothing.
    #[default]
    None,
    /// Basic.
    Basic,
    /// Premium.
    Premium,
    /// Premium+.
    PremiumPlus,
}

impl Subscription {
    /// The subscription of a word: as X says it (`PremiumPlus`), or as a setting has it
    /// (`premium_plus`).
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().replace(['_', '+', ' '], "").as_str() {
            "none" => Self::None,
            "basic" => Self::Basic,
            "premium" => Self::Premium,
            "premiumplus" => Self::PremiumPlus,
            _ => return None,
        })
    }

    const fn pays(self) -> bool {
        !matches!(self, Self::None)
    }
}

const POSTS: &str = "X OpenAPI 2.167, createPosts";
const TEXTS: &str = "twitter-text, configuration 3; help.x.com, about X Premium";
const MEDIA: &str = "docs.x.com, media best practices, a version newer than 2026-08-22";
const PRODUCTS: &str = "a refusal that products quote";
/// A video of more pixels is named in no document. Wide or tall.
const MOST_PIXELS: u64 = 1920 * 1080;

/// What the placement accepts from an account of this subscription; `None` when X has no such
/// placement.
#[must_use]
pub fn rules(placement: &Placement, subscription: Subscription) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let pays = subscription.pays();
    let image = ImageRule::new()
        .with_formats([MediaType::Jpeg, MediaType::Png, MediaType::Webp, MediaType::Gif])
        .with_max_bytes(5_000_000);
    let gif = ImageRule::new()
        .with_formats([MediaType::Gif])
        .with_max_bytes(15_000_000)
        .with_width(Span::up_to(1280))
        .with_height(Span::up_to(1080));
    let poll = PollRule::new()
        .with_choices(Span::of(2, 4))
        .with_choice(TextRule::of([(Unit::Chars, 25)]))
        .with_open_for(Span::of(Duration::from_secs(5 * 60), Duration::from_secs(10_080 * 60)));
    let appearance = Appearance::new("X").with_accent("#0f1419").with_signs(["speech", "repeat", "heart", "share"]);
    let mut rules = Rules::new(PLATFORM, Placement::FEED)
        .with_text(TextRule::of([(Unit::XWeighted, if pays { 25_000 } else { 280 })]))
        .with_media(MediaCount::none().with_mixed(false))
        .with_images(Span::up_to(4), image.clone())
        .with_videos(Span::up_to(1), video(pays))
        .with_alt_text(TextRule::of([(Unit::Chars, 1000)]))
        .with_habits(Habits::new(Tone::Brief).with_hashtags(Span::up_to(2)))
        .with_appearance(appearance);
    rules.max_cashtags = Some(1);
    rules.animation = Some(gif);
    rules.cover = Some(image);
    rules.captions = Some(CaptionRule::new([MediaType::Srt, MediaType::Vtt]));
    rules.thread = Some(ThreadRule::new());
    rules.poll = Some(poll);
    rules.quotes = true;
    rules.replies = true;
    rules.ai_label = true;
    let rules = [
        ("text", TEXTS, "2026-11", true),
        ("max_cashtags", PRODUCTS, "2026-11", false),
        ("media", MEDIA, "2026-11", true),
        ("image", MEDIA, "2026-11", true),
        ("animation", MEDIA, "2026-11", true),
        ("video", MEDIA, "2026-11", true),
        ("video.max_pixels", MEDIA, "2026-11", false),
        ("captions", "X OpenAPI 2.167, createMediaSubtitles", "2026-08", true),
        ("cover", POSTS, "2026-08", true),
        ("alt_text", "X OpenAPI 2.167, createMediaMetadata", "2026-08", true),
        ("poll", POSTS, "2026-08", true),
        ("thread", "products do it", "2026-11", false),
        ("quotes", POSTS, "2026-08", true),
        ("replies", POSTS, "2026-08", true),
        ("ai_label", POSTS, "2026-08", true),
        ("options", POSTS, "2026-08", true),
    ]
    .into_iter()
    .fold(rules, |rules, (field, source, date, confirmed)| rules.with_source(field, source, date, confirmed));
    Some(options::list(rules))
}

fn video(pays: bool) -> VideoRule {
    // A newer page says 20 minutes and 8 GB for everybody; what was checked twice is kept to.
    let (seconds, bytes) = if pays { (125 * 60, 16_000_000_000) } else { (140, 512_000_000) };
    VideoRule::new()
        .with_formats([MediaType::Mp4, MediaType::Mov])
        .with_codecs(["h264"])
        .with_audio(AudioRule::new().with_codecs(["aac"]).with_max_channels(2))
        .with_max_bytes(bytes)
        .with_duration(Span::of(Duration::from_millis(500), Duration::from_secs(seconds)))
        .with_aspect_ratio(Span::of(0.3333, 3.0))
        .with_width(Span::at_least(32))
        .with_height(Span::at_least(32))
        .with_max_pixels(MOST_PIXELS)
        .with_frame_rate(Span::up_to(60.0))
}

/// What to use instead of what X does not have.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "reel" | "short" | "video" => "a video stands in the `feed`",
        "carousel" => "up to 4 images stand in the `feed`",
        "story" => "there are no stories on X; use the `feed`",
        "article" => "articles are not offered here; divide the text into a thread of the `feed`",
        "message" => "messages are not offered here; use the `feed`",
        _ => return None,
    })
}
