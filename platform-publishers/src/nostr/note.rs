//! From a post to its notes: content and tags.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use social_core::media::MediaInfo;
use social_core::publish::{Attachment, Post};
use social_core::text::hashtags;
use url::Url;

use super::NostrOptions;
use super::event::{Event, clean};
use super::names;

/// The kind of a note.
pub(super) const NOTE: u32 = 1;

/// A file that a note shows.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct File {
    url: Url,
    mime: String,
    /// The hash of its bytes, where they were here.
    sha256: Option<String>,
    size: Option<(u32, u32)>,
    alt_text: Option<String>,
}

impl File {
    pub(super) fn new(url: Url, sha256: Option<String>, attachment: &Attachment, info: &MediaInfo) -> Self {
        let mime = info.media_type.as_mime().to_owned();
        Self { url, mime, sha256, size: info.width.zip(info.height), alt_text: attachment.alt_text.clone() }
    }

    /// What clients learn of the file besides its address (NIP-92).
    fn tag(&self) -> Vec<String> {
        let parts = [
            Some(format!("url {}", self.url)),
            Some(format!("m {}", self.mime)),
            self.sha256.as_ref().map(|hash| format!("x {hash}")),
            self.size.map(|(width, height)| format!("dim {width}x{height}")),
            self.alt_text.as_deref().map(|text| format!("alt {}", clean(text))),
        ];
        std::iter::once("imeta".to_owned()).chain(parts.into_iter().flatten()).collect()
    }
}

/// What a note of a post says, before it is signed.
pub(super) struct Draft {
    pub(super) content: String,
    pub(super) tags: Vec<Vec<String>>,
}

/// The note of the post itself.
pub(super) fn first(
    post: &Post,
    options: &NostrOptions,
    files: &[File],
    answered: Option<&Event>,
    relay: &str,
) -> Draft {
    let mut draft = Draft::new(&post.text, files, post.link.as_ref());
    if let Some(event) = answered {
        draft.answer(event, relay);
    }
    if let Some(id) = post.quote.as_ref().and_then(|quoted| names::event_id(&quoted.id)) {
        let address = post.quote.as_ref().map(|quoted| quoted.id.trim_start_matches("nostr:"));
        let written = match address {
            Some(address) if address.starts_with('n') => format!("nostr:{address}"),
            _ => names::note(&id),
        };
        draft.add_line(&written);
        draft.tag(&["q", &id, relay]);
    }
    if let Some(reason) = &options.content_warning {
        draft.tag(&["content-warning", &clean(reason)]);
    }
    draft.ends(options);
    draft
}

/// The note of a further part: an answer to the one before it.
pub(super) fn part(text: &str, options: &NostrOptions, files: &[File], before: &Event, relay: &str) -> Draft {
    let mut draft = Draft::new(text, files, None);
    draft.answer(before, relay);
    draft.ends(options);
    draft
}

impl Draft {
    fn new(text: &str, files: &[File], link: Option<&Url>) -> Self {
        let mut draft = Self { content: clean(text.trim_end()), tags: Vec::new() };
        if let Some(link) = link.filter(|link| !text.contains(link.as_str())) {
            draft.add_line(link.as_str());
        }
        // Clients show only files whose address stands in the content.
        for file in files {
            draft.add_line(file.url.as_str());
            draft.tags.push(file.tag());
        }
        let tags: BTreeSet<_> = hashtags(text).into_iter().map(|tag| tag.value.to_lowercase()).collect();
        for tag in &tags {
            draft.tag(&["t", tag]);
        }
        let mentioned: BTreeSet<_> = mentioned(text).collect();
        for key in &mentioned {
            draft.tag(&["p", key]);
        }
        draft
    }

    fn add_line(&mut self, line: &str) {
        if !self.content.is_empty() {
            self.content.push('\n');
        }
        self.content.push_str(line);
    }

    fn tag(&mut self, parts: &[&str]) {
        self.tags.push(parts.iter().map(|part| (*part).to_owned()).collect());
    }

    /// Makes it an answer (NIP-10): it names the note that began the thread and the one that it
    /// answers, and the authors in between.
    fn answer(&mut self, event: &Event, relay: &str) {
        let marked = |mark: &str| event.tagged("e").find(|tag| tag.get(2).is_some_and(|word| word == mark));
        // Before there were marks, the first tag was the beginning.
        let root = marked("root").or_else(|| event.tagged("e").next()).and_then(|tag| tag.first());
        match root {
            Some(root) => {
                self.tag(&["e", root, relay, "root"]);
                self.tag(&["e", &event.id, relay, "reply", &event.pubkey]);
            }
            None => self.tag(&["e", &event.id, relay, "root", &event.pubkey]),
        }
        let writers = event.tagged("p").filter_map(|tag| tag.first());
        let known: BTreeSet<String> = self
            .tags
            .iter()
            .filter(|tag| tag.first().is_some_and(|name| name == "p"))
            .filter_map(|tag| tag.get(1).cloned())
            .collect();
        let writers: BTreeSet<_> =
            writers.chain([&event.pubkey]).filter(|key| !known.contains(*key)).cloned().collect();
        for writer in &writers {
            self.tag(&["p", writer]);
        }
    }

    fn ends(&mut self, options: &NostrOptions) {
        if let Some(time) = options.expires_at {
            self.tag(&["expiration", &time.as_second().to_string()]);
        }
    }
}

/// The public keys of those whom the text names: `nostr:npub1…` (NIP-27).
fn mentioned(text: &str) -> impl Iterator<Item = String> {
    text.split("nostr:").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        rest.get(..end)
            .filter(|name| name.starts_with("npub1") || name.starts_with("nprofile1"))
            .and_then(names::public_key)
    })
}
