//! Faults planted in a publisher, each of which the suite must name; and care that it must accept.

use std::sync::Arc;

use http::Method;

use super::wall::{Plant, Wall, WallOptions, vendor};
use super::*;
use crate::media::{Media, SampleVideo};
use crate::publish::{Post, Publisher};

async fn verdict(plant: Plant) -> Result<(), Violations> {
    let connect = move |scene: &Scene| Ok(Arc::new(Wall::new(scene, plant)?) as Arc<dyn Publisher>);
    let options = WallOptions { mood: Some("good".to_owned()), pinned: true };
    let subject =
        Subject::<dyn Publisher>::new(vendor, connect).counting(|vendor| vendor.calls(&Method::POST, "/v1/posts"));
    let subject = subject.with_video(Media::bytes(SampleVideo::default().write()));
    publisher(&subject.with_options(&options).unwrap(), &Post::new("Hello")).await.map(drop)
}

#[tokio::test]
async fn the_publisher_suite_accepts_care() {
    for plant in [Plant::Nothing, Plant::Waits] {
        if let Err(violations) = verdict(plant).await {
            panic!("{plant:?}: {violations}");
        }
    }
}

#[tokio::test]
async fn the_publisher_suite_names_what_is_planted() {
    use Plant::*;
    let planted = [
        (StepForOnce, "2 effects"),
        (NoStepAtAll, "effects"),
        (EverythingInOneOnce, NOT_SEEN),
        (RepeatsAsSafe, "effects"),
        (RepeatsAsKeyed, "effects"),
        (SendsAgainOn(500), "StatusAfter(500)"),
        (SendsAgainOn(502), "StatusAfter(502)"),
        (SendsAgainOn(503), "StatusAfter(503)"),
        (SendsAgainOn(504), "StatusAfter(504)"),
        (SendsAgainOnTimeout, "Stall"),
        (SendsAgainOnAnything, "2 effects"),
        (CallsServerErrorsHarmless, "StatusAfter(500)"),
        (CallsAllHarmless, "StatusAfter(500)"),
        (CallsLostHarmless, "CutAfter"),
        (FindsAbsentAtOnce, "ArrivesLate"),
        (FindsAbsentAfterASecond, "ArrivesLate"),
        (FindsAbsentAlways, "2 effects"),
        (FindsNothing, "it says that it finds lost posts, and did not"),
        (FindErrorsAreAbsent, "2 effects"),
        (FindsNothingInErrorBodies, "every question about a lost answer"),
        (TakesNewest, "Newer"),
        (TakesOldest, "Older"),
        (TakesSameText, "LastWeeks"),
        (NoBind, "another post in the same run is not refused"),
        (NoPreflight, "a text of a million letters"),
        (LateLength, "a text of a million letters"),
        (AnyAccount, "a post that was approved for another account"),
        (IgnoresUnknownOptions, NOT_SEEN),
        (EmptyId, "the receipt names no remote post"),
        (ConstantId, "the result names theirs"),
        (OtherAccount, "the receipt is of"),
        (OtherPlacement, "the receipt is of"),
        (PermalinkIsNeeded, "the post is out, and the error says that it is not"),
        (SaysThatItFailed, "the post is out, and the error says that it is not"),
        (EmptyAnswerIsSuccess, "EmptyObject"),
        (ErrorInAnswerIsSuccess, "a success with 0 effects"),
        (KnowsAllFields, "unknown fields"),
        (KeyInSubmitError, "the secret is in the error"),
        (KeyInFindError, "the secret is in the error"),
        (KeyInUploadError, "the secret is in the error or in a URL"),
        (KeyInEncodedError, "the secret is in the error"),
        (KeyInReceipt, "the secret is in the result"),
        (KeyInDebug, "the secret is in Debug"),
        (KeyInQuery, "the secret is in the URL"),
        (KeyInFindQuery, "the secret is in the URL"),
        (KeyInUploadQuery, "the secret is in the error or in a URL"),
        (KeyInJournal, "the secret is in the journal"),
        (DropsAlt, "attachments is changed or dropped"),
        (DropsSecondAlt, "attachments is changed or dropped"),
        (SameAlt, "attachments is changed or dropped"),
        (SwapsAlts, "in another order"),
        (DropsLanguages, "languages is"),
        (DropsSecondLanguage, "languages is"),
        (ShoutsLanguage, "languages is"),
        (DropsLabel, "ai_generated is dropped"),
        (DropsLink, "link is"),
        (CutsLink, "link is"),
        (DropsTitle, "title is"),
        (ShortensTitle, "title is"),
        (DropsComment, "first_comment is"),
        (DropsVideo, "attachments is"),
        (OnlyFirstImage, "attachments"),
        (ReversesImages, "in another order"),
        (UploadsFirstTwice, "with another image in its place"),
        (PostsWithoutFailedImage, "a success without a part of it"),
        (AddsAd, "text is changed or dropped"),
        (ShortensText, "text is changed or dropped"),
        (LowersText, "text is changed or dropped"),
        (SmoothsText, "text is changed or dropped"),
        (DropsHashtags, "text is changed or dropped"),
        (DropsMood, "option `mood`"),
        (DropsPin, "option `pinned`"),
        (DropsOptions, "option `mood`"),
        (NoRulesForPlacement, "is offered and has no rules"),
        (RulesForAnything, "a placement that nobody offers"),
        (SourceOfNothing, "a source is about `text.maximum`"),
        (SaysThatItDeletes, "delete is offered and fails"),
        (SaysStatus, "status is offered and fails"),
        (SaysLimits, "limits is offered and fails"),
        (OtherPlatform, "is not of its platform"),
        (Rehearses, "rehearses is true"),
        (GoesOnWhenCancelled, "a cancelled run"),
        (GoesOnBehind, "goes on"),
        (AuthIsUnavailable, "401 is"),
        (UnavailableIsAuth, "503 is"),
        (RateIsInvalid, "429 is"),
        (NamesNoVendor, "names no vendor"),
    ];
    let mut tally = Tally::default();
    for (plant, says) in planted {
        tally.add(&format!("{plant:?}"), says, verdict(plant).await);
    }
    // What passes, and why nobody could know: with a durable upload or without one, the same
    // reaches the vendor; a platform whose rules say that it takes any option is believed; and
    // `durably` keeps the receipt of a post that is out, whatever fails behind it.
    tally.verdict("publisher", 80, &["EverythingInOneOnce", "IgnoresUnknownOptions", "PermalinkIsNeeded"]);
}
