//! Where in the answer a citation points: the vendors count characters, we count bytes.

use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;
use social_core::chat::WebSource;
use url::Url;

use super::wire::UrlCitation;
use crate::shared::in_place;

/// Characters of the same length in bytes, one after the other.
#[derive(Debug)]
struct Run {
    character: usize,
    byte: usize,
    length: usize,
}

/// The characters of most texts, and of the beginning of others.
const ASCII: Run = Run { character: 0, byte: 0, length: 1 };

/// The text so far, as far as is needed to find a character's place.
#[derive(Debug, Default)]
pub(super) struct Characters {
    /// After the ASCII that the text begins with.
    runs: Vec<Run>,
    count: usize,
    bytes: usize,
}

impl Characters {
    pub(super) fn push(&mut self, text: &str) {
        if text.is_ascii() && self.last().length == 1 {
            self.count += text.len();
            self.bytes += text.len();
            return;
        }
        for length in text.chars().map(char::len_utf8) {
            if self.last().length != length {
                self.runs.push(Run { character: self.count, byte: self.bytes, length });
            }
            self.count += 1;
            self.bytes += length;
        }
    }

    fn last(&self) -> &Run {
        self.runs.last().unwrap_or(&ASCII)
    }

    fn byte(&self, character: usize) -> Option<usize> {
        let later = self.runs.partition_point(|run| run.character <= character);
        let run = later.checked_sub(1).and_then(|run| self.runs.get(run)).unwrap_or(&ASCII);
        let here = self.count > 0 && character <= self.count;
        here.then(|| run.byte + (character - run.character) * run.length)
    }

    fn span(&self, citation: &UrlCitation) -> Option<Range<usize>> {
        let place = |number: in_place::Number| self.byte(number.index()?);
        let span = place(citation.start_index)?..place(citation.end_index)?;
        (span.start < span.end).then_some(span)
    }

    /// The page that is cited. `None` for a text of which a part was taken out stands for no places
    /// at all.
    pub(super) fn source(citation: UrlCitation, text: Option<&Self>) -> Option<WebSource> {
        let url = Url::parse(&citation.url).ok()?;
        let span = text.and_then(|text| text.span(&citation));
        let said = |text: Option<String>| text.filter(|text| !text.is_empty());
        Some(WebSource { title: said(citation.title), quote: said(citation.content), span, ..WebSource::new(url) })
    }
}

/// The pages that Zhipu's search found.
pub(super) fn found(results: &RawValue) -> Vec<WebSource> {
    let source = |result: &RawValue| {
        let result: Found = serde_json::from_str(result.get()).ok()?;
        let said = |text: Option<String>| text.filter(|text| !text.is_empty());
        let url = Url::parse(&result.link).ok()?;
        Some(WebSource { title: said(result.title), quote: said(result.content), ..WebSource::new(url) })
    };
    in_place::items(Some(results)).into_iter().filter_map(source).collect()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Found {
    link: String,
    #[serde(deserialize_with = "in_place::dispensable")]
    title: Option<String>,
    #[serde(deserialize_with = "in_place::dispensable")]
    content: Option<String>,
}

#[cfg(test)]
mod tests {
    //! Invented texts.
    use super::*;

    #[test]
    fn e4_every_character_has_its_place_however_the_text_came() {
        let text = "Café ☕ 北京, ok 🌞!";
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for cut in (0..=text.len()).filter(|&cut| text.is_char_boundary(cut)) {
            let mut characters = Characters::default();
            let (before, after) = text.split_at(cut);
            characters.push(before);
            characters.push(after);
            let found: Vec<usize> = (0..places.len()).map(|n| characters.byte(n).unwrap()).collect();
            assert_eq!(found, places, "cut at {cut}");
            assert_eq!(characters.byte(places.len()), None);
        }
        assert_eq!(Characters::default().byte(0), None);
    }
}
