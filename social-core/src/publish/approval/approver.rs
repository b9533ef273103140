//! Who decides, about what, and how.

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Approvable, Approval, POLICY, Rejection};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::identity::{Account, AccountKey};
use crate::publish::finding::{Finding, Severity};
use crate::publish::rules::Rules;

/// What an approver decides about.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ApprovalRequest<'a> {
    /// The content.
    pub content: &'a dyn Approvable,
    /// Where it goes.
    pub accounts: &'a [Account],
    /// What the check found.
    pub findings: &'a [Finding],
    /// A template filled in for the writer.
    pub degraded: bool,
    /// What it is called, for instance `instagram-reel`; empty where it has no name.
    pub label: &'a str,
    /// What was changed so that it fits, a sentence each.
    pub changes: &'a [String],
    /// What its place accepts, where that is known.
    pub rules: Option<&'a Rules>,
    /// A person said no to exactly this before.
    pub rejected: Option<&'a Rejection>,
}

impl<'a> ApprovalRequest<'a> {
    /// The content as what it is, for approvers that know it: a [`Post`](crate::publish::Post) for
    /// a preview.
    #[must_use]
    pub fn content_as<T: Approvable>(&self) -> Option<&'a T> {
        let content: &dyn Any = self.content;
        content.downcast_ref()
    }
}

/// What an approver says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Decision {
    /// It may go out.
    Approve {
        /// Who says so.
        by: String,
        /// To these of the accounts that were asked about; to all of them when empty.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        accounts: BTreeSet<AccountKey>,
    },
    /// It may go out in this form, and in no other.
    Edit {
        /// Who says so.
        by: String,
        /// The edited content as JSON.
        content: Value,
    },
    /// It was changed to this. It is checked, and asked about once more.
    Revise {
        /// Who says so.
        by: String,
        /// The changed content as JSON.
        content: Value,
    },
    /// It shall be made again.
    Regenerate {
        /// Who says so.
        by: String,
        /// What shall be different.
        hint: String,
    },
    /// It may not go out.
    Reject {
        /// Who says so.
        by: String,
        /// Why.
        reason: String,
    },
    /// It is not decided yet. Asked again, the approver may know.
    Later {
        /// What it waits for.
        why: String,
        /// When to ask again, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
}

impl Decision {
    /// It may go out.
    #[must_use]
    pub fn approve(by: impl Into<String>) -> Self {
        Self::Approve { by: by.into(), accounts: BTreeSet::new() }
    }

    /// It may go out to these of the accounts that were asked about.
    #[must_use]
    pub fn approve_for(by: impl Into<String>, accounts: impl IntoIterator<Item = AccountKey>) -> Self {
        Self::Approve { by: by.into(), accounts: accounts.into_iter().collect() }
    }

    /// It may go out in this form.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for content that has no JSON form.
    pub fn edit(by: impl Into<String>, content: &(impl Approvable + Serialize)) -> Result<Self> {
        Ok(Self::Edit { by: by.into(), content: json(content)? })
    }

    /// It was changed to this, and shall be checked and asked about once more.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for content that has no JSON form.
    pub fn revise(by: impl Into<String>, content: &(impl Approvable + Serialize)) -> Result<Self> {
        Ok(Self::Revise { by: by.into(), content: json(content)? })
    }

    /// It shall be made again.
    #[must_use]
    pub fn regenerate(by: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Regenerate { by: by.into(), hint: hint.into() }
    }

    /// It may not go out.
    #[must_use]
    pub fn reject(by: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Reject { by: by.into(), reason: reason.into() }
    }

    /// It is not decided yet.
    #[must_use]
    pub fn later(why: impl Into<String>) -> Self {
        Self::Later { why: why.into(), until: None }
    }

    /// It is not decided before this time.
    #[must_use]
    pub fn later_than(why: impl Into<String>, until: Timestamp) -> Self {
        Self::Later { why: why.into(), until: Some(until) }
    }
}

fn json(content: &impl Serialize) -> Result<Value> {
    serde_json::to_value(content)
        .map_err(|e| Error::invalid("content", format!("it cannot be written as JSON: {e}")).with_source(e))
}

/// How an approver can be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApproverCapabilities {
    /// Several contents can be decided about at the same time, as on a page: they are asked about
    /// side by side. At a terminal, one comes after the other.
    pub side_by_side: bool,
    /// What the check has an error about can be changed, so it is asked about, too. It cannot be
    /// approved as it is.
    pub mends: bool,
}

impl ApproverCapabilities {
    /// Asked about one content after the other, and only about those that can be sent.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`side_by_side`](Self::side_by_side).
    #[must_use]
    pub const fn with_side_by_side(mut self, side_by_side: bool) -> Self {
        self.side_by_side = side_by_side;
        self
    }

    /// Sets [`mends`](Self::mends).
    #[must_use]
    pub const fn with_mends(mut self, mends: bool) -> Self {
        self.mends = mends;
        self
    }
}

/// Decides whether content goes out: a person at a terminal, a web page, a chat button, or a named
/// policy.
///
/// This one lets short posts out, and leaves the others to a person:
///
/// ```
/// use async_trait::async_trait;
/// use social_core::publish::{Answer, ApprovalRequest, Approved, Approver, Ask, Decision, Post};
/// use social_core::run::Run;
/// use social_core::{Account, AccountKey, Result};
///
/// #[derive(Debug)]
/// struct ShortPosts;
///
/// #[async_trait]
/// impl Approver for ShortPosts {
///     async fn decide(&self, request: &ApprovalRequest<'_>) -> Result<Decision> {
///         Ok(match request.content_as::<Post>() {
///             Some(post) if post.text.len() < 100 => Decision::approve("the rule for short posts"),
///             _ => Decision::later("a person has to look at it"),
///         })
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let wall = Account::from(AccountKey::new("wall", "41"));
/// let answer = Approved::ask(&Run::ephemeral(), Post::new("Bread!"), &Ask::for_account(wall), &ShortPosts).await?;
/// match answer {
///     Answer::Approved(post) => assert_eq!(post.approval().by, "the rule for short posts"),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<_, social_core::Error>(()) }).unwrap();
/// ```
#[async_trait]
pub trait Approver: Debug + Send + Sync {
    /// Decides. An approver who cannot say yet answers [`Later`](Decision::Later), which is not an
    /// error.
    ///
    /// # Errors
    /// When the approver could not be asked. The content then stays a draft.
    async fn decide(&self, request: &ApprovalRequest<'_>) -> Result<Decision>;

    /// How it can be asked.
    fn capabilities(&self) -> ApproverCapabilities {
        ApproverCapabilities::default()
    }

    /// Is told that content is approved: now, or in an earlier process, and then without being
    /// asked. For approvers that show it.
    fn approved(&self, request: &ApprovalRequest<'_>, approval: &Approval) {
        let _ = (request, approval);
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: Approver + ?Sized> Approver for std::sync::Arc<T> {
    async fn decide(&self, request: &ApprovalRequest<'_>) -> Result<Decision> {
        (**self).decide(request).await
    }

    fn capabilities(&self) -> ApproverCapabilities {
        (**self).capabilities()
    }

    fn approved(&self, request: &ApprovalRequest<'_>, approval: &Approval) {
        (**self).approved(request, approval);
    }
}

/// Approves everything that the check has no error about, and rejects the rest. The application
/// says in so many words that it wants that.
#[derive(Clone, Debug)]
pub struct AutoApprove {
    policy: String,
}

impl AutoApprove {
    /// A policy by its name, which every approval then carries, for instance
    /// `--yes on the command line`.
    #[must_use]
    pub fn because(policy: impl Into<String>) -> Self {
        Self { policy: policy.into() }
    }
}

#[async_trait]
impl Approver for AutoApprove {
    async fn decide(&self, request: &ApprovalRequest<'_>) -> Result<Decision> {
        let by = format!("{POLICY}{}", self.policy);
        let mut errors = request.findings.iter().filter(|finding| finding.severity == Severity::Error);
        Ok(match errors.next() {
            Some(error) => Decision::reject(by, error.to_string()),
            None => Decision::approve(by),
        })
    }
}
