//! What Lemmy accepts, unless an instance says something else.

use social_core::media::MediaType;
use social_core::publish::{Appearance, Habits, ImageRule, MediaCount, Placement, Rules, Span, TextRule, Tone};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::FEED];

const SOURCE: &str = "LemmyNet/lemmy 0.19.20, utils/validation";
const HOST: &str = "the instance's pict-rs decides";

/// What the placement accepts; `None` when Lemmy has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let image = ImageRule::new().with_formats([MediaType::Jpeg, MediaType::Png, MediaType::Webp, MediaType::Gif]);
    let mut rules = Rules::new(PLATFORM, Placement::FEED)
        .with_title(TextRule::of([(Unit::Chars, 200)]).required())
        .with_text(TextRule::of([(Unit::Utf16, 50_000)]))
        .with_media(MediaCount::none())
        .with_images(Span::up_to(1), image)
        .with_alt_text(TextRule::of([(Unit::Utf16, 1500)]))
        .with_habits(Habits::new(Tone::Personal).with_hashtags(Span::up_to(0)))
        .with_appearance(Appearance::new("Lemmy").with_accent("#00a846").with_signs(["thumb", "speech", "share"]));
    rules.link_card = true;
    rules.max_link_length = Some(2000);
    let rules = [
        ("title", SOURCE, true),
        ("text", SOURCE, true),
        ("alt_text", SOURCE, true),
        ("max_link_length", SOURCE, true),
        ("media.images", SOURCE, true),
        ("image.formats", HOST, false),
        ("options", SOURCE, true),
    ]
    .into_iter()
    .fold(rules, |rules, (field, source, confirmed)| rules.with_source(field, source, "2026-08", confirmed));
    Some(options::list(rules))
}

/// What to use instead of what Lemmy does not have.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "carousel" => "one image stands in the `feed`; write the addresses of others into the text",
        "reel" | "short" | "video" => "link a video that stands elsewhere, in the `feed`",
        "story" => "there are no stories on Lemmy; use the `feed`",
        "article" => "a text of up to 50,000 characters stands in the `feed`",
        "message" => "messages are not offered here; use the `feed`",
        _ => return None,
    })
}
