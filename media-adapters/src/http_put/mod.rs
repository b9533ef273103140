//! Puts files on a web server or bucket by HTTP `PUT`, so that platforms can fetch them.
//!
//! ```no_run
//! use media_adapters::http_put::HttpPut;
//! use social_core::host::MediaHost;
//! use social_core::media::Media;
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let host = HttpPut::from_env()?;
//! let public = host.host(&Run::ephemeral(), &Media::file("bread.jpg")).await?;
//! println!("{}", public.url);
//! # Ok(()) }
//! ```
//!
//! It works with whatever takes `PUT ADDRESS/NAME` with an optional bearer token and serves the file at another, public
//! address: WebDAV, an object store behind a gateway, a worker in front of a bucket. A file's name is the SHA-256 of
//! its bytes, so the same file has the same address, and putting it twice changes nothing.
//!
//! Stands on RFC 9110 alone.

#[cfg(test)]
mod tests;

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use http::header::CONTENT_TYPE;
use secrecy::SecretString;
use social_core::host::MediaHost;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Repeat};
use social_core::media::{Media, RemoteMedia};
use social_core::run::Run;
use social_core::{Error, Result, env};
use url::Url;

const WHERE: &str = "the operator of your bucket or web server";

/// A server that takes files by `PUT`. Cheap to clone.
#[derive(Clone, Debug)]
pub struct HttpPut {
    endpoint: Endpoint,
    public: Url,
}

impl HttpPut {
    /// The settings of the server that takes the files.
    pub fn endpoint(put_url: impl Into<String>) -> EndpointBuilder {
        Endpoint::builder("http-put", put_url)
    }

    /// A host that serves its files below `public_url`. Give the endpoint a token with its
    /// [`auth`](EndpointBuilder::auth).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used, and for a public address that is not
    /// HTTPS: platforms fetch nothing else.
    pub fn new(endpoint: EndpointBuilder, public_url: &str) -> Result<Self> {
        let public = Url::parse(&format!("{}/", public_url.trim_end_matches('/'))).ok();
        let Some(public) = public.filter(|url| url.scheme() == "https" && url.query().is_none()) else {
            return Err(Error::config(format!("`{public_url}` is not an HTTPS address without a query"))
                .with_field("MEDIA_HOST_PUBLIC_URL"));
        };
        Ok(Self { endpoint: endpoint.build()?, public })
    }

    /// The host that the environment names: `MEDIA_HOST_PUT_URL`, `MEDIA_HOST_PUBLIC_URL`, and `MEDIA_HOST_TOKEN` where
    /// the server wants a bearer token.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming the variable that is missing.
    pub fn from_env() -> Result<Self> {
        let endpoint = Self::endpoint(env::required("MEDIA_HOST_PUT_URL", WHERE)?);
        let public = env::required("MEDIA_HOST_PUBLIC_URL", WHERE)?;
        let endpoint = match env::optional("MEDIA_HOST_TOKEN") {
            Some(token) => endpoint.auth(Auth::Bearer(SecretString::from(token))),
            None => endpoint,
        };
        Self::new(endpoint, &public)
    }
}

#[async_trait]
impl MediaHost for HttpPut {
    async fn host(&self, run: &Run, media: &Media) -> Result<RemoteMedia> {
        if let Media::Remote(remote) = media {
            return Ok(remote.clone());
        }
        let media_type = media.info().await?.media_type;
        let name = format!("{}.{}", media.sha256().await?, media_type.extension());
        run.step(&format!("host-{name}"), || async {
            let url = self
                .public
                .join(&name)
                .map_err(|e| Error::config("the public address takes no names below it").with_source(e))?;
            let route = self.endpoint.route(Method::PUT, &name)?;
            let call = self.endpoint.call(&route).operation("put file").repeat(Repeat::Keyed);
            let call = call.header(CONTENT_TYPE, media_type.as_mime()).response_timeout(Duration::from_secs(600));
            call.body(media.body().await?).send().await?;
            Ok(RemoteMedia { url, expires_at: None })
        })
        .await
    }
}
