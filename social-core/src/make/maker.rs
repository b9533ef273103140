//! The one trait of everything that makes something.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use url::Url;

use super::made::Made;
use super::request::MakeRequest;
use crate::ModelAddress;
use crate::error::{Error, Result};
use crate::media::Media;
use crate::run::Run;

/// Makes images, videos, speech, vectors, renderings: whatever `R` asks for.
///
/// # Contract
/// - Success is what was asked for, never an empty or a broken file: its bytes have been looked at.
///   Content that is refused is [`Rejected`](crate::ErrorKind::Rejected).
/// - The call is durable: with the same run, what was paid for is not made again. The paid request
///   is a [`Run::once`]; files are kept with [`Run::keep_file`]; the handle of a job is in the run
///   before the wait begins. A run that was begun with another request is refused. [`begin`] and
///   the run see to all of it.
/// - An option that the maker cannot honour is [`Unsupported`](crate::ErrorKind::Unsupported),
///   before anything is sent; none is dropped.
/// - A paid answer that was lost is [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) where the
///   vendor cannot be asked.
/// - Usage is what the vendor reported, or absent.
#[async_trait]
pub trait Maker<R: MakeRequest>: Debug + Send + Sync {
    /// The vendor and the model.
    fn address(&self) -> &ModelAddress;

    /// What it can do, wrappers included.
    fn capabilities(&self) -> R::Capabilities;

    /// Refuses a request that its [`capabilities`](Self::capabilities) cannot speak of: words in
    /// characters for which it has no font. It is asked before anything is made or paid, by
    /// [`begin`] and by campaigns while they plan. A maker that draws no letters refuses nothing.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) naming the field and the characters.
    fn accept(&self, request: &R) -> Result<()> {
        let _ = request;
        Ok(())
    }

    /// Makes it.
    ///
    /// # Errors
    /// As the contract says, and the kinds of the HTTP path; of work in the background also
    /// [`JobFailed`](crate::ErrorKind::JobFailed) by the vendor's verdict and
    /// [`Timeout`](crate::ErrorKind::Timeout) after the poll policy's deadline, with the job kept
    /// in the run.
    async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>>;

    /// Cancels the job that the run has submitted, at the vendor. A run without a job is left as it
    /// is.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where the vendor cannot, and the kinds of the
    /// HTTP path.
    async fn cancel(&self, run: &Run) -> Result<()> {
        let _ = run;
        Err(Error::unsupported("cancel", "a job cannot be cancelled").with_vendor(&self.address().vendor))
    }

    /// Removes what was made from the vendor's side: a hosted file, a result that the vendor keeps.
    /// What is not there any more counts as removed.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where the vendor cannot, and the kinds of the
    /// HTTP path.
    async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
        let _ = (run, made);
        Err(Error::unsupported("remove", "what was made cannot be removed").with_vendor(&self.address().vendor))
    }
}

macro_rules! forward {
    ($($holder:ty),*) => {$(
        #[deny(clippy::missing_trait_methods)]
        #[async_trait]
        impl<R: MakeRequest, T: Maker<R> + ?Sized> Maker<R> for $holder {
            fn address(&self) -> &ModelAddress {
                (**self).address()
            }
            fn capabilities(&self) -> R::Capabilities {
                (**self).capabilities()
            }
            fn accept(&self, request: &R) -> Result<()> {
                (**self).accept(request)
            }
            async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>> {
                (**self).make(run, request).await
            }
            async fn cancel(&self, run: &Run) -> Result<()> {
                (**self).cancel(run).await
            }
            async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
                (**self).remove(run, made).await
            }
        }
    )*};
}

forward!(Arc<T>, Box<T>);

/// What every maker does first: refuses what it cannot do or show, and binds the run to the
/// request.
///
/// Files count by their bytes, so that another file under the same path is another request.
///
/// # Errors
/// As [`MakeRequest::check`]; [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a run that
/// was begun with another request; [`Storage`](crate::ErrorKind::Storage) for a file that cannot be
/// read. Nothing was sent.
pub async fn begin<R: MakeRequest>(maker: &(impl Maker<R> + ?Sized), run: &Run, request: &R) -> Result<()> {
    #[derive(Serialize)]
    struct Input<'a, R> {
        maker: &'a ModelAddress,
        kind: &'static str,
        request: R,
    }
    let address = maker.address();
    let begun = async {
        request.check(&maker.capabilities())?;
        maker.accept(request)?;
        let request = by_bytes(request).await?;
        run.bind(&Input { maker: address, kind: R::NAME, request }).await
    };
    begun.await.map_err(|error: Error| error.with_vendor(&address.vendor).with_effect(crate::Effect::None))
}

/// The request with each file replaced by the digest of its bytes.
async fn by_bytes<R: MakeRequest>(request: &R) -> Result<R> {
    let mut request = request.clone();
    for (option, media) in request.files_mut() {
        let digest = media.sha256().await.map_err(|error| error.with_field(option))?;
        let digest = Url::parse(&format!("sha256:{digest}"))
            .map_err(|cause| Error::invalid(option, "the file has no digest").with_source(cause))?;
        *media = Media::remote(digest);
    }
    Ok(request)
}
