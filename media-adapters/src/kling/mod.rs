//! Kling's videos, by an API key or by an access key with a secret key.
//!
//! ```no_run
//! use media_adapters::kling::Kling;
//! use social_core::image::AspectRatio;
//! use social_core::make::Maker as _;
//! use social_core::run::{FileJournal, Run};
//! use social_core::video::VideoRequest;
//!
//! # async fn example() -> social_core::Result<()> {
//! let studio = Kling::from_env()?.video("kling-3.0-turbo");
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let request = VideoRequest::new("A loaf of bread rises").with_aspect_ratio(AspectRatio::VERTICAL);
//! let video = studio.make(&run, &request).await?;
//! println!("{:?}, {:?}", video.media, video.info.duration);
//! # Ok(()) }
//! ```
//!
//! A video takes minutes. The task's id is in the run before the wait begins, so another process
//! that opens the run collects the video and nothing is paid twice.
//!
//! **Environment:** `KLING_API_KEY`, or `KLING_ACCESS_KEY` and `KLING_SECRET_KEY` of an older
//! account; `KLING_BASE_URL` replaces the address.
//!
//! **Supported:** videos from a text or a first frame; what each model takes is in its record.
//!
//! **Known limits:** the current API takes a first frame by its public address only. A task cannot
//! be cancelled. Kling deletes its videos after 30 days; they are fetched as soon as they are
//! there. Extending a video, videos from several images, lip sync and images are not offered: no
//! official list of their fields was at hand. How callbacks are signed is not confirmed, so a
//! webhook only rings the [bell](social_core::job::JobBell).
//!
//! **Sources:** kling.ai document-api (authentication, error codes, text to video, image to video,
//! concurrency; 2026), the client of vercel/ai (`packages/klingai`, August 2026).

pub(crate) mod entry;
mod error;
mod model;
mod token;
mod video;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use secrecy::SecretString;
use social_core::Result;
use social_core::clock::Clock;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Reader, Setting, Settings};

use token::SignedTokens;
pub use video::KlingVideo;

/// The address for accounts of the whole world. Keys do not cross addresses.
pub const BASE_URL: &str = "https://api-singapore.klingai.com";

/// The address for accounts of mainland China.
pub const BASE_URL_CHINA: &str = "https://api-beijing.klingai.com";

const PAGE: &str = "https://kling.ai/dev";

const API_KEY: Setting =
    Setting::new("KLING_API_KEY", "the API key, or else KLING_ACCESS_KEY and KLING_SECRET_KEY", PAGE, "kling-0000")
        .secret();
const ACCESS_KEY: Setting = Setting::new("KLING_ACCESS_KEY", "the access key of an older account", PAGE, "access-0000");
const SECRET_KEY: Setting =
    Setting::new("KLING_SECRET_KEY", "the secret key of an older account", PAGE, "secret-0000").secret();
const URL: Setting = Setting::base_url("KLING_BASE_URL", BASE_URL);

/// A client of Kling. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Kling {
    endpoint: Endpoint,
}

impl Kling {
    /// The endpoint without a key; [`BASE_URL`] unless replaced. API keys, which are good for all
    /// models, are sent as [`Auth::Bearer`].
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("kling", BASE_URL).classify(error::classify)
    }

    /// How an access key and a secret key sign in; they are good for the models `kling-v1` to
    /// `kling-v3`.
    ///
    /// Requests carry a token that is signed here, good from 5 seconds ago for 30 minutes, and
    /// signed again 5 minutes before its end and when Kling calls it expired (codes 1003 and 1004).
    /// A clock that is wrong by more is refused.
    #[must_use]
    pub fn signed_auth(access_key: impl Into<String>, secret_key: SecretString, clock: Arc<dyn Clock>) -> Auth {
        Auth::source(SignedTokens::new(access_key.into(), secret_key, clock))
    }

    /// A client of this endpoint; start from [`Kling::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()? })
    }

    /// A client with the key in `KLING_API_KEY`, or else the pair in `KLING_ACCESS_KEY` and
    /// `KLING_SECRET_KEY`, at the address in `KLING_BASE_URL` if there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("kling", settings, &[])?;
        let endpoint = read.endpoint(Self::endpoint(), &URL);
        let auth = match (read.optional_secret(&API_KEY), read.optional_text(&ACCESS_KEY)) {
            (None, Some(access_key)) => {
                Self::signed_auth(access_key, read.secret(&SECRET_KEY)?, endpoint.clock_handle())
            }
            _ => Auth::Bearer(read.secret(&API_KEY)?),
        };
        Self::new(endpoint.auth(auth))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// A video model: `kling-2.6`, `kling-3.0`, `kling-3.0-turbo`, or an older one such as
    /// `kling-v2-1`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> KlingVideo {
        KlingVideo::new(self.endpoint.clone(), model.into())
    }
}
