//! RFC 9649: the WebP container, and the headers of its two bitstreams.

use std::time::Duration;

use super::{Reader, exif};
use crate::error::Result;
use crate::media::info::MediaInfo;

/// Where the first chunk stands, behind `RIFF`, the length and `WEBP`.
pub(in crate::media) const FIRST: u64 = 12;

/// A chunk that is there whole.
pub(in crate::media) struct Chunk {
    pub(in crate::media) kind: [u8; 4],
    pub(in crate::media) body: u64,
    pub(in crate::media) length: u64,
    /// Where the next one stands, behind a byte of padding.
    pub(in crate::media) end: u64,
}

impl Chunk {
    /// The chunk at `at`; `None` at the end. One that is cut off is an error where it holds pixels,
    /// and otherwise the end.
    pub(in crate::media) fn at(reader: &mut Reader, at: u64) -> Result<Option<Self>> {
        let declared = 8 + u64::from(reader.u32_le(4)?);
        let file_end = declared.min(reader.length());
        if at + 8 > file_end {
            if declared > reader.length() {
                reader.warn(format_args!("it declares {declared} bytes, which are not all there"));
            }
            return Ok(None);
        }
        let (kind, length) = (reader.array(at)?, u64::from(reader.u32_le(at + 4)?));
        let body = at + 8;
        if body + length > file_end {
            if matches!(&kind, b"EXIF" | b"XMP " | b"ICCP") || !kind.is_ascii() {
                reader.warn("its last part is cut off");
                return Ok(None);
            }
            return Err(reader.cut(body + length));
        }
        Ok(Some(Self { kind, body, length, end: body + length + length % 2 }))
    }

    /// The orientation in an `EXIF` chunk.
    pub(in crate::media) fn orientation(&self, reader: &mut Reader) -> Result<Option<u8>> {
        exif::orientation_at(reader, self.body, self.length)
    }
}

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let (mut at, mut pixels, mut duration) = (FIRST, false, Duration::ZERO);
    while let Some(chunk) = Chunk::at(reader, at)? {
        let body = chunk.body;
        // The canvas of an extended file counts, not the size of an image on it.
        let has_canvas = info.width.is_some();
        match &chunk.kind {
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
                    return Err(reader.broken("its image has no start code"));
                }
                if !has_canvas {
                    // The upper two bits are a scaling hint (RFC 6386 9.1).
                    info.width = Some(u32::from(reader.u16_le(body + 6)? & 0x3fff));
                    info.height = Some(u32::from(reader.u16_le(body + 8)? & 0x3fff));
                }
            }
            b"VP8L" => {
                pixels = true;
                if reader.u8(body)? != 0x2f {
                    return Err(reader.broken("its image has no signature"));
                }
                let bits = reader.u32_le(body + 1)?;
                if !has_canvas {
                    info.width = Some((bits & 0x3fff) + 1);
                    info.height = Some((bits >> 14 & 0x3fff) + 1);
                    info.alpha = bits >> 28 & 1 == 1;
                }
            }
            b"ANMF" => {
                pixels = true;
                duration += Duration::from_millis(reader.u24_le(body + 12)?.into());
            }
            b"EXIF" => info.orientation = chunk.orientation(reader)?,
            _ => {}
        }
        at = chunk.end;
    }
    if !pixels || info.width.is_none_or(|width| width == 0) || info.height.is_none_or(|height| height == 0) {
        return Err(reader.broken("it has no image"));
    }
    info.duration = info.animated.then_some(duration);
    Ok(())
}
