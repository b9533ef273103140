//! The one tag of EXIF 2.3 that changes how an image is shown: 0x0112, orientation, in the first
//! directory.

use super::Reader;
use crate::error::Result;

/// What stands before the TIFF block in a JPEG.
const PREFIX: &[u8] = b"Exif\0\0";

/// The longest block that is read.
const MAX: u64 = 1 << 20;

/// The orientation in an APP1 segment; `None` too when the segment is something else.
pub(in crate::media) fn orientation_of_jpeg(segment: &[u8]) -> Option<u8> {
    orientation(segment.strip_prefix(PREFIX)?)
}

/// The orientation in a block of a PNG or WebP.
pub(super) fn orientation_at(reader: &mut Reader, at: u64, length: u64) -> Result<Option<u8>> {
    if length > MAX {
        return Ok(None);
    }
    let block = reader.get(at, length as usize)?;
    // Some writers keep the prefix of JPEG.
    Ok(orientation(block.strip_prefix(PREFIX).unwrap_or(block)))
}

fn orientation(tiff: &[u8]) -> Option<u8> {
    let big = match tiff.first_chunk::<4>()? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let u16_at = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk::<2>()?;
        Some(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let offset = *tiff.get(4..)?.first_chunk::<4>()?;
    let directory = if big { u32::from_be_bytes(offset) } else { u32::from_le_bytes(offset) } as usize;
    let entry = (0..usize::from(u16_at(directory)?))
        .map_while(|index| directory.checked_add(2 + 12 * index))
        .find(|&entry| u16_at(entry) == Some(0x0112))?;
    u16_at(entry.checked_add(8)?).and_then(|value| u8::try_from(value).ok()).filter(|value| (1..=8).contains(value))
}

/// A block that says nothing but this orientation, with the prefix of JPEG or without.
pub(in crate::media) fn block(orientation: u8, prefix: bool) -> Vec<u8> {
    let mut block = if prefix { PREFIX.to_vec() } else { Vec::new() };
    block.extend_from_slice(b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    block.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    block
}
