use std::sync::Arc;

use async_trait::async_trait;

use crate::Platform;
use crate::error::Result;
use crate::media::MediaInfo;
use crate::publish::{
    Approved, Finding, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState, Rules,
};
use crate::run::Run;

/// A publisher in rehearsal: every check is the real one, and nothing is sent.
///
/// Its receipts are [`Draft`](ReceiptState::Draft)s. What approves a rehearsal does not approve the post.
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

    fn account(&self) -> Option<String> {
        self.0.account()
    }

    fn capabilities(&self) -> PublisherCapabilities {
        self.0.capabilities().rehearsing()
    }

    fn rules(&self, placement: Placement) -> Option<Rules> {
        self.0.rules(placement)
    }

    fn check(&self, post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        self.0.check(post, facts)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        post.is_for(self)?;
        post.verify().await?;
        Ok(Receipt::new(self.platform(), "dry-run", ReceiptState::Draft, run.clock().now())
            .with_warning("a rehearsal: nothing was sent"))
    }
}
