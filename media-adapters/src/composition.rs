//! What vendors that render timelines share: the frame, the look of words, addresses of files.

use std::time::Duration;

use social_core::clock::Timestamp;
use social_core::image::AspectRatio;
use social_core::media::{Media, MediaKind};
use social_core::render::{Clip, Position, RenderRequest, TrackKind};
use social_core::settings::{Reader, Setting};
use social_core::{Error, Result};
use url::Url;

/// Words whose style says nothing look alike at every vendor.
const LETTERS: &str = "#ffffff";
/// Of the frame's height.
const WORDS: f32 = 0.06;
const CAPTIONS: f32 = 0.04;

/// The size of what is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Frame {
    /// A frame whose short side has this many pixels; encoders want even sides.
    pub(crate) fn new(ratio: AspectRatio, short: u32) -> Self {
        let shape = ratio.value();
        let even = |side: f64| ((f64::from(short) * side / 2.0).round() as u32).saturating_mul(2);
        if shape < 1.0 {
            Self { width: even(1.0), height: even(1.0 / shape) }
        } else {
            Self { width: even(shape), height: even(1.0) }
        }
    }
}

/// How the words of a clip look, with everything decided.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Look {
    pub(crate) colour: String,
    pub(crate) background: Option<String>,
    /// Of the frame's height.
    pub(crate) size: f64,
    pub(crate) position: Position,
}

impl Look {
    pub(crate) fn of(clip: &Clip, track: TrackKind) -> Self {
        let (size, position) =
            if track == TrackKind::Captions { (CAPTIONS, Position::Bottom) } else { (WORDS, Position::Center) };
        let style = clip.style.clone().unwrap_or_default();
        Self {
            colour: style.colour.unwrap_or_else(|| LETTERS.to_owned()),
            background: style.background,
            size: decimal(style.size.unwrap_or(size)),
            position: clip.position.unwrap_or(position),
        }
    }
}

/// A part of a whole without the digits that `f32` does not have.
pub(crate) fn decimal(part: f32) -> f64 {
    (f64::from(part) * 10_000.0).round() / 10_000.0
}

/// The address from which the vendor fetches a file. It has to last a little: renders wait.
pub(crate) fn address(media: &Media, field: &'static str, vendor: &str, now: Timestamp) -> Result<Url> {
    const FETCHED_WITHIN: Duration = Duration::from_secs(600);
    match media {
        Media::Remote(remote) if remote.is_usable_at(now + FETCHED_WITHIN) => Ok(remote.url.clone()),
        Media::Remote(remote) => {
            let message = format!("the address {} expires before {vendor} has fetched it", remote.url);
            Err(Error::invalid(field, message))
        }
        _ => Err(Error::unsupported(field, format!("{vendor} takes files by public address only"))),
    }
}

/// Whether the request asks for an image and not for a video.
pub(crate) fn is_still(request: &RenderRequest) -> bool {
    request.format.is_some_and(|format| format.kind() == MediaKind::Image)
}

/// The address of a webhook, where one is set.
pub(crate) fn webhook(read: &Reader<'_>, setting: &Setting) -> Result<Option<Url>> {
    let Some(text) = read.optional_text(setting) else { return Ok(None) };
    let url = Url::parse(&text).map_err(|e| {
        Error::config(format!("`{text}` is no address")).with_field(setting.name.clone()).with_source(e)
    })?;
    Ok(Some(url))
}

/// Names a clip and one of its fields.
pub(crate) fn field(track: usize, clip: usize, name: &str) -> String {
    format!("timeline.tracks[{track}].clips[{clip}].{name}")
}
