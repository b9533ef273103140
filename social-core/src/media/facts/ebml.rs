//! RFC 8794 (EBML) and RFC 9559 (Matroska), of which WebM is a part.

use std::time::Duration;

use super::Reader;
use crate::error::Result;
use crate::media::info::{AudioInfo, MediaInfo, MediaType, VideoInfo};

const HEADER: u32 = 0x1a45_dfa3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_a966;
const TIMESTAMP_SCALE: u32 = 0x2a_d7b1;
const DURATION: u32 = 0x4489;
const TRACKS: u32 = 0x1654_ae6b;
const TRACK: u32 = 0xae;
const TRACK_TYPE: u32 = 0x83;
const CODEC: u32 = 0x86;
const FRAME_NANOSECONDS: u32 = 0x23_e383;
const VIDEO: u32 = 0xe0;
const WIDTH: u32 = 0xb0;
const HEIGHT: u32 = 0xba;
const ALPHA_MODE: u32 = 0x53c0;
const AUDIO: u32 = 0xe1;
const SAMPLE_RATE: u32 = 0xb5;
const CHANNELS: u32 = 0x9f;
const CLUSTER: u32 = 0x1f43_b675;

/// An element: its id, and where its content stands.
#[derive(Clone, Copy)]
struct Element {
    id: u32,
    start: u64,
    end: u64,
    /// Written live: the size was not known and the element goes on to the end.
    open: bool,
}

impl Element {
    fn at(reader: &mut Reader, at: u64, limit: u64) -> Result<Self> {
        let first = reader.u8(at)?;
        let id_length = first.leading_zeros() as usize + 1;
        if id_length > 4 {
            return Err(reader.broken(format_args!("there is no element at byte {at}")));
        }
        let id = be(reader.get(at, id_length)?) as u32;
        let size_at = at + id_length as u64;
        let size_length = reader.u8(size_at)?.leading_zeros() as usize + 1;
        if size_length > 8 {
            return Err(reader.broken(format_args!("the element at byte {at} has no length")));
        }
        let mask = (1_u64 << (7 * size_length)) - 1;
        let size = be(reader.get(size_at, size_length)?) & mask;
        let start = size_at + size_length as u64;
        let open = size == mask;
        let end = if open { limit } else { start.saturating_add(size) };
        if end > limit {
            return Err(match limit == reader.length() {
                true => reader.cut(end),
                false => reader.broken(format_args!("the element at byte {at} is longer than the one around it")),
            });
        }
        Ok(Self { id, start, end, open })
    }

    fn each(self, reader: &mut Reader, mut take: impl FnMut(&mut Reader, Self) -> Result<bool>) -> Result<()> {
        let mut at = self.start;
        while at < self.end {
            let child = Self::at(reader, at, self.end)?;
            if !take(reader, child)? {
                break;
            }
            at = child.end;
        }
        Ok(())
    }

    fn bytes(self, reader: &mut Reader, maximum: u64) -> Result<&[u8]> {
        reader.get(self.start, (self.end - self.start).min(maximum) as usize)
    }

    fn number(self, reader: &mut Reader) -> Result<u64> {
        self.bytes(reader, 8).map(be)
    }

    fn float(self, reader: &mut Reader) -> Result<f64> {
        let bytes = self.bytes(reader, 8)?;
        Ok(match bytes.len() {
            4 => f32::from_bits(be(bytes) as u32).into(),
            8 => f64::from_bits(be(bytes)),
            _ => 0.0,
        })
    }

    fn text(self, reader: &mut Reader) -> Result<String> {
        let text = self.bytes(reader, 64)?;
        Ok(String::from_utf8_lossy(text).trim_end_matches('\0').to_owned())
    }
}

fn be(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// WebM or Matroska, as the header says.
pub(super) fn doc_type(reader: &mut Reader) -> Result<MediaType> {
    reader.set_format("WebM or Matroska video");
    let limit = reader.length();
    let header = Element::at(reader, 0, limit)?;
    let mut found = None;
    header.each(reader, |reader, element| {
        if element.id == DOC_TYPE {
            found = Some(element.text(reader)?);
        }
        Ok(true)
    })?;
    match found.as_deref() {
        Some("webm") => Ok(MediaType::Webm),
        Some("matroska") => Ok(MediaType::Mkv),
        other => Err(reader.broken(format_args!("it is of the unknown kind `{}`", other.unwrap_or_default()))),
    }
}

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let limit = reader.length();
    let header = Element::at(reader, 0, limit)?;
    debug_assert_eq!(header.id, HEADER);
    let segment = Element::at(reader, header.end, limit)?;
    if segment.id != SEGMENT {
        return Err(reader.broken("it has no segment"));
    }
    let (mut scale, mut units, mut media, mut tracks) = (1_000_000, 0.0, false, false);
    segment.each(reader, |reader, element| {
        match element.id {
            INFO => element.each(reader, |reader, element| {
                match element.id {
                    TIMESTAMP_SCALE => scale = element.number(reader)?,
                    DURATION => units = element.float(reader)?,
                    _ => {}
                }
                Ok(true)
            })?,
            TRACKS => element.each(reader, |reader, element| {
                if element.id == TRACK {
                    tracks |= track(reader, element, info)?;
                }
                Ok(true)
            })?,
            CLUSTER => media = true,
            _ => {}
        }
        // The images of a video that was written live go on to its end.
        Ok(!(element.open || media && tracks))
    })?;
    if !tracks {
        return Err(reader.broken("it has neither a video nor an audio track"));
    }
    if !media {
        return Err(reader.broken("it has no media data (no cluster)"));
    }
    let seconds = units * scale as f64 / 1e9;
    info.duration = Duration::try_from_secs_f64(seconds).ok().filter(|duration| !duration.is_zero());
    Ok(())
}

/// Reads a track; whether it holds video or audio.
fn track(reader: &mut Reader, track: Element, info: &mut MediaInfo) -> Result<bool> {
    let (mut kind, mut codec, mut frame) = (0, String::new(), 0);
    let (mut width, mut height, mut alpha) = (0, 0, false);
    let (mut rate, mut channels) = (8000.0, 1);
    track.each(reader, |reader, element| {
        match element.id {
            TRACK_TYPE => kind = element.number(reader)?,
            CODEC => codec = codec_name(&element.text(reader)?),
            FRAME_NANOSECONDS => frame = element.number(reader)?,
            VIDEO => element.each(reader, |reader, element| {
                match element.id {
                    WIDTH => width = element.number(reader)?,
                    HEIGHT => height = element.number(reader)?,
                    ALPHA_MODE => alpha = element.number(reader)? == 1,
                    _ => {}
                }
                Ok(true)
            })?,
            AUDIO => element.each(reader, |reader, element| {
                match element.id {
                    SAMPLE_RATE => rate = element.float(reader)?,
                    CHANNELS => channels = element.number(reader)?,
                    _ => {}
                }
                Ok(true)
            })?,
            _ => {}
        }
        Ok(true)
    })?;
    match kind {
        1 if info.video.is_none() => {
            let (Ok(width @ 1..), Ok(height @ 1..)) = (u32::try_from(width), u32::try_from(height)) else {
                return Err(reader.broken(format_args!("it declares {width} x {height} pixels")));
            };
            (info.width, info.height, info.alpha) = (Some(width), Some(height), alpha);
            let frame_rate = (frame > 0).then(|| 1e9 / frame as f64);
            info.video = Some(VideoInfo { codec, frame_rate });
        }
        2 if info.audio.is_none() => {
            info.audio = Some(AudioInfo {
                codec,
                sample_rate: (rate >= 1.0).then_some(rate as u32),
                channels: u16::try_from(channels).ok().filter(|&channels| channels > 0),
            });
        }
        _ => {}
    }
    Ok(matches!(kind, 1 | 2))
}

/// Matroska's names of codecs in ours.
fn codec_name(id: &str) -> String {
    match id {
        "V_MPEG4/ISO/AVC" => "h264".to_owned(),
        "V_MPEGH/ISO/HEVC" => "hevc".to_owned(),
        _ if id.starts_with("A_PCM") => "pcm".to_owned(),
        _ if id.starts_with("A_AAC") => "aac".to_owned(),
        "A_MPEG/L3" => "mp3".to_owned(),
        _ => id.trim_start_matches("V_").trim_start_matches("A_").to_ascii_lowercase(),
    }
}
