//! Faults planted in a language model, each of which the suite must name.

use std::sync::Arc;

use super::talker::{Plant, Talker, vendor};
use super::*;
use crate::chat::{ChatModel, ChatRequest};

async fn verdict(plant: Plant) -> Result<(), Violations> {
    let connect = move |scene: &Scene| Ok(Arc::new(Talker::new(scene, plant)?) as Arc<dyn ChatModel>);
    chat(&Subject::new(vendor, connect), &ChatRequest::new("Say good morning")).await
}

#[tokio::test]
async fn the_chat_suite_accepts_care() {
    if let Err(violations) = verdict(Plant::Nothing).await {
        panic!("{violations}");
    }
}

#[tokio::test]
async fn the_chat_suite_names_what_is_planted() {
    use Plant::*;
    let planted = [
        (RepeatsAsSafe, "sent 4 times"),
        (RepeatsAsKeyed, "sent 4 times"),
        (SendsAgainOn(500), "StatusAfter(500)"),
        (SendsAgainOn(502), "StatusAfter(502)"),
        (SendsAgainOn(503), "StatusAfter(503)"),
        (SendsAgainOn(504), "StatusAfter(504)"),
        (SendsAgainOnTimeout, "Stall"),
        (SendsAgainOnGarbage, "Garbage"),
        (CallsServerErrorsHarmless, "StatusAfter(500)"),
        (InventsUsage, "the vendor reports no usage"),
        (EstimatesUsage, "estimated usage"),
        (DropsUsage, "the vendor reports usage"),
        (DropsStreamedUsage, "streamed: true: the vendor reports usage"),
        (TakesACutForTheEnd, "is a complete reply"),
        (GarbageIsEmpty, "is an empty success"),
        (ErrorIsEmpty, "is an empty success"),
        (EmptyIsSuccess, "is an empty success"),
        (HoldsTheStream, "holds on to its exchange"),
        (StreamsWhole, "it says that it streams"),
        (StreamSaysMore, "the stream says"),
        (StreamEndsOtherwise, "ends with"),
        (NeedsWholePieces, "byte by byte"),
        (ChangesReply, "which the vendor did not"),
        (TrimsReply, "which the vendor did not"),
        (OtherAddress, "the reply names example/walker"),
        (Drops("temperature"), "`temperature` is dropped"),
        (Drops("top_p"), "`top_p` is dropped"),
        (Drops("seed"), "`seed` is dropped"),
        (Drops("stop"), "`stop` is dropped"),
        (Drops("max_output_tokens"), "`max_output_tokens` is dropped"),
        (Drops("tools"), "`tools` is dropped"),
        (Drops("tool_choice"), "`tool_choice` is dropped"),
        (Drops("parallel_tool_calls"), "`parallel_tool_calls` is dropped"),
        (Drops("output"), "`json_schema` is dropped"),
        (Drops("reasoning"), "`reasoning` is dropped"),
        (Drops("web_search"), "`web_search` is dropped"),
        (Drops("extra"), "`extra` is dropped"),
        (DropsEffort, "`reasoning.effort` is dropped"),
        (DropsDomains, "`web_search.allowed_domains` is dropped"),
        (DropsSearches, "`web_search.max_searches` is dropped"),
        (DropsCountry, "`web_search.country` is dropped"),
        (DropsDescription, "`tools.description` is dropped"),
        (DropsToolName, "`tools.name` is dropped"),
        (DropsParameters, "`tools.parameters` is dropped"),
        (DropsSecondTool, "`tools` is dropped"),
        (DropsForcedTool, "`tool_choice` is dropped"),
        (DropsSystem, "`system` is dropped"),
        (DropsHistory, "`messages` is dropped"),
        (DropsParts, "`message` is dropped"),
        (DropsImages, "`image_input` is dropped"),
        (DropsResults, "`tool_results` is dropped"),
        (PolishesPrompt, "is changed or dropped"),
        (ShortensPrompt, "is changed or dropped"),
        (TakesEverything, "`video_input` is not offered and not refused"),
        (RefusesTemperature, "`temperature` is offered and refused"),
        (RefusesLate, "`video_input` is refused after"),
        (KnowsAllFields, "unknown fields"),
        (KeyInDebug, "the secret is in Debug"),
        (KeyInQuery, "the secret is in the URL"),
        (KeyInError, "the secret is in the error"),
        (KeyInEncodedError, "the secret is in the error"),
        (KeyInReply, "the secret is in the result"),
        (GoesOnBehind, "goes on"),
        (AuthIsUnavailable, "401 is"),
        (UnavailableIsAuth, "503 is"),
        (RateIsInvalid, "429 is"),
        (NamesNoVendor, "names no vendor"),
        (NamesNoStatus, "has status None"),
    ];
    let mut tally = Tally::default();
    for (plant, says) in planted {
        tally.add(&format!("{plant:?}"), says, verdict(plant).await);
    }
    tally.verdict("chat", 68, &[]);
}
