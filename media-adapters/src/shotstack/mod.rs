//! Shotstack: videos and images that are put together from tracks, or from its templates.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use media_adapters::shotstack::Shotstack;
//! use social_core::image::AspectRatio;
//! use social_core::make::Maker as _;
//! use social_core::media::Media;
//! use social_core::render::{Clip, Content, RenderRequest, Timeline, Track, TrackKind, Transition};
//! use social_core::run::{FileJournal, Run};
//!
//! # async fn example() -> social_core::Result<()> {
//! let seconds = Duration::from_secs;
//! let shown = Clip::new(Content::File(Media::file("soup.mp4")), seconds(0), seconds(6)).with_volume(0.0);
//! let words = Clip::new(Content::Text("New from Friday".into()), seconds(1), seconds(4)).with_transition(Transition::FADE);
//! let music = Clip::new(Content::File(Media::file("guitar.mp3")), seconds(0), seconds(6)).with_volume(0.4);
//! let timeline = Timeline::new(AspectRatio::VERTICAL)
//!     .with_track(Track::new(TrackKind::Video).with_clip(shown))
//!     .with_track(Track::new(TrackKind::Text).with_clip(words))
//!     .with_track(Track::new(TrackKind::Music).with_clip(music));
//! let run = Run::open(&FileJournal::open("runs")?, "soup").await?;
//! let video = Shotstack::from_env()?.renderer("stage").make(&run, &RenderRequest::timeline(timeline)).await?;
//! println!("{:?}, {:?}", video.media, video.info.duration);
//! # Ok(()) }
//! ```
//!
//! **Environment:** `SHOTSTACK_API_KEY`, the key of the stage in the address;
//! `SHOTSTACK_CALLBACK_URL` for a webhook; `SHOTSTACK_BASE_URL` replaces the address.
//!
//! **Supported:** [`ShotstackRenderer`], `shotstack/v1` in production and `shotstack/stage` in the
//! sandbox, which marks its videos and costs nothing: tracks of videos, images, words, captions,
//! voice and music; transitions, camera movements, volumes; templates with merge fields; uploads of
//! files of this machine; removing the hosted copy; webhooks, by [`webhook_job`].
//!
//! **Known limits:** fades take about a second, which cannot be changed. Words are in Shotstack's
//! own font. A render cannot be cancelled. UNCONFIRMED: the shapes of refusals of the edit API, of
//! which all known ones are read.
//!
//! **Sources:** the OpenAPI description 1.18.3 of `@shotstack/schemas` (2026), the client
//! shotstack-sdk 0.2.9.

mod edit;
pub(crate) mod entry;
mod error;
mod ingest;
mod render;
mod wire;

#[cfg(test)]
pub(crate) mod tests;

use http::header::HeaderName;
use social_core::http::{Auth, Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Error, Result};
use url::Url;

pub use render::ShotstackRenderer;

/// The address of all of Shotstack's APIs.
pub const BASE_URL: &str = "https://api.shotstack.io";

const VENDOR: &str = "Shotstack";
const PAGE: &str = "https://dashboard.shotstack.io";

const API_KEY: Setting = Setting::new(
    "SHOTSTACK_API_KEY",
    "the API key of the stage that is used, production (`v1`) or sandbox (`stage`)",
    PAGE,
    "shotstack-0000",
)
.secret();
const CALLBACK_URL: Setting = Setting::new(
    "SHOTSTACK_CALLBACK_URL",
    "an HTTPS address of your application that is told when a render ends",
    "your application",
    "https://app.example/webhooks/shotstack",
)
.optional();
const URL: Setting = Setting::base_url("SHOTSTACK_BASE_URL", BASE_URL);

/// A client of Shotstack. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shotstack {
    endpoint: Endpoint,
    callback: Option<Url>,
}

impl Shotstack {
    /// The endpoint without a key; [`BASE_URL`] unless replaced. The key is sent as
    /// [`key_auth`](Self::key_auth).
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("shotstack", BASE_URL).classify(error::classify)
    }

    /// How a key signs in: in the header `x-api-key`.
    #[must_use]
    pub fn key_auth(key: secrecy::SecretString) -> Auth {
        Auth::Header(HeaderName::from_static("x-api-key"), key)
    }

    /// A client of this endpoint; start from [`Shotstack::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()?, callback: None })
    }

    /// A client with the key in `SHOTSTACK_API_KEY`, the webhook in `SHOTSTACK_CALLBACK_URL` and
    /// the address in `SHOTSTACK_BASE_URL`, if there are such.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing or no
    /// address.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("shotstack", settings, &[API_KEY])?;
        let endpoint = read.endpoint(Self::endpoint(), &URL);
        let mut client = Self::new(endpoint.auth(Self::key_auth(read.secret(&API_KEY)?)))?;
        client.callback = crate::composition::webhook(&read, &CALLBACK_URL)?;
        Ok(client)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// A renderer at this stage: `v1`, or `stage` for the sandbox. Each has a key of its own.
    #[must_use]
    pub fn renderer(&self, stage: impl Into<String>) -> ShotstackRenderer {
        let renderer = ShotstackRenderer::new(self.endpoint.clone(), stage.into());
        match &self.callback {
            Some(url) => renderer.with_callback(url.clone()),
            None => renderer,
        }
    }
}

/// The job that the body of a webhook tells about: a render, or a copy of its result to a
/// destination.
///
/// Webhooks are not signed, so nothing else in them counts: hand the id to
/// [`JobBell::ring`](social_core::job::JobBell::ring), and Shotstack is asked. UNCONFIRMED: the field
/// that names the render of a copy.
///
/// # Errors
/// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a body that names no job.
pub fn webhook_job(body: &[u8]) -> Result<String> {
    let notice: wire::Notice = serde_json::from_slice(body)
        .map_err(|e| Error::invalid("body", "the webhook is no JSON object").with_source(e))?;
    let id = notice.render.unwrap_or(notice.id);
    if id.is_empty() { Err(Error::invalid("body", "the webhook names no render")) } else { Ok(id) }
}
