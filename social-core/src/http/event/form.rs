//! The form of a body, taken from its first bytes and not from what was asked for.

use memchr::memchr;
use serde::de::IgnoredAny;

use super::BOM;

/// How the events of a body are framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Server-sent events.
    Sse,
    /// A line of JSON each.
    Ndjson,
    /// The whole body is one piece of JSON.
    Document,
}

/// With one of these a body of server-sent events begins.
pub(super) const FIELDS: [&[u8]; 6] = [b"data:", b"event:", b"id:", b"retry:", b"error:", b":"];

impl Form {
    /// The form of a body that begins like this; `usual` where the bytes do not say. `None` as long
    /// as more bytes may decide.
    pub(crate) fn of(start: &[u8], usual: Self, ended: bool) -> Option<Self> {
        if !ended && start.len() < BOM.len() && BOM.starts_with(start) {
            return None;
        }
        let text = start.strip_prefix(BOM).unwrap_or(start).trim_ascii_start();
        match text {
            [] => ended.then_some(usual),
            [b'{' | b'[', ..] => Self::of_json(text, usual, ended),
            _ if usual == Self::Sse || FIELDS.iter().any(|field| text.starts_with(field)) => Some(Self::Sse),
            _ if !ended && FIELDS.iter().any(|field| field.starts_with(text)) => None,
            _ => Some(usual),
        }
    }

    fn of_json(text: &[u8], usual: Self, ended: bool) -> Option<Self> {
        let alone = if usual == Self::Ndjson { Self::Ndjson } else { Self::Document };
        let end = memchr(b'\n', text).unwrap_or(text.len());
        let (line, rest) = text.split_at(end);
        let more = !rest.trim_ascii().is_empty();
        match () {
            () if more && is_json(line) => Some(Self::Ndjson),
            // A JSON text that goes on in the next line, as people read it.
            () if more => Some(Self::Document),
            () if ended => Some(alone),
            () if usual == Self::Ndjson && !rest.is_empty() && is_json(line) => Some(Self::Ndjson),
            () => None,
        }
    }
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    //! Invented bodies.
    use super::Form::{self, Document, Ndjson, Sse};

    #[test]
    fn the_first_bytes_say_the_form_whatever_was_asked_for() {
        for (body, asked_sse, asked_lines, asked_whole) in [
            ("data: {}\n\n", Sse, Sse, Sse),
            ("\u{feff}event: x\ndata: {}\n\n", Sse, Sse, Sse),
            (": ping\n\ndata: {}\n\n", Sse, Sse, Sse),
            ("error: {}\n\n", Sse, Sse, Sse),
            ("{\"a\": 1}", Document, Ndjson, Document),
            ("\n {\"a\": 1}\n", Document, Ndjson, Document),
            ("{\n \"a\": 1\n}\n", Document, Document, Document),
            ("[{\"a\": 1}\n,\r\n{\"a\": 2}]", Document, Document, Document),
            ("{\"a\": 1}\n{\"a\": 2}\n", Ndjson, Ndjson, Ndjson),
            ("{\"a\": 1}\r\n\r\n{\"a\": 2", Ndjson, Ndjson, Ndjson),
            ("out of memory", Sse, Ndjson, Document),
            ("", Sse, Ndjson, Document),
        ] {
            for (usual, form) in [(Sse, asked_sse), (Ndjson, asked_lines), (Document, asked_whole)] {
                assert_eq!(Form::of(body.as_bytes(), usual, true), Some(form), "{body:?} where {usual:?} is usual");
                // What fewer bytes decide, more bytes do not change.
                for cut in 0..body.len() {
                    let early = Form::of(&body.as_bytes()[..cut], usual, false);
                    assert!(early.is_none() || early == Some(form), "{body:?} cut at {cut}: {early:?}");
                }
            }
        }
    }
}
