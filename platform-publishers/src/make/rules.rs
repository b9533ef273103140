use social_core::Platform;
use social_core::publish::{CaptionRule, DocumentRule, ImageRule, MediaCount, Placement, Rules, TextRule, VideoRule};

pub(super) const PLATFORM: Platform = Platform::new("make");
pub(super) const PLACEMENTS: [Placement; 8] = [
    Placement::FEED,
    Placement::CAROUSEL,
    Placement::REEL,
    Placement::STORY,
    Placement::SHORT,
    Placement::VIDEO,
    Placement::ARTICLE,
    Placement::MESSAGE,
];

/// The largest body that a webhook takes: five mebibytes by the word of Make's community (November 2026), not of its
/// documents.
pub(super) const MAX_BODY_BYTES: usize = 5_242_880;

/// What a placement takes: everything, for the limits are those of the platform behind the scenario.
#[must_use]
pub fn rules(placement: Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(&placement) {
        return None;
    }
    let any = (0, usize::MAX);
    let mut rules = Rules::new(PLATFORM, placement).with_source("body", "community.make.com", "2026-11", false);
    rules.title = Some(TextRule::default());
    rules.media = MediaCount { images: any, videos: any, documents: any, ..MediaCount::default() };
    rules.image = Some(ImageRule::default());
    rules.video = Some(VideoRule::default());
    rules.document = Some(DocumentRule::default());
    rules.cover = Some(ImageRule::default());
    rules.captions = Some(CaptionRule { maximum: usize::MAX, max_bytes: None });
    rules.alt_text = Some(TextRule::default());
    rules.link_card = true;
    rules.ai_label = true;
    rules.needs_public_url = true;
    Some(rules)
}
