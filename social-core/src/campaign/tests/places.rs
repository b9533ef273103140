//! Several accounts of one platform, and platforms that are down.

use super::*;
use crate::publish::Target;
use crate::run::{Admission, Gate, GateRequest};

#[tokio::test]
async fn two_accounts_of_one_platform_are_two_targets() {
    let stage = Stage::new(Writer::new(true));
    let of = |account| Wall { account: Ok(account), ..stage.wall("wall", None) };
    let campaign =
        || stage.bare(brief()).publish_to(of("bakery"), [Placement::FEED]).publish_to(of("café"), [Placement::FEED]);
    let report = campaign().run().await.unwrap();
    assert!(report.is_complete(), "{report}");
    let labels: Vec<_> = report.targets.iter().map(|target| target.label.as_str()).collect();
    assert_eq!(labels, ["wall-feed (bakery)", "wall-feed (café)"]);
    let accounts: Vec<_> = stage.posts.lock().unwrap().iter().map(|(account, _)| account.clone()).collect();
    assert_eq!(accounts, ["bakery", "café"]);
    assert_eq!(stage.counts(), (2, 1, 2), "one text for both");
    assert_eq!(campaign().run().await.unwrap(), report);
    assert_eq!(stage.counts(), (2, 1, 2));
}

// Every approval names the account that it holds for.
#[tokio::test]
async fn what_is_approved_for_one_account_does_not_go_to_another() {
    let stage = Stage::new(Writer::new(true));
    let of = |account| Wall { account: Ok(account), ..stage.wall("wall", None) };
    let decisions = [Decision::approve("the owner"), Decision::reject("the owner", "not the café")];
    let campaign = stage.bare(brief()).approve_with(Says::these(decisions));
    let campaign = campaign.publish_to(of("bakery"), [Placement::FEED]).publish_to(of("café"), [Placement::FEED]);
    let report = campaign.run().await.unwrap();
    assert_eq!(stage.posts.lock().unwrap().iter().map(|(account, _)| account.as_str()).collect::<Vec<_>>(), ["bakery"]);
    assert!(matches!(report.targets[1].outcome, TargetOutcome::Held(_)), "{report}");
    let approval = report.targets[0].approval.as_ref().unwrap();
    assert_eq!(approval.accounts.iter().map(ToString::to_string).collect::<Vec<_>>(), ["default/wall/bakery"]);
    // Run for another account, the same post is asked about.
    let other = stage.bare(brief()).publish_to(of("kiosk"), [Placement::FEED]).approve_with(no());
    assert!(matches!(other.run().await.unwrap().targets[0].outcome, TargetOutcome::Held(_)));
}

#[tokio::test]
async fn targets_with_accounts_and_names_are_taken_as_they_are() {
    let stage = Stage::new(Writer::new(true));
    let wall: Arc<dyn Publisher> = Arc::new(stage.wall("wall", None));
    let target = Target::new(wall, Placement::FEED).await.unwrap();
    let targets = [target.clone().with_name("lunch"), target.clone().with_name("dinner")];
    let report = stage.bare(brief()).publish_to_targets(targets).run().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert_eq!(stage.counts(), (3, 1, 2), "a text for each");
    let labels: Vec<_> = report.targets.iter().map(|target| target.label.as_str()).collect();
    assert_eq!(labels, ["wall-lunch-feed", "wall-dinner-feed"]);
    let twice = stage.bare(brief()).publish_to_targets([target.clone(), target]);
    assert!(twice.run().await.unwrap_err().message().contains("`default/wall/1/feed` is named twice"));
}

#[tokio::test]
async fn a_platform_that_is_down_fails_its_targets_before_anything_is_made_for_them() {
    let stage = Stage::new(Writer::new(true));
    let down = Wall { account: Err(ErrorKind::Unavailable), ..stage.wall("fence", None) };
    let campaign = |fence| stage.campaign(brief()).publish_to(fence, [Placement::FEED, Placement::STORY]);
    let plan = campaign(down.clone()).plan().await.unwrap();
    assert_eq!((plan.texts.len(), plan.files.len()), (2, 1), "{plan}");
    assert!(plan.to_string().contains("left out"), "{plan}");
    let report = campaign(down.clone()).run().await.unwrap();
    assert!(matches!(report.targets[0].outcome, TargetOutcome::Taken(_)), "{report}");
    for target in &report.targets[1..] {
        let TargetOutcome::Failed { part: CampaignPart::Account, error } = &target.outcome else { panic!("{report}") };
        assert_eq!(error.kind, ErrorKind::Unavailable);
    }
    assert_eq!(stage.counts(), (2, 1, 1), "no text and no story for the platform that is down");
    assert!(campaign(stage.wall("fence", None)).run().await.unwrap().is_complete());
    assert_eq!(stage.counts(), (3, 2, 3));
    let alone = Stage::new(Writer::new(true));
    let report = alone.bare(brief()).publish_to(down, [Placement::FEED]).run().await.unwrap();
    assert_eq!((alone.counts(), report.is_complete()), ((0, 0, 0), false));
}

#[tokio::test]
async fn a_missing_media_host_is_told_by_a_code() {
    let stage = Stage::new(Writer::new(true));
    let wall = Wall { needs_host: true, account: Err(ErrorKind::Unavailable), ..stage.wall("wall", None) };
    let error = stage.bare(brief()).publish_to(wall, [Placement::FEED]).run().await.unwrap_err();
    assert_eq!((error.kind(), Advice::on(&error)), (ErrorKind::Config, Some(Advice::HostMedia)));
    assert_eq!(stage.counts(), (0, 0, 0));
}

/// Notes on which account something is about to happen.
#[derive(Debug, Default)]
struct Notes(Arc<Mutex<Vec<Option<String>>>>);

#[async_trait]
impl Gate for Notes {
    async fn admit(&self, request: &GateRequest) -> Result<Admission> {
        self.0.lock().unwrap().push(request.account.as_ref().map(ToString::to_string));
        Ok(Admission::Open)
    }
}

#[tokio::test]
async fn gates_are_told_on_which_account_a_post_goes_out() {
    let stage = Stage::new(Writer::new(true));
    let notes = Notes::default();
    let asked = notes.0.clone();
    let campaign = stage.campaign(brief()).options(OpenOptions::new().with_gate(notes));
    assert!(campaign.run().await.unwrap().is_complete());
    assert_eq!(*asked.lock().unwrap(), [None, None, Some("default/wall/1".to_owned())], "two texts, and the post");
}

#[tokio::test]
async fn who_made_the_words_and_files_decides_whether_a_post_is_by_ai() {
    let reel = |stage: &Stage, generated: bool| {
        let machine = stage.video_model(VideoCapabilities::unknown().with_generative(generated));
        let video_model = Machine { generated, ..machine };
        stage.bare(brief()).video_with(video_model).publish_to(stage.wall("wall", None), [Placement::REEL])
    };
    let by_ai = async |stage: Stage, campaign: Campaign| {
        assert!(campaign.run().await.unwrap().is_complete());
        stage.post(0).ai_generated
    };
    // A model of this machine costs nothing and is a model all the same.
    let stage = Stage::new(Writer::new(false));
    let campaign = stage.campaign(brief());
    assert!(by_ai(stage, campaign).await);
    let stage = Stage::new(Writer::template());
    let campaign = stage.campaign(brief());
    assert!(!by_ai(stage, campaign).await, "a template and a drawn poster");
    let stage = Stage::new(Writer::template());
    let campaign = stage.campaign(brief()).image_with(stage.paid_image_model());
    assert!(by_ai(stage, campaign).await);
    let stage = Stage::new(Writer::template());
    let campaign = reel(&stage, true);
    assert!(by_ai(stage, campaign).await, "a video");
    let stage = Stage::new(Writer::template());
    let campaign = reel(&stage, false);
    assert!(!by_ai(stage, campaign).await, "a renderer that is paid for");
}
