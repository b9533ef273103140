//! Faults planted in an image adapter with jobs, each of which the suite must name.

use std::sync::Arc;

use http::Method;

use super::studio::{Plant, Studio, vendor};
use super::*;
use crate::image::{ImageModel, ImageRequest};

async fn verdict(plant: Plant) -> Result<(), Violations> {
    let connect = move |scene: &Scene| Ok(Arc::new(Studio::new(scene, plant)?) as Arc<ImageModel>);
    let subject = Subject::new(|| vendor("done"), connect).failing(|| vendor("failed"));
    maker(&subject.counting(|vendor| vendor.calls(&Method::POST, "/v1/jobs")), &ImageRequest::new("a red door")).await
}

#[tokio::test]
async fn the_maker_suite_accepts_care() {
    if let Err(violations) = verdict(Plant::Nothing).await {
        panic!("{violations}");
    }
}

#[tokio::test]
async fn the_maker_suite_names_what_is_planted() {
    use Plant::*;
    let planted = [
        (StepForOnce, "2 effects"),
        (NoStepAtAll, "effects"),
        (EverythingInOneOnce, "effects"),
        (RepeatsAsSafe, "effects"),
        (RepeatsAsKeyed, "effects"),
        (SendsAgainOn(500), "StatusAfter(500)"),
        (SendsAgainOn(502), "StatusAfter(502)"),
        (SendsAgainOn(503), "StatusAfter(503)"),
        (SendsAgainOn(504), "StatusAfter(504)"),
        (SendsAgainOnTimeout, "Stall"),
        (SubmitLoop, "effects"),
        (CallsServerErrorsHarmless, "StatusAfter(500)"),
        (CallsAllHarmless, "StatusAfter(500)"),
        (FindsAbsentAtOnce, "ArrivesLate"),
        (FindsAbsentAlways, "2 effects"),
        (SettlesTooSoon, "ArrivesLate"),
        (TakesNewest, "Newer"),
        (TakesOldest, "Older"),
        (TakesSamePrompt, "LastWeeks"),
        (FindErrorsAreAbsent, "2 effects"),
        (NoBind, "another request in the same run is not refused"),
        (NoCheck, "is not offered and not refused"),
        (ChecksLate, "is refused after"),
        (RefusesWithoutName, "does not name it"),
        (RefusesWhatItOffers, "`seed` is offered and refused"),
        (DropsSeed, "`seed` is dropped"),
        (DropsRatio, "`aspect_ratio` is dropped"),
        (DropsSize, "`size` is dropped"),
        (DropsQuality, "`quality` is dropped"),
        (DropsCount, "`count` is dropped"),
        (DropsReferences, "`references` is dropped"),
        (DropsNegative, "`negative_prompt` is dropped"),
        (DropsDesign, "`design` is dropped"),
        (DropsExtra, "`extra` is dropped"),
        (DropsPrompt, "is changed or dropped"),
        (PolishesPrompt, "is changed or dropped"),
        (ShortensPrompt, "is changed or dropped"),
        (EmptyBatch, "no image"),
        (EmptyJobId, "fails"),
        (OneMore, "3 images where 1 were asked for"),
        (KnowsAllFields, "unknown fields"),
        (ErrorInAnswerIsSuccess, "in the end"),
        (KeyInSubmitError, "the secret is in the error"),
        (KeyInPollError, "it is in what comes of it"),
        (KeyInDownloadError, "it is in what comes of it"),
        (KeyInFindError, "the secret is in the error"),
        (KeyInDebug, "the secret is in Debug"),
        (KeyInQuery, "the secret is in the URL"),
        (KeyInPollQuery, "the secret is in the URL"),
        (KeyInDownloadQuery, "the secret is in the URL"),
        (KeyInJournal, "the secret is in the journal"),
        (KeyInResult, "the secret is in the result"),
        (LeavesRemote, "not kept with the run"),
        (KeepsInMemory, "called again after its success"),
        (KeepsAnything, "Garbage"),
        (FailedIsPending, "a job that failed by the vendor's verdict"),
        (FailedIsDone, "a job that failed by the vendor's verdict"),
        (FailedIsAnotherKind, "a job that failed by the vendor's verdict"),
        (FailedIsSubmittedAgain, "a job that failed is submitted 2 times"),
        (DeadLinkIsFinal, "the address of the result has ended"),
        (LinkByStep, "the address of the result has ended"),
        (DeadLinkIsSubmittedAgain, "the address of the result has ended"),
        (PollsFail, "is taken for the vendor's verdict"),
        (CancelledGoesOn, "a cancelled run"),
        (GoesOnBehind, "goes on"),
        (OtherAddress, "the result names example/dusk"),
        (SaysNotGenerated, "`generated` is true"),
        (AuthIsUnavailable, "401 is"),
        (UnavailableIsAuth, "503 is"),
        (RateIsInvalid, "429 is"),
        (NamesNoVendor, "names no vendor"),
    ];
    let mut tally = Tally::default();
    for (plant, says) in planted {
        tally.add(&format!("{plant:?}"), says, verdict(plant).await);
    }
    tally.verdict("maker", 70, &[]);
}
