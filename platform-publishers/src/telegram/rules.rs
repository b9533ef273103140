//! What a chat of Telegram takes.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, Attached, DocumentRule, Habits, ImageRule, MediaCount, Placement, PollRule, Rules, Span, TextLimit,
    TextRule, Tone, VideoRule,
};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::MESSAGE];

/// A poll's question is shorter than another text.
pub(super) const MAX_QUESTION: usize = 300;
const MAX_FILE_BYTES: u64 = 50_000_000;

const METHODS: &str = "core.telegram.org/bots/api, sendMessage, sendPhoto, sendVideo, sendMediaGroup";
const POLLS: &str = "core.telegram.org/bots/api, sendPoll";

/// What a placement accepts; `None` when Telegram has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let text = TextRule::default()
        .with_limit(TextLimit::new(Unit::Utf16, 4096).when(Attached::Nothing))
        .with_limit(TextLimit::new(Unit::Utf16, 1024).when(Attached::Files));
    let image = ImageRule::new()
        .with_formats([MediaType::Jpeg, MediaType::Png, MediaType::Webp])
        .with_max_bytes(10_000_000)
        .with_max_width_plus_height(10_000)
        .with_aspect_ratio(Span::of(0.05, 20.0));
    let video = VideoRule::new().with_formats([MediaType::Mp4]).with_max_bytes(MAX_FILE_BYTES);
    let poll = PollRule::new()
        .with_choices(Span::up_to(12))
        .with_choice(TextRule::of([(Unit::Utf16, 100)]))
        .with_open_for(Span::of(Duration::from_secs(5), Duration::from_secs(2_628_000)))
        .with_multiple(true);
    let media = MediaCount::none().with_documents(Span::up_to(10)).with_together(Span::up_to(10));
    let mut rules = Rules::new(PLATFORM, Placement::MESSAGE)
        .with_text(text)
        .with_media(media)
        .with_images(Span::up_to(10), image.clone())
        .with_videos(Span::up_to(10), video)
        .with_habits(Habits::new(Tone::Personal).with_hashtags(Span::up_to(2)))
        .with_appearance(Appearance::new("Telegram").with_accent("#2aabee").with_signs(["send"]));
    rules.animation = Some(ImageRule::new().with_formats([MediaType::Gif]).with_max_bytes(MAX_FILE_BYTES));
    rules.document = Some(DocumentRule::new().with_max_bytes(MAX_FILE_BYTES));
    rules.cover = Some(image);
    rules.poll = Some(poll);
    rules.link_card = true;
    rules.replies = true;
    rules.takes_public_url = true;
    let rules = [
        ("text.limits", METHODS, true),
        ("media.together", METHODS, true),
        ("image.formats", METHODS, false),
        ("image.max_bytes", METHODS, true),
        ("image.max_width_plus_height", METHODS, true),
        ("image.aspect_ratio", METHODS, true),
        ("video.formats", METHODS, true),
        ("video.max_bytes", METHODS, true),
        ("document.max_bytes", METHODS, true),
        ("poll", POLLS, true),
        ("options", METHODS, true),
    ]
    .into_iter()
    .fold(rules, |rules, (field, source, confirmed)| rules.with_source(field, source, "2026-08", confirmed));
    Some(options::list(rules))
}
