//! What a chat and the stories of WhatsApp take.

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, Attached, DocumentRule, Habits, ImageRule, Placement, PollRule, Rules, Span, TextLimit, TextRule, Tone,
    VideoRule,
};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers: one of them for each account.
pub const PLACEMENTS: [Placement; 2] = [Placement::MESSAGE, Placement::STORY];

const SPEC: &str = "Whapi OpenAPI 1.8.7";
const CLOUD: &str = "WhatsApp Cloud API, message types; Whapi states none";
const KNOWN: &str = "what products use; no page of the documents says it";

/// What a placement accepts; `None` when WhatsApp has no such placement.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let text = TextRule::default()
        .with_limit(TextLimit::new(Unit::Chars, 4096).when(Attached::Nothing))
        .with_limit(TextLimit::new(Unit::Chars, 1024).when(Attached::Files));
    let image = ImageRule::new().with_formats([MediaType::Jpeg, MediaType::Png]).with_max_bytes(16_000_000);
    let video = VideoRule::new().with_formats([MediaType::Mp4]).with_max_bytes(100_000_000);
    let mut rules = Rules::new(PLATFORM, placement.clone())
        .with_text(text)
        .with_images(Span::up_to(1), image)
        .with_videos(Span::up_to(1), video)
        .with_habits(Habits::new(Tone::Personal).with_hashtags(Span::up_to(0)))
        .with_appearance(Appearance::new("WhatsApp").with_accent("#25d366").with_signs(["send"]))
        .with_source("text.limits", CLOUD, "2026-06", false)
        .with_source("media.together", SPEC, "2025-10", true)
        .with_source("image.formats", SPEC, "2025-10", true)
        .with_source("image.max_bytes", CLOUD, "2026-06", false)
        .with_source("video.formats", SPEC, "2025-10", true)
        .with_source("video.max_bytes", KNOWN, "2026-11", false)
        .with_source("options", SPEC, "2025-10", true);
    rules.takes_public_url = true;
    rules.media.together = Span::up_to(1);
    if *placement == Placement::MESSAGE {
        rules.media.documents = Span::up_to(1);
        rules.document = Some(DocumentRule::new().with_max_bytes(100_000_000));
        rules.poll = Some(PollRule::new().with_choices(Span::of(2, 12)).with_multiple(true));
        rules.replies = true;
        rules = rules
            .with_source("document.max_bytes", KNOWN, "2026-11", false)
            .with_source("poll", KNOWN, "2026-11", false)
            .with_source("replies", SPEC, "2025-10", true);
    }
    Some(options::list(rules))
}
