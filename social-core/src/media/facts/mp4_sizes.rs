//! The size at which a video track is shown: clean aperture, shape of the pixels, rotation.

use super::Reader;
use super::iso_bmff::IsoBox;
use crate::error::Result;

/// Pixels longer than this in one direction are a fault of the file.
const MAX_STRETCH: u64 = 16;

/// Width and height as shown, of a track whose entry stores `coded` pixels.
pub(super) fn shown(reader: &mut Reader, entry: IsoBox, header: IsoBox, coded: (u16, u16)) -> Result<(u32, u32)> {
    let (mut width, mut height) = (u32::from(coded.0), u32::from(coded.1));
    let mut pixel = None;
    // The fields of a visual sample entry have 78 bytes (ISO/IEC 14496-12 12.1.3).
    let mut boxes = entry.skip(78).children();
    while let Some(part) = boxes.next(reader)? {
        match &part.kind {
            b"clap" => (width, height) = clean_aperture(reader, part, (width, height))?,
            b"pasp" => pixel = Some((u64::from(part.u32(reader, 0)?), u64::from(part.u32(reader, 4)?))),
            _ => {}
        }
    }
    let pixel = match pixel {
        Some(pixel) => pixel,
        None => track_pixel(reader, header, (width, height))?,
    };
    (width, height) = stretched((width, height), pixel);
    Ok(if is_on_its_side(reader, header)? { (height, width) } else { (width, height) })
}

/// The size of a clean aperture (`clap`): whole pixels, never more than there are.
pub(super) fn clean_aperture(reader: &mut Reader, part: IsoBox, (width, height): (u32, u32)) -> Result<(u32, u32)> {
    let side = |numerator: u32, denominator: u32, of: u32| {
        let side = numerator.checked_div(denominator).unwrap_or(0);
        if (1..=of).contains(&side) { side } else { of }
    };
    let w = side(part.u32(reader, 0)?, part.u32(reader, 4)?, width);
    let h = side(part.u32(reader, 8)?, part.u32(reader, 12)?, height);
    Ok((w, h))
}

/// A size in square pixels. The side that is too short grows, as HTML wants it of a video with
/// other pixels ("intrinsic width").
pub(super) fn stretched((width, height): (u32, u32), (across, down): (u64, u64)) -> (u32, u32) {
    let fits =
        |a: u64, b: u64| a > 0 && b > 0 && a <= b.saturating_mul(MAX_STRETCH) && b <= a.saturating_mul(MAX_STRETCH);
    if !fits(across, down) {
        return (width, height);
    }
    let scaled = |side: u32, by: u64, of: u64| {
        let side = (u64::from(side).saturating_mul(by).saturating_add(of / 2)) / of;
        u32::try_from(side).unwrap_or(u32::MAX)
    };
    if across > down { (scaled(width, across, down), height) } else { (width, scaled(height, down, across)) }
}

/// The shape of a pixel when only the track's header says how large the video is shown.
fn track_pixel(reader: &mut Reader, header: IsoBox, (width, height): (u32, u32)) -> Result<(u64, u64)> {
    let at = if header.u8(reader, 0)? == 1 { 88 } else { 76 };
    if header.length() < at + 8 {
        return Ok((1, 1));
    }
    // Fixed point, 16 bits behind it.
    let (w, h) = (u64::from(header.u32(reader, at)?), u64::from(header.u32(reader, at + 4)?));
    let (across, down) = (w * u64::from(height), h * u64::from(width));
    let square = across.abs_diff(down) <= across.max(down) / 100;
    // Some writers turn the size along with the image.
    let turned = (w >> 16, h >> 16) == (u64::from(height), u64::from(width));
    Ok(if square || turned { (1, 1) } else { (across, down) })
}

/// Whether the matrix of a `tkhd` turns the image by 90 or 270 degrees.
fn is_on_its_side(reader: &mut Reader, header: IsoBox) -> Result<bool> {
    let matrix = if header.u8(reader, 0)? == 1 { 52 } else { 40 };
    let (a, b) = (header.u32(reader, matrix)?, header.u32(reader, matrix + 4)?);
    let (c, d) = (header.u32(reader, matrix + 12)?, header.u32(reader, matrix + 16)?);
    Ok(a == 0 && d == 0 && b != 0 && c != 0)
}
