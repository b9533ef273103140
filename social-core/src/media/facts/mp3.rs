//! ISO/IEC 11172-3 frames, ID3v2 tags, and the frames that encoders put first to hold their notes.
//!
//! Frames are counted, by their headers: a count that an encoder left is that of the first of
//! several joined files, and bytes say nothing about a variable rate.

use std::time::Duration;

use super::Reader;
use crate::error::Result;
use crate::media::info::{AudioInfo, MediaInfo};

/// Kilobits per second of layer III, of MPEG 1 and of MPEG 2 and 2.5.
const BITRATES: [[u32; 14]; 2] = [
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// How many frames in a row are no accident.
const IN_A_ROW: usize = 3;

/// How many zero bytes may stand before the first frame.
const MOST_ZEROS: usize = 64 << 10;

/// What a frame's header says.
#[derive(Clone, Copy)]
pub(super) struct Frame {
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
        Some(Self { sample_rate, samples, mono: header >> 6 & 3 == 3, first_version, length })
    }

    fn at(reader: &mut Reader, at: u64) -> Result<Option<Self>> {
        let header = reader.up_to(at, 4)?.first_chunk().map(|header| u32::from_be_bytes(*header));
        Ok(header.and_then(Self::parse))
    }
}

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let sound = sound(reader)?;
    info.audio = Some(AudioInfo {
        codec: "mp3".to_owned(),
        sample_rate: Some(sound.first.sample_rate),
        channels: Some(if sound.first.mono { 1 } else { 2 }),
    });
    info.duration = Duration::try_from_secs_f64(sound.seconds).ok();
    Ok(())
}

/// The frames of a file.
struct Sound {
    first: Frame,
    seconds: f64,
    /// Where they stand, from where to where, without the tags before, between and behind.
    stretches: Vec<(u64, u64)>,
}

/// Where the frames of a file stand, from where to where.
pub(in crate::media) fn stretches(reader: &mut Reader) -> Result<Vec<(u64, u64)>> {
    Ok(sound(reader)?.stretches)
}

fn sound(reader: &mut Reader) -> Result<Sound> {
    let start = behind_tags(reader, 0)?;
    let first = match first_frame(reader, start)? {
        Some(first) => Some(first),
        // The tag is not as long as it says.
        None if start > 0 => {
            reader.warn("the length of its tag is wrong");
            first_frame(reader, 10)?
        }
        None => None,
    };
    let Some((mut at, first)) = first else { return Err(reader.broken("no frame of audio was found")) };
    if at.saturating_add(first.length.into()) > reader.length() {
        return Err(reader.cut(at + u64::from(first.length)));
    }
    let mut sound = Sound { first, seconds: 0.0, stretches: Vec::new() };
    let mut begun = at;
    while let Some(frame) = Frame::at(reader, at)? {
        let next = at + u64::from(frame.length);
        if next > reader.length() {
            reader.warn("its last frame is cut off");
            sound.stretches.push((begun, reader.length()));
            return Ok(sound);
        }
        if !holds_notes(reader, at, &frame)? {
            sound.seconds += f64::from(frame.samples) / f64::from(frame.sample_rate);
        }
        at = next;
        if Frame::at(reader, next)?.is_none() {
            // Behind the frames stand the tags of this file or of one that was joined to it.
            sound.stretches.push((begun, next));
            let behind = behind_tags(reader, next)?;
            let Some((found, _)) = first_frame(reader, behind)? else { return Ok(sound) };
            (at, begun) = (found, found);
        }
    }
    Ok(sound)
}

/// Where the ID3v2 tags from `at` on end; at the end of the file at most.
fn behind_tags(reader: &mut Reader, mut at: u64) -> Result<u64> {
    while reader.up_to(at, 3)? == b"ID3" && at + 10 <= reader.length() {
        // Seven bits per byte, and ten bytes more when there is a footer.
        let size = reader.array::<4>(at + 6)?.iter().fold(0, |size, &byte| size << 7 | u64::from(byte & 0x7f));
        let footer = if reader.u8(at + 5)? & 0x10 != 0 { 10 } else { 0 };
        at = (at + 10 + size + footer).min(reader.length());
    }
    Ok(at)
}

/// Whether zero bytes stand before the first frame, as some recorders leave them.
pub(super) fn begins_with_zeros(reader: &mut Reader) -> Result<bool> {
    let zeros = reader.up_to(0, MOST_ZEROS)?.iter().take_while(|&&byte| byte == 0).count() as u64;
    match Frame::at(reader, zeros)? {
        Some(frame) => is_followed(reader, zeros, frame),
        None => Ok(false),
    }
}

/// The first frame from `at` on that is followed by others, or by the end of the file.
fn first_frame(reader: &mut Reader, mut at: u64) -> Result<Option<(u64, Frame)>> {
    loop {
        let piece = reader.at_hand(at)?;
        if piece.is_empty() {
            return Ok(None);
        }
        let Some(found) = memchr::memchr(0xff, piece) else {
            at += piece.len() as u64;
            continue;
        };
        at += found as u64;
        if let Some(frame) = Frame::at(reader, at)?
            && is_followed(reader, at, frame)?
        {
            return Ok(Some((at, frame)));
        }
        at += 1;
    }
}

fn is_followed(reader: &mut Reader, at: u64, first: Frame) -> Result<bool> {
    let mut next = at + u64::from(first.length);
    for _ in 1..IN_A_ROW {
        if next >= reader.length() {
            // A file of few frames. What is cut off in the first one is seen by the caller.
            return Ok(true);
        }
        match Frame::at(reader, next)? {
            Some(frame) if frame.sample_rate == first.sample_rate => next += u64::from(frame.length),
            // A short file may have a tag behind it.
            _ => return Ok(matches!(reader.up_to(next, 3)?, b"TAG" | b"ID3" | b"APE") || reader.length() - next < 4),
        }
    }
    Ok(true)
}

/// Whether the frame holds the encoder's notes (`Xing`, `Info`, `VBRI`) instead of audio.
fn holds_notes(reader: &mut Reader, at: u64, frame: &Frame) -> Result<bool> {
    let side = match (frame.first_version, frame.mono) {
        (true, false) => 32,
        (true, true) | (false, false) => 17,
        (false, true) => 9,
    };
    let is_xing = matches!(reader.up_to(at + 4 + side, 4)?, b"Xing" | b"Info");
    Ok(is_xing || reader.up_to(at + 36, 4)? == b"VBRI")
}
