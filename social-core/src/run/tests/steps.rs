//! What a run promises about its steps.

use super::*;

// Museum A2, A7: what was created is remembered before the wait.
#[tokio::test]
async fn a_saved_step_is_not_run_again() {
    let (journal, vendor) = (MemoryJournal::new(), Vendor::default());
    for _ in 0..3 {
        let run = Run::open(&journal, "tonight").await.unwrap();
        assert_eq!(run.step("container", || vendor.post()).await.unwrap(), 1);
    }
    assert_eq!(vendor.posts(), 1);
}

// Museum A1.
#[tokio::test]
async fn a1_timed_out_post_is_not_sent_again() {
    let (journal, vendor) = (MemoryJournal::new(), Vendor::default());
    for questions in 1..4 {
        let run = Run::open(&journal, "tonight").await.unwrap();
        let error =
            run.once("publish", || vendor.post_and_lose_the_answer(), |_| vendor.cannot_tell()).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::OutcomeUnknown, Effect::Unknown));
        assert!(
            std::error::Error::source(&error).is_some() && error.message().contains("no answer") == (questions == 1)
        );
        assert_eq!(run.unsettled(), ["publish"]);
        assert_eq!(vendor.questions(), questions);
    }
    let run = Run::open(&journal, "tonight").await.unwrap();
    assert_eq!(run.once("publish", || vendor.post(), |_| vendor.find()).await.unwrap(), 1);
    assert_eq!(vendor.posts(), 1);
}

// Museum A4, A5.
#[tokio::test]
async fn a_lost_answer_is_looked_up_at_once() {
    let vendor = Vendor::default();
    let run = Run::ephemeral();
    let id = run.once("publish", || vendor.post_and_lose_the_answer(), |_| vendor.find()).await.unwrap();
    assert_eq!((id, vendor.posts(), vendor.questions()), (1, 1, 1));
}

// Museum A9: "this content exists already" may be the answer to our own first try, so it is looked
// up and not sent again.
#[tokio::test]
async fn a9_a_duplicate_is_looked_up_and_not_sent_again() {
    let vendor = Vendor::default();
    let run = Run::ephemeral();
    let post = || async {
        vendor.post().await?;
        Err(Error::new(ErrorKind::Duplicate, "You are not allowed to create a post with duplicate content"))
    };
    assert_eq!(run.once("publish", post, |_| vendor.find()).await.unwrap(), 1);
    assert_eq!((vendor.posts(), vendor.questions()), (1, 1));

    // Without a way to look it up it stays open, and says so.
    let run = Run::ephemeral();
    let refuse = || async { Err::<u32, _>(Error::new(ErrorKind::Duplicate, "duplicate content")) };
    let error = run.once("publish", refuse, |_| async { Ok(Found::Unknown) }).await.unwrap_err();
    assert_eq!((error.kind(), run.unsettled()), (ErrorKind::OutcomeUnknown, vec!["publish".to_owned()]));
}

#[tokio::test]
async fn what_is_proven_absent_is_not_resent_in_the_same_call_but_in_the_next() {
    let vendor = Vendor::default();
    let run = Run::ephemeral();
    let lose = || async { Err(Error::new(ErrorKind::Transport, "cut")) };
    let error = run.once("publish", lose, |_| vendor.find()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect(), vendor.posts()), (ErrorKind::Transport, Effect::None, 0));
    assert_eq!(run.once("publish", || vendor.post(), |_| vendor.find()).await.unwrap(), 1);
    assert_eq!((vendor.posts(), vendor.questions()), (1, 1));
}

#[tokio::test]
async fn a_refusal_leaves_the_step_free() {
    let vendor = Vendor::default();
    let run = Run::ephemeral();
    let error = run.once("publish", || vendor.refuse(), |_| vendor.find()).await.unwrap_err();
    assert_eq!((error.kind(), vendor.questions()), (ErrorKind::RateLimited, 0));
    assert!(run.unsettled().is_empty());
    assert_eq!(run.once("publish", || vendor.post(), |_| vendor.find()).await.unwrap(), 1);
}

// Museum A8, F12.
#[tokio::test]
async fn a8_a_process_that_died_under_way_asks_before_it_sends() {
    for posted in [false, true] {
        let (journal, vendor) = (MemoryJournal::new(), Vendor::default());
        begin_and_die(&Run::open(&journal, "tonight").await.unwrap(), &vendor, posted).await;
        let run = Run::open(&journal, "tonight").await.unwrap();
        assert_eq!(run.once("publish", || vendor.post(), |_| vendor.find()).await.unwrap(), 1);
        assert_eq!((vendor.posts(), vendor.questions()), (1, 1));
    }
}

#[tokio::test]
async fn a_step_called_twice_at_a_time_runs_once() {
    let vendor = Vendor::default();
    let run = Run::ephemeral();
    let work = || async {
        tokio::task::yield_now().await;
        vendor.post().await
    };
    let find = |_| vendor.find();
    let both = tokio::join!(run.once("publish", work, find), run.once("publish", work, find));
    assert_eq!((both.0.unwrap(), both.1.unwrap(), vendor.posts()), (1, 1, 1));

    let fail = || async {
        tokio::task::yield_now().await;
        vendor.refuse().await
    };
    let both =
        tokio::join!(run.step("failing", fail), run.step::<u32, _>("failing", || async { panic!("is saved already") }));
    assert_eq!(both.0.unwrap_err().kind(), ErrorKind::RateLimited);
    assert_eq!(both.1.unwrap_err().kind(), ErrorKind::RateLimited);
    assert_eq!(run.step("failing", || vendor.post()).await.unwrap(), 2);
}

#[tokio::test]
async fn a_cancelled_run_starts_nothing_and_forgets_nothing() {
    let vendor = Vendor::default();
    let run = Run::ephemeral();
    let saved = run.step("saved", || vendor.post()).await.unwrap();
    let cancel = run.cancellation().clone();
    let work = || async {
        vendor.post().await?;
        cancel.cancel();
        std::future::pending::<Result<u32>>().await
    };
    let error = run.once("publish", work, |_| vendor.find()).await.unwrap_err();
    assert_eq!((error.kind(), vendor.questions()), (ErrorKind::OutcomeUnknown, 0));
    assert_eq!(run.unsettled(), ["publish"]);
    let error = run.once("publish", || vendor.post(), |_| vendor.find()).await.unwrap_err();
    assert_eq!((error.kind(), vendor.questions()), (ErrorKind::OutcomeUnknown, 0));
    let error = run.step("next", || vendor.post()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(run.step("saved", || vendor.post()).await.unwrap(), saved);
    assert_eq!(vendor.posts(), 2);
}

#[tokio::test]
async fn a_run_is_bound_to_its_input() {
    let journal = MemoryJournal::new();
    let run = Run::open(&journal, "tonight").await.unwrap();
    run.bind(&serde_json::json!({"text": "hello", "tags": ["a"]})).await.unwrap();
    run.child("instagram").bind("another thing").await.unwrap();
    drop(run);
    let run = Run::open(&journal, "tonight").await.unwrap();
    run.bind(&serde_json::json!({"tags": ["a"], "text": "hello"})).await.unwrap();
    let error = run.bind(&serde_json::json!({"text": "hello!", "tags": ["a"]})).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("tonight"));
}

#[tokio::test]
async fn names_of_children_and_steps_do_not_collide() {
    let run = Run::ephemeral();
    run.child("a").step("b/c", || async { Ok(1) }).await.unwrap();
    assert_eq!(run.child("a").child("b").result::<u32>("c").await.unwrap(), None);
    assert_eq!(run.child("a/b").result::<u32>("c").await.unwrap(), None);
    assert_ne!(run.child("a").key("b/c"), run.child("a/b").key("c"));
    assert_eq!(run.steps().first().unwrap().name, "a/b%2Fc");
    let key = run.key("publish");
    assert_eq!(key, Run::ephemeral().key("publish"));
    assert_eq!((key.len(), key.matches('-').count()), (36, 4));
}

#[tokio::test]
async fn a_person_settles_what_nobody_can_find_out() {
    for (settlement, posts) in
        [(Settlement::happened("anna", 7), 1), (Settlement::did_not_happen("anna"), 2), (Settlement::repeat("anna"), 2)]
    {
        let (vendor, journal) = (Vendor::default(), MemoryJournal::new());
        let run = Run::open(&journal, "tonight").await.unwrap();
        let child = run.child("instagram");
        child.once("publish", || vendor.post_and_lose_the_answer(), |_| vendor.cannot_tell()).await.unwrap_err();
        assert_eq!(child.unsettled(), ["publish"]);
        let [step] = &*run.unsettled() else { panic!("one step") };
        run.settle(step, settlement.with_note("looked at the profile")).await.unwrap();
        assert!(run.settle(step, Settlement::repeat("bob")).await.is_err());
        // Who said so, and when, is there for later processes.
        drop((run, child));
        let run = Run::open(&journal, "tonight").await.unwrap();
        let [state] = &*run.steps() else { panic!("one step") };
        let settled = state.settled.as_ref().unwrap();
        assert_eq!((settled.by.as_str(), settled.note.as_deref()), ("anna", Some("looked at the profile")));
        run.child("instagram").once("publish", || vendor.post(), |_| vendor.find()).await.unwrap();
        assert_eq!(vendor.posts(), posts);
    }
}

#[tokio::test]
async fn a_saved_result_of_another_type_is_an_error_and_not_a_fresh_start() {
    let vendor = Vendor::default();
    let run = Run::ephemeral();
    run.step("container", || vendor.post()).await.unwrap();
    let error = run.step("container", || async { Ok(String::new()) }).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    assert!(error.message().contains("container"));
}

// Museum A10, as far as one run goes.
#[tokio::test]
async fn a_run_has_one_holder() {
    let journal = MemoryJournal::new();
    let run = Run::open(&journal, "tonight").await.unwrap();
    let error = Run::open(&journal, "tonight").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Held);
    assert!(error.message().contains("tonight"));
    drop(run);
    Run::open(&journal, "tonight").await.unwrap();
}

#[tokio::test]
async fn steps_can_be_spawned() {
    let run = Run::ephemeral();
    let child = run.child("a");
    let task = tokio::spawn(async move {
        child.once("publish", || async { Ok(1) }, |_| async { Ok(Found::Unknown) }).await?;
        child.step("container", || async { Ok(1) }).await
    });
    assert_eq!(task.await.unwrap().unwrap(), 1);
    assert_eq!(run.steps().len(), 2);
}

// Museum A3.
#[tokio::test]
async fn a3_what_fails_after_the_effect_does_not_undo_it() {
    type Ending = fn(Run) -> std::pin::Pin<Box<dyn Future<Output = Result<u32>> + Send>>;
    let endings: [(&str, Ending); 3] = [
        ("an image that is none", |run| {
            Box::pin(async move {
                let page = || async { Ok(Box::pin(futures_util::stream::empty()) as crate::http::ByteStream) };
                run.keep_file("image.png", page).await.map(|_| 0)
            })
        }),
        ("a link that is dead", |run| {
            Box::pin(async move {
                let gone = || async { Err(Error::new(ErrorKind::NotFound, "gone")) };
                run.keep_file("image.png", gone).await.map(|_| 0)
            })
        }),
        ("a cancelled run", |run| {
            Box::pin(async move {
                run.cancellation().cancel();
                run.step("next", || async { Ok(0) }).await
            })
        }),
    ];
    for (name, ending) in endings {
        let vendor = Vendor::default();
        let run = Run::ephemeral();
        let work = || async {
            vendor.post().await?;
            ending(run.clone()).await
        };
        let error = run.once("generate", work, |_| vendor.cannot_tell()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{name}");
        assert_eq!(run.unsettled(), ["generate"], "{name}");
    }
}
