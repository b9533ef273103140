use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation as _;

use super::emoji::emoji_at;
use super::entity::{Syntax, entities};
use super::link::{Bare, links};
use super::normalize;

/// What a platform counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unit {
    /// Unicode code points.
    Chars,
    /// UTF-16 code units, as JavaScript counts.
    Utf16,
    /// Extended grapheme clusters: what a person calls a character.
    Graphemes,
    /// UTF-8 bytes.
    Bytes,
    /// X's weights: links are 23, most Latin letters 1, others and emoji 2, after composition (NFC).
    ///
    /// Source: configuration 3 of twitter-text.
    XWeighted,
    /// Code points, but an emoji costs its UTF-8 bytes (Threads).
    EmojiBytes,
    /// Grapheme clusters, but a link with a scheme is 23 and a mention counts without its server (Mastodon).
    Mastodon,
}

/// What X and Mastodon count for a link of any length.
const LINK_COST: usize = 23;

impl Unit {
    /// How long the text is. Where a platform's own rules leave a doubt, the longer reading.
    #[must_use]
    pub fn count(self, text: &str) -> usize {
        match self {
            Self::Chars => text.chars().count(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Graphemes => text.graphemes(true).count(),
            Self::Bytes => text.len(),
            Self::XWeighted => x_weighted(text),
            Self::EmojiBytes => emoji_bytes(text),
            Self::Mastodon => mastodon(text),
        }
    }

    /// What one of them is called, for instance `characters`.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Chars => "characters",
            Self::Utf16 => "UTF-16 units",
            Self::Graphemes => "characters (graphemes)",
            Self::Bytes => "bytes",
            Self::XWeighted => "characters as X weighs them (a link is 23, an emoji 2)",
            Self::EmojiBytes => "characters (an emoji counts as its bytes)",
            Self::Mastodon => "characters (a link is 23)",
        }
    }
}

fn x_weighted(text: &str) -> usize {
    let composed = normalize(text);
    let (mut total, mut from) = (0, 0);
    for link in links(&composed, Bare::Links) {
        total += x_words(composed.get(from..link.start).unwrap_or_default()) + LINK_COST;
        from = link.end;
    }
    total + x_words(composed.get(from..).unwrap_or_default())
}

/// Text without links.
fn x_words(text: &str) -> usize {
    let (mut total, mut rest) = (0, text);
    while let Some(c) = rest.chars().next() {
        let emoji = emoji_at(rest);
        total += if emoji == 0 { x_weight(c) } else { 2 };
        rest = rest.get(emoji.max(c.len_utf8())..).unwrap_or_default();
    }
    total
}

const fn x_weight(c: char) -> usize {
    match c as u32 {
        0..=4351 | 8192..=8205 | 8208..=8223 | 8242..=8247 => 1,
        _ => 2,
    }
}

fn emoji_bytes(text: &str) -> usize {
    let (mut total, mut rest) = (0, text);
    while let Some(c) = rest.chars().next() {
        let emoji = emoji_at(rest);
        total += emoji.max(1);
        rest = rest.get(emoji.max(c.len_utf8())..).unwrap_or_default();
    }
    total
}

fn mastodon(text: &str) -> usize {
    let (mut total, mut from) = (0, 0);
    for entity in entities(text, Syntax::Federated) {
        let counted = match entity.kind {
            super::EntityKind::Link => LINK_COST,
            super::EntityKind::Mention => {
                1 + entity.value.split('@').next().map_or(0, |user| user.graphemes(true).count())
            }
            _ => continue,
        };
        total += text.get(from..entity.range.start).unwrap_or_default().graphemes(true).count() + counted;
        from = entity.range.end;
    }
    total + text.get(from..).unwrap_or_default().graphemes(true).count()
}
