//! Documents that a model reads, and where in them an answer found something.

use std::ops::Range;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::opaque::OpaqueState;
use crate::Vendor;
use crate::error::{Error, ErrorKind, Result};
use crate::media::Media;

/// A PDF or a plain text that the model reads.
///
/// ```
/// use social_core::chat::{ChatRequest, Document, Part};
/// use social_core::media::Media;
///
/// let guide = Document::new(Media::file("brand-guide.pdf")).named("Brand guide").cited();
/// let request = ChatRequest::new("Which colours may a poster have?").with_part(Part::Document(guide));
/// # let _ = request;
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Document {
    /// Where it is.
    pub source: DocumentSource,
    /// Its name for the model and in citations, such as a title or a file name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The answer says which places it stands on, as [`DocumentCitation`]s. Refused where
    /// [`document_citations`](super::ChatCapabilities::document_citations) is false.
    #[serde(default)]
    pub cite: bool,
}

/// Where a document is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DocumentSource {
    /// Bytes, a file, or a public address that the vendor fetches. What the bytes are is read from
    /// the bytes; at an address a PDF is assumed.
    Media(Media),
    /// A file that was uploaded to this vendor before; the state is its id or address there. It is
    /// refused everywhere else.
    Uploaded(OpaqueState),
}

impl Document {
    /// A document of this machine or at a public address.
    #[must_use]
    pub fn new(media: Media) -> Self {
        Self { source: DocumentSource::Media(media), name: None, cite: false }
    }

    /// A document that was uploaded to `vendor`, by the vendor's id or address of the file.
    #[must_use]
    pub fn uploaded(vendor: impl Into<Vendor>, id: impl Into<String>) -> Self {
        let state = OpaqueState::new(vendor, id.into().into());
        Self { source: DocumentSource::Uploaded(state), name: None, cite: false }
    }

    pub(super) fn file_mut(&mut self) -> Option<&mut Media> {
        match &mut self.source {
            DocumentSource::Media(media) => Some(media),
            DocumentSource::Uploaded(_) => None,
        }
    }

    /// Names the document.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Asks for citations.
    #[must_use]
    pub fn cited(mut self) -> Self {
        self.cite = true;
        self
    }

    /// Reads the document for a request to `vendor`: at most `limit` bytes.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) for a file that was uploaded to another vendor;
    /// [`MediaInvalid`](ErrorKind::MediaInvalid) for bytes that are neither a PDF nor text in
    /// UTF-8, or too many; as [`Media::read`]. All name the field `document`.
    pub async fn load(&self, vendor: &Vendor, limit: u64) -> Result<LoadedDocument> {
        let media = match &self.source {
            DocumentSource::Uploaded(state) => return uploaded(state, vendor),
            DocumentSource::Media(Media::Remote(remote)) => return Ok(LoadedDocument::Address(remote.url.to_string())),
            DocumentSource::Media(media) => media,
        };
        let bytes = media.read(limit).await.map_err(|error| error.with_field("document"))?;
        // Some programs write a few bytes in front of the mark.
        let head = bytes.get(..1024).unwrap_or(&bytes);
        if head.windows(5).any(|mark| mark == b"%PDF-") {
            return Ok(LoadedDocument::Pdf(bytes));
        }
        match String::from_utf8(bytes.into()) {
            Ok(text) if text.is_empty() || text.contains('\0') => Err(invalid("it is empty or holds NUL")),
            Ok(text) => Ok(LoadedDocument::Text(text)),
            Err(_) => Err(invalid("it is neither a PDF nor text in UTF-8")),
        }
    }
}

fn invalid(why: &'static str) -> Error {
    Error::new(ErrorKind::MediaInvalid, why).with_field("document")
}

fn uploaded(state: &OpaqueState, vendor: &Vendor) -> Result<LoadedDocument> {
    let id = state.of(vendor).and_then(|id| id.as_str());
    id.map(|id| LoadedDocument::Uploaded(id.to_owned())).ok_or_else(|| {
        let message = format!("the file was uploaded to {}, and this request goes to {vendor}", state.vendor);
        Error::unsupported("document", message)
    })
}

/// A document on its way into a request.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum LoadedDocument {
    /// A PDF.
    Pdf(Bytes),
    /// A plain text.
    Text(String),
    /// A public address.
    Address(String),
    /// The vendor's id or address of a file that was uploaded before.
    Uploaded(String),
}

impl LoadedDocument {
    /// About how many bytes it takes in the body of a request.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        match self {
            Self::Pdf(bytes) => bytes.len().div_ceil(3) * 4 + 64,
            Self::Text(text) | Self::Address(text) | Self::Uploaded(text) => text.len() + 64,
        }
    }
}

/// A place in a document of the request that backs a part of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DocumentCitation {
    /// Which document of the request, counted from zero over all its messages. `None` where the
    /// vendor names the document only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<usize>,
    /// Its name, as the vendor repeats it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The words of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// Where they are in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<DocumentPlace>,
    /// The bytes of [`ChatReply::text`](super::ChatReply::text) that it backs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Range<usize>>,
}

/// A place in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DocumentPlace {
    /// Pages of a PDF, counted from one, both ends included.
    Pages {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
    },
    /// Characters of a plain text, counted from zero, the end excluded.
    Characters(Range<u64>),
    /// Blocks of a document that is made of blocks, counted from zero, the end excluded.
    Blocks(Range<u64>),
}

impl DocumentCitation {
    /// A citation of a document, or of one that is only named.
    #[must_use]
    pub fn new(document: Option<usize>) -> Self {
        Self { document, name: None, quote: None, place: None, span: None }
    }

    /// Names the document.
    #[must_use]
    pub fn named(mut self, name: Option<String>) -> Self {
        self.name = name;
        self
    }

    /// Quotes the document.
    #[must_use]
    pub fn quoting(mut self, quote: Option<String>) -> Self {
        self.quote = quote;
        self
    }

    /// Says where in the document.
    #[must_use]
    pub fn at(mut self, place: Option<DocumentPlace>) -> Self {
        self.place = place;
        self
    }

    /// Says which bytes of the answer's text it backs.
    #[must_use]
    pub fn backing(mut self, span: Option<Range<usize>>) -> Self {
        self.span = span;
        self
    }
}

#[cfg(test)]
mod tests {
    //! Invented.

    use super::*;

    fn load(bytes: &'static [u8]) -> Result<LoadedDocument> {
        let document = Document::new(Media::bytes(bytes));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(document.load(&Vendor::new("studio"), 4096))
    }

    #[test]
    fn what_a_document_is_is_read_from_its_bytes() {
        assert!(matches!(load(b"%PDF-1.7\n\xff"), Ok(LoadedDocument::Pdf(_))));
        assert!(matches!(load(b"\xef\xbb\xbf\r\n%PDF-1.4 \xff"), Ok(LoadedDocument::Pdf(_))));
        assert_eq!(load("Öffnung 9 Uhr".as_bytes()).unwrap(), LoadedDocument::Text("Öffnung 9 Uhr".into()));
        for bad in [&b""[..], b"PK\x03\x04\xff\xfe", b"a\0b", &[b'x'; 5000]] {
            let error = load(bad).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::MediaInvalid, Some("document")), "{bad:?}");
        }
    }

    #[test]
    fn an_uploaded_file_goes_to_its_vendor_only() {
        let document = Document::uploaded("studio", "file_1");
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let own = runtime.block_on(document.load(&Vendor::new("studio"), 0)).unwrap();
        assert_eq!(own, LoadedDocument::Uploaded("file_1".into()));
        let error = runtime.block_on(document.load(&Vendor::new("other"), 0)).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("document")));
    }
}
