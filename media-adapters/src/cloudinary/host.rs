//! Cloudinary as a media host.

use async_trait::async_trait;
use social_core::host::{HostCapabilities, HostRequest};
use social_core::make::{self, Made, Maker};
use social_core::media::{Media, RemoteMedia};
use social_core::run::Run;
use social_core::{Error, ModelAddress, Result};

use super::{Cloudinary, moderation};

/// Hosts files at Cloudinary, which serves them until they are removed.
///
/// Images, videos, audio files, captions and PDF are taken; how large they may be depends on the
/// account. Place, time and camera notes are taken out on the way. A file above 20 MB goes in
/// parts, and an upload that was cut goes on with the part that is missing. A file at an address
/// that lives long enough keeps it; otherwise Cloudinary fetches the file from there.
#[derive(Clone, Debug)]
pub struct CloudinaryHost {
    cloudinary: Cloudinary,
    address: ModelAddress,
}

impl CloudinaryHost {
    pub(super) fn new(cloudinary: Cloudinary) -> Self {
        let address = ModelAddress::new(cloudinary.endpoint.vendor(), cloudinary.credentials.cloud_name.clone());
        Self { cloudinary, address }
    }
}

#[async_trait]
impl Maker<HostRequest> for CloudinaryHost {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> HostCapabilities {
        // A file stays until it is removed.
        HostCapabilities::new().with_until(true).with_remove(true).with_paid(false).with_generative(false)
    }

    async fn make(&self, run: &Run, request: &HostRequest) -> Result<Made<RemoteMedia>> {
        make::begin(self, run, request).await?;
        let until = request.until.unwrap_or_else(|| run.clock().now());
        let remote = match &request.media {
            Media::Remote(remote) if remote.is_usable_at(until) => remote.clone(),
            media => {
                let asset = self.cloudinary.upload(run, media, "auto").await?;
                moderation::refused(&asset).map_err(|error| error.with_vendor(&self.address.vendor))?;
                let url = asset.secure_url.ok_or_else(|| Error::config("an upload without an address"))?;
                RemoteMedia { url, expires_at: None }
            }
        };
        Ok(Made::new(self.address.clone(), remote).without_model())
    }

    async fn remove(&self, _run: &Run, made: &RemoteMedia) -> Result<()> {
        let (family, public_id) = self.cloudinary.named_in(&made.url)?;
        self.cloudinary.destroy(&family, &public_id).await
    }
}
