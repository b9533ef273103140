//! Publishing to several places side by side.

use std::num::NonZeroUsize;
use std::sync::Arc;

use futures_util::StreamExt as _;

use super::approval::Approved;
#[cfg(feature = "campaign")]
use super::durably::PUBLISH;
use super::placement::Placement;
use super::post::Post;
use super::publisher::Publisher;
use super::receipt::Receipt;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Account;
use crate::run::Run;

/// So many targets are published to at a time.
const AT_ONCE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(7);

/// A publisher, its account, and one of its placements: where one post goes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Target {
    /// Who publishes.
    pub publisher: Arc<dyn Publisher>,
    /// Whose post it is.
    pub account: Account,
    /// The placement.
    pub placement: Placement,
    /// Tells apart several posts for the same account and placement. It is part of what the target
    /// is: another name is another post.
    pub name: Option<String>,
}

impl Target {
    /// A placement of a publisher, whose account is asked for.
    ///
    /// # Errors
    /// As [`Publisher::account`].
    pub async fn new(publisher: Arc<dyn Publisher>, placement: Placement) -> Result<Self> {
        let account = publisher.account().await?;
        Ok(Self { publisher, account, placement, name: None })
    }

    /// Tells it apart from other posts for the same account and placement.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What names the target in runs, for ever: the account's key, the placement and the name,
    /// joined with `/`.
    #[must_use]
    pub fn key(&self) -> String {
        let key = format!("{}/{}", self.account.key, self.placement);
        match &self.name {
            Some(name) => format!("{key}/{name}"),
            None => key,
        }
    }

    /// How it is shown, for instance `instagram-reel` or `instagram-bakery-reel`. Targets of
    /// several accounts may share it.
    #[must_use]
    pub fn label(&self) -> String {
        let platform = self.publisher.platform();
        match &self.name {
            Some(name) => format!("{platform}-{name}-{}", self.placement),
            None => format!("{platform}-{}", self.placement),
        }
    }
}

/// What became of one target.
#[derive(Debug)]
#[non_exhaustive]
pub struct TargetResult {
    /// The target.
    pub target: Target,
    /// The receipt, or why there is none.
    pub result: Result<Receipt>,
}

/// Publishes to several targets side by side, eight at a time, each in a child of the run that is
/// named by the account's key. One target's failure does not touch the others, and published
/// targets are not published again when the run is: calling this again takes up only what is
/// missing. The results are in the order of the targets.
///
/// Refused are: two posts for one target, since their runs would be one; a post that was approved
/// for another placement or account than its target's; and another post than the one with which the
/// target was begun in this run.
pub async fn publish_all(run: &Run, posts: Vec<(Target, Approved<Post>)>) -> Vec<TargetResult> {
    publish_all_with(run, posts, AT_ONCE).await
}

/// As [`publish_all`], so many at a time.
pub async fn publish_all_with(
    run: &Run,
    posts: Vec<(Target, Approved<Post>)>,
    at_once: NonZeroUsize,
) -> Vec<TargetResult> {
    let keys: Vec<_> = posts.iter().map(|(target, _)| target.key()).collect();
    let publish = async |((target, post), key): ((Target, Approved<Post>), String), shared: bool| {
        let result = if shared {
            let message = format!("`{key}` has several posts; give each target a name of its own");
            Err(Error::invalid("targets", message))
        } else if run.child(&target.label()).steps().is_empty() {
            publish_one(&run.child(&key), &target, &post).await
        } else {
            // Whatever it published would be published again under the key.
            let message = format!(
                "run `{}` published for `{}` in a version that did not know accounts by keys; use a run of another name",
                run.name(),
                target.label()
            );
            Err(Error::invalid("run", message))
        };
        TargetResult { target, result }
    };
    let shared: Vec<_> = keys.iter().map(|key| keys.iter().filter(|other| *other == key).count() > 1).collect();
    let work = posts.into_iter().zip(keys).zip(shared).map(|(post, shared)| publish(post, shared));
    futures_util::stream::iter(work).buffered(at_once.get()).collect().await
}

/// The receipt of a target's post that [`publish_all`] published on this run, if it is out.
#[cfg(feature = "campaign")]
pub(crate) async fn taken(run: &Run, target: &Target) -> Result<Option<Receipt>> {
    run.child(&target.key()).result(PUBLISH).await
}

async fn publish_one(run: &Run, target: &Target, post: &Approved<Post>) -> Result<Receipt> {
    if post.placement != target.placement {
        let message =
            format!("the post was approved for the placement `{}`, not for `{}`", post.placement, target.placement);
        return Err(Error::invalid("placement", message));
    }
    post.is_for(&target.account)?;
    run.bind(&post.approval().digest).await.map_err(|error| match error.kind() {
        ErrorKind::InvalidRequest => {
            Error::invalid("run", "another post was begun here in this run").with_source(error)
        }
        _ => error,
    })?;
    target.publisher.publish(run, post).await
}
