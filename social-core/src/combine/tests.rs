//! Invented models that count how often they were asked; the rules are this module's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream;

use super::*;
use crate::chat::{ChatCapabilities, ChatEvent, ChatModel, ChatReply, ChatRequest, ChatStream, FinishReason, Part};
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::image::{ImageBatch, ImageCapabilities, ImageGenerator, ImageRequest};
#[cfg(feature = "cache")]
use crate::money::{Cost, UsageOrigin};
use crate::money::{MicroDollars, Price, PriceTable, Usage};
use crate::publish::{
    ApprovalRequest, Approved, AutoApprove, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState,
    Rules,
};
use crate::run::Run;
use crate::testkit::FixedClock;
use crate::{ModelAddress, Platform};

/// What a model does when it is asked: fails, or says its words, or says them and then breaks off.
#[derive(Clone, Copy, Debug)]
enum Act {
    Fail(ErrorKind),
    Say(&'static str),
    BreakAfter(&'static str),
    #[cfg(feature = "cache")]
    Refuse(&'static str),
}

#[derive(Debug)]
struct Model {
    address: ModelAddress,
    act: Act,
    asked: AtomicUsize,
}

impl Model {
    fn new(name: &'static str, act: Act) -> Arc<Self> {
        Arc::new(Self { address: ModelAddress::new("test", name), act, asked: AtomicUsize::new(0) })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn usage() -> Usage {
        Usage { input_tokens: Some(10), output_tokens: Some(20), ..Usage::default() }
    }
}

#[async_trait]
impl ChatModel for Model {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        ChatCapabilities::text()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        self.stream(request).await?.collect().await
    }

    async fn stream(&self, _request: &ChatRequest) -> Result<ChatStream> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let text = |words: &str| Ok(ChatEvent::Text(words.to_owned()));
        let started = Ok(ChatEvent::Started { id: None, model: None, degraded: false });
        let events = match self.act {
            Act::Fail(kind) => return Err(Error::new(kind, "failed as told")),
            Act::Say(words) => {
                vec![
                    started,
                    text(words),
                    Ok(ChatEvent::Usage(Self::usage())),
                    Ok(ChatEvent::Finished(FinishReason::Stop)),
                ]
            }
            #[cfg(feature = "cache")]
            Act::Refuse(words) => {
                vec![started, Ok(ChatEvent::Refusal(words.to_owned())), Ok(ChatEvent::Finished(FinishReason::Refused))]
            }
            Act::BreakAfter("") => vec![started, Err(Error::new(ErrorKind::Transport, "cut"))],
            Act::BreakAfter(words) => vec![started, text(words), Err(Error::new(ErrorKind::Transport, "cut"))],
        };
        Ok(ChatStream::new(self.address.clone(), stream::iter(events)))
    }
}

#[async_trait]
impl ImageGenerator for Model {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        ImageCapabilities { paid: true, ..ImageCapabilities::default() }
    }

    async fn generate(&self, _run: &Run, _request: &ImageRequest) -> Result<ImageBatch> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match self.act {
            Act::Fail(kind) => Err(Error::new(kind, "failed as told")),
            _ => Ok(ImageBatch::new(self.address.clone(), Vec::new())),
        }
    }
}

fn chain(models: &[&Arc<Model>]) -> Fallback<dyn ChatModel> {
    let mut models = models.iter().map(|model| -> Arc<dyn ChatModel> { Arc::clone(model) as _ });
    Fallback::new(models.next().unwrap(), models)
}

fn question() -> ChatRequest {
    ChatRequest::new("Say something.").with_max_output_tokens(100)
}

#[tokio::test]
async fn the_next_model_answers_and_the_reply_says_who_failed_and_why() {
    let (busy, good) = (Model::new("busy", Act::Fail(ErrorKind::RateLimited)), Model::new("good", Act::Say("here")));
    let reply = chain(&[&busy, &good]).chat(&question()).await.unwrap();
    assert_eq!(reply.address.to_string(), "test/good");
    assert_eq!(reply.text(), "here");
    assert_eq!(reply.attempts.len(), 1);
    assert_eq!(reply.attempts[0].address.to_string(), "test/busy");
    assert_eq!(reply.attempts[0].kind, ErrorKind::RateLimited);
}

#[tokio::test]
async fn e10_refused_content_and_bad_requests_stop_the_chain() {
    for kind in [ErrorKind::Rejected, ErrorKind::InvalidRequest, ErrorKind::OverBudget, ErrorKind::OutcomeUnknown] {
        let (first, second) = (Model::new("first", Act::Fail(kind)), Model::new("second", Act::Say("here")));
        let error = chain(&[&first, &second]).chat(&question()).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(second.asked(), 0, "{kind}");
    }
}

#[tokio::test]
async fn when_nobody_answers_the_error_names_every_attempt() {
    let (a, b) =
        (Model::new("a", Act::Fail(ErrorKind::Unavailable)), Model::new("b", Act::Fail(ErrorKind::QuotaExhausted)));
    let error = chain(&[&a, &b]).chat(&question()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::QuotaExhausted);
    assert!(error.to_string().contains("before it"), "{error}");
}

#[tokio::test]
async fn a_member_that_failed_rests_and_is_asked_again_later() {
    let clock = Arc::new(FixedClock::default());
    let (busy, good) = (Model::new("busy", Act::Fail(ErrorKind::Unavailable)), Model::new("good", Act::Say("here")));
    let chain = chain(&[&busy, &good]).with_clock(clock.clone());
    chain.chat(&question()).await.unwrap();
    chain.chat(&question()).await.unwrap();
    assert_eq!(busy.asked(), 1, "rests");
    crate::clock::Clock::sleep(&*clock, Duration::from_secs(31)).await;
    chain.chat(&question()).await.unwrap();
    assert_eq!(busy.asked(), 2, "is asked again");
}

#[tokio::test]
async fn e4_a_stream_switches_before_its_first_visible_piece_only() {
    let (early, good) = (Model::new("early", Act::BreakAfter("")), Model::new("good", Act::Say("whole")));
    let reply = chain(&[&early, &good]).stream(&question()).await.unwrap().collect().await.unwrap();
    assert_eq!(reply.text(), "whole");
    assert_eq!(reply.attempts.len(), 1);

    let (late, good) = (Model::new("late", Act::BreakAfter("half ")), Model::new("good", Act::Say("whole")));
    let error = chain(&[&late, &good]).stream(&question()).await.unwrap().collect().await.unwrap_err();
    assert_eq!(error.partial(), Some("half "));
    assert_eq!(good.asked(), 0);
}

#[tokio::test]
async fn asked_for_it_the_next_model_goes_on_where_a_stream_broke() {
    let (late, good) = (Model::new("late", Act::BreakAfter("half ")), Model::new("good", Act::Say("and half")));
    let policy = FallbackPolicy { continuation: Some("Go on.".to_owned()), ..FallbackPolicy::default() };
    let chain = chain(&[&late, &good]).with_policy(policy);
    let reply = chain.stream(&question()).await.unwrap().collect().await.unwrap();
    assert_eq!(reply.text(), "half and half");
}

#[tokio::test]
async fn a_picture_that_may_have_been_billed_is_not_bought_elsewhere() {
    for (kind, asked) in [(ErrorKind::Timeout, 0), (ErrorKind::RateLimited, 1)] {
        let (first, second) = (Model::new("first", Act::Fail(kind)), Model::new("second", Act::Say("")));
        let chain = Fallback::<dyn ImageGenerator>::new(first, [second.clone() as Arc<dyn ImageGenerator>]);
        let result = chain.generate(&Run::ephemeral(), &ImageRequest::new("A bowl")).await;
        assert_eq!(second.asked(), asked, "{kind}");
        assert_eq!(result.is_ok(), asked == 1);
    }
}

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
    assert_eq!(budget.spent(), MicroDollars(30));
    assert_eq!(budget.left(), MicroDollars(970));
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

#[tokio::test]
async fn e14_what_may_have_been_billed_counts_and_what_was_refused_does_not() {
    for (kind, effect) in [(ErrorKind::RateLimited, Effect::None), (ErrorKind::Timeout, Effect::Unknown)] {
        let budget = Budget::new(MicroDollars(1_000));
        let model = Budgeted::new(Model::new("model", Act::Fail(kind)), budget.clone(), prices());
        model.chat(&question()).await.unwrap_err();
        assert_eq!(budget.spent() == MicroDollars(0), effect == Effect::None, "{kind}");
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
    let spent = budget.spent();
    assert!(spent > MicroDollars(0) && spent < MicroDollars(30), "{spent}");
}

#[test]
fn a_forgotten_reservation_counts_as_spent() {
    let budget = Budget::new(MicroDollars(10));
    drop(budget.reserve(MicroDollars(4)).unwrap());
    assert_eq!(budget.left(), MicroDollars(6));
    budget.reserve(MicroDollars(4)).unwrap().release();
    assert_eq!(budget.left(), MicroDollars(6));
}

#[test]
fn parts_of_a_reply_are_counted_in_the_estimate() {
    let request = question().with_part(Part::Text("x".repeat(1_000_000)));
    let budget = Budget::new(MicroDollars(1_000));
    let model = Budgeted::new(Model::new("model", Act::Say("here")), budget, prices());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(runtime.block_on(model.chat(&request)).unwrap_err().kind(), ErrorKind::OverBudget);
}

#[cfg(feature = "cache")]
#[tokio::test]
async fn complete_answers_are_kept_and_cost_nothing_the_second_time() {
    let model = Model::new("model", Act::Say("here"));
    let cached = Cached::new(model.clone(), 10, Duration::from_secs(60));
    assert!(cached.chat(&question()).await.unwrap().usage.is_some());
    let again = cached.chat(&question()).await.unwrap();
    assert_eq!((again.text().as_str(), again.cost.unwrap().amount), ("here", MicroDollars(0)));
    let streamed = cached.stream(&question()).await.unwrap().collect().await.unwrap();
    assert_eq!(streamed.text(), "here");
    assert_eq!(model.asked(), 1);
    cached.chat(&ChatRequest::new("Something else.")).await.unwrap();
    assert_eq!(model.asked(), 2, "another question is another answer");
}

#[cfg(feature = "cache")]
#[tokio::test]
async fn e5_errors_and_refusals_are_never_kept() {
    for act in [Act::Fail(ErrorKind::Unavailable), Act::Refuse("I would rather not.")] {
        let model = Model::new("model", act);
        let cached = Cached::new(model.clone(), 10, Duration::from_secs(60));
        for _ in 0..2 {
            let _ = cached.chat(&question()).await;
        }
        assert_eq!(model.asked(), 2, "{act:?}");
    }
}

#[derive(Debug)]
struct Unreachable;

#[async_trait]
impl Publisher for Unreachable {
    fn platform(&self) -> Platform {
        "wall".into()
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new([Placement::Feed])
    }

    fn rules(&self, placement: Placement) -> Option<Rules> {
        Some(Rules::new("wall".into(), placement))
    }

    async fn publish(&self, _run: &Run, _post: &Approved<Post>) -> Result<Receipt> {
        panic!("a rehearsal sends nothing")
    }
}

#[tokio::test]
async fn a_rehearsal_checks_and_sends_nothing() {
    let rehearsal = DryRun::new(Arc::new(Unreachable));
    let request = ApprovalRequest { platform: &rehearsal.platform(), findings: &[], degraded: false };
    let policy = AutoApprove::because("a test");
    let post = Approved::ask(Post::new("Hello"), &request, &policy, &FixedClock::default()).await.unwrap();
    let receipt = rehearsal.publish(&Run::ephemeral(), &post).await.unwrap();
    assert_eq!(receipt.state, ReceiptState::Draft);
    assert!(rehearsal.rules(Placement::Feed).is_some());
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
        assert_eq!(budget.spent(), MicroDollars(33), "streamed: {streamed}");
    }
}

#[tokio::test]
async fn an_attempt_that_may_be_billed_without_a_word_counts_as_its_estimate() {
    let (lost, good) = (Model::new("lost", Act::Fail(ErrorKind::Timeout)), Model::new("good", Act::Say("here")));
    let (budget, names) = (Budget::new(MicroDollars(1_000)), ["lost", "good"]);
    let model =
        Budgeted::new(Arc::new(chain(&[&lost, &good])) as Arc<dyn ChatModel>, budget.clone(), prices_of(&names));
    model.chat(&question()).await.unwrap();
    // Fourteen bytes of question, at most a hundred tokens of answer; then the answer itself.
    assert_eq!(budget.spent(), MicroDollars(14 + 100 + 30));

    // When nobody answers, the last refusal does not hide that an earlier call may be billed.
    let (lost, busy) =
        (Model::new("lost", Act::Fail(ErrorKind::Timeout)), Model::new("b", Act::Fail(ErrorKind::RateLimited)));
    let error = chain(&[&lost, &busy]).chat(&question()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::RateLimited, Effect::Unknown));
}

#[tokio::test]
async fn a_fallback_inside_of_a_fallback_keeps_its_attempts() {
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
    let cached = Cached::new(Arc::new(chain(&[&busy, &good])) as Arc<dyn ChatModel>, 10, Duration::from_secs(60));
    let budget = Budget::new(MicroDollars(1_000));
    let model = Budgeted::new(Arc::new(cached), budget.clone(), prices_of(&["busy", "good"]));
    model.chat(&question()).await.unwrap();
    let before = budget.spent();
    for reply in both_ways(&model).await {
        assert_eq!((reply.address.to_string().as_str(), reply.attempts.len()), ("test/good", 0));
        assert_eq!(reply.usage.as_ref().map(|usage| usage.origin), Some(UsageOrigin::Cached));
        assert_eq!(reply.cost, Some(Cost { amount: MicroDollars(0), priced: "cache".to_owned() }));
    }
    assert_eq!((budget.spent(), good.asked()), (before, 1));
}
