//! The paid parts of a campaign as durable steps, with their cost.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::brief::Brief;
use super::writing::{self, Concept};
use crate::ModelAddress;
use crate::chat::{ChatModel, ChatReply, ChatRequest};
use crate::design::Design;
use crate::error::{Error, ErrorKind, Result};
use crate::image::{AspectRatio, ImageModel, ImageRequest};
use crate::make::{self, Made, MakeCapabilities as _, MakeRequest, Maker};
use crate::media::Media;
use crate::money::{Attempt, Cost, MicroDollars, PriceTable, Usage};
use crate::run::{Found, Run, Settlement};
use crate::video::{VideoModel, VideoRequest};
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
    pub(super) image_model: Option<Arc<ImageModel>>,
    pub(super) video_model: Option<Arc<VideoModel>>,
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
        self.account(known, paid, &reply.attempts, (&reply.address, reply.usage.as_ref(), reply.cost.as_ref()));
        self.spending().degraded |= reply.degraded;
        Ok(reply)
    }

    /// An image of the campaign's idea in this shape.
    pub(super) async fn image(
        &self,
        image_model: &ImageModel,
        name: &str,
        ratio: AspectRatio,
        prompt: &str,
        design: Design,
    ) -> Result<Media> {
        let references = image_model.capabilities().max_references.unwrap_or(u64::MAX);
        let references = usize::try_from(references).unwrap_or(usize::MAX);
        let mut request = ImageRequest::new(prompt).with_aspect_ratio(ratio).with_design(design);
        for photo in self.brief.photos.iter().take(references) {
            request = request.with_reference(Media::file(&photo.file));
        }
        let batch = self.make("images", image_model, name, request).await?;
        let first = batch.value.images.into_iter().next();
        first.map(|image| image.media).ok_or_else(|| {
            Error::new(ErrorKind::Protocol, "the image model made no image").with_vendor(batch.address.vendor)
        })
    }

    /// A video of the campaign's idea in this shape: of slides, or beginning with `still`, as the video model can.
    pub(super) async fn video(
        &self,
        video_model: &VideoModel,
        name: &str,
        ratio: AspectRatio,
        concept: &Concept,
        still: Option<Media>,
        slides: Vec<Design>,
    ) -> Result<Media> {
        let can = video_model.capabilities();
        let mut request = VideoRequest::new(&concept.video_prompt).with_aspect_ratio(ratio);
        request.duration = self.brief.video_seconds.map(|seconds| Duration::from_secs(u64::from(seconds)));
        if can.slides {
            request.slides = slides;
        } else if can.first_frame {
            let begun = VideoRequest { first_frame: still, ..request.clone() };
            // A model that takes images by public address only makes the video from the words.
            if make::fit(self.run, begun.clone(), &can, None).await.is_ok() {
                request = begun;
            }
        }
        Ok(self.make("videos", video_model, name, request).await?.value.media)
    }

    /// Makes something on a child run and remembers it; the maker itself sees to it that nothing is paid for twice.
    async fn make<R: MakeRequest>(
        &self,
        part: &str,
        maker: &(impl Maker<R> + ?Sized),
        name: &str,
        request: R,
    ) -> Result<Made<R::Output>> {
        let part = self.run.child(part).child(&maker.address().to_string());
        let known = part.result::<Made<R::Output>>(name).await?.is_some();
        let can = maker.capabilities();
        let make = || async {
            let fitted = make::fit(&part.child(name), request, &can, None).await?;
            for adjustment in fitted.adjustments {
                tracing::info!(%adjustment, step = name, "the request was made to fit");
            }
            maker.make(&part.child(name), &fitted.request).await
        };
        let made = part.step(name, make).await?;
        self.account(known, can.paid(), &made.attempts, (&made.address, made.usage.as_ref(), made.cost.as_ref()));
        Ok(made)
    }

    /// Counts what an answer and every attempt before it cost.
    fn account(
        &self,
        known: bool,
        paid: bool,
        attempts: &[Attempt],
        (address, usage, cost): (&ModelAddress, Option<&Usage>, Option<&Cost>),
    ) {
        let billed = attempts.iter().filter(|attempt| attempt.may_be_billed());
        let billed = billed.map(|attempt| (&attempt.address, attempt.usage.as_ref(), attempt.cost.as_ref()));
        for (address, usage, cost) in billed.chain([(address, usage, cost)]) {
            match cost.cloned().or_else(|| self.prices.cost(address, usage?, self.run.clock().now())) {
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
