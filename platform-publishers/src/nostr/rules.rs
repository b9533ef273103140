//! What relays accept, unless one says something else.

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, Habits, ImageRule, MediaCount, Placement, Rules, Span, TextRule, ThreadRule, Tone, VideoRule,
};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::FEED];

const NOTE: &str = "the example in NIP-11";
/// There is no limit; more fill no client's grid.
const FILES: usize = 10;
const CLIENTS: &str = "clients; NIP-92 sets no limit";

/// What the placement accepts; `None` when Nostr has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let images = [MediaType::Jpeg, MediaType::Png, MediaType::Gif, MediaType::Webp, MediaType::Avif];
    let image = ImageRule::new().with_formats(images);
    let video = VideoRule::new().with_formats([MediaType::Mp4, MediaType::Webm, MediaType::Mov]);
    let mut rules = Rules::new(PLATFORM, Placement::FEED)
        .with_text(TextRule::of([(Unit::Chars, 8196)]))
        .with_media(MediaCount::none().with_together(Span::up_to(FILES)).with_mixed(true))
        .with_images(Span::up_to(FILES), image.clone())
        .with_videos(Span::up_to(FILES), video)
        .with_alt_text(TextRule::of([]))
        .with_habits(Habits::new(Tone::Personal).with_hashtags(Span::up_to(3)))
        .with_appearance(Appearance::new("Nostr").with_accent("#8e30eb").with_signs(["speech", "repeat", "heart"]));
    rules.animation = Some(image);
    rules.link_card = true;
    rules.thread = Some(ThreadRule::new());
    rules.quotes = true;
    rules.replies = true;
    rules.needs_public_url = true;
    let rules = [
        ("text.limits", NOTE, false),
        ("media", CLIENTS, false),
        ("image.formats", "NIP-68", true),
        ("thread", "NIP-10", true),
        ("quotes", "NIP-18", true),
        ("options", "NIP-36 and NIP-40", true),
    ]
    .into_iter()
    .fold(rules, |rules, (field, source, confirmed)| rules.with_source(field, source, "2026-07", confirmed));
    Some(options::list(rules))
}

/// What to use instead of a placement that Nostr does not have.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    match placement {
        placement if PLACEMENTS.contains(placement) => None,
        placement if *placement == Placement::STORY => {
            Some("publish a note that ends (`NostrOptions::with_expires_at`)")
        }
        _ => Some("publish a note (`feed`)"),
    }
}
