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

mod control;
#[cfg(feature = "text")]
mod count;
#[cfg(feature = "text")]
mod domain;
#[cfg(feature = "text")]
mod emoji;
#[cfg(feature = "text")]
mod entity;
#[cfg(feature = "text")]
mod find;
#[cfg(feature = "text")]
mod fit;
mod leftover;
#[cfg(feature = "text")]
mod link;
#[cfg(feature = "text")]
mod richtext;
#[cfg(feature = "text")]
mod split;
#[cfg(feature = "text")]
mod tail;
#[cfg(feature = "text")]
mod tld;

#[cfg(test)]
mod tests;

pub(crate) use control::is_invisible;
pub use control::{controls, is_blank, typed_name, visible, visible_line};
#[cfg(feature = "text")]
pub use count::{Count, Unit, WireForm};
#[cfg(feature = "text")]
pub use entity::{Entity, EntityKind, Syntax};
#[cfg(feature = "text")]
pub use find::{entities, hashtags, links, mentions};
#[cfg(feature = "text")]
pub use fit::{Removed, Shortened, fit, fit_keeping, fits};
pub use leftover::{has_reasoning_tags, placeholders};
#[cfg(feature = "text")]
pub use split::{Numbering, split};

#[cfg(feature = "text")]
use icu_normalizer::ComposingNormalizerBorrowed;

/// Whether it has the form of a BCP 47 language tag, for instance `de` or `pt-BR`: a language of
/// two or three letters, then further parts. The names of languages are none.
#[must_use]
pub fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic()) && parts.all(part)
}

/// The tag of a language by its name in English or in the language itself, in any case: `de` for
/// `German` and `Deutsch`. It knows the languages that most posts are written in.
#[must_use]
pub fn language_named(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    let known = LANGUAGES.iter().find(|(_, names)| names.split(' ').any(|known| known == name));
    known.map(|(tag, _)| *tag)
}

/// Tags and names, from the Unicode CLDR (version 46).
const LANGUAGES: [(&str, &str); 48] = [
    ("ar", "arabic العربية"),
    ("bg", "bulgarian български"),
    ("bn", "bengali bangla বাংলা"),
    ("ca", "catalan català"),
    ("cs", "czech čeština"),
    ("cy", "welsh cymraeg"),
    ("da", "danish dansk"),
    ("de", "german deutsch"),
    ("el", "greek ελληνικά"),
    ("en", "english"),
    ("es", "spanish español castellano"),
    ("et", "estonian eesti"),
    ("eu", "basque euskara"),
    ("fa", "persian farsi فارسی"),
    ("fi", "finnish suomi"),
    ("fil", "filipino tagalog"),
    ("fr", "french français"),
    ("ga", "irish gaeilge"),
    ("gl", "galician galego"),
    ("he", "hebrew עברית"),
    ("hi", "hindi हिन्दी"),
    ("hr", "croatian hrvatski"),
    ("hu", "hungarian magyar"),
    ("id", "indonesian indonesia"),
    ("is", "icelandic íslenska"),
    ("it", "italian italiano"),
    ("ja", "japanese 日本語"),
    ("ko", "korean 한국어"),
    ("lt", "lithuanian lietuvių"),
    ("lv", "latvian latviešu"),
    ("ms", "malay melayu"),
    ("nb", "norwegian norsk bokmål"),
    ("nl", "dutch nederlands flemish"),
    ("pl", "polish polski"),
    ("pt", "portuguese português"),
    ("ro", "romanian română"),
    ("ru", "russian русский"),
    ("sk", "slovak slovenčina"),
    ("sl", "slovenian slovenščina"),
    ("sq", "albanian shqip"),
    ("sr", "serbian српски"),
    ("sv", "swedish svenska"),
    ("sw", "swahili kiswahili"),
    ("th", "thai ไทย"),
    ("tr", "turkish türkçe"),
    ("uk", "ukrainian українська"),
    ("ur", "urdu اردو"),
    ("vi", "vietnamese việt"),
];

/// The text in composed form (NFC): what most platforms store and all count.
#[must_use]
#[cfg(feature = "text")]
pub fn normalize(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}
