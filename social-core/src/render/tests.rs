//! The rules are this module's own.

use std::time::Duration;

use super::*;
use crate::error::ErrorKind;
use crate::make::MakeCapabilities as _;
use crate::media::MediaKind;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn file(name: &str) -> Content {
    Content::File(Media::file(name))
}

fn with(kind: TrackKind, clip: Clip) -> RenderRequest {
    let first = Track::new(TrackKind::Video).with_clip(Clip::new(file("a.jpg"), seconds(0), seconds(1)));
    RenderRequest::timeline(
        Timeline::new(AspectRatio::WIDE).with_track(first).with_track(Track::new(kind).with_clip(clip)),
    )
}

#[test]
fn clips_that_overlap_are_in_lanes_the_later_one_above() {
    let clip = |name: &str, from, to| Clip::new(file(name), seconds(from), seconds(to - from));
    let track = Track::new(TrackKind::Video)
        .with_clip(clip("c.jpg", 4, 6))
        .with_clip(clip("a.jpg", 0, 3))
        .with_clip(clip("b.jpg", 2, 10))
        .with_clip(clip("d.jpg", 10, 11));
    let shown: Vec<Vec<_>> = track.lanes().iter().map(|lane| lane.iter().map(|clip| &clip.content).collect()).collect();
    assert_eq!(shown, [vec![&file("a.jpg"), &file("d.jpg")], vec![&file("b.jpg")], vec![&file("c.jpg")]]);
}

#[test]
fn a_clip_keeps_what_makes_no_sense_out_and_names_it() {
    let clip = |name: &str| Clip::new(file(name), seconds(0), seconds(1));
    let words = || Clip::new(Content::Text("words".into()), seconds(0), seconds(1));
    let table = [
        (TrackKind::Video, words(), "content"),
        (TrackKind::Text, clip("a.jpg"), "content"),
        (TrackKind::Video, clip("a.mp3"), "content"),
        (TrackKind::Video, clip("a"), "media_kind"),
        (TrackKind::Video, Clip::new(file("a.jpg"), seconds(0), seconds(0)), "duration"),
        (TrackKind::Video, clip("a.jpg").with_volume(0.5), "volume"),
        (TrackKind::Video, clip("a.mp4").with_volume(1.5), "volume"),
        (TrackKind::Music, clip("a.mp3").with_volume(f32::NAN), "volume"),
        (TrackKind::Video, clip("a.jpg").with_trim_start(seconds(1)), "trim_start"),
        (TrackKind::Video, clip("a.jpg").with_position(Position::Top), "position"),
        (TrackKind::Video, clip("a.jpg").with_style(TextStyle::default()), "style"),
        (TrackKind::Text, words().with_fit(Fit::Contain), "fit"),
        (TrackKind::Text, words().with_motion(Motion::ZOOM_IN), "motion"),
        (TrackKind::Text, words().with_style(TextStyle::default().with_size(0.0)), "style.size"),
        (TrackKind::Text, words().with_style(TextStyle::default().with_colour("red")), "style.colour"),
        (
            TrackKind::Captions,
            clip("a.srt").with_style(TextStyle::default().with_background("#12")),
            "style.background",
        ),
        (TrackKind::Voice, clip("a.mp3").with_transition(Transition::WIPE), "transition"),
        (TrackKind::Music, clip("a.mp3").with_transition_out(Transition::SLIDE), "transition_out"),
    ];
    for (kind, clip, field) in table {
        let error = with(kind, clip).validate().unwrap_err();
        let expected = format!("timeline.tracks[1].clips[0].{field}");
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some(&*expected)), "{error}");
    }
    let said = clip("a").with_media_kind(MediaKind::Video).with_volume(0.0).with_trim_start(seconds(1));
    with(TrackKind::Video, said).validate().unwrap();
    with(TrackKind::Captions, clip("a.srt").with_trim_start(seconds(1))).validate().unwrap();
}

#[test]
fn a_clip_knows_its_kind_when_its_file_is_hosted_elsewhere() {
    let mut request = with(TrackKind::Video, Clip::new(file("b.mp4"), seconds(0), seconds(1)).with_volume(0.0));
    for (option, media) in request.files_mut() {
        assert_eq!(option, "timeline.files");
        *media = Media::remote("https://a.example/5f2e".parse().unwrap());
    }
    request.validate().unwrap();
}

#[test]
fn a_refusal_names_the_track_and_the_clip() {
    let clip = Clip::new(file("b.jpg"), seconds(0), seconds(70)).with_transition(Transition::new("melt"));
    let request = with(TrackKind::Video, clip);
    let can = || RenderCapabilities::unknown();
    let at = "timeline.tracks[1].clips[0]: ";
    let table = [
        (can().with_transitions([Transition::FADE]), "timeline.transitions", at),
        (can().with_max_seconds(60), "timeline.duration", at),
        (can().with_aspect_ratios([AspectRatio::SQUARE]), "timeline.aspect_ratio", ""),
    ];
    for (can, field, at) in table {
        let error = request.check(&can).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some(field)));
        assert_eq!(error.message().starts_with("timeline.tracks"), !at.is_empty(), "{error}");
        assert!(error.message().starts_with(at), "{error}");
    }
    assert_eq!(can().conditions().len(), 0);
}

#[test]
fn captions_are_moved_and_cut_to_the_clip() {
    let clip = |start, duration| Clip::new(file("a.srt"), seconds(start), seconds(duration));
    let half = Duration::from_millis(500);
    let shown = |clip: Clip| clip.shows(seconds(1), seconds(2) + half);
    assert_eq!(shown(clip(10, 5)), Some((seconds(11), seconds(1) + half)));
    assert_eq!(shown(clip(10, 2)), Some((seconds(11), seconds(1))));
    assert_eq!(shown(clip(10, 5).with_trim_start(seconds(2))), Some((seconds(10), half)));
    assert_eq!(shown(clip(10, 1)), None);
    assert_eq!(shown(clip(10, 5).with_trim_start(seconds(3))), None);
}
