//! Tracks of clips over time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::choices::TrackKind;
use super::clip::{Clip, colour};
use crate::error::{Error, Result};
use crate::image::AspectRatio;

/// Clips of one kind over time. Of clips that overlap, the one that starts later lies above.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Track {
    /// What it holds.
    pub kind: TrackKind,
    /// The clips, in any order.
    pub clips: Vec<Clip>,
}

impl Track {
    /// An empty track.
    #[must_use]
    pub fn new(kind: TrackKind) -> Self {
        Self { kind, clips: Vec::new() }
    }

    /// Adds a clip.
    #[must_use]
    pub fn with_clip(mut self, clip: Clip) -> Self {
        self.clips.push(clip);
        self
    }

    /// The clips in lanes, the lowest first, for renderers whose tracks hold one clip at a time:
    /// those of a lane follow each other, and of two that overlap the upper one is in a higher
    /// lane.
    #[must_use]
    pub fn lanes(&self) -> Vec<Vec<&Clip>> {
        let mut clips: Vec<&Clip> = self.clips.iter().collect();
        clips.sort_by_key(|clip| clip.start);
        let mut lanes: Vec<Vec<&Clip>> = Vec::new();
        for clip in clips {
            let overlaps = |lane: &Vec<&Clip>| lane.last().is_some_and(|last| last.end() > clip.start);
            let free = lanes.iter().rposition(overlaps).map_or(0, |below| below + 1);
            match lanes.get_mut(free) {
                Some(lane) => lane.push(clip),
                None => lanes.push(vec![clip]),
            }
        }
        lanes
    }
}

/// A video to be assembled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Timeline {
    /// Its shape.
    pub aspect_ratio: AspectRatio,
    /// The tracks; later ones lie above earlier ones.
    pub tracks: Vec<Track>,
    /// The colour behind everything, as `#rrggbb`; black where it is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<String>,
}

impl Timeline {
    /// An empty video of this shape.
    #[must_use]
    pub fn new(aspect_ratio: AspectRatio) -> Self {
        Self { aspect_ratio, tracks: Vec::new(), background: None }
    }

    /// Adds a track above the others.
    #[must_use]
    pub fn with_track(mut self, track: Track) -> Self {
        self.tracks.push(track);
        self
    }

    /// Sets the colour behind everything, as `#rrggbb`.
    #[must_use]
    pub fn with_background(mut self, colour: impl Into<String>) -> Self {
        self.background = Some(colour.into());
        self
    }

    /// The end of the last clip.
    #[must_use]
    pub fn duration(&self) -> Duration {
        let clips = self.tracks.iter().flat_map(|track| &track.clips);
        clips.map(Clip::end).max().unwrap_or_default()
    }

    pub(super) fn validate(&self) -> Result<()> {
        if self.tracks.iter().all(|track| track.clips.is_empty()) {
            return Err(Error::invalid("timeline", "the timeline has no clip"));
        }
        colour("timeline.background", self.background.as_deref())?;
        for (index, track) in self.tracks.iter().enumerate() {
            for (number, clip) in track.clips.iter().enumerate() {
                clip.validate(track.kind).map_err(|error| {
                    let field = error.field().unwrap_or_default().to_owned();
                    error.with_field(format!("timeline.tracks[{index}].clips[{number}].{field}"))
                })?;
            }
        }
        Ok(())
    }
}
