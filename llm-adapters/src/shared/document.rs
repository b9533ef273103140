//! Documents and sound on their way into a request.

use std::borrow::Cow;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Serialize, Serializer};
use social_core::chat::{Document, LoadedDocument, Message, Part, Role};
use social_core::media::{Media, MediaKind};
use social_core::{Error, ErrorKind, Result, Vendor};

/// The largest document or recording that is put into a request, in bytes. Vendors take 32 MB or
/// less, base64 included, but for OpenAI's 50 MB.
const LIMIT: u64 = 50 << 20;

/// The name of a document without one: some vendors insist on a file name.
const UNNAMED: &str = "document.pdf";

/// A document and what the request says about it.
#[derive(Debug)]
pub(crate) struct Loaded<'a> {
    pub(crate) document: &'a Document,
    pub(crate) content: LoadedDocument,
}

impl<'a> Loaded<'a> {
    /// All documents of a conversation, in its order. Only users hand them in.
    pub(crate) async fn load_all(vendor: &Vendor, messages: &'a [Message]) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        for message in messages {
            for part in &message.parts {
                let Part::Document(document) = part else { continue };
                if message.role != Role::User {
                    return Err(Error::unsupported("document", "only user messages hold documents"));
                }
                all.push(Self { document, content: document.load(vendor, LIMIT).await? });
            }
        }
        Ok(all)
    }

    /// Its name as that of a file.
    pub(crate) fn file_name(&self) -> &'a str {
        self.document.name.as_deref().unwrap_or(UNNAMED)
    }

    pub(crate) fn encoded_len(&self) -> usize {
        self.content.encoded_len()
    }

    /// A plain text as the words of a message, for vendors that take PDFs only.
    pub(crate) fn as_words(&self) -> Option<Cow<'_, str>> {
        match (&self.content, &self.document.name) {
            (LoadedDocument::Text(text), Some(name)) => Some(Cow::Owned(format!("{name}:\n{text}"))),
            (LoadedDocument::Text(text), None) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }
}

/// A PDF as a `data:` URI that is written straight into the body.
#[derive(Debug)]
pub(crate) struct PdfUri<'a>(pub(crate) &'a Bytes);

impl Serialize for PdfUri<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let base64 = Base64Display::new(self.0, &STANDARD);
        serializer.collect_str(&format_args!("data:application/pdf;base64,{base64}"))
    }
}

/// A recording as a vendor takes it.
#[derive(Debug)]
pub(crate) struct Sound {
    pub(crate) mime: &'static str,
    pub(crate) bytes: Bytes,
}

impl Sound {
    /// All recordings of a conversation, in its order.
    pub(crate) async fn load_all(messages: &[Message]) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        for part in messages.iter().flat_map(|message| &message.parts) {
            if let Part::Audio(media) = part {
                all.push(Self::load(media).await?);
            }
        }
        Ok(all)
    }

    async fn load(media: &Media) -> Result<Self> {
        if matches!(media, Media::Remote(_)) {
            return Err(Error::unsupported("audio.url", "this vendor fetches no recordings; fetch it first"));
        }
        let media_type = media.info().await?.media_type;
        if media_type.kind() != MediaKind::Audio {
            let message = format!("a recording is wanted, this is {}", media_type.as_mime());
            return Err(Error::new(ErrorKind::MediaInvalid, message).with_field("audio"));
        }
        Ok(Self { mime: media_type.as_mime(), bytes: media.read(LIMIT).await? })
    }

    /// OpenAI's word for the format.
    pub(crate) fn format(&self) -> Result<&'static str> {
        match self.mime {
            "audio/mpeg" => Ok("mp3"),
            "audio/wav" | "audio/x-wav" | "audio/vnd.wave" => Ok("wav"),
            other => Err(Error::unsupported("audio", format!("{other} is not taken, only MP3 and WAV"))),
        }
    }

    pub(crate) fn encoded_len(&self) -> usize {
        self.bytes.len().div_ceil(3) * 4 + 64
    }
}
