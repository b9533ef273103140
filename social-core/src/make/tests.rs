//! Invented models; the rules are this module's own. The conditions are those of vendors'
//! documents.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;

use super::*;
use crate::host::{HostCapabilities, HostRequest, MediaHost};
use crate::image::{AspectRatio, ImageCapabilities, ImageRequest, ReferenceRole};
use crate::media::{Media, RemoteMedia};
use crate::run::Run;
use crate::video::{VideoCapabilities, VideoRequest};
use crate::{Effect, ErrorKind, ModelAddress, Result};

/// A model like Kling's and Veo's.
fn video_model() -> VideoCapabilities {
    VideoCapabilities::new()
        .with_aspect_ratios([AspectRatio::WIDE, AspectRatio::VERTICAL])
        .with_resolutions(["720p", "1080p"])
        .with_seconds([4, 6, 8])
        .with_first_frame(true)
        .with_last_frame(true)
        .with_audio(true)
        .with_max_prompt_chars(20)
        .with_condition(
            Condition::that("aspect_ratio", Test::Unset).when("first_frame", Test::Set).because("it has a shape"),
        )
        .with_condition(Condition::that("first_frame", Test::Set).when("last_frame", Test::Set))
        .with_condition(Condition::that("duration", Test::is(8.0)).when("resolution", Test::is("1080p")))
        .with_condition(Condition::that("resolution", Test::is("1080p")).when("audio", Test::is(true)))
        .with_condition(Condition::that("first_frame", Test::Remote))
}

fn asked() -> VideoRequest {
    VideoRequest::new("a cat")
}

fn image() -> Media {
    Media::bytes("an image")
}

fn remote() -> Media {
    Media::remote("https://files.example/a.png".parse().unwrap())
}

#[test]
fn what_a_model_excludes_is_refused_by_name_with_what_is_offered() {
    let table = [
        (asked().with_aspect_ratio(AspectRatio::SQUARE), "aspect_ratio", "`1:1` is not offered, only 16:9, 9:16"),
        (asked().with_resolution("4k"), "resolution", "`4k` is not offered, only 720p, 1080p"),
        (asked().with_duration(Duration::from_secs(30)), "duration", "30 is not offered, only 4, 6, 8"),
        (asked().with_seed(1), "seed", "is not offered"),
        (VideoRequest::new("x".repeat(21)), "prompt", "21 characters, at most 20"),
        (
            asked().with_first_frame(remote()).with_aspect_ratio(AspectRatio::WIDE),
            "aspect_ratio",
            "is not offered when first_frame is set: it has a shape",
        ),
        (asked().with_last_frame(remote()), "first_frame", "is missing when last_frame is set"),
        (
            asked().with_resolution("1080p").with_duration(Duration::from_secs(4)),
            "duration",
            "4 is not offered, only 8 when resolution is 1080p",
        ),
        (asked().with_first_frame(image()), "first_frame", "files are taken by public address only"),
    ];
    for (request, option, message) in table {
        let error = request.check(&video_model()).unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(option), Effect::None), "{error}");
        assert!(error.message().starts_with(message), "{error}");
    }
    // What is not asked for excludes nothing.
    asked().check(&video_model()).unwrap();
    asked().with_audio(true).check(&video_model()).unwrap();
    asked().with_audio(false).with_resolution("720p").check(&video_model()).unwrap();
    assert_eq!(VideoRequest::new(" ").check(&video_model()).unwrap_err().kind(), ErrorKind::InvalidRequest);
}

#[test]
fn of_an_unknown_model_nothing_is_refused() {
    let odd = AspectRatio::new(97, 13);
    let request = ImageRequest::new("a door")
        .with_aspect_ratio(odd)
        .with_size("64K")
        .with_quality("best")
        .with_count(9)
        .with_seed(7)
        .with_reference_as(ReferenceRole::Mask, image())
        .with_extra("anything", true);
    request.check(&ImageCapabilities::unknown()).unwrap();
    assert_eq!(request.check(&ImageCapabilities::new()).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn two_can_do_what_both_can() {
    let one = ImageCapabilities::new().with_sizes(["1K", "2K"]).with_max_references(3).with_seed(true).with_paid(false);
    let condition = Condition::that("seed", Test::Unset).when("size", Test::is("2K"));
    let other = ImageCapabilities::unknown().with_sizes(["2K", "4K"]).with_condition(condition.clone());
    let both = one.and(other.clone()).and(other);
    assert_eq!(both.sizes.as_deref(), Some(&["2K".to_owned()][..]));
    assert_eq!((both.max_references, both.max_count, both.seed, both.paid), (Some(3), Some(1), true, true));
    assert_eq!(both.conditions, [condition]);
    // Nothing in common is nothing offered, not nothing known.
    let none = both.and(ImageCapabilities::unknown().with_sizes(["4K"]));
    let error = ImageRequest::new("x").with_size("4K").check(&none).unwrap_err();
    assert_eq!((error.field(), error.message()), (Some("size"), "is not offered"));
}

#[test]
fn records_and_requests_survive_json_and_say_only_what_is_set() {
    let can = video_model();
    assert_eq!(serde_json::from_str::<VideoCapabilities>(&serde_json::to_string(&can).unwrap()).unwrap(), can);
    assert_eq!(serde_json::to_string(&ImageRequest::new("a door")).unwrap(), r#"{"prompt":"a door"}"#);
    assert_eq!(serde_json::to_string(&asked()).unwrap(), r#"{"prompt":"a cat"}"#);
}

async fn fitted(request: VideoRequest, host: Option<&MediaHost>) -> Result<(VideoRequest, Vec<String>)> {
    let fitted = fit(&Run::ephemeral(), request, &video_model(), host).await?;
    fitted.request.check(&video_model()).unwrap();
    Ok((fitted.request, fitted.adjustments.iter().map(ToString::to_string).collect()))
}

/// Puts files nowhere and counts them.
#[derive(Debug)]
struct Shelf(ModelAddress, AtomicUsize);

#[async_trait]
impl Maker<HostRequest> for Shelf {
    fn address(&self) -> &ModelAddress {
        &self.0
    }

    fn capabilities(&self) -> HostCapabilities {
        HostCapabilities::new()
    }

    async fn make(&self, run: &Run, request: &HostRequest) -> Result<Made<RemoteMedia>> {
        begin(self, run, request).await?;
        let put = || async {
            self.1.fetch_add(1, Ordering::SeqCst);
            Ok(RemoteMedia { url: "https://shelf.example/1".parse().unwrap(), expires_at: None })
        };
        Ok(Made::new(self.0.clone(), run.step("put", put).await?).without_model())
    }
}

/// The default brief of a campaign at Kling: a photo, a shape, a length that is not offered.
#[tokio::test]
async fn a_request_is_made_to_fit_and_every_change_is_said() {
    let shelf = Shelf(ModelAddress::new("shelf", "files"), AtomicUsize::new(0));
    let wanted = asked()
        .with_first_frame(image())
        .with_aspect_ratio(AspectRatio::VERTICAL)
        .with_duration(Duration::from_secs(30));
    let (request, said) = fitted(wanted.clone(), Some(&shelf)).await.unwrap();
    assert_eq!(
        said,
        [
            "aspect_ratio: `9:16` is left out: it has a shape",
            "first_frame: hosted at a public address",
            "duration: 8 instead of 30, the nearest that is offered",
        ]
    );
    assert!(matches!(request.first_frame, Some(Media::Remote(_))) && request.aspect_ratio.is_none());
    assert_eq!((request.duration, shelf.1.load(Ordering::SeqCst)), (Some(Duration::from_secs(8)), 1));

    let (request, said) = fitted(asked().with_aspect_ratio(AspectRatio::PORTRAIT), None).await.unwrap();
    assert_eq!(
        (request.aspect_ratio, said.len()),
        (Some(AspectRatio::VERTICAL), 1),
        "4:5 is nearer to 9:16 than to 16:9"
    );

    let long = asked().with_resolution("1080p").with_duration(Duration::from_secs(3));
    assert_eq!(fitted(long, None).await.unwrap().0.duration, Some(Duration::from_secs(8)));
    assert_eq!(fitted(asked(), None).await.unwrap(), (asked(), vec![]));

    // What cannot be changed without asking is an error naming the option.
    for (request, option) in [
        (wanted, "first_frame"),
        (asked().with_seed(1), "seed"),
        (asked().with_resolution("4k"), "resolution"),
        (asked().with_audio(true).with_resolution("720p"), "resolution"),
        (VideoRequest::new("x".repeat(21)), "prompt"),
    ] {
        let error = fitted(request, None).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(option), Effect::None), "{error}");
    }
}

#[tokio::test]
async fn conditions_that_exclude_each_other_end_in_an_error() {
    let can = VideoCapabilities::unknown()
        .with_condition(Condition::that("duration", Test::is(5.0)))
        .with_condition(Condition::that("duration", Test::is(10.0)));
    let error = fit(&Run::ephemeral(), asked().with_duration(Duration::from_secs(5)), &can, None).await.unwrap_err();
    assert_eq!(error.field(), Some("duration"));
}

/// A run belongs to a request, and a file counts by its bytes.
#[tokio::test]
async fn a_run_is_bound_to_the_request_with_its_files() {
    let shelf = Shelf(ModelAddress::new("shelf", "files"), AtomicUsize::new(0));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, "one").unwrap();
    let (run, request) = (Run::ephemeral(), HostRequest::new(Media::file(&path)));
    shelf.make(&run, &request).await.unwrap();
    shelf.make(&run, &request).await.unwrap();
    assert_eq!(shelf.1.load(Ordering::SeqCst), 1);
    std::fs::write(&path, "two").unwrap();
    let error = shelf.make(&run, &request).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::InvalidRequest, Effect::None), "{error}");
    let boxed: Box<MediaHost> = Box::new(Arc::new(shelf));
    assert_eq!(boxed.cancel(&run).await.unwrap_err().kind(), ErrorKind::Unsupported);
}
