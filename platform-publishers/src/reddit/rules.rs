//! What Reddit accepts, whatever the community adds.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{Appearance, Habits, ImageRule, Placement, Rules, Span, TextRule, Tone, VideoRule};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::FEED];

const OLD: &str = "reddit-archive/reddit, models/link.py (2017)";
const PRAW: &str = "praw-dev/praw 8.0.3, Subreddit.submit";
const KNOWN: &str = "what products use; Reddit's pages could not be read";

/// The maximum of a title, and of a text. What is counted is not documented, so a twentieth of the
/// 300 and 40,000 characters is kept free.
pub(crate) const MAX_TEXTS: [usize; 2] = [285, 38_000];

/// What a placement accepts; `None` when Reddit has no such placement. A community may accept less:
/// see [`Reddit::requirements`](super::Reddit::requirements).
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let [title, text] = MAX_TEXTS;
    let image = ImageRule::new()
        .with_formats([MediaType::Jpeg, MediaType::Png, MediaType::Gif, MediaType::Webp])
        .with_max_bytes(20_000_000);
    let video = VideoRule::new()
        .with_formats([MediaType::Mp4, MediaType::Mov])
        .with_max_bytes(1_000_000_000)
        .with_duration(Span::up_to(Duration::from_secs(900)));
    let mut rules = Rules::new(PLATFORM, Placement::FEED)
        .with_text(TextRule::of([(Unit::Chars, text)]))
        .with_title(TextRule::of([(Unit::Chars, title)]).required())
        .with_images(Span::up_to(20), image.clone())
        .with_videos(Span::up_to(1), video)
        .with_habits(Habits::new(Tone::Personal).with_hashtags(Span::up_to(0)))
        .with_appearance(Appearance::new("Reddit").with_accent("#ff4500").with_signs(["thumb", "speech", "share"]));
    rules.media.mixed = false;
    rules.link_card = true;
    rules.cover = Some(image);
    rules.cover_required = true;
    let rules = [
        ("text.limits", OLD, false),
        ("title.limits", OLD, false),
        ("media.images", KNOWN, false),
        ("image.formats", KNOWN, false),
        ("image.max_bytes", KNOWN, false),
        ("video.formats", KNOWN, false),
        ("video.max_bytes", KNOWN, false),
        ("video.duration", KNOWN, false),
        ("cover_required", PRAW, false),
        ("options", PRAW, false),
    ]
    .into_iter()
    .fold(rules, |rules, (field, source, confirmed)| rules.with_source(field, source, "2026-11", confirmed));
    Some(options::list(rules))
}
