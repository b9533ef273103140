//! Seedream's images and Seedance's videos on Ark: BytePlus ModelArk and Volcengine Ark.
//!
//! ```no_run
//! use media_adapters::ark::Ark;
//! use social_core::image::{AspectRatio, ImageRequest};
//! use social_core::make::Maker as _;
//! use social_core::run::{FileJournal, Run};
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Ark::from_env()?.image("seedream-4-5-251128");
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let request = ImageRequest::new("A loaf of bread at dawn").with_aspect_ratio(AspectRatio::PORTRAIT);
//! let batch = model.make(&run, &request).await?;
//! println!("{:?}", batch.images[0].media);
//! # Ok(()) }
//! ```
//!
//! **Environment:** `ARK_API_KEY`. `ARK_BASE_URL` replaces the address of BytePlus, [`BASE_URL`],
//! for instance by that of Volcengine in China, [`BASE_URL_CHINA`]. A key works in its own region
//! only, and each model is activated in the console first.
//!
//! **Supported:** Seedream: images from a text and up to 14 reference images, one or a group.
//! Seedance: videos from a text, a first and a last frame, with audio; a task in the queue can be
//! cancelled, and the record of one that is over removed.
//!
//! **Known limits:** a shape is asked for in pixels, which are computed from the shape and the
//! size. How many images of a group come is the model's decision. A lost image call cannot be
//! asked for, so its outcome stays unknown; a lost task is found in the list of tasks by its seed,
//! and stays unknown while the list does not tell seeds (when it begins to is not confirmed).
//! Addresses of results end after 24 hours (of videos that is a second source's word). The pixel
//! ranges of the 5.0 models are not confirmed, so their sizes are passed on unchecked.
//!
//! **Sources:** volcengine-python-sdk 5.0.54 and byteplus-python-sdk-v2 3.0.63 (requests, events,
//! tasks, deletion), ModelArk's pages on images, videos and error codes, the client of vercel/ai
//! (`packages/bytedance`); November 2026. No exchange was recorded.

pub(crate) mod entry;
mod error;
mod image;
mod lost;
mod model;
mod size;
mod video;
mod wire;

#[cfg(test)]
mod tests;

use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Reader, Setting, Settings};

pub use image::Seedream;
pub use video::Seedance;

/// The address of BytePlus ModelArk, outside of China.
pub const BASE_URL: &str = "https://ark.ap-southeast.bytepluses.com/api/v3";

/// The address of Volcengine Ark, in China.
pub const BASE_URL_CHINA: &str = "https://ark.cn-beijing.volces.com/api/v3";

const KEY: Setting =
    Setting::new("ARK_API_KEY", "the API key", "https://console.byteplus.com/ark", "ark-0000").secret();
const URL: Setting = Setting::base_url("ARK_BASE_URL", BASE_URL);

/// A client of Ark. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ark {
    endpoint: Endpoint,
}

impl Ark {
    /// The endpoint without a key; [`BASE_URL`] unless replaced. Keys are sent as
    /// [`Auth::Bearer`].
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("ark", BASE_URL).classify(error::classify)
    }

    /// A client of this endpoint; start from [`Ark::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the key in `ARK_API_KEY`, at the address in `ARK_BASE_URL` if there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("ark", settings, &[KEY])?;
        let auth = Auth::Bearer(read.secret(&KEY)?);
        Self::new(read.endpoint(Self::endpoint(), &URL).auth(auth))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// An image model, for instance `seedream-4-5-251128` (in China `doubao-seedream-4-5-251128`),
    /// or an inference endpoint `ep-...`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> Seedream {
        Seedream::new(self.endpoint.clone(), model.into())
    }

    /// A video model, for instance `dreamina-seedance-2-0-260128` (in China
    /// `doubao-seedance-2-0-260128`), or an inference endpoint `ep-...`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> Seedance {
        Seedance::new(self.endpoint.clone(), model.into())
    }
}
