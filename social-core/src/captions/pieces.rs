//! Words taken apart into what stays together in a line.

use std::borrow::Cow;
use std::time::Duration;

use super::script::{Break, is_closing, is_opening, is_unspaced, may_part};
use crate::speech::SpokenWord;

/// What is never parted, in milliseconds.
#[derive(Clone, Debug)]
pub(super) struct Piece<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) start: u64,
    pub(super) end: u64,
    /// Whether there is a space before it.
    pub(super) space: bool,
    /// How good the place before it is for a break.
    pub(super) before: Break,
}

/// The pieces of words, in order, none before the one that came earlier.
pub(super) fn pieces(words: &[SpokenWord]) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let (mut time, mut parted_by_space) = (0, false);
    for word in words {
        let start = millis(word.start).max(time);
        let end = millis(word.end).max(start);
        let characters = word.text.chars().filter(|c| !c.is_whitespace()).count() as u64;
        // A word that is several pieces is spoken evenly.
        let at = |spoken: u64| start + (end - start) * spoken / characters.max(1);
        let mut spoken = 0;
        let last = pieces.last().and_then(|piece| piece.text.chars().next_back());
        let mut space = parted_by_space || are_written_apart(last, word.text.chars().next());
        for part in word.text.split_whitespace() {
            for text in parted(part) {
                let begins = spoken;
                spoken += text.chars().count() as u64;
                time = at(begins);
                push(&mut pieces, text, time, at(spoken), space);
                space = false;
            }
            space = true;
        }
        parted_by_space = word.text.ends_with(char::is_whitespace);
    }
    pieces
}

/// Whether words with these ends have a space between them, which they do not carry themselves.
fn are_written_apart(last: Option<char>, first: Option<char>) -> bool {
    !last.into_iter().chain(first).any(is_unspaced)
}

fn push<'a>(pieces: &mut Vec<Piece<'a>>, text: &'a str, start: u64, end: u64, space: bool) {
    let Some(last) = pieces.last_mut() else {
        pieces.push(Piece { text: text.into(), start, end, space: false, before: Break::Word });
        return;
    };
    if is_closing(text) || is_opening(&last.text) {
        let joined = last.text.to_mut();
        joined.extend(space.then_some(' '));
        joined.push_str(text);
        last.end = last.end.max(end);
        return;
    }
    let before = Break::between(&last.text, text, space);
    pieces.push(Piece { text: text.into(), start, end, space, before });
}

fn millis(time: Duration) -> u64 {
    // A thousand days, so that no sum overflows.
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).min(1000 * 24 * 3_600_000)
}

impl SpokenWord {
    /// The words of a text of which it is known when each character is spoken, from its first
    /// moment to its last. Words end at spaces; in scripts that write none, wherever a line may
    /// end.
    #[must_use]
    pub fn of_characters<'a>(characters: impl IntoIterator<Item = (&'a str, Duration, Duration)>) -> Vec<Self> {
        let mut words: Vec<Self> = Vec::new();
        let (mut text, mut times, mut space) = (String::new(), Vec::new(), false);
        // A space at the end, so that the last word ends as the others do.
        for (character, start, end) in characters.into_iter().chain([(" ", Duration::ZERO, Duration::ZERO)]) {
            for c in character.chars() {
                if !c.is_whitespace() {
                    text.push(c);
                    times.push((start, end));
                    continue;
                }
                let mut spoken = times.drain(..);
                for part in parted(&text) {
                    let mut part_times = spoken.by_ref().take(part.chars().count());
                    let Some((start, mut end)) = part_times.next() else { break };
                    part_times.for_each(|(_, later)| end = end.max(later));
                    if let Some(last) = words.last_mut()
                        && std::mem::take(&mut space)
                        && !are_written_apart(last.text.chars().next_back(), part.chars().next())
                    {
                        last.text.push(' ');
                    }
                    words.push(Self { text: part.to_owned(), start, end });
                }
                drop(spoken);
                text.clear();
                space = true;
            }
        }
        words
    }
}

/// A text without spaces, cut wherever a line may end.
fn parted(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut characters = rest.char_indices().peekable();
        let (_, mut before) = characters.next()?;
        while let Some((at, after)) = characters.next() {
            if may_part(before, after, characters.peek().map(|(_, next)| *next)) {
                let (piece, behind) = rest.split_at(at);
                rest = behind;
                return Some(piece);
            }
            before = after;
        }
        Some(std::mem::take(&mut rest))
    })
}
