//! Units in which platforms count texts.

use std::fmt::Debug;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_segmentation::UnicodeSegmentation as _;

use super::emoji::emoji_at;
use super::entity::{EntityKind, Syntax};
use super::find::entities;
use super::link::{Reading, links};
use super::normalize;

/// Counts texts in a unit of its own, for platforms that count as none of the [units](Unit) do.
///
/// A platform that counts the text as it goes over the wire, escaped or marked up, brings a
/// [`WireForm`].
///
/// ```
/// use social_core::text::{Count, Unit};
///
/// #[derive(Debug)]
/// struct Words;
///
/// impl Count for Words {
///     fn name(&self) -> &'static str {
///         "words"
///     }
///
///     fn noun(&self) -> &'static str {
///         "words"
///     }
///
///     fn count(&self, text: &str) -> usize {
///         text.split_whitespace().count()
///     }
/// }
///
/// const WORDS: Unit = Unit::Custom(&Words);
/// assert_eq!(WORDS.count("as a crate elsewhere counts"), 5);
/// ```
pub trait Count: Debug + Send + Sync {
    /// The unit's name, by which it is told apart from others.
    fn name(&self) -> &'static str;

    /// What one of it is called, for instance `characters`.
    fn noun(&self) -> &'static str;

    /// How long a text is. A longer text does not count less than its beginning, but for a few
    /// characters at a link's end.
    fn count(&self, text: &str) -> usize;
}

/// Counts a text in the form in which it goes over the wire: escaped, marked up.
///
/// What is cut to fit is the text as it was typed, so nothing is ever cut inside an escape.
///
/// ```
/// use social_core::text::{self, Unit, WireForm};
///
/// static ESCAPED: WireForm = WireForm::new("escaped", Unit::Chars, |text| text.replace('&', "&amp;"));
/// const UNIT: Unit = Unit::Custom(&ESCAPED);
/// assert_eq!(UNIT.count("bread & cake"), 16);
/// assert_eq!(text::fit("bread & cake & coffee", &[(UNIT, 20)]).text, "bread & cake…");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct WireForm {
    name: &'static str,
    unit: Unit,
    encode: fn(&str) -> String,
}

impl WireForm {
    /// The form that `encode` gives a text, counted in `unit`.
    #[must_use]
    pub const fn new(name: &'static str, unit: Unit, encode: fn(&str) -> String) -> Self {
        Self { name, unit, encode }
    }

    /// The text as it goes over the wire.
    #[must_use]
    pub fn encode(&self, text: &str) -> String {
        (self.encode)(text)
    }
}

impl Count for WireForm {
    fn name(&self) -> &'static str {
        self.name
    }

    fn noun(&self) -> &'static str {
        self.unit.noun()
    }

    fn count(&self, text: &str) -> usize {
        self.unit.count(&self.encode(text))
    }
}

/// What a platform counts.
#[derive(Clone, Copy, Debug)]
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
    /// X's weights: links are 23, most Latin letters 1, others and emoji 2, after composition
    /// (NFC).
    ///
    /// Source: configuration 3 of twitter-text.
    XWeighted,
    /// Code points, but an emoji costs its UTF-8 bytes (Threads).
    EmojiBytes,
    /// Grapheme clusters, but a link with a scheme is 23 and a mention counts without its server
    /// (Mastodon).
    Mastodon,
    /// A unit of another crate.
    Custom(&'static dyn Count),
}

/// What X and Mastodon count for a link of any length.
const LINK_COST: usize = 23;

/// The units that have a name here.
const NAMED: [Unit; 7] =
    [Unit::Chars, Unit::Utf16, Unit::Graphemes, Unit::Bytes, Unit::XWeighted, Unit::EmojiBytes, Unit::Mastodon];

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
            Self::Custom(unit) => unit.count(text),
        }
    }

    /// Its name, for instance `graphemes`; two units of one name are the same.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chars => "chars",
            Self::Utf16 => "utf16",
            Self::Graphemes => "graphemes",
            Self::Bytes => "bytes",
            Self::XWeighted => "x_weighted",
            Self::EmojiBytes => "emoji_bytes",
            Self::Mastodon => "mastodon",
            Self::Custom(unit) => unit.name(),
        }
    }

    /// What one of them is called, for instance `characters`.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Chars => "characters",
            Self::Utf16 => "UTF-16 units",
            Self::Graphemes => "characters (graphemes)",
            Self::Bytes => "bytes",
            Self::XWeighted => "characters as X weighs them (a link is 23, an emoji 2)",
            Self::EmojiBytes => "characters (an emoji counts as its bytes)",
            Self::Mastodon => "characters (a link is 23)",
            Self::Custom(unit) => unit.noun(),
        }
    }
}

impl PartialEq for Unit {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Unit {}

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Unit {
    /// A unit of another crate can be written but not read: its name does not say how it counts.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        NAMED.into_iter().find(|unit| unit.name() == name).ok_or_else(|| {
            let known = NAMED.map(Self::name).join(", ");
            de::Error::custom(format!("`{name}` is not a unit of text that is known here: {known}"))
        })
    }
}

fn x_weighted(text: &str) -> usize {
    let composed = normalize(text);
    let (mut total, mut from) = (0, 0);
    for link in links(&composed, Reading::Usual) {
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
            EntityKind::Link => LINK_COST,
            EntityKind::Mention => 1 + entity.value.split('@').next().map_or(0, |user| user.graphemes(true).count()),
            _ => continue,
        };
        total += text.get(from..entity.range.start).unwrap_or_default().graphemes(true).count() + counted;
        from = entity.range.end;
    }
    total + text.get(from..).unwrap_or_default().graphemes(true).count()
}
