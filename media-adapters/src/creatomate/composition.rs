//! A timeline as a composition of Creatomate's.

use std::time::Duration;

use serde_json::{Map, Value, json};
use social_core::clock::Timestamp;
use social_core::media::{MediaKind, MediaType};
use social_core::render::{Clip, Content, Fit, Motion, Position, RenderRequest, Timeline, TrackKind, Transition};
use social_core::{Error, Result};
use url::Url;

use super::VENDOR;
use super::wire::{Animation, Audio, Composition, Element, Template, What};
use crate::composition::{self, Frame, Look, decimal};

/// Names of resolutions with the short side in pixels. Creatomate takes any size.
const RESOLUTIONS: [(&str, u32); 3] = [("720p", 720), ("1080p", 1080), ("4k", 2160)];

/// Presets of Creatomate's that bring elements in and out, by their own names (creatomate-node
/// 1.2.1).
const OWN_TRANSITIONS: [&str; 8] =
    ["circular-wipe", "color-wipe", "film-roll", "flip", "rotate-slide", "spin", "squash", "stripe"];

/// How long things come and go, unless the clip is short.
const TRANSITION: Duration = Duration::from_secs(1);

pub(super) fn resolutions() -> impl Iterator<Item = &'static str> {
    RESOLUTIONS.into_iter().map(|(name, _)| name)
}

pub(super) fn transitions() -> impl Iterator<Item = Transition> {
    let ours = [Transition::FADE, Transition::SLIDE, Transition::WIPE, Transition::ZOOM];
    ours.into_iter().chain(OWN_TRANSITIONS.map(Transition::new))
}

pub(super) fn format(format: MediaType) -> &'static str {
    match format {
        MediaType::Jpeg => "jpg",
        MediaType::Png => "png",
        _ => "mp4",
    }
}

/// The composition of a timeline, whose files are at addresses.
///
/// Creatomate's images have no time: of a still, only what is seen at the beginning is sent.
pub(super) fn composition(request: &RenderRequest, timeline: &Timeline, now: Timestamp) -> Result<Composition> {
    let asked = request.resolution.as_deref().unwrap_or("1080p");
    let short = RESOLUTIONS.into_iter().find(|(name, _)| *name == asked).map_or(1080, |(_, short)| short);
    let frame = Frame::new(timeline.aspect_ratio, short);
    let still = composition::is_still(request);
    let mut elements = Vec::new();
    let mut number = 0;
    for track in &timeline.tracks {
        for lane in track.lanes() {
            number += 1;
            for clip in lane.into_iter().filter(|clip| !still || clip.start.is_zero()) {
                let what = what(clip, track.kind, now)?;
                if still && matches!(what, What::Audio { .. }) {
                    continue;
                }
                elements.push(element(what, clip, number, still));
            }
        }
    }
    Ok(Composition {
        output_format: request.format.map_or("mp4", format),
        width: frame.width,
        height: frame.height,
        frame_rate: request.frame_rate,
        duration: (!still).then(|| timeline.duration().as_secs_f64()),
        fill_color: timeline.background.clone().unwrap_or_else(|| "#000000".to_owned()),
        elements,
    })
}

fn element(what: What, clip: &Clip, track: usize, still: bool) -> Element {
    let mut animations = Vec::new();
    if !still && !matches!(what, What::Audio { .. }) {
        animations.extend(clip.transition.as_ref().map(|transition| animation(transition, clip, "start")));
        animations.extend(clip.motion.as_ref().map(movement));
        animations.extend(clip.transition_out.as_ref().map(|transition| animation(transition, clip, "end")));
    }
    Element {
        what,
        track,
        time: (!still).then_some(clip.start.as_secs_f64()),
        duration: (!still).then_some(clip.duration.as_secs_f64()),
        fit: clip.fit.map(Fit::as_str),
        animations,
    }
}

fn what(clip: &Clip, track: TrackKind, now: Timestamp) -> Result<What> {
    let source = || match &clip.content {
        Content::File(media) => composition::address(media, "timeline.files", VENDOR, now),
        _ => Err(Error::invalid("timeline.files", format!("a {} track holds files", track.as_str()))),
    };
    let audio = || Audio {
        trim_start: clip.trim_start.map(|trim| trim.as_secs_f64()),
        volume: clip.volume.map(|volume| percent(decimal(volume))),
    };
    let fade = |transition: &Option<Transition>| transition.is_some().then(|| length(clip));
    match (track, &clip.content) {
        (TrackKind::Text, Content::Text(text)) => Ok(words(text, &Look::of(clip, track))),
        (TrackKind::Voice | TrackKind::Music, _) => Ok(What::Audio {
            source: source()?,
            audio: audio(),
            audio_fade_in: fade(&clip.transition),
            audio_fade_out: fade(&clip.transition_out),
        }),
        (TrackKind::Video, _) if clip.media_kind() == Some(MediaKind::Image) => Ok(What::Image { source: source()? }),
        (TrackKind::Video, _) => Ok(What::Video { source: source()?, audio: audio() }),
        (kind, _) => Err(Error::unsupported("timeline.tracks", format!("{} is not offered", kind.as_str()))),
    }
}

/// Words in a box that is nearly as large as the frame.
fn words(text: &str, look: &Look) -> What {
    What::Text {
        text: text.to_owned(),
        width: "90%",
        height: "90%",
        x_alignment: "50%",
        y_alignment: match look.position {
            Position::Top => "0%",
            Position::Bottom => "100%",
            _ => "50%",
        },
        font_size: format!("{} vh", hundredths(look.size)),
        fill_color: look.colour.clone(),
        background_color: look.background.clone(),
    }
}

/// How long a clip comes or goes.
fn length(clip: &Clip) -> f64 {
    TRANSITION.min(clip.duration / 2).as_secs_f64()
}

fn animation(transition: &Transition, clip: &Clip, edge: &'static str) -> Animation {
    let (preset, options) = match transition.as_str() {
        "slide" => ("slide", json!({"direction": "180°"})),
        "zoom" => ("scale", json!({"start_scale": "150%", "end_scale": "100%"})),
        preset => (preset, Value::Null),
    };
    Animation {
        preset: preset.to_owned(),
        time: Some(edge),
        duration: Some(length(clip)),
        reversed: (edge == "end").then_some(true),
        options: fields(options),
    }
}

/// The camera moves as long as the element is seen, and nothing fades.
fn movement(motion: &Motion) -> Animation {
    let (from, to) = if *motion == Motion::ZOOM_OUT { ("120%", "100%") } else { ("100%", "120%") };
    let options = json!({
        "scope": "element", "start_scale": from, "end_scale": to, "fade": false, "easing": "linear",
    });
    Animation { preset: "scale".to_owned(), options: fields(options), ..Animation::default() }
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn hundredths(part: f64) -> f64 {
    (part * 10_000.0).round() / 100.0
}

fn percent(part: f64) -> String {
    format!("{}%", hundredths(part))
}

/// The render of a template, whose files are at addresses.
pub(super) fn template(request: &RenderRequest, now: Timestamp) -> Result<Option<Template<'_>>> {
    let Some(template) = &request.template else { return Ok(None) };
    let mut modifications = template.modifications.clone();
    for (field, media) in &template.files {
        let address: Url = composition::address(media, "template.files", VENDOR, now)?;
        modifications.insert(field.clone(), String::from(address).into());
    }
    Ok(Some(Template {
        template_id: &template.id,
        modifications,
        output_format: request.format.map(format),
        frame_rate: request.frame_rate,
    }))
}
