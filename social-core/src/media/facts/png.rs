//! PNG third edition (W3C), with its animation chunks.

use std::time::Duration;

use super::{Reader, exif};
use crate::error::Result;
use crate::media::info::MediaInfo;

/// The longest EXIF block that is read.
const MAX_EXIF: u64 = 1 << 20;

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let mut at = 8;
    let (mut pixels, mut duration) = (false, Duration::ZERO);
    loop {
        let length = u64::from(reader.u32(at)?);
        let kind: [u8; 4] = reader.array(at + 4)?;
        let body = at + 8;
        if at == 8 && (kind != *b"IHDR" || length != 13) {
            return Err(reader.broken("it does not start with its header (`IHDR`)"));
        }
        // The body and its checksum have to be there.
        let next = body + length + 4;
        if next > reader.length() {
            return Err(reader.cut(next));
        }
        match &kind {
            b"IHDR" => {
                let (width, height) = (reader.u32(body)?, reader.u32(body + 4)?);
                if width == 0 || height == 0 || width > 1 << 31 || height > 1 << 31 {
                    return Err(reader.broken(format_args!("it declares {width} x {height} pixels")));
                }
                info.width = Some(width);
                info.height = Some(height);
                // Colour types 4 and 6 carry an alpha channel.
                info.alpha = matches!(reader.u8(body + 9)?, 4 | 6);
            }
            b"tRNS" => info.alpha = true,
            b"acTL" if !pixels => info.animated = reader.u32(body)? > 1,
            b"fcTL" if length == 26 => {
                let (number, parts) = (reader.u16(body + 20)?, reader.u16(body + 22)?);
                // Zero parts mean hundredths of a second.
                duration += Duration::from_secs(number.into()) / u32::from(if parts == 0 { 100 } else { parts });
            }
            b"eXIf" if length <= MAX_EXIF => {
                info.orientation = exif::orientation(reader.get(body, length as usize)?);
            }
            b"IDAT" => pixels = true,
            b"IEND" if !pixels => return Err(reader.broken("it has no picture data (`IDAT`)")),
            b"IEND" => break,
            _ => {}
        }
        at = next;
    }
    info.duration = (info.animated && !duration.is_zero()).then_some(duration);
    Ok(())
}
