//! What WordPress accepts.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{Appearance, Habits, ImageRule, Placement, Rules, Span, TextRule, Tone, VideoRule};

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::ARTICLE];

const POSTS: &str = "developer.wordpress.org, REST API, posts, and its controller's source";
const MEDIA: &str = "WordPress's list of file types; a site may have another one";

/// What a placement accepts; `None` when WordPress has no such placement here.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let images = [MediaType::Jpeg, MediaType::Png, MediaType::Gif, MediaType::Webp, MediaType::Avif, MediaType::Heic];
    let image = ImageRule::new().with_formats(images);
    let videos = VideoRule::new().with_formats([MediaType::Mp4, MediaType::Mov, MediaType::Webm]);
    let mut rules = Rules::new(PLATFORM, Placement::ARTICLE)
        .with_title(TextRule::default().required())
        .with_images(Span::ANY, image.clone())
        .with_videos(Span::ANY, videos)
        .with_alt_text(TextRule::default())
        .with_habits(Habits::new(Tone::Professional).with_hashtags(Span::up_to(0)))
        .with_appearance(Appearance::new("WordPress").with_accent("#21759b").with_signs(["speech", "share"]));
    rules.cover = Some(image);
    // What is nearer goes out at once.
    rules.publish_ahead = Some(Span::at_least(Duration::from_secs(60)));
    let rules = rules
        .with_source("publish_ahead", POSTS, "2026-10", true)
        .with_source("options", POSTS, "2026-10", true)
        .with_source("image.formats", MEDIA, "2026-10", false)
        .with_source("video.formats", MEDIA, "2026-10", false);
    Some(options::list(rules))
}

/// What to use instead of other placements.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "feed" | "message" | "carousel" => "a post of a site is an `article`",
        "video" | "short" | "reel" | "story" => "a video stands in an `article`",
        "page" => "pages are made in the site's administration; publish an `article`",
        _ => return None,
    })
}
