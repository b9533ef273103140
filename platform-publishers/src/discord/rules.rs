//! What a channel of Discord takes.

use std::time::Duration;

use social_core::media::MediaType;
use social_core::publish::{
    Appearance, DocumentRule, Habits, ImageRule, MediaCount, Placement, PollRule, Rules, Span, TextRule, Tone,
    VideoRule,
};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::MESSAGE];

/// Of one file, where the server is not boosted.
pub(super) const MAX_FILE_BYTES: u64 = 10_485_760;
/// Of all files of a message together.
pub(crate) const MAX_REQUEST_BYTES: u64 = 26_214_400;
/// A poll's question is shorter than another text.
pub(super) const MAX_QUESTION: usize = 300;

const DOCS: &str = "discord/discord-api-docs, resources/message and reference";

/// What a placement accepts; `None` when Discord has no such placement. A bot has no name, image
/// and forum posts per message, a webhook no answers.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let formats = [MediaType::Jpeg, MediaType::Png, MediaType::Webp, MediaType::Gif];
    let image = ImageRule::new().with_formats(formats).with_max_bytes(MAX_FILE_BYTES);
    let video =
        VideoRule::new().with_formats([MediaType::Mp4, MediaType::Mov, MediaType::Webm]).with_max_bytes(MAX_FILE_BYTES);
    let poll = PollRule::new()
        .with_choices(Span::up_to(10))
        .with_choice(TextRule::of([(Unit::Chars, 55)]))
        .with_open_for(Span::of(Duration::from_secs(3600), Duration::from_secs(32 * 24 * 3600)))
        .with_multiple(true);
    let media = MediaCount::none().with_documents(Span::up_to(10)).with_together(Span::up_to(10));
    let mut rules = Rules::new(PLATFORM, Placement::MESSAGE)
        .with_text(TextRule::of([(Unit::Chars, 2000)]))
        .with_title(TextRule::of([(Unit::Chars, 256)]))
        .with_alt_text(TextRule::of([(Unit::Chars, 1024)]))
        .with_media(media)
        .with_images(Span::up_to(10), image.clone())
        .with_videos(Span::up_to(10), video)
        .with_habits(Habits::new(Tone::Personal).with_hashtags(Span::up_to(0)))
        .with_appearance(Appearance::new("Discord").with_accent("#5865f2").with_signs(["speech"]));
    rules.document = Some(DocumentRule::new().with_max_bytes(MAX_FILE_BYTES));
    rules.cover = Some(image);
    rules.poll = Some(poll);
    rules.link_card = true;
    rules.replies = true;
    let rules = [
        ("text.limits", DOCS, true),
        ("title", DOCS, true),
        ("alt_text.limits", DOCS, true),
        ("media.together", DOCS, true),
        ("image.formats", DOCS, true),
        ("image.max_bytes", DOCS, true),
        ("video.formats", DOCS, true),
        ("video.max_bytes", DOCS, true),
        ("poll", DOCS, false),
        ("options", DOCS, true),
    ]
    .into_iter()
    .fold(rules, |rules, (field, source, confirmed)| rules.with_source(field, source, "2026-08", confirmed));
    Some(options::list(rules))
}

impl super::Discord {
    /// What the placement accepts by this webhook or bot.
    pub(super) fn own_rules(&self, placement: &Placement) -> Option<Rules> {
        let mut rules = rules(placement)?;
        let largest = Some(self.max_file_bytes);
        for image in [&mut rules.image, &mut rules.cover].into_iter().flatten() {
            image.max_bytes = largest;
        }
        if let Some(video) = &mut rules.video {
            video.max_bytes = largest;
        }
        if let Some(document) = &mut rules.document {
            document.max_bytes = largest;
        }
        if self.is_webhook() {
            rules.replies = false;
        } else {
            rules.options.retain(|option| !options::OF_WEBHOOKS.contains(&option.name.as_str()));
        }
        Some(rules)
    }
}
