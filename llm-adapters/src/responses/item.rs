//! Items of the output and what they cite.

use std::ops::Range;

use social_core::chat::{DocumentCitation, WebSource};
use url::Url;

use super::wire::{Action, Annotation, Content};

/// An item whose pieces are coming.
#[derive(Debug, Default)]
pub(super) struct Open {
    /// It comments on the work and is no answer.
    pub(super) commentary: bool,
    /// Its words came in pieces already.
    pub(super) streamed: bool,
    /// Where the answer's text stood when its first words came.
    pub(super) start: Option<usize>,
    /// Which call it is, counted from zero.
    pub(super) call: Option<usize>,
    pub(super) arguments: String,
    pub(super) annotations: Vec<Annotation>,
}

/// The pages that a message cites; `start` is where its text begins in the answer, `None` for a
/// text that is no answer.
pub(super) fn citations(content: &[Content], open: &Open, start: Option<usize>) -> Vec<WebSource> {
    let mut found = Vec::new();
    let mut base = start;
    let parts = content.iter().filter(|part| part.r#type == "output_text");
    for (index, part) in parts.enumerate() {
        let text = part.text.as_deref().unwrap_or_default();
        let own = part.annotations.as_deref().unwrap_or_default();
        // Some servers send them as events only.
        let cited = if own.is_empty() && index == 0 { &open.annotations } else { own };
        found.extend(cited.iter().filter_map(|annotation| {
            let own = bytes(text, annotation);
            let mark = own.clone().and_then(|span| text.get(span)).unwrap_or_default();
            let span = base.and_then(|base| own.map(|own| base + own.start..base + own.end));
            citation(annotation, mark, span)
        }));
        base = base.map(|base| base + text.len());
    }
    found
}

fn citation(annotation: &Annotation, mark: &str, span: Option<Range<usize>>) -> Option<WebSource> {
    if annotation.r#type != "url_citation" {
        return None;
    }
    let url = Url::parse(annotation.url.as_deref()?).ok()?;
    // xAI's title is the number that it put into the text.
    let title = annotation.title.clone().filter(|title| !mark.starts_with(&format!("[[{title}]]")));
    Some(WebSource { title, span, ..WebSource::new(url) })
}

/// The documents that a message cites. The vendor names the file and no place in it.
pub(super) fn files(content: &[Content]) -> impl Iterator<Item = DocumentCitation> {
    let annotations = content.iter().flat_map(|part| part.annotations.iter().flatten());
    let files = annotations.filter(|annotation| annotation.r#type == "file_citation");
    files.map(|annotation| DocumentCitation::new(None).named(annotation.filename.clone()))
}

/// The vendors count characters.
fn bytes(text: &str, annotation: &Annotation) -> Option<Range<usize>> {
    let (start, end) = (annotation.start_index?, annotation.end_index?);
    let at = |index: usize| text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(index);
    let span = at(start)?..at(end)?;
    (span.start < span.end).then_some(span)
}

/// The pages that a search opened or found.
pub(super) fn pages(action: &Action) -> Vec<WebSource> {
    let addresses = action.url.iter().chain(action.sources.iter().flatten().filter_map(|source| source.url.as_ref()));
    let pages = addresses.filter_map(|address| Url::parse(address).ok());
    let pages = pages.map(|mut url| {
        // DeepSeek's mark.
        if url.fragment().is_some_and(|fragment| fragment.starts_with("ws_call_id=")) {
            url.set_fragment(None);
        }
        WebSource::new(url)
    });
    pages.collect()
}
