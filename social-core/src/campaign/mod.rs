//! From a brief to published posts: texts, images, video, fit, check, approve, publish, report.
//!
//! Every part is a durable step. A campaign that was cut off, at any moment and in any way, goes on where it was when it
//! is run again with the same journal and brief: nothing is paid for and nothing is posted twice. Targets may be added
//! later, and another writer, image or video model makes its part again. The brief may change until something was paid
//! for or published under the campaign's name; then another brief needs another name.

mod brief;
mod making;
mod prepare;
mod report;
#[cfg(test)]
mod tests;
mod writing;

use std::sync::Arc;

pub use brief::{Brief, Photo};
pub use prepare::{Prepared, PreparedPost};
pub use report::{Report, TargetOutcome, TargetReport};

use crate::chat::ChatModel;
use crate::enhance::{EnhanceRequest, Enhancer};
use crate::error::{Error, Result};
use crate::image::{ImageModel, ImageRequest};
use crate::make::Maker;
use crate::money::{MicroDollars, PriceTable};
use crate::publish::{Approver, Placement, Publisher};
use crate::run::{Journal, MemoryJournal, OpenOptions, RunEvent};
use crate::video::{VideoModel, VideoRequest};
use crate::wrap::{Budget, Budgeted};

/// A campaign in the making.
///
/// [`run`](Self::run) does everything. An application that shows the posts before it asks for approval calls
/// [`prepare`](Self::prepare) and then [`Prepared::publish`].
#[derive(Debug)]
#[must_use]
pub struct Campaign {
    brief: Brief,
    name: String,
    writer: Option<Arc<dyn ChatModel>>,
    image_model: Option<Arc<ImageModel>>,
    video_model: Option<Arc<VideoModel>>,
    enhancer: Option<Arc<Enhancer>>,
    targets: Vec<(Arc<dyn Publisher>, Placement)>,
    approver: Option<Arc<dyn Approver>>,
    journal: Arc<dyn Journal>,
    options: OpenOptions,
    repeat_lost: bool,
    budget: Option<Budget>,
    prices: Arc<PriceTable>,
}

impl Campaign {
    /// A campaign about this, with nobody to write, draw or publish yet. Its journal ends with the process until
    /// [`journal`](Self::journal) gives it another.
    pub fn new(brief: Brief) -> Self {
        Self {
            name: name_of(&brief),
            brief,
            writer: None,
            image_model: None,
            video_model: None,
            enhancer: None,
            targets: Vec::new(),
            approver: None,
            journal: Arc::new(MemoryJournal::new()),
            options: OpenOptions::default(),
            repeat_lost: false,
            budget: None,
            prices: Arc::new(PriceTable::default()),
        }
    }

    /// Names the campaign's run; by default it is made from the brief's subject.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Who writes.
    pub fn write_with(mut self, writer: impl ChatModel + 'static) -> Self {
        self.writer = Some(Arc::new(writer));
        self
    }

    /// The image model. Without one, the brief's photos are posted as they are.
    pub fn image_with(mut self, image_model: impl Maker<ImageRequest> + 'static) -> Self {
        self.image_model = Some(Arc::new(image_model));
        self
    }

    /// The video model, for placements that take only videos.
    pub fn video_with(mut self, video_model: impl Maker<VideoRequest> + 'static) -> Self {
        self.video_model = Some(Arc::new(video_model));
        self
    }

    /// Who crops and converts images that a platform would refuse.
    pub fn enhance_with(mut self, enhancer: impl Maker<EnhanceRequest> + 'static) -> Self {
        self.enhancer = Some(Arc::new(enhancer));
        self
    }

    /// Where it goes. Called once for each account; several accounts may be of one platform.
    pub fn publish_to(
        mut self,
        publisher: impl Publisher + 'static,
        placements: impl IntoIterator<Item = Placement>,
    ) -> Self {
        let publisher: Arc<dyn Publisher> = Arc::new(publisher);
        self.targets.extend(placements.into_iter().map(|placement| (publisher.clone(), placement)));
        self
    }

    /// Who approves.
    pub fn approve_with(mut self, approver: impl Approver + 'static) -> Self {
        self.approver = Some(Arc::new(approver));
        self
    }

    /// Where the campaign remembers what it has done.
    pub fn journal(mut self, journal: impl Journal + 'static) -> Self {
        self.journal = Arc::new(journal);
        self
    }

    /// Replaces clock, randomness, cancellation and observer.
    pub fn options(mut self, options: OpenOptions) -> Self {
        self.options = options;
        self
    }

    /// Shows progress.
    pub fn on_progress(mut self, observer: impl Fn(RunEvent) + Send + Sync + 'static) -> Self {
        self.options.observer = Some(Arc::new(observer));
        self
    }

    /// Pays again for a text, image or video whose answer was lost and that nobody can ask about. Never applies to posts.
    pub fn repeat_lost_generations(mut self, repeat: bool) -> Self {
        self.repeat_lost = repeat;
        self
    }

    /// Spends at most this much on texts, images and videos, earlier processes of the same run included.
    pub fn spend_at_most(mut self, limit: MicroDollars, prices: PriceTable) -> Self {
        self.budget = Some(Budget::new(limit));
        self.prices = Arc::new(prices);
        self
    }

    /// Does everything: prepares, asks for approval, publishes, reports.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare) and [`Prepared::publish`]. What becomes of single targets is in the report.
    pub async fn run(self) -> Result<Report> {
        self.prepare().await?.publish().await
    }

    fn writer(&self) -> Result<Arc<dyn ChatModel>> {
        let writer = self.writer.clone().ok_or_else(|| Error::config("nobody writes: call `write_with`"))?;
        Ok(match &self.budget {
            Some(budget) => Arc::new(Budgeted::new(writer, budget.clone(), self.prices.clone())),
            None => writer,
        })
    }

    fn image_model(&self) -> Option<Arc<ImageModel>> {
        let image_model = self.image_model.clone()?;
        Some(match &self.budget {
            Some(budget) => Arc::new(Budgeted::new(image_model, budget.clone(), self.prices.clone())),
            None => image_model,
        })
    }

    fn video_model(&self) -> Option<Arc<VideoModel>> {
        let video_model = self.video_model.clone()?;
        Some(match &self.budget {
            Some(budget) => Arc::new(Budgeted::new(video_model, budget.clone(), self.prices.clone())),
            None => video_model,
        })
    }
}

/// A run's name from the subject: readable, and the same every time.
fn name_of(brief: &Brief) -> String {
    let words = brief.subject.to_lowercase();
    let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(6);
    let name = words.collect::<Vec<_>>().join("-");
    if name.is_empty() { "campaign".to_owned() } else { name }
}
