//! These tests stand on an invented job; nothing waits, the clock moves when somebody sleeps.

use std::sync::{Arc, Mutex};

use super::*;
use crate::run::{MemoryJournal, OpenOptions};
use crate::testkit::{FixedClock, FixedRandom};

const STEADY: PollPolicy = PollPolicy {
    first: Duration::from_secs(4),
    growth: 2.0,
    longest: Duration::from_secs(20),
    jitter: 0.0,
    deadline: Duration::from_secs(120),
};

struct Bench {
    clock: Arc<FixedClock>,
    run: Run,
    job: Job,
    words: Arc<Mutex<Vec<Progress>>>,
}

async fn bench() -> Bench {
    bench_with(7).await
}

async fn bench_with(seed: u64) -> Bench {
    let clock = Arc::new(FixedClock::default());
    let words = Arc::new(Mutex::new(Vec::new()));
    let heard = words.clone();
    let options = OpenOptions {
        clock: clock.clone(),
        random: Arc::new(FixedRandom::new(seed)),
        observer: Some(Arc::new(move |progress| heard.lock().unwrap().push(progress))),
        ..OpenOptions::default()
    };
    let run = Run::open_with(&MemoryJournal::new(), "video", options).await.unwrap();
    let job = Job { id: "j1".into(), submitted_at: run.clock().now() };
    Bench { clock, run, job, words }
}

impl Bench {
    /// Waits with these answers; when they run out, the job is pending.
    async fn wait(&self, policy: &PollPolicy, answers: Vec<Result<JobState<u32>>>) -> (Result<u32>, Vec<u64>) {
        let mut answers = answers.into_iter();
        let result = wait(&self.run, policy, &self.job, || {
            std::future::ready(answers.next().unwrap_or_else(|| pending("WORKING")))
        });
        let result = result.await;
        (result, self.clock.sleeps().iter().map(Duration::as_secs).collect())
    }
}

fn pending(status: &str) -> Result<JobState<u32>> {
    Ok(JobState::Pending { status: status.into(), progress: Some(0.5), wait: None })
}

fn failure(kind: ErrorKind) -> Result<JobState<u32>> {
    Err(Error::new(kind, "a bad moment"))
}

// Museum G12.
#[tokio::test]
async fn g12_pauses_grow_to_the_longest_and_the_vendors_wait_wins() {
    let bench = bench().await;
    let hint = Ok(JobState::Pending { status: "QUEUED".into(), progress: None, wait: Some(Duration::from_secs(33)) });
    let none = Ok(JobState::Pending { status: "QUEUED".into(), progress: None, wait: Some(Duration::ZERO) });
    let limited = Err(Error::new(ErrorKind::RateLimited, "slow").with_retry(Retry::After(Duration::from_secs(7))));
    let answers = vec![pending("A"), hint, none, limited, Ok(JobState::Done(1))];
    let (result, sleeps) = bench.wait(&STEADY, answers).await;
    assert_eq!((result.unwrap(), sleeps), (1, vec![4, 4, 33, 16, 7]));
    let words: Vec<_> = bench.words.lock().unwrap().iter().map(|p| (p.step.clone(), p.status.clone())).collect();
    assert_eq!(words[0], ("video/j1".into(), "A".into()));
    assert_eq!(words.len(), 3);
}

// Museum G12.
#[tokio::test]
async fn g12_jobs_do_not_ask_in_step() {
    let policy = PollPolicy { jitter: 0.5, ..STEADY };
    let first = bench().await;
    first.wait(&policy, vec![]).await.0.unwrap_err();
    let pauses = first.clock.sleeps();
    for (pause, full) in pauses.iter().zip([4.0, 4.0, 8.0, 16.0, 20.0, 20.0]) {
        assert!((full / 2.0..=full).contains(&pause.as_secs_f64()), "{pauses:?}");
    }
    let second = bench_with(8).await;
    second.wait(&policy, vec![]).await.0.unwrap_err();
    assert_ne!(second.clock.sleeps(), pauses);
}

// Museum F4.
#[tokio::test]
async fn f4_a_failed_question_does_not_end_the_job() {
    use ErrorKind::*;
    let bench = bench().await;
    let mut answers: Vec<_> =
        [Timeout, Unavailable, Transport, RateLimited, Protocol, Truncated].map(failure).into_iter().collect();
    answers.push(Ok(JobState::Done(9)));
    let policy = PollPolicy { deadline: Duration::from_secs(600), ..STEADY };
    assert_eq!(bench.wait(&policy, answers).await.0.unwrap(), 9);
}

// Museum A2.
#[tokio::test]
async fn a2_only_failures_in_a_row_count() {
    let policy = PollPolicy { deadline: Duration::from_secs(3600), ..STEADY };
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.extend((0..9).map(|_| failure(ErrorKind::Unavailable)));
        answers.push(pending("WORKING"));
    }
    answers.push(Ok(JobState::Done(1)));
    assert_eq!(bench().await.wait(&policy, answers).await.0.unwrap(), 1);
    let answers = (0..20).map(|_| failure(ErrorKind::Unavailable)).collect();
    let (result, sleeps) = bench().await.wait(&policy, answers).await;
    assert_eq!((result.unwrap_err().kind(), sleeps.len()), (ErrorKind::Unavailable, 10));
}

// Museum F3, F4.
#[tokio::test]
async fn the_vendors_verdict_ends_the_job() {
    use ErrorKind::*;
    for kind in [JobFailed, Rejected, NotFound, Auth, Permission, QuotaExhausted, InvalidRequest] {
        let (result, sleeps) = bench().await.wait(&STEADY, vec![pending("WORKING"), failure(kind)]).await;
        assert_eq!((result.unwrap_err().kind(), sleeps.len()), (kind, 2));
    }
    let final_word = Err(Error::new(ErrorKind::Unavailable, "gone for good").with_retry(Retry::Never));
    assert_eq!(bench().await.wait(&STEADY, vec![final_word]).await.0.unwrap_err().kind(), ErrorKind::Unavailable);
}

// Museum F3.
#[tokio::test]
async fn f3_an_unknown_word_counts_as_pending_until_the_deadline() {
    let bench = bench().await;
    let (result, sleeps) = bench.wait(&STEADY, (0..99).map(|_| pending("PONDERING")).collect()).await;
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Timeout, Retry::Never));
    assert!(error.message().contains("PONDERING") && error.message().contains("j1"), "{error}");
    assert_eq!(sleeps.iter().sum::<u64>(), 120);
}

// Museum A7, F12.
#[tokio::test]
async fn a7_a_job_from_another_process_is_asked_about_at_once_even_when_it_is_late() {
    let bench = bench().await;
    bench.clock.advance(Duration::from_secs(86_400));
    let (result, sleeps) = bench.wait(&STEADY, vec![Ok(JobState::Done(5))]).await;
    assert_eq!((result.unwrap(), sleeps), (5, vec![0]));
    let (result, _) = bench.wait(&STEADY, vec![failure(ErrorKind::Transport)]).await;
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_cancelled_wait_ends_and_the_job_lives_on() {
    let bench = bench().await;
    let cancel = bench.run.cancellation().clone();
    let never = || {
        cancel.cancel();
        std::future::pending::<Result<JobState<u32>>>()
    };
    let error = wait(&bench.run, &STEADY, &bench.job, never).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn odd_policies_do_not_panic() {
    for (growth, jitter) in [(f64::NAN, f64::NAN), (f64::INFINITY, 7.0), (-1.0, -1.0), (0.0, f64::NEG_INFINITY)] {
        for first in [Duration::ZERO, Duration::MAX] {
            let policy = PollPolicy { growth, jitter, first, ..STEADY };
            assert_eq!(bench().await.wait(&policy, vec![]).await.0.unwrap_err().kind(), ErrorKind::Timeout);
        }
    }
}
