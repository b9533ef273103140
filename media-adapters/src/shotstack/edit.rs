//! A timeline as an edit.

use social_core::clock::Timestamp;
use social_core::image::AspectRatio;
use social_core::media::{MediaKind, MediaType};
use social_core::render::{Clip, Content, Fit, Motion, Position, RenderRequest, Timeline, TrackKind, Transition};
use social_core::{Error, Result};
use url::Url;

use super::VENDOR;
use super::wire::{
    Align, Animation, Asset, Background, Edit, Ends, Font, Layer, Layers, Letters, Merge, Output, Piece, Range,
    TemplateRender,
};
use crate::composition::{self, Frame, Look, decimal};

/// The most characters of a text (OpenAPI 1.18.3, `RichTextAsset`).
const MAX_CHARS: usize = 5000;
/// The largest font in pixels (OpenAPI 1.18.3, `RichTextFont`).
const MAX_FONT: u32 = 500;

/// Shotstack's resolutions with the short side of 16:9 in pixels (OpenAPI 1.18.3, `Output`).
const RESOLUTIONS: [(&str, u32); 6] =
    [("preview", 288), ("mobile", 360), ("sd", 576), ("hd", 720), ("1080", 1080), ("4k", 2160)];
/// What others call two of them.
const ALIASES: [(&str, &str); 2] = [("720p", "hd"), ("1080p", "1080")];
const DEFAULT_RESOLUTION: &str = "1080";

pub(super) const ASPECT_RATIOS: [AspectRatio; 5] =
    [AspectRatio::WIDE, AspectRatio::VERTICAL, AspectRatio::SQUARE, AspectRatio::PORTRAIT, AspectRatio::new(4, 3)];

/// Whole frame rates (OpenAPI 1.18.3, `Output`).
pub(super) const FRAME_RATES: [u32; 8] = [12, 15, 24, 25, 30, 48, 50, 60];

/// Our transitions and Shotstack's words for them.
const TRANSITIONS: [(Transition, &str); 4] = [
    (Transition::FADE, "fade"),
    (Transition::SLIDE, "slideLeft"),
    (Transition::WIPE, "wipeLeft"),
    (Transition::ZOOM, "zoom"),
];
/// Shotstack's own (OpenAPI 1.18.3, `Transition`); each also with `Slow` and `Fast` behind it.
const OWN_TRANSITIONS: [&str; 20] = [
    "fade",
    "reveal",
    "wipeLeft",
    "wipeRight",
    "slideLeft",
    "slideRight",
    "slideUp",
    "slideDown",
    "carouselLeft",
    "carouselRight",
    "carouselUp",
    "carouselDown",
    "shuffleTopRight",
    "shuffleRightTop",
    "shuffleRightBottom",
    "shuffleBottomRight",
    "shuffleBottomLeft",
    "shuffleLeftBottom",
    "shuffleLeftTop",
    "shuffleTopLeft",
];

const MOTIONS: [(Motion, &str); 2] = [(Motion::ZOOM_IN, "zoomIn"), (Motion::ZOOM_OUT, "zoomOut")];
/// Shotstack's own (OpenAPI 1.18.3, `Clip`); each also with `Slow` and `Fast` behind it.
const OWN_MOTIONS: [&str; 6] = ["zoomIn", "zoomOut", "slideLeft", "slideRight", "slideUp", "slideDown"];

fn with_speeds(words: &[&str]) -> Vec<String> {
    words.iter().flat_map(|word| ["", "Slow", "Fast"].map(|speed| format!("{word}{speed}"))).collect()
}

pub(super) fn transitions() -> Vec<Transition> {
    let mut all: Vec<_> = TRANSITIONS.into_iter().map(|(ours, _)| ours).collect();
    for own in with_speeds(&OWN_TRANSITIONS).into_iter().map(Transition::from) {
        if !all.contains(&own) {
            all.push(own);
        }
    }
    all
}

pub(super) fn motions() -> Vec<Motion> {
    let ours = MOTIONS.into_iter().map(|(ours, _)| ours);
    ours.chain(with_speeds(&OWN_MOTIONS).into_iter().map(Motion::from)).collect()
}

pub(super) fn resolutions() -> impl Iterator<Item = &'static str> {
    ALIASES.into_iter().map(|(alias, _)| alias).chain(RESOLUTIONS.into_iter().map(|(name, _)| name))
}

fn resolution(request: &RenderRequest) -> &str {
    let asked = request.resolution.as_deref().unwrap_or(DEFAULT_RESOLUTION);
    ALIASES.into_iter().find(|(alias, _)| *alias == asked).map_or(asked, |(_, name)| name)
}

/// The frame of the output. UNCONFIRMED for 4:5 and 4:3, where the vendor says no sizes; only the
/// size of letters depends on it.
fn frame(request: &RenderRequest, timeline: &Timeline) -> Frame {
    let name = resolution(request);
    let short = RESOLUTIONS.into_iter().find(|(known, _)| *known == name).map_or(1080, |(_, short)| short);
    Frame::new(timeline.aspect_ratio, short)
}

/// What no capability speaks of.
pub(super) fn accept(request: &RenderRequest, timeline: &Timeline) -> Result<()> {
    let frame = frame(request, timeline);
    for (index, track) in timeline.tracks.iter().enumerate() {
        for (number, clip) in track.clips.iter().enumerate() {
            let refuse =
                |name: &str, message: String| Err(Error::unsupported(composition::field(index, number, name), message));
            if let Content::Text(text) = &clip.content
                && text.chars().count() > MAX_CHARS
            {
                return refuse("content", format!("{} characters, at most {MAX_CHARS}", text.chars().count()));
            }
            let words = matches!(track.kind, TrackKind::Text | TrackKind::Captions);
            let size = pixels(Look::of(clip, track.kind).size, frame);
            if words && size > MAX_FONT {
                return refuse("style.size", format!("a font of {size} pixels, at most {MAX_FONT}"));
            }
            if track.kind == TrackKind::Captions && clip.trim_start.is_some() {
                return refuse("trim_start", "captions are shown from their beginning".to_owned());
            }
        }
    }
    Ok(())
}

/// The edit of a timeline, whose files are at addresses.
pub(super) fn edit<'a>(
    request: &'a RenderRequest,
    timeline: &Timeline,
    callback: Option<&'a Url>,
    now: Timestamp,
) -> Result<Edit<'a>> {
    let frame = frame(request, timeline);
    let mut tracks = Vec::new();
    for track in &timeline.tracks {
        for lane in track.lanes() {
            let clips = lane.into_iter().map(|clip| piece(clip, track.kind, frame, now)).collect::<Result<_>>()?;
            tracks.push(Layer { clips });
        }
    }
    tracks.reverse();
    let background = timeline.background.clone().unwrap_or_else(|| "#000000".to_owned());
    let output = Output {
        format: match request.format {
            Some(MediaType::Jpeg) => "jpg",
            Some(MediaType::Png) => "png",
            _ => "mp4",
        },
        resolution: resolution(request),
        aspect_ratio: timeline.aspect_ratio.to_string(),
        fps: request.frame_rate,
        range: composition::is_still(request).then_some(Range { start: 0.0 }),
    };
    Ok(Edit { timeline: Layers { background, tracks }, output, callback })
}

fn piece(clip: &Clip, track: TrackKind, frame: Frame, now: Timestamp) -> Result<Piece> {
    let src = || match &clip.content {
        Content::File(media) => composition::address(media, "timeline.files", VENDOR, now),
        _ => Err(Error::invalid("timeline.files", format!("a {} track holds files", track.as_str()))),
    };
    let trim = clip.trim_start.map(|trim| trim.as_secs_f64());
    let volume = clip.volume.map(decimal);
    let asset = match (track, &clip.content) {
        (TrackKind::Text, Content::Text(text)) => {
            Asset::RichText { text: text.clone(), letters: letters(clip, track, frame) }
        }
        (TrackKind::Captions, _) => Asset::RichCaption {
            src: src()?,
            letters: letters(clip, track, frame),
            animation: Animation { style: "none" },
        },
        (TrackKind::Voice | TrackKind::Music, _) => {
            Asset::Audio { src: src()?, trim, volume, effect: audio_effect(clip) }
        }
        (TrackKind::Video, _) if clip.media_kind() == Some(MediaKind::Image) => Asset::Image { src: src()? },
        (TrackKind::Video, _) => Asset::Video { src: src()?, trim, volume },
        (kind, _) => {
            return Err(Error::unsupported("timeline.tracks", format!("{} is not offered", kind.as_str())));
        }
    };
    let audio = matches!(asset, Asset::Audio { .. });
    let ends = Ends { start: transition(clip.transition.as_ref()), end: transition(clip.transition_out.as_ref()) };
    Ok(Piece {
        asset,
        start: clip.start.as_secs_f64(),
        length: clip.duration.as_secs_f64(),
        fit: clip.fit.map(|fit| if fit == Fit::Contain { "contain" } else { "crop" }),
        transition: (!audio && (ends.start.is_some() || ends.end.is_some())).then_some(ends),
        effect: clip.motion.as_ref().map(|motion| {
            let known = MOTIONS.into_iter().find(|(ours, _)| ours == motion);
            known.map_or_else(|| motion.as_str().to_owned(), |(_, word)| word.to_owned())
        }),
    })
}

fn transition(transition: Option<&Transition>) -> Option<String> {
    let transition = transition?;
    let known = TRANSITIONS.into_iter().find(|(ours, _)| ours == transition);
    Some(known.map_or_else(|| transition.as_str().to_owned(), |(_, word)| word.to_owned()))
}

/// Audio fades, which is all that it can.
fn audio_effect(clip: &Clip) -> Option<&'static str> {
    match (&clip.transition, &clip.transition_out) {
        (Some(_), Some(_)) => Some("fadeInFadeOut"),
        (Some(_), None) => Some("fadeIn"),
        (None, Some(_)) => Some("fadeOut"),
        (None, None) => None,
    }
}

fn letters(clip: &Clip, track: TrackKind, frame: Frame) -> Letters {
    let look = Look::of(clip, track);
    Letters {
        font: Font { color: look.colour, size: pixels(look.size, frame) },
        background: look.background.map(|color| Background { color, wrap: true }),
        align: Align {
            horizontal: "center",
            vertical: match look.position {
                Position::Top => "top",
                Position::Bottom => "bottom",
                _ => "middle",
            },
        },
        padding: frame.height / 20,
    }
}

fn pixels(part: f64, frame: Frame) -> u32 {
    ((part * f64::from(frame.height)).round() as u32).max(1)
}

/// The render of a template, whose files are at addresses.
pub(super) fn template(request: &RenderRequest, now: Timestamp) -> Result<TemplateRender<'_>> {
    let Some(template) = &request.template else {
        return Err(Error::invalid("template", "there is neither a timeline nor a template"));
    };
    let mut merge: Vec<_> =
        template.modifications.iter().map(|(find, replace)| Merge { find, replace: replace.clone() }).collect();
    for (find, media) in &template.files {
        let address = composition::address(media, "template.files", VENDOR, now)?;
        merge.push(Merge { find, replace: String::from(address).into() });
    }
    Ok(TemplateRender { id: &template.id, merge })
}
