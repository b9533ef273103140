//! What TikTok accepts.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, Habits, ImageRule, Placement, Rules, Span, TextPlace, TextRule, Tone, VideoRule,
};
use social_core::text::Unit;

use super::options::{self, PHOTO, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 2] = [Placement::VIDEO, PHOTO];

const DIRECT: &str = "developers.tiktok.com, Content Posting API, direct post";
const PHOTOS: &str = "developers.tiktok.com, Content Posting API, photo post";
const MEDIA: &str = "developers.tiktok.com, Content Posting API, media transfer guide";

/// What a placement accepts; `None` when TikTok has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    let appearance = Appearance::new("TikTok")
        .with_accent("#fe2c55")
        .with_text(TextPlace::Below)
        .with_max_height_percent(178_u16)
        .with_swipes(true)
        .with_signs(["heart", "speech", "save", "share"]);
    let mut rules = Rules::new(PLATFORM, placement.clone())
        .with_habits(Habits::new(Tone::Visual).with_hashtags(Span::up_to(5)).with_links_work(false))
        .with_appearance(appearance);
    // Videos at an address may stay there; photos have to be at one.
    rules.takes_public_url = true;
    let (rules, sources): (_, &[_]) = match placement.as_str() {
        "video" => {
            rules.ai_label = true;
            let pixels = || Span::of(360, 4096);
            let video = VideoRule::new()
                .with_formats([MediaType::Mp4, MediaType::Webm, MediaType::Mov])
                .with_codecs(["h264", "hevc", "vp8", "vp9"])
                .with_max_bytes(4_294_967_296)
                .with_duration(Span::of(Duration::from_secs(3), Duration::from_secs(600)))
                .with_width(pixels())
                .with_height(pixels())
                .with_frame_rate(Span::of(23.0, 60.0));
            let rules = rules.with_text(TextRule::of([(Unit::Utf16, 2200)])).with_videos(Span::of(1, 1), video);
            (rules, &[("text.limits", DIRECT, true), ("video", MEDIA, true), ("ai_label", DIRECT, true)])
        }
        "photo" => {
            rules.needs_public_url = true;
            let image = ImageRule::new()
                .with_formats([MediaType::Webp, MediaType::Jpeg])
                .with_max_bytes(20_000_000)
                // "1080p", which says nothing about the shape.
                .with_max_pixels(1920 * 1080);
            let rules = rules
                .with_text(TextRule::of([(Unit::Utf16, 4000)]))
                .with_title(TextRule::of([(Unit::Utf16, 90)]))
                .with_images(Span::of(1, 35), image);
            let sources = &[
                ("text.limits", PHOTOS, true),
                ("title.limits", PHOTOS, true),
                ("media.images", PHOTOS, true),
                ("image.formats", MEDIA, true),
                ("image.max_bytes", MEDIA, true),
                ("image.max_pixels", MEDIA, false),
                ("needs_public_url", PHOTOS, true),
            ];
            (rules, sources)
        }
        _ => return None,
    };
    let rules = sources
        .iter()
        .fold(rules, |rules, (field, source, confirmed)| rules.with_source(*field, *source, "2026-11", *confirmed));
    Some(options::list(rules.with_source("options", DIRECT, "2026-11", true)))
}

/// What to use instead of what apps cannot make.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "carousel" | "feed" => "several photos are a post of the placement `photo`",
        "reel" | "short" => "a short vertical video is a post of the placement `video`",
        "story" => "make a draft (`TikTokOptions::with_draft`), which the person can show as a story in TikTok",
        "live" => "a live video is begun in TikTok; post a recording as `video`",
        _ => return None,
    })
}
