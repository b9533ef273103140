//! What Google Business Profile accepts.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{Appearance, Habits, ImageRule, Placement, Rules, Span, TextRule, Tone};
use social_core::text::Unit;

use super::options::{self, EVENT, OFFER, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 3] = [Placement::FEED, EVENT, OFFER];

const POSTS: &str = "developers.google.com/my-business, LocalPost of v4, 2026-04-15";
const HELP: &str = "support.google.com/business, about posts";
const KNOWN: &str = "what products use; no page of the documents that was read says it";

/// What a placement accepts; `None` when Google has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let image = ImageRule::new()
        .with_formats([MediaType::Jpeg, MediaType::Png])
        .with_min_bytes(10_000)
        .with_max_bytes(5_000_000)
        .with_width(Span::at_least(250))
        .with_height(Span::at_least(250));
    let mut rules = Rules::new(PLATFORM, placement.clone())
        .with_text(TextRule::of([(Unit::Utf16, 1500)]))
        .with_images(Span::up_to(1), image)
        .with_max_languages(Some(1))
        .with_habits(Habits::new(Tone::Personal).with_hashtags(Span::up_to(0)))
        .with_appearance(Appearance::new("Google").with_accent("#1a73e8").with_signs(["share"]));
    if *placement != Placement::FEED {
        rules.title = Some(TextRule::of([(Unit::Utf16, 58)]).required());
    }
    rules.link_card = true;
    rules.needs_public_url = true;
    rules.publish_ahead = Some(Span::at_least(Duration::ZERO));
    let rules = [
        ("text", KNOWN, false),
        ("title", KNOWN, false),
        ("media.images", POSTS, false),
        ("image", HELP, true),
        ("link_card", POSTS, true),
        ("publish_ahead", POSTS, true),
        ("options", POSTS, true),
    ]
    .into_iter()
    .filter(|(field, ..)| *field != "title" || rules.title.is_some())
    .fold(rules.clone(), |rules, (field, source, confirmed)| rules.with_source(field, source, "2026-11", confirmed));
    Some(options::list(rules))
}

/// What to use instead of what Google does not have for apps.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "video" | "reel" | "short" => "a video in a post always fails at Google's side; use a photo in the `feed`",
        "carousel" => "of several photos one is shown; use one photo in the `feed`",
        "story" => "there are no stories; use the `feed`",
        "article" => "post the article's link in the `feed`",
        "question" => "questions and answers have no interface any more; answer them in Google Maps",
        _ => return None,
    })
}
