//! Invented slides; the encoded video is read with the core's facts.

use std::time::Duration;

use social_core::error::ErrorKind;
use social_core::image::AspectRatio;
use social_core::make::Maker as _;
use social_core::media::{Media, MediaType};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::video::VideoRequest;

use tokio_util::sync::CancellationToken;

use super::super::LocalVideo;
use super::super::encode::encode;
use super::super::frames::SlideShow;
use super::super::layout::Canvas;
use super::super::poster::{Draft, style};
use super::super::typeset::Typesetter;
use super::super::video::frames;
use super::{bistro, photo};

fn short() -> VideoRequest {
    VideoRequest::new("A video")
        .with_slide(bistro())
        .with_slide(bistro())
        .with_first_frame(photo(300, 400))
        .with_aspect_ratio(AspectRatio::SQUARE)
        .with_resolution("720p")
        .with_duration(Duration::from_millis(2500))
}

fn contains(bytes: &[u8], name: &[u8]) -> bool {
    bytes.windows(name.len()).any(|window| window == name)
}

#[tokio::test]
async fn a_video_has_the_length_format_and_index_that_platforms_want() {
    let run = Run::ephemeral();
    let video = LocalVideo::new().make(&run, &short()).await.unwrap();
    let info = &video.info;
    assert_eq!((info.media_type, info.width, info.height), (MediaType::Mp4, Some(720), Some(720)));
    assert_eq!(info.duration, Some(Duration::from_millis(2500)));
    assert_eq!(info.fast_start, Some(true));
    let track = info.video.as_ref().unwrap();
    assert_eq!((track.codec.as_str(), track.frame_rate), ("h264", Some(30.0)));
    assert!(info.audio.is_none());
    let bytes = video.media.read(64 << 20).await.unwrap();
    assert!(!contains(&bytes[..8192], b"edts"), "no edit list");
    // Another run makes the same bytes.
    let other = LocalVideo::new().make(&Run::ephemeral(), &short()).await.unwrap();
    assert_eq!(video.media.sha256().await.unwrap(), other.media.sha256().await.unwrap());
}

#[test]
fn lengths_are_kept_to_the_frame_or_refused() {
    let seconds = |s: f64| Some(Duration::from_secs_f64(s));
    assert_eq!(frames(None, 1).unwrap(), 240);
    assert_eq!(frames(None, 4).unwrap(), 360);
    assert_eq!(frames(seconds(7.5), 3).unwrap(), 225);
    for (duration, slides) in [(seconds(2.0), 2), (seconds(91.0), 1), (seconds(0.0), 1)] {
        let error = frames(duration, slides).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some("duration")));
    }
}

#[tokio::test]
async fn what_cannot_be_honoured_is_refused_by_name() {
    let mut own = short();
    own.slides[0].photo = Some(photo(10, 10));
    let mut seed = short();
    seed.seed = Some(1);
    let mut empty = short();
    empty.slides[1].headline.clear();
    let cases = [
        (short().with_audio(true), ErrorKind::Unsupported, "audio"),
        (short().with_last_frame(photo(10, 10)), ErrorKind::Unsupported, "last_frame"),
        (short().with_resolution("4k"), ErrorKind::Unsupported, "resolution"),
        (short().with_negative_prompt("x"), ErrorKind::Unsupported, "negative_prompt"),
        (short().with_first_frame(Media::bytes("no image")), ErrorKind::MediaInvalid, "design.photo"),
        (own, ErrorKind::Unsupported, "first_frame"),
        (seed, ErrorKind::Unsupported, "seed"),
        (empty, ErrorKind::InvalidRequest, "design.headline"),
    ];
    for (request, kind, field) in cases {
        let error = LocalVideo::new().make(&Run::ephemeral(), &request).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (kind, Some(field)), "{error}");
    }
}

#[tokio::test]
async fn a_cancelled_run_makes_no_video() {
    let cancel = CancellationToken::new();
    let options = OpenOptions::new().with_cancellation(cancel.clone());
    let run = Run::open_with(&MemoryJournal::new(), "video", options).await.unwrap();
    cancel.cancel();
    let error = LocalVideo::new().make(&run, &short()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
}

#[test]
fn the_encoder_stops_when_it_is_cancelled_or_nobody_waits() {
    let draft = Draft { design: bistro(), photo: None, logo: None };
    let mut typesetter = Typesetter::new(&[]).unwrap();
    let canvas = Canvas::new(360, 640).unwrap();
    // An hour: encoding it whole would show.
    let mut video = SlideShow::new(&mut typesetter, &[draft], canvas, style(0, 0), 108_000).unwrap();

    let (pieces, mut arrived) = tokio::sync::mpsc::channel(1);
    let cancel = CancellationToken::new();
    let run = Run::ephemeral_with(OpenOptions::new().with_cancellation(cancel.clone()));
    std::thread::scope(|scope| {
        let encoding = scope.spawn(|| encode(&mut video, None, pieces, &run));
        std::thread::yield_now();
        cancel.cancel();
        assert_eq!(encoding.join().unwrap().unwrap_err().kind(), ErrorKind::Cancelled);
    });
    assert!(arrived.blocking_recv().is_none(), "no piece of a video that was cut off");

    let (pieces, arrived) = tokio::sync::mpsc::channel(1);
    drop(arrived);
    assert!(encode(&mut video, None, pieces, &Run::ephemeral()).is_err());
}

/// Not a check: makes the video that `LOCAL_PREVIEW` names a folder for, from the photos in
/// `LOCAL_PHOTOS`, for looking at.
#[tokio::test]
async fn preview() {
    let (Ok(folder), Ok(photos)) = (std::env::var("LOCAL_PREVIEW"), std::env::var("LOCAL_PHOTOS")) else { return };
    for resolution in ["720p", "1080p"] {
        let mut request = VideoRequest::new("x").with_resolution(resolution);
        for path in photos.split(',') {
            let mut slide = bistro();
            slide.photo = Some(Media::file(path));
            request = request.with_slide(slide);
        }
        request = request.with_slide(bistro()).with_duration(Duration::from_secs(8));
        let start = std::time::Instant::now();
        let video = LocalVideo::new().make(&Run::ephemeral(), &request).await.unwrap();
        println!("{resolution}: {:?}", start.elapsed());
        let bytes = video.media.read(1 << 30).await.unwrap();
        std::fs::write(format!("{folder}/video-{resolution}.mp4"), bytes).unwrap();
    }
}
