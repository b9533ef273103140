//! What is approved, by whom, for whom, and until when.

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;
use crate::canonical::{self, Digest};

/// A post with something in every field.
fn full() -> Post {
    let image = Attachment::new(Media::bytes("pixels")).with_alt_text("a loaf");
    let mut post = Post::new("Bread")
        .with_title("T")
        .with_attachment(image.clone())
        .with_language("de")
        .with_thread_part(ThreadPart::new("more").with_attachment(image))
        .with_first_comment("first")
        .with_poll(Poll::new(["yes", "no"]));
    post.options = serde_json::from_value(json!({ "example": { "pinned": true } })).unwrap();
    post
}

#[tokio::test]
async fn an_approval_is_lost_with_any_change_of_any_field() {
    let account = Board::new("1").account.clone();
    let approval = approved_for(account, full()).await.approval().clone();
    assert!(Approved::restore(full(), approval.clone()).await.is_ok());
    let table: [fn(&mut Post); 23] = [
        |post| post.text.push('!'),
        |post| post.title = None,
        |post| post.link = "https://example.com".parse().ok(),
        |post| post.placement = Placement::STORY,
        |post| post.languages.push("en".to_owned()),
        |post| post.ai_generated = true,
        |post| post.attachments[0].alt_text = None,
        |post| post.attachments[0].role = MediaRole::Cover,
        |post| post.attachments[0].language = Some("de".to_owned()),
        |post| post.attachments[0].media = Media::bytes("pixel"),
        |post| post.attachments.clear(),
        |post| post.attachments.push(post.attachments[0].clone()),
        |post| post.thread[0].text.push('!'),
        |post| post.thread[0].attachments[0].media = Media::bytes("pixel"),
        |post| post.thread.clear(),
        |post| post.first_comment = None,
        |post| post.publish_at = "2026-12-01T08:00:00Z".parse().ok(),
        |post| post.poll = Some(Poll::new(["yes", "no"]).multiple()),
        |post| post.poll = Some(Poll::new(["no", "yes"])),
        |post| post.quote = Some(PostRef::new("1")),
        |post| post.reply_to = Some(PostRef::new("1")),
        |post| post.options = PostOptions::default(),
        |post| post.options = serde_json::from_value(json!({ "example": { "pinned": false } })).unwrap(),
    ];
    for (index, change) in table.into_iter().enumerate() {
        let mut post = full();
        change(&mut post);
        let error = Approved::restore(post, approval.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "change {index}");
    }
}

#[tokio::test]
async fn an_approval_is_about_the_bytes_of_a_file_not_its_name() {
    let (dir, board) = (tempfile::tempdir().unwrap(), Board::new("1"));
    let [first, second] = ["a.png", "b.png"].map(|name| dir.path().join(name));
    let bytes = png().read(1000).await.unwrap();
    std::fs::write(&first, &bytes).unwrap();
    let post = |path| Post::new("Bread").with_attachment(Attachment::new(Media::file(path)));
    let before = approved(&board, post(&first)).await;
    std::fs::rename(&first, &second).unwrap();
    assert!(Approved::restore(post(&second), before.approval().clone()).await.is_ok(), "moved");

    // The same length, and changed at once: only its bytes tell.
    let mut changed = bytes.to_vec();
    changed[19] = 17;
    std::fs::write(&first, &changed).unwrap();
    assert_eq!(before.verify().await.unwrap_err().kind(), ErrorKind::Rejected, "changed after the approval");
    let error = board.publish(&Run::ephemeral(), &before).await.unwrap_err();
    assert_eq!((error.kind(), board.posts()), (ErrorKind::Rejected, 0));
}

#[tokio::test]
async fn a_policy_approves_no_errors_and_a_rejection_says_who_and_why() {
    let error = |message: &str| Finding::error(FindingCode::TOO_LONG, "text", message);
    let findings = [Finding::warning(FindingCode::NOT_SHOWN, "text", "odd"), error("too long")];
    for (findings, refused) in [(&findings[..1], false), (&findings[..], true)] {
        let ask = Ask::for_account(Board::new("1").account.clone()).with_findings(findings);
        let policy = AutoApprove::because("--yes");
        let answer = Approved::ask(&Run::ephemeral(), Post::new("x"), &ask, &policy).await.unwrap().approved();
        let said = answer.map(|post| post.approval().by.clone()).map_err(|error| error.message().to_owned());
        let expected = if refused {
            Err("policy: --yes did not approve it: text: too long".to_owned())
        } else {
            Ok("policy: --yes".to_owned())
        };
        assert_eq!(said, expected);
    }
}

#[tokio::test]
async fn an_approval_for_one_webhook_never_publishes_on_another() {
    let [ours, theirs] = ["https://hook.test/a", "https://hook.test/b"].map(Board::webhook);
    let post = approved(&ours, Post::new("Bread")).await;
    let error = theirs.publish(&Run::ephemeral(), &post).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    let results = publish_all(&Run::ephemeral(), vec![(target(&theirs).await, post.clone())]).await;
    assert_eq!(kinds(&results), [Err(ErrorKind::Rejected)]);
    ours.publish(&Run::ephemeral(), &post).await.unwrap();
    assert_eq!((ours.posts(), theirs.posts()), (1, 0));

    // A record that is changed to fit is a record of nothing.
    let mut record = post.approval().clone();
    record.accounts = BTreeSet::from([theirs.account.key.clone()]);
    let error = Approved::restore(Post::new("Bread"), record).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
}

#[tokio::test]
async fn a_changed_handle_does_not_void_an_approval_and_another_tenant_does() {
    let board = Board::new("1");
    let post = approved(&board, Post::new("Bread")).await;
    let renamed = Board::of(Account::new(board.account.key.clone(), "@bakery-41"));
    renamed.publish(&Run::ephemeral(), &post).await.unwrap();
    for key in [board.account.key.clone().with_tenant("other"), board.account.key.clone().rehearsal()] {
        let elsewhere = Board::of(key.into());
        let error = elsewhere.publish(&Run::ephemeral(), &post).await.unwrap_err();
        assert_eq!((error.kind(), elsewhere.posts()), (ErrorKind::Rejected, 0));
    }
}

/// Answers as told, and keeps what it was asked.
#[derive(Debug, Default)]
struct Told {
    decisions: Mutex<Vec<Decision>>,
    asked: Mutex<Vec<String>>,
    /// Why the same was rejected before.
    told: Mutex<Vec<Option<String>>>,
    approvals: Mutex<Vec<String>>,
}

impl Told {
    fn new(decisions: impl IntoIterator<Item = Decision>) -> Self {
        let mut decisions: Vec<_> = decisions.into_iter().collect();
        decisions.reverse();
        Self { decisions: Mutex::new(decisions), ..Self::default() }
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

#[async_trait]
impl Approver for Told {
    async fn decide(&self, request: &ApprovalRequest<'_>) -> Result<Decision> {
        self.asked.lock().unwrap().push(request.content.preview());
        self.told.lock().unwrap().push(request.rejected.map(|rejection| rejection.reason.clone()));
        Ok(self.decisions.lock().unwrap().pop().expect("asked once too often"))
    }

    fn approved(&self, _request: &ApprovalRequest<'_>, approval: &Approval) {
        self.approvals.lock().unwrap().push(approval.by.clone());
    }
}

#[tokio::test]
async fn one_approval_may_hold_for_several_accounts_or_for_some_of_those_asked() {
    let boards = ["1", "2", "3"].map(Board::new);
    let ask = Ask::for_accounts(boards.iter().map(|board| board.account.clone()));
    let some = [&boards[0], &boards[2]].map(|board| board.account.key.clone());
    for (decision, expected) in
        [(Decision::approve("Eva"), [true; 3]), (Decision::approve_for("Eva", some), [true, false, true])]
    {
        let answer = Approved::ask(&Run::ephemeral(), Post::new("Bread"), &ask, &Told::new([decision])).await.unwrap();
        let post = answer.approved().unwrap();
        for (board, expected) in boards.iter().zip(expected) {
            assert_eq!(board.publish(&Run::ephemeral(), &post).await.is_ok(), expected, "{:?}", board.account);
        }
    }
    let stranger = Told::new([Decision::approve_for("Eva", [AccountKey::new("x", "1")])]);
    let error = Approved::ask(&Run::ephemeral(), Post::new("Bread"), &ask, &stranger).await.unwrap_err();
    assert!(error.message().contains("default/x/1, which was not asked about"), "{error}");
    let nobody = Ask::for_accounts([]);
    let error = Approved::ask(&Run::ephemeral(), Post::new("Bread"), &nobody, &Told::default()).await.unwrap_err();
    assert_eq!(error.field(), Some("accounts"));
}

#[tokio::test]
async fn an_edit_approves_the_edited_form_and_is_kept() {
    let (journal, board) = (MemoryJournal::new(), Board::new("1"));
    let ask = Ask::for_account(board.account.clone());
    let edited = Post::new("Fresh bread");
    let approver = Told::new([Decision::edit("Eva", &edited).unwrap()]);
    for _ in 0..2 {
        let run = Run::open(&journal, "tonight").await.unwrap();
        let post = Approved::ask(&run, Post::new("Bread"), &ask, &approver).await.unwrap().approved().unwrap();
        assert_eq!((&*post, post.approval().by.as_str()), (&edited, "Eva"));
        board.publish(&run.child("publish"), &post).await.unwrap();
        let original = Approved::restore(Post::new("Bread"), post.approval().clone()).await;
        assert_eq!(original.unwrap_err().kind(), ErrorKind::Rejected, "only the edited form is approved");
    }
    assert_eq!((approver.asked(), board.posts()), (1, 1));

    let broken = Told::new([Decision::Edit { by: "Eva".to_owned(), content: json!({ "text": 1 }) }]);
    let error = Approved::ask(&Run::ephemeral(), Post::new("Bread"), &ask, &broken).await.unwrap_err();
    assert_eq!(error.field(), Some("content"));
}

#[tokio::test]
async fn later_is_a_state_that_goes_on_in_another_process() {
    let (journal, ask) = (MemoryJournal::new(), Ask::for_account(Board::new("1").account.clone()));
    let until = "2026-12-01T08:00:00Z".parse().unwrap();
    let approver = Told::new([
        Decision::later_than("Eva is on holiday", until),
        Decision::regenerate("Eva", "shorter"),
        Decision::reject("Eva", "too salty"),
        Decision::approve("Eva"),
    ]);
    let mut answers = Vec::new();
    for _ in 0..5 {
        let run = Run::open(&journal, "tonight").await.unwrap();
        answers.push(match Approved::ask(&run, Post::new("Bread"), &ask, &approver).await.unwrap() {
            Answer::Later { why, until } => format!("later: {why} {until:?}"),
            Answer::Regenerate { by, hint } => format!("{by}: {hint}"),
            Answer::Rejected { by, reason } => format!("{by}: no, {reason}"),
            Answer::Approved(post) => format!("{}: yes", post.approval().by),
            Answer::Revised { content, .. } => content.text,
        });
    }
    assert_eq!(
        answers,
        [
            "later: Eva is on holiday Some(2026-12-01T08:00:00Z)",
            "Eva: shorter",
            "Eva: no, too salty",
            "Eva: yes",
            "Eva: yes"
        ]
    );
    assert_eq!(approver.asked(), 4, "an approval is not asked for again");
}

#[tokio::test]
async fn a_changed_form_is_asked_about_and_a_no_is_remembered_and_told() {
    let (journal, ask) = (MemoryJournal::new(), Ask::for_account(Board::new("1").account.clone()));
    let changed = Post::new("Fresh bread");
    let approver = Told::new([
        Decision::revise("Eva", &changed).unwrap(),
        Decision::reject("Eva", "too salty"),
        Decision::reject("Eva", "too sweet"),
        Decision::approve("Eva"),
    ]);
    let run = || async { Run::open(&journal, "tonight").await.unwrap() };
    let answer = Approved::ask(&run().await, Post::new("Bread"), &ask, &approver).await.unwrap();
    let Answer::Revised { by, content } = answer else { panic!("{answer:?}") };
    assert_eq!((by.as_str(), &content), ("Eva", &changed));
    for _ in 0..3 {
        Approved::ask(&run().await, changed.clone(), &ask, &approver).await.unwrap();
    }
    let told = approver.told.lock().unwrap().clone();
    assert_eq!(told, [None, None, Some("too salty".to_owned()), Some("too sweet".to_owned())]);
    // An approval of before is told, too.
    Approved::ask(&run().await, changed.clone(), &ask, &approver).await.unwrap().approved().unwrap();
    assert_eq!(*approver.approvals.lock().unwrap(), ["Eva", "Eva"]);
    assert_eq!(approver.asked(), 4);
}

#[tokio::test]
async fn nobody_approves_what_the_check_has_an_error_about() {
    let ask = Ask::for_account(Board::new("1").account.clone());
    let ask = ask.with_findings([Finding::error(FindingCode::TOO_LONG, "text", "too long")]);
    let approver = Told::new([Decision::approve("Eva")]);
    let answer = Approved::ask(&Run::ephemeral(), Post::new("Bread"), &ask, &approver).await.unwrap();
    assert!(matches!(answer, Answer::Rejected { reason, .. } if reason.contains("too long")));
}

/// Something else that leaves the house.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Reply {
    to: String,
    text: String,
}

#[async_trait]
impl Approvable for Reply {
    fn kind(&self) -> &'static str {
        "reply"
    }

    async fn digest(&self) -> Result<Digest> {
        canonical::digest(self).await
    }

    fn preview(&self) -> String {
        format!("to {}: {}", self.to, self.text)
    }
}

/// A reply that looks like another kind of content in JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Note(Reply);

#[async_trait]
impl Approvable for Note {
    fn kind(&self) -> &'static str {
        "note"
    }

    async fn digest(&self) -> Result<Digest> {
        canonical::digest(self).await
    }

    fn preview(&self) -> String {
        self.0.preview()
    }
}

#[tokio::test]
async fn anything_can_be_approved_and_kinds_are_told_apart() {
    let reply = Reply { to: "@guest".to_owned(), text: "Yes, it is vegan.".to_owned() };
    let ask = Ask::for_account(Board::new("1").account.clone());
    let approver = Told::new([Decision::approve("Eva")]);
    let answer = Approved::ask(&Run::ephemeral(), reply.clone(), &ask, &approver).await.unwrap();
    let approved = answer.approved().unwrap();
    assert_eq!((&*approved, approver.asked.lock().unwrap()[0].as_str()), (&reply, "to @guest: Yes, it is vegan."));
    let record = approved.approval().clone();
    assert!(Approved::restore(Note(reply), record).await.is_err(), "the same JSON, another kind");
}

#[tokio::test]
async fn a_person_sees_all_of_a_post() {
    let preview = full().preview();
    for words in ["Bread", "T", "a loaf", "[part 2] more", "[first comment] first", "( ) yes", "[example] pinned: true"]
    {
        assert!(preview.contains(words), "{words} in {preview}");
    }
}

/// Stands on a record as the version before accounts had keys wrote it, and on one of today with a
/// field of tomorrow.
#[tokio::test]
async fn old_records_are_refused_in_words_and_those_of_today_outlive_an_added_field() {
    let old = include_str!("approval-before-keys.json");
    let error = serde_json::from_str::<Approval>(old).unwrap_err();
    assert!(error.to_string().contains("did not know accounts by keys; ask for approval again"), "{error}");

    let today = include_str!("approval-1.json");
    let record: Approval = serde_json::from_str(today).unwrap();
    assert_eq!(approved_for(AccountKey::new("example", "1").into(), full()).await.approval().digest, record.digest);
    Approved::restore(full(), record.clone()).await.unwrap();
    let mut tomorrow: serde_json::Value = serde_json::from_str(today).unwrap();
    tomorrow["seen_on"] = json!("a telephone");
    assert_eq!(serde_json::from_value::<Approval>(tomorrow.clone()).unwrap(), record);

    tomorrow["digest"] = json!(format!("2:{}", record.digest.hex()));
    let newer: Approval = serde_json::from_value(tomorrow).unwrap();
    let error = Approved::restore(full(), newer).await.unwrap_err();
    assert!(error.message().contains("a digest of version 2, this program makes version 1"), "{error}");
}
