//! Invented timelines; the videos are read back with the renderer's own readers, which the lab's
//! files of other tools try as well, and their facts with the core's.

use std::time::Duration;

use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use social_core::error::ErrorKind;
use social_core::image::AspectRatio;
use social_core::make::{Maker as _, MediaFile};
use social_core::media::{Media, MediaType};
use social_core::render::{
    Clip, Content, Fit, Motion, Position, RenderRequest, RenderTemplate, TextStyle, Timeline, Track, TrackKind,
    Transition,
};
use social_core::run::Run;
use url::Url;

use super::super::LocalRenderer;
use super::super::audio::{Mix, RATE};
use super::super::demux::VideoTrack;
use super::super::moving::{Moving, Picture};
use super::super::raster::decode;
use super::super::source::Source;
use super::audio::{cue, mixed, strength, tone, wav};
use super::file;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn clip(media: Media, start: u64, duration: u64) -> Clip {
    Clip::new(Content::File(media), ms(start), ms(duration))
}

fn text(words: &str, start: u64, duration: u64) -> Clip {
    Clip::new(Content::Text(words.to_owned()), ms(start), ms(duration))
}

fn plain(colour: [u8; 3]) -> Media {
    Media::bytes(file(RgbImage::from_pixel(90, 160, Rgb(colour)), ImageFormat::Png))
}

fn track(kind: TrackKind, clips: impl IntoIterator<Item = Clip>) -> Track {
    clips.into_iter().fold(Track::new(kind), Track::with_clip)
}

fn request(tracks: impl IntoIterator<Item = Track>) -> RenderRequest {
    let timeline = tracks.into_iter().fold(Timeline::new(AspectRatio::SQUARE), Timeline::with_track);
    RenderRequest::timeline(timeline).with_resolution("720p")
}

async fn render(request: &RenderRequest) -> social_core::Result<MediaFile> {
    LocalRenderer::new().make(&Run::ephemeral(), request).await.map(|made| made.value)
}

/// A video again.
struct Film(Moving);

impl Film {
    fn open(media: &Media) -> Self {
        let mut source = Source::open(media).unwrap();
        let track = VideoTrack::read(&mut source).unwrap();
        Self(Moving::open(source, track).unwrap())
    }

    /// The brightness in the middle of a part of the image, in the time of a frame.
    fn luma(&mut self, frame: u32, rate: u32, across: f32, down: f32) -> u8 {
        let Picture { width, height, luma, .. } = self.0.at(f64::from(frame) / f64::from(rate)).unwrap();
        let (x, y) = ((*width as f32 * across) as usize, (*height as f32 * down) as usize);
        luma[y * *width as usize + x]
    }
}

#[tokio::test]
async fn images_cross_fade_and_the_length_is_that_of_the_clips() {
    let fade = clip(plain([255; 3]), 1000, 1000).with_transition(Transition::FADE);
    let video = render(&request([track(TrackKind::Video, [clip(plain([0; 3]), 0, 1000), fade])])).await.unwrap();
    let info = &video.info;
    assert_eq!((info.media_type, info.width, info.height), (MediaType::Mp4, Some(720), Some(720)));
    assert_eq!((info.duration, info.fast_start), (Some(ms(2000)), Some(true)));
    let (codec, rate) = info.video.as_ref().map(|video| (video.codec.clone(), video.frame_rate)).unwrap();
    assert_eq!((codec.as_str(), rate), ("h264", Some(30.0)));
    assert!(info.audio.is_none() && info.warnings.is_empty(), "{:?}", info.warnings);

    let mut film = Film::open(&video.media);
    let mut seen: Vec<u8> = [0, 29, 30, 37, 44, 45, 59].map(|frame| film.luma(frame, 30, 0.5, 0.5)).to_vec();
    assert!(seen[0] < 20 && seen[1] < 20 && seen[6] > 230, "{seen:?}");
    assert!((100..160).contains(&seen[3]), "half of each in the middle of the fade: {seen:?}");
    seen.dedup();
    assert!(seen.is_sorted(), "{seen:?}");
}

#[tokio::test]
async fn sound_has_the_length_of_the_video_and_meets_it() {
    // A flash at 1.2 s, and a click at the same time.
    let flash = [clip(plain([0; 3]), 0, 1200), clip(plain([255; 3]), 1200, 1800)];
    let click = wav(44_100, 1, 44_100, |at| if at < 441 { 0.8 } else { 0.0 });
    let hum = tone(3000.0, 3.0, 0.1, 44_100, 2);
    for rate in [24, 30, 60] {
        let tracks = [
            track(TrackKind::Video, flash.clone()),
            track(TrackKind::Voice, [clip(click.clone(), 1200, 1000)]),
            track(TrackKind::Music, [clip(hum.clone(), 0, 3000).with_volume(0.5)]),
        ];
        let video = render(&request(tracks).with_frame_rate(rate)).await.unwrap();
        let audio = video.info.audio.clone().unwrap();
        assert_eq!((audio.codec.as_str(), audio.sample_rate, audio.channels), ("aac", Some(48_000), Some(2)));
        assert_eq!(video.info.duration, Some(ms(3000)), "{rate}");

        let mut film = Film::open(&video.media);
        let shown = (0..rate * 3).find(|frame| film.luma(*frame, rate, 0.5, 0.5) > 128).unwrap();
        let heard = mixed(vec![cue(video.media.clone(), MediaType::Mp4, (0.0, 3.0))], 3.0);
        let at = heard.iter().position(|sample| sample.abs() > 0.3).unwrap();
        let (shown, at) = (f64::from(shown) / f64::from(rate), at as f64 / f64::from(RATE));
        assert!((shown - 1.2).abs() < 1.0 / f64::from(rate) && (at - shown).abs() < 0.003, "{rate}: {shown} {at}");
        let level = strength(&heard[4800..50_000], 3000.0);
        assert!((level - 0.05).abs() < 0.005, "{level}");
    }
}

#[tokio::test]
async fn a_video_is_a_clip_again_and_is_heard_at_its_volume() {
    let shades = (0..6).map(|step| clip(plain([40 * step as u8; 3]), step * 500, 500));
    let first =
        [track(TrackKind::Video, shades), track(TrackKind::Voice, [clip(tone(700.0, 3.0, 0.5, 48_000, 1), 0, 3000)])];
    let first = render(&request(first)).await.unwrap().media;

    let whole = clip(first.clone(), 0, 2000).with_trim_start(ms(1000)).with_volume(0.5);
    let small = clip(first.clone(), 2000, 4000).with_fit(Fit::Contain).with_volume(0.0);
    let timeline = Timeline::new(AspectRatio::WIDE).with_background("#ff0000");
    let timeline = timeline.with_track(track(TrackKind::Video, [whole, small]));
    let request = RenderRequest::timeline(timeline).with_resolution("720p").with_frame_rate(25);
    let video = render(&request).await.unwrap();
    assert_eq!((video.info.width, video.info.height, video.info.duration), (Some(1280), Some(720), Some(ms(6000))));
    let mut film = Film::open(&video.media);
    let shade = |value: f32| (16.0 + value * 219.0 / 255.0) as i32;
    for (frame, value) in [(0, 80.0), (11, 80.0), (13, 120.0), (49, 200.0)] {
        let seen = i32::from(film.luma(frame, 25, 0.5, 0.5));
        assert!((seen - shade(value)).abs() < 5, "{frame}: {seen}");
    }
    // Whole in the middle, red beside it; its last image stands behind its end.
    for frame in [124, 149] {
        let (middle, beside) = (film.luma(frame, 25, 0.5, 0.5), film.luma(frame, 25, 0.1, 0.5));
        assert!(middle > 170 && (50..75).contains(&beside), "{middle} {beside}");
    }
    let heard = mixed(vec![cue(video.media.clone(), MediaType::Mp4, (0.0, 6.0))], 6.0);
    let level = strength(&heard[9600..86_400], 700.0);
    assert!((level - 0.25).abs() < 0.02, "{level}");
    assert!(strength(&heard[100_000..140_000], 700.0) < 0.001);
}

#[tokio::test]
async fn words_stand_where_and_when_they_are_to() {
    let captions = Media::bytes("WEBVTT\n\n00:00.500 --> 00:01.000\nFirst\n\n00:00.800 --> 00:01.500\nSecond\n");
    let style = TextStyle::default().with_colour("#000000").with_background("#ffffff").with_size(0.1);
    let tracks = [
        track(TrackKind::Video, [clip(plain([60; 3]), 0, 2000)]),
        track(TrackKind::Text, [text("New", 0, 1000).with_position(Position::Top).with_style(style)]),
        track(TrackKind::Captions, [clip(captions, 0, 2000)]),
    ];
    let video = render(&request(tracks)).await.unwrap();
    let mut film = Film::open(&video.media);
    let mut bright = |frame: u32, rows: std::ops::Range<u32>| {
        let places = rows.flat_map(|y| (0..100).map(move |x| (x, y)));
        places.filter(|(x, y)| film.luma(frame, 30, *x as f32 / 100.0, *y as f32 / 100.0) > 200).count()
    };
    let (above, below) = (0..35, 65..100);
    assert!(bright(5, above.clone()) > 80 && bright(5, below.clone()) == 0, "the box above, nothing below");
    let (one, two) = (bright(20, below.clone()), bright(27, below.clone()));
    assert!(one > 0 && two > one, "one line, then two: {one} {two}");
    assert!(bright(40, above.clone()) == 0 && bright(40, below.clone()) > 0);
    assert!(bright(50, above) == 0 && bright(50, below) == 0);
}

#[tokio::test]
async fn what_is_transparent_stays_so_and_the_camera_moves() {
    let ring = RgbaImage::from_fn(100, 100, |x, y| {
        let inside = (40..60).contains(&x) && (40..60).contains(&y);
        Rgba(if inside { [255, 255, 255, 255] } else { [0, 0, 0, 0] })
    });
    let ring = clip(Media::bytes(file(ring, ImageFormat::Png)), 0, 2000).with_motion(Motion::ZOOM_IN);
    let below = clip(plain([0, 0, 255]), 0, 2000).with_transition_out(Transition::FADE);
    let tracks = [track(TrackKind::Video, [below]), track(TrackKind::Video, [ring])];
    let video = render(&request(tracks)).await.unwrap();
    let mut film = Film::open(&video.media);
    // The square reaches from 0.4 to 0.6, and farther when the camera is nearer.
    assert!(film.luma(0, 30, 0.5, 0.5) > 220 && film.luma(0, 30, 0.392, 0.5) < 60);
    assert!(film.luma(58, 30, 0.398, 0.5) > 200, "{}", film.luma(58, 30, 0.398, 0.5));
    let still = request([track(TrackKind::Video, [clip(plain([9, 8, 200]), 0, 500)])]).with_format(MediaType::Jpeg);
    let still = render(&still).await.unwrap();
    let image = decode(&still.media.read(1 << 20).await.unwrap()).unwrap().into_rgb8();
    let [red, _, blue] = image.get_pixel(360, 360).0;
    assert!(still.info.media_type == MediaType::Jpeg && red < 20 && blue > 190, "{red} {blue}");
}

#[tokio::test]
async fn what_cannot_be_honoured_is_refused_by_name_before_any_work() {
    let base = || track(TrackKind::Video, [clip(plain([0; 3]), 0, 1000)]);
    let with = |kind, clips: Vec<Clip>| request([base(), track(kind, clips)]);
    let audio = || tone(440.0, 0.1, 0.1, 48_000, 1);
    let broken = Media::bytes([&b"\0\0\0\x18ftypisom\0\0\0\0isom"[..], &[0; 4]].concat());
    let first = "timeline.tracks[1].clips[0]";
    let second = "timeline.tracks[1].clips[1].position";
    let away = Media::remote(Url::parse("https://media.test/a.png").unwrap());
    let mut template = request([base()]);
    template.timeline = None;
    template.template = Some(RenderTemplate::new("t"));
    let cases = [
        (with(TrackKind::Text, vec![text("კაფე", 0, 500)]), ErrorKind::Unsupported, first),
        (with(TrackKind::Text, vec![text(&"word ".repeat(400), 0, 500)]), ErrorKind::InvalidRequest, first),
        (with(TrackKind::Text, vec![text("a", 0, 500), text("b", 400, 500)]), ErrorKind::Unsupported, second),
        (
            with(TrackKind::Text, vec![text("a", 0, 1)]),
            ErrorKind::InvalidRequest,
            "timeline.tracks[1].clips[0].duration",
        ),
        (with(TrackKind::Voice, vec![clip(plain([0; 3]), 0, 500)]), ErrorKind::Unsupported, first),
        (with(TrackKind::Captions, vec![clip(Media::bytes(vec![0xff, 0xfe]), 0, 500)]), ErrorKind::MediaInvalid, first),
        (with(TrackKind::Video, vec![clip(broken, 0, 500)]), ErrorKind::MediaInvalid, first),
        (with(TrackKind::Video, vec![clip(away, 0, 500)]), ErrorKind::Unsupported, first),
        (with(TrackKind::Voice, vec![clip(audio(), 0, 700_000)]), ErrorKind::Unsupported, "timeline.duration"),
        (request([base()]).with_resolution("4k"), ErrorKind::Unsupported, "resolution"),
        (request([base()]).with_format(MediaType::Gif), ErrorKind::Unsupported, "format"),
        (request([base()]).with_frame_rate(29), ErrorKind::Unsupported, "frame_rate"),
        (request([base()]).with_extra("a", "b"), ErrorKind::Unsupported, "extra"),
        (template, ErrorKind::Unsupported, "template"),
    ];
    for (request, kind, field) in cases {
        let error = render(&request).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (kind, Some(field)), "{error}");
    }
}

/// Every field of a timeline and what becomes of it, so that a new one cannot be dropped unseen.
#[test]
fn every_field_is_known() {
    let clip = clip(plain([0; 3]), 0, 1000).with_style(TextStyle::default());
    let mut request = request([track(TrackKind::Video, [clip])]);
    request.template = Some(RenderTemplate::new("t"));
    let shown = format!("{request:#?}");
    let mut fields: Vec<&str> =
        shown.lines().filter_map(|line| line.trim().split_once(": ").map(|(name, _)| name)).collect();
    fields.retain(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
    fields.sort_unstable();
    fields.dedup();
    let refused = ["extra", "files", "id", "modifications", "template"];
    let honoured = [
        "aspect_ratio",
        "background",
        "clips",
        "colour",
        "content",
        "duration",
        "fit",
        "format",
        "frame_rate",
        "height",
        "kind",
        "motion",
        "position",
        "resolution",
        "size",
        "start",
        "style",
        "timeline",
        "tracks",
        "transition",
        "transition_out",
        "trim_start",
        "volume",
        "width",
    ];
    // What the file is says the file.
    let told = ["media_kind"];
    let mut known: Vec<&str> = [&refused[..], &honoured, &told].concat();
    known.sort_unstable();
    assert_eq!(fields, known);
}

/// Files of other tools: `fixtures` of the lab, some of them broken.
#[tokio::test]
async fn files_of_other_tools_are_shown_or_refused() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes/media/fixtures");
    let Ok(files) = std::fs::read_dir(folder) else {
        social_core::testkit::did_not_run("../shared");
        return;
    };
    let mut shown = Vec::new();
    for path in files.map(|file| file.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let kind = match path.extension().and_then(|ending| ending.to_str()) {
            Some("mp3" | "wav") => TrackKind::Music,
            Some("pcm") => continue,
            _ => TrackKind::Video,
        };
        match render(&request([track(kind, [clip(Media::file(&path), 0, 200)])])).await {
            Ok(video) => {
                assert_eq!(video.info.duration, Some(ms(200)), "{name}");
                shown.push(name);
            }
            Err(error) => {
                let kind = error.kind();
                assert!(matches!(kind, ErrorKind::MediaInvalid | ErrorKind::Unsupported), "{name}: {error}");
                assert!(error.field().unwrap().starts_with("timeline.tracks[0].clips[0]"), "{name}: {error}");
                println!("{name}: {error}");
            }
        }
    }
    shown.sort();
    let expected = [
        "alpha.png",
        "edit-mask.png",
        "exif-rotated-6.jpg",
        "feed-4x5.jpg",
        "png-named-as.jpg",
        "reel-9x16.mp4",
        "reel-silent.mp4",
        "square.png",
        "story-9x16.jpg",
        "tone.mp3",
        "tone.wav",
        "too-small-299.png",
        "too-wide-10x3.jpg",
        "wide.webp",
    ];
    assert_eq!(shown, expected);
}

/// Bytes of a video and of audio are changed at places that a fixed sequence chooses.
#[tokio::test]
async fn damaged_files_are_errors_and_never_a_panic() {
    let tracks = [
        track(TrackKind::Video, [clip(plain([200, 20, 90]), 0, 300)]),
        track(TrackKind::Music, [clip(tone(440.0, 0.3, 0.5, 48_000, 2), 0, 300)]),
    ];
    let video = render(&request(tracks)).await.unwrap().media.read(1 << 20).await.unwrap();
    let audio = tone(440.0, 0.1, 0.5, 44_100, 1).read(1 << 20).await.unwrap();
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes/media/fixtures/tone.mp3");
    let song = std::fs::read(fixture).unwrap_or_default();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below.max(1) as u64) as usize
    };
    let mut fine = 0;
    for _ in 0..DAMAGES {
        for (bytes, kind) in [(&video[..], MediaType::Mp4), (&audio, MediaType::Wav), (&song, MediaType::Mp3)] {
            let mut bytes = bytes.to_vec();
            let damage = 1 + next(8);
            for _ in 0..damage {
                // Most of it in front, where the index stands.
                let reach = if next(3) == 0 { bytes.len() } else { bytes.len().min(2048) };
                let place = next(reach);
                if let Some(byte) = bytes.get_mut(place) {
                    *byte = next(256) as u8;
                }
            }
            let media = Media::bytes(bytes);
            let mut mix = Mix::new(vec![cue(media.clone(), kind, (0.0, 0.2))], 9600);
            while let Ok(Some(_)) = mix.next() {}
            if kind == MediaType::Mp4 {
                let mut source = Source::open(&media).unwrap();
                let moving = VideoTrack::read(&mut source).and_then(|track| Moving::open(source, track));
                let shown = moving.and_then(|mut moving| moving.at(0.3).map(|picture| picture.width));
                fine += usize::from(shown.is_ok());
            }
        }
    }
    assert!((1..DAMAGES).contains(&fine), "{fine}");
}

/// So many files of each kind are damaged.
const DAMAGES: usize = 300;

/// Not a check: renders the timeline that `LOCAL_TIMELINE` names (JSON of a request) to
/// `LOCAL_PREVIEW`, for looking at and listening to.
#[tokio::test]
async fn preview() {
    let (Ok(folder), Ok(names)) = (std::env::var("LOCAL_PREVIEW"), std::env::var("LOCAL_TIMELINE")) else { return };
    for name in names.split(',') {
        let request: RenderRequest = serde_json::from_slice(&std::fs::read(name).unwrap()).unwrap();
        let begun = std::time::Instant::now();
        let stem = std::path::Path::new(name).file_stem().unwrap().to_string_lossy().into_owned();
        match render(&request).await {
            Ok(video) => {
                println!("{stem}: {:?} {:?}", begun.elapsed(), video.info);
                let bytes = video.media.read(4 << 30).await.unwrap();
                std::fs::write(format!("{folder}/{stem}.mp4"), bytes).unwrap();
            }
            Err(error) => println!("{stem}: {error}"),
        }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{:?}", status.lines().find(|line| line.starts_with("VmHWM")));
}
