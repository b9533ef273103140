//! [`Judged`]: images whose content a moderator looks at.

use std::sync::Arc;

use async_trait::async_trait;

use crate::ModelAddress;
use crate::enhance::{EnhanceCapabilities, EnhanceRequest, EnhancedImage, Enhancer};
use crate::error::Result;
use crate::make::{Made, Maker};
use crate::moderate::{ModerationRequest, Moderator};
use crate::money::Cost;
use crate::run::Run;

/// An enhancer whose images a [`Moderator`] judges: the verdict is in
/// [`EnhancedImage::moderation`], together with what the enhancer itself found.
///
/// A flagged image is handed out with its verdict; [`EnhancedImage::publishable`] and
/// [`EnhancedImage::finding`] stop its post, and a campaign asks the first of them by itself. A
/// moderator that fails is an error: what was not judged is no pass.
#[derive(Clone, Debug)]
pub struct Judged {
    inner: Arc<Enhancer>,
    moderator: Arc<Moderator>,
}

impl Judged {
    /// The images of this enhancer, judged by this moderator.
    #[must_use]
    pub fn new(inner: Arc<Enhancer>, moderator: Arc<Moderator>) -> Self {
        Self { inner, moderator }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Maker<EnhanceRequest> for Judged {
    fn address(&self) -> &ModelAddress {
        self.inner.address()
    }

    fn capabilities(&self) -> EnhanceCapabilities {
        self.inner.capabilities().with_moderation(true)
    }

    fn accept(&self, request: &EnhanceRequest) -> Result<()> {
        self.inner.accept(request)
    }

    async fn make(&self, run: &Run, request: &EnhanceRequest) -> Result<Made<EnhancedImage>> {
        let mut made = self.inner.make(run, request).await?;
        let asked = ModerationRequest::default().with_image(made.media.clone());
        let verdict = self.moderator.make(&run.child("verdict"), &asked).await?;
        made.cost = both(made.cost.take(), verdict.cost);
        made.value.moderation = Some(match made.value.moderation.take() {
            Some(own) => own.and(verdict.value),
            None => verdict.value,
        });
        Ok(made)
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.inner.cancel(run).await
    }

    async fn remove(&self, run: &Run, made: &EnhancedImage) -> Result<()> {
        self.inner.remove(run, made).await
    }
}

/// What both cost. A verdict without a price does not make the image's cost unknown.
fn both(image: Option<Cost>, verdict: Option<Cost>) -> Option<Cost> {
    match (image, verdict) {
        (Some(image), Some(verdict)) if verdict.amount.0 > 0 => {
            let priced = if image.amount.0 > 0 { image.priced } else { verdict.priced };
            Some(Cost { amount: image.amount + verdict.amount, priced })
        }
        (image, _) => image,
    }
}
