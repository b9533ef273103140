//! Whether the data of a GIF's last frame are whole though they lack their end (GIF89a appendix F).
//!
//! Pixels are counted, not made.

use super::Reader;
use crate::error::Result;

/// Codes have at most twelve bits.
const CODES: usize = 1 << 12;

/// Whether the frame whose block stands at `block` and whose data begin at `data` has all its
/// pixels in what is left of the file.
pub(super) fn all_there(reader: &mut Reader, block: u64, data: u64) -> Result<bool> {
    if reader.length() < data + 2 {
        return Ok(false);
    }
    let wanted = u64::from(reader.u16_le(block + 5)?) * u64::from(reader.u16_le(block + 7)?);
    let smallest = reader.u8(data)?;
    if !(1..=11).contains(&smallest) {
        return Ok(false);
    }
    let clear = 1_usize << smallest;
    // How many pixels each code stands for.
    let mut lengths = vec![1_u64; clear + 2];
    let (mut width, mut before, mut pixels) = (smallest + 1, None, 0_u64);
    let (mut bits, mut count) = (0_u32, 0_u8);
    let mut at = data + 1;
    while let Some(&length) = reader.up_to(at, 1)?.first() {
        let piece = reader.up_to(at + 1, length.into())?.to_vec();
        at += 1 + piece.len() as u64;
        for byte in piece {
            bits |= u32::from(byte) << count;
            count += 8;
            while count >= width {
                let code = (bits & ((1 << width) - 1)) as usize;
                bits >>= width;
                count -= width;
                if code == clear {
                    lengths.truncate(clear + 2);
                    (width, before) = (smallest + 1, None);
                    continue;
                }
                if code == clear + 1 {
                    return Ok(pixels >= wanted);
                }
                // A code that is just being made is the one before and its first pixel.
                let made = before.map(|length: u64| length.saturating_add(1));
                let Some(length) = lengths.get(code).copied().or(made) else { return Ok(false) };
                pixels = pixels.saturating_add(length);
                if lengths.len() < CODES {
                    lengths.extend(made);
                }
                if lengths.len() == 1 << width && width < 12 {
                    width += 1;
                }
                before = Some(length);
            }
        }
        if length == 0 {
            break;
        }
    }
    Ok(pixels >= wanted)
}
