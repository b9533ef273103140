//! The shell that every publisher shares: bind, resume, preflight, once, receipt.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::approval::Approved;
use super::check::{Delivery, preflight};
use super::post::Post;
use super::publisher::Publisher;
use super::receipt::Receipt;
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::run::{Found, Lost, Run, StepStatus};

/// The step that makes a post visible. Its result is the receipt.
pub(super) const PUBLISH: &str = "publish";
/// What stands in front of the number of a thread's part.
const PART: &str = "publish-";

/// Publishes a post on a run, so that nothing of the contract of [`Publisher::publish`] can be
/// forgotten.
///
/// The run is bound to the approval. A post that is out already is answered with its receipt, and
/// nothing is read or sent. Otherwise the post passes the [preflight](preflight()), and `work` does
/// the platform's part: what may be repeated as [steps](Run::step) of the run, and the one request
/// that makes the post visible with [`Delivery::once`]. What `work` does behind that must not fail:
/// a permalink that cannot be had is a missing permalink.
///
/// ```
/// # use async_trait::async_trait;
/// # use social_core::publish::{self, *};
/// # use social_core::run::{Found, Run};
/// # use social_core::{Account, AccountKey, Platform, Result};
/// # #[derive(Debug)] struct Wall;
/// # impl Wall {
/// #     async fn send(&self, _key: &str, _text: &str) -> Result<String> { Ok("post-1".to_owned()) }
/// #     async fn look_up(&self, _key: &str) -> Result<Option<String>> { Ok(None) }
/// # }
/// # #[async_trait] impl Publisher for Wall {
/// # fn platform(&self) -> Platform { Platform::new("wall") }
/// # async fn account(&self) -> Result<Account> { Ok(AccountKey::new("wall", "1").into()) }
/// # fn capabilities(&self) -> PublisherCapabilities { PublisherCapabilities::new([Placement::FEED]) }
/// # fn rules(&self, placement: &Placement) -> Option<Rules> {
/// #     (*placement == Placement::FEED).then(|| Rules::new("wall", Placement::FEED))
/// # }
/// async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
///     publish::durably(self, run, post, |delivery| async move {
///         let key = run.key("post");
///         let receipt = |id| delivery.receipt(ReceiptState::Published).with_post(RemotePost::main(id));
///         let send = || async { self.send(&key, &post.text).await.map(receipt) };
///         let find = |_| async { Ok(self.look_up(&key).await?.map_or(Found::Absent, |id| Found::Present(receipt(id)))) };
///         delivery.once(send, find).await
///     })
///     .await
/// }
/// # }
/// ```
///
/// # Errors
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a run that was begun with another post;
/// those of [`preflight`](preflight()); what `work` fails with.
pub async fn durably<F>(
    publisher: &dyn Publisher,
    run: &Run,
    post: &Approved<Post>,
    work: impl FnOnce(Delivery) -> F + Send,
) -> Result<Receipt>
where
    F: Future<Output = Result<Receipt>> + Send,
{
    run.bind(&post.approval().digest).await?;
    if let Some(receipt) = published(run).await? {
        return Ok(receipt);
    }
    let delivered = async { work(preflight(publisher, run, post).await?).await };
    let error = match delivered.await {
        Ok(receipt) => return Ok(receipt),
        Err(error) => error,
    };
    // What failed behind the post does not take it back.
    if let Some(receipt) = published(run).await? {
        return Ok(receipt.with_warning(format!("the post is out, and what came behind it failed: {error}")));
    }
    Err(match may_be_out(run, &error) {
        Some(what) => unknown(&what, error),
        None => error,
    })
}

/// The receipt of a post that this run has published.
pub(crate) async fn published(run: &Run) -> Result<Option<Receipt>> {
    run.result(PUBLISH).await
}

/// What is out, or may be, although publishing failed without an effect of its own.
fn may_be_out(run: &Run, error: &Error) -> Option<String> {
    let published = |name: &str| name == PUBLISH || name.starts_with(PART);
    let (mut unsettled, mut parts) = (false, 0);
    for step in run.steps().iter().filter(|step| published(&step.name)) {
        unsettled |= step.status == StepStatus::Unsettled;
        parts += usize::from(step.status == StepStatus::Done);
    }
    match (error.kind(), parts) {
        (ErrorKind::OutcomeUnknown, _) => None,
        _ if unsettled && error.effect() != Effect::Unknown => {
            Some("the post may be out: its answer was lost, and asking about it was not possible".to_owned())
        }
        (_, 0) => None,
        (_, parts) => Some(format!("{parts} parts of the thread are out; the same run goes on behind them")),
    }
}

/// What kept us from asking, or from going on, says nothing about what is out.
fn unknown(what: &str, error: Error) -> Error {
    let message = format!("{what}: {}", error.message());
    let mut unknown = Error::new(ErrorKind::OutcomeUnknown, message);
    if let Some(vendor) = error.vendor() {
        unknown = unknown.with_vendor(vendor);
    }
    if let Some(status) = error.status() {
        unknown = unknown.with_status(status);
    }
    if let Some(field) = error.field() {
        unknown = unknown.with_field(field.to_owned());
    }
    unknown.with_source(error)
}

impl Delivery {
    /// Makes the post visible, once: [`Run::once`] on the run that is published on.
    ///
    /// # Errors
    /// As [`Run::once`].
    pub async fn once<F, G>(
        &self,
        send: impl FnOnce() -> F + Send,
        find: impl FnMut(Lost) -> G + Send,
    ) -> Result<Receipt>
    where
        F: Future<Output = Result<Receipt>> + Send,
        G: Future<Output = Result<Found<Receipt>>> + Send,
    {
        self.run.once(PUBLISH, send, find).await
    }

    /// Makes a part of a thread visible, once, counted from zero: every part but the last one,
    /// which is the [`once`](Self::once) with the receipt of the whole thread. A thread that broke
    /// goes on behind the parts that are out.
    ///
    /// # Errors
    /// As [`Run::once`]. [`durably`] makes [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) of what
    /// fails behind a part that is out.
    pub async fn part<T, F, G>(
        &self,
        index: usize,
        send: impl FnOnce() -> F + Send,
        find: impl FnMut(Lost) -> G + Send,
    ) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send,
        F: Future<Output = Result<T>> + Send,
        G: Future<Output = Result<Found<T>>> + Send,
    {
        self.run.once(&format!("{PART}{index}"), send, find).await
    }
}
