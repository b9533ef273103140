//! ITU-T T.81 annex B: markers, segments, scans.

use super::{Reader, exif};
use crate::error::Result;
use crate::media::info::MediaInfo;

const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let mut at = 2;
    loop {
        let marker = next_marker(reader, &mut at)?;
        match marker {
            EOI if info.width.is_some() => return Err(reader.broken("it has no picture data")),
            EOI => return Err(reader.broken("it has no size")),
            // Markers without a segment.
            0x01 | 0xd0..=0xd8 => continue,
            _ => {}
        }
        let length = reader.u16(at)?;
        if length < 2 {
            return Err(reader.broken(format_args!("segment {marker:02x} has the length {length}")));
        }
        match marker {
            // Frame headers of all kinds, progressive too; c4, c8 and cc are not frames.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let height = reader.u16(at + 3)?;
                let width = reader.u16(at + 5)?;
                if width == 0 || height == 0 {
                    return Err(reader.broken(format_args!("it declares {width} x {height} pixels")));
                }
                info.width = Some(width.into());
                info.height = Some(height.into());
            }
            0xe1 if info.orientation.is_none() => {
                let segment = reader.get(at + 2, usize::from(length) - 2)?;
                if segment.starts_with(b"Exif\0\0") {
                    info.orientation = exif::orientation(segment);
                }
            }
            SOS if info.width.is_none() => return Err(reader.broken("its picture data has no size")),
            SOS => return find_end(reader, at + u64::from(length)),
            _ => {}
        }
        at += u64::from(length);
    }
}

/// Moves `at` behind the next marker and hands it out.
fn next_marker(reader: &mut Reader, at: &mut u64) -> Result<u8> {
    if reader.u8(*at)? != 0xff {
        return Err(reader.broken(format_args!("there is no marker at byte {at}")));
    }
    loop {
        *at += 1;
        match reader.u8(*at)? {
            // Fill bytes may stand before a marker.
            0xff => {}
            marker => {
                *at += 1;
                return Ok(marker);
            }
        }
    }
}

/// Goes through the compressed data to the end mark. What follows it does not matter: phones and editors append.
fn find_end(reader: &mut Reader, mut at: u64) -> Result<()> {
    // Nearly every whole file ends on its end mark.
    if let Some(last) = reader.length().checked_sub(2).filter(|&last| last >= at)
        && reader.array(last)? == [0xff, EOI]
    {
        return Ok(());
    }
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
            EOI => return Ok(()),
            // A stuffed byte, a restart mark, or a fill byte before a marker.
            0x00 | 0x01 | 0xd0..=0xd7 => at += 1,
            0xff => {}
            // Tables and scan headers of a progressive picture.
            _ => at += 1 + u64::from(reader.u16(at + 1)?.max(2)),
        }
    }
}
