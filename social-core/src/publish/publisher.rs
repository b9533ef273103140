use std::fmt::{self, Debug};
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::approval::Approved;
use super::finding::Finding;
use super::post::{Placement, Post};
use super::receipt::Receipt;
use super::rules::Rules;
use crate::Platform;
use crate::error::{Error, ErrorKind, Result};
use crate::media::MediaInfo;
use crate::run::Run;

/// What a publisher can do, as data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PublisherCapabilities {
    /// The placements it offers.
    pub placements: Vec<Placement>,
    /// After a lost answer, it can find out whether the post exists.
    pub finds_lost_posts: bool,
    /// It takes images only by a public address, and has no media host that would give them one.
    #[serde(default)]
    pub needs_host: bool,
    /// It sends nothing: it stands in for the platform, or tries out.
    #[serde(default)]
    pub rehearses: bool,
}

impl PublisherCapabilities {
    /// These placements.
    #[must_use]
    pub fn new(placements: impl IntoIterator<Item = Placement>) -> Self {
        Self { placements: placements.into_iter().collect(), ..Self::default() }
    }

    /// Can find out whether a post exists after a lost answer.
    #[must_use]
    pub const fn finding_lost_posts(mut self) -> Self {
        self.finds_lost_posts = true;
        self
    }

    /// Cannot publish images for want of a media host.
    #[must_use]
    pub const fn needs_host(mut self, needs: bool) -> Self {
        self.needs_host = needs;
        self
    }

    /// Sends nothing.
    #[must_use]
    pub const fn rehearsing(mut self) -> Self {
        self.rehearses = true;
        self
    }
}

/// Publishes posts on one account of one platform.
///
/// # Contract
/// - The run is bound to the approval's digest: another post in the same run is refused, not taken for the first one.
/// - The request that makes the post visible is a [`Run::once`]: called again with the same run, it is not sent again
///   unless it provably had no effect.
/// - Everything that can be checked is checked before the first remote object exists.
/// - Once the platform has taken the post, nothing that fails afterwards (a permalink, a count) makes it an error.
/// - A receipt says what is known: `Published` only when the platform says so.
#[async_trait]
pub trait Publisher: Debug + Send + Sync {
    /// The platform.
    fn platform(&self) -> Platform;

    /// The account as people know it: a handle, an id. Approvals hold for this account and no other. `None` where the
    /// platform has none, or only a secret one such as a webhook's address.
    fn account(&self) -> Option<String>;

    /// What it can do, wrappers included.
    fn capabilities(&self) -> PublisherCapabilities;

    /// What a placement takes; `None` when it is not offered.
    fn rules(&self, placement: Placement) -> Option<Rules>;

    /// Checks what rules as data cannot say. `facts` are those of the post's attachments, in order. The engine has
    /// checked the rules already.
    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        let _ = (post, facts);
        Vec::new()
    }

    /// Publishes.
    ///
    /// # Errors
    /// [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) when the post may be out and the platform cannot be asked yet:
    /// call again later with the same run. Everything else means that it is not out.
    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt>;
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: Publisher + ?Sized> Publisher for Arc<T> {
    fn platform(&self) -> Platform {
        (**self).platform()
    }

    fn account(&self) -> Option<String> {
        (**self).account()
    }

    fn capabilities(&self) -> PublisherCapabilities {
        (**self).capabilities()
    }

    fn rules(&self, placement: Placement) -> Option<Rules> {
        (**self).rules(placement)
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        (**self).check(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        (**self).publish(run, post).await
    }
}

/// A platform, and whose account on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Destination {
    /// The platform.
    pub platform: Platform,
    /// The account as people know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Nothing gets there.
    #[serde(default)]
    pub rehearsal: bool,
}

impl Destination {
    /// A platform without accounts.
    #[must_use]
    pub fn new(platform: impl Into<Platform>) -> Self {
        Self { platform: platform.into(), account: None, rehearsal: false }
    }

    /// Where a publisher's posts go.
    #[must_use]
    pub fn of(publisher: &(impl Publisher + ?Sized)) -> Self {
        let rehearsal = publisher.capabilities().rehearses;
        Self { platform: publisher.platform(), account: publisher.account(), rehearsal }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rehearsal {
            f.write_str("a rehearsal of ")?;
        }
        write!(f, "{}", self.platform)?;
        self.account.iter().try_for_each(|account| write!(f, " ({account})"))
    }
}

/// A publisher and one of its placements.
#[derive(Clone, Debug)]
pub struct Target {
    /// Who publishes.
    pub publisher: Arc<dyn Publisher>,
    /// The caller's name of the account, where a platform is published to with several.
    pub account: Option<String>,
    /// The placement.
    pub placement: Placement,
}

impl Target {
    /// The publisher's account.
    #[must_use]
    pub fn new(publisher: Arc<dyn Publisher>, placement: Placement) -> Self {
        Self { publisher, account: None, placement }
    }

    /// Tells it apart from other accounts on the same platform.
    #[must_use]
    pub fn with_account(mut self, name: impl Into<String>) -> Self {
        self.account = Some(name.into());
        self
    }

    /// The name that the target has in runs and reports, for instance `instagram-reel` or `instagram-bakery-reel`.
    #[must_use]
    pub fn name(&self) -> String {
        let platform = self.publisher.platform();
        match &self.account {
            Some(account) => format!("{platform}-{account}-{}", self.placement),
            None => format!("{platform}-{}", self.placement),
        }
    }

    /// The name of its part of a run. What was rehearsed is not done yet.
    pub(crate) fn part(&self) -> String {
        let rehearses = self.publisher.capabilities().rehearses;
        if rehearses { format!("rehearsal-{}", self.name()) } else { self.name() }
    }
}

/// What became of one target.
#[derive(Debug)]
pub struct TargetResult {
    /// The target's name.
    pub target: String,
    /// The receipt, or why there is none.
    pub result: Result<Receipt, Error>,
}

/// Publishes to several targets side by side, each in a child of the run. One target's failure does not touch the others,
/// and published targets are not published again when the run is: calling this again takes up only what is missing.
///
/// A target that shares its name with another one is refused, since their runs would be one; so is a post that was approved
/// for another placement or destination than its target's, a post of which a file has changed since its approval, and
/// another post or account than the one with which the target was begun in this run.
pub async fn publish_all(run: &Run, posts: Vec<(Target, Approved<Post>)>) -> Vec<TargetResult> {
    let names: Vec<_> = posts.iter().map(|(target, _)| target.name()).collect();
    let publish = |(target, post): (Target, Approved<Post>)| {
        let name = target.name();
        let shared = names.iter().filter(|other| **other == name).count() > 1;
        async move {
            let child = run.child(&target.part());
            let result = async {
                if shared {
                    let message = format!("several targets are called `{name}`; name their accounts");
                    return Err(Error::invalid("targets", message));
                }
                if post.placement != target.placement {
                    let message = format!(
                        "the post was approved for the placement `{}`, not `{}`",
                        post.placement, target.placement
                    );
                    return Err(Error::invalid("placement", message));
                }
                post.is_for(&target.publisher)?;
                child.bind(&post.approval().digest).await.map_err(|error| match error.kind() {
                    ErrorKind::InvalidRequest => {
                        let message = "another post, or the post of another account, was begun here in this run";
                        Error::invalid("run", message).with_source(error)
                    }
                    _ => error,
                })?;
                post.verify().await?;
                target.publisher.publish(&child, &post).await
            };
            TargetResult { result: result.await, target: name.clone() }
        }
    };
    futures_util::future::join_all(posts.into_iter().map(publish)).await
}
