//! Tracks of a video that are neither images nor sound: cameras write their positions there, second
//! by second.

use super::edit::{Edit, cannot};
use crate::error::Result;
use crate::media::facts::Reader;
use crate::media::facts::iso_bmff::IsoBox;
use crate::media::facts::mp4_samples::{entries, pair};

/// A track of notes has a sample a second, or a few hundred.
const MAX_ENTRIES: usize = 1 << 20;

/// Whether a track is shown or heard.
pub(super) fn is_shown(reader: &mut Reader, track: IsoBox) -> Result<bool> {
    let Some(media) = track.child(reader, b"mdia")? else { return Ok(false) };
    let Some(handler) = media.child(reader, b"hdlr")? else { return Ok(false) };
    Ok(matches!(&handler.u32(reader, 8)?.to_be_bytes(), b"vide" | b"soun"))
}

/// Overwrites the samples of all other tracks.
pub(super) fn find(reader: &mut Reader, edits: &mut Vec<Edit>) -> Result<()> {
    let file = IsoBox::file(reader);
    let Some(index) = file.child(reader, b"moov")? else { return Ok(()) };
    let is_fragmented = file.child(reader, b"moof")?.is_some();
    let mut boxes = index.children();
    while let Some(track) = boxes.next(reader)? {
        if track.kind != *b"trak" || is_shown(reader, track)? {
            continue;
        }
        if is_fragmented {
            return Err(cannot("a track of them is written in fragments"));
        }
        let Some(table) = track.child(reader, b"mdia")? else { continue };
        let Some(table) = table.child(reader, b"minf")? else { continue };
        let Some(table) = table.child(reader, b"stbl")? else { continue };
        samples(reader, table, edits)?;
    }
    Ok(())
}

/// Overwrites the samples of a track, chunk by chunk.
fn samples(reader: &mut Reader, table: IsoBox, edits: &mut Vec<Edit>) -> Result<()> {
    let (mut chunks, mut runs, mut sizes, mut size) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let mut boxes = table.children();
    while let Some(part) = boxes.next(reader)? {
        match &part.kind {
            b"stco" => numbers(reader, part, 4, &mut chunks)?,
            b"co64" => numbers(reader, part, 8, &mut chunks)?,
            b"stsc" => numbers(reader, part, 12, &mut runs)?,
            b"stsz" => {
                size = part.u32(reader, 4)?;
                if size == 0 {
                    // The count stands behind the common size.
                    numbers(reader, part.skip(4), 4, &mut sizes)?;
                }
            }
            _ => {}
        }
    }
    let (mut runs, mut sizes) = (runs.into_iter().peekable(), sizes.into_iter());
    let mut count = 0;
    for (number, start) in (1..).zip(chunks) {
        while let Some(run) = runs.next_if(|run| run >> 32 <= number) {
            count = run & 0xffff_ffff;
        }
        let length: u64 = match size {
            0 => sizes.by_ref().take(count as usize).sum(),
            size => u64::from(size).saturating_mul(count),
        };
        let end = start.saturating_add(length).min(reader.length());
        if start < end {
            edits.push(Edit::fill(start, end, 0));
        }
    }
    Ok(())
}

/// The entries of a table as numbers; of twelve bytes the first eight.
fn numbers(reader: &mut Reader, table: IsoBox, size: u64, to: &mut Vec<u64>) -> Result<()> {
    entries(reader, table, size, |_, entry| {
        if to.len() >= MAX_ENTRIES {
            return Err(cannot("a track of them has too many samples"));
        }
        let [a, b] = pair(entry.get(..8).unwrap_or(entry));
        to.push(u64::from(a) << 32 | u64::from(b));
        Ok(())
    })
}
