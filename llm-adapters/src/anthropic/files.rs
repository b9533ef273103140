//! Documents, the places in them that an answer cites, and marks of what is kept of a prompt.

use std::ops::Range;

use serde::Serialize;
use serde_json::{Map, Value};
use social_core::chat::{
    ChatRequest, Document, DocumentCitation, DocumentPlace, LoadedDocument, Message, OutputFormat, Part, Role,
};
use social_core::{Error, Result};

use super::dialect::{Dialect, Hosting};
use crate::shared::body::AsBase64;
use crate::shared::cache_control::CacheControl;
use crate::shared::document::Loaded;

/// The vendor takes so many marks in a request:
/// <https://docs.claude.com/en/docs/build-with-claude/prompt-caching>.
const MARKS: usize = 4;

/// The header that lets a request name uploaded files.
pub(super) const FILES_BETA: &str = "files-api-2025-04-14";

/// The mark of the tools.
pub(super) fn tools_mark(dialect: &Dialect, request: &ChatRequest) -> Option<CacheControl> {
    let time = request.cache.as_ref()?.tools.filter(|_| dialect.quirks.cache_marks)?;
    Some(time.into())
}

/// Refuses what the vendor would refuse.
pub(super) fn check(dialect: &Dialect, request: &ChatRequest) -> Result<()> {
    let parts = || request.messages.iter().flat_map(|message| &message.parts);
    let marks = parts().filter(|part| matches!(part, Part::CacheMark(_))).count();
    let marks = marks + usize::from(tools_mark(dialect, request).is_some());
    if dialect.quirks.cache_marks && marks > MARKS {
        return Err(Error::invalid("cache", format!("{marks} marks are more than {MARKS}")));
    }
    let documents: Vec<&Document> = documents(request).collect();
    if documents.iter().any(|document| document.cite) {
        if documents.iter().any(|document| !document.cite) {
            return Err(Error::unsupported("document.cite", "all documents of a request are cited, or none"));
        }
        if matches!(request.output, OutputFormat::Schema { .. }) {
            return Err(Error::unsupported("document.cite", "JSON of a schema cites nothing"));
        }
    }
    if dialect.hosting == Hosting::Vertex && names_files(request) {
        return Err(Error::unsupported("document", "Vertex AI keeps no files for Claude; hand in the bytes"));
    }
    Ok(())
}

fn documents(request: &ChatRequest) -> impl Iterator<Item = &Document> {
    let users = request.messages.iter().filter(|message| message.role == Role::User);
    users.flat_map(|message| &message.parts).filter_map(|part| match part {
        Part::Document(document) => Some(document),
        _ => None,
    })
}

/// Whether the request names files that were uploaded.
pub(super) fn names_files(request: &ChatRequest) -> bool {
    documents(request).any(|document| matches!(document.source, social_core::chat::DocumentSource::Uploaded(_)))
}

/// A document block.
#[derive(Serialize)]
pub(super) struct DocumentBlock<'a> {
    source: Source<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    citations: Option<Citations>,
}

#[derive(Serialize)]
struct Citations {
    enabled: bool,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Source<'a> {
    Base64 { media_type: &'static str, data: AsBase64<'a> },
    Text { media_type: &'static str, data: &'a str },
    Url { url: &'a str },
    File { file_id: &'a str },
}

impl<'a> DocumentBlock<'a> {
    /// `None` for a kind of document that is not known yet.
    pub(super) fn new(loaded: &'a Loaded<'_>) -> Option<Self> {
        let source = match &loaded.content {
            LoadedDocument::Pdf(bytes) => Source::Base64 { media_type: "application/pdf", data: AsBase64(bytes) },
            LoadedDocument::Text(text) => Source::Text { media_type: "text/plain", data: text },
            LoadedDocument::Address(url) => Source::Url { url },
            LoadedDocument::Uploaded(id) => Source::File { file_id: id },
            _ => return None,
        };
        let citations = loaded.document.cite.then_some(Citations { enabled: true });
        Some(Self { source, title: loaded.document.name.as_deref(), citations })
    }
}

/// Standing instructions: a text, or blocks where one of them is marked.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum System<'a> {
    Text(std::borrow::Cow<'a, str>),
    Blocks(Vec<SystemBlock<'a>>),
}

/// A block of standing instructions.
#[derive(Serialize)]
pub(super) struct SystemBlock<'a> {
    r#type: &'static str,
    text: std::borrow::Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<CacheControl>,
}

impl<'a> System<'a> {
    /// The parts of all standing instructions as blocks, if one of them is marked.
    pub(super) fn marked(dialect: &Dialect, systems: &[&'a Message]) -> Option<Self> {
        let parts = || systems.iter().flat_map(|message| &message.parts);
        if !dialect.quirks.cache_marks || !parts().any(|part| matches!(part, Part::CacheMark(_))) {
            return None;
        }
        let mut blocks: Vec<SystemBlock<'a>> = Vec::new();
        for part in parts() {
            let text = match part {
                Part::Text(text) if !text.is_empty() => text.as_str().into(),
                Part::Data(data) => data.to_text().into(),
                Part::CacheMark(time) => {
                    if let Some(last) = blocks.last_mut() {
                        last.cache_control = Some((*time).into());
                    }
                    continue;
                }
                _ => continue,
            };
            blocks.push(SystemBlock { r#type: "text", text, cache_control: None });
        }
        (!blocks.is_empty()).then_some(Self::Blocks(blocks))
    }

    /// Adds a sentence at the end.
    pub(super) fn with(mut self, text: &'a str) -> Self {
        match &mut self {
            Self::Text(all) => *all = format!("{all}\n\n{text}").into(),
            Self::Blocks(blocks) => {
                blocks.push(SystemBlock { r#type: "text", text: text.into(), cache_control: None });
            }
        }
        self
    }
}

/// A place in a document of the request that the text at `span` stands on; `None` for what a search
/// found.
pub(super) fn citation(citation: &Map<String, Value>, span: &Range<usize>) -> Option<DocumentCitation> {
    let number = |name| citation.get(name).and_then(Value::as_u64);
    let text = |name| citation.get(name).and_then(Value::as_str).map(str::to_owned);
    let range = |start, end| Some(number(start)?..number(end)?);
    let place = match citation.get("type")?.as_str()? {
        // The end is excluded.
        "page_location" => number("start_page_number")
            .zip(number("end_page_number"))
            .map(|(first, end)| DocumentPlace::Pages { first, last: end.saturating_sub(1).max(first) }),
        "char_location" => range("start_char_index", "end_char_index").map(DocumentPlace::Characters),
        "content_block_location" => range("start_block_index", "end_block_index").map(DocumentPlace::Blocks),
        _ => return None,
    };
    let document = number("document_index").and_then(|index| usize::try_from(index).ok());
    let citation = DocumentCitation::new(document).named(text("document_title")).quoting(text("cited_text"));
    Some(citation.at(place).backing(Some(span.clone())))
}
