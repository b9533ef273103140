//! What can be asked of a blog, and of a post that is out.

use std::time::Duration;

use serde_json::Value;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::{
    AccountLimits, Finding, FindingCode, Placement, PostQuota, PostRole, Readiness, Receipt, ReceiptState,
};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

use super::find::state_of;
use super::wire::{Counts, Envelope, UserInfo, UserLimits};
use super::{Tumblr, read, rules};

const DAY: Duration = Duration::from_secs(24 * 3600);

impl Tumblr {
    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        let mut known = receipt.clone();
        let post = match self.read_post(main(receipt)?).await {
            Ok(post) => post,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(known.with_state(ReceiptState::Deleted)),
            Err(error) => return Err(error),
        };
        known.state = state_of(&post.state);
        for main in known.posts.iter_mut().filter(|post| post.role == PostRole::MAIN) {
            main.url = post.post_url.clone().or(main.url.take());
        }
        Ok(known)
    }

    /// Takes a post down; one that is gone is taken down.
    pub(super) async fn delete_post(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        let id = main(receipt)?;
        self.post_path(id)?;
        let delete = || async {
            let call = self.api.post(&self.path("post/delete"))?.operation("delete").repeat(Repeat::Safe);
            match call.json(&serde_json::json!({ "id": id })).send().await {
                Ok(reply) => reply.json::<Envelope<Value>>().map(drop),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                Err(error) => Err(error),
            }
        };
        run.step(&format!("delete {id}"), delete).await?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    /// What the person behind the token may still post on this day of Tumblr's.
    async fn counts(&self) -> Result<Counts> {
        let reply = self.api.get("user/limits")?.operation("read limits").send().await?;
        Ok(read::<UserLimits>(&reply)?.user)
    }

    pub(super) async fn limits_of(&self, placement: &Placement) -> Result<AccountLimits> {
        let Some(rules) = rules::rules(placement) else {
            return Err(Error::unsupported("placement", format!("Tumblr has no placement `{placement}`")));
        };
        let limits = AccountLimits::new(self.account.clone(), self.api.clock().now()).with_rules(rules);
        Ok(match self.counts().await?.posts {
            Some(count) => {
                let used = count.limit.saturating_sub(count.remaining);
                limits.with_posts(PostQuota::new(used, count.limit, Some(DAY)))
            }
            None => limits,
        })
    }

    /// Whether the token is good for the blog, and something is left of the day.
    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let mut readiness = Readiness::new(self.account.clone(), at);
        let asked = async {
            let reply = self.api.get("user/info")?.operation("read account").send().await?;
            read::<UserInfo>(&reply)
        };
        match asked.await {
            Ok(info) if info.user.blogs.iter().any(|blog| blog.name == self.account.key.id) => {}
            Ok(_) => {
                let message = "the token's owner has no such blog; set the blog's name, or its owner's token";
                let finding = Finding::error(FindingCode::INVALID, "blog", message);
                readiness.findings.push(finding.with_value(self.account.key.id.clone()));
            }
            Err(error) if matches!(error.kind(), ErrorKind::Auth | ErrorKind::Permission) => {
                readiness.findings.push(Finding::error(FindingCode::INVALID, "token", error.message().to_owned()));
                return Ok(readiness);
            }
            Err(error) => return Err(error),
        }
        let Counts { posts, photos, videos } = self.counts().await?;
        for (what, count) in [("posts", posts), ("images", photos), ("videos", videos)] {
            if let Some(count) = count.filter(|count| count.remaining == 0) {
                let message = format!("the day's {what} are used up; wait");
                let finding = match what {
                    "posts" => Finding::error(FindingCode::TOO_MANY, "quota", message),
                    _ => Finding::warning(FindingCode::TOO_MANY, "quota", message),
                };
                readiness.findings.push(finding.with_limit(format!("at most {} {what} a day", count.limit)));
            }
        }
        Ok(readiness)
    }
}

fn main(receipt: &Receipt) -> Result<&str> {
    let main = receipt.post(&PostRole::MAIN).map(|post| post.id.as_str());
    main.ok_or_else(|| Error::invalid("receipt", "the receipt names no post"))
}
