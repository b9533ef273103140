//! What Ghost accepts.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{Appearance, Habits, ImageRule, Placement, Rules, Span, TextRule, Tone};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::ARTICLE];

const SCHEMA: &str = "github.com/TryGhost/Ghost, core/server/data/schema/schema.js";
const DOCS: &str = "docs.ghost.org, Admin API";

/// What a placement accepts; `None` when Ghost has no such placement here.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    // It takes SVG, too; files of that format cannot be read here.
    let image = ImageRule::new().with_formats([MediaType::Webp, MediaType::Jpeg, MediaType::Gif, MediaType::Png]);
    let mut rules = Rules::new(PLATFORM, Placement::ARTICLE)
        .with_title(TextRule::of([(Unit::Utf16, 255)]).required())
        .with_images(Span::ANY, image.clone())
        .with_alt_text(TextRule::default())
        .with_habits(Habits::new(Tone::Professional).with_hashtags(Span::up_to(0)))
        .with_appearance(Appearance::new("Ghost").with_accent("#15171a").with_signs(["speech", "share"]));
    rules.cover = Some(image);
    rules.publish_ahead = Some(Span::at_least(Duration::from_secs(120)));
    let rules = rules
        .with_source("title", SCHEMA, "2026-11", true)
        .with_source("image.formats", DOCS, "2026-08", true)
        .with_source("publish_ahead", "TryGhost/Ghost#7099", "2026-11", false)
        .with_source("options", DOCS, "2026-08", true);
    Some(options::list(rules))
}

/// What to use instead of other placements.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "feed" | "message" | "carousel" => "a post of a site is an `article`",
        "video" | "short" | "reel" | "story" => "link the video in an `article`",
        "page" => "pages are made in the site's administration; publish an `article`",
        _ => return None,
    })
}
