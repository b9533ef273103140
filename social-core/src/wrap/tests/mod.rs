//! Invented models that count how often they were asked; the rules are this module's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream;

mod account;
mod assembled;
mod enhancers;
mod makers;
mod repeat;

use super::*;
use crate::chat::{ChatCapabilities, ChatEvent, ChatModel, ChatReply, ChatRequest, ChatStream, FinishReason, Part};
use crate::error::{Effect, Error, ErrorKind, Result, Retry};
use crate::image::{ImageBatch, ImageCapabilities, ImageModel, ImageRequest};
use crate::make::{Made, Maker};
#[cfg(feature = "cache")]
use crate::money::MicroDollars;
use crate::money::{Cost, Usage};
use crate::publish::{
    Approved, Ask, AutoApprove, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState, Rules,
};
use crate::run::Run;
use crate::testkit::FixedClock;
use crate::{AccountKey, ModelAddress, Platform};

/// What a model does when it is asked: fails, or says its words, or says them and then breaks off.
#[derive(Clone, Copy, Debug)]
enum Act {
    Fail(ErrorKind),
    Say(&'static str),
    BreakAfter(&'static str),
    /// Fails the first time, naming this wait, and says its words from then on.
    FailOnce(ErrorKind, Option<Duration>, &'static str),
    /// Says its words and that nothing was paid for them.
    SayFree(&'static str),
    /// Never answers.
    Hang,
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
            Act::FailOnce(kind, wait, _) if self.asked() == 1 => {
                let error = Error::new(kind, "failed as told");
                return Err(match wait {
                    Some(wait) => error.with_retry(Retry::After(wait)),
                    None => error,
                });
            }
            Act::Hang => return std::future::pending().await,
            Act::Say(words) | Act::FailOnce(_, _, words) => {
                vec![
                    started,
                    text(words),
                    Ok(ChatEvent::Usage(Self::usage())),
                    Ok(ChatEvent::Finished(FinishReason::Stop)),
                ]
            }
            Act::SayFree(words) => {
                let free = Ok(ChatEvent::Cost(Cost::free()));
                vec![started, text(words), free, Ok(ChatEvent::Finished(FinishReason::Stop))]
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
impl Maker<ImageRequest> for Model {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        ImageCapabilities::unknown()
    }

    async fn make(&self, _run: &Run, _request: &ImageRequest) -> Result<Made<ImageBatch>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match self.act {
            Act::Fail(kind) => Err(Error::new(kind, "failed as told")),
            _ => Ok(Made::new(self.address.clone(), ImageBatch::new(Vec::new()))),
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

/// Museum E10: what another vendor would refuse as well stops, everything else goes on.
#[tokio::test]
async fn e10_refused_content_and_bad_requests_stop_the_chain() {
    for kind in [ErrorKind::Rejected, ErrorKind::InvalidRequest, ErrorKind::OverBudget, ErrorKind::OutcomeUnknown] {
        let (first, second) = (Model::new("first", Act::Fail(kind)), Model::new("second", Act::Say("here")));
        let error = chain(&[&first, &second]).chat(&question()).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(second.asked(), 0, "{kind}");
    }
}

/// Museum E10: a model that does not exist is not asked again, a proxy's 5xx and a name that does
/// not resolve go on.
#[tokio::test]
async fn e10_what_another_vendor_may_do_goes_on_and_a_missing_model_stays_out() {
    use ErrorKind as K;
    for kind in [K::NotFound, K::Unavailable, K::Transport, K::Timeout, K::Auth, K::QuotaExhausted, K::Unsupported] {
        let clock = Arc::new(FixedClock::default());
        let (first, second) = (Model::new("first", Act::Fail(kind)), Model::new("second", Act::Say("here")));
        let chain = chain(&[&first, &second]).with_clock(clock.clone());
        assert_eq!(chain.chat(&question()).await.unwrap().text(), "here", "{kind}");
        clock.advance(Duration::from_secs(3600));
        chain.chat(&question()).await.unwrap();
        assert_eq!(first.asked(), if kind == K::NotFound { 1 } else { 2 }, "{kind}");
    }
}

#[tokio::test]
async fn when_nobody_answers_the_error_names_every_attempt() {
    let (a, b) =
        (Model::new("a", Act::Fail(ErrorKind::Unavailable)), Model::new("b", Act::Fail(ErrorKind::QuotaExhausted)));
    let error = chain(&[&a, &b]).chat(&question()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::QuotaExhausted);
    assert!(error.to_string().contains("before it"), "{error}");
    let tried: Vec<_> = error.attempts().iter().map(|attempt| (attempt.address.model.as_str(), attempt.kind)).collect();
    assert_eq!(tried, [("a", ErrorKind::Unavailable), ("b", ErrorKind::QuotaExhausted)]);
    assert_eq!(error.effect(), Effect::Unknown, "the first may have been billed");

    // Also when the last one stops the chain for another reason.
    let (a, b) = (Model::new("a", Act::Fail(ErrorKind::Auth)), Model::new("b", Act::Fail(ErrorKind::Rejected)));
    let error = chain(&[&a, &b]).chat(&question()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts().len(), error.effect()), (ErrorKind::Rejected, 2, Effect::None));
}

#[tokio::test]
async fn all_attempts_share_one_deadline() {
    let clock = Arc::new(FixedClock::default());
    let (slow, never) = (Model::new("slow", Act::Fail(ErrorKind::Unavailable)), Model::new("never", Act::Hang));
    let last = Model::new("last", Act::Say("too late"));
    let policy = FallbackPolicy { deadline: Some(Duration::from_secs(20)), ..FallbackPolicy::default() };
    let chain = chain(&[&slow, &never, &last]).with_policy(policy).with_clock(clock.clone());
    let error = chain.chat(&question()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts().len(), last.asked()), (ErrorKind::Timeout, 2, 0), "{error}");
    assert_eq!(clock.sleeps(), [Duration::from_secs(20)]);
    // Who used up the time rests like any other that failed.
    assert_eq!(chain.chat(&question()).await.unwrap().text(), "too late");
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

/// Museum E4.
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
    assert_eq!((reply.attempts.len(), reply.attempts[0].kind), (1, ErrorKind::Transport));
    assert!(reply.attempts[0].usage.is_some(), "what the broken one used is kept apart");
}

#[tokio::test]
async fn an_image_that_may_have_been_billed_is_not_bought_elsewhere() {
    for (kind, asked) in [(ErrorKind::Timeout, 0), (ErrorKind::RateLimited, 1)] {
        let (first, second) = (Model::new("first", Act::Fail(kind)), Model::new("second", Act::Say("")));
        let chain = Fallback::<ImageModel>::new(first, [second.clone() as Arc<ImageModel>]);
        let result = chain.make(&Run::ephemeral(), &ImageRequest::new("A bowl")).await;
        assert_eq!(second.asked(), asked, "{kind}");
        assert_eq!(result.is_ok(), asked == 1);
    }
}

#[cfg(feature = "cache")]
#[tokio::test]
async fn complete_answers_are_kept_and_cost_nothing_the_second_time() {
    let model = Model::new("model", Act::Say("here"));
    let cached = Cached::in_memory(model.clone(), 10, Duration::from_secs(60));
    assert!(cached.chat(&question()).await.unwrap().usage.is_some());
    let again = cached.chat(&question()).await.unwrap();
    assert_eq!((again.text().as_str(), again.cost.unwrap().amount), ("here", MicroDollars(0)));
    let streamed = cached.stream(&question()).await.unwrap().collect().await.unwrap();
    assert_eq!(streamed.text(), "here");
    assert_eq!(model.asked(), 1);
    cached.chat(&ChatRequest::new("Something else.")).await.unwrap();
    assert_eq!(model.asked(), 2, "another question is another answer");
}

/// Museum E5.
#[cfg(feature = "cache")]
#[tokio::test]
async fn e5_errors_and_refusals_are_never_kept() {
    for act in [Act::Fail(ErrorKind::Unavailable), Act::Refuse("I would rather not.")] {
        let model = Model::new("model", act);
        let cached = Cached::in_memory(model.clone(), 10, Duration::from_secs(60));
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

    async fn account(&self) -> Result<crate::Account> {
        Ok(AccountKey::new(self.platform(), "1").into())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new([Placement::FEED])
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        Some(Rules::new("wall", placement.clone()))
    }

    async fn publish(&self, _run: &Run, _post: &Approved<Post>) -> Result<Receipt> {
        panic!("a rehearsal sends nothing")
    }
}

#[tokio::test]
async fn a_rehearsal_checks_and_sends_nothing() {
    let rehearsal = DryRun::new(Arc::new(Unreachable));
    let ask = Ask::for_account(rehearsal.account().await.unwrap());
    let policy = AutoApprove::because("a test");
    let run = Run::ephemeral();
    let post = Approved::ask(&run, Post::new("Hello"), &ask, &policy).await.unwrap().approved().unwrap();
    let receipt = rehearsal.publish(&run, &post).await.unwrap();
    assert_eq!(receipt.state, ReceiptState::Draft);
    assert_eq!(receipt.account.to_string(), "default/wall/1/rehearsal");
    assert!(rehearsal.rules(&Placement::FEED).is_some());
}
