//! Images and videos on their way into a request.

use bytes::Bytes;
use companies::google::GoogleApi;
use social_core::chat::{ChatRequest, Document, LoadedDocument, Part};
use social_core::media::{Media, MediaKind, MediaType};
use social_core::{Error, ErrorKind, Result, Vendor};

/// The maximum number of bytes of a file that are put into a request; larger ones go to the
/// vendor's file store first.
/// <https://ai.google.dev/gemini-api/docs/file-input-methods>
const LIMIT: u64 = 100 << 20;

/// An image or video as the vendor takes it.
#[derive(Debug)]
pub(super) enum File {
    Address { mime: Option<&'static str>, url: String },
    Bytes { mime: &'static str, bytes: Bytes },
}

impl File {
    /// All images, videos, recordings and documents of a conversation, in its order.
    pub(super) async fn load_all(api: GoogleApi, vendor: &Vendor, request: &ChatRequest) -> Result<Vec<Self>> {
        let mut files = Vec::new();
        for part in request.messages.iter().flat_map(|message| &message.parts) {
            match part {
                Part::Image(media) => files.push(Self::load(api, media, MediaKind::Image, "image").await?),
                Part::Video(media) => files.push(Self::load(api, media, MediaKind::Video, "video").await?),
                Part::Audio(media) => files.push(Self::load(api, media, MediaKind::Audio, "audio").await?),
                Part::Document(document) => files.push(Self::document(vendor, document).await?),
                _ => {}
            }
        }
        Ok(files)
    }

    /// A PDF or a text, or one that was uploaded before. At an address a PDF is assumed.
    async fn document(vendor: &Vendor, document: &Document) -> Result<Self> {
        let mime = Some("application/pdf");
        Ok(match document.load(vendor, LIMIT).await? {
            LoadedDocument::Pdf(bytes) => Self::Bytes { mime: "application/pdf", bytes },
            LoadedDocument::Text(text) => Self::Bytes { mime: "text/plain", bytes: text.into() },
            LoadedDocument::Address(url) | LoadedDocument::Uploaded(url) => Self::Address { mime, url },
            _ => return Err(Error::unsupported("document", "this kind of document is not taken")),
        })
    }

    async fn load(api: GoogleApi, media: &Media, kind: MediaKind, field: &'static str) -> Result<Self> {
        if let Media::Remote(remote) = media {
            let mime = by_ending(remote.url.path());
            if mime.is_none() && api == GoogleApi::Vertex {
                let message =
                    "Vertex AI wants the type of a file, and this address has no known ending; fetch it first";
                return Err(Error::unsupported(format!("{field}.url"), message));
            }
            return Ok(Self::Address { mime, url: remote.url.to_string() });
        }
        let media_type = media.info().await?.media_type;
        if media_type.kind() != kind {
            let message = format!("this is {}", media_type.as_mime());
            return Err(Error::new(ErrorKind::MediaInvalid, message).with_field(field));
        }
        Ok(Self::Bytes { mime: media_type.as_mime(), bytes: media.read(LIMIT).await? })
    }

    /// About how many bytes it takes in the body of a request.
    pub(super) fn encoded_len(&self) -> usize {
        match self {
            Self::Address { url, .. } => url.len(),
            Self::Bytes { bytes, .. } => bytes.len().div_ceil(3) * 4,
        }
    }
}

fn by_ending(path: &str) -> Option<&'static str> {
    let named = MediaType::from_name(path)?;
    matches!(named.kind(), MediaKind::Image | MediaKind::Video | MediaKind::Audio).then(|| named.as_mime())
}
