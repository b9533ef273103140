//! Pieces put into as few groups as possible: into the lines of a cue, into the cues of a sentence.

use std::ops::Range;

use super::pieces::Piece;
use super::script::{Break, Measure};

/// Parts `0..count` into groups that fit, of the least cost. A group of one always fits, and what
/// fits does so without its last.
pub(super) fn partition(
    count: usize,
    fits: impl Fn(Range<usize>) -> bool,
    cost: impl Fn(Range<usize>) -> f64,
) -> Vec<Range<usize>> {
    // For each place, what the best groups up to there cost and where the last of them begins.
    let mut best = vec![(f64::INFINITY, 0); count + 1];
    best.iter_mut().take(1).for_each(|first| first.0 = 0.0);
    for start in 0..count {
        let before = best.get(start).map_or(0.0, |(cost, _)| *cost);
        for end in start + 1..=count {
            if end > start + 1 && !fits(start..end) {
                break;
            }
            let total = before + cost(start..end);
            if let Some(known) = best.get_mut(end).filter(|(known, _)| total < *known) {
                *known = (total, start);
            }
        }
    }
    let mut groups = Vec::new();
    let mut end = count;
    while let Some((_, start)) = best.get(end).filter(|_| end > 0) {
        groups.push(*start..end);
        end = *start;
    }
    groups.reverse();
    groups
}

/// What a group costs: few groups are best, then even ones that end at a good place.
pub(super) fn cost(filled: f64, behind: Option<Break>) -> f64 {
    const GROUP: f64 = 10.0;
    let place = match behind {
        Some(Break::Inside) => 0.5,
        Some(Break::Word) => 0.15,
        _ => 0.0,
    };
    GROUP + filled * filled + place
}

/// The width of pieces in one line.
pub(super) fn width(pieces: &[Piece<'_>], measure: Measure) -> usize {
    let spaces = pieces.iter().skip(1).filter(|piece| piece.space).count();
    spaces + pieces.iter().map(|piece| measure.width(&piece.text)).sum::<usize>()
}

/// How many lines it takes at least.
pub(super) fn line_count(pieces: &[Piece<'_>], measure: Measure) -> usize {
    let (mut lines, mut filled) = (0, 0);
    for piece in pieces {
        let width = measure.width(&piece.text);
        let longer = filled + usize::from(piece.space) + width;
        let goes_on = lines > 0 && longer <= measure.line;
        filled = if goes_on { longer } else { width };
        lines += usize::from(!goes_on);
    }
    lines
}

/// The text in lines.
pub(super) fn lay_out(pieces: &[Piece<'_>], measure: Measure) -> String {
    let of = |range: Range<usize>| pieces.get(range).unwrap_or_default();
    let lines = partition(
        pieces.len(),
        |range| width(of(range), measure) <= measure.line,
        |range| {
            let behind = pieces.get(range.end).map(|piece| piece.before);
            cost(width(of(range), measure) as f64 / measure.line as f64, behind)
        },
    );
    let mut text = String::new();
    for (index, line) in lines.into_iter().enumerate() {
        for (place, piece) in of(line).iter().enumerate() {
            match (index, place) {
                (0, 0) => {}
                (_, 0) => text.push('\n'),
                _ => text.extend(piece.space.then_some(' ')),
            }
            text.push_str(&piece.text);
        }
    }
    text
}
