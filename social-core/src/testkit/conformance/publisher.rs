//! What the contract of [`Publisher`] promises, tried.

use std::sync::Arc;

use serde_json::json;

use super::post::content;
use super::subject::{Subject, Violations};
use super::trial::Trial;
use crate::clock::Timestamp;
use crate::error::{ErrorKind, Result};
use crate::identity::{Account, AccountKey};
use crate::publish::{
    Approved, Ask, AutoApprove, Placement, PlatformOptions, Poll, Post, PostOptions, PostRef, Publisher, Receipt,
    ReceiptState, Rules, ThreadPart,
};
use crate::run::Run;
use crate::testkit::scene::{Lasting, Scene};

/// A placement and an option that no platform offers.
const NOWHERE: Placement = Placement::new("conformance_nowhere");
const UNKNOWN: &str = "conformance_unknown";

/// What a publisher was tried with, and stood: no post was out twice, and none was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultTally {
    /// Exchanges that were broken, each in one way.
    pub tried: usize,
    /// Of those, posts of which it was not known in the end whether they are out.
    pub unknown: usize,
}

impl Subject<dyn Publisher> {
    /// Options of the platform to be tried, one example of each that the rules list.
    ///
    /// # Errors
    /// As [`PostOptions::set`].
    pub fn with_options<T: PlatformOptions>(mut self, options: &T) -> Result<Self> {
        let mut set = PostOptions::default();
        set.set(options)?;
        self.options.push(set);
        Ok(self)
    }
}

/// Tries a publisher with a post that its platform accepts.
///
/// # Errors
/// All that is wrong.
pub async fn publisher(subject: &Subject<dyn Publisher>, post: &Post) -> Result<FaultTally, Violations> {
    let mut violations = Violations::default();
    let (account, approved) = match account_of(subject, post).await {
        Ok(found) => found,
        Err(error) => {
            violations.add(format!("the account cannot be had, or the post approved for it: {error:?}"));
            return Err(violations);
        }
    };
    let placement = &post.placement;
    let another = another(post, &account).await;
    let trial = Trial {
        subject,
        request: &approved,
        another: another.as_ref(),
        call: |publisher: Arc<dyn Publisher>, run, post: Approved<Post>| async move { publisher.publish(&run, &post).await },
        sound: |receipt: &Receipt| {
            let of_us = receipt.account == account.key && receipt.placement == *placement;
            match receipt.id() {
                "" => Some("the receipt names no remote post".to_owned()),
                _ if !of_us => Some(format!("the receipt is of {} {}", receipt.account, receipt.placement)),
                _ => None,
            }
        },
    };
    let exchanges = Box::pin(trial.common(&mut violations)).await;
    Box::pin(trial.cancelled(&mut violations)).await;
    let finds = match attempt(subject).await {
        Ok(attempt) => {
            described(&attempt, post, &mut violations);
            Box::pin(refused(&attempt, post, &mut violations)).await;
            if let Some(rules) = attempt.publisher.rules(placement) {
                Box::pin(content(subject, &rules, post, &mut violations)).await;
            }
            Box::pin(bound(&attempt, &approved, post, &mut violations)).await;
            attempt.publisher.capabilities().finds_lost_posts
        }
        Err(error) => {
            violations.add(format!("it cannot be connected to: {error:?}"));
            false
        }
    };
    Box::pin(afterwards(subject, &approved, &mut violations)).await;
    Box::pin(trial.in_doubt(&mut violations, exchanges)).await;
    Box::pin(trial.beside_others(&mut violations, exchanges, |receipt| Some(receipt.id().to_owned()))).await;
    let mut tally = FaultTally::default();
    for case in Box::pin(trial.once(&mut violations)).await {
        tally.tried += 1;
        tally.unknown += usize::from(case.result.is_err());
        if let Some(Err(error)) = &case.broken
            && error.kind() != ErrorKind::OutcomeUnknown
            && case.effects_of_broken > 0
        {
            violations.add(format!("{case}: the post is out, and the error says that it is not: {error}"));
        }
        if finds && case.result.is_err() {
            violations.add(format!("{case}: it says that it finds lost posts, and did not: {:?}", case.result));
        }
    }
    violations.verdict().map(|()| tally)
}

/// A publisher that is connected to a vendor of its own, and its account.
struct Attempt {
    vendor: crate::testkit::ScriptedVendor,
    scene: Scene,
    publisher: Arc<dyn Publisher>,
    account: Account,
}

async fn attempt(subject: &Subject<dyn Publisher>) -> Result<Attempt> {
    let vendor = (subject.vendor)();
    let scene = Lasting::default().scene(crate::testkit::FakeVendor::transport(&vendor)).await?;
    let publisher = (subject.connect)(&scene)?;
    let account = publisher.account().await?;
    Ok(Attempt { vendor, scene, publisher, account })
}

async fn account_of(subject: &Subject<dyn Publisher>, post: &Post) -> Result<(Account, Approved<Post>)> {
    let Attempt { account, .. } = attempt(subject).await?;
    let approved = approved(post.clone(), account.clone()).await?;
    Ok((account, approved))
}

/// A post of the same account with other words.
async fn another(post: &Post, account: &Account) -> Option<Approved<Post>> {
    let text = if post.text.is_empty() { return None } else { "Another one".to_owned() };
    approved(Post { text, ..post.clone() }, account.clone()).await.ok()
}

pub(super) async fn approved(post: Post, account: Account) -> Result<Approved<Post>> {
    let policy = AutoApprove::because("conformance");
    Approved::ask(&Run::ephemeral(), post, &Ask::for_account(account), &policy).await?.approved()
}

/// What it says about itself fits together.
fn described(attempt: &Attempt, post: &Post, violations: &mut Violations) {
    let Attempt { publisher, account, .. } = attempt;
    let offered = publisher.capabilities();
    violations.check(offered.placements.contains(&post.placement), || {
        format!("the placement of the post, {}, is not among those that it offers", post.placement)
    });
    violations.check(account.key.platform == publisher.platform(), || {
        format!("the account {} is not of its platform, {}", account.key, publisher.platform())
    });
    violations.check(account.key.rehearsal == offered.rehearses, || {
        format!("rehearses is {}, and the account's key is {}", offered.rehearses, account.key)
    });
    violations
        .check(publisher.rules(&NOWHERE).is_none(), || "it has rules for a placement that nobody offers".to_owned());
    for placement in &offered.placements {
        match publisher.rules(placement) {
            None => violations.add(format!("{placement} is offered and has no rules")),
            Some(rules) => sources(&rules, violations),
        }
    }
}

/// Each source is about a field that the rules have.
fn sources(rules: &Rules, violations: &mut Violations) {
    let fields = serde_json::to_value(rules).unwrap_or_default();
    for note in &rules.sources {
        let pointer = format!("/{}", note.field.replace('.', "/"));
        violations.check(fields.pointer(&pointer).is_some(), || {
            format!("{}: a source is about `{}`, and the rules have no such field", rules.placement, note.field)
        });
    }
}

/// What must be refused before the first request that is not about the account.
async fn refused(attempt: &Attempt, post: &Post, violations: &mut Violations) {
    let Attempt { vendor, scene, publisher, account } = attempt;
    let before = vendor.received().len();
    let Some(rules) = publisher.rules(&post.placement) else { return };
    let mut cases = vec![("a placement that is not offered", post.clone().with_placement(NOWHERE))];
    if !rules.text.limits.is_empty() {
        cases.push(("a text of a million letters", Post { text: "a".repeat(1_000_000), ..post.clone() }));
    }
    if !rules.any_options {
        let mut with_option = post.clone();
        let options = json!({ account.key.platform.as_str(): { UNKNOWN: true } });
        with_option.options = serde_json::from_value(options).unwrap_or_default();
        cases.push(("an option that it does not know", with_option));
    }
    let other = || PostRef::new("1");
    for (offered, what, asking) in [
        (rules.thread.is_some(), "a thread", post.clone().with_thread_part(ThreadPart::new("two"))),
        (rules.first_comment.is_some(), "a first comment", post.clone().with_first_comment("first")),
        (rules.publish_ahead.is_some(), "a publish time", post.clone().with_publish_at(Timestamp::MAX)),
        (rules.poll.is_some(), "a poll", post.clone().with_poll(Poll::new(["yes", "no"]))),
        (rules.quotes, "a quote", post.clone().with_quote(other())),
        (rules.replies, "an answer", post.clone().with_reply_to(other())),
    ] {
        if !offered {
            cases.push((what, asking));
        }
    }
    for (what, post) in cases {
        let Ok(post) = approved(post, account.clone()).await else { continue };
        let result = publisher.publish(&scene.run.child(what), &post).await;
        let sent = vendor.received().len() - before;
        violations.check(result.is_err() && sent == 0, || {
            format!("{what}: refused is {}, after {sent} requests", result.is_err())
        });
    }
    let platform = &account.key.platform;
    let strangers = [
        ("elsewhere", AccountKey::new("elsewhere", "1")),
        ("another account", AccountKey::new(platform, "conformance-stranger")),
        ("another tenant", account.key.clone().with_tenant("conformance-stranger")),
        ("a rehearsal, or none", AccountKey { rehearsal: !account.key.rehearsal, ..account.key.clone() }),
    ];
    for (whom, key) in strangers {
        let Ok(post) = approved(post.clone(), key.into()).await else { continue };
        let result = publisher.publish(&scene.run.child(whom), &post).await;
        let (kind, sent) = (result.err().map(|error| error.kind()), vendor.received().len() - before);
        violations.check(kind == Some(ErrorKind::Rejected) && sent == 0, || {
            format!("a post that was approved for {whom} gives {kind:?} after {sent} requests")
        });
    }
}

/// The run belongs to its post.
async fn bound(attempt: &Attempt, first: &Approved<Post>, post: &Post, violations: &mut Violations) {
    let Attempt { scene, publisher, account, .. } = attempt;
    let mut other = post.clone();
    other.languages = match other.languages.first().map(String::as_str) {
        Some("de") => vec!["en".to_owned()],
        _ => vec!["de".to_owned()],
    };
    let Ok(other) = approved(other, account.clone()).await else { return };
    let _ = publisher.publish(&scene.run, first).await;
    let kind = publisher.publish(&scene.run, &other).await.err().map(|error| error.kind());
    violations.check(kind == Some(ErrorKind::InvalidRequest), || {
        format!("another post in the same run is not refused as an invalid request but gives {kind:?}")
    });
}

/// What is asked after publishing is answered where it is offered, and unsupported elsewhere.
async fn afterwards(subject: &Subject<dyn Publisher>, post: &Approved<Post>, violations: &mut Violations) {
    let Ok(Attempt { scene, publisher, .. }) = attempt(subject).await else { return };
    let offered = publisher.capabilities();
    let Ok(receipt) = publisher.publish(&scene.run, post).await else { return };
    let limits = publisher.limits(&post.placement).await;
    said(violations, "limits", offered.limits, limits.err().map(|error| error.kind()));
    let readiness = publisher.readiness(scene.run.clock().now()).await;
    said(violations, "readiness", offered.readiness, readiness.err().map(|error| error.kind()));
    let status = publisher.status(&receipt).await;
    said(violations, "status", offered.status, status.as_ref().err().map(|error| error.kind()));
    let stranger = Receipt { account: AccountKey::new("elsewhere", "1"), ..receipt.clone() };
    if offered.status && publisher.status(&stranger).await.is_ok() {
        violations.add("the status of another account's receipt is told");
    }
    let deleting = scene.run.child("delete");
    if offered.delete && publisher.delete(&deleting, &stranger).await.is_ok() {
        violations.add("a post of another account's receipt is taken down");
    }
    let deleted = publisher.delete(&deleting, &receipt).await;
    said(violations, "delete", offered.delete, deleted.as_ref().err().map(|error| error.kind()));
    if let Ok(deleted) = deleted {
        violations.check(deleted.state == ReceiptState::Deleted, || {
            format!("a post that was taken down has the state `{}`", deleted.state)
        });
        let again = publisher.delete(&deleting, &receipt).await;
        violations.check(again.is_ok(), || format!("taking a post down again with the same run fails: {again:?}"));
        if offered.status
            && let Ok(Receipt { state: ReceiptState::Published, .. }) = publisher.status(&receipt).await
        {
            violations.add("a post that was taken down is still published");
        }
    }
}

/// A call is answered where it is offered, and unsupported elsewhere.
fn said(violations: &mut Violations, call: &str, offered: bool, result: Option<ErrorKind>) {
    let fits = if offered { result.is_none() } else { result == Some(ErrorKind::Unsupported) };
    violations.check(fits, || match offered {
        true => format!("{call} is offered and fails: {result:?}"),
        false => format!("{call} is not offered and gives {result:?}, not unsupported"),
    });
}
