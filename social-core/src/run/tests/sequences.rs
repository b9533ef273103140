//! Any sequence of luck, refusals, lost answers, deaths and reopenings: no step has its effect
//! twice.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Copy, Debug)]
enum Fate {
    Succeeds,
    Refused,
    LostOnTheWayThere,
    LostOnTheWayBack,
    DiesBefore,
    DiesAfter,
}

#[derive(Clone, Copy, Debug)]
enum Answer {
    Tells,
    CannotTell,
    Fails,
    Dies,
}

#[derive(Clone, Copy, Debug)]
struct Move {
    step: usize,
    fate: Fate,
    answer: Answer,
    /// Dropped after so many turns of the scheduler, wherever it is then.
    patience: Option<u8>,
    reopens: bool,
}

const STEPS: [&str; 3] = ["publish", "submit", "reply"];

fn moves() -> impl Strategy<Value = Vec<Move>> {
    use Answer::*;
    use Fate::*;
    let fate = prop::sample::select(&[Succeeds, Refused, LostOnTheWayThere, LostOnTheWayBack, DiesBefore, DiesAfter]);
    let answer = prop::sample::select(&[Tells, CannotTell, Fails, Dies]);
    let one = (0..STEPS.len(), fate, answer, prop::option::weighted(0.3, 0..30_u8), any::<bool>());
    prop::collection::vec(
        one.prop_map(|(step, fate, answer, patience, reopens)| Move { step, fate, answer, patience, reopens }),
        1..12,
    )
}

async fn turns(patience: Option<u8>) {
    match patience {
        None => std::future::pending().await,
        Some(turns) => {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
        }
    }
}

async fn attempt(
    run: &Run,
    vendor: &Vendor,
    step: &str,
    fate: Fate,
    answer: Answer,
    patience: Option<u8>,
) -> Option<Result<u32>> {
    let death = Death::default();
    let work = || async {
        match fate {
            Fate::Succeeds => vendor.post().await,
            Fate::Refused => vendor.refuse().await,
            Fate::LostOnTheWayThere => Err(Error::new(ErrorKind::Transport, "cut")),
            Fate::LostOnTheWayBack => vendor.post_and_lose_the_answer().await,
            Fate::DiesBefore => death.comes().await,
            Fate::DiesAfter => {
                vendor.post().await?;
                death.comes().await
            }
        }
    };
    let find = |_| async {
        match answer {
            Answer::Tells => vendor.find().await,
            Answer::CannotTell => vendor.cannot_tell().await,
            Answer::Fails => Err(Error::new(ErrorKind::Unavailable, "down")),
            Answer::Dies => death.comes().await,
        }
    };
    tokio::select! {
        biased;
        result = death.ends(run.once(step, work, find)) => result,
        () = turns(patience) => None,
    }
}

async fn play(journal: &dyn Journal, moves: &[Move]) {
    let vendors: [Vendor; 3] = Default::default();
    let mut run = Run::open(journal, "tonight").await.unwrap();
    for Move { step, fate, answer, patience, reopens } in moves.iter().copied() {
        let vendor = &vendors[step];
        match attempt(&run, vendor, STEPS[step], fate, answer, patience).await {
            Some(Ok(id)) => assert_eq!(id, 1),
            Some(Err(error)) if error.kind() == ErrorKind::OutcomeUnknown => {
                assert!(run.unsettled().contains(&STEPS[step].to_owned()));
            }
            Some(Err(error)) => assert_eq!((error.effect(), vendor.posts()), (Effect::None, 0), "{error:?}"),
            None => {}
        }
        assert!(vendor.posts() <= 1);
        if reopens {
            drop(run);
            run = Run::open(journal, "tonight").await.unwrap();
        }
    }
    for (step, vendor) in STEPS.iter().zip(&vendors) {
        let id = attempt(&run, vendor, step, Fate::Succeeds, Answer::Tells, None).await.unwrap().unwrap();
        assert_eq!((id, vendor.posts()), (1, 1));
    }
    assert!(run.unsettled().is_empty());
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

proptest! {
    #[test]
    fn no_step_has_its_effect_twice_in_memory(moves in moves()) {
        runtime().block_on(play(&MemoryJournal::new(), &moves));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_step_has_its_effect_twice_on_disk(moves in moves()) {
        let home = tempfile::tempdir().unwrap();
        let journal = FileJournal::open(home.path()).unwrap().waiting(Duration::from_secs(10));
        runtime().block_on(play(&journal, &moves));
    }
}
