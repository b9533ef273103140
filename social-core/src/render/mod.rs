//! Assembling videos and images from parts: a timeline of tracks, or a template with its fields
//! filled in.
//!
//! A [`Renderer`] is a [`Maker`] of [`RenderRequest`]s: its [`address`](Maker::address), its
//! [`capabilities`](Maker::capabilities) as [`RenderCapabilities`], one call [`make`](Maker::make)
//! on a run, and a [`MediaFile`] in a [`Made`](crate::make::Made) that says what it cost.
//!
//! ```
//! use std::time::Duration;
//!
//! use social_core::image::AspectRatio;
//! use social_core::media::Media;
//! use social_core::render::{Clip, Content, RenderRequest, Timeline, Track, TrackKind, Transition};
//!
//! let seconds = Duration::from_secs;
//! let shown = Track::new(TrackKind::Video)
//!     .with_clip(Clip::new(Content::File(Media::file("kitchen.mp4")), seconds(0), seconds(4)))
//!     .with_clip(Clip::new(Content::File(Media::file("soup.jpg")), seconds(4), seconds(3)).with_transition(Transition::FADE));
//! let words = Track::new(TrackKind::Text)
//!     .with_clip(Clip::new(Content::Text("New from Friday".into()), seconds(4), seconds(3)));
//! let heard = Track::new(TrackKind::Music)
//!     .with_clip(Clip::new(Content::File(Media::file("guitar.mp3")), seconds(0), seconds(7)).with_volume(0.4));
//! let timeline = Timeline::new(AspectRatio::VERTICAL).with_track(shown).with_track(words).with_track(heard);
//! assert_eq!(timeline.duration(), seconds(7));
//! let request = RenderRequest::timeline(timeline).with_resolution("1080p");
//! ```

mod choices;
mod clip;
#[cfg(test)]
mod tests;
mod timeline;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use choices::{Fit, Motion, Position, TrackKind, Transition};
pub use clip::{Clip, Content, TextStyle};
pub use timeline::{Timeline, Track};

use crate::error::{Error, Result};
use crate::image::AspectRatio;
use crate::make::{Condition, MakeRequest, Maker, MediaFile, OptionValue, Scalar, capability_record};
use crate::media::{Media, MediaType};
use crate::money::Usage;

/// Assembles videos and images, on this machine or at a vendor. A part of the request that it
/// cannot show is [`Unsupported`](crate::ErrorKind::Unsupported), named.
pub type Renderer = dyn Maker<RenderRequest>;

/// A vendor's template, and what its fields are filled with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RenderTemplate {
    /// The vendor's id of the template.
    pub id: String,
    /// What its fields are filled with: texts, colours, addresses.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub modifications: Map<String, Value>,
    /// The files that fields are filled with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<(String, Media)>,
}

impl RenderTemplate {
    /// A template as it is.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), modifications: Map::new(), files: Vec::new() }
    }

    /// Fills a field.
    #[must_use]
    pub fn with(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.modifications.insert(field.into(), value.into());
        self
    }

    /// Fills a field with a file.
    #[must_use]
    pub fn with_file(mut self, field: impl Into<String>, file: Media) -> Self {
        self.files.push((field.into(), file));
        self
    }
}

/// What is to be rendered: a timeline or a template. What is not set is left to the vendor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RenderRequest {
    /// The timeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Timeline>,
    /// The template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<RenderTemplate>,
    /// The vendor's name for its resolution, for instance `1080p`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// The format; an image format asks for a still of the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<MediaType>,
    /// Frames a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<u32>,
    /// Fields of the vendor's own request that have no name here; they are sent as they are and win
    /// over ours.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

impl RenderRequest {
    /// This timeline.
    #[must_use]
    pub fn timeline(timeline: Timeline) -> Self {
        Self { timeline: Some(timeline), ..Self::default() }
    }

    /// This template.
    #[must_use]
    pub fn template(template: RenderTemplate) -> Self {
        Self { template: Some(template), ..Self::default() }
    }

    /// Sets the vendor's resolution.
    #[must_use]
    pub fn with_resolution(mut self, resolution: impl Into<String>) -> Self {
        self.resolution = Some(resolution.into());
        self
    }

    /// Sets the format.
    #[must_use]
    pub fn with_format(mut self, format: MediaType) -> Self {
        self.format = Some(format);
        self
    }

    /// Sets the frames a second.
    #[must_use]
    pub fn with_frame_rate(mut self, frames: u32) -> Self {
        self.frame_rate = Some(frames);
        self
    }

    /// Sends a field of the vendor's own.
    #[must_use]
    pub fn with_extra(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra.insert(field.into(), value.into());
        self
    }
}

capability_record! {
    /// What a renderer can do, as data.
    pub struct RenderCapabilities {
        choices {
            /// The kinds of tracks.
            tracks: TrackKind [TrackKind] = "timeline.tracks", with_tracks, with_any_track;
            /// How clips come in and go.
            transitions: Transition [Transition] = "timeline.transitions", with_transitions, with_any_transition;
            /// How the camera moves.
            motions: Motion [Motion] = "timeline.motions", with_motions, with_any_motion;
            /// How images and videos fill the frame.
            fits: Fit [Fit] = "timeline.fits", with_fits, with_any_fit;
            /// Where words stand.
            positions: Position [Position] = "timeline.positions", with_positions, with_any_position;
            /// The shapes of a timeline.
            aspect_ratios: AspectRatio [AspectRatio] = "timeline.aspect_ratio", with_aspect_ratios, with_any_aspect_ratio;
            /// The resolutions.
            resolutions: String [impl Into<String>] = "resolution", with_resolutions, with_any_resolution;
            /// The formats.
            formats: MediaType [MediaType] = "format", with_formats, with_any_format;
            /// The frames a second.
            frame_rates: u32 [u32] = "frame_rate", with_frame_rates, with_any_frame_rate;
        }
        limits {
            /// Seconds of a timeline.
            max_seconds = "timeline.duration", with_max_seconds, None;
            /// Tracks of a timeline; none where it takes templates only.
            max_tracks = "timeline", with_max_tracks, Some(0);
        }
        flags {
            /// Takes templates.
            template, with_template;
            /// Leaves out the beginning of a file: [`Clip::trim_start`].
            trim_start, with_trim_start;
            /// Words and captions look as they are to: [`Clip::style`].
            style, with_style;
            /// Takes fields of the vendor's own.
            extra, with_extra;
        }
        facts {}
    }
}

/// The images, videos and audio of a timeline, as an option.
const FILES: &str = "timeline.files";
/// The captions of a timeline, as an option.
const CAPTIONS: &str = "timeline.captions";

/// The option that the files of such a track belong to.
fn files_of(kind: TrackKind) -> &'static str {
    if kind == TrackKind::Captions { CAPTIONS } else { FILES }
}

impl MakeRequest for RenderRequest {
    const NAME: &'static str = "render";
    type Output = MediaFile;
    type Capabilities = RenderCapabilities;

    fn option(&self, name: &str) -> OptionValue<'_> {
        let timeline = self.timeline.as_ref();
        let tracks = || timeline.into_iter().flat_map(|timeline| &timeline.tracks);
        let clips = || tracks().flat_map(|track| &track.clips);
        match name {
            "timeline" => OptionValue::parts(tracks().count()),
            "timeline.tracks" => OptionValue::words(tracks().map(|track| track.kind.as_str())),
            FILES | CAPTIONS => {
                let holders = tracks().filter(|track| files_of(track.kind) == name);
                OptionValue::files(holders.flat_map(|track| &track.clips).filter_map(|clip| match &clip.content {
                    Content::File(media) => Some(media),
                    Content::Text(_) => None,
                }))
            }
            "timeline.transitions" => {
                let transitions = clips().flat_map(|clip| [&clip.transition, &clip.transition_out]);
                OptionValue::words(transitions.flatten().map(Transition::as_str))
            }
            "timeline.motions" => {
                OptionValue::words(clips().filter_map(|clip| clip.motion.as_ref()).map(Motion::as_str))
            }
            "timeline.fits" => OptionValue::words(clips().filter_map(|clip| clip.fit).map(Fit::as_str)),
            "timeline.positions" => OptionValue::words(clips().filter_map(|clip| clip.position).map(Position::as_str)),
            "trim_start" => OptionValue::parts(clips().filter(|clip| clip.trim_start.is_some()).count()),
            "style" => OptionValue::parts(clips().filter(|clip| clip.style.is_some()).count()),
            "timeline.aspect_ratio" => OptionValue::scalar(timeline.map(|timeline| timeline.aspect_ratio)),
            "timeline.duration" => OptionValue::scalar(timeline.map(|timeline| timeline.duration().as_secs_f64())),
            "template" => OptionValue::text(self.template.as_ref().map(|template| &*template.id)),
            "template.files" => {
                let files = self.template.iter().flat_map(|template| &template.files);
                OptionValue::files(files.map(|(_, media)| media))
            }
            "resolution" => OptionValue::text(self.resolution.as_deref()),
            "format" => OptionValue::scalar(self.format),
            "frame_rate" => OptionValue::scalar(self.frame_rate),
            "extra" => OptionValue::parts(self.extra.len()),
            _ => OptionValue::Unset,
        }
    }

    fn set_option(&mut self, name: &str, value: Option<&Scalar>) -> bool {
        match name {
            "resolution" => Scalar::assign(value, &mut self.resolution),
            "frame_rate" => Scalar::assign(value, &mut self.frame_rate),
            _ => false,
        }
    }

    fn files_mut(&mut self) -> Vec<(&'static str, &mut Media)> {
        let tracks = self.timeline.iter_mut().flat_map(|timeline| &mut timeline.tracks);
        let clips = tracks.flat_map(|track| {
            let name = files_of(track.kind);
            track.clips.iter_mut().filter_map(move |clip| match &mut clip.content {
                Content::File(media) => Some((name, media)),
                Content::Text(_) => None,
            })
        });
        let fields = self.template.iter_mut().flat_map(|template| &mut template.files);
        clips.chain(fields.map(|(_, media)| ("template.files", media))).collect()
    }

    fn validate(&self) -> Result<()> {
        match (&self.timeline, &self.template) {
            (None, None) => Err(Error::invalid("timeline", "there is neither a timeline nor a template")),
            (Some(_), Some(_)) => Err(Error::invalid("template", "there is a timeline, too; give one of the two")),
            (Some(timeline), None) => timeline.validate(),
            (None, Some(_)) => Ok(()),
        }
    }

    fn part(&self, broken: &Condition) -> Option<String> {
        let timeline = self.timeline.as_ref()?;
        let breaks = |tracks: Vec<Track>| {
            let timeline = Timeline { tracks, ..timeline.clone() };
            let request = Self { timeline: Some(timeline), ..self.clone() };
            !broken.holds(|name| request.option(name))
        };
        if breaks(Vec::new()) {
            return None;
        }
        let clips = timeline.tracks.iter().enumerate().flat_map(|(index, track)| {
            track.clips.iter().enumerate().map(move |(number, clip)| (index, number, track.kind, clip))
        });
        let (index, number, ..) =
            clips.into_iter().find(|(_, _, kind, clip)| breaks(vec![Track::new(*kind).with_clip((*clip).clone())]))?;
        Some(format!("timeline.tracks[{index}].clips[{number}]"))
    }

    fn estimate(&self) -> Usage {
        let seconds = self.timeline.as_ref().map(|timeline| timeline.duration().as_secs_f64());
        let usage = Usage { seconds, images: seconds.is_none().then_some(1), ..Usage::default() };
        usage.with_term("resolution", self.resolution.as_deref())
    }
}
