//! A timeline in frames and samples, and what of it is refused.

use std::time::Duration;

use social_core::captions::Captions;
use social_core::error::{Error, Result};
use social_core::media::{Media, MediaKind, MediaType};
use social_core::render::{Clip, Content, Fit, Motion, Position, Timeline, TrackKind};

use super::audio::{self, Cue};
use super::colour::Colour;
use super::layout::Canvas;
use super::stage::{Shot, Shown};
use super::typeset::Typesetter;
use super::words::{Size, Words};

/// A fade takes so many seconds, and never more than half of its clip.
const FADE: f64 = 0.5;

/// A timeline in frames. Its files have not been looked at.
pub(super) struct Plan<'a> {
    pub(super) background: Colour,
    rate: u32,
    /// The clips of all tracks, from the lowest to the highest.
    clips: Vec<Placed<'a>>,
}

/// A clip and its place in time.
struct Placed<'a> {
    clip: &'a Clip,
    kind: TrackKind,
    track: usize,
    /// In frames.
    first: u32,
    end: u32,
    field: String,
}

/// What is shown and heard.
pub(super) struct Parts {
    pub(super) shots: Vec<Shot>,
    pub(super) cues: Vec<Cue>,
}

/// What has been read of a clip's file.
pub(super) enum File {
    /// Its format, and whether there is audio in it.
    Media(MediaType, bool),
    Captions(Captions),
}

impl<'a> Plan<'a> {
    pub(super) fn new(timeline: &'a Timeline, rate: u32) -> Result<Self> {
        let background = timeline.background.as_deref().map_or(Ok(Colour::new(0, 0, 0)), Colour::parse)?;
        let mut clips: Vec<Placed<'a>> = Vec::new();
        for (number, track) in timeline.tracks.iter().enumerate() {
            let before = clips.len();
            for (index, clip) in track.clips.iter().enumerate() {
                let field = format!("timeline.tracks[{number}].clips[{index}]");
                let (first, end) = (frame(clip.start, rate), frame(clip.end(), rate));
                if end <= first {
                    return Err(Error::invalid(format!("{field}.duration"), "it is shorter than one frame"));
                }
                clips.push(Placed { clip, kind: track.kind, track: number, first, end, field });
            }
            if let Some(of_track) = clips.get_mut(before..) {
                of_track.sort_by_key(|placed| placed.first);
            }
        }
        Ok(Self { background, rate, clips })
    }

    /// How many frames there are.
    pub(super) fn frames(&self) -> u32 {
        self.clips.iter().map(|placed| placed.end).max().unwrap_or(0)
    }

    /// The files of the clips, in order, with what they are for and what an error names.
    pub(super) fn files(&self) -> impl Iterator<Item = (&'a Media, TrackKind, &str)> {
        self.clips.iter().filter_map(|placed| match &placed.clip.content {
            Content::File(media) => Some((media, placed.kind, placed.field.as_str())),
            _ => None,
        })
    }

    /// The texts, which need no file.
    pub(super) fn texts(&self) -> Result<Parts> {
        let texts = self.clips.iter().filter_map(|placed| match &placed.clip.content {
            Content::Text(words) => {
                let words = Words::new(words.clone(), placed.clip, Size::Text);
                Some(words.map(|words| self.shot(placed, Shown::Words(words))))
            }
            _ => None,
        });
        Ok(Parts { shots: texts.collect::<Result<_>>()?, cues: Vec::new() })
    }

    /// What is shown and heard, with what has been read of [`files`](Self::files).
    pub(super) fn parts(&self, files: &[File]) -> Result<Parts> {
        let mut files = files.iter();
        let mut parts = Parts { shots: Vec::new(), cues: Vec::new() };
        for placed in &self.clips {
            match &placed.clip.content {
                Content::Text(words) => {
                    let words = Words::new(words.clone(), placed.clip, Size::Text)?;
                    parts.shots.push(self.shot(placed, Shown::Words(words)));
                }
                Content::File(media) => match files.next() {
                    Some(File::Captions(captions)) => self.caption(placed, captions, &mut parts.shots)?,
                    Some(File::Media(kind, audio)) => self.file(placed, media, (*kind, *audio), &mut parts)?,
                    None => {}
                },
                _ => return Err(Error::unsupported(placed.field.clone(), "content of this kind is not offered")),
            }
        }
        Ok(parts)
    }

    fn file(&self, placed: &Placed<'_>, media: &Media, file: (MediaType, bool), parts: &mut Parts) -> Result<()> {
        let (media_type, audio) = file;
        match (placed.kind, media_type.kind()) {
            (TrackKind::Video, MediaKind::Image) => parts.shots.push(self.shot(placed, Shown::Image(media.clone()))),
            (TrackKind::Video, MediaKind::Video) if matches!(media_type, MediaType::Mp4 | MediaType::Mov) => {
                parts.shots.push(self.shot(placed, Shown::Video(media.clone())));
                if audio {
                    parts.cues.push(self.cue(placed, media, media_type));
                }
            }
            (TrackKind::Voice | TrackKind::Music, MediaKind::Audio | MediaKind::Video) => {
                parts.cues.push(self.cue(placed, media, media_type));
            }
            (kind, _) => {
                let message = format!("a {} track does not take {}", kind.as_str(), media_type.as_mime());
                return Err(Error::unsupported(placed.field.clone(), message));
            }
        }
        Ok(())
    }

    /// The frames over which a clip comes in, or goes.
    fn fade(&self, placed: &Placed<'_>, fades: bool) -> u32 {
        let frames = (f64::from(self.rate) * FADE).round() as u32;
        if fades { frames.min((placed.end - placed.first) / 2) } else { 0 }
    }

    fn fades(&self, placed: &Placed<'_>) -> (u32, u32) {
        let Clip { transition, transition_out, .. } = placed.clip;
        (self.fade(placed, transition.is_some()), self.fade(placed, transition_out.is_some()))
    }

    fn shot(&self, placed: &Placed<'_>, shown: Shown) -> Shot {
        let (fade_in, fade_out) = self.fades(placed);
        // A clip stands behind the one that fades in where it ends: the two cross.
        let crosses = |next: &&Placed<'_>| {
            next.track == placed.track && next.first > placed.first && next.first.abs_diff(placed.end) <= 1
        };
        let stays = matches!(shown, Shown::Image(_) | Shown::Video(_)) && fade_out == 0;
        let next = self.clips.iter().find(crosses).filter(|_| stays);
        let end = next.map_or(placed.end, |next| placed.end.max(next.first + self.fades(next).0));
        // What does not fill the frame cannot cover it, so that it goes as the next one comes.
        let uncovered = next.filter(|next| next.clip.fit == Some(Fit::Contain));
        Shot {
            shown,
            first: placed.first,
            end,
            fade_in,
            fade_out: uncovered.map_or(fade_out, |_| end - placed.end),
            contain: placed.clip.fit == Some(Fit::Contain),
            nearer: placed.clip.motion.as_ref().map(|motion| *motion == Motion::ZOOM_IN),
            trim: placed.clip.trim_start.unwrap_or_default().as_secs_f64(),
            field: placed.field.clone(),
        }
    }

    /// The cues of a caption file. Those that are said at the same time stand below each other.
    fn caption(&self, placed: &Placed<'_>, captions: &Captions, shots: &mut Vec<Shot>) -> Result<()> {
        let shown = captions.cues.iter().filter_map(|cue| {
            let (start, length) = placed.clip.shows(cue.start, cue.end)?;
            let at = |time: Duration| frame(time, self.rate).clamp(placed.first, placed.end);
            Some((at(start), at(start.saturating_add(length)), cue.text.as_str()))
        });
        let shown: Vec<(u32, u32, &str)> = shown.collect();
        let mut changes: Vec<u32> = shown.iter().flat_map(|(first, end, _)| [*first, *end]).collect();
        changes.sort_unstable();
        changes.dedup();
        for (&first, &end) in changes.iter().zip(changes.iter().skip(1)) {
            let said = shown.iter().filter(|(from, to, _)| *from <= first && *to >= end);
            let said: Vec<&str> = said.map(|(_, _, text)| *text).collect();
            if said.is_empty() {
                continue;
            }
            let words = Words::new(said.join("\n"), placed.clip, Size::Caption)?;
            let whole = self.shot(placed, Shown::Words(words));
            shots.push(Shot {
                first,
                end,
                fade_in: if first == placed.first { whole.fade_in } else { 0 },
                fade_out: if end == placed.end { whole.fade_out } else { 0 },
                ..whole
            });
        }
        Ok(())
    }

    fn cue(&self, placed: &Placed<'_>, media: &Media, kind: MediaType) -> Cue {
        let samples = |frames: u32| u64::from(frames) * u64::from(audio::RATE) / u64::from(self.rate);
        let (fade_in, fade_out) = self.fades(placed);
        Cue {
            media: media.clone(),
            kind,
            trim: placed.clip.trim_start.unwrap_or_default().as_secs_f64(),
            start: samples(placed.first),
            end: samples(placed.end),
            gain: placed.clip.volume.unwrap_or(1.0),
            fade_in: samples(fade_in),
            fade_out: samples(fade_out),
            field: placed.field.clone(),
        }
    }
}

impl Parts {
    /// Refuses words that cannot be set, and words over words.
    pub(super) fn check_words(&self, typesetter: &mut Typesetter, canvas: &Canvas) -> Result<()> {
        let words = self.shots.iter().filter_map(|shot| match &shot.shown {
            Shown::Words(words) => Some((shot, words)),
            _ => None,
        });
        let mut until: Vec<(Position, &Shot)> = Vec::new();
        let mut in_order: Vec<_> = words.collect();
        in_order.sort_by_key(|(shot, _)| shot.first);
        for (shot, words) in in_order {
            words.check(typesetter, canvas).map_err(|e| e.with_field(shot.field.clone()))?;
            let place = words.position;
            if let Some((_, before)) = until.iter().find(|(taken, before)| *taken == place && before.end > shot.first) {
                let message = format!("`{}` shows words in the same place at the same time", before.field);
                return Err(Error::unsupported(format!("{}.position", shot.field), message));
            }
            until.retain(|(_, before)| before.end > shot.first);
            until.push((place, shot));
        }
        Ok(())
    }
}

/// The frame that a time is nearest to.
fn frame(time: Duration, rate: u32) -> u32 {
    (time.as_secs_f64() * f64::from(rate)).round() as u32
}
