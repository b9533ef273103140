//! [`LocalFirst`]: images changed on this machine, and at a vendor only where that helps.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;

use crate::ModelAddress;
use crate::enhance::{EnhanceCapabilities, EnhanceRequest, EnhanceStep, EnhancedImage, Enhancement, Enhancer};
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::host::MediaHost;
use crate::make::{self, Made, Maker};
use crate::media::{Media, MediaInfo};
use crate::money::Cost;
use crate::run::Run;

/// The part of a run that belongs to the vendor.
const PAID: &str = "paid";

/// The largest factor by which an image is enlarged because it is too small.
const LARGEST_FACTOR: f32 = 4.0;

/// Two enhancers: a local one that costs nothing, and a vendor's for what the local one cannot do.
///
/// The vendor is asked for operations that the local one does not offer, for fields of the vendor's
/// own, for images that the local one cannot read, and, with
/// [`with_min_side`](Self::with_min_side), for images that are too small. It is asked once: what
/// lies between two operations of the vendor's is the vendor's, too, or the request is refused.
///
/// [`EnhancedImage::steps`] says who did what, why, and what it cost; an image that was changed
/// here only costs 0. The result's address is that of the vendor where the vendor was asked, else
/// that of the local enhancer.
///
/// ```
/// use std::sync::Arc;
///
/// use social_core::enhance::Enhancer;
/// use social_core::moderate::Moderator;
/// use social_core::wrap::{Judged, LocalFirst};
///
/// # fn wrap(local: Arc<Enhancer>, claid: Arc<Enhancer>, moderator: Arc<Moderator>) -> Arc<Enhancer> {
/// let enhancer = LocalFirst::new(local, claid).with_min_side(1080);
/// Arc::new(Judged::new(Arc::new(enhancer), moderator))
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct LocalFirst {
    local: Arc<Enhancer>,
    paid: Arc<Enhancer>,
    host: Option<Arc<MediaHost>>,
    min_side: Option<u32>,
}

/// Operations that one of the two does, and why this one.
#[derive(Clone, Debug)]
struct Part {
    paid: bool,
    operations: Vec<Enhancement>,
    reason: String,
}

impl LocalFirst {
    /// The local enhancer first, and the paid one where it helps.
    #[must_use]
    pub fn new(local: Arc<Enhancer>, paid: Arc<Enhancer>) -> Self {
        Self { local, paid, host: None, min_side: None }
    }

    /// Gives images a public address where the vendor takes no others.
    #[must_use]
    pub fn with_host(mut self, host: Arc<MediaHost>) -> Self {
        self.host = Some(host);
        self
    }

    /// Has images enlarged by the vendor whose shorter side has fewer pixels than this, up to four
    /// times. By default none is.
    #[must_use]
    pub fn with_min_side(mut self, pixels: u32) -> Self {
        self.min_side = Some(pixels);
        self
    }

    /// Who does what.
    fn plan(&self, request: &EnhanceRequest, info: Option<&MediaInfo>) -> Result<Vec<Part>> {
        let (local_can, paid) = (self.local.capabilities(), self.paid.capabilities());
        let mut operations = request.operations.clone();
        let mut reasons = Vec::new();
        let missing = |operation: &Enhancement| !local_can.offers(operation);
        let (first, last) = (operations.iter().position(missing), operations.iter().rposition(missing));
        let mut vendors = first.zip(last).map(|(first, last)| first..last + 1);
        if vendors.is_some() {
            let missing: Vec<_> = operations.iter().filter(|one| missing(one)).map(Enhancement::name).collect();
            reasons.push(format!("{} does not offer {}", self.local.address(), missing.join(", ")));
        }
        if !request.extra.is_empty() {
            let end = operations.iter().position(|operation| !paid.offers(operation)).unwrap_or(operations.len());
            vendors = Some(0..end.max(vendors.map_or(0, |vendors| vendors.end)));
            reasons.push("the request has fields of the vendor's own".to_owned());
        }
        let too_small = self.too_small(&operations, info);
        if let Some((factor, reason)) = too_small.filter(|(factor, _)| paid.offers(&Enhancement::Upscale(*factor))) {
            let Range { start, end } = vendors.unwrap_or(0..0);
            operations.insert(start, Enhancement::Upscale(factor));
            vendors = Some(start..end + 1);
            reasons.push(reason);
        }
        let free = |operations: &[Enhancement]| Part {
            paid: false,
            operations: operations.to_vec(),
            reason: "it is done on this machine at no cost".to_owned(),
        };
        let Some(Range { start, end }) = vendors else { return Ok(vec![free(&operations)]) };
        let (until_end, after) = operations.split_at(end);
        let (before, vendors) = until_end.split_at(start);
        if let Some(operation) = vendors.iter().find(|operation| !paid.offers(operation)) {
            let (local, paid) = (self.local.address(), self.paid.address());
            let message = match local_can.offers(operation) {
                true => format!("{paid} does not offer it, and it stands between operations that only {paid} offers"),
                false => format!("neither {local} nor {paid} offers it"),
            };
            return Err(Error::unsupported(operation.name(), message));
        }
        let part = Part { paid: true, operations: vendors.to_vec(), reason: reasons.join("; ") };
        let parts = [free(before), part, free(after)].into_iter();
        Ok(parts.filter(|part| part.paid || !part.operations.is_empty()).collect())
    }

    /// By how much an image has to be enlarged, and why.
    fn too_small(&self, operations: &[Enhancement], info: Option<&MediaInfo>) -> Option<(f32, String)> {
        let (wanted, info) = (self.min_side?, info?);
        let side = info.width?.min(info.height?);
        let asked = operations.iter().any(|operation| matches!(operation, Enhancement::Upscale(_)));
        if asked || side == 0 || side >= wanted {
            return None;
        }
        let factor = (wanted as f32 / side as f32).min(LARGEST_FACTOR);
        Some((factor, format!("the image has {side} pixels on its shorter side, at least {wanted} are wanted")))
    }

    /// Everything at the vendor, where the local enhancer cannot read the image.
    fn all_paid(&self, request: &EnhanceRequest, error: &Error) -> Option<Vec<Part>> {
        let paid = self.paid.capabilities();
        let reason = format!("{} cannot do it: {}", self.local.address(), error.message());
        let part = Part { paid: true, operations: request.operations.clone(), reason };
        request.operations.iter().all(|operation| paid.offers(operation)).then(|| vec![part])
    }

    /// Does the parts one after the other, each on the result of the one before. An error comes
    /// with the number of the part that failed.
    async fn work(
        &self,
        run: &Run,
        request: &EnhanceRequest,
        parts: Vec<Part>,
    ) -> Result<Made<EnhancedImage>, (usize, Error)> {
        let mut done: Option<Made<EnhancedImage>> = None;
        for (number, part) in parts.into_iter().enumerate() {
            let image = done.as_ref().map_or(&request.image, |done| &done.value.media).clone();
            let made = self.part(run, number, request, image, part).await.map_err(|error| (number, error))?;
            done = Some(match done {
                Some(before) => after(before, made),
                None => made,
            });
        }
        done.ok_or_else(|| (0, Error::invalid("operations", "there is nothing to do")))
    }

    /// Does one part on an image.
    async fn part(
        &self,
        run: &Run,
        number: usize,
        request: &EnhanceRequest,
        image: Media,
        Part { paid, operations, reason }: Part,
    ) -> Result<Made<EnhancedImage>> {
        let asked = EnhanceRequest::new(image, operations.clone());
        let mut made = if paid {
            let run = run.child(PAID);
            let asked = EnhanceRequest { extra: request.extra.clone(), ..asked };
            let fitted = make::fit(&run, asked, &self.paid.capabilities(), self.host.as_deref()).await?;
            let mut made = self.paid.make(&run, &fitted.request).await?;
            made.warnings.splice(..0, fitted.adjustments.iter().map(ToString::to_string));
            made
        } else {
            self.local.make(&run.child(&format!("local-{number}")), &asked).await?.with_cost(Cost::free())
        };
        let (maker, cost) = (made.address.clone(), made.cost.clone());
        made.value.steps = vec![EnhanceStep { maker, operations, reason, cost }];
        Ok(made)
    }
}

/// The later result, with what the earlier one said. Who was paid stands for both.
fn after(before: Made<EnhancedImage>, mut made: Made<EnhancedImage>) -> Made<EnhancedImage> {
    if made.cost == Some(Cost::free()) {
        (made.address, made.attempts) = (before.address, before.attempts);
        (made.usage, made.cost) = (before.usage, before.cost);
    }
    made.generated |= before.generated;
    made.warnings.splice(..0, before.warnings);
    made.value.steps.splice(..0, before.value.steps);
    made.value.moderation = match (before.value.moderation, made.value.moderation.take()) {
        (Some(before), Some(after)) => Some(before.and(after)),
        (before, after) => after.or(before),
    };
    made
}

/// What either offers; a list that is not known stays unknown.
fn in_either<T: PartialEq>(a: Option<Vec<T>>, b: Option<Vec<T>>) -> Option<Vec<T>> {
    let (mut all, more) = (a?, b?);
    for value in more {
        if !all.contains(&value) {
            all.push(value);
        }
    }
    Some(all)
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Maker<EnhanceRequest> for LocalFirst {
    fn address(&self) -> &ModelAddress {
        self.local.address()
    }

    fn capabilities(&self) -> EnhanceCapabilities {
        let (local, mut can) = (self.local.capabilities(), self.paid.capabilities());
        can.operations = in_either(local.operations, can.operations);
        can.formats = in_either(local.formats, can.formats);
        can.extra |= local.extra;
        can.generative |= local.generative;
        // Those of the vendor hold for the vendor's part, which is fitted to them.
        can.conditions = local.conditions;
        can
    }

    fn accept(&self, request: &EnhanceRequest) -> Result<()> {
        self.local.accept(request)
    }

    async fn make(&self, run: &Run, request: &EnhanceRequest) -> Result<Made<EnhancedImage>> {
        make::begin(self, run, request).await?;
        let info = match (&request.image, self.min_side) {
            (Media::Remote(_), _) | (_, None) => None,
            (image, Some(_)) => Some(image.info().await.map_err(|error| error.with_effect(Effect::None))?),
        };
        let parts = self.plan(request, info.as_ref())?;
        let is_local_first = parts.first().is_some_and(|part| !part.paid);
        match self.work(run, request, parts).await {
            Ok(made) => Ok(made),
            // Nothing was asked of the vendor yet.
            Err((0, error)) if is_local_first && is_refusal(&error) => match self.all_paid(request, &error) {
                Some(parts) => self.work(run, request, parts).await.map_err(|(_, error)| error),
                None => Err(error),
            },
            Err((_, error)) => Err(error),
        }
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.paid.cancel(&run.child(PAID)).await
    }

    async fn remove(&self, run: &Run, made: &EnhancedImage) -> Result<()> {
        match made.steps.iter().any(|step| step.maker != *self.local.address()) {
            true => self.paid.remove(&run.child(PAID), made).await,
            false => Ok(()),
        }
    }
}

/// Whether an image or an operation on it was refused.
fn is_refusal(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::MediaInvalid)
}
