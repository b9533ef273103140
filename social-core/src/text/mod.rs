//! Text as platforms count and read it: units, links, hashtags, mentions, fitting and splitting.
//!
//! ```
//! use social_core::text::{self, Unit};
//!
//! let post = "Grüße aus Wien 🎡 https://example.com/a/long/address #wien #prater";
//! assert_eq!(Unit::XWeighted.count(post), 55);
//! assert_eq!(Unit::Graphemes.count(post), 65);
//! assert_eq!(text::hashtags(post).len(), 2);
//!
//! let fitted = text::fit(post, &[(Unit::Graphemes, 60)]);
//! assert_eq!(fitted.text, "Grüße aus Wien 🎡 https://example.com/a/long/address #wien");
//! ```

mod count;
mod emoji;
mod entity;
mod find;
mod fit;
mod leftover;
mod link;
mod richtext;
mod split;

#[cfg(test)]
mod tests;

pub use count::{Count, Unit, WireForm};
pub use entity::{Entity, EntityKind, Syntax};
pub use find::{entities, hashtags, links, mentions};
pub use fit::{Removed, Shortened, fit, fits};
pub use leftover::{has_reasoning_tags, placeholders};
pub use split::{Numbering, split};

use icu_normalizer::ComposingNormalizerBorrowed;

/// The text in composed form (NFC): what most platforms store and all count.
#[must_use]
pub fn normalize(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}
