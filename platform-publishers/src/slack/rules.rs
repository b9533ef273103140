//! What a channel of Slack takes.

use social_core::publish::{
    Appearance, DocumentRule, Habits, ImageRule, MediaCount, Placement, Rules, Span, TextRule, Tone, VideoRule,
};
use social_core::text::{Unit, WireForm};

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 1] = [Placement::MESSAGE];

/// Slack cuts at 40,000 in an undocumented unit: a twentieth is kept free.
pub(crate) const MAX_TEXT: usize = 38_000;
const MAX_FILE_BYTES: u64 = 1_073_741_824;

/// The text as it is sent, which is what is counted.
static ESCAPED: WireForm = WireForm::new("slack_escaped", Unit::Chars, escape);

const DOCS: &str = "docs.slack.dev, chat.postMessage and files.getUploadURLExternal";

/// Three letters have a meaning; nothing else is escaped.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What a placement accepts; `None` when Slack has no such placement. A webhook takes texts alone.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let image = ImageRule::new().with_min_bytes(1).with_max_bytes(MAX_FILE_BYTES);
    let video = VideoRule::new().with_max_bytes(MAX_FILE_BYTES);
    let mut rules = Rules::new(PLATFORM, Placement::MESSAGE)
        .with_text(TextRule::of([(Unit::Custom(&ESCAPED), MAX_TEXT)]))
        .with_alt_text(TextRule::of([(Unit::Chars, 1000)]))
        .with_media(MediaCount::any())
        .with_images(Span::ANY, image)
        .with_videos(Span::ANY, video)
        .with_habits(Habits::new(Tone::Personal).with_hashtags(Span::up_to(0)))
        .with_appearance(Appearance::new("Slack").with_accent("#4a154b").with_signs(["speech"]));
    rules.document = Some(DocumentRule::new().with_max_bytes(MAX_FILE_BYTES));
    rules.replies = true;
    let rules = [
        ("text.limits", DOCS, true),
        ("alt_text.limits", DOCS, true),
        ("image.max_bytes", DOCS, false),
        ("options", DOCS, true),
    ]
    .into_iter()
    .fold(rules, |rules, (field, source, confirmed)| rules.with_source(field, source, "2026-08", confirmed));
    Some(options::list(rules))
}

impl super::Slack {
    /// What the placement accepts by this bot or webhook.
    pub(super) fn own_rules(&self, placement: &Placement) -> Option<Rules> {
        let mut rules = rules(placement)?;
        if self.channel().is_none() {
            rules.media = MediaCount::none();
            (rules.image, rules.video, rules.document, rules.alt_text) = (None, None, None, None);
            rules.sources.retain(|note| note.field == "text.limits" || note.field == "options");
            rules.replies = false;
            rules.options.retain(|option| option.name != "broadcast");
        }
        Some(rules)
    }
}
