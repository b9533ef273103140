//! The paid parts of a campaign as durable steps, with their cost.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::brief::Brief;
use super::writing::{self, Concept};
use crate::ModelAddress;
use crate::chat::{ChatModel, ChatReply, ChatRequest};
use crate::design::Design;
use crate::error::{ErrorKind, Result};
use crate::image::{AspectRatio, ImageBatch, ImageGenerator, ImageRequest};
use crate::media::Media;
use crate::money::{Cost, MicroDollars, PriceTable, Usage};
use crate::run::{Found, Run, Settlement};
use crate::video::{GeneratedVideo, VideoGenerator, VideoRequest};
use crate::wrap::Budget;

/// What was spent, replayed steps included.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spending {
    pub(super) cost: MicroDollars,
    pub(super) unpriced_calls: u32,
    pub(super) degraded: bool,
}

/// Makes texts, images and videos on a run. What one model made is not taken for another's work.
#[derive(Debug)]
pub(super) struct Studio<'a> {
    pub(super) run: &'a Run,
    pub(super) brief: &'a Brief,
    pub(super) writer: Arc<dyn ChatModel>,
    pub(super) image_model: Option<Arc<dyn ImageGenerator>>,
    pub(super) video_model: Option<Arc<dyn VideoGenerator>>,
    pub(super) budget: Option<Budget>,
    pub(super) prices: Arc<PriceTable>,
    pub(super) spending: Mutex<Spending>,
}

/// Where a campaign's paid work stands in its run. Posts are elsewhere and never repeated by decree.
const WORK: [&str; 3] = ["texts", "images", "videos"];

impl Studio<'_> {
    /// Declares every lost paid call as absent, so that it is made and paid for again.
    pub(super) async fn repeat_lost(&self) -> Result<()> {
        for part in WORK {
            let part = self.run.child(part);
            for step in part.unsettled() {
                part.settle(&step, Settlement::Absent).await?;
            }
        }
        Ok(())
    }

    /// Asks the writer for JSON, once more when the answer cannot be read.
    pub(super) async fn ask<T: DeserializeOwned>(&self, name: &str, request: &ChatRequest) -> Result<T> {
        let reply = self.reply(name, request).await?;
        match writing::read(&reply) {
            Err(error) if matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Truncated) => {
                tracing::info!(%error, step = name, "the answer cannot be read; asks once more");
                let request = writing::again(request, &reply, &error);
                writing::read(&self.reply(&format!("{name}-again"), &request).await?)
            }
            result => result,
        }
    }

    async fn reply(&self, name: &str, request: &ChatRequest) -> Result<ChatReply> {
        let texts = self.run.child("texts").child(&self.writer.address().to_string());
        let paid = self.writer.capabilities().paid;
        let known = texts.result::<ChatReply>(name).await?.is_some();
        let reply = if paid {
            // No vendor can be asked for an answer that was lost on the way.
            texts.once(name, || self.writer.chat(request), |_| async { Ok(Found::Unknown) }).await?
        } else {
            texts.step(name, || self.writer.chat(request)).await?
        };
        self.account(known, paid, &reply);
        self.spending().degraded |= reply.degraded;
        Ok(reply)
    }

    /// An image of the campaign's idea in this shape.
    pub(super) async fn image(
        &self,
        image_model: &dyn ImageGenerator,
        name: &str,
        ratio: AspectRatio,
        prompt: &str,
        design: Design,
    ) -> Result<Media> {
        let can = image_model.capabilities();
        let references = self.brief.photos.iter().take(can.max_references);
        let mut request =
            ImageRequest::new(prompt).with_aspect_ratio(nearest(ratio, &can.aspect_ratios)).with_design(design);
        request.references = references.map(|photo| Media::file(&photo.file)).collect();
        let batch: ImageBatch = self
            .make("images", image_model.address(), name, can.paid, |run| async move {
                image_model.generate(&run, &request).await
            })
            .await?;
        let first = batch.images.into_iter().next();
        first.map(|image| image.media).ok_or_else(|| {
            crate::Error::new(ErrorKind::Protocol, "the image model made no image").with_vendor(batch.address.vendor)
        })
    }

    /// A video of the campaign's idea in this shape: of slides, or beginning with `still`, as the video model can.
    pub(super) async fn video(
        &self,
        video_model: &dyn VideoGenerator,
        name: &str,
        ratio: AspectRatio,
        concept: &Concept,
        still: Option<Media>,
        slides: Vec<Design>,
    ) -> Result<Media> {
        let can = video_model.capabilities();
        let mut request =
            VideoRequest::new(&concept.video_prompt).with_aspect_ratio(nearest(ratio, &can.aspect_ratios));
        let wanted = self.brief.video_seconds;
        request.duration = match wanted {
            Some(wanted) => {
                let nearest = can.seconds.iter().copied().min_by_key(|offered| offered.abs_diff(wanted));
                Some(Duration::from_secs(u64::from(nearest.unwrap_or(wanted))))
            }
            None => None,
        };
        if can.slides {
            request.slides = slides;
        } else if can.first_frame {
            request.first_frame = still;
        }
        let video: GeneratedVideo = self
            .make("videos", video_model.address(), name, can.paid, |run| async move {
                video_model.generate(&run, &request).await
            })
            .await?;
        Ok(video.media)
    }

    /// Makes something on a child run and remembers it; the maker itself sees to it that nothing is paid for twice.
    async fn make<T, F>(
        &self,
        part: &str,
        maker: &ModelAddress,
        name: &str,
        paid: bool,
        work: impl FnOnce(Run) -> F + Send,
    ) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Made + Send,
        F: Future<Output = Result<T>> + Send,
    {
        let part = self.run.child(part).child(&maker.to_string());
        let known = part.result::<T>(name).await?.is_some();
        let made: T = part.step(name, || work(part.child(name))).await?;
        self.account(known, paid, &made);
        Ok(made)
    }

    fn account(&self, known: bool, paid: bool, made: &impl Made) {
        for cost in made.costs(&self.prices) {
            match cost {
                Some(cost) => {
                    self.spending().cost += cost.amount;
                    if known && let Some(budget) = &self.budget {
                        budget.record(cost.amount);
                    }
                }
                None if paid => self.spending().unpriced_calls += 1,
                None => {}
            }
        }
    }

    fn spending(&self) -> std::sync::MutexGuard<'_, Spending> {
        self.spending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something that was made and may have cost money.
trait Made {
    /// What it cost, and what every attempt before it did that may be billed.
    fn costs(&self, prices: &PriceTable) -> Vec<Option<Cost>>;
}

macro_rules! made {
    ($($made:ty),*) => {$(
        impl Made for $made {
            fn costs(&self, prices: &PriceTable) -> Vec<Option<Cost>> {
                let cost = |cost: &Option<Cost>, address, usage: &Option<Usage>| {
                    cost.clone().or_else(|| prices.cost(address, usage.as_ref()?))
                };
                let billed = self.attempts.iter().filter(|attempt| attempt.may_be_billed());
                let before = billed.map(|attempt| cost(&attempt.cost, &attempt.address, &attempt.usage));
                before.chain([cost(&self.cost, &self.address, &self.usage)]).collect()
            }
        }
    )*};
}

made!(ChatReply, ImageBatch, GeneratedVideo);

/// The offered shape that is nearest to the wanted one; the wanted one where nothing is known.
fn nearest(wanted: AspectRatio, offered: &[AspectRatio]) -> AspectRatio {
    let distance = |ratio: &AspectRatio| (ratio.value().ln() - wanted.value().ln()).abs();
    offered.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(wanted)
}
