//! Tracks of audio added up, a block at a time, without clipping.

use social_core::error::{Error, Result};
use social_core::media::{Media, MediaType};

use super::resample::Track;
use super::{RATE, Stereo};

/// Samples of a block.
pub(super) const BLOCK: usize = 1024;
/// The loudest sample that the mix may have: coding adds a little.
const CEILING: f32 = 0.9;
/// By so much of its size a level that was lowered may grow again in a block (21 ms).
const RELEASE: f32 = 0.02;
/// What is cut off in the middle ends in this many samples, so that it does not click.
const RAMP: u64 = RATE as u64 / 50;

/// A file that is heard for a while. Times are in samples of the mix.
#[derive(Clone, Debug)]
pub(in super::super) struct Cue {
    pub(in super::super) media: Media,
    pub(in super::super) kind: MediaType,
    /// So many seconds of the file are left out.
    pub(in super::super) trim: f64,
    pub(in super::super) start: u64,
    pub(in super::super) end: u64,
    /// How loud: 1 is as it is.
    pub(in super::super) gain: f32,
    /// It comes in over so many samples, and goes over so many.
    pub(in super::super) fade_in: u64,
    pub(in super::super) fade_out: u64,
    /// What an error names.
    pub(in super::super) field: String,
}

/// All audio of a video.
pub(in super::super) struct Mix {
    cues: Vec<(Cue, State)>,
    length: u64,
    /// The sample at which the next block starts.
    at: u64,
    /// The block that waits until the loudness of the one behind it is known.
    waiting: Option<Block>,
    /// The level at the start of the waiting block.
    level: f32,
}

enum State {
    Closed,
    Open(Box<Track>),
    Over,
}

struct Block {
    samples: Vec<Stereo>,
    /// What it may be multiplied with.
    most: f32,
}

impl Cue {
    /// How loud the sample is that is heard `at`.
    fn gain(&self, at: u64) -> f32 {
        let part = |done: u64, all: u64| if done < all { done as f32 / all as f32 } else { 1.0 };
        self.gain * part(at - self.start, self.fade_in) * part(self.end - at, self.fade_out.max(RAMP))
    }

    fn named(&self, error: Error) -> Error {
        error.with_field(self.field.clone())
    }
}

impl Mix {
    /// The mix of `cues`, `length` samples long.
    pub(in super::super) fn new(cues: Vec<Cue>, length: u64) -> Self {
        let cues = cues.into_iter().map(|cue| (cue, State::Closed)).collect();
        Self { cues, length, at: 0, waiting: None, level: 1.0 }
    }

    /// The next samples; none at the end.
    pub(in super::super) fn next(&mut self) -> Result<Option<Vec<Stereo>>> {
        if self.waiting.is_none() {
            self.waiting = self.add_up()?;
        }
        let Some(mut block) = self.waiting.take() else { return Ok(None) };
        self.waiting = self.add_up()?;
        // The level moves in a straight line from one block's edge to the next. Both of its ends
        // are low enough for the block, so that no sample of it is clipped and no level jumps.
        let behind = self.waiting.as_ref().map_or(1.0, |next| next.most);
        let from = self.level.min(block.most);
        let to = (from + RELEASE).min(block.most).min(behind).min(1.0);
        let count = block.samples.len().max(1) as f32;
        for (index, sample) in block.samples.iter_mut().enumerate() {
            let level = from + (to - from) * (index as f32 / count);
            *sample = sample.map(|side| (side * level).clamp(-CEILING, CEILING));
        }
        self.level = to;
        Ok(Some(block.samples))
    }

    fn add_up(&mut self) -> Result<Option<Block>> {
        let (start, end) = (self.at, (self.at + BLOCK as u64).min(self.length));
        if start >= end {
            return Ok(None);
        }
        let mut samples = vec![[0.0; 2]; (end - start) as usize];
        for (cue, state) in &mut self.cues {
            if cue.end <= start || cue.start >= end {
                if cue.end <= start {
                    *state = State::Over;
                }
                continue;
            }
            if matches!(state, State::Closed) {
                let track = Track::open(&cue.media, cue.kind, cue.trim).map_err(|e| cue.named(e))?;
                *state = State::Open(Box::new(track));
            }
            let State::Open(track) = state else { continue };
            let first = cue.start.max(start);
            let wanted = (cue.end.min(end) - first) as usize;
            let before = (first - start) as usize;
            let taken = track.take(wanted, |index, sample| {
                let gain = cue.gain(first + index as u64);
                if let Some(sum) = samples.get_mut(before + index) {
                    *sum = [sum[0] + sample[0] * gain, sum[1] + sample[1] * gain];
                }
            });
            if taken.map_err(|e| cue.named(e))? < wanted {
                *state = State::Over;
            }
        }
        self.at = end;
        let peak = samples.iter().flatten().fold(0.0_f32, |peak, side| peak.max(side.abs()));
        let most = if peak > CEILING { CEILING / peak } else { 1.0 };
        Ok(Some(Block { samples, most }))
    }
}
