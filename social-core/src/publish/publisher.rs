//! The trait of every platform.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::approval::Approved;
use super::finding::{Finding, Severity};
use super::placement::Placement;
use super::post::Post;
use super::receipt::Receipt;
use super::rules::Rules;
use crate::Platform;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::identity::{Account, PostQuota};
use crate::media::MediaInfo;
use crate::run::Run;

/// What a publisher can do, as data. Calls that are not offered are
/// [`Unsupported`](crate::ErrorKind::Unsupported).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PublisherCapabilities {
    /// The placements that it offers.
    pub placements: Vec<Placement>,
    /// After a lost answer, it can find out whether the post exists.
    #[serde(default)]
    pub finds_lost_posts: bool,
    /// It offers [`Publisher::status`].
    #[serde(default)]
    pub status: bool,
    /// It offers [`Publisher::delete`].
    #[serde(default)]
    pub delete: bool,
    /// It offers [`Publisher::limits`].
    #[serde(default)]
    pub limits: bool,
    /// It offers [`Publisher::readiness`].
    #[serde(default)]
    pub readiness: bool,
    /// It needs images at a public address, and has no media host that would give them one.
    #[serde(default)]
    pub needs_host: bool,
    /// It sends nothing: it stands in for the platform, or tries out.
    #[serde(default)]
    pub rehearses: bool,
}

macro_rules! offers {
    ($($setter:ident = $field:ident: $what:literal),* $(,)?) => {$(
        #[doc = $what]
        #[must_use]
        pub const fn $setter(mut self, offers: bool) -> Self {
            self.$field = offers;
            self
        }
    )*};
}

impl PublisherCapabilities {
    /// These placements, and nothing else.
    #[must_use]
    pub fn new(placements: impl IntoIterator<Item = Placement>) -> Self {
        Self { placements: placements.into_iter().collect(), ..Self::default() }
    }

    offers! {
        with_finds_lost_posts = finds_lost_posts: "Whether it finds out about posts whose answer was lost.",
        with_status = status: "Whether it offers [`Publisher::status`].",
        with_delete = delete: "Whether it offers [`Publisher::delete`].",
        with_limits = limits: "Whether it offers [`Publisher::limits`].",
        with_readiness = readiness: "Whether it offers [`Publisher::readiness`].",
        with_needs_host = needs_host: "Whether it cannot publish images for want of a media host.",
        with_rehearses = rehearses: "Whether it sends nothing.",
    }
}

/// What an account allows now, as far as only the platform knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccountLimits {
    /// The account.
    pub account: Account,
    /// When the platform said so.
    pub at: Timestamp,
    /// How many posts it may still make.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posts: Option<PostQuota>,
    /// The placement's rules as they are for this account, where they differ from the platform's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
}

impl AccountLimits {
    /// Limits of which nothing is known yet.
    #[must_use]
    pub const fn new(account: Account, at: Timestamp) -> Self {
        Self { account, at, posts: None, rules: None }
    }

    /// Says how many posts it may make.
    #[must_use]
    pub const fn with_posts(mut self, quota: PostQuota) -> Self {
        self.posts = Some(quota);
        self
    }

    /// Says what differs from the platform's rules.
    #[must_use]
    pub fn with_rules(mut self, rules: Rules) -> Self {
        self.rules = Some(rules);
        self
    }
}

/// Whether an account is ready to publish at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Readiness {
    /// The account.
    pub account: Account,
    /// The time that was asked about.
    pub at: Timestamp,
    /// What is missing (errors) or will be (warnings): a scope, a token that ends before, a tier, a
    /// quota, a version of the interface that is switched off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

impl Readiness {
    /// Ready, as far as nothing is found.
    #[must_use]
    pub const fn new(account: Account, at: Timestamp) -> Self {
        Self { account, at, findings: Vec::new() }
    }

    /// Adds something that was found.
    #[must_use]
    pub fn with_finding(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }

    /// Whether nothing was found for which publishing would fail.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Error)
    }
}

/// Publishes posts on one account of one platform.
///
/// # Contract
/// - [`durably`](super::durably) sees to the first four points; a publisher is written as its
///   `work`.
/// - The run is bound to the approval's digest: another post in the same run is refused, not taken
///   for the first one.
/// - The request that makes the post visible is a [`Run::once`]: called again with the same run, it
///   is not sent again unless it provably had no effect.
/// - A post goes only to the accounts that it was approved for, and only as it was approved.
/// - Everything that can be checked is checked before the first remote object exists.
/// - Once the platform has taken the post, nothing that fails afterwards (a permalink, a count)
///   makes it an error.
/// - A receipt says what is known: `Published` only when the platform says so.
/// - What is not offered is [`Unsupported`](crate::ErrorKind::Unsupported), never a pretended
///   success.
#[async_trait]
pub trait Publisher: Debug + Send + Sync {
    /// The platform.
    fn platform(&self) -> Platform;

    /// The account: the key that its posts, approvals and runs are named by, and the label that
    /// people know it by.
    ///
    /// A publisher may ask the platform, once.
    ///
    /// # Errors
    /// The kinds of the HTTP path, where the platform is asked.
    async fn account(&self) -> Result<Account>;

    /// What it can do, wrappers included.
    fn capabilities(&self) -> PublisherCapabilities;

    /// What a placement accepts; `None` when it is not offered.
    fn rules(&self, placement: &Placement) -> Option<Rules>;

    /// What this account allows now, where only the platform knows: a quota, limits of an instance
    /// or a tier.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where it is not offered; the kinds of the
    /// HTTP path.
    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        let _ = placement;
        Err(not_offered(&self.platform(), "limits", "does not say what an account allows"))
    }

    /// Checks what rules as data cannot say. `facts` are those of the post's [files](Post::files),
    /// in order. The engine has checked the rules already.
    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        let _ = (post, facts);
        Vec::new()
    }

    /// Publishes.
    ///
    /// # Errors
    /// [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) when the post may be out and the
    /// platform cannot be asked yet: call again later with the same run. Everything else means that
    /// it is not out.
    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt>;

    /// Asks what has become of a post: whether it is really online. Returns its receipt with what
    /// is known now.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where it is not offered;
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a receipt of another account; the
    /// kinds of the HTTP path.
    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        let _ = receipt;
        Err(not_offered(&self.platform(), "status", "cannot be asked about a post"))
    }

    /// Takes a post down, every remote post that the receipt stands for. Called again with the same
    /// run, it takes down what is left. Returns the receipt in the state
    /// [`Deleted`](super::ReceiptState::Deleted).
    ///
    /// # Errors
    /// As [`status`](Self::status).
    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        let _ = (run, receipt);
        Err(not_offered(&self.platform(), "delete", "cannot take a post down"))
    }

    /// Whether the account is ready to publish at a time: scopes, the token's life, the tier,
    /// quotas, versions of the interface.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where it is not offered; the kinds of the
    /// HTTP path.
    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        let _ = at;
        Err(not_offered(&self.platform(), "readiness", "does not say whether an account is ready"))
    }
}

fn not_offered(platform: &Platform, call: &'static str, what: &str) -> Error {
    Error::unsupported(call, format!("{platform} {what}")).with_vendor(platform.as_str().to_owned())
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: Publisher + ?Sized> Publisher for Arc<T> {
    fn platform(&self) -> Platform {
        (**self).platform()
    }

    async fn account(&self) -> Result<Account> {
        (**self).account().await
    }

    fn capabilities(&self) -> PublisherCapabilities {
        (**self).capabilities()
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        (**self).rules(placement)
    }

    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        (**self).limits(placement).await
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        (**self).check(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        (**self).publish(run, post).await
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        (**self).status(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        (**self).delete(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        (**self).readiness(at).await
    }
}
