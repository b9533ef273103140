//! One timeline at every vendor: it is the same timeline, and nothing of it is lost. The timelines
//! are invented.

// It is compiled for tests only, but is no test itself.
#![allow(clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use social_core::image::AspectRatio;
use social_core::media::{Media, MediaKind};
use social_core::render::{
    Clip, Content, Fit, Motion, Position, RenderRequest, TextStyle, Timeline, Track, TrackKind, Transition,
};

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn file(name: &str) -> Content {
    Content::File(Media::remote(format!("https://files.example/{name}").parse().unwrap()))
}

fn text(text: &str, start: f64, duration: f64) -> Clip {
    Clip::new(Content::Text(text.to_owned()), seconds(start), seconds(duration))
}

fn clip(name: &str, start: f64, duration: f64) -> Clip {
    Clip::new(file(name), seconds(start), seconds(duration))
}

/// A timeline in which every field of every kind of clip is set.
pub(crate) fn full() -> Timeline {
    let style = || TextStyle::default().with_colour("#ffee00").with_background("#102030").with_size(0.05);
    let ends = |clip: Clip| clip.with_transition(Transition::WIPE).with_transition_out(Transition::SLIDE);
    let photo = clip("a.jpg", 0.0, 3.0).with_fit(Fit::Contain).with_motion(Motion::ZOOM_IN);
    let video = clip("v.mp4", 2.5, 4.0).with_trim_start(seconds(1.5)).with_volume(0.4).with_fit(Fit::Contain);
    let video = video.with_motion(Motion::ZOOM_IN).with_media_kind(MediaKind::Video);
    let fades = |clip: Clip| {
        clip.with_trim_start(seconds(0.5))
            .with_volume(0.25)
            .with_transition(Transition::FADE)
            .with_transition_out(Transition::FADE)
    };
    Timeline::new(AspectRatio::VERTICAL)
        .with_background("#7a1f2b")
        .with_track(Track::new(TrackKind::Video).with_clip(ends(photo)).with_clip(ends(video)))
        .with_track(
            Track::new(TrackKind::Text)
                .with_clip(ends(text("New from Friday", 1.0, 2.0).with_position(Position::Top).with_style(style()))),
        )
        .with_track(Track::new(TrackKind::Voice).with_clip(fades(clip("voice.mp3", 0.0, 6.5))))
        .with_track(Track::new(TrackKind::Music).with_clip(fades(clip("music.mp3", 0.0, 6.5))))
}

/// The same with captions, of which one vendor makes words.
fn with_captions() -> Timeline {
    let style = TextStyle::default().with_colour("#ffee00").with_background("#102030").with_size(0.05);
    let captions = clip("a.srt", 0.5, 5.0).with_position(Position::Top).with_style(style);
    full().with_track(Track::new(TrackKind::Captions).with_clip(captions))
}

/// Timelines as applications make them.
pub(crate) fn examples() -> Vec<RenderRequest> {
    let slides = Timeline::new(AspectRatio::SQUARE).with_track(
        Track::new(TrackKind::Video)
            .with_clip(clip("a.jpg", 0.0, 3.0).with_motion(Motion::ZOOM_OUT))
            .with_clip(clip("b.png", 3.0, 3.0).with_transition(Transition::FADE)),
    );
    let spoken = Timeline::new(AspectRatio::WIDE)
        .with_track(Track::new(TrackKind::Video).with_clip(clip("v.mp4", 0.0, 12.0).with_volume(0.0)))
        .with_track(
            Track::new(TrackKind::Text)
                .with_clip(text("Open from Friday", 1.0, 3.5).with_position(Position::Bottom))
                .with_clip(text("Overlaps", 2.0, 3.5)),
        )
        .with_track(Track::new(TrackKind::Voice).with_clip(clip("voice.mp3", 0.25, 10.0)))
        .with_track(Track::new(TrackKind::Music).with_clip(clip("music.mp3", 0.0, 12.0).with_volume(0.2)));
    [full(), slides, spoken].into_iter().map(RenderRequest::timeline).collect()
}

/// Refuses a body that a schema of an OpenAPI description does not allow: unknown and missing
/// fields, types, choices, ranges.
pub(crate) fn fits(description: &Value, schema: &str, body: &Value) {
    let schema = &description["components"]["schemas"][schema];
    if let Err(fault) = fault(description, schema, body) {
        panic!("{fault}: {body:#}");
    }
}

fn fault(description: &Value, schema: &Value, body: &Value) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return fault(description, description.pointer(reference.trim_start_matches('#')).unwrap(), body);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let mapping = &schema["discriminator"]["mapping"];
        if let Some(reference) = body["type"].as_str().and_then(|kind| mapping[kind].as_str()) {
            return fault(description, description.pointer(reference.trim_start_matches('#')).unwrap(), body);
        }
        let faults: Vec<_> = choices.iter().map(|choice| fault(description, choice, body)).collect();
        return if faults.iter().any(Result::is_ok) { Ok(()) } else { Err(format!("{faults:?}")) };
    }
    let right = match schema["type"].as_str() {
        Some("object") => body.is_object(),
        Some("array") => body.is_array(),
        Some("string") => body.is_string(),
        Some("number") => body.is_number(),
        Some("integer") => body.as_f64().is_some_and(|number| number.fract() == 0.0),
        Some("boolean") => body.is_boolean(),
        _ => true,
    };
    if !right {
        return Err(format!("{body} is no {}", schema["type"]));
    }
    if let Some(allowed) = schema["enum"].as_array() {
        let same = |value: &Value| value == body || (body.is_number() && value.as_f64() == body.as_f64());
        if !allowed.iter().any(same) {
            return Err(format!("{body} is none of {allowed:?}"));
        }
    }
    let (number, minimum, maximum) = (body.as_f64(), schema["minimum"].as_f64(), schema["maximum"].as_f64());
    if number.zip(minimum).is_some_and(|(n, least)| n < least) || number.zip(maximum).is_some_and(|(n, most)| n > most)
    {
        return Err(format!("{body} is out of range"));
    }
    if let Some(items) = body.as_array() {
        items.iter().try_for_each(|item| fault(description, &schema["items"], item))?;
    }
    let Some(fields) = body.as_object() else { return Ok(()) };
    for name in schema["required"].as_array().into_iter().flatten() {
        fields.get(name.as_str().unwrap()).ok_or_else(|| format!("{name} is missing"))?;
    }
    for (name, value) in fields {
        match schema["properties"].get(name) {
            Some(known) => fault(description, known, value).map_err(|e| format!("{name}: {e}"))?,
            None if schema["additionalProperties"] == false => return Err(format!("{name} is unknown")),
            None => {}
        }
    }
    Ok(())
}

/// Every leaf of a timeline's JSON as (pointer, name of the field).
fn leaves(value: &Value, pointer: &str, name: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                // The parts of a time and of a file are no fields of ours.
                let name =
                    if matches!(field.as_str(), "secs" | "nanos" | "file" | "remote" | "text") { name } else { field };
                leaves(value, &format!("{pointer}/{field}"), name, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, &format!("{pointer}/{index}"), name, found);
            }
        }
        _ => found.push((pointer.to_owned(), name.to_owned())),
    }
}

/// Another value that is as good.
fn another(name: &str, pointer: &str, value: &Value, audio: bool) -> Option<Value> {
    Some(match name {
        "aspect_ratio" => "1:1".into(),
        "background" | "colour" => "#abcdef".into(),
        "content" => "other words".into(),
        "url" => "https://files.example/other.mp4".into(),
        "media_kind" if value == "image" => "video".into(),
        "media_kind" if value == "video" => "image".into(),
        "start" | "duration" | "trim_start" if pointer.ends_with("/secs") => (value.as_u64()? + 1).into(),
        "start" | "duration" | "trim_start" => 125_000_000.into(),
        // Audio only fades; there it is left out.
        "transition" | "transition_out" if audio => Value::Null,
        "transition" | "transition_out" => "zoom".into(),
        "motion" => "zoom_out".into(),
        "fit" => "cover".into(),
        "position" => "bottom".into(),
        "size" => 0.1.into(),
        "volume" => 0.75.into(),
        _ => return None,
    })
}

/// Changes each field of a full timeline and hands the pairs to the function that knows what is
/// sent of them: what is the same for both was lost.
pub(crate) fn changed_fields() -> Vec<(String, RenderRequest)> {
    let whole = serde_json::to_value(with_captions()).unwrap();
    // A field that no clip sets would be tried by nothing.
    let (mut unset, mut set) = (BTreeSet::new(), BTreeSet::new());
    for track in with_captions().tracks {
        for clip in track.clips {
            for line in
                format!("{clip:#?}").lines().filter(|line| line.starts_with("    ") && !line.starts_with("     "))
            {
                let Some((name, value)) = line.trim().split_once(": ") else { continue };
                if value == "None," {
                    unset.insert(name.to_owned())
                } else {
                    set.insert(name.to_owned())
                };
            }
        }
    }
    assert!(unset.is_subset(&set) && set.len() > 10, "never set: {:?}", unset.difference(&set));

    let (mut found, mut changed) = (Vec::new(), Vec::new());
    leaves(&whole, "", "", &mut found);
    for (pointer, name) in found {
        let value = whole.pointer(&pointer).unwrap();
        let kind =
            pointer.split('/').nth(2).map(|track| whole["tracks"][track.parse::<usize>().unwrap()]["kind"].clone());
        let audio = kind.is_some_and(|kind| kind == "voice" || kind == "music");
        // What a track holds is seen in each of its clips; of audio and captions there is one kind.
        if name == "kind" || (name == "media_kind" && (audio || value == "document")) {
            continue;
        }
        let Some(new) = another(&name, &pointer, value, audio) else { panic!("`{name}` at {pointer} is not tried") };
        let mut other = whole.clone();
        *other.pointer_mut(&pointer).unwrap() = new;
        changed.push((pointer, RenderRequest::timeline(serde_json::from_value(other).unwrap())));
    }
    changed
}

#[cfg(all(feature = "shotstack", feature = "creatomate"))]
mod both {
    use super::*;
    use crate::{creatomate, shotstack};

    /// What is shown or played, from when, how long, how loud.
    type Shown = (String, String, String, String);

    fn number(value: &Value) -> String {
        value.as_f64().map_or_else(String::new, |number| format!("{number:.3}"))
    }

    fn of_shotstack(body: &Value) -> BTreeSet<Shown> {
        let tracks = body["timeline"]["tracks"].as_array().unwrap();
        let clips = tracks.iter().flat_map(|track| track["clips"].as_array().unwrap());
        clips
            .map(|clip| {
                let asset = &clip["asset"];
                let what = asset["src"].as_str().or(asset["text"].as_str()).unwrap().to_owned();
                (what, number(&clip["start"]), number(&clip["length"]), number(&asset["volume"]))
            })
            .collect()
    }

    fn of_creatomate(body: &Value) -> BTreeSet<Shown> {
        let elements = body["elements"].as_array().unwrap().iter();
        elements
            .map(|element| {
                let what = element["source"].as_str().or(element["text"].as_str()).unwrap().to_owned();
                let percent = element["volume"].as_str().and_then(|volume| volume.strip_suffix('%'));
                let volume = percent.map(|volume| volume.parse::<f64>().unwrap() / 100.0);
                (what, number(&element["time"]), number(&element["duration"]), number(&volume.into()))
            })
            .collect()
    }

    #[tokio::test]
    async fn one_timeline_is_the_same_at_both() {
        for request in examples() {
            let timeline = request.timeline.clone().unwrap();
            let clips: usize = timeline.tracks.iter().map(|track| track.clips.len()).sum();
            let shotstack = of_shotstack(&shotstack::tests::body_of(&request).await.unwrap());
            let creatomate = of_creatomate(&creatomate::tests::body_of(&request).await.unwrap());
            assert_eq!(shotstack, creatomate);
            assert_eq!(shotstack.len(), clips);
            for clip in timeline.tracks.iter().flat_map(|track| &track.clips) {
                let what = match &clip.content {
                    Content::Text(text) => text.clone(),
                    Content::File(Media::Remote(remote)) => remote.url.to_string(),
                    content => panic!("{content:?} is not in the examples"),
                };
                let volume = clip.volume.map_or_else(String::new, |volume| format!("{volume:.3}"));
                let time = |time: Duration| format!("{:.3}", time.as_secs_f64());
                assert!(shotstack.contains(&(what, time(clip.start), time(clip.duration), volume)), "{clip:?}");
            }
        }
    }

    #[tokio::test]
    async fn every_field_is_sent_or_refused() {
        let full = RenderRequest::timeline(with_captions());
        let plain = (shotstack::tests::body_of(&full).await.unwrap(), creatomate::tests::body_of(&full).await.unwrap());
        let mut refused = Vec::new();
        for (pointer, request) in changed_fields() {
            let sent = (shotstack::tests::body_of(&request).await, creatomate::tests::body_of(&request).await);
            for (vendor, plain, sent) in [("shotstack", &plain.0, sent.0), ("creatomate", &plain.1, sent.1)] {
                match sent {
                    Ok(body) => assert_ne!(body, *plain, "{vendor} loses {pointer}"),
                    Err(error) => refused.push(error.field().unwrap().to_owned()),
                }
            }
        }
        // The video as an image: its beginning cannot be left out. Captions that are not there.
        let image = "timeline.tracks[0].clips[1].trim_start";
        assert_eq!(refused, [image, image, "timeline.tracks[4].clips[0].content"]);
    }
}
