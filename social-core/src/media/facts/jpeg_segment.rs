//! ITU-T T.81 annex B: markers and segments.

use super::Reader;
use crate::error::Result;

pub(in crate::media) const EOI: u8 = 0xd9;
pub(in crate::media) const SOS: u8 = 0xda;

/// A marker with what belongs to it.
#[derive(Clone, Copy)]
pub(in crate::media) struct Segment {
    pub(in crate::media) marker: u8,
    /// Where the marker stands.
    pub(in crate::media) start: u64,
    /// Where the content stands, behind the length.
    pub(in crate::media) body: u64,
    pub(in crate::media) end: u64,
}

impl Segment {
    /// The first segment from `start` on, before the compressed data.
    pub(in crate::media) fn at(reader: &mut Reader, start: u64) -> Result<Self> {
        let Some(start) = next_marker(reader, start)? else {
            let needed = reader.length().saturating_add(2);
            return Err(reader.cut(needed));
        };
        let marker = reader.u8(start + 1)?;
        let length = match marker {
            // Markers without a segment.
            0x01 | 0xd0..=EOI => 0,
            _ => match reader.u16(start + 2)? {
                length @ 2.. => u64::from(length),
                length => {
                    return Err(reader.broken(format_args!("segment {marker:02x} declares {length} bytes")));
                }
            },
        };
        let end = start + 2 + length;
        reader.require(end)?;
        Ok(Self { marker, start, body: (start + 4).min(end), end })
    }

    pub(in crate::media) fn content<'a>(&self, reader: &'a mut Reader) -> Result<&'a [u8]> {
        reader.get(self.body, (self.end - self.body) as usize)
    }

    /// The header of a frame: of all kinds, progressive too; c4, c8 and cc are not frames.
    pub(in crate::media) fn is_frame(&self) -> bool {
        matches!(self.marker, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf)
    }
}

/// Where the next marker stands: a byte ff before one that is neither a fill byte nor stuffed.
pub(super) fn next_marker(reader: &mut Reader, mut at: u64) -> Result<Option<u64>> {
    loop {
        let piece = reader.at_hand(at)?;
        if piece.is_empty() {
            return Ok(None);
        }
        let Some(found) = memchr::memchr(0xff, piece) else {
            at += piece.len() as u64;
            continue;
        };
        at += found as u64;
        if at + 1 >= reader.length() {
            return Ok(None);
        }
        match reader.u8(at + 1)? {
            0x00 | 0xff => at += 1,
            _ => return Ok(Some(at)),
        }
    }
}
