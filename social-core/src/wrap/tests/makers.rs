//! Wrappers around makers, with the invented models of the other tests: one set of rules for every
//! kind of request.

use std::sync::Mutex;

use super::*;
use crate::embed::{EmbedCapabilities, EmbedRequest, Embeddings};
use crate::http::RetryPolicy;
use crate::identity::AccountKey;
use crate::ledger::MemoryLedger;
use crate::make::MakeRequest;
use crate::money::{MicroDollars, Price, PriceTable};
use crate::testkit::FixedRandom;

/// Embeds as told, and bills a token per text.
#[derive(Debug)]
struct Embedder {
    address: ModelAddress,
    act: Mutex<Vec<Error>>,
    asked: AtomicUsize,
}

impl Embedder {
    fn new(name: &'static str, failures: impl IntoIterator<Item = Error>) -> Arc<Self> {
        let act = Mutex::new(failures.into_iter().collect());
        Arc::new(Self { address: ModelAddress::new("test", name), act, asked: AtomicUsize::new(0) })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Maker<EmbedRequest> for Embedder {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> EmbedCapabilities {
        EmbedCapabilities::new()
    }

    async fn make(&self, _run: &Run, request: &EmbedRequest) -> Result<Made<Embeddings>> {
        request.check(&self.capabilities())?;
        self.asked.fetch_add(1, Ordering::SeqCst);
        if let Some(error) = self.act.lock().unwrap().pop() {
            return Err(error);
        }
        let usage = Usage { input_tokens: Some(request.inputs.len() as u64), ..Usage::default() };
        let vectors = vec![vec![1.0]; request.inputs.len()];
        Ok(Made::new(self.address.clone(), Embeddings::new(vectors)).with_usage(usage))
    }
}

fn prices() -> Arc<PriceTable> {
    let price = Price { input_million: Some(MicroDollars(1_000_000)), ..Price::default() };
    Arc::new(PriceTable::new("2026-11").with_price("test/a", price.clone()).with_price("test/b", price))
}

fn busy() -> Error {
    Error::new(ErrorKind::RateLimited, "as told").with_retry(Retry::After(Duration::from_secs(1)))
}

/// The whole stack around a maker that no wrapper has heard of: each does its part.
#[tokio::test]
async fn every_wrapper_fits_around_every_maker() {
    let (a, b) = (Embedder::new("a", [busy(), busy(), busy(), busy(), busy()]), Embedder::new("b", []));
    let (clock, ledger) = (Arc::new(FixedClock::default()), Arc::new(MemoryLedger::new()));
    let policy = RetryPolicy { attempts: 2, ..RetryPolicy::default() };
    let retried = Retried::new(a.clone(), policy).with_clock(clock.clone(), Arc::new(FixedRandom::new(1)));
    let limited = Limited::new(Arc::new(retried), Arc::new(CallsAtOnce::new(1)));
    let chain = Fallback::<dyn Maker<EmbedRequest>>::new(Arc::new(limited), [b.clone() as Arc<_>]);
    let booked = Booked::new(Arc::new(chain), ledger.clone(), prices());
    let budget = Budget::new(MicroDollars(100));
    let model: Arc<dyn Maker<EmbedRequest>> = Arc::new(Budgeted::new(Arc::new(booked), budget.clone(), prices()));

    let made = model.make(&Run::ephemeral(), &EmbedRequest::texts(["x", "y"])).await.unwrap();
    assert_eq!((made.address.to_string().as_str(), made.vectors.len()), ("test/b", 2));
    let attempts: Vec<_> = made.attempts.iter().map(|attempt| attempt.address.to_string()).collect();
    assert_eq!((attempts, a.asked()), (vec!["test/a".to_owned(); 2], 2));
    assert_eq!(made.cost.as_ref().map(|cost| cost.amount), Some(MicroDollars(2)));
    assert_eq!(budget.standing().await.unwrap().spent, MicroDollars(2));
    assert_eq!((ledger.total().calls, ledger.total().failed, ledger.total().cost), (3, 2, MicroDollars(2)));

    let error = model.make(&Run::ephemeral(), &EmbedRequest::texts(["x".repeat(1_000)])).await.unwrap_err();
    assert_eq!((error.kind(), b.asked()), (ErrorKind::OverBudget, 1));
    assert_eq!(model.cancel(&Run::ephemeral()).await.map_err(|e| e.kind()), Ok(()), "there is no job");
}

/// Museum A1, E14: a lost paid call stays unknown, whatever is wrapped around it, and nobody makes
/// it again.
#[tokio::test]
async fn a_lost_paid_call_stays_unknown_through_every_wrapper() {
    let lost = || {
        Embedder::new(
            "a",
            [Error::new(ErrorKind::OutcomeUnknown, "lost"), Error::new(ErrorKind::OutcomeUnknown, "lost")],
        )
    };
    let others = || [Embedder::new("b", []) as Arc<dyn Maker<EmbedRequest>>];
    type Wrap = fn(Arc<dyn Maker<EmbedRequest>>, [Arc<dyn Maker<EmbedRequest>>; 1]) -> Arc<dyn Maker<EmbedRequest>>;
    let wrappers: [(&str, Wrap); 6] = [
        ("booked", |model, _| Arc::new(Booked::new(model, Arc::new(MemoryLedger::new()), prices()))),
        ("budgeted", |model, _| Arc::new(Budgeted::new(model, Budget::new(MicroDollars(100)), prices()))),
        ("fallback", |model, others| Arc::new(Fallback::new(model, others))),
        ("limited", |model, _| Arc::new(Limited::new(model, Arc::new(CallsAtOnce::new(2))))),
        ("retried", |model, _| Arc::new(Retried::new(model, RetryPolicy::default()))),
        ("priced", |model, _| Arc::new(Priced::new(model, prices()))),
    ];
    let check = async |name: &str, model: Arc<dyn Maker<EmbedRequest>>, inner: &Embedder| {
        let error = model.make(&Run::ephemeral(), &EmbedRequest::texts(["x"])).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.effect(), inner.asked()),
            (ErrorKind::OutcomeUnknown, Effect::Unknown, 1),
            "{name}"
        );
    };
    for (name, wrap) in wrappers {
        let inner = lost();
        check(name, wrap(inner.clone(), others()), &inner).await;
    }
    let inner = lost();
    let all = wrappers.into_iter().fold(inner.clone() as Arc<_>, |model, (_, wrap)| wrap(model, others()));
    check("all of them", all, &inner).await;
}

#[tokio::test]
async fn allowances_are_kept_apart_by_owner_and_period() {
    let clock = Arc::new(FixedClock::new("2026-11-30T23:00:00Z".parse().unwrap()));
    let (bistro, bakery) = (AccountKey::new("wall", "1"), AccountKey::new("wall", "2"));
    let allowances = Arc::new(MemoryAllowances::new(MicroDollars(10)).with_limit(&bakery, MicroDollars(20)));
    let of = |key: &AccountKey| Budget::of(allowances.clone(), key).per(Period::Month).with_clock(clock.clone());
    let (bistro, bakery) = (of(&bistro), of(&bakery));
    bistro.reserve(MicroDollars(8)).await.unwrap().settle(Some(MicroDollars(7)));
    let error = bistro.reserve(MicroDollars(4)).await.unwrap_err();
    assert!(error.message().contains("$0.0000 of the budget is left (default/wall/1 in 2026-11)"), "{error}");
    assert_eq!((error.kind(), error.effect()), (ErrorKind::OverBudget, Effect::None));
    let held = bakery.reserve(MicroDollars(15)).await.unwrap();
    assert_eq!(
        bakery.standing().await.unwrap(),
        Standing { limit: MicroDollars(20), spent: MicroDollars(0), reserved: MicroDollars(15) }
    );
    clock.advance(Duration::from_secs(2 * 3600));
    bistro.reserve(MicroDollars(10)).await.unwrap().release();
    // What was set aside in November is November's.
    held.settle(None);
    assert_eq!(bakery.standing().await.unwrap().left(), MicroDollars(20));
}

/// Everybody who shares a store sees the others' reservations: of ten side by side, as many pass as
/// the money is for.
#[tokio::test]
async fn reservations_are_atomic() {
    let budget = Budget::new(MicroDollars(50));
    let reserve = || async { budget.reserve(MicroDollars(10)).await };
    let reserved = futures_util::future::join_all((0..10).map(|_| reserve())).await;
    assert_eq!(reserved.iter().filter(|reservation| reservation.is_ok()).count(), 5);
}

#[tokio::test]
async fn so_many_calls_at_once_and_a_stream_counts_until_its_end() {
    let limiter = Arc::new(CallsAtOnce::new(1));
    let limited = Limited::new(Model::new("model", Act::Say("here")), limiter.clone()).with_key("account");
    let other = Limited::new(Embedder::new("a", []), limiter).with_key("account");
    let mut stream = limited.stream(&question()).await.unwrap();
    let (run, request) = (Run::ephemeral(), EmbedRequest::texts(["x"]));
    let waiting = other.make(&run, &request);
    tokio::pin!(waiting);
    assert!(futures_util::poll!(waiting.as_mut()).is_pending(), "the stream holds the only permit");
    while let Some(event) = stream.next().await {
        event.unwrap();
    }
    waiting.await.unwrap();
}

#[cfg(feature = "cache")]
#[tokio::test]
async fn a_kept_result_is_given_again_and_a_run_keeps_it() {
    let model = Embedder::new("a", []);
    let cached = Cached::in_memory(model.clone(), 10, Duration::from_secs(60));
    let run = Run::ephemeral();
    let (request, other) = (EmbedRequest::texts(["x"]), EmbedRequest::texts(["y"]));
    cached.make(&Run::ephemeral(), &request).await.unwrap();
    for _ in 0..2 {
        let again = cached.make(&run, &request).await.unwrap();
        assert_eq!((again.vectors.len(), again.cost.as_ref().map(|cost| cost.amount)), (1, Some(MicroDollars(0))));
    }
    assert_eq!(cached.make(&run, &other).await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    cached.make(&Run::ephemeral(), &other).await.unwrap();
    assert_eq!(model.asked(), 2);
}

/// The alt text of the old image went out for the new one: the key held the path.
#[cfg(feature = "cache")]
#[tokio::test]
async fn another_image_under_the_same_path_is_another_question() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dish.png");
    let about = || question().with_part(Part::Image(crate::media::Media::file(&path)));
    let model = Model::new("model", Act::Say("a soup"));
    let cached = Cached::in_memory(model.clone(), 10, Duration::from_secs(60));
    for (bytes, asked) in [("soup", 1), ("soup", 1), ("cake", 2), ("soup", 2)] {
        std::fs::write(&path, bytes).unwrap();
        cached.chat(&about()).await.unwrap();
        assert_eq!(model.asked(), asked, "{bytes}");
    }
    // The same image elsewhere is the same question.
    let copy = folder.path().join("copy.png");
    std::fs::write(&copy, "soup").unwrap();
    cached.chat(&question().with_part(Part::Image(crate::media::Media::file(&copy)))).await.unwrap();
    assert_eq!(model.asked(), 2);
}

/// A cache that is down costs a call, never an answer.
#[tokio::test]
async fn a_store_that_fails_is_a_miss() {
    #[derive(Debug)]
    struct Down;

    #[async_trait]
    impl CacheStore for Down {
        async fn get(&self, _key: &crate::canonical::Digest) -> Result<Option<Vec<u8>>> {
            Err(Error::new(ErrorKind::Storage, "down"))
        }
        async fn put(&self, _key: &crate::canonical::Digest, _value: Vec<u8>) -> Result<()> {
            Err(Error::new(ErrorKind::Storage, "down"))
        }
    }

    let model = Model::new("model", Act::Say("here"));
    let cached = Cached::new(model.clone(), Arc::new(Down));
    for asked in 1..3 {
        assert_eq!(cached.chat(&question()).await.unwrap().text(), "here");
        assert_eq!(model.asked(), asked);
    }
}

/// Without a budget an answer says what it cost, too, in streams as well.
#[tokio::test]
async fn answers_are_priced_without_a_limit() {
    let tokens = Price {
        input_million: Some(MicroDollars(1_000_000)),
        output_million: Some(MicroDollars(1_000_000)),
        ..Price::default()
    };
    let table = Arc::new(PriceTable::new("2026-11").with_price("test/model", tokens));
    let model = Priced::new(Model::new("model", Act::Say("here")), table.clone());
    let whole = model.chat(&question()).await.unwrap();
    let streamed = model.stream(&question()).await.unwrap().collect().await.unwrap();
    for reply in [whole, streamed] {
        assert_eq!(reply.cost.map(|cost| (cost.amount, cost.priced)), Some((MicroDollars(30), "2026-11".to_owned())));
    }
    let free = Priced::new(Model::new("model", Act::SayFree("here")), table);
    assert_eq!(free.chat(&question()).await.unwrap().cost, Some(Cost::free()));
}
