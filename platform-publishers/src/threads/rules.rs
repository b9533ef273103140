//! What Threads accepts.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, AudioRule, Habits, ImageRule, MediaCount, Placement, PollRule, Rules, Span, TextRule, ThreadRule, Tone,
    VideoRule,
};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 2] = [Placement::FEED, Placement::CAROUSEL];

const POSTS: &str = "developers.facebook.com, Threads API, posts";
const CAROUSELS: &str = "developers.facebook.com, Threads API, carousel posts";
const POLLS: &str = "developers.facebook.com, Threads API, polls, 2026-07-02";
const REPLIES: &str = "developers.facebook.com, Threads API, create replies";

/// What a placement accepts; `None` when Threads has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    let text = TextRule::of([(Unit::EmojiBytes, 500)]);
    let mut rules = Rules::new(PLATFORM, placement.clone())
        .with_text(text.clone())
        .with_max_hashtags(1)
        .with_max_links(5)
        // Threads does not say what it counts; UTF-16 is never less than what it could mean.
        .with_alt_text(TextRule::of([(Unit::Utf16, 1000)]))
        .with_habits(Habits::new(Tone::Brief).with_hashtags(Span::up_to(1)))
        .with_appearance(
            Appearance::new("Threads")
                .with_accent("#101010")
                .with_swipes(true)
                .with_signs(["heart", "speech", "repeat", "send"]),
        );
    rules.needs_public_url = true;
    rules.thread = Some(ThreadRule::new());
    rules.first_comment = Some(text);
    rules.quotes = true;
    rules.replies = true;
    let rules = match placement.as_str() {
        "feed" => {
            rules.link_card = true;
            rules.poll =
                Some(PollRule::new().with_choices(Span::of(2, 4)).with_choice(TextRule::of([(Unit::Utf16, 25)])));
            rules
                .with_media(MediaCount::none().with_together(Span::up_to(1)))
                .with_images(Span::up_to(1), image())
                .with_videos(Span::up_to(1), video())
                .with_source("poll", POLLS, "2026-07", true)
                .with_source("media", POSTS, "2026-11", true)
        }
        "carousel" => rules
            .with_media(MediaCount::none().with_together(Span::of(2, 20)))
            .with_images(Span::up_to(20), image())
            .with_videos(Span::up_to(20), video())
            .with_source("media", CAROUSELS, "2026-11", true),
        _ => return None,
    };
    let rules = ["text", "max_hashtags", "max_links", "alt_text", "image", "video", "options"]
        .into_iter()
        .fold(rules, |rules, field| rules.with_source(field, POSTS, "2026-11", true));
    let rules = ["thread", "first_comment", "quotes", "replies"]
        .into_iter()
        .fold(rules, |rules, field| rules.with_source(field, REPLIES, "2025-12", true));
    Some(options::list(rules))
}

/// What to use instead of what apps cannot make.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "reel" | "short" | "video" => "a video stands in the `feed`",
        "story" => "there are no stories on Threads; use the `feed`",
        "article" => "divide a long text into a thread of the `feed`",
        _ => return None,
    })
}

/// Images that are too narrow or too wide are scaled, not refused.
fn image() -> ImageRule {
    ImageRule::new()
        .with_formats([MediaType::Jpeg, MediaType::Png])
        .with_max_bytes(8_000_000)
        .with_aspect_ratio(Span::of(0.1, 10.0))
}

fn video() -> VideoRule {
    let audio = AudioRule::new().with_codecs(["aac"]).with_max_sample_rate(48_000).with_max_channels(2);
    VideoRule::new()
        .with_formats([MediaType::Mp4, MediaType::Mov])
        .with_codecs(["h264", "hevc"])
        .with_audio(audio)
        .with_max_bytes(1_000_000_000)
        .with_duration(Span::of(Duration::from_millis(1), Duration::from_secs(300)))
        .with_aspect_ratio(Span::of(0.01, 10.0))
        .with_width(Span::up_to(1920))
        .with_frame_rate(Span::of(23.0, 60.0))
        .with_max_bit_rate(100_000_000)
        .with_fast_start(true)
}
