//! RFC 8794 (EBML) and RFC 9559 (Matroska), of which WebM is a part.

use std::time::Duration;

use super::{Reader, mp4_sizes};
use crate::error::Result;
use crate::media::info::{AudioInfo, MediaInfo, MediaType, VideoInfo};

const HEADER: u32 = 0x1a45_dfa3;
const DOC_TYPE: u32 = 0x4282;
pub(in crate::media) const SEGMENT: u32 = 0x1853_8067;
pub(in crate::media) const INFO: u32 = 0x1549_a966;
const TIMESTAMP_SCALE: u32 = 0x2a_d7b1;
const DURATION: u32 = 0x4489;
pub(in crate::media) const TRACKS: u32 = 0x1654_ae6b;
pub(in crate::media) const TRACK: u32 = 0xae;
const TRACK_TYPE: u32 = 0x83;
const CODEC: u32 = 0x86;
const FRAME_NANOSECONDS: u32 = 0x23_e383;
const VIDEO: u32 = 0xe0;
const WIDTH: u32 = 0xb0;
const HEIGHT: u32 = 0xba;
const ALPHA_MODE: u32 = 0x53c0;
const SHOWN_WIDTH: u32 = 0x54b0;
const SHOWN_HEIGHT: u32 = 0x54ba;
const SHOWN_UNIT: u32 = 0x54b2;
const CROPPED: [u32; 4] = [0x54aa, 0x54bb, 0x54cc, 0x54dd];
const PROJECTION: u32 = 0x7670;
const ROLL: u32 = 0x7675;
const AUDIO: u32 = 0xe1;
const SAMPLE_RATE: u32 = 0xb5;
const CHANNELS: u32 = 0x9f;
pub(in crate::media) const CLUSTER: u32 = 0x1f43_b675;
const TIMESTAMP: u32 = 0xe7;
const SIMPLE_BLOCK: u32 = 0xa3;
const BLOCK_GROUP: u32 = 0xa0;
const BLOCK: u32 = 0xa1;
const BLOCK_DURATION: u32 = 0x9b;

/// How much of the declared length must be there, so that nothing is missing.
const WHOLE: f64 = 0.95;

/// An element: its id, and where its content stands.
#[derive(Clone, Copy)]
pub(in crate::media) struct Element {
    pub(in crate::media) id: u32,
    pub(in crate::media) start: u64,
    pub(in crate::media) end: u64,
    /// Written live: the size was not known and the element goes on to the end.
    pub(in crate::media) open: bool,
    /// How many of its bytes lie behind the end of the element around it, or of the file.
    pub(in crate::media) missing: u64,
}

impl Element {
    /// The element at `at`; `None` where none stands.
    pub(in crate::media) fn at(reader: &mut Reader, at: u64, limit: u64) -> Result<Option<Self>> {
        if at >= limit {
            return Ok(None);
        }
        let id_length = reader.u8(at)?.leading_zeros() as usize + 1;
        let size_at = at + id_length as u64;
        if id_length > 4 || size_at >= limit {
            return Ok(None);
        }
        let id = be(reader.get(at, id_length)?) as u32;
        let size_length = reader.u8(size_at)?.leading_zeros() as usize + 1;
        let start = size_at + size_length as u64;
        if size_length > 8 || start > limit {
            return Ok(None);
        }
        let mask = (1_u64 << (7 * size_length)) - 1;
        let size = be(reader.get(size_at, size_length)?) & mask;
        let open = size == mask;
        let end = if open { limit } else { start.saturating_add(size) };
        Ok(Some(Self { id, start, end: end.min(limit), open, missing: end.saturating_sub(limit) }))
    }

    fn each(self, reader: &mut Reader, mut take: impl FnMut(&mut Reader, Self) -> Result<bool>) -> Result<()> {
        let mut at = self.start;
        while at < self.end {
            let Some(child) = Self::at(reader, at, self.end)? else { break };
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
    let Some(header) = Element::at(reader, 0, limit)? else { return Err(reader.broken("it has no header")) };
    let mut found = None;
    if header.missing > 0 {
        return Err(reader.cut(header.end.saturating_add(header.missing)));
    }
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

/// The segment, which holds all the rest.
pub(in crate::media) fn segment(reader: &mut Reader) -> Result<Element> {
    let limit = reader.length();
    let mut at = 0;
    while let Some(element) = Element::at(reader, at, limit)? {
        match element.id {
            SEGMENT => return Ok(element),
            // The header; and space between.
            HEADER | 0xec => at = element.end,
            _ => break,
        }
    }
    if at >= limit { Err(reader.cut(limit.saturating_add(1))) } else { Err(reader.broken("it has no segment")) }
}

/// What the segment says about time.
struct Clock {
    scale: u64,
    units: f64,
    /// When the last block is shown, or ends where it says so, in units.
    last: u64,
    /// How long before it the one before is shown.
    step: u64,
}

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let segment = segment(reader)?;
    let (mut clock, mut media, mut tracks) = (Clock { scale: 1_000_000, units: 0.0, last: 0, step: 0 }, false, false);
    // What was written live says nowhere how long it is, and what is cut off says too much.
    let in_doubt = |clock: &Clock| clock.units <= 0.0 || segment.missing > 0;
    let (mut cut, mut at) = (None, segment.start);
    while let Some(element) = Element::at(reader, at, segment.end)? {
        if element.missing > 0 {
            cut = Some(element);
        }
        match element.id {
            INFO => element.each(reader, |reader, element| {
                match element.id {
                    TIMESTAMP_SCALE => clock.scale = element.number(reader)?,
                    DURATION => clock.units = element.float(reader)?,
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
            CLUSTER => {
                media = true;
                // The images of a video that was written live go on to its end.
                if tracks && !in_doubt(&clock) && element.open {
                    break;
                }
                if in_doubt(&clock) || element.open {
                    at = cluster(reader, element, &mut clock)?;
                    continue;
                }
            }
            _ => {}
        }
        if media && tracks && !in_doubt(&clock) {
            at = segment.end;
        } else {
            at = element.end;
        }
    }
    if !tracks || !media {
        return Err(match (cut, tracks) {
            (Some(cut), _) => reader.cut(cut.end.saturating_add(cut.missing)),
            _ if segment.missing > 0 => reader.cut(segment.end.saturating_add(segment.missing)),
            (None, false) => reader.broken("it has neither a video nor an audio track"),
            (None, true) => reader.broken("it has no media data (no cluster)"),
        });
    }
    let rest = reader.length().saturating_sub(at);
    if let Some(cluster) = cut.filter(|cut| cut.id == CLUSTER) {
        return Err(reader.cut(cluster.end.saturating_add(cluster.missing)));
    }
    if segment.missing > 0 {
        let needed = segment.end.saturating_add(segment.missing);
        // The last image ends when the header says, or it is not there.
        if clock.units > 0.0 && clock.end(info) < clock.declared() * WHOLE {
            return Err(reader.cut(needed));
        }
        reader.warn(format_args!("it declares {needed} bytes, which are not all there"));
    } else if cut.is_some() || (rest > 0 && in_doubt(&clock)) {
        reader.warn("something else stands at its end");
    }
    let seconds = if clock.units > 0.0 { clock.declared() } else { clock.end(info) };
    info.duration = Duration::try_from_secs_f64(seconds).ok().filter(|duration| !duration.is_zero());
    Ok(())
}

/// Reads the times of a cluster's blocks, and returns where the cluster ends.
fn cluster(reader: &mut Reader, cluster: Element, clock: &mut Clock) -> Result<u64> {
    let (mut at, mut base) = (cluster.start, 0);
    while let Some(element) = Element::at(reader, at, cluster.end)? {
        match element.id {
            TIMESTAMP => base = element.number(reader)?,
            SIMPLE_BLOCK => clock.see(block_time(reader, element, base)?),
            BLOCK_GROUP => {
                let (mut time, mut length) = (base, 0);
                element.each(reader, |reader, element| {
                    match element.id {
                        BLOCK => time = block_time(reader, element, base)?,
                        BLOCK_DURATION => length = element.number(reader)?,
                        _ => {}
                    }
                    Ok(true)
                })?;
                clock.see(time.saturating_add(length));
            }
            // Of a cluster without a length the next element of the segment is the end.
            _ if cluster.open && element.id > 0x00ff_ffff => return Ok(at),
            _ => {}
        }
        at = element.end;
    }
    Ok(if cluster.open { at } else { cluster.end })
}

/// Where a cluster ends that was written live.
pub(in crate::media) fn end_of_open(reader: &mut Reader, element: Element) -> Result<u64> {
    cluster(reader, element, &mut Clock { scale: 1, units: 0.0, last: 0, step: 0 })
}

/// When a block is shown: behind the track's number stands its distance from the cluster's time.
fn block_time(reader: &mut Reader, block: Element, base: u64) -> Result<u64> {
    let head = block.bytes(reader, 12)?;
    let number = head.first().map_or(0, |first| first.leading_zeros() as usize + 1);
    let Some(distance) = head.get(number..).and_then(<[u8]>::first_chunk) else { return Ok(base) };
    Ok(base.saturating_add_signed(i16::from_be_bytes(*distance).into()))
}

impl Clock {
    /// How many seconds the header declares.
    fn declared(&self) -> f64 {
        self.units * self.scale as f64 / 1e9
    }

    /// When the last block ends, in seconds: a frame is shown for a while.
    fn end(&self, info: &MediaInfo) -> f64 {
        let seconds = |units: u64| units as f64 * self.scale as f64 / 1e9;
        let rate = info.video.as_ref().and_then(|video| video.frame_rate);
        seconds(self.last) + rate.map_or(seconds(self.step), |rate| 1.0 / rate)
    }

    fn see(&mut self, time: u64) {
        if time > self.last {
            (self.step, self.last) = (time - self.last, time);
        }
    }
}

/// Reads a track; whether it holds video or audio.
fn track(reader: &mut Reader, track: Element, info: &mut MediaInfo) -> Result<bool> {
    let (mut kind, mut codec, mut frame) = (0, String::new(), 0);
    let (mut width, mut height, mut alpha) = (0_u64, 0_u64, false);
    let (mut shown, mut unit, mut cropped, mut roll) = ((0, 0), 0, [0; 4], 0.0);
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
                    SHOWN_WIDTH => shown.0 = element.number(reader)?,
                    SHOWN_HEIGHT => shown.1 = element.number(reader)?,
                    SHOWN_UNIT => unit = element.number(reader)?,
                    PROJECTION => element.each(reader, |reader, element| {
                        if element.id == ROLL {
                            roll = element.float(reader)?;
                        }
                        Ok(true)
                    })?,
                    id => {
                        if let Some(side) = CROPPED.iter().position(|known| *known == id) {
                            let pixels = element.number(reader)?;
                            cropped.iter_mut().skip(side).take(1).for_each(|side| *side = pixels);
                        }
                    }
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
            let [bottom, top, left, right] = cropped;
            let part = |side: u32, cut: u64| match u64::from(side).checked_sub(cut) {
                Some(part @ 1..) => part as u32,
                _ => side,
            };
            let (mut width, mut height) =
                (part(width, left.saturating_add(right)), part(height, top.saturating_add(bottom)));
            match (u32::try_from(shown.0), u32::try_from(shown.1), unit) {
                (Ok(w @ 1..), Ok(h @ 1..), 0) => (width, height) = (w, h),
                // Centimetres, inches and a bare shape say how the pixels are stretched.
                (Ok(w @ 1..), Ok(h @ 1..), 1..=3) => {
                    let pixel = (u64::from(w) * u64::from(height), u64::from(h) * u64::from(width));
                    (width, height) = mp4_sizes::stretched((width, height), pixel);
                }
                _ => {}
            }
            if (roll.abs() - 90.0).abs() < 1.0 {
                std::mem::swap(&mut width, &mut height);
            }
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
