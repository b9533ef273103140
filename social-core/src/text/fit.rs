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
    if fits(text, limits) {
        return Shortened { text: text.to_owned(), removed: Vec::new() };
    }
    let shortened = Parts::of(text).fit(limits);
    shortened.unwrap_or_else(|| Shortened { text: String::new(), removed: vec![Removed::Words(text.to_owned())] })
}

/// Puts a post together - a text, what must be kept, hashtags, a paragraph each - and shortens it
/// until it is within every limit: the text is cut and hashtags go as [`fit`] does it; what is to
/// be kept is never touched. `None` where it does not fit even alone.
///
/// ```
/// use social_core::text::{Unit, fit_keeping};
///
/// let fitted = fit_keeping("Pumpkin ravioli from Friday on", "https://a.at/book", &["pasta"], &[(Unit::Graphemes, 40)]);
/// assert_eq!(fitted.unwrap().text, "Pumpkin…\n\nhttps://a.at/book\n\n#pasta");
/// ```
#[must_use]
pub fn fit_keeping(text: &str, kept: &str, hashtags: &[&str], limits: &[(Unit, usize)]) -> Option<Shortened> {
    let tags: Vec<String> = hashtags.iter().map(|tag| format!("#{tag}")).collect();
    let mut parts = Parts::of_body(text.trim(), entities_seen(text.trim()));
    parts.kept = kept;
    parts.gap = "\n\n";
    parts.tags = tags.iter().map(String::as_str).collect();
    let whole = parts.join(parts.body, parts.tags.len());
    if fits(&whole, limits) {
        return Some(Shortened { text: whole, removed: Vec::new() });
    }
    let alone = || {
        let text = kept.to_owned();
        let words = Some(parts.body).filter(|body| !body.is_empty()).map(|body| Removed::Words(body.to_owned()));
        let removed = parts.removed_tags(0).chain(words).collect();
        (!kept.is_empty() && fits(kept, limits)).then_some(Shortened { text, removed })
    };
    parts.fit(limits).or_else(alone)
}

/// A text as a body and the hashtags at its end.
struct Parts<'a> {
    body: &'a str,
    /// What stands between the body and its hashtags.
    gap: &'a str,
    /// What stands there, too, and is not to be touched.
    kept: &'a str,
    tags: Vec<&'a str>,
    /// The body's links.
    links: Vec<Entity>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let entities = entities_seen(text);
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
        Self { gap, tags, ..Self::of_body(body, entities) }
    }

    fn of_body(body: &'a str, entities: Vec<Entity>) -> Self {
        let links = entities.into_iter().filter(|e| e.kind == EntityKind::Link && e.range.end <= body.len()).collect();
        Self { body, gap: "", kept: "", tags: Vec::new(), links }
    }

    /// Takes out hashtags, else cuts the body.
    fn fit(&self, limits: &[(Unit, usize)]) -> Option<Shortened> {
        // All of them do not fit, or nobody would have asked.
        let fewer = self.tags.len().checked_sub(1).filter(|_| !self.body.is_empty() || !self.kept.is_empty());
        if let Some(kept) = fewer.and_then(|fewer| most(fewer, |kept| fits(&self.join(self.body, kept), limits))) {
            return Some(Shortened { text: self.join(self.body, kept), removed: self.removed_tags(kept).collect() });
        }
        let third: Vec<_> = limits.iter().map(|(unit, maximum)| (*unit, maximum / 3)).collect();
        let affordable = most(self.tags.len(), |kept| fits(&self.tags_alone(kept), &third)).unwrap_or(0);
        let cuts = cuts(self.body);
        let tags = most(affordable, |tags| self.links_with(tags, &cuts, limits).is_some())?;
        let (text, removed) = self.shortened(tags, &cuts, limits)?;
        Some(Shortened { text, removed: self.removed_tags(tags).chain(removed).collect() })
    }

    fn tags_alone(&self, kept: usize) -> String {
        self.tags.get(..kept).unwrap_or_default().join(" ")
    }

    fn join(&self, body: &str, kept: usize) -> String {
        let tags = self.tags_alone(kept);
        let gap = if self.gap.is_empty() { " " } else { self.gap };
        let parts = [body, self.kept, &tags].into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(gap)
    }

    fn removed_tags(&self, kept: usize) -> impl Iterator<Item = Removed> {
        self.tags.iter().skip(kept).rev().map(|tag| Removed::Hashtag((*tag).to_owned()))
    }

    /// How many links may stand behind the shortest beginning of the body, with so many hashtags;
    /// `None` where not even that fits.
    fn links_with(&self, tags: usize, cuts: &[usize], limits: &[(Unit, usize)]) -> Option<usize> {
        let first = *cuts.first()?;
        most(self.links.len(), |links| fits(&self.compose(first, links, tags), limits))
    }

    /// The longest beginning of the body that fits with an ellipsis, its links and so many
    /// hashtags.
    fn shortened(&self, tags: usize, cuts: &[usize], limits: &[(Unit, usize)]) -> Option<(String, Vec<Removed>)> {
        let links = self.links_with(tags, cuts, limits)?;
        let compose = |cut: usize| self.compose(cut, links, tags);
        // Longer beginnings hardly ever count less; where one does, the walk back finds the next.
        let fitting = |cut: usize| fits(&compose(cut), limits);
        let cuts = within_reach(cuts, fitting);
        let likely = cuts.partition_point(|cut| fitting(*cut));
        let cut = *cuts.get(..likely).unwrap_or_default().iter().rev().find(|cut| fitting(**cut))?;
        let mut removed: Vec<_> = self.links_behind(cut).skip(links).map(Removed::Link).collect();
        removed.push(Removed::Words(self.words_behind(cut)));
        Some((compose(cut), removed))
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
        if cut > 0 || self.kept.is_empty() {
            text.push_str(if space { " …" } else { "…" });
        }
        for link in self.links_behind(cut).take(links) {
            text.push(' ');
            text.push_str(&link);
        }
        self.join(&text, tags)
    }
}

/// The places of which the last one that fits is among the first half: however long a text is, no
/// more of it is looked at than twice what fits.
pub(super) fn within_reach(places: &[usize], fitting: impl Fn(usize) -> bool) -> &[usize] {
    let mut window = 64;
    while places.get(window - 1).is_some_and(|place| fitting(*place)) {
        window *= 2;
    }
    places.get(..window).unwrap_or(places)
}

/// The largest number up to `maximum` for which it holds. What holds for one holds for smaller
/// ones.
fn most(maximum: usize, holds: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut low, mut high) = (0, maximum + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    low.checked_sub(1)
}

/// Where a text may be cut: at the end of words, or inside a word that is alone; never inside what
/// must stay whole.
fn cuts(text: &str) -> Vec<usize> {
    let whole = whole_ranges(text);
    let graphemes: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
    let allowed = |at: &usize| graphemes.binary_search(at).is_ok() && !is_inside(&whole, *at);
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

/// Links as a reader sees them and hashtags by the usual rules, in order: what is kept and what
/// goes first.
fn entities_seen(text: &str) -> Vec<Entity> {
    let mut found = entities(text, Syntax::Usual);
    found.retain(|entity| entity.kind == EntityKind::Hashtag);
    let seen = entities(text, Syntax::AtProtocol).into_iter();
    found.extend(seen.filter(|entity| entity.kind == EntityKind::Link));
    found.sort_by_key(|entity| entity.range.start);
    found
}

/// Links, mentions, hashtags and mail addresses by any syntax, in order and without overlaps: what
/// one platform does not know, another may.
pub(super) fn whole_ranges(text: &str) -> Vec<Range<usize>> {
    let all = [Syntax::Usual, Syntax::Federated, Syntax::AtProtocol].map(|syntax| entities(text, syntax));
    let entities = all.into_iter().flatten().map(|entity| entity.range);
    let mut ranges: Vec<_> = entities.chain(text.match_indices('@').map(|(at, _)| mail_address(text, at))).collect();
    ranges.sort_by_key(|range| range.start);
    ranges.dedup_by(|next, range| {
        let joins = next.start < range.end;
        if joins {
            range.end = range.end.max(next.end);
        }
        joins
    });
    ranges
}

/// The mail address around an `@`: its beginning alone would be a link.
fn mail_address(text: &str, at: usize) -> Range<usize> {
    let is_part = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    let name = before.len() - before.trim_end_matches(is_part).len();
    let host = after.get(1..).map_or(0, |host| host.find(|c| !is_part(c)).unwrap_or(host.len()));
    if name == 0 || host == 0 { at..at } else { at - name..at + 1 + host }
}

/// Whether a place is inside one of these ranges, not at its edge.
pub(super) fn is_inside(whole: &[Range<usize>], at: usize) -> bool {
    let next = whole.partition_point(|range| range.end <= at);
    whole.get(next).is_some_and(|range| range.start < at)
}
