//! The fragments of an MP4 that was written while it was recorded: `moof` with its `traf` and
//! `trun` (ISO/IEC 14496-12 8.8).

use super::Reader;
use super::iso_bmff::IsoBox;
use super::mp4_samples::each;
use crate::error::Result;

/// A fragmented video has one entry for each track.
const MAX_TRACKS: usize = 64;

/// What the fragments of one track hold in all.
#[derive(Clone, Copy, Default)]
pub(super) struct Sum {
    track: u32,
    /// Samples with a time of their own.
    pub(super) timed: u64,
    pub(super) units: u64,
    /// Samples that last as long as the track's default says.
    pub(super) untimed: u64,
    /// When the last fragment ends, where it says when it begins.
    pub(super) end: u64,
}

/// The sums of all tracks.
#[derive(Default)]
pub(super) struct Fragments {
    sums: Vec<Sum>,
    any: bool,
}

impl Fragments {
    pub(super) fn is_empty(&self) -> bool {
        !self.any
    }

    pub(super) fn of(&self, track: u32) -> Option<Sum> {
        self.sums.iter().find(|sum| sum.track == track).copied()
    }

    fn of_mut(&mut self, track: u32) -> Option<&mut Sum> {
        let known = self.sums.iter().position(|sum| sum.track == track);
        let at = known.unwrap_or_else(|| {
            if self.sums.len() < MAX_TRACKS {
                self.sums.push(Sum { track, ..Sum::default() });
            }
            self.sums.len() - 1
        });
        self.sums.get_mut(at).filter(|sum| sum.track == track)
    }
}

/// Adds one `moof`.
pub(super) fn read(reader: &mut Reader, fragment: IsoBox, to: &mut Fragments) -> Result<()> {
    to.any = true;
    let mut boxes = fragment.children();
    while let Some(part) = boxes.next(reader)? {
        if part.kind == *b"traf" {
            track_fragment(reader, part, to)?;
        }
    }
    Ok(())
}

fn track_fragment(reader: &mut Reader, fragment: IsoBox, to: &mut Fragments) -> Result<()> {
    let Some(header) = fragment.child(reader, b"tfhd")? else { return Ok(()) };
    let flags = header.u32(reader, 0)? & 0xff_ffff;
    let track = header.u32(reader, 4)?;
    // The base offset and the description's index stand before the default length of a sample.
    let at = 8 + if flags & 1 != 0 { 8 } else { 0 } + if flags & 2 != 0 { 4 } else { 0 };
    let default = if flags & 8 != 0 { Some(header.u32(reader, at)?) } else { None };
    let start = match fragment.child(reader, b"tfdt")? {
        Some(time) if time.u8(reader, 0)? == 1 => Some(time.u64(reader, 4)?),
        Some(time) => Some(time.u32(reader, 4)?.into()),
        None => None,
    };
    let Some(sum) = to.of_mut(track) else { return Ok(()) };
    let mut units = 0_u64;
    let mut boxes = fragment.children();
    while let Some(run) = boxes.next(reader)? {
        if run.kind != *b"trun" {
            continue;
        }
        let flags = run.u32(reader, 0)? & 0xff_ffff;
        let count = u64::from(run.u32(reader, 4)?);
        if flags & 0x100 == 0 {
            match default {
                Some(default) => {
                    sum.timed = sum.timed.saturating_add(count);
                    units = units.saturating_add(count.saturating_mul(default.into()));
                }
                None => sum.untimed = sum.untimed.saturating_add(count),
            }
            continue;
        }
        // The data offset and the first sample's flags stand before the samples, of which the time
        // comes first.
        let skip = if flags & 1 != 0 { 4 } else { 0 } + if flags & 4 != 0 { 4 } else { 0 };
        let size = [0x100, 0x200, 0x400, 0x800].iter().filter(|&&field| flags & field != 0).count() as u64 * 4;
        each(reader, run, (count, 8 + skip, size), |_, entry| {
            let time = entry.first_chunk().map_or(0, |time| u32::from_be_bytes(*time));
            units = units.saturating_add(time.into());
            Ok(())
        })?;
        sum.timed = sum.timed.saturating_add(count);
    }
    sum.units = sum.units.saturating_add(units);
    sum.end = sum.end.max(start.map_or(0, |start| start.saturating_add(units)));
    Ok(())
}

/// How long a sample of each track lasts that says nothing itself (`trex`).
pub(super) fn defaults(reader: &mut Reader, index: IsoBox) -> Result<Vec<(u32, u32)>> {
    let mut found = Vec::new();
    let Some(extends) = index.child(reader, b"mvex")? else { return Ok(found) };
    let mut boxes = extends.children();
    while let Some(part) = boxes.next(reader)? {
        if part.kind == *b"trex" && found.len() < MAX_TRACKS {
            found.push((part.u32(reader, 4)?, part.u32(reader, 12)?));
        }
    }
    Ok(found)
}
