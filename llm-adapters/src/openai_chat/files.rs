//! Documents and sound in the dialect's JSON.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use social_core::chat::{LoadedDocument, Message};
use social_core::media::Media;
use social_core::{Error, Result, Vendor};
use url::Url;

use super::dialect::{DocumentRequest, Quirks};
use crate::shared::body::AsBase64;
use crate::shared::document::{Loaded, PdfUri, Sound};

/// The files of a conversation besides its images, each kind in the conversation's order.
#[derive(Debug, Default)]
pub(super) struct Files<'a> {
    pub(super) documents: Vec<Loaded<'a>>,
    pub(super) sounds: Vec<Sound>,
}

impl<'a> Files<'a> {
    /// Reads them, and refuses what the vendor does not take.
    pub(super) async fn load(quirks: &Quirks, vendor: &Vendor, messages: &'a [Message]) -> Result<Self> {
        let documents = Loaded::load_all(vendor, messages).await?;
        for loaded in &documents {
            quirks.documents.check(&loaded.content)?;
        }
        let sounds = Sound::load_all(messages).await?;
        for sound in &sounds {
            sound.format()?;
        }
        Ok(Self { documents, sounds })
    }

    /// About how many bytes they take in the body of a request.
    pub(super) fn encoded_len(&self) -> usize {
        let documents = self.documents.iter().map(Loaded::encoded_len);
        documents.chain(self.sounds.iter().map(Sound::encoded_len)).sum()
    }
}

impl DocumentRequest {
    fn check(self, content: &LoadedDocument) -> Result<()> {
        match (self, content) {
            (Self::File, LoadedDocument::Address(_)) => {
                Err(Error::unsupported("document.url", "this vendor fetches no documents; fetch it first"))
            }
            (Self::FileOrUrl, LoadedDocument::Uploaded(_)) => {
                Err(Error::unsupported("document", "this vendor keeps no files; hand in the bytes"))
            }
            _ => Ok(()),
        }
    }
}

/// A document as a part of a message.
#[derive(Debug)]
pub(super) struct DocumentPart<'a> {
    form: DocumentRequest,
    loaded: &'a Loaded<'a>,
}

/// A document as a part or, where it is a plain text, as words.
pub(super) enum Written<'a> {
    Part(DocumentPart<'a>),
    Words(Cow<'a, str>),
}

impl<'a> Written<'a> {
    pub(super) fn new(form: DocumentRequest, loaded: &'a Loaded<'a>) -> Self {
        match loaded.as_words() {
            Some(words) => Self::Words(words),
            None => Self::Part(DocumentPart { form, loaded }),
        }
    }
}

impl Serialize for DocumentPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct File<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            filename: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            file_data: Option<Data<'a>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            file_id: Option<&'a str>,
        }
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Data<'a> {
            Pdf(PdfUri<'a>),
            Url(&'a str),
        }
        let name = self.loaded.file_name();
        let mut map = serializer.serialize_map(None)?;
        let (data, id) = match &self.loaded.content {
            LoadedDocument::Pdf(bytes) => (Some(Data::Pdf(PdfUri(bytes))), None),
            LoadedDocument::Address(url) => (Some(Data::Url(url)), None),
            LoadedDocument::Uploaded(id) => (None, Some(id.as_str())),
            _ => (None, None),
        };
        match (self.form, id) {
            (DocumentRequest::DocumentUrl, Some(id)) => {
                map.serialize_entry("type", "file")?;
                map.serialize_entry("file_id", id)?;
            }
            (DocumentRequest::DocumentUrl, None) => {
                map.serialize_entry("type", "document_url")?;
                map.serialize_entry("document_url", &data)?;
                map.serialize_entry("document_name", name)?;
            }
            _ => {
                let filename = data.is_some().then_some(name);
                map.serialize_entry("type", "file")?;
                map.serialize_entry("file", &File { filename, file_data: data, file_id: id })?;
            }
        }
        map.end()
    }
}

/// An image that the model made: at an address, or as a `data:` URI.
pub(super) fn image(raw: &RawValue) -> Option<Media> {
    #[derive(Deserialize)]
    struct Image {
        image_url: Address,
    }
    #[derive(Deserialize)]
    struct Address {
        url: String,
    }
    let Image { image_url: Address { url } } = serde_json::from_str(raw.get()).ok()?;
    let Some(inline) = url.strip_prefix("data:") else { return Url::parse(&url).ok().map(Media::remote) };
    let (_, base64) = inline.split_once(";base64,")?;
    let bytes =
        STANDARD.decode(base64).inspect_err(|error| tracing::warn!(%error, "an image of an answer is no base64"));
    Some(Media::bytes(bytes.ok()?))
}

/// A recording as a part of a message.
#[derive(Serialize)]
pub(super) struct SoundPart<'a> {
    data: AsBase64<'a>,
    format: &'static str,
}

impl<'a> SoundPart<'a> {
    pub(super) fn new(sound: &'a Sound) -> Option<Self> {
        Some(Self { data: AsBase64(&sound.bytes), format: sound.format().ok()? })
    }
}
