//! How long a call may take in all. Stands on our own contract; the clock moves when it is asked to
//! wait.

use super::*;
use crate::http::Timeouts;
use crate::testkit::FixedClock;

const MINUTE: Duration = Duration::from_secs(60);

fn moving(script: Script, timeouts: Timeouts) -> (Endpoint, Arc<Scripted>, Arc<FixedClock>) {
    let transport = Arc::new(Scripted { answers: Mutex::new(script.into()), ..Scripted::default() });
    let clock = Arc::new(FixedClock::default());
    let policy = RetryPolicy { attempts: 9, longest: 10 * MINUTE, total: 60 * MINUTE, ..RetryPolicy::default() };
    let endpoint = Endpoint::builder("acme", "https://api.example/")
        .transport(transport.clone())
        .clock(clock.clone())
        .retry(policy)
        .timeouts(timeouts);
    (endpoint.build().unwrap(), transport, clock)
}

fn later() -> Answer {
    Ok((429, "retry-after: 120", ""))
}

fn left(transport: &Scripted) -> Vec<Option<Duration>> {
    transport.requests.lock().unwrap().iter().map(|request| request.deadline).collect()
}

#[tokio::test]
async fn every_call_has_a_deadline_that_repetitions_and_pauses_share() {
    let (endpoint, transport, _) = moving(vec![later(), later(), Ok((200, "", ""))], Timeouts::default());
    endpoint.get("x").unwrap().send().await.unwrap();
    assert_eq!(left(&transport), [15, 13, 11].map(|minutes| Some(minutes * MINUTE)));

    // A pause that would end after the deadline is not begun.
    let timeouts = Timeouts::default().with_total(5 * MINUTE);
    let (endpoint, transport, clock) = moving(vec![later(), later(), later()], timeouts);
    let error = endpoint.get("x").unwrap().send().await.unwrap_err();
    assert_eq!((error.kind(), error.wait(), error.requests()), (ErrorKind::RateLimited, Some(2 * MINUTE), 3));
    assert_eq!(left(&transport), [5, 3, 1].map(|minutes| Some(minutes * MINUTE)));
    assert_eq!(clock.sleeps(), [2 * MINUTE; 2]);
}

#[tokio::test]
async fn a_call_may_have_a_deadline_of_its_own() {
    let (endpoint, transport, _) = moving(vec![later()], Timeouts::default());
    let error = endpoint.get("x").unwrap().deadline(2 * MINUTE).send().await.unwrap_err();
    assert_eq!((error.kind(), error.requests()), (ErrorKind::RateLimited, 1));
    assert_eq!(left(&transport), [Some(2 * MINUTE)]);
}

#[tokio::test]
async fn a_stream_has_a_deadline_an_hour_unless_it_is_given_another() {
    let ok = || vec![later(), Ok((200, "", ""))];
    let (endpoint, transport, _) = moving(ok(), Timeouts::default());
    endpoint.get("x").unwrap().stream().await.unwrap();
    assert_eq!(left(&transport), [60, 58].map(|minutes| Some(minutes * MINUTE)));

    let (endpoint, transport, _) = moving(ok(), Timeouts::default().with_stream_total(30 * MINUTE));
    endpoint.get("x").unwrap().stream().await.unwrap();
    assert_eq!(left(&transport), [Some(30 * MINUTE), Some(28 * MINUTE)]);

    let (endpoint, transport, _) = moving(vec![later()], Timeouts::default());
    endpoint.get("x").unwrap().deadline(MINUTE).stream().await.unwrap_err();
    assert_eq!(left(&transport), [Some(MINUTE)]);
}

/// A token that takes its time.
#[derive(Debug)]
struct Slow(Arc<FixedClock>);

#[async_trait]
impl TokenSource for Slow {
    async fn token(&self) -> Result<SecretString> {
        self.0.advance(2 * MINUTE);
        Ok("token".into())
    }

    async fn renew(&self, _: &SecretString) -> Result<SecretString> {
        self.token().await
    }
}

#[tokio::test]
async fn what_is_over_before_it_is_sent_is_not_sent() {
    let clock = Arc::new(FixedClock::default());
    let transport = Arc::new(Scripted::default());
    let endpoint = Endpoint::builder("acme", "https://api.example/").auth(Auth::source(Slow(clock.clone())));
    let endpoint = endpoint.transport(transport.clone()).clock(clock).build().unwrap();
    let error = endpoint.post("x").unwrap().deadline(MINUTE).send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect(), error.requests()), (ErrorKind::Timeout, Effect::None, 0));
    assert_eq!(error.retry(), Retry::Never);
}
