//! The rules of a language: capitals, where lines may break, where words are hyphenated.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_locale_core::LanguageIdentifier;
use icu_segmenter::{WordSegmenter, options::WordBreakInvariantOptions};
use parley::fontique::Language as Locale;

/// Words of fewer letters are not hyphenated, and this many stay on each side.
const HYPHENATED: usize = 10;
const KEPT: usize = 3;

/// Where a line may end without anything being seen.
const BREAK: &str = "\u{200b}";
/// Where a line may end with a hyphen.
pub(super) const SOFT_HYPHEN: char = '\u{ad}';

/// A language and its direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Language {
    tag: String,
    pub(super) rtl: bool,
}

impl Language {
    /// The language of a tag (BCP 47). Words in a script of other languages say more than the tag,
    /// which is often missing.
    pub(super) fn of(tag: Option<&str>, words: &str) -> Self {
        let given = tag.unwrap_or_default();
        let primary = given.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let has = |from: char, to: char| words.chars().any(|c| (from..=to).contains(&c));
        let (kana, hangul) = (has('\u{3040}', '\u{30ff}'), has('\u{ac00}', '\u{d7a3}'));
        let tag = match primary.as_str() {
            "ja" | "zh" | "yue" | "ko" => given,
            _ if kana => "ja",
            _ if hangul => "ko",
            _ if has('\u{3400}', '\u{9fff}') => "zh-Hans",
            _ => given,
        };
        let to_the_left =
            |c: &char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
        // Most letters count: a name in Latin may stand first.
        let letters = words.chars().filter(|c| c.is_alphabetic());
        let rtl = letters.clone().filter(to_the_left).count() * 2 > letters.count();
        Self { tag: tag.to_owned(), rtl }
    }

    fn primary(&self) -> &str {
        self.tag.split(['-', '_']).next().unwrap_or_default()
    }

    /// For the shaper, which chooses the language's forms of characters.
    pub(super) fn locale(&self) -> Option<Locale> {
        Locale::parse(&self.tag).ok()
    }

    /// In capitals, as the language writes them: Turkish keeps the dot, Greek drops its accents,
    /// and ß has a capital of its own.
    pub(super) fn capitals(&self, text: &str) -> String {
        let language: LanguageIdentifier = self.tag.parse().unwrap_or(LanguageIdentifier::UNKNOWN);
        CaseMapper::new().uppercase_to_string(&text.replace('ß', "ẞ"), &language).into_owned()
    }

    /// Lines break between the phrases of Japanese and the words of Chinese. Others need nothing:
    /// the shaper knows the words of Thai, Khmer, Lao and Burmese.
    pub(super) fn in_phrases<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let lines = text.lines();
        match self.primary() {
            "ja" => {
                let model = budoux::models::default_japanese_model();
                Cow::Owned(lines.map(|line| budoux::parse(model, line).join(BREAK)).collect::<Vec<_>>().join("\n"))
            }
            "zh" | "yue" => {
                let words = WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
                let broken = lines.map(|line| {
                    let ends: Vec<_> = words.segment_str(line).collect();
                    let words = ends.windows(2).filter_map(|pair| line.get(*pair.first()?..*pair.last()?));
                    join_words(words)
                });
                Cow::Owned(broken.collect::<Vec<_>>().join("\n"))
            }
            _ => Cow::Borrowed(text),
        }
    }

    /// Whether lines of the text break only at spaces and between [phrases](Self::in_phrases).
    pub(super) fn keeps_phrases(&self) -> bool {
        matches!(self.primary(), "ja" | "zh" | "yue" | "ko")
    }

    /// With a soft hyphen wherever a long word may be divided.
    pub(super) fn hyphenated<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let code = <[u8; 2]>::try_from(self.primary().as_bytes()).ok();
        let Some(language) = code.and_then(hypher::Lang::from_iso) else { return Cow::Borrowed(text) };
        let mut divided = String::new();
        for word in text.split_inclusive(|c: char| !c.is_alphabetic()) {
            let letters = word.trim_end_matches(|c: char| !c.is_alphabetic());
            if letters.chars().count() < HYPHENATED {
                divided.push_str(word);
                continue;
            }
            let mut parts = hypher::hyphenate_bounded(letters, language, KEPT, KEPT).peekable();
            while let Some(part) = parts.next() {
                divided.push_str(part);
                if parts.peek().is_some() {
                    divided.push(SOFT_HYPHEN);
                }
            }
            divided.push_str(word.get(letters.len()..).unwrap_or_default());
        }
        Cow::Owned(divided)
    }
}

/// Joins words so that a line may end behind each, but not before what closes a clause.
fn join_words<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for word in words {
        let closes = word.chars().next().is_some_and(|c| !c.is_alphanumeric());
        let opens = line.chars().last().is_some_and(|c| matches!(c, '「' | '『' | '“' | '《' | '（' | '('));
        if !line.is_empty() && !closes && !opens {
            line.push_str(BREAK);
        }
        line.push_str(word);
    }
    line
}
