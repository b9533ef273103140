//! The tables of an MP4 track that say which sample plays when, and where it stands.

use super::Reader;
use super::iso_bmff::IsoBox;
use crate::error::Result;

/// How much of a table is looked at in one go.
const STEP: u64 = 16 << 10;

/// The tables that say which sample plays when, and where it stands.
#[derive(Default)]
pub(super) struct Samples {
    pub(super) count: u64,
    pub(super) units: u64,
    /// Where the last sample ends, where the tables say so.
    pub(super) data_end: Option<u64>,
}

impl Samples {
    pub(super) fn read(reader: &mut Reader, table: IsoBox) -> Result<Self> {
        let mut found = Self::default();
        let (mut sizes, mut runs, mut last) = (None, None, None);
        let mut boxes = table.children();
        while let Some(part) = boxes.next(reader)? {
            match &part.kind {
                b"stts" => entries(reader, part, 8, |_, entry| {
                    let [count, delta] = pair(entry);
                    found.count = found.count.saturating_add(count.into());
                    found.units = found.units.saturating_add(u64::from(count) * u64::from(delta));
                    Ok(())
                })?,
                b"stsz" => sizes = Some(part),
                b"stsc" => runs = Some(part),
                b"stco" | b"co64" => last = last_chunk(reader, part)?,
                _ => {}
            }
        }
        let count = match sizes {
            Some(sizes) => u64::from(sizes.u32(reader, 8)?),
            None => found.count,
        };
        if count != found.count {
            reader.warn(format_args!("{} samples have a time, {count} have a size", found.count));
        }
        if let (Some(sizes), Some(runs), Some(last)) = (sizes, runs, last) {
            let end = end_of_chunk(reader, sizes, runs, last)?;
            reader.require(end)?;
            found.data_end = Some(end);
        }
        Ok(found)
    }
}

/// The chunk of media data that stands last: its number from zero, and where it begins.
fn last_chunk(reader: &mut Reader, table: IsoBox) -> Result<Option<(u64, u64)>> {
    let size = if table.kind == *b"co64" { 8 } else { 4 };
    let (mut number, mut last) = (0, None);
    entries(reader, table, size, |reader, entry| {
        let at = be(entry);
        inside(reader, at)?;
        if last.is_none_or(|(_, offset)| at >= offset) {
            last = Some((number, at));
        }
        number += 1;
        Ok(())
    })?;
    Ok(last)
}

/// Where the samples of a chunk end, by the tables of samples in chunks and of their sizes.
fn end_of_chunk(reader: &mut Reader, sizes: IsoBox, runs: IsoBox, (number, offset): (u64, u64)) -> Result<u64> {
    let (mut before, mut inside) = (0_u64, 0_u64);
    let (mut first, mut samples) = (0_u64, 0_u64);
    entries(reader, runs, 12, |_, entry| {
        let [chunk, count] = pair(entry.get(..8).unwrap_or_default());
        let chunk = u64::from(chunk).saturating_sub(1);
        if chunk <= number {
            before = before.saturating_add(chunk.saturating_sub(first).saturating_mul(samples));
            (first, samples) = (chunk, count.into());
        }
        Ok(())
    })?;
    before = before.saturating_add((number - first.min(number)).saturating_mul(samples));
    let (size, count) = (u64::from(sizes.u32(reader, 4)?), u64::from(sizes.u32(reader, 8)?));
    let samples = samples.min(count.saturating_sub(before));
    if size > 0 {
        return Ok(offset.saturating_add(size.saturating_mul(samples)));
    }
    each(reader, sizes, (samples, 12 + before.saturating_mul(4), 4), |_, entry| {
        inside = inside.saturating_add(be(entry));
        Ok(())
    })?;
    Ok(offset.saturating_add(inside))
}

/// Refuses a piece of media data that would stand behind the end of the file.
fn inside(reader: &Reader, offset: u64) -> Result<()> {
    if offset < reader.length() { Ok(()) } else { Err(reader.cut(offset.saturating_add(1))) }
}

pub(super) fn be(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

pub(in crate::media) fn pair(entry: &[u8]) -> [u32; 2] {
    let number = be(entry);
    [(number >> 32) as u32, number as u32]
}

/// Hands out the entries of `size` bytes of a table, which stand behind their count.
pub(in crate::media) fn entries(
    reader: &mut Reader,
    table: IsoBox,
    size: u64,
    take: impl FnMut(&Reader, &[u8]) -> Result<()>,
) -> Result<()> {
    let count = table.u32(reader, 4)?;
    each(reader, table, (count.into(), 8, size), take)
}

/// Hands out `count` entries of `size` bytes from `start` in a table.
pub(super) fn each(
    reader: &mut Reader,
    table: IsoBox,
    (count, start, size): (u64, u64, u64),
    mut take: impl FnMut(&Reader, &[u8]) -> Result<()>,
) -> Result<()> {
    let length = count.saturating_mul(size);
    let mut at = table.field(reader, start, length)?;
    let end = at + length;
    while at < end {
        let piece = reader.get(at, (end - at).min(STEP / size * size) as usize)?.to_vec();
        for entry in piece.chunks_exact(size as usize) {
            take(reader, entry)?;
        }
        at += piece.len() as u64;
    }
    Ok(())
}
