//! ISO/IEC 11172-3 frames, ID3v2 tags, and the frame counts that encoders leave in the first frame.

use std::time::Duration;

use super::Reader;
use crate::error::Result;
use crate::media::info::{AudioInfo, MediaInfo};

/// How far behind the tags the first frame may stand.
const SEARCH: usize = 16 << 10;

/// Kilobits per second of layer III, of MPEG 1 and of MPEG 2 and 2.5.
const BITRATES: [[u32; 14]; 2] = [
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// What a frame's header says.
pub(super) struct Frame {
    bitrate: u32,
    sample_rate: u32,
    samples: u32,
    mono: bool,
    first_version: bool,
    length: u32,
}

impl Frame {
    /// Reads a header of layer III; `None` when it is not one.
    pub(super) fn parse(header: u32) -> Option<Self> {
        let version = header >> 19 & 3;
        if header >> 21 != 0x7ff || version == 1 || header >> 17 & 3 != 1 {
            return None;
        }
        let first_version = version == 3;
        let rate_index = (header >> 12 & 15).checked_sub(1)?;
        let bitrate = *BITRATES.get(usize::from(!first_version))?.get(rate_index as usize)?;
        let base = *[44_100, 48_000, 32_000].get((header >> 10 & 3) as usize)?;
        let sample_rate = match version {
            3 => base,
            2 => base / 2,
            _ => base / 4,
        };
        let samples = if first_version { 1152 } else { 576 };
        let length = samples / 8 * bitrate * 1000 / sample_rate + (header >> 9 & 1);
        Some(Self { bitrate, sample_rate, samples, mono: header >> 6 & 3 == 3, first_version, length })
    }
}

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let mut at = 0;
    while reader.up_to(at, 3)? == b"ID3" {
        // Seven bits per byte, and ten bytes more when there is a footer.
        let size = reader.array::<4>(at + 6)?.iter().fold(0, |size, &byte| size << 7 | u64::from(byte & 0x7f));
        let footer = if reader.u8(at + 5)? & 0x10 != 0 { 10 } else { 0 };
        at += 10 + size + footer;
        if at > reader.length() {
            return Err(reader.cut(at));
        }
    }
    let (at, frame) = first_frame(reader, at)?;
    info.audio = Some(AudioInfo {
        codec: "mp3".to_owned(),
        sample_rate: Some(frame.sample_rate),
        channels: Some(if frame.mono { 1 } else { 2 }),
    });
    let seconds = match frame_count(reader, at, &frame)? {
        Some(frames) => f64::from(frames) * f64::from(frame.samples) / f64::from(frame.sample_rate),
        // Without a count the rate is constant.
        None => (reader.length() - at) as f64 * 8.0 / f64::from(frame.bitrate * 1000),
    };
    info.duration = Duration::try_from_secs_f64(seconds).ok();
    Ok(())
}

/// The first frame that is followed by another one, or by the end.
fn first_frame(reader: &mut Reader, start: u64) -> Result<(u64, Frame)> {
    let area = reader.up_to(start, SEARCH)?.to_vec();
    for (offset, header) in area.windows(4).enumerate() {
        let header = header.iter().fold(0, |number, &byte| number << 8 | u32::from(byte));
        let Some(frame) = Frame::parse(header) else { continue };
        let at = start + offset as u64;
        let next = at + u64::from(frame.length);
        if next > reader.length() {
            return Err(reader.cut(next));
        }
        if next + 4 > reader.length() || Frame::parse(reader.u32(next)?).is_some() {
            return Ok((at, frame));
        }
    }
    Err(reader.broken("no frame of audio was found"))
}

/// The number of frames, as `Xing`, `Info` or `VBRI` in the first frame say.
fn frame_count(reader: &mut Reader, at: u64, frame: &Frame) -> Result<Option<u32>> {
    let side = match (frame.first_version, frame.mono) {
        (true, false) => 32,
        (true, true) | (false, false) => 17,
        (false, true) => 9,
    };
    let bytes = reader.up_to(at + 4 + side, 12)?;
    if bytes.starts_with(b"Xing") || bytes.starts_with(b"Info") {
        let has_count = bytes.get(7).is_some_and(|flags| flags & 1 == 1);
        let count = bytes.get(8..).and_then(<[u8]>::first_chunk).map(|count| u32::from_be_bytes(*count));
        return Ok(count.filter(|&count| has_count && count > 0));
    }
    if reader.up_to(at + 36, 4)? == b"VBRI" {
        return reader.u32(at + 36 + 14).map(Some);
    }
    Ok(None)
}
