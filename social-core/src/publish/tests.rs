//! Invented posts and a publisher that keeps count on its own side.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use async_trait::async_trait;

use super::*;
use crate::Platform;
use crate::clock::{Clock as _, SystemClock};
use crate::error::{Error, ErrorKind, Result};
use crate::media::{Media, MediaInfo};
use crate::run::{Found, MemoryJournal, Run};

const PLATFORM: Platform = Platform::new("example");

#[derive(Debug, Default)]
struct Counting {
    platform: Option<Platform>,
    posts: AtomicUsize,
    down: AtomicBool,
}

#[async_trait]
impl Publisher for Counting {
    fn platform(&self) -> Platform {
        self.platform.clone().unwrap_or(PLATFORM)
    }

    fn account(&self) -> Option<String> {
        None
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new([Placement::Feed])
    }

    fn rules(&self, placement: Placement) -> Option<Rules> {
        (placement == Placement::Feed)
            .then(|| Rules::new(self.platform(), placement).with_images(0, 2, ImageRule::default()))
    }

    fn check(&self, _post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        vec![Finding::new(Severity::Note, "attachments", format!("{} files were looked at", facts.len()))]
    }

    async fn publish(&self, run: &Run, _post: &Approved<Post>) -> Result<Receipt> {
        let send = || async {
            if self.down.load(SeqCst) {
                return Err(Error::new(ErrorKind::Permission, "not today"));
            }
            let id = self.posts.fetch_add(1, SeqCst);
            Ok(Receipt::new(self.platform(), id.to_string(), ReceiptState::Published, SystemClock.now()))
        };
        run.once("publish", send, |_| async { Ok(Found::Unknown) }).await
    }
}

async fn approved(post: Post) -> Approved<Post> {
    approved_for(Destination::new(PLATFORM), post).await
}

async fn approved_for(destination: Destination, post: Post) -> Approved<Post> {
    let request = ApprovalRequest::new(destination);
    Approved::ask(post, &request, &AutoApprove::because("test"), &SystemClock).await.unwrap()
}

fn target(publisher: &Arc<Counting>) -> Target {
    Target::new(publisher.clone(), Placement::Feed)
}

fn kinds(results: &[TargetResult]) -> Vec<Result<ReceiptState, ErrorKind>> {
    let kind = |target: &TargetResult| target.result.as_ref().map(|receipt| receipt.state).map_err(Error::kind);
    results.iter().map(kind).collect()
}

#[tokio::test]
async fn an_approval_is_lost_with_any_change() {
    let image = Attachment::new(Media::bytes("pixels")).with_alt_text("a loaf");
    let base = Post::new("Bread").with_attachment(image.clone());
    let approval = approved(base.clone()).await.approval().clone();
    assert!(Approved::restore(base.clone(), approval.clone()).await.is_ok());

    let changed = |change: fn(&mut Post)| {
        let mut post = base.clone();
        change(&mut post);
        post
    };
    let table = [
        changed(|post| post.text.push('!')),
        changed(|post| post.title = Some("T".to_owned())),
        changed(|post| post.link = "https://example.com".parse().ok()),
        changed(|post| post.placement = Placement::Story),
        changed(|post| post.languages.push("de".to_owned())),
        changed(|post| post.ai_generated = true),
        changed(|post| post.attachments[0].alt_text = None),
        changed(|post| post.attachments[0].role = MediaRole::Cover),
        changed(|post| post.attachments[0].media = Media::bytes("pixel")),
        changed(|post| post.attachments.clear()),
        changed(|post| post.attachments.push(post.attachments[0].clone())),
    ];
    for post in table {
        let error = Approved::restore(post.clone(), approval.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{post:?}");
    }
}

#[tokio::test]
async fn an_approval_is_about_the_bytes_of_a_file_not_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let [first, second] = ["a.jpg", "b.jpg"].map(|name| dir.path().join(name));
    std::fs::write(&first, "pixels").unwrap();
    let post = |path| Post::new("Bread").with_attachment(Attachment::new(Media::file(path)));
    let before = approved(post(&first)).await;
    std::fs::rename(&first, &second).unwrap();
    assert!(Approved::restore(post(&second), before.approval().clone()).await.is_ok(), "moved");
    std::fs::write(&first, "others").unwrap();
    assert_eq!(before.verify().await.unwrap_err().kind(), ErrorKind::Rejected, "changed after the approval");
    let results = publish_all(&Run::ephemeral(), vec![(target(&Arc::default()), before)]).await;
    assert_eq!(kinds(&results), [Err(ErrorKind::Rejected)]);
}

#[tokio::test]
async fn a_policy_approves_no_errors_and_a_refusal_says_who_and_why() {
    let findings = [Finding::warning("text", "odd"), Finding::error("text", "too long")];
    for (findings, refused) in [(&findings[..1], false), (&findings[..], true)] {
        let request = ApprovalRequest::new(Destination::new(PLATFORM)).with_findings(findings);
        let asked = Approved::ask(Post::new("x"), &request, &AutoApprove::because("--yes"), &SystemClock).await;
        let said = asked.map(|post| post.approval().by.clone()).map_err(|error| error.message().to_owned());
        let expected = if refused {
            Err("policy: --yes did not approve the post for example: text: too long".to_owned())
        } else {
            Ok("policy: --yes".to_owned())
        };
        assert_eq!(said, expected);
    }
}

/// Museum A13: one failure is that target's alone, and the next call takes up only what failed.
#[tokio::test]
async fn a13_partial_success_is_kept_and_only_the_rest_is_sent_again() {
    let journal = MemoryJournal::default();
    let [good, bad] =
        ["good", "bad"].map(|name| Arc::new(Counting { platform: Some(name.into()), ..Counting::default() }));
    bad.down.store(true, SeqCst);
    let to = async |publisher: &Arc<Counting>| {
        (target(publisher), approved_for(Destination::of(publisher), Post::new("Bread")).await)
    };
    let posts = [to(&good).await, to(&bad).await];
    let posts = || posts.to_vec();
    {
        let run = Run::open(&journal, "tonight").await.unwrap();
        let results = publish_all(&run, posts()).await;
        assert_eq!(kinds(&results), [Ok(ReceiptState::Published), Err(ErrorKind::Permission)]);
    }
    bad.down.store(false, SeqCst);
    let run = Run::open(&journal, "tonight").await.unwrap();
    let results = publish_all(&run, posts()).await;
    assert_eq!(kinds(&results), [Ok(ReceiptState::Published); 2]);
    assert_eq!([good.posts.load(SeqCst), bad.posts.load(SeqCst)], [1, 1]);
    assert_eq!(results[0].target, "good-feed");
}

/// Museum A11: an edited post in the run of a published one is refused, neither sent nor taken for the first.
#[tokio::test]
async fn a11_an_edited_post_is_not_published_over_the_first() {
    let run = Run::ephemeral();
    let publisher = Arc::new(Counting::default());
    publish_all(&run, vec![(target(&publisher), approved(Post::new("Bread")).await)]).await;
    let results = publish_all(&run, vec![(target(&publisher), approved(Post::new("Cake")).await)]).await;
    assert_eq!(kinds(&results), [Err(ErrorKind::InvalidRequest)]);
    assert_eq!(publisher.posts.load(SeqCst), 1);
}

#[tokio::test]
async fn a_post_goes_only_where_it_was_approved_for() {
    let publisher = Arc::new(Counting::default());
    let here = Destination::of(&publisher);
    let rehearsal = Destination { rehearsal: true, ..here.clone() };
    let other_account = Destination { account: Some("bakery".to_owned()), ..here.clone() };
    for destination in [Destination::new("elsewhere"), other_account, rehearsal] {
        let post = approved_for(destination, Post::new("Bread")).await;
        let results = publish_all(&Run::ephemeral(), vec![(target(&publisher), post)]).await;
        assert_eq!(kinds(&results), [Err(ErrorKind::Rejected)]);
    }
    // A record that is changed to fit is a record of nothing.
    let mut record = approved_for(Destination::new("elsewhere"), Post::new("Bread")).await.approval().clone();
    record.destination = here;
    let error = Approved::restore(Post::new("Bread"), record).await.unwrap_err();
    assert_eq!((error.kind(), publisher.posts.load(SeqCst)), (ErrorKind::Rejected, 0));
}

#[tokio::test]
async fn what_was_rehearsed_is_published_once_afterwards() {
    let (run, publisher) = (Run::ephemeral(), Arc::new(Counting::default()));
    let rehearsal = Target::new(Arc::new(crate::wrap::DryRun::new(publisher.clone())), Placement::Feed);
    let post = approved_for(Destination::of(&rehearsal.publisher), Post::new("Bread")).await;
    let results = publish_all(&run, vec![(rehearsal, post)]).await;
    assert_eq!(kinds(&results), [Ok(ReceiptState::Draft)]);
    for _ in 0..2 {
        let results = publish_all(&run, vec![(target(&publisher), approved(Post::new("Bread")).await)]).await;
        assert_eq!(kinds(&results), [Ok(ReceiptState::Published)]);
    }
    assert_eq!(publisher.posts.load(SeqCst), 1);
}

#[tokio::test]
async fn targets_that_share_a_name_are_refused_and_accounts_tell_them_apart() {
    let publisher = Arc::new(Counting::default());
    let post = approved(Post::new("Bread")).await;
    let twice = vec![(target(&publisher), post.clone()), (target(&publisher), post.clone())];
    let results = publish_all(&Run::ephemeral(), twice).await;
    assert_eq!(kinds(&results), [Err(ErrorKind::InvalidRequest); 2]);
    let apart = vec![(target(&publisher).with_account("shop"), post.clone()), (target(&publisher), post.clone())];
    let results = publish_all(&Run::ephemeral(), apart).await;
    assert_eq!(kinds(&results), [Ok(ReceiptState::Published); 2]);
    let story = vec![(Target::new(publisher.clone(), Placement::Story), post)];
    assert_eq!(kinds(&publish_all(&Run::ephemeral(), story).await), [Err(ErrorKind::InvalidRequest)]);
    assert_eq!(publisher.posts.load(SeqCst), 2);
}

#[tokio::test]
async fn an_inspection_reads_every_file_and_asks_the_publisher() {
    let publisher = Counting::default();
    let empty = Post::new("Bread").with_attachment(Attachment::new(Media::bytes("")));
    let inspection = inspect(&publisher, &empty).await.unwrap();
    assert!(!inspection.is_publishable());
    assert_eq!(inspection.errors().map(|finding| finding.field.as_str()).collect::<Vec<_>>(), ["attachments[0]"]);

    let inspection = inspect(&publisher, &Post::new("Bread")).await.unwrap();
    assert!(inspection.is_publishable());
    assert_eq!(inspection.findings[0].to_string(), "attachments: 0 files were looked at");

    let story = Post::new("Bread").with_placement(Placement::Story);
    let inspection = inspect(&publisher, &story).await.unwrap();
    assert_eq!(
        inspection.findings[0].to_string(),
        "placement: example does not offer this placement (is story, allowed feed)"
    );
}

/// Museum D5: accepted, live, handed over, planned and drafted are different things in a record.
#[test]
fn d5_receipts_say_what_is_known_and_nothing_more() {
    use ReceiptState::*;
    let table = [
        (Published, "published"),
        (Processing, "processing"),
        (HandedOver, "handed_over"),
        (Scheduled, "scheduled"),
        (Draft, "draft"),
    ];
    for (state, name) in table {
        let receipt = Receipt::new(PLATFORM, "1", state, SystemClock.now()).with_warning("no permalink");
        let json = serde_json::to_value(&receipt).unwrap();
        assert_eq!(json["state"], name);
        assert_eq!(json.get("url"), None);
        assert_eq!(serde_json::from_value::<Receipt>(json).unwrap(), receipt);
    }
}
