//! Publishing without publishing.

use std::sync::Arc;

use async_trait::async_trait;

use crate::Platform;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::identity::Account;
use crate::media::MediaInfo;
use crate::publish::{
    self, AccountLimits, Approved, Finding, Placement, Post, Publisher, PublisherCapabilities, Readiness, Receipt,
    ReceiptState, Rules,
};
use crate::run::Run;

/// A publisher in rehearsal: every check is the real one, and nothing is sent.
///
/// Its account is the [rehearsal](crate::AccountKey::rehearsal) of the real one, so what approves a
/// rehearsal does not approve the post. Its receipts are [`Draft`](ReceiptState::Draft)s.
#[derive(Clone, Debug)]
pub struct DryRun<T: ?Sized>(Arc<T>);

impl<T: ?Sized> DryRun<T> {
    /// Rehearses with this publisher.
    #[must_use]
    pub fn new(inner: Arc<T>) -> Self {
        Self(inner)
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: Publisher + ?Sized> Publisher for DryRun<T> {
    fn platform(&self) -> Platform {
        self.0.platform()
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.0.account().await?.rehearsal())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        self.0.capabilities().with_rehearses(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        self.0.rules(placement)
    }

    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        self.0.limits(placement).await
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        self.0.check(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        publish::durably(self, run, post, |delivery| async move {
            Ok(delivery.receipt(ReceiptState::Draft).with_warning("a rehearsal: nothing was sent"))
        })
        .await
    }

    /// What was rehearsed is as it was.
    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        Ok(receipt.clone())
    }

    /// There is nothing to take down.
    async fn delete(&self, _run: &Run, receipt: &Receipt) -> Result<Receipt> {
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.0.readiness(at).await
    }
}
