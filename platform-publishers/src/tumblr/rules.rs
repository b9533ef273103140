//! What Tumblr accepts.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, AvatarShape, Habits, ImageRule, Placement, Rules, Span, TextRule, Tone, VideoRule,
};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::FEED];

const NPF: &str = "tumblr/docs, NPF specification";
const API: &str = "tumblr/docs, API v2";
const OLD: &str = "tumblr/docs, API v2, legacy posts";

/// What a placement accepts; `None` when Tumblr has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let text = || TextRule::of([(Unit::Chars, 4096)]);
    let image = ImageRule::new()
        .with_formats([MediaType::Jpeg, MediaType::Png, MediaType::Gif, MediaType::Webp])
        .with_max_bytes(10_000_000);
    let video = VideoRule::new()
        .with_formats([MediaType::Mp4, MediaType::Mov])
        .with_max_bytes(500_000_000)
        .with_duration(Span::up_to(Duration::from_secs(600)));
    let mut rules = Rules::new(PLATFORM, Placement::FEED)
        .with_text(text())
        .with_title(text())
        .with_alt_text(text())
        .with_max_mentions(50)
        .with_images(Span::up_to(30), image)
        .with_videos(Span::up_to(1), video)
        .with_habits(Habits::new(Tone::Personal).with_hashtags(Span::up_to(0)))
        .with_appearance(
            Appearance::new("Tumblr")
                .with_accent("#001935")
                .with_avatar(AvatarShape::Square)
                .with_signs(["speech", "repeat", "heart", "share"]),
        );
    rules.link_card = true;
    rules.publish_ahead = Some(Span::ANY);
    let rules = [
        ("text.limits", NPF, true),
        ("title.limits", NPF, true),
        ("alt_text.limits", NPF, true),
        ("max_mentions", NPF, true),
        ("media.images", NPF, true),
        ("media.videos", NPF, true),
        ("image.formats", OLD, false),
        ("image.max_bytes", OLD, false),
        ("video.formats", OLD, false),
        ("video.max_bytes", OLD, false),
        ("video.duration", OLD, false),
        ("publish_ahead", API, true),
        ("options", API, true),
    ]
    .into_iter()
    .fold(rules, |rules, (field, source, confirmed)| rules.with_source(field, source, "2024-10", confirmed));
    Some(options::list(rules))
}
