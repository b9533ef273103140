//! RIFF WAVE, with its long forms RF64 (EBU Tech 3306) and W64 (Sony).

use std::time::Duration;

use super::Reader;
use crate::error::Result;
use crate::media::info::{AudioInfo, MediaInfo};

/// Audio of that many bytes is not published, but writers that cannot know a length declare more.
const PLACEHOLDER: u64 = 1 << 29;

/// How the chunks of a file are laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Riff,
    /// Lengths stand in a chunk of their own.
    Rf64,
    /// Identifiers have 16 bytes, lengths eight, which count the header, too.
    W64,
}

/// A chunk: its kind, and where it stands with its content.
pub(in crate::media) struct Chunk {
    pub(in crate::media) kind: [u8; 4],
    pub(in crate::media) at: u64,
    pub(in crate::media) body: u64,
    pub(in crate::media) length: u64,
    next: u64,
}

impl Form {
    fn of(reader: &mut Reader) -> Result<Self> {
        Ok(match &reader.array::<4>(0)? {
            b"riff" => Self::W64,
            b"RF64" | b"BW64" => Self::Rf64,
            _ => Self::Riff,
        })
    }

    /// Where the first chunk stands, and the length of the whole that the header declares.
    fn start(self, reader: &mut Reader) -> Result<(u64, u64)> {
        match self {
            Self::W64 => Ok((40, reader.u64_le(16)?)),
            _ => Ok((12, u64::from(reader.u32_le(4)?).saturating_add(8))),
        }
    }

    fn chunk(self, reader: &mut Reader, at: u64) -> Result<Chunk> {
        let kind = reader.array(at)?;
        let (body, length, even) = match self {
            Self::W64 => (at + 24, reader.u64_le(at + 16)?.saturating_sub(24), 8),
            _ => (at + 8, u64::from(reader.u32_le(at + 4)?), 2),
        };
        let end = body.saturating_add(length);
        let next = end.checked_next_multiple_of(even).unwrap_or(u64::MAX);
        Ok(Chunk { kind, at, body, length, next })
    }
}

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let form = Form::of(reader)?;
    let (mut at, mut whole) = form.start(reader)?;
    let (mut bytes_per_second, mut long) = (0, None);
    loop {
        let chunk = form.chunk(reader, at)?;
        match &chunk.kind {
            b"ds64" if form == Form::Rf64 => {
                whole = reader.u64_le(chunk.body)?.saturating_add(8);
                long = Some(reader.u64_le(chunk.body + 8)?);
            }
            b"fmt " => bytes_per_second = format(reader, chunk.body, info)?,
            b"data" => {
                if bytes_per_second == 0 {
                    return Err(reader.broken("its audio stands before its header (`fmt `)"));
                }
                let declared = match long {
                    Some(long) if chunk.length == u64::from(u32::MAX) => long,
                    _ => chunk.length,
                };
                let length = audio_length(reader, chunk.body, declared, whole)?;
                let seconds = length as f64 / f64::from(bytes_per_second);
                info.duration = Duration::try_from_secs_f64(seconds).ok();
                return Ok(());
            }
            _ => {}
        }
        at = chunk.next;
    }
}

/// More chunks than this are no sound.
const MAX_CHUNKS: usize = 1 << 16;

/// All chunks that are whole, and the audio.
pub(in crate::media) fn chunks(reader: &mut Reader) -> Result<Vec<Chunk>> {
    let form = Form::of(reader)?;
    let (mut at, _) = form.start(reader)?;
    let mut found = Vec::new();
    while found.len() < MAX_CHUNKS && at.saturating_add(if form == Form::W64 { 24 } else { 8 }) <= reader.length() {
        let mut chunk = form.chunk(reader, at)?;
        at = chunk.next;
        // Audio of a length that nobody knew goes on to the end.
        chunk.length = chunk.length.min(reader.length().saturating_sub(chunk.body));
        found.push(chunk);
    }
    Ok(found)
}

/// Reads `fmt `; how many bytes a second has.
fn format(reader: &mut Reader, body: u64, info: &mut MediaInfo) -> Result<u32> {
    let tag = match reader.u16_le(body)? {
        // The extensible form says behind its other fields what it wraps.
        0xfffe => reader.up_to(body + 24, 2)?.first_chunk().map_or(1, |tag| u16::from_le_bytes(*tag)),
        tag => tag,
    };
    let codec = match tag {
        1 | 3 => "pcm".to_owned(),
        0x55 => "mp3".to_owned(),
        6 => "alaw".to_owned(),
        7 => "mulaw".to_owned(),
        other => format!("wav-{other:04x}"),
    };
    let (channels, rate) = (reader.u16_le(body + 2)?, reader.u32_le(body + 4)?);
    let (declared, bits) = (reader.u32_le(body + 8)?, reader.u16_le(body + 14)?);
    // Of plain samples the rate follows; some writers leave the sum at zero or at a guess.
    let bytes_per_second = match tag {
        1 | 3 if bits > 0 => rate.saturating_mul(u32::from(channels)).saturating_mul(u32::from(bits.div_ceil(8))),
        _ => declared,
    };
    if channels == 0 || rate == 0 || bytes_per_second == 0 {
        return Err(reader.broken(format_args!("it declares {channels} channels at {rate} Hz")));
    }
    info.audio = Some(AudioInfo { codec, sample_rate: Some(rate), channels: Some(channels) });
    Ok(bytes_per_second)
}

/// How many bytes of audio there are. `whole` is the length of the file as its header declares it.
///
/// Audio that was sent while it was made could not know its length: then both numbers are
/// placeholders, zero or larger than any file, or only that of the file was set right later.
fn audio_length(reader: &mut Reader, body: u64, declared: u64, whole: u64) -> Result<u64> {
    let there = reader.length() - body;
    if declared == 0 {
        return Ok(there);
    }
    if declared <= there {
        return Ok(declared);
    }
    let is_placeholder = |length: u64| length <= 8 || length >= PLACEHOLDER;
    if is_placeholder(declared) || is_placeholder(whole) || whole <= reader.length() {
        reader.warn(format_args!("it declares {declared} bytes of audio and has {there}"));
        return Ok(there);
    }
    Err(reader.cut(body.saturating_add(declared)))
}
