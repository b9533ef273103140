//! Parts of a text that mean something to platforms.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// By whose rules a text is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Syntax {
    /// `@name`, `#tag`, links with and without a scheme: the rules of twitter-text 3.1. The usual
    /// choice.
    #[default]
    Usual,
    /// `@name@server` beside `@name`; links need a scheme (Mastodon and other ActivityPub servers).
    Federated,
    /// `@name.example.com`, tags with punctuation inside, links with and without a scheme: the rich
    /// text of the AT Protocol (Bluesky). What is found ends where a reader sees it end, before the
    /// quotes, Markdown and punctuation of any script. The ranges are the byte offsets that its
    /// facets want.
    AtProtocol,
}

/// What a part of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntityKind {
    /// A link; the value is its address, with `https://` where the text has no scheme and the
    /// syntax says so.
    Link,
    /// A mention; the value is the name without `@`.
    Mention,
    /// A hashtag; the value is the tag without its sign.
    Hashtag,
    /// A stock symbol; the value is the symbol without `$`.
    Cashtag,
}

/// A part of a text that means something to platforms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Where it is, in UTF-8 bytes, its sign included.
    pub range: Range<usize>,
    /// What it says.
    pub value: String,
}
