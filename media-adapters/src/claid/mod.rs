//! Claid: better photos, by crops, larger sizes, clean backgrounds and polish.
//!
//! **Environment:** `CLAID_API_KEY`; `CLAID_BASE_URL` replaces the address.
//!
//! **Supported:** [`ClaidEnhancer`], as `claid/edit` in one call and as `claid/edit-async` as a job
//! that survives the process: crops, sizes, larger images, backgrounds, polish, and JPEG, PNG, WebP
//! or AVIF.
//!
//! ```no_run
//! use media_adapters::claid::Claid;
//! use social_core::enhance::{EnhanceRequest, Enhancement};
//! use social_core::image::AspectRatio;
//! use social_core::make::Maker as _;
//! use social_core::media::{Media, MediaType};
//! use social_core::run::{FileJournal, Run};
//!
//! # async fn example() -> social_core::Result<()> {
//! let enhancer = Claid::from_env()?.enhancer("edit");
//! let run = Run::open(&FileJournal::open("runs")?, "soup").await?;
//! let changes = [Enhancement::Polish, Enhancement::Crop(AspectRatio::PORTRAIT), Enhancement::Convert(MediaType::Jpeg)];
//! let image = enhancer.make(&run, &EnhanceRequest::new(Media::file("soup.jpg"), changes)).await?;
//! println!("{:?}", image.media);
//! # Ok(()) }
//! ```
//!
//! What Claid offers beside is in [`extra`](social_core::enhance::EnhanceRequest::extra), whose
//! fields are merged into the request:
//!
//! ```
//! use serde_json::json;
//! use social_core::enhance::EnhanceRequest;
//! use social_core::media::Media;
//!
//! let adjustments = json!({"adjustments": {"hdr": 30}, "privacy": {"blur_car_plate": true}});
//! let request = EnhanceRequest::new(Media::file("soup.jpg"), []).with_extra("operations", adjustments);
//! # let _ = request;
//! ```
//!
//! **Known limits:** Claid has no idempotency key and lists no jobs, so the outcome of a lost call
//! stays unknown. It judges no content: its documentation names no verdict. Prices are in credits
//! and not reported. A transparent background comes in PNG only.
//!
//! **Sources:** docs.claid.ai (image editing, async, errors, rate limits; a copy of July 2026).

mod enhance;
pub(crate) mod entry;
mod error;
mod plan;
mod wire;

#[cfg(test)]
mod tests;

use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Reader, Setting, Settings};

pub use enhance::{ASYNC, ClaidEnhancer};

/// Claid's address.
pub const BASE_URL: &str = "https://api.claid.ai/v1";

const API_KEY: Setting = Setting::new(
    "CLAID_API_KEY",
    "the API key, with the scope `image_editing`",
    "https://claid.ai/account",
    "claid-0000",
)
.secret();
const URL: Setting = Setting::base_url("CLAID_BASE_URL", BASE_URL);

/// A client of Claid. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Claid {
    endpoint: Endpoint,
}

impl Claid {
    /// The endpoint without a key; [`BASE_URL`] unless replaced. Keys are sent as [`Auth::Bearer`].
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("claid", BASE_URL).classify(error::classify)
    }

    /// A client of this endpoint; start from [`Claid::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the key in `CLAID_API_KEY`, at the address in `CLAID_BASE_URL` if there is
    /// one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("claid", settings, &[API_KEY])?;
        let auth = Auth::Bearer(read.secret(&API_KEY)?);
        Self::new(read.endpoint(Self::endpoint(), &URL).auth(auth))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// An enhancer: [`ASYNC`] works in the background, every other name in one call.
    #[must_use]
    pub fn enhancer(&self, name: impl Into<String>) -> ClaidEnhancer {
        ClaidEnhancer::new(self.endpoint.clone(), name.into())
    }
}
