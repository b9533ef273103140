//! Splitting a text into the parts of a thread.

use unicode_segmentation::UnicodeSegmentation as _;

use super::count::Unit;
use super::fit::{fits, whole_ranges};
use crate::error::{Error, Result};

/// Whether the parts of a thread say where they belong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbering {
    /// No.
    #[default]
    None,
    /// `1/3` at the end of each, where there are several.
    Counted,
}

/// Splits a text into parts that are each within every limit: at paragraphs, sentences or words, in
/// this order, and inside a word only where it does not fit alone. No grapheme, link, mention or
/// hashtag is ever cut in two; nothing but the space at the seams is lost.
///
/// # Errors
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when something that must stay whole is
/// longer than a limit.
pub fn split(text: &str, limits: &[(Unit, usize)], numbering: Numbering) -> Result<Vec<String>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    if fits(text, limits) {
        return Ok(vec![text.to_owned()]);
    }
    if numbering == Numbering::None {
        return Ok(parts(text, limits, "")?.into_iter().map(str::to_owned).collect());
    }
    // The numbers take room, and how much depends on how many parts there are.
    let mut digits = 1;
    loop {
        let widest = "9".repeat(digits);
        let parts = parts(text, limits, &format!(" {widest}/{widest}"))?;
        let count = parts.len();
        if count.to_string().len() <= digits {
            return Ok(parts.iter().enumerate().map(|(at, part)| format!("{part} {}/{count}", at + 1)).collect());
        }
        digits += 1;
    }
}

fn parts<'a>(text: &'a str, limits: &[(Unit, usize)], suffix: &str) -> Result<Vec<&'a str>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = end_of_part(rest, limits, suffix).ok_or_else(|| {
            let (unit, maximum) =
                limits.iter().min_by_key(|(_, maximum)| *maximum).copied().unwrap_or((Unit::Chars, 0));
            let word = rest.split_whitespace().next().unwrap_or_default();
            let message = format!("`{word}` must stay whole but does not fit into {maximum} {}", unit.noun());
            Error::invalid("text", message)
        })?;
        let (part, next) = rest.split_at_checked(end).unwrap_or((rest, ""));
        parts.push(part.trim_end());
        rest = next.trim_start();
    }
    Ok(parts)
}

/// How good a seam is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seam {
    Grapheme,
    Word,
    Sentence,
    Paragraph,
}

fn end_of_part(text: &str, limits: &[(Unit, usize)], suffix: &str) -> Option<usize> {
    let fitting = |end: usize| {
        let part = text.get(..end).unwrap_or_default().trim_end();
        !part.is_empty() && fits(&format!("{part}{suffix}"), limits)
    };
    if fitting(text.len()) {
        return Some(text.len());
    }
    // No unit counts a grapheme as nothing, so a part ends within so many of them; a link may be
    // cheaper than its text.
    let whole = whole_ranges(text);
    let inside = |at: usize| whole.iter().any(|range| range.start < at && at < range.end);
    let ends: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).filter(|at| *at > 0 && !inside(*at)).collect();
    let likely = ends.partition_point(|end| fitting(*end));
    let ends = ends.get(..likely)?;
    let longest = ends.iter().rev().find(|end| fitting(**end))?;
    let mut best: Option<(Seam, usize)> = None;
    for end in ends.iter().rev().filter(|end| *end <= longest && fitting(**end)) {
        let seam = seam(text, *end);
        // A better seam is worth some room, but not all of it.
        let worth_it = match seam {
            Seam::Paragraph => *end * 3 >= *longest,
            Seam::Sentence => *end * 2 >= *longest,
            Seam::Word | Seam::Grapheme => true,
        };
        if worth_it && best.is_none_or(|(than, _)| seam > than) {
            best = Some((seam, *end));
        }
    }
    best.map(|(_, end)| end)
}

fn seam(text: &str, at: usize) -> Seam {
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    if !after.starts_with(char::is_whitespace) {
        let no_spaces = before.chars().next_back().is_some_and(|c| "。！？".contains(c));
        return if no_spaces { Seam::Sentence } else { Seam::Grapheme };
    }
    let space = after.get(..after.len() - after.trim_start().len()).unwrap_or_default();
    if space.matches('\n').count() > 1 {
        Seam::Paragraph
    } else if before.ends_with(['.', '!', '?', '…']) || space.contains('\n') {
        Seam::Sentence
    } else {
        Seam::Word
    }
}
