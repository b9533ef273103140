//! Images that a vendor is given: looked at before anything is sent, as an address or as base64.

use std::time::Duration;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Serialize, Serializer};
use social_core::clock::Timestamp;
use social_core::image::ImageRequest;
use social_core::media::{Media, MediaType};
use social_core::{Effect, Error, ErrorKind, Result};
use url::Url;

/// How long the address of a file has to work for a vendor that fetches the file itself.
const FETCHED_WITHIN: Duration = Duration::from_secs(600);

/// What a vendor takes as an image.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ImageRule {
    /// The vendor's name for people.
    pub(crate) vendor: &'static str,
    pub(crate) formats: &'static [MediaType],
    pub(crate) max_bytes: u64,
    /// The shortest side, in pixels.
    pub(crate) min_side: u32,
    /// Width divided by height at most; upright images may be as narrow.
    pub(crate) max_ratio: f64,
}

/// An image on its way to a vendor.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    Address(Url),
    Bytes(MediaType, Bytes),
}

impl ImageRule {
    /// The image as a request carries it, where there is one.
    pub(crate) async fn open_any(
        &self,
        image: Option<&Media>,
        field: &'static str,
        now: Timestamp,
    ) -> Result<Option<Input>> {
        match image {
            Some(image) => self.open(image, field, now).await.map(Some),
            None => Ok(None),
        }
    }

    /// The image as a request carries it. `field` is the option that an error names.
    ///
    /// The bytes of an address are the vendor's to look at; all that is checked is that the address
    /// lives long enough.
    pub(crate) async fn open(&self, image: &Media, field: &'static str, now: Timestamp) -> Result<Input> {
        if let Media::Remote(remote) = image {
            if !remote.is_usable_at(now + FETCHED_WITHIN) {
                let message = format!("the address of the image expires before {} has fetched it", self.vendor);
                return Err(Error::invalid(field, message));
            }
            return Ok(Input::Address(remote.url.clone()));
        }
        // A file of ours that cannot be read leaves no doubt.
        let unsent = |error: Error| error.with_field(field).with_effect(Effect::None);
        let refuse = |message: String| Err(unsent(Error::new(ErrorKind::MediaInvalid, message)));
        let info = image.info().await.map_err(unsent)?;
        if !self.formats.contains(&info.media_type) {
            let formats: Vec<&str> = self.formats.iter().map(|format| format.as_mime()).collect();
            return refuse(format!("{}: {} takes {}", info.media_type.as_mime(), self.vendor, formats.join(", ")));
        }
        let (width, height) = (info.width.unwrap_or(0), info.height.unwrap_or(0));
        if width.min(height) < self.min_side {
            let minimum = self.min_side;
            return refuse(format!("{width} x {height} pixels: {} takes sides of at least {minimum}", self.vendor));
        }
        let ratio = info.aspect_ratio().unwrap_or(1.0);
        if !(1.0 / self.max_ratio..=self.max_ratio).contains(&ratio) {
            let most = self.max_ratio;
            return refuse(format!(
                "{width} x {height} pixels: {} takes shapes from 1:{most} to {most}:1",
                self.vendor
            ));
        }
        let bytes = image.read(self.max_bytes).await.map_err(unsent)?;
        Ok(Input::Bytes(info.media_type, bytes))
    }

    /// The reference images of a request, in order.
    pub(crate) async fn open_all(&self, request: &ImageRequest, now: Timestamp) -> Result<Vec<Input>> {
        let mut images = Vec::new();
        for (index, reference) in request.references.iter().enumerate() {
            let image = self.open(&reference.media, "references", now).await;
            images.push(image.map_err(|error| error.with_item(index))?);
        }
        Ok(images)
    }
}

/// Writes an image as its address or as bare base64, straight into the body.
pub(crate) fn bare_or_none<S: Serializer>(image: &Option<Input>, serializer: S) -> Result<S::Ok, S::Error> {
    match image {
        None => serializer.serialize_none(),
        Some(image) => bare(image, serializer),
    }
}

/// As [`bare_or_none`], of an image that is there.
pub(crate) fn bare<S: Serializer>(image: &Input, serializer: S) -> Result<S::Ok, S::Error> {
    match image {
        Input::Address(url) => serializer.serialize_str(url.as_str()),
        Input::Bytes(_, bytes) => serializer.collect_str(&Base64Display::new(bytes, &STANDARD)),
    }
}

/// An image is written as its address or as a `data:` URL.
impl Serialize for Input {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Address(url) => serializer.serialize_str(url.as_str()),
            Self::Bytes(media_type, bytes) => serializer.collect_str(&format_args!(
                "data:{};base64,{}",
                media_type.as_mime(),
                Base64Display::new(bytes, &STANDARD)
            )),
        }
    }
}
