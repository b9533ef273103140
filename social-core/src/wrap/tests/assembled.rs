//! Invented video models whose lengths are those that vendors offer, and a renderer that notes what
//! it was given.

use std::sync::Mutex;

use super::*;
use crate::image::AspectRatio;
use crate::make::{Condition, MakeRequest as _, MediaFile, Test};
use crate::media::{Media, MediaInfo, MediaType};
use crate::render::{Content, RenderCapabilities, RenderRequest, TrackKind};
use crate::video::{VideoCapabilities, VideoModel, VideoRequest};

#[derive(Debug)]
struct Camera {
    address: ModelAddress,
    can: VideoCapabilities,
    made: Mutex<Vec<VideoRequest>>,
    /// How many of the next calls fail.
    fails: AtomicUsize,
}

fn camera(can: VideoCapabilities) -> Arc<Camera> {
    let (made, fails) = (Mutex::default(), AtomicUsize::new(0));
    Arc::new(Camera { address: ModelAddress::new("test", "camera"), can, made, fails })
}

fn video(name: &str, seconds: Duration) -> MediaFile {
    let mut info = MediaInfo::new(MediaType::Mp4, 1_000);
    (info.width, info.height, info.duration) = (Some(720), Some(1280), Some(seconds));
    MediaFile::new(Media::file(name), info)
}

#[async_trait]
impl Maker<VideoRequest> for Camera {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        self.can.clone()
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        crate::make::begin(self, run, request).await?;
        let work = || async {
            if self.fails.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                return Err(Error::new(ErrorKind::Unavailable, "as told").with_effect(Effect::None));
            }
            let mut made = self.made.lock().unwrap();
            made.push(request.clone());
            Ok(made.len())
        };
        let number = run.once("generate", work, |_| async { Ok(crate::run::Found::Unknown) }).await?;
        let length = request.duration.unwrap_or(Duration::from_secs(5));
        let usage = Usage::default().with_seconds(length.as_secs_f64());
        Ok(Made::new(self.address.clone(), video(&format!("clip-{number}.mp4"), length)).with_usage(usage))
    }
}

#[derive(Debug)]
struct Bench {
    address: ModelAddress,
    rendered: Mutex<Vec<RenderRequest>>,
}

#[async_trait]
impl Maker<RenderRequest> for Bench {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> RenderCapabilities {
        RenderCapabilities::unknown().with_paid(false)
    }

    async fn make(&self, _run: &Run, request: &RenderRequest) -> Result<Made<MediaFile>> {
        request.check(&self.capabilities())?;
        self.rendered.lock().unwrap().push(request.clone());
        let length = request.timeline.as_ref().unwrap().duration();
        Ok(Made::new(self.address.clone(), video("whole.mp4", length)).without_model())
    }
}

fn assembled(model: &Arc<Camera>) -> (Arc<Bench>, Assembled) {
    let bench = Arc::new(Bench { address: ModelAddress::new("test", "bench"), rendered: Mutex::default() });
    (bench.clone(), Assembled::new(model.clone() as Arc<VideoModel>, bench))
}

fn seconds(seconds: u64) -> VideoRequest {
    VideoRequest::new("bread").with_duration(Duration::from_secs(seconds))
}

#[test]
fn lengths_are_planned_with_the_fewest_clips() {
    for (offered, wanted, plan) in [
        (vec![5, 10], 30, Some(vec![10, 10, 10])),
        (vec![5, 10], 15, Some(vec![10, 5])),
        (vec![4, 6, 8], 14, Some(vec![8, 6])),
        (vec![6, 9], 12, Some(vec![6, 6])),
        (vec![8], 8, Some(vec![8])),
        (vec![8], 15, None),
        (vec![8], 120, Some(vec![8; 15])),
        (vec![8], 128, None),
        (vec![0, 8], 4, None),
    ] {
        let (_, studio) = assembled(&camera(VideoCapabilities::new().with_seconds(offered.clone())));
        assert_eq!(studio.plan(&seconds(wanted)).ok(), plan, "{wanted} of {offered:?}");
        let can = studio.capabilities();
        let offered = can.seconds.unwrap().contains(&u32::try_from(wanted).unwrap());
        assert_eq!(offered, plan.is_some(), "what is offered is what can be planned");
    }
}

#[test]
fn what_excludes_a_length_holds_for_each_clip() {
    let only_eight = Condition::that("duration", Test::is(8.0)).when("resolution", Test::is("1080p"));
    let can = VideoCapabilities::new().with_seconds([4, 8]).with_resolutions(["720p", "1080p"]);
    let (_, studio) = assembled(&camera(can.with_condition(only_eight)));
    assert_eq!(studio.plan(&seconds(12)).unwrap(), [8, 4]);
    let fine = seconds(24).with_resolution("1080p");
    assert_eq!(studio.plan(&fine).unwrap(), [8, 8, 8]);
    fine.check(&studio.capabilities()).unwrap();
    let error = seconds(12).with_resolution("1080p").check(&studio.capabilities()).unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("duration")));
}

#[tokio::test]
async fn a_long_video_is_made_of_clips_each_once() {
    let shapes = [AspectRatio::WIDE, AspectRatio::VERTICAL];
    let can = VideoCapabilities::new().with_seconds([5, 10]).with_first_frame(true).with_last_frame(true);
    let can = can.with_aspect_ratios(shapes);
    let model = camera(can);
    let (bench, studio) = assembled(&model);
    let (first, last) = (Media::bytes("GIF89a-first"), Media::bytes("GIF89a-last"));
    let request = seconds(25).with_first_frame(first.clone()).with_last_frame(last.clone());
    let run = Run::ephemeral();
    // One clip fails; the others are paid for all the same.
    model.fails.store(1, Ordering::SeqCst);
    studio.make(&run, &request).await.unwrap_err();
    assert_eq!(model.made.lock().unwrap().len(), 0, "the first one shows the shape");
    model.fails.store(0, Ordering::SeqCst);
    let made = studio.make(&run, &request).await.unwrap();
    assert_eq!(made.info.duration, Some(Duration::from_secs(25)));
    assert_eq!((made.generated, made.usage.as_ref().unwrap().seconds), (true, Some(25.0)));
    assert_eq!(made.warnings, ["assembled by test/bench of clips of 10 + 10 + 5 seconds"]);

    let clips = model.made.lock().unwrap();
    assert_eq!(clips.len(), 3, "each clip was paid for once");
    let shapes: Vec<_> = clips.iter().map(|clip| clip.aspect_ratio).collect();
    assert_eq!(shapes, [None, Some(AspectRatio::VERTICAL), Some(AspectRatio::VERTICAL)]);
    assert_eq!(clips.iter().filter(|clip| clip.first_frame == Some(first.clone())).count(), 1);
    assert_eq!(clips.iter().filter(|clip| clip.last_frame == Some(last.clone())).count(), 1);
    let rendered = bench.rendered.lock().unwrap();
    let track = &rendered[0].timeline.as_ref().unwrap().tracks[0];
    assert_eq!((track.kind, track.clips.len()), (TrackKind::Video, 3));
    let starts: Vec<u64> = track.clips.iter().map(|clip| clip.start.as_secs()).collect();
    assert_eq!(starts, [0, 10, 20]);
    assert!(track.clips.iter().all(|clip| matches!(clip.content, Content::File(_))));
}

#[tokio::test]
async fn a_clip_that_fails_stops_no_other_and_is_made_alone() {
    let can = VideoCapabilities::new().with_seconds([5, 10]).with_aspect_ratios([AspectRatio::WIDE]);
    let model = camera(can);
    let (_, studio) = assembled(&model);
    let (run, request) = (Run::ephemeral(), seconds(25).with_aspect_ratio(AspectRatio::WIDE));
    model.fails.store(1, Ordering::SeqCst);
    studio.make(&run, &request).await.unwrap_err();
    assert_eq!(model.made.lock().unwrap().len(), 2);
    studio.make(&run, &request).await.unwrap();
    assert_eq!(model.made.lock().unwrap().len(), 3, "each clip was paid for once");
}

#[tokio::test]
async fn what_the_model_makes_itself_is_left_to_it() {
    for (can, request) in [
        (VideoCapabilities::new().with_seconds([5, 10]), seconds(10)),
        (VideoCapabilities::new().with_seconds([5, 10]), VideoRequest::new("bread")),
        (VideoCapabilities::new().with_any_length(), seconds(77)),
    ] {
        let model = camera(can);
        let (bench, studio) = assembled(&model);
        let made = studio.make(&Run::ephemeral(), &request).await.unwrap();
        assert_eq!((made.warnings.len(), bench.rendered.lock().unwrap().len()), (0, 0));
        assert_eq!(*model.made.lock().unwrap(), [request]);
    }
}
