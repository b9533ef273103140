//! What LinkedIn accepts.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, DocumentRule, Habits, ImageRule, MediaCount, Placement, PollRule, Rules, Span, TextRule, Tone,
    VideoRule,
};
use social_core::text::Unit;

use super::little::LITTLE;
use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::FEED];

/// The longest text as it is sent, in UTF-16 units.
pub(super) const MAX_TEXT: usize = 3000;
/// The longest question of a poll, in UTF-16 units.
pub(super) const MAX_QUESTION: usize = 140;
/// A comment, in UTF-16 units.
const MAX_COMMENT: usize = 1250;
const DAY: u64 = 24 * 3600;

const POSTS: &str = "learn.microsoft.com, Posts API";
const IMAGES: &str = "learn.microsoft.com, Images API";
const MULTI_IMAGE: &str = "learn.microsoft.com, MultiImage API";
const VIDEOS: &str = "learn.microsoft.com, Videos API";
const DOCUMENTS: &str = "learn.microsoft.com, Documents API";
const KNOWN: &str = "what products use; no page of the documents that was read says it";

/// What a placement accepts; `None` when LinkedIn has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if *placement != Placement::FEED {
        return None;
    }
    let image =
        ImageRule::new().with_formats([MediaType::Jpeg, MediaType::Png, MediaType::Gif]).with_max_pixels(36_152_320);
    let video = VideoRule::new()
        .with_formats([MediaType::Mp4])
        .with_min_bytes(75_000)
        .with_max_bytes(500_000_000)
        .with_duration(Span::of(Duration::from_secs(3), Duration::from_secs(1800)));
    let poll = PollRule::new()
        .with_choices(Span::of(2, 4))
        .with_choice(TextRule::of([(Unit::Utf16, 30)]))
        .with_open_for(Span::of(Duration::from_secs(DAY), Duration::from_secs(14 * DAY)));
    let mut rules = Rules::new(PLATFORM, Placement::FEED)
        // Whether escapes count is not documented; they are not less than what could be meant.
        .with_text(TextRule::of([(Unit::Custom(&LITTLE), MAX_TEXT)]))
        .with_title(TextRule::default())
        .with_alt_text(TextRule::of([(Unit::Utf16, 4086)]))
        .with_media(MediaCount::none().with_documents(Span::up_to(1)).with_mixed(false))
        .with_images(Span::up_to(20), image.clone())
        .with_videos(Span::up_to(1), video)
        .with_habits(Habits::new(Tone::Professional).with_hashtags(Span::up_to(5)).with_fold(200))
        .with_appearance(
            Appearance::new("LinkedIn").with_accent("#0a66c2").with_signs(["thumb", "speech", "repeat", "send"]),
        );
    rules.document = Some(DocumentRule::new().with_formats([MediaType::Pdf]).with_max_bytes(100_000_000));
    rules.cover = Some(image);
    rules.link_card = true;
    rules.first_comment = Some(TextRule::of([(Unit::Utf16, MAX_COMMENT)]));
    rules.poll = Some(poll);
    let rules = [
        ("text", KNOWN, false),
        ("alt_text", MULTI_IMAGE, true),
        ("media.images", MULTI_IMAGE, true),
        ("image.formats", IMAGES, true),
        ("image.max_pixels", IMAGES, true),
        ("video", VIDEOS, true),
        ("document", DOCUMENTS, true),
        ("link_card", POSTS, true),
        ("first_comment", KNOWN, false),
        ("poll", KNOWN, false),
        ("habits.fold", KNOWN, false),
        ("options", POSTS, true),
    ]
    .into_iter()
    .fold(rules, |rules, (field, source, confirmed)| rules.with_source(field, source, "2026-11", confirmed));
    Some(options::list(rules))
}

/// What to use instead of what LinkedIn does not have for apps.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "carousel" => "several images, or a PDF whose pages are swiped through, stand in the `feed`",
        "reel" | "short" | "video" => "a video stands in the `feed`",
        "story" => "stories were given up; use the `feed`",
        "article" => "post the article's link in the `feed`; LinkedIn's own editor is closed to apps",
        "event" => "make the event on LinkedIn, and post its link in the `feed`",
        _ => return None,
    })
}
