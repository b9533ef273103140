//! Splitting a text into the parts of a thread.

use unicode_segmentation::UnicodeSegmentation as _;

use super::count::Unit;
use super::fit::{fits, is_inside, whole_ranges, within_reach};
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
    let whole = whole_ranges(text);
    let ends = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]);
    let ends: Vec<usize> = ends.filter(|at| *at > 0 && !is_inside(&whole, *at)).collect();
    let mut parts = Vec::new();
    let mut from = 0;
    while from < text.len() {
        let rest = text.get(from..).unwrap_or_default();
        let ends = ends.get(ends.partition_point(|end| *end <= from)..).unwrap_or_default();
        let end = end_of_part(text, from, ends, limits, suffix).ok_or_else(|| {
            let (unit, maximum) =
                limits.iter().min_by_key(|(_, maximum)| *maximum).copied().unwrap_or((Unit::Chars, 0));
            let word = rest.split_whitespace().next().unwrap_or_default();
            let message = format!("`{word}` must stay whole but does not fit into {maximum} {}", unit.noun());
            Error::invalid("text", message)
        })?;
        parts.push(text.get(from..end).unwrap_or_default().trim_end());
        from = text.len() - text.get(end..).unwrap_or_default().trim_start().len();
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

/// The best end of the part that starts there, among the ends behind it.
fn end_of_part(text: &str, from: usize, ends: &[usize], limits: &[(Unit, usize)], suffix: &str) -> Option<usize> {
    let fitting = |end: usize| {
        let part = text.get(from..end).unwrap_or_default().trim_end();
        !part.is_empty() && fits(&format!("{part}{suffix}"), limits)
    };
    let ends = within_reach(ends, fitting);
    if ends.last().is_some_and(|end| *end == text.len() && fitting(*end)) {
        return Some(text.len());
    }
    let likely = ends.partition_point(|end| fitting(*end));
    let ends = ends.get(..likely)?;
    let longest = ends.iter().rev().find(|end| fitting(**end))?;
    let mut best: Option<(Seam, usize)> = None;
    for end in ends.iter().rev().filter(|end| *end <= longest) {
        let seam = seam(text, from, *end);
        // A better seam is worth some room, but not all of it.
        let (part, room) = (*end - from, *longest - from);
        let worth_it = match seam {
            Seam::Paragraph => part * 3 >= room,
            Seam::Sentence => part * 2 >= room,
            Seam::Word | Seam::Grapheme => true,
        };
        if worth_it && best.is_none_or(|(than, _)| seam > than) && fitting(*end) {
            best = Some((seam, *end));
        }
    }
    best.map(|(_, end)| end)
}

/// So much white space at a seam is looked at.
const SPACE: usize = 64;

fn seam(text: &str, from: usize, at: usize) -> Seam {
    let before = text.get(from..at).unwrap_or_default();
    let after = text.get(at..).unwrap_or_default();
    if !after.starts_with(char::is_whitespace) {
        let no_spaces = before.chars().next_back().is_some_and(|c| "。！？".contains(c));
        return if no_spaces { Seam::Sentence } else { Seam::Grapheme };
    }
    let lines = after.chars().take_while(|c| c.is_whitespace()).take(SPACE).filter(|c| *c == '\n').count();
    if lines > 1 {
        Seam::Paragraph
    } else if before.ends_with(['.', '!', '?', '…']) || lines > 0 {
        Seam::Sentence
    } else {
        Seam::Word
    }
}
