//! What is paid, what is lost, and what all of it may have cost. Prices are invented.

use super::*;
use crate::money::{Price, PriceTable};
use crate::run::Spending;

/// A dollar for a million tokens of the writer, and this many micro-dollars for an image of the
/// paid painter.
fn prices(image: u64) -> PriceTable {
    let dollar = Some(MicroDollars(1_000_000));
    let writer = Price { input_million: dollar, output_million: dollar, ..Price::default() };
    let painter = Price { image: Some(MicroDollars(image)), ..Price::default() };
    PriceTable::new("2026-11-01").with_price("test/writer", writer).with_price("test/paid-painter", painter)
}

fn known(spending: Spending) -> (u64, u64, u32) {
    (spending.known.0, spending.unknown_upper_bound.0, spending.unpriced_calls)
}

// The answer of a paid image was lost: it is unknown whether it was made.
#[tokio::test]
async fn a_lost_paid_image_is_unknown_and_paid_again_only_when_told() {
    let stage = Stage::new(Writer::new(true));
    let campaign = |fails| {
        let image_model = Machine { fails, ..stage.paid_image_model() };
        stage.campaign(brief()).image_with(image_model).price_with(prices(800_000))
    };
    for _ in 0..2 {
        let report = campaign(Some(ErrorKind::Transport)).run().await.unwrap();
        let TargetOutcome::Unknown { part: CampaignPart::File(file), error } = &report.targets[0].outcome else {
            panic!("{report}")
        };
        assert_eq!((file.kind.as_str(), error.kind), ("image", ErrorKind::OutcomeUnknown));
        assert!(report.has_unknown() && !report.is_complete());
        assert_eq!(report.advice().into_iter().collect::<Vec<_>>(), [Advice::RepeatLost]);
        assert_eq!(known(report.spending), (300, 800_000, 0), "two texts, and an image that may have been made");
        assert!(report.to_string().contains("up to $0.8000 for calls whose outcome or cost is not known"), "{report}");
        assert_eq!(report.require_complete().unwrap_err().kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(stage.counts(), (2, 1, 0), "it is not sent again");
    }
    let report = campaign(None).repeat_lost_generations(true).run().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert_eq!(stage.counts(), (2, 2, 1));
    assert_eq!(known(report.spending), (800_300, 800_000, 0), "the lost one stays spent");
}

#[tokio::test]
async fn a_lost_paid_video_is_unknown() {
    let stage = Stage::new(Writer::new(false));
    let video_model = stage.video_model(VideoCapabilities::unknown()).failing(ErrorKind::Timeout);
    let campaign = stage.bare(brief()).video_with(video_model).publish_to(stage.wall("wall", None), [Placement::REEL]);
    let report = campaign.run().await.unwrap();
    let TargetOutcome::Unknown { part: CampaignPart::File(file), .. } = &report.targets[0].outcome else {
        panic!("{report}")
    };
    assert_eq!(file.to_string(), "video-9x16-1");
    assert_eq!(known(report.spending), (0, 0, 1), "no price is known");
}

#[tokio::test]
async fn a_limit_counts_what_was_spent_in_earlier_processes() {
    let stage = Stage::new(Writer::new(true));
    let campaign = || stage.campaign(brief()).spend_at_most(MicroDollars(100_000)).price_with(prices(0));
    assert_eq!(known(campaign().run().await.unwrap().spending), (300, 0, 0));
    assert_eq!(known(campaign().run().await.unwrap().spending), (300, 0, 0));
    let stage = Stage::new(Writer::new(true));
    let campaign = stage.campaign(brief()).spend_at_most(MicroDollars(10)).price_with(prices(0));
    assert_eq!(campaign.run().await.unwrap_err().kind(), ErrorKind::OverBudget);
    assert_eq!(stage.counts(), (0, 0, 0));
}

// A limit of $1.00 and images of $0.82 whose answers are lost: the second is refused, in whatever
// process.
#[tokio::test]
async fn a_limit_counts_what_lost_calls_may_have_cost() {
    let stage = Stage::new(Writer::new(false));
    let lost = || {
        let image_model = stage.paid_image_model().failing(ErrorKind::Transport);
        let campaign = stage.campaign(brief()).image_with(image_model).repeat_lost_generations(true);
        campaign.spend_at_most(MicroDollars(1_000_000)).price_with(prices(820_000))
    };
    assert!(lost().run().await.unwrap().has_unknown());
    for _ in 0..3 {
        let report = lost().run().await.unwrap();
        let TargetOutcome::Failed { error, .. } = &report.targets[0].outcome else { panic!("{report}") };
        assert_eq!(error.kind, ErrorKind::OverBudget);
        assert!(error.message.contains("$0.8200") && error.message.contains("$0.1800"), "{error}");
        assert_eq!(known(report.spending), (0, 820_000, 0));
    }
    assert_eq!(stage.counts().1, 1, "sent once");
}

#[tokio::test]
async fn images_made_side_by_side_keep_the_limit_together() {
    let stage = Stage::new(Writer::new(false));
    let campaign = stage
        .bare(brief())
        .image_with(stage.paid_image_model())
        .publish_to(stage.wall("wall", None), [Placement::FEED, Placement::STORY])
        .spend_at_most(MicroDollars(1_500_000))
        .price_with(prices(1_000_000));
    let report = campaign.run().await.unwrap();
    assert_eq!((stage.counts().1, known(report.spending)), (1, (1_000_000, 0, 0)), "{report}");
}

#[tokio::test]
async fn a_limit_refuses_a_model_without_a_price_before_anything_is_asked() {
    let stage = Stage::new(Writer::new(true));
    let campaign = stage.campaign(brief()).image_with(stage.paid_image_model());
    let dollar = Some(MicroDollars(1_000_000));
    let writer = Price { input_million: dollar, output_million: dollar, ..Price::default() };
    let table = PriceTable::new("2026-11-01").with_price("test/writer", writer);
    let error = campaign.spend_at_most(MicroDollars(9_000_000)).price_with(table).run().await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::OverBudget, Some("budget")));
    assert!(error.message().contains("test/paid-painter"), "{error}");
    assert_eq!(stage.counts(), (0, 0, 0));
}

#[tokio::test]
async fn models_that_know_their_prices_are_priced_without_a_word() {
    let stage = Stage::new(Writer::new(true));
    let table = Arc::new(prices(40_000));
    let writer = crate::wrap::Priced::new(stage.writer.clone(), table.clone());
    let image_model = crate::wrap::Priced::new(Arc::new(stage.paid_image_model()), table);
    let campaign = stage.campaign(brief()).write_with(writer).image_with(image_model);
    let plan = campaign.plan().await.unwrap();
    assert_eq!(plan.unpriced_calls(), 0, "{plan}");
    assert_eq!(plan.files[0].cost, PlannedCost::AtMost(MicroDollars(40_000)));
    let report = campaign.run().await.unwrap();
    assert_eq!(known(report.spending), (40_300, 0, 0), "{report}");
    assert!(report.spending.at_most() <= plan.cost_at_most(), "{plan}\n{report}");
}

#[tokio::test]
async fn what_fails_without_effect_costs_nothing() {
    let stage = Stage::new(Writer::new(false));
    let image_model = stage.paid_image_model().failing(ErrorKind::Permission);
    let story = stage.bare(brief()).publish_to(stage.wall("wall", None), [Placement::STORY]);
    let report = story.image_with(image_model).price_with(prices(40_000)).run().await.unwrap();
    assert!(!report.is_complete());
    assert_eq!(known(report.spending), (0, 0, 0));
}
