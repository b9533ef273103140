//! Changes to a file, made while it is read.

use std::sync::Arc;

use bytes::Bytes;

use crate::error::{Error, Result};

/// More changes than this are not made.
const MAX_EDITS: usize = 1 << 20;

/// A part of the file that goes, and what stands in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) start: u64,
    pub(super) end: u64,
    with: Filling,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Filling {
    Bytes(Bytes),
    /// As many of this byte as there were before.
    Repeat(u8),
}

impl Edit {
    /// Nothing takes its place.
    pub(super) fn remove(start: u64, end: u64) -> Self {
        Self::replace(start, end, Bytes::new())
    }

    pub(super) fn replace(start: u64, end: u64, with: impl Into<Bytes>) -> Self {
        Self { start, end, with: Filling::Bytes(with.into()) }
    }

    /// The place stays as long as it is.
    pub(super) fn fill(start: u64, end: u64, with: u8) -> Self {
        Self { start, end, with: Filling::Repeat(with) }
    }

    /// It puts the same byte everywhere, so that what stands behind stays where it is.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.with, Filling::Repeat(_))
    }

    /// What the file grows by, less what it shrinks by.
    pub(super) fn grows(&self) -> (u64, u64) {
        match &self.with {
            Filling::Bytes(bytes) => (bytes.len() as u64, self.end - self.start),
            Filling::Repeat(_) => (0, 0),
        }
    }
}

/// Sorts changes, and leaves out what two of them would do to the same place: tables of a broken
/// file may name one twice.
pub(super) fn in_order(mut edits: Vec<Edit>) -> Result<Vec<Edit>> {
    if edits.len() > MAX_EDITS {
        let message = format!("it holds notes at {} places, at most {MAX_EDITS} are taken out", edits.len());
        return Err(Error::unsupported("media", message));
    }
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut end = 0;
    edits.retain_mut(|edit| {
        let is_insertion = edit.start == edit.end && edit.start >= end;
        edit.start = edit.start.max(end);
        end = end.max(edit.end);
        is_insertion || edit.start < edit.end
    });
    Ok(edits)
}

/// Makes changes in the pieces of a file, which come in order.
#[derive(Debug)]
pub(super) struct Editor {
    edits: Arc<[Edit]>,
    next: usize,
    at: u64,
}

impl Editor {
    /// Begins at this place of the file.
    pub(super) fn new(edits: Arc<[Edit]>, at: u64) -> Self {
        // What is put in at that place is still to come.
        let next = edits.partition_point(|edit| edit.end <= at && edit.start < at);
        Self { edits, next, at }
    }

    /// Whether the next `length` bytes stay as they are.
    pub(super) fn keeps(&self, length: usize) -> bool {
        self.edits.get(self.next).is_none_or(|edit| edit.start >= self.at + length as u64)
    }

    /// Passes over bytes that stay as they are.
    pub(super) fn pass(&mut self, length: usize) {
        self.at += length as u64;
    }

    /// Adds a piece as it goes out.
    pub(super) fn piece(&mut self, piece: &[u8], to: &mut Vec<u8>) {
        let mut rest = piece;
        while !rest.is_empty() {
            let length = rest.len() as u64;
            let edit = self.edits.get(self.next).filter(|edit| edit.start <= self.at);
            let before = self.edits.get(self.next).map_or(length, |edit| edit.start.saturating_sub(self.at));
            let count = edit.map_or(before, |edit| edit.end.saturating_sub(self.at)).min(length) as usize;
            let (part, behind) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            match edit {
                None => to.extend_from_slice(part),
                Some(Edit { with: Filling::Repeat(byte), .. }) => to.resize(to.len() + part.len(), *byte),
                Some(Edit { with: Filling::Bytes(bytes), start, .. }) if *start == self.at => {
                    to.extend_from_slice(bytes);
                }
                Some(_) => {}
            }
            self.at += part.len() as u64;
            if edit.is_some_and(|edit| self.at >= edit.end) {
                self.next += 1;
            }
            rest = behind;
        }
    }

    /// Adds what stands behind the last byte.
    pub(super) fn rest(&mut self, to: &mut Vec<u8>) {
        while let Some(edit) = self.edits.get(self.next) {
            if let (Filling::Bytes(bytes), true) = (&edit.with, edit.start >= self.at) {
                to.extend_from_slice(bytes);
            }
            self.next += 1;
        }
    }
}

/// The error for notes that stand where they cannot be taken out.
pub(super) fn cannot(what: &str) -> Error {
    Error::unsupported("media", format!("its notes cannot be taken out, since {what}: export the video again"))
}
