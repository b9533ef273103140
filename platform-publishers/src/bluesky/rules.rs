//! What Bluesky accepts.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, CaptionRule, Habits, ImageRule, MediaCount, Placement, Rules, Span, TextRule, ThreadRule, Tone,
    VideoRule,
};
use social_core::text::{Syntax, Unit};

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::FEED];

/// Images of one post (`app.bsky.embed.images`).
const MAX_IMAGES: usize = 4;
/// What the data server takes as a video; the video service would take more.
const MAX_VIDEO_BYTES: u64 = 52_428_800;
/// The image of a link card.
const MAX_THUMB_BYTES: u64 = 1_000_000;
/// Caption files of one video.
const MAX_CAPTIONS: usize = 20;
/// One caption file.
const MAX_CAPTION_BYTES: u64 = 20_000;
const MAX_IMAGE_BYTES: u64 = 2_000_000;

const LEXICON: &str = "AT Protocol lexicons, app.bsky.feed.post and app.bsky.embed.*";
const LIMITS: &str = "docs.bsky.app, advanced guides, rate limits";

/// What a placement accepts; `None` when Bluesky has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let image = ImageRule::new().with_max_bytes(MAX_IMAGE_BYTES);
    let video = VideoRule::new()
        .with_formats([MediaType::Mp4])
        .with_max_bytes(MAX_VIDEO_BYTES)
        .with_duration(Span::up_to(Duration::from_secs(180)));
    let mut rules = Rules::new(PLATFORM, Placement::FEED)
        .with_text(TextRule::of([(Unit::Graphemes, 300), (Unit::Bytes, 3000)]))
        .with_syntax(Syntax::AtProtocol)
        .with_media(MediaCount::none().with_mixed(false))
        .with_images(Span::up_to(MAX_IMAGES), image)
        .with_videos(Span::up_to(1), video)
        .with_title(TextRule::default())
        .with_alt_text(TextRule::default())
        .with_habits(Habits::new(Tone::Brief).with_hashtags(Span::up_to(2)))
        .with_appearance(
            Appearance::new("Bluesky").with_accent("#1083fe").with_signs(["speech", "repeat", "heart", "share"]),
        );
    rules.cover = Some(ImageRule::new().with_max_bytes(MAX_THUMB_BYTES));
    let captions = CaptionRule::new([MediaType::Vtt]);
    rules.captions = Some(captions.with_max_files(MAX_CAPTIONS).with_max_bytes(MAX_CAPTION_BYTES));
    rules.max_languages = Some(3);
    rules.link_card = true;
    rules.thread = Some(ThreadRule::new());
    rules.quotes = true;
    rules.replies = true;
    let rules = [
        ("text.limits", LEXICON, true),
        ("media.images", LEXICON, true),
        ("image.max_bytes", LEXICON, true),
        ("video.formats", LEXICON, true),
        ("video.max_bytes", LIMITS, true),
        ("video.duration", LIMITS, false),
        ("cover.max_bytes", LEXICON, false),
        ("captions", LEXICON, true),
        ("max_languages", LEXICON, true),
        ("thread", LEXICON, true),
        ("quotes", LEXICON, true),
        ("options", LEXICON, true),
    ]
    .into_iter()
    .fold(rules, |rules, (field, source, confirmed)| rules.with_source(field, source, "2026-08", confirmed));
    Some(options::list(rules))
}
