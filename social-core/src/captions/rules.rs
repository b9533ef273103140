//! Spoken words become cues.

use std::ops::Range;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::lines::{cost, lay_out, line_count, partition, width};
use super::pieces::{Piece, pieces};
use super::script::{Break, Measure};
use super::{Captions, Cue};
use crate::speech::{Speech, SpokenWord};

/// What captions must be like, so that they can be read. The defaults are those of Netflix's style
/// guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CaptionRules {
    /// The characters of a line, marks not counted; of Chinese, Japanese and Korean the full-width
    /// ones, of which others count half. What is not set follows from the script: 42, Thai and its
    /// kin 35, Chinese and Korean 16, Japanese 13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_line_chars: Option<u32>,
    /// The lines of a cue.
    pub max_lines: u32,
    /// How long a cue is shown at least, where the next one leaves it the time.
    pub min_duration: Duration,
    /// How long a cue is shown at most.
    pub max_duration: Duration,
    /// A longer silence ends a cue.
    pub max_pause: Duration,
}

impl Default for CaptionRules {
    fn default() -> Self {
        Self {
            max_line_chars: None,
            max_lines: 2,
            min_duration: Duration::from_millis(833),
            max_duration: Duration::from_secs(7),
            max_pause: Duration::from_secs(1),
        }
    }
}

impl CaptionRules {
    /// Sets the characters of a line, for instance fewer for vertical videos.
    #[must_use]
    pub fn with_max_line_chars(mut self, maximum: u32) -> Self {
        self.max_line_chars = Some(maximum);
        self
    }

    /// Sets the lines of a cue.
    #[must_use]
    pub fn with_max_lines(mut self, maximum: u32) -> Self {
        self.max_lines = maximum;
        self
    }

    /// Sets how long a cue is shown, at least and at most.
    #[must_use]
    pub fn with_durations(mut self, minimum: Duration, maximum: Duration) -> Self {
        self.min_duration = minimum;
        self.max_duration = maximum;
        self
    }
}

impl Captions {
    /// The captions of spoken words, in the order of the words: see [`Speech::words`].
    ///
    /// A sentence begins a new cue, and so does what follows a silence; a sentence that is too long
    /// is parted evenly, preferably behind punctuation. No word is parted: one that is longer than
    /// a line stands alone in a line that is too long. Cues never overlap; they begin later each
    /// time, by whole milliseconds, whatever the times of the words are.
    #[must_use]
    pub fn of_words(words: &[SpokenWord], rules: &CaptionRules) -> Self {
        let measure = Measure::of(words.iter().map(|word| word.text.as_str()), rules.max_line_chars);
        let pieces = pieces(words);
        let grouping = Grouping { rules, measure };
        let mut cues = Vec::new();
        for sentence in grouping.sentences(&pieces) {
            for range in grouping.cues(sentence) {
                cues.extend(sentence.get(range).map(|cue| grouping.cue(cue)));
            }
        }
        settle(&mut cues, rules);
        Self { cues }
    }
}

impl Speech {
    /// The captions; empty where no [timings](crate::speech::SpeechRequest::with_timings) were
    /// asked for.
    #[must_use]
    pub fn captions(&self, rules: &CaptionRules) -> Captions {
        Captions::of_words(&self.words, rules)
    }
}

struct Grouping<'a> {
    rules: &'a CaptionRules,
    measure: Measure,
}

impl Grouping<'_> {
    /// What stands between silences and behind ends of sentences, unless that would be too short to
    /// be read.
    fn sentences<'p, 'a>(&self, pieces: &'p [Piece<'a>]) -> Vec<&'p [Piece<'a>]> {
        let (pause, minimum) = (self.rules.max_pause.as_millis(), self.rules.min_duration.as_millis());
        let (mut sentences, mut rest, mut length) = (Vec::new(), pieces, 0);
        for pair in pieces.windows(2) {
            length += 1;
            let ([last, next], Some(first)) = (pair, rest.first()) else { continue };
            let is_silent = u128::from(next.start.saturating_sub(last.end)) > pause;
            let is_whole = next.before == Break::Sentence && u128::from(last.end - first.start) >= minimum;
            if is_silent || is_whole {
                let (sentence, behind) = rest.split_at(length);
                sentences.push(sentence);
                (rest, length) = (behind, 0);
            }
        }
        sentences.push(rest);
        sentences
    }

    /// How a sentence is parted.
    fn cues(&self, sentence: &[Piece<'_>]) -> Vec<Range<usize>> {
        let of = |range: Range<usize>| sentence.get(range).unwrap_or_default();
        let maximum = self.rules.max_duration.as_millis();
        let room = (self.measure.line * self.rules.max_lines.max(1) as usize) as f64;
        partition(
            sentence.len(),
            |range| {
                let cue = of(range);
                let lines = line_count(cue, self.measure);
                u128::from(spoken(cue)) <= maximum && lines <= self.rules.max_lines.max(1) as usize
            },
            |range| {
                let behind = sentence.get(range.end).map(|next| next.before);
                cost(width(of(range), self.measure) as f64 / room, behind)
            },
        )
    }

    fn cue(&self, pieces: &[Piece<'_>]) -> Cue {
        let start = pieces.first().map_or(0, |first| first.start);
        let text = lay_out(pieces, self.measure);
        Cue::new(Duration::from_millis(start), Duration::from_millis(start + spoken(pieces)), text)
    }
}

/// How long pieces are spoken.
fn spoken(pieces: &[Piece<'_>]) -> u64 {
    let start = pieces.first().map_or(0, |first| first.start);
    pieces.iter().map(|piece| piece.end).max().unwrap_or(start).saturating_sub(start)
}

/// Gives each cue its time, without taking any from the next.
fn settle(cues: &mut [Cue], rules: &CaptionRules) {
    const TICK: Duration = Duration::from_millis(1);
    let mut earliest = Duration::ZERO;
    for cue in &mut *cues {
        cue.start = cue.start.max(earliest);
        earliest = cue.start + TICK;
        let longest = cue.start.saturating_add(rules.max_duration);
        cue.end = cue.end.max(cue.start.saturating_add(rules.min_duration)).min(longest).max(earliest);
    }
    let mut next = None;
    for cue in cues.iter_mut().rev() {
        cue.end = cue.end.min(next.unwrap_or(cue.end));
        next = Some(cue.start);
    }
}
