//! ITU-T T.81 annex B: markers, segments, scans.

use super::{Reader, exif};
use crate::error::Result;
use crate::media::info::MediaInfo;

pub(in crate::media) const EOI: u8 = 0xd9;
pub(in crate::media) const SOS: u8 = 0xda;

/// A marker with what belongs to it.
pub(in crate::media) struct Segment {
    pub(in crate::media) marker: u8,
    /// Where the marker stands.
    pub(in crate::media) start: u64,
    /// Where the content stands, behind the length.
    pub(in crate::media) body: u64,
    pub(in crate::media) end: u64,
}

impl Segment {
    /// The segment at `at`, before the compressed data.
    pub(in crate::media) fn at(reader: &mut Reader, start: u64) -> Result<Self> {
        if reader.u8(start)? != 0xff {
            return Err(reader.broken(format_args!("there is no marker at byte {start}")));
        }
        let mut at = start + 1;
        // Fill bytes may stand before a marker.
        while reader.u8(at)? == 0xff {
            at += 1;
        }
        let marker = reader.u8(at)?;
        let length = match marker {
            // Markers without a segment.
            0x01 | 0xd0..=EOI => 0,
            _ => match reader.u16(at + 1)? {
                length @ 2.. => u64::from(length),
                length => {
                    return Err(reader.broken(format_args!("segment {marker:02x} declares {length} bytes")));
                }
            },
        };
        let end = at + 1 + length;
        reader.require(end)?;
        Ok(Self { marker, start, body: (at + 3).min(end), end })
    }

    pub(in crate::media) fn content<'a>(&self, reader: &'a mut Reader) -> Result<&'a [u8]> {
        reader.get(self.body, (self.end - self.body) as usize)
    }
}

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let mut at = 2;
    loop {
        let segment = Segment::at(reader, at)?;
        match segment.marker {
            // Frame headers of all kinds, progressive too; c4, c8 and cc are not frames.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let (height, width) = (reader.u16(segment.body + 1)?, reader.u16(segment.body + 3)?);
                if width == 0 || height == 0 {
                    return Err(reader.broken(format_args!("it declares {width} x {height} pixels")));
                }
                info.width = Some(width.into());
                info.height = Some(height.into());
            }
            0xe1 if info.orientation.is_none() => {
                info.orientation = exif::orientation_of_jpeg(segment.content(reader)?);
            }
            EOI => return Err(reader.broken("it has no image data")),
            SOS if info.width.is_none() => return Err(reader.broken("its image data has no size")),
            SOS => return end_of_image(reader, segment.end).map(drop),
            _ => {}
        }
        at = segment.end;
    }
}

/// Goes through the compressed data from `at` to behind its end mark. More may follow: phones and
/// editors append.
pub(in crate::media) fn end_of_image(reader: &mut Reader, mut at: u64) -> Result<u64> {
    loop {
        let piece = reader.at_hand(at)?;
        if piece.is_empty() {
            let needed = reader.length().saturating_add(2);
            return Err(reader.cut(needed));
        }
        let Some(found) = memchr::memchr(0xff, piece) else {
            at += piece.len() as u64;
            continue;
        };
        at += found as u64 + 1;
        match reader.u8(at)? {
            EOI => return Ok(at + 1),
            // A stuffed byte, or a restart mark.
            0x00 | 0x01 | 0xd0..=0xd7 => at += 1,
            // A fill byte before a marker.
            0xff => {}
            // Tables and scan headers of a progressive image.
            _ => at += 1 + u64::from(reader.u16(at + 1)?.max(2)),
        }
    }
}
