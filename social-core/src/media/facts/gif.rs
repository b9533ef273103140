//! GIF89a: blocks and sub-blocks.

use std::time::Duration;

use super::{Reader, gif_pixels};
use crate::error::Result;
use crate::media::info::MediaInfo;

/// A block behind the header.
pub(in crate::media) enum Block {
    /// An extension: its label, and where it ends.
    Extension { label: u8, end: u64 },
    /// A frame: where it ends.
    Frame { end: u64 },
    /// A byte that decoders pass over.
    Padding,
    /// The end mark.
    Trailer,
    /// The file ends in the middle of this block.
    Cut,
    /// Something else.
    Unknown,
}

/// Where the first block stands.
pub(in crate::media) fn first(reader: &mut Reader) -> Result<u64> {
    Ok(13 + colour_table(reader.u8(10)?))
}

impl Block {
    /// The block at `at`.
    pub(in crate::media) fn at(reader: &mut Reader, at: u64) -> Result<Self> {
        let Some(&kind) = reader.up_to(at, 1)?.first() else { return Ok(Self::Cut) };
        Ok(match kind {
            0x21 => match (reader.up_to(at + 1, 1)?.first().copied(), skip_sub_blocks(reader, at + 2)?) {
                (Some(label), Some(end)) => Self::Extension { label, end },
                _ => Self::Cut,
            },
            0x2c => {
                let Some(&flags) = reader.up_to(at + 9, 1)?.first() else { return Ok(Self::Cut) };
                let data = at + 10 + colour_table(flags);
                match skip_sub_blocks(reader, data + 1)? {
                    Some(end) => Self::Frame { end },
                    None if gif_pixels::all_there(reader, at, data)? => Self::Frame { end: reader.length() },
                    None => Self::Cut,
                }
            }
            0x3b => Self::Trailer,
            0x00 => Self::Padding,
            _ => Self::Unknown,
        })
    }
}

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let (width, height) = (reader.u16_le(6)?, reader.u16_le(8)?);
    if width == 0 || height == 0 {
        return Err(reader.broken(format_args!("it declares {width} x {height} pixels")));
    }
    info.width = Some(width.into());
    info.height = Some(height.into());
    let mut at = first(reader)?;
    let (mut frames, mut hundredths) = (0_u64, 0_u64);
    let mut in_frame = false;
    loop {
        match Block::at(reader, at)? {
            Block::Extension { label, end } => {
                // The graphic control extension holds the transparency flag and the pause after the
                // frame.
                if label == 0xf9 {
                    info.alpha |= reader.u8(at + 3)? & 1 == 1;
                    hundredths += u64::from(reader.u16_le(at + 4)?);
                }
                at = end;
            }
            Block::Frame { end } => {
                frames += 1;
                at = end;
            }
            Block::Padding => at += 1,
            Block::Trailer => break,
            Block::Cut => {
                in_frame = reader.up_to(at, 1)?.first() == Some(&0x2c);
                break reader.warn("its end mark is missing");
            }
            Block::Unknown if frames > 0 => break reader.warn(format_args!("there is no block at byte {at}")),
            Block::Unknown => return Err(reader.broken(format_args!("there is an unknown block at byte {at}"))),
        }
    }
    if in_frame || (frames == 0 && at >= reader.length()) {
        let needed = reader.length().saturating_add(1);
        return Err(reader.cut(needed));
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

/// Where the sub-blocks from `at` end; `None` when the file ends before.
fn skip_sub_blocks(reader: &mut Reader, mut at: u64) -> Result<Option<u64>> {
    loop {
        let Some(&length) = reader.up_to(at, 1)?.first() else { return Ok(None) };
        at += 1 + u64::from(length);
        if length == 0 {
            return Ok(Some(at));
        }
    }
}
