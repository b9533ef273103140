//! Cloudinary as an enhancer: an upload, a transformation of it, and the image that came of it.

use async_trait::async_trait;
use social_core::enhance::{EnhanceCapabilities, EnhanceRequest, EnhancedImage};
use social_core::http::{Multipart, Repeat};
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::{Media, MediaKind, MediaType, RemoteMedia};
use social_core::money::Usage;
use social_core::run::Run;
use social_core::{Error, ErrorKind, ModelAddress, Result};
use url::Url;

use super::transformation::{self, FORMATS, OPERATIONS};
use super::wire::Asset;
use super::{Cloudinary, moderation, text_of, upload};
use crate::fetched::MAX_IMAGE;
use crate::size::Size;

/// Changes images by Cloudinary's transformations.
///
/// Images are crops around the subject, smaller, larger (`e_upscale`, then the exact size),
/// upright, without background, improved (`e_improve`), and JPEG, PNG, WebP, AVIF or GIF. An image
/// at an address is fetched by Cloudinary. [`extra`](EnhanceRequest::extra) holds fields of the
/// `explicit` request; an `eager` there replaces the transformation.
///
/// The source stays at Cloudinary under the digest of its bytes, and what was made of it under the
/// transformation, which is made once of an upload: a lost answer is asked for again. [`remove`](Maker::remove) takes the source and everything that was made of it away. With
/// a moderation add-on the verdict is in [`moderation`](EnhancedImage::moderation), where one that is
/// pending counts as flagged; an image that the add-on rejects is
/// [`Rejected`](ErrorKind::Rejected), since Cloudinary does not serve it.
#[derive(Clone, Debug)]
pub struct CloudinaryEnhancer {
    cloudinary: Cloudinary,
    address: ModelAddress,
}

impl CloudinaryEnhancer {
    pub(super) fn new(cloudinary: Cloudinary, model: String) -> Self {
        let address = ModelAddress::new(cloudinary.endpoint.vendor(), model);
        Self { cloudinary, address }
    }

    /// Has the transformation made, and returns the address of the image.
    pub(super) async fn derive(&self, asset: &Asset, transformation: &str, request: &EnhanceRequest) -> Result<Url> {
        let mut fields = vec![("public_id", asset.public_id.clone()), ("type", "upload".to_owned())];
        fields.push(("eager", transformation.to_owned()));
        for (name, value) in &request.extra {
            fields.retain(|(known, _)| known != name);
            fields.push((name, text_of(value)));
        }
        let form = self.cloudinary.signed(Multipart::new(), &fields);
        let call = self.cloudinary.post("image", "explicit")?.operation("transform").repeat(Repeat::Keyed);
        let reply = call.multipart(form).send().await?;
        let answer = upload::asset(&reply)?;
        let derived = match answer.eager.into_iter().next() {
            Some(derived) if derived.status.as_deref() == Some("failed") => {
                let reason = derived.reason.unwrap_or_else(|| "Cloudinary gave no reason".to_owned());
                return Err(reply.describe(Error::new(ErrorKind::JobFailed, reason)));
            }
            Some(derived) => derived.secure_url,
            // Nothing was to be changed.
            None => answer.secure_url.filter(|_| transformation.is_empty()),
        };
        derived.ok_or_else(|| reply.unreadable("the answer names no image"))
    }
}

#[async_trait]
impl Maker<EnhanceRequest> for CloudinaryEnhancer {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> EnhanceCapabilities {
        EnhanceCapabilities::new()
            .with_operations(OPERATIONS)
            .with_formats(FORMATS)
            .with_extra(true)
            .with_moderation(self.cloudinary.moderation.is_some())
            .with_generative(false)
    }

    async fn make(&self, run: &Run, request: &EnhanceRequest) -> Result<Made<EnhancedImage>> {
        make::begin(self, run, request).await?;
        let info = match &request.image {
            Media::Remote(_) => None,
            image => Some(image.info().await?),
        };
        if let Some(info) = &info {
            if info.media_type.kind() != MediaKind::Image {
                let message = format!("{} is no image", info.media_type.as_mime());
                return Err(Error::new(ErrorKind::MediaInvalid, message).with_field("image"));
            }
            // What no image can become is refused before anything is sent.
            transformation::of(&request.operations, Size::of(info)?, Some(info.media_type))?;
        }
        let asset = self.cloudinary.upload(run, &request.image, "image").await?;
        moderation::refused(&asset).map_err(|error| error.with_vendor(&self.address.vendor))?;
        let (size, format) = match (&info, asset.width, asset.height) {
            (Some(info), ..) => (Size::of(info)?, Some(info.media_type)),
            (None, Some(width), Some(height)) => (
                Size { width, height },
                asset.format.as_deref().and_then(|ending| MediaType::from_name(&format!(".{ending}"))),
            ),
            _ => {
                let message = "Cloudinary does not say the image's size";
                return Err(self.cloudinary.endpoint.error(ErrorKind::Protocol, message));
            }
        };
        let transformation = transformation::of(&request.operations, size, format)?;
        let url = run.step("transform", || self.derive(&asset, &transformation, request)).await?;
        let ending = MediaType::from_name(url.path()).or(format).unwrap_or(MediaType::Jpeg).extension();
        let remote = RemoteMedia { url, expires_at: None };
        let open = || remote.open(&self.cloudinary.endpoint, MAX_IMAGE, run.clock().now());
        let media = run.keep_file(&format!("enhanced.{ending}"), open).await?;
        let mut image = EnhancedImage::from(MediaFile::read(media, MediaKind::Image).await?);
        image.moderation = moderation::verdict(&asset);
        let made = Made::new(self.address.clone(), image).with_usage(Usage::default().with_images(1));
        Ok(made.without_model())
    }

    async fn remove(&self, run: &Run, _made: &EnhancedImage) -> Result<()> {
        match self.cloudinary.uploaded(run).await? {
            Some(asset) => self.cloudinary.destroy("image", &asset.public_id).await,
            None => Ok(()),
        }
    }
}
