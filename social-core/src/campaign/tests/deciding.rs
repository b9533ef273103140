//! Decisions about posts: yes, in another form, again, no, later, and only some.

use super::*;
use crate::clock::Timestamp;
use crate::publish::ApproverCapabilities;
use crate::run::{Journal as _, RunQuery, RunState};

#[tokio::test]
async fn an_edited_post_goes_out_as_it_was_edited_and_is_not_asked_about_again() {
    let stage = Stage::new(Writer::new(true));
    let edited = Decision::edit("the owner", &Post::new("Ravioli, but by hand.")).unwrap();
    let report = stage.campaign(brief()).approve_with(Says::these([edited])).run().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert_eq!(stage.post(0).text, "Ravioli, but by hand.");
    assert_eq!(report.targets[0].post.as_ref().unwrap().text, "Ravioli, but by hand.");
    let again = stage.campaign(brief()).approve_with(no()).run().await.unwrap();
    assert_eq!(again, report);
    assert_eq!(stage.counts(), (2, 1, 1));
}

#[tokio::test]
async fn a_post_is_written_again_as_the_approver_wishes() {
    let stage = Stage::new(Writer::new(true));
    let decisions = [Decision::regenerate("the owner", "mention the sage")];
    let prepared = stage.campaign(brief()).approve_with(Says::these(decisions)).prepare().await.unwrap();
    let other = Ok(r#"{"text":"Ravioli with sage.","hashtags":[]}"#);
    stage.writer.mishaps.lock().unwrap().push_back(other);
    let report = prepared.publish().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert_eq!(stage.post(0).text, "Ravioli with sage.");
    let asked = stage.writer.asked.lock().unwrap().last().unwrap().clone();
    assert!(asked.contains("mention the sage") && asked.contains("Ravioli are back."), "{asked}");
    assert_eq!(stage.counts(), (3, 1, 1), "one text more, no image");
    // Another process goes on with the last form, without asking anybody.
    assert_eq!(stage.campaign(brief()).approve_with(no()).run().await.unwrap(), report);
    assert_eq!(stage.counts(), (3, 1, 1));
}

// The process died after the wish was known and before the text was written.
#[tokio::test]
async fn a_wish_survives_the_process() {
    let stage = Stage::new(Writer::new(true));
    let decisions = [Decision::regenerate("the owner", "mention the sage")];
    let prepared = stage.campaign(brief()).approve_with(Says::these(decisions)).prepare().await.unwrap();
    stage.writer.mishaps.lock().unwrap().push_back(Err(ErrorKind::Permission));
    let report = prepared.publish().await.unwrap();
    assert!(matches!(&report.targets[0].outcome, TargetOutcome::Failed { part: CampaignPart::Text, .. }), "{report}");
    stage.writer.mishaps.lock().unwrap().push_back(Ok(r#"{"text":"Ravioli with sage.","hashtags":[]}"#));
    assert!(stage.campaign(brief()).run().await.unwrap().is_complete());
    assert_eq!(stage.post(0).text, "Ravioli with sage.");
}

#[tokio::test]
async fn a_post_without_a_text_gets_another_image() {
    let stage = Stage::new(Writer::new(true));
    let decisions = Says::these([Decision::regenerate("the owner", "brighter")]);
    let story = stage.bare(brief()).publish_to(stage.wall("wall", None), [Placement::STORY]).approve_with(decisions);
    assert!(story.run().await.unwrap().is_complete());
    assert_eq!(stage.counts(), (2, 2, 1), "another idea, and another image");
}

#[tokio::test]
async fn who_is_never_content_is_not_asked_for_ever() {
    let stage = Stage::new(Writer::new(false));
    let decisions = Says::these((0..99).map(|_| Decision::regenerate("the owner", "better")));
    let report = stage.campaign(brief()).approve_with(decisions).run().await.unwrap();
    assert!(matches!(&report.targets[0].outcome, TargetOutcome::Held(why) if why.contains("10 times")), "{report}");
}

#[tokio::test]
async fn a_campaign_waits_for_an_answer_that_comes_in_another_process() {
    let stage = Stage::new(Writer::new(true));
    let until: Timestamp = "2026-11-30T09:00:00Z".parse().unwrap();
    let later = Says::these([Decision::later_than("Anna is away", until)]);
    let report = stage.campaign(brief()).approve_with(later).run().await.unwrap();
    assert!(report.is_waiting() && !report.is_complete(), "{report}");
    assert_eq!(report.advice().into_iter().collect::<Vec<_>>(), [Advice::Decide]);
    let waiting = TargetOutcome::Waiting { why: "Anna is away".to_owned(), until: Some(until) };
    assert_eq!(report.targets[0].outcome, waiting);
    assert!(report.to_string().contains("2026-11-30T09:00:00Z"), "{report}");
    let state = async || stage.journal.list(&RunQuery::new()).await.unwrap().runs[0].state;
    assert_eq!(state().await, RunState::Waiting);
    assert!(stage.campaign(brief()).run().await.unwrap().is_complete());
    assert_eq!(stage.counts(), (2, 1, 1), "nothing was made again");
    assert_eq!(state().await, RunState::Finished);
}

#[tokio::test]
async fn a_part_of_a_campaign_may_be_approved() {
    let stage = Stage::new(Writer::new(true));
    let decisions = [
        Decision::approve("the owner"),
        Decision::reject("the owner", "not there"),
        Decision::later("the owner thinks about it"),
    ];
    let walls = ["wall", "fence", "gate"].map(|name| stage.wall(name, None));
    let campaign = stage.bare(brief()).approve_with(Says::these(decisions));
    let campaign = walls.into_iter().fold(campaign, |campaign, wall| campaign.publish_to(wall, [Placement::FEED]));
    let decided = campaign.prepare().await.unwrap().decide().await.unwrap();
    assert_eq!((decided.posts().count(), stage.counts().2), (3, 0));
    let report = decided.deliver().await;
    let outcomes: Vec<_> = report.targets.iter().map(|target| &target.outcome).collect();
    let [TargetOutcome::Taken(_), TargetOutcome::Held(why), TargetOutcome::Waiting { .. }] = &*outcomes else {
        panic!("{report}")
    };
    assert!(why.contains("not there"), "{why}");
    assert_eq!(stage.counts().2, 1);
    let error = report.require_complete().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.message().contains("2 of 3") && error.message().contains("fence-feed"), "{error}");
}

/// A page: it shows all posts, and can change them.
#[derive(Debug)]
struct OnPage(Says);

#[async_trait]
impl Approver for OnPage {
    async fn decide(&self, request: &ApprovalRequest<'_>) -> Result<Decision> {
        self.0.decide(request).await
    }

    fn capabilities(&self) -> ApproverCapabilities {
        ApproverCapabilities::new().with_side_by_side(true).with_mends(true)
    }
}

#[tokio::test]
async fn an_edit_that_breaks_the_rules_is_asked_about_again_and_does_not_go_out() {
    let stage = Stage::new(Writer::new(true));
    let broken = Decision::edit("Eva", &Post::new("Only 5 euros\u{202e}")).unwrap();
    let short = Decision::edit("Eva", &Post::new("Ravioli, by hand.")).unwrap();
    let page = OnPage(Says::these([broken, short]));
    let report = stage.campaign(brief()).approve_with(page).run().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert_eq!((stage.counts().2, stage.post(0).text.as_str()), (1, "Ravioli, by hand."));
    // Where nobody can mend it, it is held.
    let stage = Stage::new(Writer::new(true));
    let broken = Decision::edit("Eva", &Post::new("Only 5 euros\u{202e}")).unwrap();
    let report = stage.campaign(brief()).approve_with(Says::these([broken])).run().await.unwrap();
    assert!(matches!(&report.targets[0].outcome, TargetOutcome::Held(why) if why.contains("check found")), "{report}");
    assert_eq!(stage.counts().2, 0);
}

#[tokio::test]
async fn a_changed_post_survives_the_process_before_it_is_approved() {
    let stage = Stage::new(Writer::new(true));
    let changed = Decision::revise("Eva", &Post::new("Ravioli, by hand.")).unwrap();
    let later = Says::these([changed, Decision::later("lunch")]);
    assert!(stage.campaign(brief()).approve_with(later).run().await.unwrap().is_waiting());
    let prepared = stage.campaign(brief()).prepare().await.unwrap();
    let post = prepared.posts().next().unwrap().unwrap();
    assert_eq!((post.post.text.as_str(), &post.changes[..]), ("Ravioli, by hand.", &["changed by Eva".to_owned()][..]));
    assert!(prepared.publish().await.unwrap().is_complete());
    assert_eq!(stage.post(0).text, "Ravioli, by hand.");
    assert_eq!(stage.counts(), (2, 1, 1), "nothing was paid again");
}

// The writer may not leave the owner's link out; the owner may.
#[tokio::test]
async fn an_edit_may_leave_out_the_link_and_is_told_so() {
    let stage = Stage::new(Writer::new(true));
    let changed = Decision::revise("Eva", &Post::new("Ravioli, by hand.")).unwrap();
    let brief = Brief { link: "https://41bistro.example".parse().ok(), ..brief() };
    let report = stage.campaign(brief).approve_with(Says::these([changed])).run().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert!(report.to_string().contains("is not in this one"), "{report}");
}

#[tokio::test]
async fn a_wish_that_cannot_be_met_leaves_the_post_as_it_was_and_says_so() {
    let stage = Stage::new(Writer::new(true));
    let page = OnPage(Says::these([Decision::regenerate("Eva", "shorter")]));
    let prepared = stage.campaign(brief()).approve_with(page).prepare().await.unwrap();
    stage.writer.mishaps.lock().unwrap().push_back(Err(ErrorKind::Permission));
    let report = prepared.publish().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert!(report.to_string().contains("could not be made again"), "{report}");
    let written = stage.counts().0;
    // Another process neither asks nor pays for what could not be made.
    assert!(stage.campaign(brief()).approve_with(no()).run().await.unwrap().is_complete());
    assert_eq!((stage.counts().0, stage.counts().2), (written, 1));
}
