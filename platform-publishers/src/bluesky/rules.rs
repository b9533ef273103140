use std::time::Duration;

use social_core::Platform;
use social_core::media::MediaType;
use social_core::publish::{
    CaptionRule, ImageRule, MediaCount, Placement, Rules, SourceNote, Span, TextRule, VideoRule,
};
use social_core::text::{Syntax, Unit};

pub(super) const PLATFORM: Platform = Platform::new("bluesky");

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

/// What a placement takes; `None` when Bluesky has no such placement.
#[must_use]
pub fn rules(placement: Placement) -> Option<Rules> {
    if placement != Placement::FEED {
        return None;
    }
    let note = |field: &str, source: &str, confirmed| SourceNote {
        field: field.to_owned(),
        source: source.to_owned(),
        date: "2026-08".to_owned(),
        confirmed,
    };
    let mut rules = Rules::new(PLATFORM, placement);
    rules.text = TextRule { limits: vec![(Unit::Graphemes, 300), (Unit::Bytes, 3000)], required: false };
    rules.media = MediaCount { images: (0, MAX_IMAGES), videos: (0, 1), mixed: false, ..MediaCount::default() };
    rules.syntax = Syntax::AtProtocol;
    rules.image = Some(ImageRule { max_bytes: Some(MAX_IMAGE_BYTES), ..ImageRule::default() });
    rules.video = Some(VideoRule {
        formats: vec![MediaType::Mp4],
        max_bytes: Some(MAX_VIDEO_BYTES),
        duration: Span::up_to(Duration::from_secs(180)),
        ..VideoRule::default()
    });
    rules.title = Some(TextRule::default());
    rules.cover = Some(ImageRule { max_bytes: Some(MAX_THUMB_BYTES), ..ImageRule::default() });
    rules.alt_text = Some(TextRule::default());
    rules.captions = Some(CaptionRule { maximum: MAX_CAPTIONS, max_bytes: Some(MAX_CAPTION_BYTES) });
    rules.max_languages = Some(3);
    rules.link_card = true;
    rules.sources = vec![
        note("text", LEXICON, true),
        note("media", LEXICON, true),
        note("image.max_bytes", LEXICON, true),
        note("video.formats", LEXICON, true),
        note("video.max_bytes", LIMITS, true),
        note("video.duration", LIMITS, false),
        note("cover.max_bytes", LEXICON, false),
        note("captions", LEXICON, true),
        note("max_languages", LEXICON, true),
    ];
    Some(rules)
}
