//! What can be asked of an account of containers, and of a post that is out.

use std::time::Duration;

use social_core::clock::Timestamp;
use social_core::publish::{AccountLimits, PostQuota, PostRole, Readiness, Receipt, ReceiptState, RemotePost, Rules};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};
use url::Url;

use super::Containers;
use super::wire::{ContainerState, Listed, Page, Permalink, Quota, QuotaConfig, parse_time};

/// So many posts of the account's list are read.
pub(super) const RECENT: usize = 10;
const QUOTA_LIFE: Duration = Duration::from_secs(3600);

/// Posts and replies that an account made in the last 24 hours, and may make.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Quotas {
    pub(crate) posts: Option<PostQuota>,
    pub(crate) replies: Option<PostQuota>,
}

impl Containers {
    pub(crate) async fn quotas(&self) -> Result<Quotas> {
        let call = self.graph.get(&self.graph.edge(self.names.quota)).await?.operation("read quota");
        let reply = call.query("fields", self.names.quota_fields).send().await?;
        let Some(quota) = self.graph.read::<Page<Quota>>(&reply)?.data.into_iter().next() else {
            return Ok(Quotas::default());
        };
        let of = |used: Option<u64>, config: Option<QuotaConfig>| {
            let window = config?.quota_duration.map(Duration::from_secs);
            Some(PostQuota::new(used?, config?.quota_total?, window))
        };
        Ok(Quotas {
            posts: of(quota.quota_usage, quota.config),
            replies: of(quota.reply_quota_usage, quota.reply_config),
        })
    }

    pub(crate) async fn limits(&self, rules: Option<Rules>) -> Result<AccountLimits> {
        let Some(rules) = rules else {
            return Err(Error::unsupported("placement", format!("{} has no such placement", self.names.platform)));
        };
        let now = self.graph.api.clock().now();
        let limits = AccountLimits::new(self.graph.account.clone(), now).with_rules(rules);
        Ok(match self.quotas().await?.posts {
            Some(quota) => limits.with_posts(quota),
            None => limits,
        })
    }

    pub(crate) async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        // A question that fails is asked again when the account is.
        let quota = self.quotas().await.ok().and_then(|quotas| quotas.posts);
        self.graph.readiness(at, quota).await
    }

    /// Refuses to begin when the day's posts are used up. A question that fails is not a reason to
    /// stop: only writes matter.
    pub(crate) async fn check_quota(&self, run: &Run, posts: u64, replies: u64) -> Result<()> {
        let ask = || async {
            let quotas = self.quotas().await?;
            for (needed, quota, what) in [(posts, quotas.posts, "posts"), (replies, quotas.replies, "replies")] {
                if let Some(quota) = quota.filter(|quota| quota.left() < needed) {
                    let message = format!(
                        "the account has used {} of its {} {what} in 24 hours and needs {needed}; wait until they are over",
                        quota.used, quota.maximum
                    );
                    return Err(self.graph.api.error(ErrorKind::QuotaExhausted, message));
                }
            }
            Ok(((), run.clock().now().checked_add(QUOTA_LIFE).ok()))
        };
        match run.step_until("quota", ask).await {
            Err(e) if matches!(e.kind(), ErrorKind::QuotaExhausted | ErrorKind::Auth | ErrorKind::Cancelled) => Err(e),
            _ => Ok(()),
        }
    }

    /// What has become of a post. `edges` list such posts; none where nothing does.
    pub(crate) async fn status(&self, receipt: &Receipt, edges: &[&str]) -> Result<Receipt> {
        receipt.is_of(&self.graph.account)?;
        let mut found = receipt.clone().with_state(ReceiptState::Published);
        for post in &mut found.posts {
            if post.role == PostRole::CONTAINER {
                let state = match self.state(&post.id).await? {
                    ContainerState::Published => continue,
                    ContainerState::Failed(_) | ContainerState::Expired => ReceiptState::Rejected,
                    _ => ReceiptState::Processing,
                };
                return Ok(receipt.clone().with_state(state));
            }
            match self.is_out(receipt, post, edges).await? {
                Some(url) => post.url = url.or(post.url.take()),
                None => return Ok(receipt.clone().with_state(ReceiptState::Deleted)),
            }
        }
        if found.posts.is_empty() {
            return Err(Error::invalid("receipt", "the receipt names neither a post nor a container"));
        }
        Ok(found)
    }

    /// Whether a post is out, and its page.
    ///
    /// A post that cannot be read may only be out of sight for the moment: it is gone when the
    /// account's list, which reaches back behind it, does not have it either.
    async fn is_out(&self, receipt: &Receipt, post: &RemotePost, edges: &[&str]) -> Result<Option<Option<Url>>> {
        let hidden = match self.permalink(&post.id).await {
            Ok(url) => return Ok(Some(Some(url))),
            Err(error) if error.kind() == ErrorKind::NotFound && !edges.is_empty() => error,
            Err(error) => return Err(error),
        };
        for edge in edges {
            let recent = self.recent(edge).await?;
            if recent.iter().any(|item| item.id == post.id) {
                return Ok(Some(None));
            }
            let oldest = recent.iter().filter_map(|item| item.timestamp.as_deref().and_then(parse_time)).min();
            if recent.len() >= RECENT && oldest.is_none_or(|oldest| oldest >= receipt.at) {
                return Err(hidden);
            }
        }
        Ok(None)
    }

    /// The account's newest posts.
    pub(super) async fn recent(&self, edge: &str) -> Result<Vec<Listed>> {
        let call = self.graph.get(&self.graph.edge(edge)).await?.operation("list posts");
        let fields = format!("id,{},timestamp", self.names.text);
        let reply = call.query("fields", fields).query("limit", RECENT.to_string()).send().await?;
        Ok(self.graph.read::<Page<Listed>>(&reply)?.data)
    }

    pub(crate) async fn permalink(&self, post: &str) -> Result<Url> {
        let call = self.graph.get(&self.graph.object(post)?).await?.operation("read permalink");
        let reply = call.query("fields", "permalink").send().await?;
        let answer: Permalink = self.graph.read(&reply)?;
        answer.permalink.ok_or_else(|| reply.unreadable("the answer has no permalink"))
    }

    /// A permalink that cannot be had is a missing permalink.
    pub(crate) async fn with_permalink(&self, run: &Run, mut receipt: Receipt) -> Receipt {
        if let Some(post) = receipt.posts.iter_mut().find(|post| post.role == PostRole::MAIN) {
            post.url = run.step("permalink", || self.permalink(&post.id)).await.ok();
        }
        receipt
    }

    /// Takes down every remote post, the last one first.
    pub(crate) async fn delete(&self, run: &Run, receipt: &Receipt, edges: &[&str]) -> Result<Receipt> {
        receipt.is_of(&self.graph.account)?;
        if receipt.posts.is_empty() || receipt.post(&PostRole::CONTAINER).is_some() {
            let message = "the post's id is not known, only its container's; delete it in the app";
            return Err(Error::invalid("receipt", message));
        }
        for post in receipt.posts.iter().rev() {
            let is_gone = async { matches!(self.is_out(receipt, post, edges).await, Ok(None)) };
            run.step(&format!("delete {}", post.id), || self.graph.take_down(&post.id, is_gone)).await?;
        }
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }
}
