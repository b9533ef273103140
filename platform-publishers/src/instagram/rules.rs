//! What Instagram accepts.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, AudioRule, AvatarShape, Habits, ImageRule, MediaCount, Placement, Rules, Span, TextPlace, TextRule,
    Tone, VideoRule,
};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 4] = [Placement::FEED, Placement::CAROUSEL, Placement::REEL, Placement::STORY];

const REFERENCE: &str = "developers.facebook.com, Instagram Platform, ig-user/media, v25.0";
const CHANGES: &str = "developers.facebook.com, Instagram Platform, changelog of 2026-06-22";
// Instagram documents neither: what guides for writers and its own announcement say.
const SEEN: &str = "charactercounter.com/instagram (fold), Adam Mosseri on the profile's grid, January 2025";
const ERRORS: &str = "developers.facebook.com, Instagram Platform, error codes";

/// What a placement accepts; `None` when Instagram has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    let one = Span::of(1, 1);
    // Instagram does not say what it counts; UTF-16 is never less than what it could mean.
    let mut rules = Rules::new(PLATFORM, placement.clone())
        .with_text(TextRule::of([(Unit::Utf16, 2200)]))
        .with_max_hashtags(30)
        .with_max_mentions(20)
        .with_habits(Habits::new(Tone::Visual).with_hashtags(Span::up_to(5)).with_links_work(false).with_fold(125))
        .with_appearance(
            Appearance::new("Instagram")
                .with_accent("#d6336c")
                .with_avatar(AvatarShape::Ringed)
                .with_text(TextPlace::Below)
                .with_swipes(true)
                .with_grid((3, 4))
                .with_signs(["heart", "speech", "send", "save"]),
        );
    rules.needs_public_url = true;
    rules.ai_label = true;
    let alt_text = TextRule::of([(Unit::Utf16, 1000)]);
    let shapes = Span::of(0.8, 1.91);
    let rules = match placement.as_str() {
        "feed" => rules.with_images(one, image(shapes)).with_alt_text(alt_text),
        "carousel" => rules
            .with_media(MediaCount::none().with_together(Span::of(2, 10)))
            .with_images(Span::up_to(10), image(shapes))
            .with_videos(Span::up_to(10), video(100_000_000, 60))
            .with_alt_text(alt_text),
        "reel" => {
            rules.cover = Some(image(Span::ANY));
            rules.with_videos(one, video(300_000_000, 900))
        }
        "story" => rules
            .with_text(TextRule::forbidden())
            .with_media(MediaCount::none().with_together(one))
            .with_images(Span::up_to(1), image(Span::ANY))
            .with_videos(Span::up_to(1), video(100_000_000, 60).with_aspect_ratio(Span::of(0.1, 10.0))),
        _ => return None,
    };
    let rules = [
        ("text.limits", REFERENCE, true),
        ("max_hashtags", REFERENCE, true),
        ("max_mentions", REFERENCE, true),
        ("alt_text", REFERENCE, true),
        ("media", ERRORS, true),
        ("image", REFERENCE, true),
        // The page says 8 MB, the error text 8 MiB.
        ("image.max_bytes", ERRORS, true),
        // Those of a video in a carousel are not listed apart; the story's are used.
        ("video", REFERENCE, *placement != Placement::CAROUSEL),
        ("options", REFERENCE, true),
        ("ai_label", CHANGES, true),
        ("habits.fold", SEEN, false),
        ("appearance.grid", SEEN, false),
    ]
    .into_iter()
    // A placement without images has no source about them.
    .filter(|(field, ..)| !field.starts_with("image") || rules.image.is_some())
    .fold(rules.clone(), |rules, (field, source, confirmed)| rules.with_source(field, source, "2026-11", confirmed));
    Some(options::list(rules))
}

/// What to use instead of what apps cannot make.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "igtv" => "IGTV has ended; publish a `reel`",
        "video" | "short" => "a single video is a `reel`",
        "live" => "a live video is begun in the app; publish a recording as a `reel`",
        "guide" | "note" | "article" => "make it in the app, or publish images with a long caption in the `feed`",
        _ => return None,
    })
}

/// Images that are too narrow or too wide are scaled, not refused.
fn image(aspect_ratio: Span<f64>) -> ImageRule {
    ImageRule::new().with_formats([MediaType::Jpeg]).with_max_bytes(8_000_000).with_aspect_ratio(aspect_ratio)
}

fn video(max_bytes: u64, seconds: u64) -> VideoRule {
    let audio = AudioRule::new().with_codecs(["aac"]).with_max_sample_rate(48_000).with_max_channels(2);
    VideoRule::new()
        .with_formats([MediaType::Mp4, MediaType::Mov])
        .with_codecs(["h264", "hevc"])
        .with_audio(audio)
        .with_max_bytes(max_bytes)
        .with_duration(Span::of(Duration::from_secs(3), Duration::from_secs(seconds)))
        .with_aspect_ratio(Span::of(0.01, 10.0))
        .with_width(Span::up_to(1920))
        .with_frame_rate(Span::of(23.0, 60.0))
        .with_max_bit_rate(25_000_000)
        .with_fast_start(true)
}
