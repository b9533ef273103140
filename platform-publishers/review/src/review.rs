//! What is asked, what is decided, and the page as it is now.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use platform_publishers::outbox::{Card, LivePage, LiveState};
use secrecy::{ExposeSecret as _, SecretString};
use social_core::auth::{same_secret, secret_word};
use social_core::clock::Random;
use social_core::publish::{Approval, ApprovalRequest, Approver, ApproverCapabilities, Decision, Post};
use social_core::{Error, ErrorKind, Result};
use tokio::sync::{oneshot, watch};

use crate::form::Fields;

/// An approver that waits for what a person does on a page; see the [crate](crate).
///
/// Clones are the same review.
#[derive(Clone, Debug)]
pub struct Review(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    person: String,
    hosts: Mutex<Vec<String>>,
    cookie: String,
    entrance: Mutex<Option<SecretString>>,
    session: SecretString,
    seal: SecretString,
    state: Mutex<State>,
    revision: watch::Sender<u64>,
    /// The last page was fetched.
    seen: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct State {
    asked: BTreeMap<String, Question>,
    cards: BTreeMap<String, LiveState>,
    ended: Option<String>,
    /// A browser watched when it ended.
    watched: bool,
}

/// A post that waits for a decision.
#[derive(Debug)]
struct Question {
    post: Post,
    seen: String,
    answer: oneshot::Sender<Decision>,
}

/// Why a form was not taken.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The post changed since the page was shown, or is not asked about.
    Changed,
    /// What it says is wrong.
    Wrong(Error),
}

impl Review {
    /// A review of the posts whose page is in this folder, by this person: the name stands in the
    /// approvals.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>, person: impl Into<String>, random: Arc<dyn Random>) -> Self {
        let secret = || secret_word(&*random);
        // Cookies of all ports of a machine are sent to each.
        let cookie = format!("review-{}", secret().expose_secret().get(..8).unwrap_or_default());
        Self(Arc::new(Inner {
            dir: dir.into(),
            person: person.into(),
            hosts: Mutex::default(),
            cookie,
            entrance: Mutex::new(Some(secret())),
            session: secret(),
            seal: secret(),
            state: Mutex::default(),
            revision: watch::Sender::new(0),
            seen: watch::Sender::new(false),
        }))
    }

    /// Answers this name, too: that of an application which mounts the router, as browsers send it
    /// in `Host`, for instance `review.example.com`.
    #[must_use]
    pub fn with_host(self, host: impl Into<String>) -> Self {
        self.hosts().push(host.into());
        self
    }

    /// The way in, to be put behind the router's address: `enter?key=...`. It works once.
    #[must_use]
    pub fn entrance(&self) -> String {
        let key = self.0.entrance.lock().unwrap_or_else(PoisonError::into_inner).clone();
        key.map_or_else(|| "posts".to_owned(), |key| format!("enter?key={}", key.expose_secret()))
    }

    /// Says that nothing more can be decided, in a sentence that the page shows.
    pub fn end(&self, words: impl Into<String>) {
        let mut state = self.state();
        state.ended = Some(words.into());
        state.watched = self.0.revision.receiver_count() > 0;
        state.asked.clear();
        drop(state);
        self.changed();
    }

    /// Waits until a browser that watches has fetched the page after its [end](Self::end), with its
    /// files; at most so long, and not at all where none watches.
    pub async fn until_seen(&self, patience: Duration) {
        /// Browsers fetch the files of a page at once.
        const FILES: Duration = Duration::from_secs(2);
        if !self.state().watched {
            return;
        }
        let mut seen = self.0.seen.subscribe();
        if tokio::time::timeout(patience, seen.wait_for(|seen| *seen)).await.is_ok() {
            tokio::time::sleep(FILES).await;
        }
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.0.dir
    }

    pub(crate) fn person(&self) -> &str {
        &self.0.person
    }

    fn hosts(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it answers this name.
    pub(crate) fn has_host(&self, host: &str) -> bool {
        self.hosts().iter().any(|known| known.eq_ignore_ascii_case(host))
    }

    pub(crate) fn cookie(&self) -> &str {
        &self.0.cookie
    }

    pub(crate) fn session(&self) -> &SecretString {
        &self.0.session
    }

    /// Whether a cookie is the session's.
    pub(crate) fn is_session(&self, key: &str) -> bool {
        same_secret(self.0.session.expose_secret(), key)
    }

    pub(crate) fn revisions(&self) -> watch::Receiver<u64> {
        self.0.revision.subscribe()
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.state().ended.is_some()
    }

    /// Uses the way in up.
    pub(crate) fn enter(&self, key: &str) -> bool {
        let mut entrance = self.0.entrance.lock().unwrap_or_else(PoisonError::into_inner);
        let right = entrance.as_ref().is_some_and(|secret| same_secret(secret.expose_secret(), key));
        if right {
            *entrance = None;
        }
        right
    }

    /// The page as it is now, for this person.
    pub(crate) fn page(&self, person: &str) -> LivePage {
        let state = self.state();
        LivePage {
            person: person.to_owned(),
            seal: self.0.seal.clone(),
            revision: *self.0.revision.borrow(),
            ended: state.ended.clone(),
            cards: state.cards.clone(),
        }
    }

    /// A browser has the page. The last one is what the program waits for.
    pub(crate) fn shown(&self, page: &LivePage) {
        if page.ended.is_some() {
            self.0.seen.send_replace(true);
        }
    }

    /// Takes what a form says.
    pub(crate) fn take(&self, fields: &Fields, person: &str) -> Result<(), Refused> {
        if !fields.get("seal").is_some_and(|seal| same_secret(self.0.seal.expose_secret(), seal)) {
            return Err(Refused::Changed);
        }
        let target = fields.get("target").unwrap_or_default();
        let mut state = self.state();
        let question = state.asked.get(target).filter(|question| Some(&*question.seen) == fields.get("seen"));
        let post = &question.ok_or(Refused::Changed)?.post;
        let (decision, words) = fields.decision(person, post).map_err(Refused::Wrong)?;
        let now = match &decision {
            Decision::Reject { by, reason } => LiveState::Rejected { by: by.clone(), reason: reason.clone() },
            _ => LiveState::Working(words.to_owned()),
        };
        let question = state.asked.remove(target).ok_or(Refused::Changed)?;
        question.answer.send(decision).map_err(|_| Refused::Changed)?;
        state.cards.insert(target.to_owned(), now);
        drop(state);
        self.changed();
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, target: String, now: LiveState) {
        self.state().cards.insert(target, now);
        self.changed();
    }

    fn changed(&self) {
        self.0.revision.send_modify(|revision| *revision += 1);
    }
}

#[async_trait]
impl Approver for Review {
    async fn decide(&self, request: &ApprovalRequest<'_>) -> Result<Decision> {
        let Some(post) = request.content_as::<Post>() else {
            return Ok(Decision::later("the page shows posts, and this is none"));
        };
        let (target, card) = card(request, post);
        if let Some(rejection) = request.rejected {
            let (by, reason) = (rejection.by.clone(), rejection.reason.clone());
            self.set(target, LiveState::Rejected { by: by.clone(), reason: reason.clone() });
            return Ok(Decision::Reject { by, reason });
        }
        if let Some(card) = card {
            card.write(self.dir()).await?;
        }
        let seen = request.content.digest().await?.to_string();
        let (answer, decision) = oneshot::channel();
        let question = Question { post: post.clone(), seen: seen.clone(), answer };
        self.state().asked.insert(target.clone(), question);
        self.set(target, LiveState::Asked { seen });
        decision.await.map_err(|_| Error::new(ErrorKind::Cancelled, "the review ended before it was decided about"))
    }

    fn capabilities(&self) -> ApproverCapabilities {
        ApproverCapabilities::new().with_side_by_side(true).with_mends(true)
    }

    fn approved(&self, request: &ApprovalRequest<'_>, approval: &Approval) {
        let target =
            request.content_as::<Post>().map_or_else(|| request.label.to_owned(), |post| card(request, post).0);
        self.set(target, LiveState::Approved(approval.clone()));
    }
}

/// The name of a post on the page, and its card where it has an account.
fn card(request: &ApprovalRequest<'_>, post: &Post) -> (String, Option<Card>) {
    let card =
        request.accounts.first().map(|account| {
            let mut card = Card::new(account.key.platform.clone(), post.clone())
                .with_account(account.clone())
                .with_check(request.findings, request.changes, request.degraded);
            if let Some(rules) = request.rules {
                card = card.with_rules(rules);
            }
            if request.label.is_empty() { card } else { card.with_target(request.label) }
        });
    (card.as_ref().map_or_else(|| request.label.to_owned(), |card| card.target.clone()), card)
}
