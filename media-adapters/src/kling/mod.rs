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
//! A video takes minutes. The task's id is in the run before the wait begins, so another process that opens the run collects
//! the video and nothing is paid twice.
//!
//! Sources: kling.ai document-api (authentication, error codes, text to video, image to video, concurrency; 2026), the
//! client of vercel/ai (`packages/klingai`, August 2026).

mod error;
mod model;
mod token;
mod video;
mod wire;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use secrecy::SecretString;
use social_core::clock::Clock;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::{Result, env};

use token::SignedTokens;
pub use video::KlingVideo;

/// The address for accounts of the whole world. Keys do not cross addresses.
pub const BASE_URL: &str = "https://api-singapore.klingai.com";

/// The address for accounts of mainland China.
pub const BASE_URL_CHINA: &str = "https://api-beijing.klingai.com";

/// A connection to Kling. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Kling {
    endpoint: Endpoint,
}

impl Kling {
    /// The settings with an API key, which is good for all models; [`BASE_URL`] unless replaced.
    pub fn endpoint(key: SecretString) -> EndpointBuilder {
        Endpoint::builder("kling", BASE_URL).auth(Auth::Bearer(key)).classify(error::classify)
    }

    /// The settings with an access key and a secret key, which are good for the models `kling-v1` to `kling-v3`.
    ///
    /// Requests carry a token that is signed here, good from 5 seconds ago for 30 minutes, and signed again 5 minutes
    /// before its end and when Kling calls it expired (codes 1003 and 1004). A clock that is wrong by more is refused.
    pub fn signed_endpoint(access_key: String, secret_key: SecretString, clock: Arc<dyn Clock>) -> EndpointBuilder {
        let hidden = secret_key.clone();
        let tokens = SignedTokens::new(access_key, secret_key, clock.clone());
        Endpoint::builder("kling", BASE_URL)
            .auth(Auth::source(tokens))
            .secret(&hidden)
            .clock(clock)
            .classify(error::classify)
    }

    /// Kling behind this endpoint.
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint }
    }

    /// Kling with the key in `KLING_API_KEY`, or else the pair in `KLING_ACCESS_KEY` and `KLING_SECRET_KEY`, at the address
    /// in `KLING_BASE_URL` if there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming the variable that is missing and where to get its value.
    pub fn from_env() -> Result<Self> {
        const WHERE: &str = "https://kling.ai/dev";
        let mut endpoint = match env::optional("KLING_ACCESS_KEY") {
            Some(access_key) if env::optional("KLING_API_KEY").is_none() => {
                let secret_key = env::secret("KLING_SECRET_KEY", WHERE)?;
                Self::signed_endpoint(access_key, secret_key, social_core::clock::system_clock())
            }
            _ => Self::endpoint(env::secret("KLING_API_KEY", WHERE)?),
        };
        if let Some(base) = env::optional("KLING_BASE_URL") {
            endpoint = endpoint.base_url(base);
        }
        Ok(Self::new(endpoint.build()?))
    }

    /// A video model: `kling-2.6`, `kling-3.0`, `kling-3.0-turbo`, or an older one such as `kling-v2-1`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> KlingVideo {
        KlingVideo::new(self.endpoint.clone(), model.into())
    }
}
