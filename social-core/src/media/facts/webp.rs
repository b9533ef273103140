//! RFC 9649: the WebP container, and the headers of its two bitstreams.

use std::time::Duration;

use super::{Reader, exif};
use crate::error::Result;
use crate::media::info::MediaInfo;

/// The longest EXIF block that is read.
const MAX_EXIF: u64 = 1 << 20;

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let end = 8 + u64::from(reader.u32_le(4)?);
    if end > reader.length() {
        return Err(reader.cut(end));
    }
    let (mut at, mut pixels, mut duration) = (12, false, Duration::ZERO);
    while at + 8 <= end {
        let kind: [u8; 4] = reader.array(at)?;
        let length = u64::from(reader.u32_le(at + 4)?);
        let body = at + 8;
        if body + length > end {
            return Err(reader.cut(body + length));
        }
        let extended = info.width.is_some();
        match &kind {
            b"VP8X" => {
                let flags = reader.u8(body)?;
                info.animated = flags & 0x02 != 0;
                info.alpha = flags & 0x10 != 0;
                info.width = Some(reader.u24_le(body + 4)? + 1);
                info.height = Some(reader.u24_le(body + 7)? + 1);
            }
            b"VP8 " => {
                pixels = true;
                if reader.array(body + 3)? != [0x9d, 0x01, 0x2a] {
                    return Err(reader.broken("its picture has no start code"));
                }
                if !extended {
                    // The upper two bits are a scaling hint (RFC 6386 9.1).
                    info.width = Some(u32::from(reader.u16_le(body + 6)? & 0x3fff));
                    info.height = Some(u32::from(reader.u16_le(body + 8)? & 0x3fff));
                }
            }
            b"VP8L" => {
                pixels = true;
                if reader.u8(body)? != 0x2f {
                    return Err(reader.broken("its picture has no signature"));
                }
                let bits = reader.u32_le(body + 1)?;
                if !extended {
                    info.width = Some((bits & 0x3fff) + 1);
                    info.height = Some((bits >> 14 & 0x3fff) + 1);
                    info.alpha = bits >> 28 & 1 == 1;
                }
            }
            b"ANMF" => {
                pixels = true;
                duration += Duration::from_millis(reader.u24_le(body + 12)?.into());
            }
            b"EXIF" if length <= MAX_EXIF => {
                info.orientation = exif::orientation(reader.get(body, length as usize)?);
            }
            _ => {}
        }
        at = body + length + length % 2;
    }
    if !pixels || info.width.is_none_or(|width| width == 0) || info.height.is_none_or(|height| height == 0) {
        return Err(reader.broken("it has no picture"));
    }
    info.duration = info.animated.then_some(duration);
    Ok(())
}
