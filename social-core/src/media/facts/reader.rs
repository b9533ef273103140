//! Reads parts of a file or of memory.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::path::PathBuf;

use bytes::Bytes;

use crate::error::{Error, ErrorKind, Result};
use crate::media::file;

/// What is read at once from a file, at least: enough for most headers, little enough to jump over
/// a video.
const WINDOW: usize = 16 << 10;

/// How many ranges a file's facts may need. Only a file made to be slow needs more.
const MAX_RANGES: u32 = 4 << 20;

/// A file with more faults than this is described well enough.
const MAX_WARNINGS: usize = 8;

enum Input {
    Bytes(Bytes),
    File { file: File, path: PathBuf, window: Vec<u8>, start: u64 },
}

/// Hands out ranges of one file to the readers of facts. A range past the end is an error that says
/// so.
pub(in crate::media) struct Reader {
    input: Input,
    length: u64,
    ranges_left: u32,
    format: &'static str,
    warnings: Vec<String>,
}

impl Reader {
    pub(in crate::media) fn of_bytes(bytes: Bytes) -> Self {
        Self::new(bytes.len() as u64, Input::Bytes(bytes))
    }

    pub(in crate::media) fn of_file(path: PathBuf) -> Result<Self> {
        let (file, length) = file::open(&path)?;
        Ok(Self::new(length, Input::File { file, path, window: Vec::new(), start: 0 }))
    }

    fn new(length: u64, input: Input) -> Self {
        Self { input, length, ranges_left: MAX_RANGES, format: "file", warnings: Vec::new() }
    }

    pub(in crate::media) fn length(&self) -> u64 {
        self.length
    }

    /// How many ranges were asked for.
    #[cfg(test)]
    pub(super) fn ranges(&self) -> u32 {
        MAX_RANGES - self.ranges_left
    }

    /// Names the format in the errors from here on.
    pub(in crate::media) fn set_format(&mut self, format: &'static str) {
        self.format = format;
    }

    /// Notes what is untidy about a file that is shown all the same, once for each.
    pub(super) fn warn(&mut self, what: impl std::fmt::Display) {
        let warning = format!("the {} is untidy: {what}", self.format);
        if self.warnings.len() < MAX_WARNINGS && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// What was noted.
    pub(super) fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// An error about this file.
    pub(in crate::media) fn broken(&self, what: impl std::fmt::Display) -> Error {
        Error::new(ErrorKind::MediaInvalid, format!("the {} is broken: {what}", self.format))
    }

    /// The error for a file that ends before `needed` bytes.
    pub(super) fn cut(&self, needed: u64) -> Error {
        let Self { format, length, .. } = self;
        Error::new(
            ErrorKind::MediaInvalid,
            format!("the {format} is cut off: it needs at least {needed} bytes, the file has {length}"),
        )
    }

    /// Refuses a file that ends before `end`.
    pub(super) fn require(&self, end: u64) -> Result<()> {
        if end > self.length { Err(self.cut(end)) } else { Ok(()) }
    }

    /// Exactly `count` bytes from `at`.
    pub(in crate::media) fn get(&mut self, at: u64, count: usize) -> Result<&[u8]> {
        let end = at.saturating_add(count as u64);
        self.require(end)?;
        self.ranges_left = match self.ranges_left.checked_sub(1) {
            Some(left) => left,
            None => return Err(self.broken("it has too many parts")),
        };
        let found = match &mut self.input {
            Input::Bytes(bytes) => bytes.get(at as usize..end as usize),
            Input::File { file, path, window, start } => {
                let inside = at >= *start && end <= *start + window.len() as u64;
                if !inside {
                    let ahead = usize::try_from(self.length - at).unwrap_or(usize::MAX);
                    file.seek(SeekFrom::Start(at)).map_err(|e| file::failed(path, "cannot be read", e))?;
                    // The old window goes first, so that never two are held.
                    *window = Vec::new();
                    *window = file::read_exactly(file, path, count.max(WINDOW).min(ahead))?;
                    *start = at;
                }
                let from = (at - *start) as usize;
                window.get(from..from + count)
            }
        };
        // The bounds were checked above.
        found.ok_or_else(|| Error::new(ErrorKind::Storage, "a range of the file cannot be read"))
    }

    /// Up to `count` bytes from `at`, fewer at the end of the file.
    pub(in crate::media) fn up_to(&mut self, at: u64, count: usize) -> Result<&[u8]> {
        let left = usize::try_from(self.length.saturating_sub(at)).unwrap_or(usize::MAX);
        let at = at.min(self.length);
        self.get(at, count.min(left))
    }

    /// The bytes from `at` that are at hand, for a search: at least one, unless the file ends
    /// there.
    pub(super) fn at_hand(&mut self, at: u64) -> Result<&[u8]> {
        let count = match &self.input {
            Input::Bytes(_) => usize::MAX,
            Input::File { window, start, .. } => {
                let behind =
                    at.checked_sub(*start).and_then(|from| window.len().checked_sub(usize::try_from(from).ok()?));
                behind.filter(|&count| count > 0).unwrap_or(WINDOW)
            }
        };
        self.up_to(at, count)
    }

    pub(in crate::media) fn array<const N: usize>(&mut self, at: u64) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        for (to, from) in bytes.iter_mut().zip(self.get(at, N)?) {
            *to = *from;
        }
        Ok(bytes)
    }

    pub(in crate::media) fn u8(&mut self, at: u64) -> Result<u8> {
        self.array(at).map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self, at: u64) -> Result<u16> {
        self.array(at).map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self, at: u64) -> Result<u32> {
        self.array(at).map(u32::from_be_bytes)
    }

    pub(super) fn u64(&mut self, at: u64) -> Result<u64> {
        self.array(at).map(u64::from_be_bytes)
    }

    pub(in crate::media) fn u16_le(&mut self, at: u64) -> Result<u16> {
        self.array(at).map(u16::from_le_bytes)
    }

    pub(super) fn u24_le(&mut self, at: u64) -> Result<u32> {
        let [a, b, c] = self.array(at)?;
        Ok(u32::from_le_bytes([a, b, c, 0]))
    }

    pub(super) fn u64_le(&mut self, at: u64) -> Result<u64> {
        self.array(at).map(u64::from_le_bytes)
    }

    pub(in crate::media) fn u32_le(&mut self, at: u64) -> Result<u32> {
        self.array(at).map(u32::from_le_bytes)
    }
}
