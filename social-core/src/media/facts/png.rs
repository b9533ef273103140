//! PNG third edition (W3C), with its animation chunks.

use std::time::Duration;

use super::{Reader, exif};
use crate::error::Result;
use crate::media::info::MediaInfo;

/// Where the first chunk stands, behind the signature.
pub(in crate::media) const FIRST: u64 = 8;

/// A chunk that is there whole, with its checksum.
pub(in crate::media) struct Chunk {
    pub(in crate::media) kind: [u8; 4],
    pub(in crate::media) body: u64,
    pub(in crate::media) length: u64,
    pub(in crate::media) end: u64,
}

impl Chunk {
    pub(in crate::media) fn at(reader: &mut Reader, at: u64) -> Result<Self> {
        let length = u64::from(reader.u32(at)?);
        let kind: [u8; 4] = reader.array(at + 4)?;
        if at == FIRST && (kind != *b"IHDR" || length != 13) {
            return Err(reader.broken("it does not start with its header (`IHDR`)"));
        }
        let end = at + 12 + length;
        // The checksum alone may be missing.
        reader.require(end - 4)?;
        Ok(Self { kind, body: at + 8, length, end: end.min(reader.length()) })
    }

    /// The chunk at `at`; `None` where the file ends behind its pixels. A note or end mark that is
    /// cut off does not matter then, pixels that are do.
    pub(in crate::media) fn next(reader: &mut Reader, at: u64, has_pixels: bool) -> Result<Option<Self>> {
        let is_pixels = reader.up_to(at.saturating_add(4), 4)?.starts_with(b"IDAT");
        match Self::at(reader, at) {
            Ok(chunk) => Ok(Some(chunk)),
            Err(_) if has_pixels && !is_pixels => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The orientation in an `eXIf` chunk.
    pub(in crate::media) fn orientation(&self, reader: &mut Reader) -> Result<Option<u8>> {
        exif::orientation_at(reader, self.body, self.length)
    }
}

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let mut at = FIRST;
    let (mut pixels, mut duration) = (false, Duration::ZERO);
    loop {
        let Some(chunk) = Chunk::next(reader, at, pixels)? else {
            break reader.warn("its end (`IEND`) is missing");
        };
        let body = chunk.body;
        match &chunk.kind {
            b"IHDR" => {
                let (width, height) = (reader.u32(body)?, reader.u32(body + 4)?);
                if width == 0 || height == 0 || width >= 1 << 31 || height >= 1 << 31 {
                    return Err(reader.broken(format_args!("it declares {width} x {height} pixels")));
                }
                info.width = Some(width);
                info.height = Some(height);
                // Colour types 4 and 6 carry an alpha channel.
                info.alpha = matches!(reader.u8(body + 9)?, 4 | 6);
            }
            b"tRNS" => info.alpha = true,
            b"acTL" if !pixels && chunk.length >= 4 => info.animated = reader.u32(body)? > 1,
            b"fcTL" if chunk.length == 26 => {
                let (number, parts) = (reader.u16(body + 20)?, reader.u16(body + 22)?);
                // Zero parts mean hundredths of a second.
                duration += Duration::from_secs(number.into()) / u32::from(if parts == 0 { 100 } else { parts });
            }
            b"eXIf" => info.orientation = chunk.orientation(reader)?,
            b"IDAT" => pixels = true,
            b"IEND" if !pixels => return Err(reader.broken("it has no image data (`IDAT`)")),
            b"IEND" if chunk.end - body < 4 => break reader.warn("its end (`IEND`) is cut off"),
            b"IEND" => break,
            _ => {}
        }
        at = chunk.end;
    }
    info.duration = (info.animated && !duration.is_zero()).then_some(duration);
    Ok(())
}
