//! Notes in MP3 and WAV.

use super::edit::Edit;
use crate::error::Result;
use crate::media::facts::{Reader, mp3, wav};

pub(super) fn mp3(reader: &mut Reader) -> Result<Vec<Edit>> {
    let (mut edits, mut end) = (Vec::new(), 0);
    // Tags stand before, between and behind the frames.
    for (start, behind) in mp3::stretches(reader)? {
        if start > end {
            edits.push(Edit::remove(end, start));
        }
        end = behind;
    }
    if end < reader.length() {
        edits.push(Edit::remove(end, reader.length()));
    }
    Ok(edits)
}

/// Chunks that make the audio.
const SHOWN: [&[u8; 4]; 4] = [b"fmt ", b"fact", b"data", b"ds64"];

pub(super) fn wav(reader: &mut Reader) -> Result<Vec<Edit>> {
    let mut edits = Vec::new();
    for chunk in wav::chunks(reader)? {
        if !SHOWN.contains(&&chunk.kind) {
            // Other readers know this name for a chunk that is passed over.
            edits.push(Edit::replace(chunk.at, chunk.at + 4, &b"JUNK"[..]));
            edits.push(Edit::fill(chunk.body, chunk.body + chunk.length, 0));
        }
    }
    Ok(edits)
}
