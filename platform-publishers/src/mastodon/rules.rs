//! What an instance accepts unless it says something else.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, Habits, ImageRule, MediaCount, Placement, PollRule, Rules, Span, TextRule, ThreadRule, Tone, VideoRule,
};
use social_core::text::{Syntax, Unit};

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::FEED];

/// Nearer publish times are refused.
pub(super) const SHORTEST_AHEAD: Duration = Duration::from_secs(5 * 60);
const IMAGES: [MediaType; 6] =
    [MediaType::Jpeg, MediaType::Png, MediaType::Gif, MediaType::Webp, MediaType::Avif, MediaType::Heic];
const VIDEOS: [MediaType; 3] = [MediaType::Mp4, MediaType::Mov, MediaType::Webm];

const STATUSES: &str = "docs.joinmastodon.org, methods/statuses";
const INSTANCE: &str = "docs.joinmastodon.org, entities/Instance, and a recorded 4.6";

/// What the placement accepts on an instance with the usual limits; `None` when Mastodon has no
/// such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let image = ImageRule::new().with_formats(IMAGES).with_max_bytes(16_777_216).with_max_pixels(33_177_600);
    let video = VideoRule::new()
        .with_formats(VIDEOS)
        .with_max_bytes(103_809_024)
        .with_max_pixels(8_294_400)
        .with_frame_rate(Span::up_to(120.0));
    let poll = PollRule::new()
        .with_choices(Span::of(2, 4))
        .with_choice(TextRule::of([(Unit::Chars, 50)]))
        .with_open_for(Span::of(Duration::from_secs(300), Duration::from_secs(2_629_746)))
        .with_multiple(true);
    let appearance =
        Appearance::new("Mastodon").with_accent("#6364ff").with_signs(["speech", "repeat", "heart", "share"]);
    let mut rules = Rules::new(PLATFORM, Placement::FEED)
        .with_text(TextRule::of([(Unit::Mastodon, 500)]))
        .with_syntax(Syntax::Federated)
        .with_media(MediaCount::none().with_mixed(false))
        .with_images(Span::up_to(4), image.clone())
        .with_videos(Span::up_to(1), video)
        .with_alt_text(TextRule::of([(Unit::Chars, 1500)]))
        .with_habits(Habits::new(Tone::Brief).with_hashtags(Span::up_to(4)))
        .with_appearance(appearance);
    // A moving image becomes a video without sound.
    rules.animation = Some(image.clone());
    rules.cover = Some(image);
    rules.max_languages = Some(1);
    rules.thread = Some(ThreadRule::new());
    rules.publish_ahead = Some(Span::at_least(SHORTEST_AHEAD));
    rules.poll = Some(poll);
    rules.quotes = true;
    rules.replies = true;
    let rules = [
        ("text.limits", STATUSES, true),
        ("alt_text.limits", INSTANCE, true),
        ("media.images", INSTANCE, true),
        ("media.videos", STATUSES, false),
        ("image.max_bytes", INSTANCE, true),
        ("image.max_pixels", INSTANCE, true),
        ("video.max_bytes", INSTANCE, true),
        ("video.max_pixels", INSTANCE, true),
        ("video.frame_rate", INSTANCE, true),
        ("poll", INSTANCE, true),
        ("publish_ahead", STATUSES, true),
        ("max_languages", STATUSES, true),
        ("options", STATUSES, true),
    ]
    .into_iter()
    .fold(rules, |rules, (field, source, confirmed)| rules.with_source(field, source, "2026-07", confirmed));
    Some(options::list(rules))
}
