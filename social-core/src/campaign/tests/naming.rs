//! Which campaign a brief belongs to: today's, an interrupted one, or one that cannot be told.

use super::*;
use crate::clock::{Date, Timestamp};
use crate::publish::AutoApprove;
use crate::testkit::FixedClock;

/// Runs and finds campaigns of a brief on a day.
struct Week {
    stage: Stage,
    brief: Brief,
}

const MONDAY: &str = "2026-11-30";

fn at(day: &str, hour: u8) -> Timestamp {
    format!("{day}T{hour:02}:00:00Z").parse().unwrap()
}

impl Week {
    fn new() -> Self {
        Self { stage: Stage::new(Writer::new(true)), brief: brief() }
    }

    async fn find_at(&self, day: &str, hour: u8) -> Result<CampaignName> {
        let today: Date = day.parse().unwrap();
        CampaignName::find(&self.stage.journal, &self.brief, today, at(day, hour)).await
    }

    async fn find(&self, day: &str) -> Result<String> {
        Ok(self.find_at(day, 12).await?.name)
    }

    async fn run(&self, day: &str, hour: u8, approver: impl Approver + 'static, fails: Option<ErrorKind>) -> Report {
        let name = self.find_at(day, hour).await.unwrap().name;
        let clock = Arc::new(FixedClock::new(at(day, hour)));
        let options = OpenOptions::new().with_clock(clock);
        let campaign = self.stage.bare(self.brief.clone()).named(name).options(options);
        let walls = [self.stage.wall("wall", None), self.stage.wall("fence", fails)];
        let campaign = walls.into_iter().fold(campaign, |campaign, wall| campaign.publish_to(wall, [Placement::FEED]));
        campaign.approve_with(approver).run().await.unwrap()
    }
}

fn yes() -> AutoApprove {
    AutoApprove::because("a test")
}

#[tokio::test]
async fn next_weeks_special_is_another_campaign_and_the_same_day_is_the_same() {
    let week = Week::new();
    assert!(week.run(MONDAY, 9, yes(), None).await.is_complete());
    assert_eq!(week.find(MONDAY).await.unwrap(), "41-bistro-ravioli-2026-11-30");
    assert!(week.run(MONDAY, 12, yes(), None).await.is_complete());
    assert_eq!(week.stage.posts.lock().unwrap().len(), 2, "nothing was sent again");
    assert!(week.run("2026-12-07", 9, yes(), None).await.is_complete());
    assert_eq!((week.stage.posts.lock().unwrap().len(), week.stage.writer.asked()), (4, 6));
}

#[tokio::test]
async fn an_interrupted_campaign_is_gone_on_with_after_midnight_and_paid_once() {
    let week = Week::new();
    let later = Says::these([Decision::later("at home"), Decision::later("at home")]);
    assert!(week.run(MONDAY, 23, later, None).await.is_waiting());
    let found = week.find_at("2026-12-01", 9).await.unwrap();
    assert_eq!((found.name.as_str(), found.begun_on), ("41-bistro-ravioli-2026-11-30", MONDAY.parse().ok()));
    let paid = week.stage.writer.asked();
    assert!(
        week.run("2026-12-01", 9, yes(), Some(ErrorKind::Permission)).await.targets[0].outcome.why_not_out().is_none()
    );
    assert!(week.run("2026-12-02", 9, yes(), None).await.is_complete());
    assert_eq!((week.stage.posts.lock().unwrap().len(), week.stage.writer.asked()), (2, paid));
    assert_eq!(week.find("2026-12-03").await.unwrap(), "41-bistro-ravioli-2026-12-03", "it is finished now");
}

#[tokio::test]
async fn a_finished_campaign_that_is_run_again_around_midnight_is_the_same() {
    let week = Week::new();
    assert!(week.run(MONDAY, 23, yes(), None).await.is_complete());
    assert_eq!(week.find_at("2026-12-01", 2).await.unwrap().name, "41-bistro-ravioli-2026-11-30");
    assert_eq!(week.find_at("2026-12-01", 6).await.unwrap().name, "41-bistro-ravioli-2026-12-01");
}

#[tokio::test]
async fn what_was_paid_and_came_to_nothing_a_week_ago_is_not_paid_again_unasked() {
    let week = Week::new();
    let later = Says::these([Decision::later("at home"), Decision::later("at home")]);
    assert!(week.run(MONDAY, 9, later, None).await.is_waiting());
    assert_eq!(week.find("2026-12-06").await.unwrap(), "41-bistro-ravioli-2026-11-30");
    let error = week.find("2026-12-07").await.unwrap_err();
    assert_eq!(Advice::on(&error), Some(Advice::NameCampaign));
    assert!(error.message().contains("41-bistro-ravioli-2026-11-30"), "{error}");
    // A date says which one is meant.
    let dated = Brief { date: Some("2026-12-07".to_owned()), ..week.brief.clone() };
    let week = Week { brief: dated, ..week };
    assert_eq!(week.find("2026-12-07").await.unwrap(), "41-bistro-ravioli-2026-12-07");
}

#[tokio::test]
async fn last_weeks_campaign_of_which_a_part_went_out_is_over() {
    let week = Week::new();
    assert!(!week.run(MONDAY, 9, yes(), Some(ErrorKind::Permission)).await.is_complete());
    assert_eq!(week.find("2026-12-07").await.unwrap(), "41-bistro-ravioli-2026-12-07");
}

#[tokio::test]
async fn a_mended_typo_of_the_subject_is_no_other_campaign() {
    let mut week = Week::new();
    week.brief.subject = "Raviolli with sage".to_owned();
    assert!(!week.run(MONDAY, 9, yes(), Some(ErrorKind::Permission)).await.is_complete());
    week.brief.subject = "Ravioli with sage".to_owned();
    let error = week.find(MONDAY).await.unwrap_err();
    assert_eq!(Advice::on(&error), Some(Advice::NameCampaign));
    assert!(error.message().contains("41-bistro-raviolli-with-sage-2026-11-30"), "{error}");
    week.brief.subject = "Gnocchi with sage".to_owned();
    assert_eq!(week.find(MONDAY).await.unwrap(), "41-bistro-gnocchi-with-sage-2026-11-30");
}
