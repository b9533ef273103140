//! Stateful vendors on an in-memory transport, and the faults that can happen to each of their exchanges.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;
use social_core::clock::{Clock, SystemClock, Timestamp};
use social_core::http::{Body, ByteStream, Request, Response, Transport};
use social_core::publish::{ApprovalRequest, Approved, AutoApprove, Post, Publisher, Receipt};
use social_core::run::{MemoryJournal, OpenOptions, Run};
use social_core::{Effect, Error, ErrorKind, Result};
use tokio::sync::Notify;
use url::Url;

/// A request as the vendor saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn path(&self) -> &str {
        self.url.path()
    }

    pub(crate) fn query(&self, name: &str) -> String {
        self.url.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned()).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn form(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(&self.body).find(|(n, _)| n == name).map(|(_, v)| v.into_owned())
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self { status, headers: vec![("content-type", "application/json".to_owned())], body: body.to_string() }
    }

    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self { status, headers: vec![("content-type", "text/plain; charset=utf-8".to_owned())], body: body.to_owned() }
    }
}

/// A vendor that keeps state. It counts what it was asked to do.
pub(crate) trait Vendor: Send + 'static {
    fn answer(&mut self, request: &Seen, now: Timestamp) -> Answer;
}

/// What happens to an exchange. "Before" and "after" are before and after the vendor did what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Refused,
    CutBefore,
    CutAfter,
    Stall,
    RateLimitedWithHint,
    RateLimitedWithoutHint,
    ErrorBefore,
    ErrorAfter,
    Garbage,
    EmptyObject,
    TruncatedJson,
    KilledBefore,
    KilledAfter,
}

pub(crate) const FAULTS: [Fault; 13] = [
    Fault::Refused,
    Fault::CutBefore,
    Fault::CutAfter,
    Fault::Stall,
    Fault::RateLimitedWithHint,
    Fault::RateLimitedWithoutHint,
    Fault::ErrorBefore,
    Fault::ErrorAfter,
    Fault::Garbage,
    Fault::EmptyObject,
    Fault::TruncatedJson,
    Fault::KilledBefore,
    Fault::KilledAfter,
];

/// Which exchanges a fault hits.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Hits {
    Only(usize),
    From(usize),
}

pub(crate) struct Fake<V> {
    pub(crate) vendor: Mutex<V>,
    seen: Mutex<Vec<Seen>>,
    plan: Mutex<Option<(Hits, Fault)>>,
    killed: Notify,
    pub(crate) clock: Arc<TestClock>,
}

impl<V> std::fmt::Debug for Fake<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fake")
    }
}

impl<V: Vendor> Fake<V> {
    pub(crate) fn new(vendor: V) -> Arc<Self> {
        Arc::new(Self {
            vendor: Mutex::new(vendor),
            seen: Mutex::default(),
            plan: Mutex::default(),
            killed: Notify::new(),
            clock: Arc::new(TestClock(Mutex::new("2026-11-20T09:00:00Z".parse().unwrap()))),
        })
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn fail(&self, hits: Hits, fault: Fault) {
        *self.plan.lock().unwrap() = Some((hits, fault));
    }

    pub(crate) fn heal(&self) {
        *self.plan.lock().unwrap() = None;
    }

    pub(crate) async fn run(&self, journal: &MemoryJournal, name: &str) -> Run {
        let options = OpenOptions { clock: self.clock.clone(), ..OpenOptions::default() };
        Run::open_with(journal, name, options).await.unwrap()
    }

    /// Publishes once with the journal; `None` when the process was killed on the way.
    pub(crate) async fn publish(
        &self,
        journal: &MemoryJournal,
        name: &str,
        publisher: &dyn Publisher,
        post: &Approved<Post>,
    ) -> Option<Result<Receipt>> {
        let run = self.run(journal, name).await;
        tokio::select! {
            result = publisher.publish(&run, post) => Some(result),
            () = self.killed.notified() => None,
        }
    }
}

#[async_trait]
impl<V: Vendor> Transport for Fake<V> {
    async fn send(&self, request: Request) -> Result<Response> {
        let body = match request.body {
            Body::Empty => Bytes::new(),
            Body::Bytes(bytes) => bytes,
            Body::Stream(source) => {
                let mut all = Vec::new();
                let mut stream = source.open();
                while let Some(piece) = stream.next().await {
                    all.extend_from_slice(&piece?);
                }
                all.into()
            }
        };
        let seen = Seen { method: request.method, url: request.url, headers: request.headers, body };
        let (fault, answer) = {
            let mut all = self.seen.lock().unwrap();
            let index = all.len();
            all.push(seen.clone());
            let fault = self.plan.lock().unwrap().filter(|(hits, _)| match hits {
                Hits::Only(hit) => *hit == index,
                Hits::From(first) => *first <= index,
            });
            let fault = fault.map(|(_, fault)| fault);
            let unseen = matches!(
                fault,
                Some(
                    Fault::Refused
                        | Fault::CutBefore
                        | Fault::RateLimitedWithHint
                        | Fault::RateLimitedWithoutHint
                        | Fault::ErrorBefore
                        | Fault::KilledBefore
                )
            );
            let answer = (!unseen).then(|| self.vendor.lock().unwrap().answer(&seen, self.clock.now()));
            (fault, answer)
        };
        let answer = answer.unwrap_or_else(|| Answer::text(500, ""));
        let answer = match fault {
            None => answer,
            Some(Fault::Refused) => {
                return Err(Error::new(ErrorKind::Transport, "connection refused").with_effect(Effect::None));
            }
            Some(Fault::CutBefore | Fault::CutAfter) => {
                return Err(Error::new(ErrorKind::Transport, "connection reset"));
            }
            Some(Fault::Stall) => {
                self.clock.sleep(request.timeouts.response).await;
                return Err(Error::new(ErrorKind::Timeout, "no answer"));
            }
            Some(Fault::RateLimitedWithHint) => {
                Answer { headers: vec![("retry-after", "3".to_owned())], ..Answer::text(429, "slow down") }
            }
            Some(Fault::RateLimitedWithoutHint) => Answer::text(429, "slow down"),
            Some(Fault::ErrorBefore | Fault::ErrorAfter) => Answer::text(500, "<html>oops</html>"),
            Some(Fault::Garbage) => Answer::text(200, "\u{0}\u{1}not json"),
            Some(Fault::EmptyObject) => Answer::json(200, serde_json::json!({})),
            Some(Fault::TruncatedJson) => {
                Answer { body: answer.body.chars().take(answer.body.chars().count() / 2).collect(), ..answer }
            }
            Some(Fault::KilledBefore | Fault::KilledAfter) => {
                self.killed.notify_one();
                return std::future::pending().await;
            }
        };
        Ok(response(answer))
    }
}

fn response(answer: Answer) -> Response {
    let mut headers = HeaderMap::new();
    for (name, value) in answer.headers {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap());
    }
    let body: ByteStream = Box::pin(futures_util::stream::iter([Ok(Bytes::from(answer.body))]));
    Response { status: StatusCode::from_u16(answer.status).unwrap(), headers, body }
}

/// Time passes only by sleeping.
#[derive(Debug)]
pub(crate) struct TestClock(Mutex<Timestamp>);

#[async_trait]
impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep(&self, wait: Duration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(wait).unwrap();
    }
}

pub(crate) async fn approved(publisher: &dyn Publisher, post: Post) -> Approved<Post> {
    let request = ApprovalRequest { platform: &publisher.platform(), findings: &[], degraded: false };
    Approved::ask(post, &request, &AutoApprove::because("test"), &SystemClock).await.unwrap()
}

/// Every exchange of a happy path meets every fault, once and for good; the run is then resumed with a healthy vendor.
///
/// `fresh` makes the vendor, `connect` a publisher on it (again for every process), `posts` counts what is visible.
pub(crate) async fn fault_matrix<V: Vendor, P: Publisher>(
    fresh: impl Fn() -> V,
    connect: impl Fn(Arc<Fake<V>>) -> P,
    post: &Approved<Post>,
    posts: impl Fn(&V) -> usize,
) {
    let healthy = Fake::new(fresh());
    healthy.publish(&MemoryJournal::new(), "test", &connect(healthy.clone()), post).await.unwrap().unwrap();
    let exchanges = healthy.seen().len();
    assert_eq!(posts(&healthy.vendor.lock().unwrap()), 1);
    for fault in FAULTS {
        for hits in (0..exchanges).flat_map(|index| [Hits::Only(index), Hits::From(index)]) {
            let case = format!("{fault:?} {hits:?}");
            let fake = Fake::new(fresh());
            let journal = MemoryJournal::new();
            fake.fail(hits, fault);
            let first = fake.publish(&journal, "test", &connect(fake.clone()), post).await;
            let out = posts(&fake.vendor.lock().unwrap());
            match &first {
                Some(Ok(_)) => assert_eq!(out, 1, "{case}: a receipt without a post"),
                Some(Err(error)) if out > 0 => {
                    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{case}: {error}");
                }
                _ => {}
            }
            fake.heal();
            let mut resumed = fake.publish(&journal, "test", &connect(fake.clone()), post).await.unwrap();
            if resumed.as_ref().is_err_and(|e| e.effect() == Effect::None) {
                resumed = fake.publish(&journal, "test", &connect(fake.clone()), post).await.unwrap();
            }
            let receipt = resumed.unwrap_or_else(|error| panic!("{case}: lost: {error:?}"));
            assert_eq!(posts(&fake.vendor.lock().unwrap()), 1, "{case}");
            let sent = fake.seen().len();
            let again = fake.publish(&journal, "test", &connect(fake.clone()), post).await.unwrap().unwrap();
            assert_eq!(again, receipt, "{case}");
            assert_eq!(fake.seen().len(), sent, "{case}: a published post needs no request");
        }
    }
}
