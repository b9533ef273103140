//! Tracks of clips over time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::image::AspectRatio;
use crate::make::Scalar;
use crate::media::Media;

/// What a track holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TrackKind {
    /// Images and videos, one after the other or above the tracks below.
    Video,
    /// Words over the image.
    Text,
    /// Captions: subtitle files.
    Captions,
    /// Spoken words.
    Voice,
    /// Music.
    Music,
}

impl TrackKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Text => "text",
            Self::Captions => "captions",
            Self::Voice => "voice",
            Self::Music => "music",
        }
    }
}

impl From<TrackKind> for Scalar {
    fn from(kind: TrackKind) -> Self {
        kind.as_str().into()
    }
}

open_name! {
    /// How a clip comes in: [`FADE`](Self::FADE), or a vendor's own word.
    Transition
}

impl Transition {
    /// From transparent.
    pub const FADE: Self = Self::new("fade");
    /// From the side.
    pub const SLIDE: Self = Self::new("slide");
    /// Uncovered from the side.
    pub const WIPE: Self = Self::new("wipe");
    /// From near.
    pub const ZOOM: Self = Self::new("zoom");
}

impl From<Transition> for Scalar {
    fn from(transition: Transition) -> Self {
        transition.as_str().into()
    }
}

/// What a clip shows or plays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Content {
    /// An image, a video, audio or captions.
    File(Media),
    /// Words.
    Text(String),
}

/// A stretch of a track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Clip {
    /// What is shown or played.
    pub content: Content,
    /// When it starts.
    pub start: Duration,
    /// How long.
    pub duration: Duration,
    /// How it comes in; at once where it is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transition: Option<Transition>,
    /// How loud: 1 is as it is, 0 is silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<f32>,
}

impl Clip {
    /// Shows or plays this from `start` for so long.
    #[must_use]
    pub fn new(content: Content, start: Duration, duration: Duration) -> Self {
        Self { content, start, duration, transition: None, volume: None }
    }

    /// Says how it comes in.
    #[must_use]
    pub fn with_transition(mut self, transition: Transition) -> Self {
        self.transition = Some(transition);
        self
    }

    /// Says how loud it is.
    #[must_use]
    pub fn with_volume(mut self, volume: f32) -> Self {
        self.volume = Some(volume);
        self
    }
}

/// Clips of one kind over time.
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
        clips.map(|clip| clip.start.saturating_add(clip.duration)).max().unwrap_or_default()
    }

    pub(super) fn validate(&self) -> Result<()> {
        if self.tracks.iter().all(|track| track.clips.is_empty()) {
            return Err(Error::invalid("timeline", "the timeline has no clip"));
        }
        for (index, track) in self.tracks.iter().enumerate() {
            let of_words = track.kind == TrackKind::Text;
            if let Some(clip) = track.clips.iter().position(|clip| matches!(clip.content, Content::Text(_)) != of_words)
            {
                let wanted = if of_words { "words" } else { "files" };
                let field = format!("timeline.tracks[{index}].clips[{clip}]");
                return Err(Error::invalid(field, format!("a {} track holds {wanted}", track.kind.as_str())));
            }
        }
        Ok(())
    }
}
