//! What a Forem accepts.

use social_core::publish::{Appearance, Habits, ImageRule, Placement, Rules, Span, TextRule, Tone};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::ARTICLE];

const MODEL: &str = "github.com/forem/forem, app/models/article.rb";

/// What a placement accepts; `None` when a Forem has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let mut rules = Rules::new(PLATFORM, Placement::ARTICLE)
        .with_title(TextRule::of([(Unit::Chars, 128)]).required())
        .with_text(TextRule::of([(Unit::Bytes, 819_200)]))
        .with_max_mentions(7)
        .with_images(Span::ANY, ImageRule::new())
        .with_alt_text(TextRule::default())
        .with_habits(Habits::new(Tone::Professional).with_hashtags(Span::up_to(0)))
        .with_appearance(Appearance::new("dev.to").with_accent("#3b49df").with_signs(["heart", "speech", "save"]));
    rules.cover = Some(ImageRule::new());
    rules.publish_ahead = Some(Span::ANY);
    rules.needs_public_url = true;
    let fields = ["title", "text", "max_mentions", "publish_ahead", "options"];
    let rules = fields.into_iter().fold(rules, |rules, field| rules.with_source(field, MODEL, "2026-11", true));
    Some(options::list(rules))
}

/// What to use instead of other placements.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "feed" | "message" | "carousel" => "a post of a Forem is an `article`",
        "video" | "short" | "reel" | "story" => "link a video of YouTube, Mux or Twitch in an `article`",
        _ => return None,
    })
}
