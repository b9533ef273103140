//! Videos of this machine, streamed to Meta's upload host, from where the last attempt broke.

use std::future::Future;
use std::time::Duration;

use http::{HeaderName, Method};
use serde::Deserialize;
use social_core::http::Endpoint;
use social_core::media::CleanMedia;
use social_core::run::Run;
use social_core::{ErrorKind, Result};
use url::Url;

use super::read;

/// Where videos are uploaded.
pub(crate) const UPLOADS: &str = "https://rupload.facebook.com";

/// How long one request of an upload may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1800);

#[derive(Deserialize)]
struct Uploaded {
    success: bool,
}

/// Uploads a file to the address that Meta named, as a step of the run. `arrived` asks how many
/// bytes are there; what is there is never sent again.
pub(crate) async fn upload<F>(
    run: &Run,
    uploads: &Endpoint,
    name: &str,
    address: Option<&Url>,
    media: &CleanMedia,
    arrived: impl Fn() -> F + Send + Sync,
) -> Result<()>
where
    F: Future<Output = Result<u64>> + Send,
{
    let Some(address) = address.filter(|url| url.origin() == uploads.base_url().origin()) else {
        let message = "the answer names no address of the upload host";
        return Err(uploads.error(ErrorKind::Protocol, message));
    };
    let begun = format!("begun-{name}");
    let resumed = run.result::<bool>(&begun).await?.is_some();
    run.step(&begun, || async { Ok(true) }).await?;
    run.step(name, || async {
        let length = media.length();
        let mut offset = if resumed { arrived().await? } else { 0 };
        while offset < length {
            let Err(error) = send(uploads, address, media, offset, length).await else { break };
            // As long as each attempt gets further, the rest is worth another one.
            match arrived().await {
                Ok(now) if now > offset => offset = now,
                _ => return Err(error),
            }
        }
        Ok(())
    })
    .await
}

async fn send(uploads: &Endpoint, address: &Url, media: &CleanMedia, offset: u64, length: u64) -> Result<()> {
    let call = uploads.follow(Method::POST, address.clone()).operation("upload video").response_timeout(PATIENCE);
    let reply = call
        .header(HeaderName::from_static("offset"), &offset.to_string())
        .header(HeaderName::from_static("file_size"), &length.to_string())
        .body(media.body_range(offset, length))
        .send()
        .await?;
    let uploaded: Uploaded = read(uploads, &reply)?;
    if uploaded.success { Ok(()) } else { Err(reply.unreadable("the upload did not succeed")) }
}
