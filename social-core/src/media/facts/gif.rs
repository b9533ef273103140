//! GIF89a: blocks and sub-blocks.

use std::time::Duration;

use super::Reader;
use crate::error::Result;
use crate::media::info::MediaInfo;

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let (width, height) = (reader.u16_le(6)?, reader.u16_le(8)?);
    if width == 0 || height == 0 {
        return Err(reader.broken(format_args!("it declares {width} x {height} pixels")));
    }
    info.width = Some(width.into());
    info.height = Some(height.into());
    let mut at = 13 + colour_table(reader.u8(10)?);
    let (mut frames, mut hundredths) = (0_u64, 0_u64);
    loop {
        match reader.u8(at)? {
            0x21 => {
                // The graphic control extension holds the transparency flag and the pause after the
                // frame.
                if reader.u8(at + 1)? == 0xf9 {
                    info.alpha |= reader.u8(at + 3)? & 1 == 1;
                    hundredths += u64::from(reader.u16_le(at + 4)?);
                }
                at = skip_sub_blocks(reader, at + 2)?;
            }
            0x2c => {
                frames += 1;
                let table = colour_table(reader.u8(at + 9)?);
                at = skip_sub_blocks(reader, at + 11 + table)?;
            }
            0x3b => break,
            // Some writers leave zero bytes between blocks, and every decoder passes over them.
            0x00 => at += 1,
            other => return Err(reader.broken(format_args!("there is an unknown block {other:02x} at byte {at}"))),
        }
    }
    if frames == 0 {
        return Err(reader.broken("it has no image"));
    }
    info.animated = frames > 1;
    info.duration = info.animated.then(|| Duration::from_millis(hundredths.saturating_mul(10)));
    Ok(())
}

fn colour_table(flags: u8) -> u64 {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn skip_sub_blocks(reader: &mut Reader, mut at: u64) -> Result<u64> {
    loop {
        let length = reader.u8(at)?;
        at += 1 + u64::from(length);
        if length == 0 {
            return Ok(at);
        }
    }
}
