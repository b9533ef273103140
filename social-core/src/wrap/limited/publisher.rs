//! A publisher that posts no more often than a limiter allows.

use async_trait::async_trait;

use super::Limited;
use crate::Platform;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::identity::Account;
use crate::media::MediaInfo;
use crate::publish::{
    self, AccountLimits, Approved, Finding, Placement, Post, Publisher, PublisherCapabilities, Readiness, Receipt,
    Rules,
};
use crate::run::Run;

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: Publisher + ?Sized> Publisher for Limited<T> {
    fn platform(&self) -> Platform {
        self.inner.platform()
    }

    async fn account(&self) -> Result<Account> {
        self.inner.account().await
    }

    fn capabilities(&self) -> PublisherCapabilities {
        self.inner.capabilities()
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        self.inner.rules(placement)
    }

    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        self.inner.limits(placement).await
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        self.inner.check(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        if publish::published(run).await?.is_some() {
            return self.inner.publish(run, post).await;
        }
        let (account, platform) = (self.account().await?, self.platform());
        let published = self.call(&account.key, platform.as_str(), self.inner.publish(run, post)).await;
        published.map(|(receipt, _)| receipt)
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.inner.status(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.inner.delete(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.inner.readiness(at).await
    }
}
