//! What a scenario of Make accepts.

use social_core::Platform;
use social_core::media::MediaType;
use social_core::publish::{
    Appearance, CaptionRule, DocumentRule, ImageRule, MediaCount, Placement, PollRule, Rules, Span, TextRule,
    ThreadRule, VideoRule,
};

pub(super) const PLATFORM: Platform = Platform::new("make");
/// The placements that it offers. A scenario gets the word.
pub const PLACEMENTS: [Placement; 8] = [
    Placement::FEED,
    Placement::CAROUSEL,
    Placement::REEL,
    Placement::STORY,
    Placement::SHORT,
    Placement::VIDEO,
    Placement::ARTICLE,
    Placement::MESSAGE,
];

/// The largest body that a webhook takes: five mebibytes by the word of Make's community (November
/// 2026), not of its documents.
pub(crate) const MAX_BODY_BYTES: usize = 5_242_880;

/// What a placement accepts: everything, for the limits are those of the platform behind the
/// scenario.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let mut rules = Rules::new(PLATFORM, placement.clone())
        .with_title(TextRule::default())
        .with_alt_text(TextRule::default())
        .with_media(MediaCount::any())
        .with_max_languages(None)
        .with_appearance(Appearance::new("Make"));
    rules.image = Some(ImageRule::new());
    rules.video = Some(VideoRule::new());
    rules.document = Some(DocumentRule::new());
    rules.cover = Some(ImageRule::new());
    rules.captions = Some(CaptionRule::new([MediaType::Vtt, MediaType::Srt]));
    rules.link_card = true;
    rules.thread = Some(ThreadRule::new());
    rules.first_comment = Some(TextRule::default());
    rules.publish_ahead = Some(Span::ANY);
    rules.poll = Some(PollRule::new().with_multiple(true).with_files(true));
    rules.quotes = true;
    rules.replies = true;
    rules.any_options = true;
    rules.ai_label = true;
    rules.needs_public_url = true;
    Some(rules)
}
