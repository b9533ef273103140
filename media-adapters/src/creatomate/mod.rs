//! Creatomate: videos and images that are put together from tracks, or from its templates.
//!
//! ```no_run
//! use media_adapters::creatomate::Creatomate;
//! use social_core::make::Maker as _;
//! use social_core::render::{RenderRequest, RenderTemplate};
//! use social_core::run::{FileJournal, Run};
//!
//! # async fn example() -> social_core::Result<()> {
//! let run = Run::open(&FileJournal::open("runs")?, "friday").await?;
//! let reel = RenderTemplate::new("2a2e2ef1-0000-4000-8000-000000000000").with("Title.text", "New from Friday");
//! let renderer = Creatomate::from_env()?.renderer("v2")?;
//! let video = renderer.make(&run, &RenderRequest::template(reel)).await?;
//! println!("{:?}, {:?}", video.media, video.warnings);
//! let cover = renderer.snapshot(&run).await?;
//! println!("{:?}", cover.media);
//! # Ok(()) }
//! ```
//!
//! **Environment:** `CREATOMATE_API_KEY`, the key of a project; `CREATOMATE_WEBHOOK_URL` for a
//! webhook; `CREATOMATE_BASE_URL` replaces the address.
//!
//! **Supported:** [`CreatomateRenderer`], `creatomate/v2` and `creatomate/v1` by the version of the
//! API: tracks of videos, images, words, captions, voice and music; transitions, camera movements,
//! volumes; templates with modifications; snapshots; webhooks, by [`webhook_job`].
//!
//! **Known limits:** files are taken by public address only. Words are in Creatomate's own font.
//! A render cannot be cancelled or removed; it goes after 30 days. Creatomate takes at most thirty
//! requests in ten seconds.
//!
//! **Sources:** creatomate.com, API reference, RenderScript and animations (2026), the client
//! creatomate-node 1.2.1.

mod captions;
mod composition;
pub(crate) mod entry;
mod error;
mod render;
mod wire;

#[cfg(test)]
pub(crate) mod tests;

use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Error, Result};
use url::Url;

pub use render::CreatomateRenderer;

/// The address of Creatomate's API.
pub const BASE_URL: &str = "https://api.creatomate.com";

const VENDOR: &str = "Creatomate";

const API_KEY: Setting = Setting::new(
    "CREATOMATE_API_KEY",
    "the API key of a project",
    "https://creatomate.com, project settings",
    "creatomate-0000",
)
.secret();
const WEBHOOK_URL: Setting = Setting::new(
    "CREATOMATE_WEBHOOK_URL",
    "an HTTPS address of your application that is told when a render ends",
    "your application",
    "https://app.example/webhooks/creatomate",
)
.optional();
const URL: Setting = Setting::base_url("CREATOMATE_BASE_URL", BASE_URL);

/// A version of the API. They differ in where a composition stands and in what is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V1,
    V2,
}

impl Version {
    const fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
        }
    }
}

/// A client of Creatomate. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Creatomate {
    endpoint: Endpoint,
    webhook: Option<Url>,
}

impl Creatomate {
    /// The endpoint without a key; [`BASE_URL`] unless replaced. Keys are sent as [`Auth::Bearer`].
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("creatomate", BASE_URL).classify(error::classify)
    }

    /// A client of this endpoint; start from [`Creatomate::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()?, webhook: None })
    }

    /// A client with the key in `CREATOMATE_API_KEY`, the webhook in `CREATOMATE_WEBHOOK_URL` and
    /// the address in `CREATOMATE_BASE_URL`, if there are such.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing or no
    /// address.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("creatomate", settings, &[API_KEY])?;
        let endpoint = read.endpoint(Self::endpoint(), &URL);
        let mut client = Self::new(endpoint.auth(Auth::Bearer(read.secret(&API_KEY)?)))?;
        client.webhook = crate::composition::webhook(&read, &WEBHOOK_URL)?;
        Ok(client)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// A renderer by this version of the API: `v2`, or `v1`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for another version.
    pub fn renderer(&self, version: &str) -> Result<CreatomateRenderer> {
        let version = match version {
            "v1" => Version::V1,
            "v2" => Version::V2,
            _ => return Err(Error::config(format!("`{version}` is not a version of Creatomate's API, v1 or v2"))),
        };
        let renderer = CreatomateRenderer::new(self.endpoint.clone(), version);
        Ok(match &self.webhook {
            Some(url) => renderer.with_webhook(url.clone()),
            None => renderer,
        })
    }
}

/// The job that the body of a webhook tells about.
///
/// Webhooks are not signed, so nothing else in them counts: hand the id to
/// [`JobBell::ring`](social_core::job::JobBell::ring), and Creatomate is asked.
///
/// # Errors
/// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a body that names no job.
pub fn webhook_job(body: &[u8]) -> Result<String> {
    let render: wire::RenderState =
        serde_json::from_slice(body).map_err(|e| Error::invalid("body", "the webhook is no render").with_source(e))?;
    if render.id.is_empty() { Err(Error::invalid("body", "the webhook names no render")) } else { Ok(render.id) }
}
