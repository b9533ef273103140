//! These tests stand on an invented job; nothing waits, the clock moves when somebody sleeps.

use std::sync::{Arc, Mutex};

use super::*;
use crate::error::{Error, ErrorKind, Result, Retry};
use crate::run::{MemoryJournal, OpenOptions, Run, RunEvent, StepEvent};
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
    events: Arc<Mutex<Vec<RunEvent>>>,
}

async fn bench() -> Bench {
    bench_with(7).await
}

async fn bench_with(seed: u64) -> Bench {
    let clock = Arc::new(FixedClock::default());
    let events = Arc::new(Mutex::new(Vec::new()));
    let heard = events.clone();
    let options = OpenOptions::new()
        .with_clock(clock.clone())
        .with_random(Arc::new(FixedRandom::new(seed)))
        .with_observer(move |event| heard.lock().unwrap().push(event));
    let run = Run::open_with(&MemoryJournal::new(), "video", options).await.unwrap();
    let job = Job::new("j1", run.clock().now());
    Bench { clock, run, job, events }
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
    Ok(Pending::working(status).with_fraction(0.5).into())
}

fn failure(kind: ErrorKind) -> Result<JobState<u32>> {
    Err(Error::new(kind, "a bad moment"))
}

// Museum G12.
#[tokio::test]
async fn g12_pauses_grow_to_the_longest_and_the_vendors_wait_wins() {
    let bench = bench().await;
    let hint = Ok(Pending::queued("QUEUED").with_wait(Duration::from_secs(33)).into());
    let none = Ok(Pending::queued("QUEUED").with_wait(Duration::ZERO).into());
    let limited = Err(Error::new(ErrorKind::RateLimited, "slow").with_retry(Retry::After(Duration::from_secs(7))));
    let answers = vec![pending("A"), hint, none, limited, Ok(JobState::Done(1))];
    let (result, sleeps) = bench.wait(&STEADY, answers).await;
    assert_eq!((result.unwrap(), sleeps), (1, vec![4, 4, 33, 16, 7]));
    let events = bench.events.lock().unwrap();
    assert_eq!(events.len(), 3);
    let progress = JobProgress { job: "j1".into(), phase: JobPhase::Working, word: "A".into(), fraction: Some(0.5) };
    assert_eq!((events[0].step.as_str(), &events[0].what), ("j1", &StepEvent::Job { progress }));
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

const QUICK: PollPolicy = PollPolicy { first: Duration::ZERO, ..STEADY };

// What was submitted can be asked after by another process, with all that the vendor needs.
#[tokio::test]
async fn a_job_survives_its_process_and_is_listed_until_it_is_over() {
    let (journal, submissions) = (MemoryJournal::new(), Mutex::new(0));
    let submit = || async {
        *submissions.lock().unwrap() += 1;
        let url = "https://api.example/v1/jobs/j9".parse().unwrap();
        let job = Job::new("j9", crate::clock::Timestamp::UNIX_EPOCH).with_kind("image2video").with_model("dawn");
        Ok(job.with_poll_url(url).with_extra("region", "eu"))
    };
    let run = Run::open(&journal, "tonight").await.unwrap();
    let job = submit_on(&run.child("video"), submit).await;
    drop(run);
    let [running] = &*Run::peek(&journal, "tonight").await.unwrap().jobs() else { panic!("one job") };
    assert_eq!((running.step.as_str(), &running.job), ("video/submit", &job));
    let run = Run::open(&journal, "tonight").await.unwrap().child("video");
    assert_eq!(submit_on(&run, submit).await, job);
    assert_eq!(*submissions.lock().unwrap(), 1);
    assert_eq!(run.jobs().first().unwrap().step, "submit");
    let done = collect(&run, &QUICK, &job, || async { Ok(JobState::Done(3)) }).await.unwrap();
    assert_eq!((done, run.jobs().len()), (3, 0));
    // The saved result is there; nobody is asked.
    assert_eq!(collect::<u32, _>(&run, &QUICK, &job, || async { panic!("is saved") }).await.unwrap(), 3);
    // A job of the shape before this issue is read.
    let old: Job = serde_json::from_str(r#"{"id": "j1", "submitted_at": "2026-11-20T12:00:00Z"}"#).unwrap();
    assert_eq!(old, Job::new("j1", "2026-11-20T12:00:00Z".parse().unwrap()));
}

async fn submit_on<F>(run: &Run, work: impl FnOnce() -> F + Send) -> Job
where
    F: Future<Output = Result<Job>> + Send,
{
    submit(run, work, |_| async { Ok(crate::run::Found::Unknown) }).await.unwrap()
}

#[tokio::test]
async fn a_verdict_and_a_cancellation_end_a_job() {
    for kind in [ErrorKind::JobFailed, ErrorKind::Rejected] {
        let Bench { run, job, .. } = bench().await;
        submit_on(&run, || async { Ok(job.clone()) }).await;
        let error = collect::<u32, _>(&run, &QUICK, &job, || async { failure(kind) }).await.unwrap_err();
        assert_eq!((error.kind(), run.jobs().len()), (kind, 0));
    }
    let Bench { run, job, .. } = bench().await;
    submit_on(&run, || async { Ok(job.clone()) }).await;
    collect::<u32, _>(&run, &QUICK, &job, || async { failure(ErrorKind::Auth) }).await.unwrap_err();
    assert_eq!(run.jobs().len(), 1, "a question that is refused says nothing about the job");
    end(&run, "cancelled by Anna").await.unwrap();
    assert!(run.jobs().is_empty());
}

// What comes to a webhook only wakes: the vendor is asked, and not more often than once a second.
#[tokio::test(start_paused = true)]
async fn a_bell_makes_a_wait_ask_at_once() {
    let bell = JobBell::new();
    assert!(!bell.ring("j1"), "nobody waits");
    let run = Run::ephemeral_with(OpenOptions::new().with_bell(bell.clone()));
    let policy = PollPolicy { first: Duration::from_secs(3600), longest: Duration::from_secs(3600), ..STEADY };
    let policy = PollPolicy { deadline: Duration::from_secs(90_000), ..policy };
    let job = Job::new("j1", run.clock().now());
    let asked = Arc::new(Mutex::new(0));
    let check = || async {
        *asked.lock().unwrap() += 1;
        Ok(if *asked.lock().unwrap() < 3 { Pending::working("WORKING").into() } else { JobState::Done(7) })
    };
    let begun = tokio::time::Instant::now();
    let rings = async {
        for _ in 0..40 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            bell.ring("j1");
            bell.ring("another");
        }
    };
    let (result, ()) = tokio::join!(wait(&run, &policy, &job, check), rings);
    assert_eq!((result.unwrap(), *asked.lock().unwrap()), (7, 3));
    let took = begun.elapsed();
    assert!(took >= Duration::from_secs(3) && took < Duration::from_secs(5), "{took:?}");
    assert!(!bell.ring("j1"), "what nobody waits for is forgotten");
}

// Kling's shape: the saved address of a result ends before the file was fetched.
#[tokio::test]
async fn an_address_that_has_ended_is_asked_for_again() {
    let png = || -> crate::http::ByteStream {
        Box::pin(futures_util::stream::iter([Ok(bytes::Bytes::from_static(crate::testkit::conformance::IMAGE))]))
    };
    for kind in [ErrorKind::NotFound, ErrorKind::Permission, ErrorKind::MediaInvalid, ErrorKind::InvalidRequest] {
        let Bench { run, job, .. } = bench().await;
        let asked = Mutex::new(0);
        let check = || async {
            *asked.lock().unwrap() += 1;
            Ok(JobState::Done(*asked.lock().unwrap()))
        };
        let (run, read) =
            (&run, |address: u32| async move { if address < 3 { Err(Error::new(kind, "gone")) } else { Ok(png()) } });
        // The first process got an address and died; in the second that address has ended, and so
        // has the next.
        assert_eq!(collect(run, &QUICK, &job, check).await.unwrap(), 1);
        let error = keep_file(run, "image.png", &QUICK, &job, check, read).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, crate::error::Effect::Unknown));
        let (address, media) = keep_file(run, "image.png", &QUICK, &job, check, read).await.unwrap();
        assert_eq!((address, *asked.lock().unwrap()), (3, 3));
        // What is kept is not asked for again, whatever became of its address.
        let never = |_: u32| async { panic!("it is kept") };
        assert_eq!(keep_file(run, "image.png", &QUICK, &job, check, never).await.unwrap(), (3, media));
        assert_eq!(*asked.lock().unwrap(), 3);
    }
    let Bench { run, job, .. } = bench().await;
    let down = |_: u32| async { Err(Error::new(ErrorKind::Unavailable, "down")) };
    let check = || async { Ok(JobState::Done(1)) };
    assert_eq!(keep_file(&run, "a.png", &QUICK, &job, check, down).await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(
        run.result::<u32>("finished").await.unwrap().is_some(),
        "a store that is down says nothing about the address"
    );
}

#[tokio::test]
async fn what_is_done_once_cannot_be_forgotten() {
    let Bench { run, job, .. } = bench().await;
    submit_on(&run, || async { Ok(job.clone()) }).await;
    let error = run.forget("submit", "it is old").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    run.forget("never", "it is old").await.unwrap();
}
