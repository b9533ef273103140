//! Several targets, one run, and what is published again.

use std::num::NonZeroUsize;
use std::time::Duration;

use super::*;

/// Museum A13: one failure is that target's alone, and the next call takes up only what failed.
#[tokio::test]
async fn a13_partial_success_is_kept_and_only_the_rest_is_sent_again() {
    let journal = MemoryJournal::default();
    let [good, bad] = ["good", "bad"].map(Board::new);
    bad.down.store(true, SeqCst);
    let mut posts = Vec::new();
    for board in [&good, &bad] {
        posts.push((target(board).await, approved(board, Post::new("Bread")).await));
    }
    {
        let run = Run::open(&journal, "tonight").await.unwrap();
        let results = publish_all(&run, posts.clone()).await;
        assert_eq!(kinds(&results), [Ok(ReceiptState::Published), Err(ErrorKind::Permission)]);
    }
    bad.down.store(false, SeqCst);
    let run = Run::open(&journal, "tonight").await.unwrap();
    let results = publish_all(&run, posts).await;
    assert_eq!(kinds(&results), [Ok(ReceiptState::Published); 2]);
    assert_eq!([good.posts(), bad.posts()], [1, 1]);
    let keys: Vec<_> = results.iter().map(|result| result.target.key()).collect();
    assert_eq!(keys, ["default/example/good/feed", "default/example/bad/feed"]);
    assert_eq!(results[0].result.as_ref().unwrap().account, good.account.key);
}

/// Museum A11: an edited post in the run of a published one is refused, neither sent nor taken for
/// the first.
#[tokio::test]
async fn a11_an_edited_post_is_not_published_over_the_first() {
    let (run, board) = (Run::ephemeral(), Board::new("1"));
    publish_all(&run, vec![(target(&board).await, approved(&board, Post::new("Bread")).await)]).await;
    let results = publish_all(&run, vec![(target(&board).await, approved(&board, Post::new("Cake")).await)]).await;
    assert_eq!(kinds(&results), [Err(ErrorKind::InvalidRequest)]);
    assert_eq!(board.posts(), 1);
}

/// Stands on the names that the version before accounts had keys gave to the parts of a run.
#[tokio::test]
async fn what_an_earlier_version_published_is_not_published_again() {
    let (run, board) = (Run::ephemeral(), Board::new("1"));
    let old = run.child("example-feed");
    old.once("publish", || async { Ok("post-1".to_owned()) }, |_| async { Ok(Found::Unknown) }).await.unwrap();
    let post = approved(&board, Post::new("Bread")).await;
    let results = publish_all(&run, vec![(target(&board).await, post)]).await;
    let error = results[0].result.as_ref().unwrap_err();
    assert!(error.message().contains("in a version that did not know accounts by keys"), "{error}");
    assert_eq!(board.posts(), 0);
}

#[tokio::test]
async fn what_was_rehearsed_is_published_once_afterwards() {
    let (run, board) = (Run::ephemeral(), Board::new("1"));
    let rehearsal: Arc<dyn Publisher> = Arc::new(crate::wrap::DryRun::new(board.clone()));
    let rehearsal = Target::new(rehearsal, Placement::FEED).await.unwrap();
    let post = approved_for(rehearsal.account.clone(), Post::new("Bread")).await;
    let results = publish_all(&run, vec![(rehearsal, post)]).await;
    assert_eq!(kinds(&results), [Ok(ReceiptState::Draft)]);
    for _ in 0..2 {
        let results = publish_all(&run, vec![(target(&board).await, approved(&board, Post::new("Bread")).await)]).await;
        assert_eq!(kinds(&results), [Ok(ReceiptState::Published)]);
    }
    assert_eq!(board.posts(), 1);
}

#[tokio::test]
async fn accounts_of_one_platform_stand_side_by_side_and_posts_for_one_target_need_names() {
    let [first, second] = ["1", "2"].map(Board::new);
    let post = approved(&first, Post::new("Bread")).await;
    let twice = vec![(target(&first).await, post.clone()), (target(&first).await, post.clone())];
    let results = publish_all(&Run::ephemeral(), twice).await;
    assert_eq!(kinds(&results), [Err(ErrorKind::InvalidRequest); 2]);

    let named = target(&first).await.with_name("evening");
    assert_eq!((named.label(), named.key()), ("example-evening-feed".into(), "default/example/1/feed/evening".into()));
    let other = approved(&second, Post::new("Bread")).await;
    let all = vec![(target(&first).await, post.clone()), (named, post.clone()), (target(&second).await, other)];
    let results = publish_all(&Run::ephemeral(), all).await;
    assert_eq!(kinds(&results), [Ok(ReceiptState::Published); 3]);
    assert_eq!([first.posts(), second.posts()], [2, 1]);

    let story = Target::new(first.clone(), Placement::STORY).await.unwrap();
    assert_eq!(kinds(&publish_all(&Run::ephemeral(), vec![(story, post)]).await), [Err(ErrorKind::InvalidRequest)]);
}

#[tokio::test]
async fn no_more_than_so_many_at_once_and_the_order_stays() {
    let most = Arc::new(AtomicUsize::default());
    let board = Arc::new(Board { most_at_once: most.clone(), ..Arc::into_inner(Board::new("1")).unwrap() });
    let mut posts = Vec::new();
    for number in 0..20 {
        let post = approved(&board, Post::new("Bread")).await;
        posts.push((target(&board).await.with_name(format!("{number:02}")), post));
    }
    for (at_once, run) in [(Some(3), Run::ephemeral()), (None, Run::ephemeral())] {
        most.store(0, SeqCst);
        let results = match at_once {
            Some(at_once) => publish_all_with(&run, posts.clone(), NonZeroUsize::new(at_once).unwrap()).await,
            None => publish_all(&run, posts.clone()).await,
        };
        assert_eq!(most.load(SeqCst), at_once.unwrap_or(8));
        assert!(results.iter().map(|result| result.target.key()).is_sorted());
    }
    assert_eq!(board.posts(), 40);
}

#[tokio::test]
async fn a_post_that_is_out_is_answered_from_the_run_alone() {
    let (journal, board) = (MemoryJournal::new(), Board::new("1"));
    let post = approved(&board, Post::new("Bread")).await;
    let first = board.publish(&Run::open(&journal, "run").await.unwrap(), &post).await.unwrap();
    board.down.store(true, SeqCst);
    let again = board.publish(&Run::open(&journal, "run").await.unwrap(), &post).await.unwrap();
    assert_eq!((first, board.posts()), (again, 1));
}

#[tokio::test]
async fn an_inspection_reads_every_file_and_asks_the_publisher() {
    let board = Board::new("1");
    let empty = Post::new("Bread").with_attachment(Attachment::new(Media::bytes("")));
    let inspection = inspect(&board, &empty).await;
    assert!(!inspection.is_publishable());
    assert_eq!(inspection.errors().map(|finding| finding.field.as_str()).collect::<Vec<_>>(), ["attachments[0]"]);

    let inspection = inspect(&board, &Post::new("Bread")).await;
    assert!(inspection.is_publishable());
    assert_eq!(inspection.findings[0].to_string(), "attachments: 0 files were looked at");

    let inspection = inspect(&board, &Post::new("Bread").with_placement(Placement::STORY)).await;
    assert_eq!(inspection.findings[0].code, FindingCode::UNSUPPORTED);
    assert_eq!(
        inspection.findings[0].to_string(),
        "placement: example does not offer this placement (is story, allowed feed)"
    );
}

#[tokio::test]
async fn files_are_read_and_hashed_once_from_the_fit_to_the_receipt() {
    let board = Board::new("1");
    // It was written long ago. A file of this moment is read again, as its times would not show a
    // further write.
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/briefs/photos/bistro.jpg");
    for media in [png(), Media::file(path)] {
        let run = Run::ephemeral();
        let post = Post::new("Bread").with_attachment(Attachment::new(media).with_alt_text("a dot"));
        let rules = board.rules(&Placement::FEED).unwrap();
        let proposals = propose(&rules, &post, None).await;
        let post = apply(&run, post, &proposals, None).await.unwrap().post;
        let inspection = inspect(&board, &post).await;
        let ask = Ask::for_account(board.account.clone()).with_findings(inspection.findings);
        let answer = Approved::ask(&run, post, &ask, &AutoApprove::because("test")).await.unwrap();
        let post = answer.approved().unwrap();
        let results = publish_all(&run, vec![(target(&board).await, post.clone())]).await;
        assert_eq!(kinds(&results), [Ok(ReceiptState::Published)]);
        let readings = post.attachments[0].readings().await;
        assert_eq!((readings.facts, readings.digests), (1, 1), "{readings:?}");
    }
}

/// An account's rate limits what goes out, and nothing that is out already.
#[tokio::test]
async fn a_limited_account_publishes_no_more_often_than_it_may() {
    use crate::testkit::FixedClock;
    use crate::wrap::{CallRate, Limited};

    let rate = CallRate::new(1, Duration::from_secs(3600)).with_longest_wait(Duration::ZERO);
    let rate = Arc::new(rate.with_clock(Arc::new(FixedClock::default())));
    let (first, second, boards) = (Run::ephemeral(), Run::ephemeral(), ["1", "2"].map(Board::new));
    let [limited, other] = boards.clone().map(|board| Limited::new(board, rate.clone()));
    let (bread, cake) = (approved(&boards[0], Post::new("Bread")).await, approved(&boards[0], Post::new("Cake")).await);
    let receipt = limited.publish(&first, &bread).await.unwrap();
    let refused = limited.publish(&second, &cake).await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.effect(), refused.vendor().unwrap().as_str()),
        (ErrorKind::RateLimited, Effect::None, "example")
    );
    assert_eq!(limited.publish(&first, &bread).await.unwrap(), receipt);
    let elsewhere = approved(&boards[1], Post::new("Cake")).await;
    other.publish(&second, &elsewhere).await.unwrap();
    assert_eq!(boards.map(|board| board.posts()), [1, 1]);
}
