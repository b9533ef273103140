//! Money and records, with the invented models of the other tests.

use super::*;
use crate::chat::PromptId;
use crate::ledger::{MemoryLedger, Outcome};
use crate::make::MediaFile;
use crate::media::{Media, MediaInfo, MediaType};
#[cfg(feature = "cache")]
use crate::money::UsageOrigin;
use crate::money::{MicroDollars, Price, PriceTable};
use crate::video::{VideoCapabilities, VideoRequest};

fn prices() -> Arc<PriceTable> {
    let dollar = Some(MicroDollars(1_000_000));
    let price = Price { input_million: dollar, output_million: dollar, ..Price::default() };
    Arc::new(PriceTable::new("2026-11-01").with_price("test/model", price))
}

#[tokio::test]
async fn a_call_is_settled_at_its_real_cost() {
    let budget = Budget::new(MicroDollars(1_000));
    let model = Budgeted::new(Model::new("model", Act::Say("here")), budget.clone(), prices());
    let reply = model.chat(&question()).await.unwrap();
    assert_eq!(reply.cost.unwrap().amount, MicroDollars(30));
    assert_eq!(budget.standing().await.unwrap().spent, MicroDollars(30));
    assert_eq!(budget.standing().await.unwrap().left(), MicroDollars(970));
}

#[tokio::test]
async fn a_refused_reservation_sends_nothing() {
    let inner = Model::new("model", Act::Say("here"));
    let model = Budgeted::new(inner.clone(), Budget::new(MicroDollars(50)), prices());
    assert_eq!(model.chat(&question()).await.unwrap_err().kind(), ErrorKind::OverBudget);
    assert_eq!(inner.asked(), 0);
}

#[tokio::test]
async fn a_model_without_a_price_is_refused() {
    let inner = Model::new("unlisted", Act::Say("here"));
    let model = Budgeted::new(inner.clone(), Budget::new(MicroDollars(1_000_000)), prices());
    let error = model.chat(&question()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OverBudget);
    assert!(error.message().contains("test/unlisted"));
    assert_eq!(inner.asked(), 0);
}

/// Museum E14.
#[tokio::test]
async fn e14_what_may_have_been_billed_counts_and_what_was_refused_does_not() {
    for (kind, effect) in [(ErrorKind::RateLimited, Effect::None), (ErrorKind::Timeout, Effect::Unknown)] {
        let budget = Budget::new(MicroDollars(1_000));
        let model = Budgeted::new(Model::new("model", Act::Fail(kind)), budget.clone(), prices());
        model.chat(&question()).await.unwrap_err();
        assert_eq!(budget.standing().await.unwrap().spent == MicroDollars(0), effect == Effect::None, "{kind}");
    }
}

#[tokio::test]
async fn a_dropped_stream_is_settled_with_an_estimate() {
    let budget = Budget::new(MicroDollars(1_000));
    let model = Budgeted::new(Model::new("model", Act::Say("twelve bytes")), budget.clone(), prices());
    let mut stream = model.stream(&question()).await.unwrap();
    while let Some(event) = stream.next().await {
        if matches!(event.unwrap(), ChatEvent::Text(_)) {
            break;
        }
    }
    drop(stream);
    let spent = budget.standing().await.unwrap().spent;
    assert!(spent > MicroDollars(0) && spent < MicroDollars(30), "{spent}");
}

#[tokio::test]
async fn a_forgotten_reservation_counts_as_spent() {
    let budget = Budget::new(MicroDollars(10));
    drop(budget.reserve(MicroDollars(4)).await.unwrap());
    assert_eq!(budget.standing().await.unwrap().left(), MicroDollars(6));
    budget.reserve(MicroDollars(4)).await.unwrap().release();
    assert_eq!(budget.standing().await.unwrap().left(), MicroDollars(6));
}

#[test]
fn parts_of_a_reply_are_counted_in_the_estimate() {
    let request = question().with_part(Part::Text("x".repeat(1_000_000)));
    let budget = Budget::new(MicroDollars(1_000));
    let model = Budgeted::new(Model::new("model", Act::Say("here")), budget, prices());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(model.chat(&request)).unwrap_err().kind(), ErrorKind::OverBudget);
}

/// Museum E14: failed, left and streamed calls are booked like answered ones, with what is known of
/// their usage.
#[tokio::test]
async fn e14_every_call_is_booked_once() {
    let ledger = Arc::new(MemoryLedger::new());
    let prompt = PromptId::new("caption", "7");
    let request = question().with_prompt(prompt.clone());
    for (tenant, act) in [("bistro", Act::Say("here")), ("bakery", Act::BreakAfter("twelve bytes"))] {
        let (busy, model) = (Model::new("busy", Act::Fail(ErrorKind::RateLimited)), Model::new("model", act));
        let chain: Arc<dyn ChatModel> = Arc::new(chain(&[&busy, &model]));
        let booked = Booked::new(chain, ledger.clone(), prices()).for_account(tenant);
        let _ = booked.stream(&request).await.unwrap().collect().await;
    }
    let leaving = Booked::new(Model::new("model", Act::Say("twelve bytes")), ledger.clone(), prices());
    let mut stream = leaving.stream(&request).await.unwrap();
    while !matches!(stream.next().await.unwrap().unwrap(), ChatEvent::Text(_)) {}
    drop(stream);

    let bookings = ledger.bookings();
    let failed = |kind, effect| Outcome::Failed { kind, effect };
    let busy = failed(ErrorKind::RateLimited, Effect::None);
    let cut = failed(ErrorKind::Transport, Effect::Unknown);
    let seen: Vec<_> = bookings.iter().map(|e| (e.account.as_deref(), e.address.model.as_str(), e.outcome)).collect();
    assert_eq!(
        seen,
        [
            (Some("bistro"), "busy", busy),
            (Some("bistro"), "model", Outcome::Answered),
            (Some("bakery"), "busy", busy),
            (Some("bakery"), "model", cut),
            (None, "model", Outcome::Left),
        ]
    );
    assert!(bookings.iter().all(|booking| booking.prompt.as_ref() == Some(&prompt)));
    assert_eq!(bookings[1].cost.as_ref().unwrap().amount, MicroDollars(30));
    assert_eq!((ledger.total().calls, ledger.total().failed), (5, 3));
    let bistro = ledger.totals(|booking| booking.account.clone())[&Some("bistro".to_owned())];
    assert_eq!((bistro.cost, bistro.input_tokens, bistro.cost_unknown), (MicroDollars(30), 10, 0));
}

#[async_trait]
impl Maker<VideoRequest> for Model {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        VideoCapabilities::unknown()
    }

    async fn make(&self, _run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let video = MediaFile::new(Media::bytes(b"video".as_slice()), MediaInfo::new(MediaType::Mp4, 5));
        let seconds = request.duration.map(|length| length.as_secs_f64());
        Ok(Made::new(self.address.clone(), video).with_usage(Usage { seconds, ..Usage::default() }))
    }
}

/// Museum E14: videos have a price by the second of the application's own, and the budget shrinks
/// by it.
#[tokio::test]
async fn e14_videos_are_paid_by_the_second() {
    let second = Price { second: Some(MicroDollars(100_000)), ..Price::default() };
    let prices = Arc::new(PriceTable::new("2026-11-01").with_price("test/model", second));
    let (budget, inner) = (Budget::new(MicroDollars(1_200_000)), Model::new("model", Act::Say("")));
    let model = Budgeted::new(inner.clone(), budget.clone(), prices);
    let request = VideoRequest::new("A bowl").with_duration(Duration::from_secs(5));
    for left in [700_000, 200_000] {
        let video = Maker::make(&model, &Run::ephemeral(), &request).await.unwrap();
        assert_eq!(
            (video.cost.unwrap().amount, budget.standing().await.unwrap().left()),
            (MicroDollars(500_000), MicroDollars(left))
        );
    }
    let error = Maker::make(&model, &Run::ephemeral(), &request).await.unwrap_err();
    assert_eq!((error.kind(), inner.asked()), (ErrorKind::OverBudget, 2));
}

/// Museum E14: an aborted call may be billed, so it is in the books with an unknown cost.
#[tokio::test]
async fn e14_a_call_that_nobody_waits_for_is_booked() {
    let ledger = Arc::new(MemoryLedger::new());
    let booked = Booked::new(Model::new("model", Act::Hang), ledger.clone(), prices());
    for streamed in [false, true] {
        let call = async {
            if streamed { booked.stream(&question()).await.map(drop) } else { booked.chat(&question()).await.map(drop) }
        };
        assert!(futures_util::FutureExt::now_or_never(call).is_none());
    }
    let outcomes: Vec<_> = ledger.bookings().iter().map(|booking| booking.outcome).collect();
    assert_eq!((outcomes, ledger.total().cost_unknown), (vec![Outcome::Left; 2], 2));
}

/// Museum E14: usage that was not reported is missing and not zero; a reported zero is zero and
/// costs nothing.
#[tokio::test]
async fn e14_missing_usage_is_not_zero() {
    let cost = |usage: Option<Usage>| {
        let mut reply = ChatReply::new("test/model".parse().unwrap(), Vec::new(), FinishReason::Stop);
        reply.usage = usage;
        let booking = crate::ledger::Booking::of_reply(crate::clock::Timestamp::UNIX_EPOCH, &reply).priced(&prices());
        (booking.cost.as_ref().map(|cost| cost.amount), booking.is_cost_unknown())
    };
    assert_eq!(cost(None), (None, true));
    let zero = Usage { input_tokens: Some(0), output_tokens: Some(0), ..Usage::default() };
    assert_eq!(cost(Some(zero)), (Some(MicroDollars(0)), false));
}

#[tokio::test]
async fn what_a_run_made_is_booked_once() {
    let ledger = Arc::new(MemoryLedger::new());
    let booked = Booked::new(Model::new("model", Act::Say("")), ledger.clone(), prices());
    let run = Run::ephemeral();
    for _ in 0..2 {
        Maker::make(&booked, &run, &ImageRequest::new("A bowl")).await.unwrap();
    }
    assert_eq!(ledger.total().calls, 1);
}

/// A dollar for a million tokens of anybody, so that a token costs a micro-dollar.
fn prices_of(names: &[&str]) -> Arc<PriceTable> {
    let dollar = Some(MicroDollars(1_000_000));
    let price = Price { input_million: dollar, output_million: dollar, ..Price::default() };
    let table = PriceTable::new("2026-11-01");
    Arc::new(names.iter().fold(table, |table, name| table.with_price(format!("test/{name}"), price.clone())))
}

/// Asks whole and streamed; both must say the same.
#[cfg(feature = "cache")]
async fn both_ways(model: &dyn ChatModel) -> [ChatReply; 2] {
    let whole = model.chat(&question()).await.unwrap();
    [whole, model.stream(&question()).await.unwrap().collect().await.unwrap()]
}

/// Museum E14: every call of a choice is accounted for.
#[tokio::test]
async fn behind_a_budget_a_fallback_still_says_who_was_asked_and_what_each_cost() {
    // Each way has a chain of its own: who failed rests.
    for streamed in [false, true] {
        let busy = Model::new("busy", Act::Fail(ErrorKind::RateLimited));
        let cut = Model::new("cut", Act::BreakAfter("half of it "));
        let good = Model::new("good", Act::Say("here"));
        let policy = FallbackPolicy { continuation: Some("Go on.".to_owned()), ..FallbackPolicy::default() };
        let chain: Arc<dyn ChatModel> = Arc::new(chain(&[&busy, &cut, &good]).with_policy(policy));
        let budget = Budget::new(MicroDollars(1_000));
        let model = Budgeted::new(chain, budget.clone(), prices_of(&["busy", "cut", "good"]));
        let reply = match streamed {
            false => model.chat(&question()).await.unwrap(),
            true => model.stream(&question()).await.unwrap().collect().await.unwrap(),
        };
        assert_eq!(reply.address.to_string(), "test/good", "streamed: {streamed}");
        let attempts: Vec<_> = reply.attempts.iter().map(|attempt| attempt.address.to_string()).collect();
        assert_eq!(attempts, ["test/busy", "test/cut"], "streamed: {streamed}");
        assert!(!reply.attempts[0].may_be_billed());
        // Eleven bytes are estimated as three tokens.
        let of_cut = reply.attempts[1].cost.as_ref().map(|cost| cost.amount);
        assert_eq!((of_cut, reply.cost.map(|cost| cost.amount)), (Some(MicroDollars(3)), Some(MicroDollars(30))));
        assert_eq!(budget.standing().await.unwrap().spent, MicroDollars(33), "streamed: {streamed}");
    }
}

/// Museum E14.
#[tokio::test]
async fn an_attempt_that_may_be_billed_without_a_word_counts_as_its_estimate() {
    let (lost, good) = (Model::new("lost", Act::Fail(ErrorKind::Timeout)), Model::new("good", Act::Say("here")));
    let (budget, names) = (Budget::new(MicroDollars(1_000)), ["lost", "good"]);
    let model =
        Budgeted::new(Arc::new(chain(&[&lost, &good])) as Arc<dyn ChatModel>, budget.clone(), prices_of(&names));
    model.chat(&question()).await.unwrap();
    // Fourteen bytes of question, at most a hundred tokens of answer; then the answer itself.
    assert_eq!(budget.standing().await.unwrap().spent, MicroDollars(14 + 100 + 30));

    // When nobody answers, the last refusal does not hide that an earlier call may be billed.
    let (lost, busy) =
        (Model::new("lost", Act::Fail(ErrorKind::Timeout)), Model::new("b", Act::Fail(ErrorKind::RateLimited)));
    let error = chain(&[&lost, &busy]).chat(&question()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::RateLimited, Effect::Unknown));
}

#[tokio::test]
async fn an_answer_from_a_template_takes_nothing_from_the_budget() {
    for streamed in [false, true] {
        let (busy, free) = (Model::new("busy", Act::Fail(ErrorKind::RateLimited)), Model::new("t", Act::SayFree("hi")));
        let (chain, budget) = (Arc::new(chain(&[&busy, &free])), Budget::new(MicroDollars(1_000)));
        let model = Budgeted::new(chain as Arc<dyn ChatModel>, budget.clone(), prices_of(&["busy"]));
        let reply = match streamed {
            false => model.chat(&question()).await.unwrap(),
            true => model.stream(&question()).await.unwrap().collect().await.unwrap(),
        };
        assert_eq!(
            (reply.cost, budget.standing().await.unwrap().spent),
            (Some(Cost::free()), MicroDollars(0)),
            "streamed: {streamed}"
        );
    }
}

#[tokio::test]
async fn a_fallback_inside_a_fallback_keeps_its_attempts() {
    for streamed in [false, true] {
        let [a, b] = ["a", "b"].map(|name| Model::new(name, Act::Fail(ErrorKind::RateLimited)));
        let good = Model::new("good", Act::Say("here"));
        let inner = Arc::new(chain(&[&b, &good]));
        let outer = Fallback::<dyn ChatModel>::new(a, [inner as Arc<dyn ChatModel>]);
        let reply = match streamed {
            false => outer.chat(&question()).await.unwrap(),
            true => outer.stream(&question()).await.unwrap().collect().await.unwrap(),
        };
        let attempts: Vec<_> = reply.attempts.iter().map(|attempt| attempt.address.to_string()).collect();
        assert_eq!(
            (reply.address.to_string().as_str(), attempts),
            ("test/good", vec!["test/a".into(), "test/b".into()])
        );
    }
}

#[cfg(feature = "cache")]
#[tokio::test]
async fn a_kept_answer_says_so_and_takes_nothing_from_the_budget() {
    let (busy, good) = (Model::new("busy", Act::Fail(ErrorKind::RateLimited)), Model::new("good", Act::Say("here")));
    let cached = Cached::in_memory(Arc::new(chain(&[&busy, &good])) as Arc<dyn ChatModel>, 10, Duration::from_secs(60));
    let budget = Budget::new(MicroDollars(1_000));
    let model = Budgeted::new(Arc::new(cached), budget.clone(), prices_of(&["busy", "good"]));
    model.chat(&question()).await.unwrap();
    let before = budget.standing().await.unwrap().spent;
    for reply in both_ways(&model).await {
        assert_eq!((reply.address.to_string().as_str(), reply.attempts.len()), ("test/good", 0));
        assert_eq!(reply.usage.as_ref().map(|usage| usage.origin), Some(UsageOrigin::Cached));
        assert_eq!(reply.cost, Some(Cost { amount: MicroDollars(0), priced: "cache".to_owned() }));
    }
    assert_eq!((budget.standing().await.unwrap().spent, good.asked()), (before, 1));
}
