//! What Facebook Pages accept.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, Habits, ImageRule, MediaCount, Placement, Rules, Span, TextRule, Tone, VideoRule,
};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 4] = [Placement::FEED, Placement::VIDEO, Placement::REEL, Placement::STORY];

const FEED: &str = "developers.facebook.com, Graph API reference, page/feed, v25.0";
const PHOTOS: &str = "developers.facebook.com, Graph API reference, page/photos, v25.0";
const REELS: &str = "developers.facebook.com, Video API, reels publishing, 2026-07-30";
const SDK: &str = "facebook_business 26.0.3, page.py";
const KNOWN: &str = "what products use; no page of the documents says it";

/// Photos of one post.
const MAX_PHOTOS: usize = 10;

/// What a placement accepts; `None` when Facebook has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    let one = Span::of(1, 1);
    let ahead = Some(Span::of(Duration::from_secs(600), Duration::from_secs(2_592_000)));
    let text = |maximum: usize| TextRule::of([(Unit::Utf16, maximum)]);
    let mut rules = Rules::new(PLATFORM, placement.clone())
        .with_habits(Habits::new(Tone::Visual).with_hashtags(Span::up_to(3)))
        .with_appearance(Appearance::new("Facebook").with_accent("#1877f2").with_signs(["thumb", "speech", "share"]));
    let rules = match placement.as_str() {
        "feed" => {
            rules.link_card = true;
            rules.publish_ahead = ahead;
            // Photos at an address are fetched, others are sent.
            rules.needs_public_url = true;
            rules
                .with_text(text(63_206))
                .with_images(Span::up_to(MAX_PHOTOS), image())
                .with_alt_text(TextRule::default())
                .with_source("text", KNOWN, "2026-11", false)
                .with_source("media.images", KNOWN, "2026-11", false)
                .with_source("image", PHOTOS, "2026-11", true)
                .with_source("publish_ahead", FEED, "2026-11", true)
        }
        "video" => {
            rules.publish_ahead = ahead;
            rules.ai_label = true;
            let video = VideoRule::new()
                .with_formats([MediaType::Mp4, MediaType::Mov])
                .with_max_bytes(10_737_418_240)
                .with_duration(Span::of(Duration::from_secs(1), Duration::from_secs(14_400)));
            rules
                .with_text(text(63_206))
                .with_title(TextRule::default())
                .with_videos(one, video)
                .with_source("text", KNOWN, "2026-11", false)
                .with_source("video", KNOWN, "2026-11", false)
                .with_source("publish_ahead", FEED, "2026-11", true)
                .with_source("ai_label", SDK, "2026-11", true)
        }
        "reel" => {
            rules.publish_ahead = ahead;
            rules.ai_label = true;
            rules
                .with_text(text(2200))
                .with_title(TextRule::default())
                .with_videos(one, upright(90))
                .with_source("text", KNOWN, "2026-11", false)
                .with_source("video", REELS, "2026-07", true)
                .with_source("video.codecs", REELS, "2026-07", false)
                .with_source("publish_ahead", FEED, "2026-11", true)
                .with_source("ai_label", SDK, "2026-11", true)
        }
        "story" => {
            rules.ai_label = true;
            rules.needs_public_url = true;
            rules
                .with_text(TextRule::forbidden())
                .with_media(MediaCount::none().with_together(one))
                .with_images(Span::up_to(1), image())
                .with_videos(Span::up_to(1), upright(60))
                .with_source("text", SDK, "2026-11", true)
                .with_source("image", PHOTOS, "2026-11", true)
                .with_source("video", REELS, "2026-07", false)
                .with_source("ai_label", SDK, "2026-11", true)
        }
        _ => return None,
    };
    Some(options::list(rules.with_source("options", SDK, "2026-11", true)))
}

/// What to use instead of what apps cannot make.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "event" => "make the event on the page, and post its link in the `feed`",
        "live" => "a live video is begun on the page; post a recording as `video`",
        "group" | "profile" => "apps post on pages only; share the page's post there",
        "carousel" => "several photos stand in one post of the `feed`",
        "short" => "a short vertical video is a `reel`",
        _ => return None,
    })
}

/// Facebook takes BMP and TIFF, too; files of those formats cannot be read here.
fn image() -> ImageRule {
    ImageRule::new().with_formats([MediaType::Jpeg, MediaType::Png, MediaType::Gif]).with_max_bytes(10_000_000)
}

fn upright(seconds: u64) -> VideoRule {
    VideoRule::new()
        .with_formats([MediaType::Mp4])
        .with_codecs(["h264", "hevc", "vp9", "av1"])
        .with_duration(Span::of(Duration::from_secs(3), Duration::from_secs(seconds)))
        .with_aspect_ratio(Span::of(0.5625, 0.5625))
        .with_width(Span::at_least(540))
        .with_height(Span::at_least(960))
        .with_frame_rate(Span::of(24.0, 60.0))
}
