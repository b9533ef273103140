//! [`ConnectedPublisher`]: a publisher that also says whether its account stays connected.

use std::sync::Arc;

use async_trait::async_trait;

use super::accounts::Accounts;
use super::health::{Health, HealthQuestion};
use super::scope::Purpose;
use crate::Platform;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::identity::{Account, AccountKey};
use crate::media::MediaInfo;
use crate::publish::{
    AccountLimits, Approved, Finding, FindingCode, Placement, Post, Publisher, PublisherCapabilities, Readiness,
    Receipt, Rules,
};
use crate::run::Run;

impl Health {
    /// As what a publisher says about its account.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let ready = Readiness::new(self.account.clone(), self.at);
        self.issues.iter().fold(ready, |ready, found| {
            let code = FindingCode::from(found.issue.as_str());
            let finding = match found.fatal {
                true => Finding::error(code, "account", &found.message),
                false => Finding::warning(code, "account", &found.message),
            };
            ready.with_finding(finding)
        })
    }
}

/// The publisher of a connected account: its readiness tells of scopes and the token's life, too.
#[derive(Clone, Debug)]
pub struct ConnectedPublisher {
    publisher: Arc<dyn Publisher>,
    accounts: Accounts,
    key: AccountKey,
}

impl ConnectedPublisher {
    /// A publisher, and the account by whose tokens it calls.
    #[must_use]
    pub fn new(publisher: Arc<dyn Publisher>, accounts: Accounts, key: AccountKey) -> Self {
        Self { publisher, accounts, key }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Publisher for ConnectedPublisher {
    fn platform(&self) -> Platform {
        self.publisher.platform()
    }

    async fn account(&self) -> Result<Account> {
        self.publisher.account().await
    }

    fn capabilities(&self) -> PublisherCapabilities {
        self.publisher.capabilities().with_readiness(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        self.publisher.rules(placement)
    }

    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        self.publisher.limits(placement).await
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        self.publisher.check(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        self.publisher.publish(run, post).await
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.publisher.status(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.publisher.delete(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        let question = HealthQuestion::new([Purpose::PUBLISH]).at(at);
        let health = self.accounts.health(&self.key, &question).await?.readiness();
        // An account that is lost cannot be asked anything.
        if !health.is_ready() || !self.publisher.capabilities().readiness {
            return Ok(health);
        }
        let own = self.publisher.readiness(at).await?;
        Ok(health.findings.into_iter().fold(own, Readiness::with_finding))
    }
}
