//! Stretches of a track, and how they look and sound.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::choices::{Fit, Motion, Position, TrackKind, Transition};
use crate::error::{Error, Result};
use crate::media::{Media, MediaKind, MediaType};

/// How words and captions look. What is not set is left to the renderer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TextStyle {
    /// The colour of the letters, as `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// The colour of a box behind the words, as `#rrggbb`; no box where it is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub background: Option<String>,
    /// The size of the font as a part of the frame's height: 0.05 is a twentieth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<f32>,
}

impl TextStyle {
    /// Sets the colour of the letters, as `#rrggbb`.
    #[must_use]
    pub fn with_colour(mut self, colour: impl Into<String>) -> Self {
        self.colour = Some(colour.into());
        self
    }

    /// Puts a box of this colour behind the words, as `#rrggbb`.
    #[must_use]
    pub fn with_background(mut self, colour: impl Into<String>) -> Self {
        self.background = Some(colour.into());
        self
    }

    /// Sets the size of the font as a part of the frame's height.
    #[must_use]
    pub fn with_size(mut self, size: f32) -> Self {
        self.size = Some(size);
        self
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
    /// Whether a file is an image or a video; [`media_kind`](Self::media_kind) tells it where it is
    /// not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_kind: Option<MediaKind>,
    /// When it starts.
    pub start: Duration,
    /// How long it is shown or played.
    pub duration: Duration,
    /// How much of the beginning of a video, of audio or of captions is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trim_start: Option<Duration>,
    /// How it comes in; at once where it is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transition: Option<Transition>,
    /// How it goes; at once where it is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transition_out: Option<Transition>,
    /// How the camera moves over an image or a video; not at all where it is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion: Option<Motion>,
    /// How an image or a video fills the frame; [`Cover`](Fit::Cover) where it is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit: Option<Fit>,
    /// Where words stand; where it is not set, words in the middle and captions at the bottom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// How words and captions look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<TextStyle>,
    /// How loud a video or audio is: 1 is as it is, which it is where nothing is set; 0 is silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<f32>,
}

impl Clip {
    /// Shows or plays this from `start` for so long.
    ///
    /// Whether a file is an image or a video is taken from its name or its bytes and kept, for the
    /// address that it may be given may not tell.
    #[must_use]
    pub fn new(content: Content, start: Duration, duration: Duration) -> Self {
        let media_kind = kind_of(&content);
        Self {
            content,
            media_kind,
            start,
            duration,
            trim_start: None,
            transition: None,
            transition_out: None,
            motion: None,
            fit: None,
            position: None,
            style: None,
            volume: None,
        }
    }

    /// Says whether the file is an image or a video, where its name does not.
    #[must_use]
    pub fn with_media_kind(mut self, kind: MediaKind) -> Self {
        self.media_kind = Some(kind);
        self
    }

    /// Leaves out this much of the beginning of the file.
    #[must_use]
    pub fn with_trim_start(mut self, trim: Duration) -> Self {
        self.trim_start = Some(trim);
        self
    }

    /// Says how it comes in.
    #[must_use]
    pub fn with_transition(mut self, transition: Transition) -> Self {
        self.transition = Some(transition);
        self
    }

    /// Says how it goes.
    #[must_use]
    pub fn with_transition_out(mut self, transition: Transition) -> Self {
        self.transition_out = Some(transition);
        self
    }

    /// Moves the camera.
    #[must_use]
    pub fn with_motion(mut self, motion: Motion) -> Self {
        self.motion = Some(motion);
        self
    }

    /// Says how it fills the frame.
    #[must_use]
    pub fn with_fit(mut self, fit: Fit) -> Self {
        self.fit = Some(fit);
        self
    }

    /// Says where the words stand.
    #[must_use]
    pub fn with_position(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// Says how the words look.
    #[must_use]
    pub fn with_style(mut self, style: TextStyle) -> Self {
        self.style = Some(style);
        self
    }

    /// Says how loud it is.
    #[must_use]
    pub fn with_volume(mut self, volume: f32) -> Self {
        self.volume = Some(volume);
        self
    }

    /// When it ends.
    #[must_use]
    pub fn end(&self) -> Duration {
        self.start.saturating_add(self.duration)
    }

    /// When a stretch of the file is seen or heard on the timeline, and for how long; `None` where
    /// it is not. It is for captions: a cue from `from` to `to`.
    #[must_use]
    pub fn shows(&self, from: Duration, to: Duration) -> Option<(Duration, Duration)> {
        let left_out = self.trim_start.unwrap_or_default();
        let at = |time: Duration| self.start.saturating_add(time.saturating_sub(left_out)).min(self.end());
        let (start, end) = (at(from), at(to));
        (end > start).then(|| (start, end - start))
    }

    /// What kind of file it shows or plays: what was said, or else what its name or its bytes tell.
    #[must_use]
    pub fn media_kind(&self) -> Option<MediaKind> {
        self.media_kind.or_else(|| kind_of(&self.content))
    }

    /// Refuses what makes no sense on a track of this kind. The error names a field of the clip.
    pub(super) fn validate(&self, track: TrackKind) -> Result<()> {
        let words = track == TrackKind::Text;
        if matches!(self.content, Content::Text(_)) != words {
            let wanted = if words { "words" } else { "files" };
            return Err(Error::invalid("content", format!("a {} track holds {wanted}", track.as_str())));
        }
        if self.duration.is_zero() {
            return Err(Error::invalid("duration", "the clip has no duration"));
        }
        let kind = match track {
            TrackKind::Video => match self.media_kind() {
                Some(kind @ (MediaKind::Image | MediaKind::Video)) => Some(kind),
                Some(kind) => {
                    let message = format!("the file is {}, a video track holds images and videos", kind.as_str());
                    return Err(Error::invalid("content", message));
                }
                None => {
                    let message = "the file's name does not tell whether it is an image or a video";
                    return Err(Error::invalid("media_kind", message));
                }
            },
            TrackKind::Voice | TrackKind::Music => Some(MediaKind::Audio),
            TrackKind::Text | TrackKind::Captions => None,
        };
        let (shown, plays) = (track == TrackKind::Video, matches!(kind, Some(MediaKind::Video | MediaKind::Audio)));
        let read = matches!(track, TrackKind::Text | TrackKind::Captions);
        let allowed = [
            (
                "trim_start",
                self.trim_start.is_some(),
                plays || track == TrackKind::Captions,
                "a video, audio or captions",
            ),
            ("motion", self.motion.is_some(), shown, "an image or a video"),
            ("fit", self.fit.is_some(), shown, "an image or a video"),
            ("position", self.position.is_some(), read, "words or captions"),
            ("style", self.style.is_some(), read, "words or captions"),
            ("volume", self.volume.is_some(), plays, "a video or audio"),
        ];
        for (field, set, makes_sense, holder) in allowed {
            if set && !makes_sense {
                return Err(Error::invalid(field, format!("only {holder} can have it")));
            }
        }
        let transitions = [("transition", &self.transition), ("transition_out", &self.transition_out)];
        for (field, transition) in transitions {
            if let Some(transition) = transition
                && kind == Some(MediaKind::Audio)
                && *transition != Transition::FADE
            {
                return Err(Error::invalid(field, format!("`{transition}`: audio only fades")));
            }
        }
        if let Some(volume) = self.volume.filter(|volume| !(0.0..=1.0).contains(volume)) {
            return Err(Error::invalid("volume", format!("{volume} is not between 0 and 1")));
        }
        let Some(style) = &self.style else { return Ok(()) };
        if let Some(size) = style.size.filter(|size| !(*size > 0.0 && *size <= 1.0)) {
            return Err(Error::invalid("style.size", format!("{size} is not a part of the frame's height, 0 to 1")));
        }
        colour("style.colour", style.colour.as_deref())?;
        colour("style.background", style.background.as_deref())
    }
}

fn kind_of(content: &Content) -> Option<MediaKind> {
    let media_type = match content {
        Content::Text(_) => None,
        Content::File(Media::Bytes(bytes)) => MediaType::of(bytes),
        Content::File(Media::File(path)) => MediaType::from_name(&path.to_string_lossy()),
        Content::File(Media::Remote(remote)) => MediaType::from_name(remote.url.path()),
    };
    media_type.map(MediaType::kind)
}

/// Refuses what is not `#rrggbb`.
pub(super) fn colour(field: &'static str, colour: Option<&str>) -> Result<()> {
    let Some(colour) = colour else { return Ok(()) };
    let digits = colour.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(Error::invalid(field, format!("`{colour}` is not a colour; write #rrggbb, for instance #7a1f2b")))
}
