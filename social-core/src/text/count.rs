use serde::{Deserialize, Serialize};

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
    /// X's weights: links are 23, most Latin letters 1, others and emoji 2.
    XWeighted,
    /// Code points, but an emoji costs its UTF-8 bytes (Threads).
    EmojiBytes,
    /// Code points, but a link is 23 and a mention counts without its server (Mastodon).
    Mastodon,
}
