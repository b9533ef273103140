//! Shortening a text to its limits.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::count::Unit;
use super::entity::{Entity, EntityKind, Syntax};
use super::find::entities;

/// A text that was made to fit, and what that cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortened {
    /// The text; within every limit.
    pub text: String,
    /// What is no longer in it, in the order of removal. Empty when the text fitted as it was.
    pub removed: Vec<Removed>,
}

/// Something that was taken out of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Removed {
    /// A hashtag, with its sign.
    Hashtag(String),
    /// A link for which there was no room.
    Link(String),
    /// Words from the end of the text, without the links among them.
    Words(String),
}

/// Whether the text is within every limit.
#[must_use]
pub fn fits(text: &str, limits: &[(Unit, usize)]) -> bool {
    limits.iter().all(|(unit, maximum)| unit.count(text) <= *maximum)
}

/// Shortens a text until it is within every limit.
///
/// Hashtags at its end go first, from the last on, when that is enough. Otherwise words go, at a
/// word boundary and with an ellipsis; links from the part that goes are kept behind it, and so are
/// the hashtags at the end, as far as they take no more than a third of the room. No grapheme,
/// link, mention or hashtag is ever cut in two. A text that fits is returned unchanged; where not
/// even an ellipsis fits, the result is empty.
#[must_use]
pub fn fit(text: &str, limits: &[(Unit, usize)]) -> Shortened {
    let mut fitted = Shortened { text: text.to_owned(), removed: Vec::new() };
    if fits(text, limits) {
        return fitted;
    }
    let parts = Parts::of(text);
    let kept = (0..parts.tags.len()).rev().find(|kept| fits(&parts.with_tags(*kept), limits));
    if let Some(kept) = kept.filter(|_| !parts.body.is_empty()) {
        fitted.text = parts.with_tags(kept);
        fitted.removed.extend(parts.removed_tags(kept));
        return fitted;
    }
    let third: Vec<_> = limits.iter().map(|(unit, maximum)| (*unit, maximum / 3)).collect();
    let affordable = (0..=parts.tags.len()).rev().find(|kept| fits(&parts.tags_alone(*kept), &third)).unwrap_or(0);
    for tags in (0..=affordable).rev() {
        if let Some((text, removed)) = parts.shortened(tags, limits) {
            fitted.removed.extend(parts.removed_tags(tags));
            fitted.removed.extend(removed);
            fitted.text = text;
            return fitted;
        }
    }
    fitted.text.clear();
    fitted.removed.push(Removed::Words(text.to_owned()));
    fitted
}

/// A text as a body and the hashtags at its end.
struct Parts<'a> {
    body: &'a str,
    /// What stands between the body and its hashtags.
    gap: &'a str,
    tags: Vec<&'a str>,
    /// The body's links.
    links: Vec<Entity>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let entities = entities(text, Syntax::Usual);
        let mut tags = Vec::new();
        let mut end = text.trim_end().len();
        for tag in entities.iter().rev() {
            if tag.kind != EntityKind::Hashtag || tag.range.end != end {
                break;
            }
            tags.extend(text.get(tag.range.clone()));
            end = text.get(..tag.range.start).map_or(0, |before| before.trim_end().len());
        }
        tags.reverse();
        let body = text.get(..end).unwrap_or_default();
        let gap = text.get(end..).unwrap_or_default();
        let gap = gap.get(..gap.len() - gap.trim_start().len()).unwrap_or_default();
        let links = entities.into_iter().filter(|e| e.kind == EntityKind::Link && e.range.end <= end).collect();
        Self { body, gap, tags, links }
    }

    fn tags_alone(&self, kept: usize) -> String {
        self.tags.get(..kept).unwrap_or_default().join(" ")
    }

    fn with_tags(&self, kept: usize) -> String {
        self.join(self.body, kept)
    }

    fn join(&self, body: &str, kept: usize) -> String {
        match (kept, body) {
            (0, _) => body.to_owned(),
            (_, "") => self.tags_alone(kept),
            _ => format!("{body}{}{}", if self.gap.is_empty() { " " } else { self.gap }, self.tags_alone(kept)),
        }
    }

    fn removed_tags(&self, kept: usize) -> impl Iterator<Item = Removed> {
        self.tags.iter().skip(kept).rev().map(|tag| Removed::Hashtag((*tag).to_owned()))
    }

    /// The longest beginning of the body that fits with an ellipsis, its links and so many
    /// hashtags.
    fn shortened(&self, tags: usize, limits: &[(Unit, usize)]) -> Option<(String, Vec<Removed>)> {
        let cuts = cuts(self.body);
        for links in (0..=self.links.len()).rev() {
            let compose = |cut: usize| self.compose(cut, links, tags);
            // Longer beginnings hardly ever count less; where one does, the walk back finds the
            // next.
            let likely = cuts.partition_point(|cut| fits(&compose(*cut), limits));
            let fitting = |cut: &&usize| fits(&compose(**cut), limits);
            if let Some(cut) = cuts.get(..likely).unwrap_or_default().iter().rev().find(fitting) {
                let mut removed: Vec<_> = self.links_behind(*cut).skip(links).map(Removed::Link).collect();
                removed.push(Removed::Words(self.words_behind(*cut)));
                return Some((compose(*cut), removed));
            }
        }
        None
    }

    fn links_behind(&self, cut: usize) -> impl Iterator<Item = String> {
        let behind = self.links.iter().filter(move |link| link.range.start >= cut);
        behind.filter_map(|link| self.body.get(link.range.clone()).map(str::to_owned))
    }

    fn words_behind(&self, cut: usize) -> String {
        let (mut words, mut from) = (String::new(), cut);
        for link in self.links.iter().filter(|link| link.range.start >= cut) {
            words.push_str(self.body.get(from..link.range.start).unwrap_or_default().trim_end());
            from = link.range.end;
        }
        words.push_str(self.body.get(from..).unwrap_or_default());
        words.trim().to_owned()
    }

    fn compose(&self, cut: usize, links: usize, tags: usize) -> String {
        let mut text = self.body.get(..cut).unwrap_or_default().to_owned();
        // An ellipsis must not become part of a link, and looks odd behind another stop.
        let space = self.links.iter().any(|link| link.range.end == cut) || text.ends_with(['.', '!', '?', '…']);
        text.push_str(if space { " …" } else { "…" });
        for link in self.links_behind(cut).take(links) {
            text.push(' ');
            text.push_str(&link);
        }
        self.join(&text, tags)
    }
}

/// Where a text may be cut: at the end of words, or inside a word that is alone; never inside what
/// must stay whole.
fn cuts(text: &str) -> Vec<usize> {
    let whole = whole_ranges(text);
    let graphemes: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
    let allowed = |at: &usize| {
        graphemes.binary_search(at).is_ok() && !whole.iter().any(|range| range.start < *at && *at < range.end)
    };
    let words = text.split_word_bound_indices().filter(|(_, word)| word.chars().any(is_word_char));
    let ends: Vec<usize> = words.map(|(at, word)| at + word.len()).filter(allowed).collect();
    // Before the end of the first word there is nothing better than a grapheme.
    let first = ends.first().copied().unwrap_or(text.len());
    let mut cuts: Vec<usize> = graphemes.iter().copied().take_while(|at| *at < first).filter(allowed).collect();
    cuts.extend(ends);
    cuts
}

fn is_word_char(c: char) -> bool {
    !c.is_whitespace() && !c.is_ascii_punctuation()
}

/// Links, mentions and hashtags by any syntax: what one platform does not know, another may.
pub(super) fn whole_ranges(text: &str) -> Vec<Range<usize>> {
    let all = [Syntax::Usual, Syntax::Federated, Syntax::AtProtocol].map(|syntax| entities(text, syntax));
    all.into_iter().flatten().map(|entity| entity.range).collect()
}
