//! What Pinterest accepts.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, Habits, ImageRule, MediaCount, Placement, Rules, Span, TextPlace, TextRule, Tone, VideoRule,
};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// A pin of an image or a video.
pub const PIN: Placement = Placement::new("pin");

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 2] = [PIN, Placement::CAROUSEL];

const API: &str = "Pinterest's description of its API 5.23.0";
const HELP: &str = "help.pinterest.com, review pin specs";

/// What a placement accepts; `None` when Pinterest has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    // The unit is not documented; UTF-16 is never less than what could be meant.
    let text = |maximum| TextRule::of([(Unit::Utf16, maximum)]);
    let image = ImageRule::new().with_formats([MediaType::Jpeg, MediaType::Png]).with_max_bytes(20_000_000);
    let mut rules = Rules::new(PLATFORM, placement.clone())
        .with_text(text(800))
        .with_title(text(100))
        .with_alt_text(text(500))
        .with_habits(Habits::new(Tone::Visual).with_hashtags(Span::up_to(5)))
        .with_appearance(
            Appearance::new("Pinterest")
                .with_accent("#e60023")
                .with_text(TextPlace::Below)
                .with_max_height_percent(150_u16)
                .with_swipes(true)
                .with_signs(["heart", "speech", "share", "save"]),
        );
    rules.link_card = true;
    rules.max_link_length = Some(2048);
    rules.takes_public_url = true;
    let rules = match placement {
        placement if *placement == PIN => {
            let video = VideoRule::new()
                .with_formats([MediaType::Mp4, MediaType::Mov])
                .with_codecs(["h264", "hevc"])
                .with_max_bytes(2_147_483_648)
                .with_duration(Span::of(Duration::from_secs(4), Duration::from_secs(900)));
            rules.cover = Some(image.clone());
            rules
                .with_media(MediaCount::none().with_together(Span::of(1, 1)))
                .with_images(Span::up_to(1), image)
                .with_videos(Span::up_to(1), video)
                .with_source("video", HELP, "2026-11", false)
                .with_source("cover", API, "2026-11", true)
        }
        placement if *placement == Placement::CAROUSEL => {
            rules.with_images(Span::of(2, 5), image).with_source("media.images", API, "2026-11", true)
        }
        _ => return None,
    };
    let rules = [
        ("text", API, true),
        ("title", API, true),
        ("alt_text", API, true),
        ("max_link_length", API, true),
        ("image.formats", API, true),
        ("image.max_bytes", HELP, false),
        ("options", API, true),
    ]
    .into_iter()
    .fold(rules, |rules, (field, source, confirmed)| rules.with_source(field, source, "2026-11", confirmed));
    Some(options::list(rules))
}

/// What to use instead of what apps cannot make.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "feed" | "message" | "article" => "what is published is a `pin`, which shows an image or a video",
        "reel" | "short" | "video" => "a `pin` shows a video",
        "story" | "idea" => "idea pins have become pins; use `pin` or `carousel`",
        _ => return None,
    })
}
