//! Images on their way into a request.

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Serialize, Serializer};
use social_core::chat::{Message, Part, Role};
use social_core::media::{Media, MediaKind};
use social_core::{Error, ErrorKind, Result};

/// The largest image that is put into a request, in bytes. Vendors take 20 MB or less.
const LIMIT: u64 = 32 << 20;

/// An image as a vendor takes it.
#[derive(Clone, Debug)]
pub(crate) enum Image {
    Url(String),
    Bytes { mime: &'static str, bytes: Bytes },
}

impl Image {
    pub(crate) async fn load(media: &Media) -> Result<Self> {
        if let Media::Remote(remote) = media {
            return Ok(Self::Url(remote.url.to_string()));
        }
        let info = media.info().await?;
        if info.media_type.kind() != MediaKind::Image {
            let message = format!("an image is wanted, this is {}", info.media_type.as_mime());
            return Err(Error::new(ErrorKind::MediaInvalid, message).with_field("image"));
        }
        Ok(Self::Bytes { mime: info.media_type.as_mime(), bytes: media.read(LIMIT).await? })
    }

    /// All images of a conversation, in its order.
    pub(crate) async fn load_all(messages: &[Message]) -> Result<Vec<Self>> {
        let mut images = Vec::new();
        for part in messages.iter().flat_map(|message| &message.parts) {
            if let Part::Image(media) = part {
                images.push(Self::load(media).await?);
            }
        }
        Ok(images)
    }

    /// The images of users, in the conversation's order.
    pub(crate) async fn load_asked(messages: &[Message]) -> Result<Vec<Self>> {
        let mut images = Vec::new();
        let asked = messages.iter().filter(|message| message.role == Role::User);
        for part in asked.flat_map(|message| &message.parts) {
            if let Part::Image(media) = part {
                images.push(Self::load(media).await?);
            }
        }
        Ok(images)
    }

    /// About how many bytes it takes in the body of a request.
    pub(crate) fn encoded_len(&self) -> usize {
        match self {
            Self::Url(url) => url.len(),
            Self::Bytes { bytes, .. } => bytes.len().div_ceil(3) * 4 + 64,
        }
    }
}

/// As a URL: the image's own, or a `data:` URI that is written straight into the body.
#[derive(Debug)]
pub(crate) struct AsUrl<'a>(pub(crate) &'a Image);

impl Serialize for AsUrl<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Image::Url(url) => serializer.serialize_str(url),
            Image::Bytes { mime, bytes } => {
                serializer.collect_str(&format_args!("data:{mime};base64,{}", Base64Display::new(bytes, &STANDARD)))
            }
        }
    }
}
