use std::fmt::Debug;
use std::ops::Deref;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::finding::{Finding, Severity};
use super::post::Post;
use super::publisher::{Destination, Publisher};
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, ErrorKind, Result};

/// The record of an approval. It is worth nothing without the exact content and destination that it was given for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Approval {
    /// SHA-256 over the exact text, the bytes of every file and the destination, hex.
    pub digest: String,
    /// Where the post may go, and nowhere else.
    pub destination: Destination,
    /// Who approved: a person's name, or the policy in so many words.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Content that somebody approved, unchanged since.
///
/// It can be read but not changed; [`into_inner`](Self::into_inner) makes it a draft again. The only ways to get one are
/// an [`Approver`]'s decision and the record of an earlier one that still fits. Nobody can make one up:
///
/// ```compile_fail
/// use social_core::publish::{Approval, Approved, Post};
/// fn forge(approval: Approval) -> Approved<Post> {
///     Approved { content: Post::new("never seen by anybody"), approval }
/// }
/// ```
///
/// and nobody can change one:
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
}

impl<T> Deref for Approved<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.content
    }
}

impl Approved<Post> {
    /// Asks an approver about a post.
    ///
    /// # Errors
    /// [`Rejected`](ErrorKind::Rejected) when the approver refuses; what the approver or reading the files fails with.
    pub async fn ask(
        post: Post,
        request: &ApprovalRequest<'_>,
        approver: &dyn Approver,
        clock: &dyn Clock,
    ) -> Result<Self> {
        let destination = request.destination.clone();
        let digest = digest(&post, &destination).await?;
        match approver.decide(&post, request).await? {
            Decision::Approve { by } => {
                Ok(Self { content: post, approval: Approval { digest, destination, by, at: clock.now() } })
            }
            Decision::Refuse { by, reason } => Err(Error::new(
                ErrorKind::Rejected,
                format!("{by} did not approve the post for {destination}: {reason}"),
            )),
        }
    }

    /// Restores an approval from its record.
    ///
    /// # Errors
    /// [`Rejected`](ErrorKind::Rejected) when the text or a file is not exactly what was approved.
    pub async fn restore(post: Post, approval: Approval) -> Result<Self> {
        let approved = Self { content: post, approval };
        approved.verify().await?;
        Ok(approved)
    }

    /// Makes sure that no file has changed since the approval.
    ///
    /// # Errors
    /// [`Rejected`](ErrorKind::Rejected) when one has; what reading the files fails with.
    pub async fn verify(&self) -> Result<()> {
        if digest(&self.content, &self.approval.destination).await? == self.approval.digest {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Rejected, "the post has changed since it was approved; ask for approval again"))
    }

    /// Makes sure that this is where the post was approved for.
    ///
    /// # Errors
    /// [`Rejected`](ErrorKind::Rejected) for another platform or account, and for a rehearsal that is none.
    pub fn is_for(&self, publisher: &dyn Publisher) -> Result<()> {
        let (approved, here) = (&self.approval.destination, Destination::of(publisher));
        if *approved == here {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Rejected, format!("the post was approved for {approved}, not for {here}")))
    }
}

/// SHA-256 over the post, the bytes of its files and where it goes.
pub(crate) async fn digest(post: &Post, destination: &Destination) -> Result<String> {
    let mut hash = Sha256::new();
    let unreadable = |e: serde_json::Error| Error::invalid("post", "the post cannot be written as JSON").with_source(e);
    hash.update(serde_json::to_vec(destination).map_err(unreadable)?);
    // Files are named by their content, so that a moved file is the same and a changed one is not.
    let words = Post { attachments: Vec::new(), ..post.clone() };
    hash.update(serde_json::to_vec(&words).map_err(unreadable)?);
    for attachment in &post.attachments {
        hash.update(serde_json::to_vec(&(&attachment.alt_text, attachment.role)).map_err(unreadable)?);
        hash.update(attachment.media.sha256().await?);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What an approver is told beside the post.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApprovalRequest<'a> {
    /// Where it goes.
    pub destination: Destination,
    /// What the check found.
    pub findings: &'a [Finding],
    /// Nobody wrote it: a template did.
    pub degraded: bool,
}

impl<'a> ApprovalRequest<'a> {
    /// A request about a post that was written and that nothing was found about.
    #[must_use]
    pub const fn new(destination: Destination) -> Self {
        Self { destination, findings: &[], degraded: false }
    }

    /// Tells what the check found.
    #[must_use]
    pub const fn with_findings(mut self, findings: &'a [Finding]) -> Self {
        self.findings = findings;
        self
    }

    /// Tells whether a template filled in for the writer.
    #[must_use]
    pub const fn degraded(mut self, degraded: bool) -> Self {
        self.degraded = degraded;
        self
    }
}

/// What an approver says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It may go out.
    Approve {
        /// Who says so.
        by: String,
    },
    /// It may not.
    Refuse {
        /// Who says so.
        by: String,
        /// Why.
        reason: String,
    },
}

/// Decides whether a post goes out: a person at a terminal, a web page, a chat button, or a named policy.
#[async_trait]
pub trait Approver: Debug + Send + Sync {
    /// Decides.
    ///
    /// # Errors
    /// When nobody could be asked. The post then stays a draft.
    async fn decide(&self, post: &Post, request: &ApprovalRequest<'_>) -> Result<Decision>;
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: Approver + ?Sized> Approver for std::sync::Arc<T> {
    async fn decide(&self, post: &Post, request: &ApprovalRequest<'_>) -> Result<Decision> {
        (**self).decide(post, request).await
    }
}

/// Approves everything that the check has no error about, and refuses the rest. The application says in so many words that
/// it wants that.
#[derive(Clone, Debug)]
pub struct AutoApprove {
    policy: String,
}

impl AutoApprove {
    /// A policy by its name, which every approval then carries, for instance `--yes on the command line`.
    #[must_use]
    pub fn because(policy: impl Into<String>) -> Self {
        Self { policy: policy.into() }
    }
}

#[async_trait]
impl Approver for AutoApprove {
    async fn decide(&self, _post: &Post, request: &ApprovalRequest<'_>) -> Result<Decision> {
        let by = format!("policy: {}", self.policy);
        let mut errors = request.findings.iter().filter(|finding| finding.severity == Severity::Error);
        Ok(match errors.next() {
            Some(error) => Decision::Refuse { by, reason: error.to_string() },
            None => Decision::Approve { by },
        })
    }
}
