//! What can be asked of an account, and of a post that is out.

use http::{HeaderMap, Method};
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::{
    AccountLimits, Finding, FindingCode, Placement, Publisher as _, Readiness, Receipt, ReceiptState,
};
use social_core::run::Run;
use social_core::{Account, AccountKey, Error, ErrorKind, Result};

use super::wire::{Answer, Deleted, Listed, Problem, Profile};
use super::{Subscription, X, options, rules};

/// So many posts can be asked about at once.
const TOGETHER: usize = 100;

impl X {
    /// The account, asked once.
    pub(super) async fn who(&self) -> Result<Account> {
        let ask = || async { Ok::<_, Error>(self.named(&self.profile().await?.0)) };
        self.account.get_or_try_init(ask).await.cloned()
    }

    fn named(&self, profile: &Profile) -> Account {
        let key = AccountKey::new(options::PLATFORM, &profile.id).with_tenant(&self.tenant);
        Account::new(key, format!("@{}", profile.username))
    }

    async fn profile(&self) -> Result<(Profile, HeaderMap)> {
        let call = self.endpoint.get("2/users/me")?.operation("read account");
        let reply = call.query("user.fields", "protected,subscription_type").send().await?;
        let answer: Answer<Profile> = reply.json()?;
        let profile = answer.data.ok_or_else(|| reply.unreadable("the answer names no account"))?;
        Ok((profile, reply.headers))
    }

    pub(super) async fn limits_now(&self, placement: &Placement) -> Result<AccountLimits> {
        let (profile, _) = self.profile().await?;
        let subscription = subscription(&profile).unwrap_or(self.subscription);
        let Some(rules) = rules::rules(placement, subscription) else {
            return Err(Error::unsupported("placement", format!("X has no placement `{placement}`")).with_vendor("x"));
        };
        let now = self.endpoint.clock().now();
        let limits = AccountLimits::new(self.who().await?, now).with_rules(rules);
        Ok(match self.quota.posts(now) {
            Some(quota) => limits.with_posts(quota),
            None => limits,
        })
    }

    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let (profile, headers) = self.profile().await?;
        let mut readiness = Readiness::new(self.who().await?, at);
        if profile.id != readiness.account.key.id {
            let message = "the token belongs to another account; set the token of this one";
            let finding = Finding::error(FindingCode::INVALID, "access_token", message);
            readiness.findings.push(finding.with_value(profile.id.clone()).with_limit(&readiness.account.key.id));
        }
        let level = headers.get("x-access-level").and_then(|level| level.to_str().ok());
        if let Some(level) = level.filter(|level| !level.contains("write")) {
            let message = "the token may only read; give the app the permissions Read and write, and make a new token";
            let finding = Finding::error(FindingCode::MISSING, "access_token", message);
            readiness.findings.push(finding.with_value(level));
        }
        if profile.protected {
            let message = "the account is protected: only its followers see its posts";
            readiness.findings.push(Finding::warning(FindingCode::NOT_SHOWN, "account", message));
        }
        if subscription(&profile) == Some(Subscription::None) && self.subscription != Subscription::None {
            let message = "the account pays X for nothing, so long texts and videos are refused; set X_SUBSCRIPTION";
            readiness.findings.push(Finding::error(FindingCode::INVALID, "subscription", message));
        }
        if let Some(quota) = self.quota.posts(at).filter(|quota| quota.left() == 0) {
            let finding = Finding::error(FindingCode::TOO_MANY, "quota", "X takes no more posts for now; wait");
            let (used, maximum) = (format!("{} posts", quota.used), format!("at most {} posts", quota.maximum));
            readiness.findings.push(finding.with_value(used).with_limit(maximum));
        }
        Ok(readiness)
    }

    /// A post that is there is live; one that is gone was deleted, by whomever.
    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        for posts in receipt.posts.chunks(TOGETHER) {
            let ids: Vec<_> = posts.iter().map(|post| post.id.as_str()).collect();
            let call = self.endpoint.get("2/tweets")?.operation("read posts");
            let reply = call.query("ids", ids.join(",")).send().await?;
            let Answer { data, errors, .. }: Answer<Vec<Listed>> = reply.json()?;
            let there = data.unwrap_or_default();
            let Some(id) = ids.iter().find(|id| there.iter().all(|post| post.id != **id)) else { continue };
            return match errors.iter().find(|error| error.is_about(id)) {
                Some(error) if error.is_not_found() => Ok(receipt.clone().with_state(ReceiptState::Deleted)),
                error => {
                    let why = error.and_then(Problem::text).unwrap_or("it does not say why");
                    Err(reply.unreadable(format!("the answer does not show post {id}: {why}")))
                }
            };
        }
        Ok(receipt.clone().with_state(ReceiptState::Published))
    }

    /// What is gone already counts as deleted, so this may be repeated. Answers go before what they
    /// answer.
    pub(super) async fn delete_all(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        for post in receipt.posts.iter().rev() {
            run.step(&format!("delete {}", post.id), || self.delete_post(&post.id)).await?;
        }
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    async fn delete_post(&self, id: &str) -> Result<()> {
        let route = self.endpoint.route(Method::DELETE, &format!("2/tweets/{id}"))?;
        let reply = match self.endpoint.call(&route).operation("delete").repeat(Repeat::Safe).send().await {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            reply => reply?,
        };
        let Answer { data, errors, .. }: Answer<Deleted> = reply.json()?;
        if data.is_some_and(|data| data.deleted) || errors.iter().any(Problem::is_not_found) {
            return Ok(());
        }
        Err(reply.unreadable("the answer does not say that the post was deleted"))
    }
}

fn subscription(profile: &Profile) -> Option<Subscription> {
    Subscription::from_word(profile.subscription_type.as_deref()?)
}
