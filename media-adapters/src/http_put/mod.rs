//! Puts files on a web server or bucket by HTTP `PUT`, so that platforms can fetch them.
//!
//! **Environment:** `MEDIA_HOST_PUT_URL`, `MEDIA_HOST_PUBLIC_URL`, and `MEDIA_HOST_TOKEN` where the
//! server wants one.
//!
//! ```no_run
//! use media_adapters::http_put::HttpPut;
//! use social_core::host::HostRequest;
//! use social_core::make::Maker as _;
//! use social_core::media::Media;
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let host = HttpPut::from_env()?;
//! let public = host.make(&Run::ephemeral(), &HostRequest::new(Media::file("bread.jpg"))).await?;
//! println!("{}", public.url);
//! # Ok(()) }
//! ```
//!
//! **Supported:** whatever takes `PUT ADDRESS/NAME` with an optional bearer token and serves the
//! file at another, public address: WebDAV, an object store behind a gateway, a worker in front of
//! a bucket. A file's name is the SHA-256 of its bytes, so the same file has the same address, and
//! putting it twice changes nothing. Place, time and camera notes are taken out on the way.
//!
//! **Known limits:** one bearer token is all the sign-in there is; files are not removed again.
//!
//! **Sources:** RFC 9110 alone.

#[cfg(test)]
mod tests;

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use http::header::CONTENT_TYPE;
use social_core::catalogue::VendorEntry;
use social_core::host::{HostCapabilities, HostRequest};
use social_core::http::{Auth, Endpoint, EndpointBuilder, Repeat};
use social_core::make::{self, Made, Maker};
use social_core::media::{Media, RemoteMedia};
use social_core::run::Run;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Error, ErrorKind, ModelAddress, Result};
use url::Url;

const OPERATOR: &str = "the operator of your bucket or web server";

const PUT_URL: Setting =
    Setting::new("MEDIA_HOST_PUT_URL", "the URL below which files are put", OPERATOR, "https://bucket.example/in");
const PUBLIC_URL: Setting = Setting::new(
    "MEDIA_HOST_PUBLIC_URL",
    "the HTTPS URL below which files are served",
    OPERATOR,
    "https://cdn.example",
);
const TOKEN: Setting =
    Setting::new("MEDIA_HOST_TOKEN", "the bearer token that the server wants", OPERATOR, "0000").secret().optional();

/// A server that takes files by `PUT`. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpPut {
    endpoint: Endpoint,
    public: Url,
    address: ModelAddress,
}

impl HttpPut {
    /// The endpoint of the server that takes the files, without a token. It has no base URL yet;
    /// tokens are sent as [`Auth::Bearer`].
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("http-put", "")
    }

    /// A host that serves its files below `public_url`; start from [`HttpPut::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built, and for a
    /// public address that is not HTTPS: platforms fetch nothing else.
    pub fn new(endpoint: EndpointBuilder, public_url: &str) -> Result<Self> {
        let public = Url::parse(&format!("{}/", public_url.trim_end_matches('/'))).ok();
        let Some(public) = public.filter(|url| url.scheme() == "https" && url.query().is_none()) else {
            return Err(Error::config(format!("`{public_url}` is not an HTTPS address without a query"))
                .with_field("MEDIA_HOST_PUBLIC_URL"));
        };
        let endpoint = endpoint.build()?;
        let address = ModelAddress::new(endpoint.vendor(), public.host_str().unwrap_or_default());
        Ok(Self { endpoint, public, address })
    }

    /// The host of `MEDIA_HOST_PUT_URL` and `MEDIA_HOST_PUBLIC_URL`, with the token in
    /// `MEDIA_HOST_TOKEN` if there is one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("http-put", settings, &[PUT_URL, PUBLIC_URL, TOKEN])?;
        let endpoint = match read.optional_secret(&TOKEN) {
            Some(token) => Self::endpoint().auth(Auth::Bearer(token)),
            None => Self::endpoint(),
        };
        Self::new(read.endpoint(endpoint, &PUT_URL), &read.text(&PUBLIC_URL)?)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }
}

/// `http-put`, as an entry of the catalogue.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("http-put", "any server that takes files by HTTP `PUT`", [PUT_URL, PUBLIC_URL, TOKEN])
        .with_host(|settings, _| HttpPut::from_settings(settings))
        .with_endpoint(|settings| Ok(HttpPut::from_settings(settings)?.endpoint))
}

#[async_trait]
impl Maker<HostRequest> for HttpPut {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> HostCapabilities {
        // A file stays until somebody removes it.
        HostCapabilities::new().with_until(true).with_remove(true).with_paid(false).with_generative(false)
    }

    async fn make(&self, run: &Run, request: &HostRequest) -> Result<Made<RemoteMedia>> {
        make::begin(self, run, request).await?;
        let media = &request.media;
        let remote = match media {
            Media::Remote(remote) => remote.clone(),
            _ => run.step("host", || self.put(media)).await?,
        };
        Ok(Made::new(self.address.clone(), remote).without_model())
    }

    async fn remove(&self, _run: &Run, made: &RemoteMedia) -> Result<()> {
        let Some(name) = self.public.make_relative(&made.url).filter(|name| !name.contains(['/', '?', '#'])) else {
            return Err(Error::invalid("made", format!("`{}` is not an address of this host", made.url)));
        };
        let route = self.endpoint.route(Method::DELETE, &name)?;
        match self.endpoint.call(&route).operation("delete file").repeat(Repeat::Keyed).send().await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl HttpPut {
    async fn put(&self, media: &Media) -> Result<RemoteMedia> {
        let media_type = media.info().await?.media_type;
        // Whoever fetches the file gets all of it, so the notes go here.
        let media = media.without_notes().await?;
        let name = format!("{}.{}", media.sha256().await?, media_type.extension());
        let url = self
            .public
            .join(&name)
            .map_err(|e| Error::config("the public address takes no names below it").with_source(e))?;
        let route = self.endpoint.route(Method::PUT, &name)?;
        let call = self.endpoint.call(&route).operation("put file").repeat(Repeat::Keyed);
        let call = call.header(CONTENT_TYPE, media_type.as_mime()).response_timeout(Duration::from_secs(600));
        call.body(media.body()).send().await?;
        Ok(RemoteMedia { url, expires_at: None })
    }
}
