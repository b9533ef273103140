//! Content with its approval.

use std::collections::BTreeSet;
use std::ops::Deref;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Approvable, Approval, ApprovalRequest, Approver, Decision, POLICY, Rejection, digest_for};
use crate::canonical::Digest;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{Account, AccountKey};
use crate::publish::finding::{Finding, Severity};
use crate::publish::rules::Rules;
use crate::run::Run;

/// Content that somebody approved, unchanged since.
///
/// It can be read but not changed; [`into_inner`](Self::into_inner) makes it a draft again. The
/// only ways to get one are an [`Approver`]'s decision and the record of an earlier one that still
/// fits. It cannot be made up:
///
/// ```compile_fail
/// use social_core::publish::{Approval, Approved, Post};
/// fn forge(approval: Approval) -> Approved<Post> {
///     Approved { content: Post::new("never seen by anybody"), approval }
/// }
/// ```
///
/// and it cannot be changed:
///
/// ```compile_fail
/// use social_core::publish::{Approved, Post};
/// fn change(mut post: Approved<Post>) -> Approved<Post> {
///     post.text.push_str(", and something else");
///     post
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Approved<T> {
    content: T,
    approval: Approval,
}

/// What is asked about content, beside the content.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Ask {
    /// Where it goes.
    pub accounts: Vec<Account>,
    /// What the check found.
    pub findings: Vec<Finding>,
    /// A template filled in for the writer.
    pub degraded: bool,
    /// What it is called, for instance `instagram-reel`.
    pub label: String,
    /// What was changed so that it fits, a sentence each.
    pub changes: Vec<String>,
    /// What its place accepts, where that is known.
    pub rules: Option<Rules>,
}

impl Ask {
    /// Whether it may go to this account.
    #[must_use]
    pub fn for_account(account: Account) -> Self {
        Self::for_accounts([account])
    }

    /// Whether it may go to each of these accounts.
    #[must_use]
    pub fn for_accounts(accounts: impl IntoIterator<Item = Account>) -> Self {
        Self { accounts: accounts.into_iter().collect(), ..Self::default() }
    }

    /// Tells what the check found.
    #[must_use]
    pub fn with_findings(mut self, findings: impl Into<Vec<Finding>>) -> Self {
        self.findings = findings.into();
        self
    }

    /// Tells whether a template filled in for the writer.
    #[must_use]
    pub const fn with_degraded(mut self, degraded: bool) -> Self {
        self.degraded = degraded;
        self
    }

    /// Tells what it is called.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Tells what was changed so that it fits.
    #[must_use]
    pub fn with_changes(mut self, changes: impl Into<Vec<String>>) -> Self {
        self.changes = changes.into();
        self
    }

    /// Tells what its place accepts.
    #[must_use]
    pub fn with_rules(mut self, rules: impl Into<Option<Rules>>) -> Self {
        self.rules = rules.into();
        self
    }

    fn about<'a>(&'a self, content: &'a dyn Approvable, rejected: Option<&'a Rejection>) -> ApprovalRequest<'a> {
        let Self { accounts, findings, degraded, label, changes, rules } = self;
        let (degraded, rules) = (*degraded, rules.as_ref());
        ApprovalRequest { content, accounts, findings, degraded, label, changes, rules, rejected }
    }
}

/// What came of asking.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer<T> {
    /// It may go out, in the form in which it was approved.
    Approved(Approved<T>),
    /// It was changed. The changed form is not approved: check it, and ask about it.
    Revised {
        /// Who says so.
        by: String,
        /// The changed form.
        content: T,
    },
    /// It shall be made again.
    Regenerate {
        /// Who says so.
        by: String,
        /// What shall be different.
        hint: String,
    },
    /// It may not go out.
    Rejected {
        /// Who says so.
        by: String,
        /// Why.
        reason: String,
    },
    /// It is not decided yet: ask again.
    Later {
        /// What it waits for.
        why: String,
        /// When to ask again, where that is known.
        until: Option<Timestamp>,
    },
}

impl<T> Answer<T> {
    /// The approved content, for callers that can do nothing with another answer.
    ///
    /// # Errors
    /// [`Rejected`](ErrorKind::Rejected) for every other answer, saying which.
    pub fn approved(self) -> Result<Approved<T>> {
        let message = match self {
            Self::Approved(approved) => return Ok(approved),
            Self::Revised { by, .. } => format!("{by} changed it; ask for approval of the changed form"),
            Self::Regenerate { by, hint } => format!("{by} wants it to be made again: {hint}"),
            Self::Rejected { by, reason } => format!("{by} did not approve it: {reason}"),
            Self::Later { why, .. } => format!("it is not approved yet: {why}"),
        };
        Err(Error::new(ErrorKind::Rejected, message))
    }
}

/// An approval as a run keeps it: with the content, where that was edited.
#[derive(Serialize, Deserialize)]
struct Kept {
    approval: Approval,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    edited: Option<Value>,
}

impl<T> Approved<T> {
    /// The record.
    #[must_use]
    pub fn approval(&self) -> &Approval {
        &self.approval
    }

    /// The content as a draft, without its approval.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.content
    }

    /// Makes sure that it was approved for this account.
    ///
    /// # Errors
    /// [`Rejected`](ErrorKind::Rejected) for an account that is not among those of the approval,
    /// and for a rehearsal that was not approved as one.
    pub fn is_for(&self, account: &Account) -> Result<()> {
        if self.approval.accounts.contains(&account.key) {
            return Ok(());
        }
        let approved: Vec<_> = self.approval.accounts.iter().map(AccountKey::to_string).collect();
        let message = format!("it was approved for {}, not for {account}, {}", approved.join(" and "), account.key);
        Err(Error::new(ErrorKind::Rejected, message))
    }
}

impl<T> Deref for Approved<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.content
    }
}

impl<T: Approvable> Approved<T> {
    /// Restores an approval from its record.
    ///
    /// # Errors
    /// [`Rejected`](ErrorKind::Rejected) when the content, one of its files or the record is not
    /// exactly what was approved; what reading the files fails with.
    pub async fn restore(content: T, approval: Approval) -> Result<Self> {
        let approved = Self { content, approval };
        approved.verify().await?;
        Ok(approved)
    }

    /// Makes sure that no file has changed since the approval. Files that are unchanged are not
    /// read again.
    ///
    /// # Errors
    /// As [`restore`](Self::restore).
    pub async fn verify(&self) -> Result<()> {
        let stored = &self.approval.digest;
        if stored.version() != Digest::VERSION {
            let message = format!(
                "the approval has a digest of version {}, this program makes version {}; ask for approval again",
                stored.version(),
                Digest::VERSION
            );
            return Err(Error::new(ErrorKind::Rejected, message));
        }
        if digest_for(self.content.kind(), &self.content.digest().await?, &self.approval.accounts)? == *stored {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Rejected, "it has changed since it was approved; ask for approval again"))
    }
}

impl<T: Approvable + Serialize + DeserializeOwned> Approved<T> {
    /// Asks an approver about content, once: an approval is kept with the run, and the same content
    /// for the same accounts is not asked about again. A person's no is kept, too, and told to the
    /// approver who is asked again. Other answers are not kept.
    ///
    /// An edited content is approved in its edited form, which is kept, too. What the check has an
    /// error about is not approved, whatever the decision says.
    ///
    /// # Errors
    /// What the approver and reading the files fail with;
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) when no account is asked about, when the
    /// approver names an account that was not, and for an edited content that cannot be read;
    /// [`Storage`](ErrorKind::Storage).
    pub async fn ask(run: &Run, content: T, ask: &Ask, approver: &dyn Approver) -> Result<Answer<T>> {
        let all: BTreeSet<_> = ask.accounts.iter().map(|account| account.key.clone()).collect();
        if all.is_empty() {
            return Err(Error::invalid("accounts", "content is approved for an account, and none was named"));
        }
        let digest = content.digest().await?;
        let step = format!("approval {}", digest_for(content.kind(), &digest, &all)?);
        if let Some(kept) = run.result::<Kept>(&step).await? {
            let content = kept.edited.map_or(Ok(content), read)?;
            let restored = Self::restore(content, kept.approval).await?;
            approver.approved(&ask.about(&restored.content, None), &restored.approval);
            return Ok(Answer::Approved(restored));
        }
        let rejection = format!("rejection {}", digest_for(content.kind(), &digest, &all)?);
        let rejected = run.result::<Rejection>(&rejection).await?;
        let decision = approver.decide(&ask.about(&content, rejected.as_ref())).await?;
        let mut errors = ask.findings.iter().filter(|finding| finding.severity == Severity::Error);
        let (content, digest, accounts, by, edited) = match decision {
            Decision::Approve { by, .. } if let Some(error) = errors.next() => {
                return Ok(Answer::Rejected { by, reason: format!("the check found: {error}") });
            }
            Decision::Approve { by, accounts } if accounts.is_empty() => (content, digest, all, by, None),
            Decision::Approve { by, accounts } => {
                if let Some(stranger) = accounts.difference(&all).next() {
                    let message = format!("{by} approved it for {stranger}, which was not asked about");
                    return Err(Error::invalid("accounts", message));
                }
                (content, digest, accounts, by, None)
            }
            Decision::Edit { by, content: edited } => {
                let content: T = read(edited.clone())?;
                let digest = content.digest().await?;
                (content, digest, all, by, Some(edited))
            }
            Decision::Revise { by, content } => return Ok(Answer::Revised { by, content: read(content)? }),
            Decision::Regenerate { by, hint } => return Ok(Answer::Regenerate { by, hint }),
            Decision::Reject { by, reason } => {
                if !by.starts_with(POLICY) {
                    // The last word counts.
                    if rejected.is_some() {
                        run.forget(&rejection, "it was rejected once more").await?;
                    }
                    let record = Rejection { by: by.clone(), reason: reason.clone(), at: run.clock().now() };
                    run.step(&rejection, || async { Ok(record) }).await?;
                }
                return Ok(Answer::Rejected { by, reason });
            }
            Decision::Later { why, until } => return Ok(Answer::Later { why, until }),
        };
        let digest = digest_for(content.kind(), &digest, &accounts)?;
        let approval = Approval { digest, accounts, by, at: run.clock().now() };
        let kept = run.step(&step, || async { Ok(Kept { approval, edited }) }).await?;
        let approved = Self { content, approval: kept.approval };
        approver.approved(&ask.about(&approved.content, None), &approved.approval);
        Ok(Answer::Approved(approved))
    }
}

fn read<T: DeserializeOwned>(edited: Value) -> Result<T> {
    T::deserialize(edited).map_err(|e| Error::invalid("content", format!("the edited content: {e}")).with_source(e))
}
