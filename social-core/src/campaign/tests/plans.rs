//! What is known before anything is paid, above all where a model cannot do what is wished. The
//! video models' records are those of real ones: a first frame fixes the shape, lengths of 5 or 10
//! seconds, files by public address only.

use super::*;
use crate::host::{HostCapabilities, HostRequest};
use crate::image::AspectRatio;
use crate::make::{Condition, Test};
use crate::media::RemoteMedia;

fn films() -> VideoCapabilities {
    VideoCapabilities::new()
        .with_first_frame(true)
        .with_aspect_ratios([AspectRatio::WIDE, AspectRatio::VERTICAL, AspectRatio::SQUARE])
        .with_seconds([5_u32, 10])
        .with_condition(
            Condition::that("aspect_ratio", Test::Unset)
                .when("first_frame", Test::Set)
                .because("a video that starts from an image has the image's shape"),
        )
}

fn films_by_address() -> VideoCapabilities {
    films().with_condition(Condition::that("first_frame", Test::Remote))
}

fn with_seconds(seconds: u32) -> Brief {
    Brief { video_seconds: Some(seconds), ..brief() }
}

/// A story, whose image the reel starts from, and the reel.
fn campaign(stage: &Stage, brief: Brief, machine: Machine<VideoCapabilities>) -> Campaign {
    let wall = stage.wall("wall", None);
    stage.bare(brief).video_with(machine).publish_to(wall, [Placement::STORY, Placement::REEL])
}

#[tokio::test]
async fn a_video_that_starts_from_an_image_is_not_asked_for_a_shape() {
    let stage = Stage::new(Writer::new(false));
    let machine = stage.video_model(films());
    let requests = machine.requests.clone();
    let prepared = campaign(&stage, with_seconds(9), machine).prepare().await.unwrap();
    let file = &prepared.plan().files[1];
    assert_eq!((file.ratio, file.seconds), (None, Some(10.0)), "{}", prepared.plan());
    assert_eq!(file.from, [FileSource::File(FileKey::new(FileKind::IMAGE, AspectRatio::VERTICAL, 0))]);
    let changes = prepared.posts().last().unwrap().unwrap().changes.join("\n");
    assert!(changes.contains("aspect_ratio: `9:16` is left out: a video that starts from an image"), "{changes}");
    assert!(changes.contains("duration: 10 instead of 9"), "{changes}");
    assert!(prepared.publish().await.unwrap().is_complete());
    let requests = requests.lock().unwrap();
    assert!(requests[0].first_frame.is_some() && requests[0].aspect_ratio.is_none());
}

#[tokio::test]
async fn a_length_that_is_not_offered_is_changed_and_said() {
    let stage = Stage::new(Writer::new(false));
    let plan = campaign(&stage, with_seconds(30), stage.video_model(films())).plan().await.unwrap();
    let said = plan.to_string();
    assert!(said.contains("duration: 10 instead of 30, the nearest that is offered"), "{said}");
    assert_eq!(plan.files[1].seconds, Some(10.0));
    assert_eq!(stage.counts(), (0, 0, 0));
}

#[tokio::test]
async fn a_first_frame_that_cannot_be_handed_over_is_left_out_and_said() {
    let stage = Stage::new(Writer::new(false));
    let machine = stage.video_model(films_by_address());
    let requests = machine.requests.clone();
    let prepared = campaign(&stage, brief(), machine).prepare().await.unwrap();
    let file = &prepared.plan().files[1];
    assert_eq!((file.ratio, file.from.len()), (Some(AspectRatio::VERTICAL), 0));
    let changes = prepared.posts().last().unwrap().unwrap().changes.join("\n");
    assert!(changes.contains("first_frame: the image is left out") && changes.contains("media host"), "{changes}");
    assert!(prepared.publish().await.unwrap().is_complete());
    assert!(requests.lock().unwrap()[0].first_frame.is_none());
}

#[derive(Debug)]
struct Host(ModelAddress);

#[async_trait]
impl Maker<HostRequest> for Host {
    fn address(&self) -> &ModelAddress {
        &self.0
    }

    fn capabilities(&self) -> HostCapabilities {
        HostCapabilities::new().with_paid(false)
    }

    async fn make(&self, _run: &Run, _request: &HostRequest) -> Result<Made<RemoteMedia>> {
        let url = "https://files.example/frame.png".parse().unwrap();
        let Media::Remote(remote) = Media::remote(url) else { panic!("it is remote") };
        Ok(Made::new(self.0.clone(), remote))
    }
}

#[tokio::test]
async fn a_media_host_gives_the_first_frame_an_address() {
    let stage = Stage::new(Writer::new(false));
    let machine = stage.video_model(films_by_address());
    let requests = machine.requests.clone();
    let campaign = campaign(&stage, brief(), machine).host_with(Host(ModelAddress::new("test", "host")));
    assert!(campaign.run().await.unwrap().is_complete());
    let requests = requests.lock().unwrap();
    assert!(matches!(&requests[0].first_frame, Some(Media::Remote(remote)) if remote.url.path() == "/frame.png"));
}

#[tokio::test]
async fn what_no_request_can_be_made_of_is_refused_before_anything_is_paid() {
    let stage = Stage::new(Writer::new(true));
    let can = films().with_condition(Condition::that("quality", Test::Set).because("it needs one"));
    let error = campaign(&stage, brief(), stage.video_model(can)).run().await.unwrap_err();
    assert_eq!(error.field(), Some("video-9x16-1.quality"), "{error}");
    assert_eq!(stage.counts(), (0, 0, 0));
}

#[tokio::test]
async fn a_video_is_not_made_of_an_image_that_could_not_be_made() {
    let stage = Stage::new(Writer::new(false));
    let image_model = stage.paid_image_model().failing(ErrorKind::Transport);
    let machine = stage.video_model(films());
    let requests = machine.requests.clone();
    let report = campaign(&stage, brief(), machine).image_with(image_model).run().await.unwrap();
    for target in &report.targets {
        assert!(matches!(target.outcome, TargetOutcome::Unknown { .. }), "{report}");
    }
    assert!(requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_plan_is_data_and_a_table() {
    let stage = Stage::new(Writer::new(true));
    let campaign = campaign(&stage, with_seconds(9), stage.video_model(films()));
    let campaign = campaign.publish_to(stage.wall("fence", None), [Placement::FEED]);
    let plan = campaign.plan().await.unwrap();
    let stored = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&stored).unwrap(), plan);
    let said = plan.to_string();
    for line in [
        "  wall-story  image-9x16-1\n",
        "  wall-reel   text, video-9x16-1\n",
        "  fence-feed  text, image-4x5-1\n",
        "  concept       test/writer   price not known\n",
        "  wall/reel     test/writer   price not known\n",
        "  image-4x5-1   test/painter  free\n",
        "  video-9x16-1  test/camera   price not known, from image-9x16-1\n",
    ] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
    assert!(said.ends_with("  at most $0.0000 and 4 calls whose price is not known"), "{said}");
    assert_eq!(stage.counts(), (0, 0, 0));
}

#[tokio::test]
async fn without_an_image_model_the_photos_are_planned() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("soup.png");
    std::fs::write(&file, png(1080, 1350)).unwrap();
    let stage = Stage::new(Writer::template());
    let brief = Brief { photos: vec![Photo { file, shows: Some("Soup".to_owned()), focus: None }], ..brief() };
    let campaign = Campaign::new(brief)
        .write_with(stage.writer.clone())
        .publish_to(stage.wall("wall", None), [Placement::FEED])
        .approve_with(AutoApprove::because("a test"));
    let plan = campaign.plan().await.unwrap();
    assert_eq!((&plan.files[0].maker, plan.files[0].cost), (&None, PlannedCost::Free));
    assert!(campaign.run().await.unwrap().is_complete());
    let post = stage.post(0);
    assert_eq!((post.attachments[0].alt_text.as_deref(), post.ai_generated), (Some("Soup"), false));
}

#[tokio::test]
async fn words_that_cannot_be_drawn_are_an_error_before_anything_is_made() {
    let stage = Stage::new(Writer::new(true));
    let drawn = || Machine { cannot_draw: Some("Ravioli"), ..stage.image_model() };
    let (feed, story) = ([Placement::FEED], [Placement::STORY]);
    let alone = stage.bare(brief()).image_with(drawn()).publish_to(stage.wall("wall", None), story.clone());
    let error = alone.run().await.unwrap_err();
    assert_eq!((error.kind(), stage.counts()), (ErrorKind::Unsupported, (0, 0, 0)), "{error}");

    // A target that does without an image gets its text; the other one says what keeps it back.
    let both = || {
        let walls = stage.bare(brief()).image_with(drawn()).publish_to(stage.wall("wall", None), feed.clone());
        walls.publish_to(stage.wall("fence", None), story.clone())
    };
    let plan = both().plan().await.unwrap();
    assert!(plan.targets[0].unreachable.is_none() && plan.targets[1].unreachable.is_some(), "{plan}");
    let report = both().run().await.unwrap();
    assert!(matches!(report.targets[0].outcome, TargetOutcome::Taken(_)), "{report}");
    let TargetOutcome::Failed { part: CampaignPart::File(file), error } = &report.targets[1].outcome else {
        panic!("{report}")
    };
    assert_eq!((&file.kind, error.kind, stage.counts()), (&FileKind::IMAGE, ErrorKind::Unsupported, (2, 0, 1)));
}
