//! One track of an MP4 file.

use std::time::Duration;

use super::Reader;
use super::iso_bmff::{IsoBox, name};
use crate::error::Result;
use crate::media::info::{AudioInfo, VideoInfo};

/// How much of a table of the index is looked at in one go.
const STEP: u64 = 16 << 10;

/// What one track of a video says about itself.
#[derive(Default)]
pub(super) struct Track {
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
    pub(super) duration: Duration,
    pub(super) video: Option<VideoInfo>,
    pub(super) audio: Option<AudioInfo>,
}

impl Track {
    /// Reads a `trak`; `None` for one that holds neither video nor audio.
    pub(super) fn read(reader: &mut Reader, track: IsoBox) -> Result<Option<Self>> {
        let media = track.required(reader, b"mdia")?;
        let handler = media.required(reader, b"hdlr")?;
        let handler = handler.u32(reader, 8)?.to_be_bytes();
        if !matches!(&handler, b"vide" | b"soun") {
            return Ok(None);
        }
        let header = media.required(reader, b"mdhd")?;
        let (timescale, units) = duration(reader, header)?;
        let table = media.required(reader, b"minf")?.required(reader, b"stbl")?;
        let samples = Samples::read(reader, table)?;
        let mut found = Self { duration: seconds(timescale, units.max(samples.units)), ..Self::default() };
        let description = table.required(reader, b"stsd")?;
        let Some(entry) = description.skip(8).children().next(reader)? else {
            return Err(reader.broken("a track does not say how it is coded (`stsd` is empty)"));
        };
        if &handler == b"soun" {
            found.audio = Some(audio(reader, entry, timescale)?);
            return Ok(Some(found));
        }
        let (width, height) = (entry.u16(reader, 24)?, entry.u16(reader, 26)?);
        if width == 0 || height == 0 {
            return Err(reader.broken(format_args!("it declares {width} x {height} pixels")));
        }
        let header = track.required(reader, b"tkhd")?;
        let (width, height) = match is_on_its_side(reader, header)? {
            true => (height, width),
            false => (width, height),
        };
        (found.width, found.height) = (Some(width.into()), Some(height.into()));
        let seconds = samples.units as f64 / f64::from(timescale.max(1));
        let frame_rate = (samples.count > 0 && seconds > 0.0).then(|| samples.count as f64 / seconds);
        found.video = Some(VideoInfo { codec: video_codec(entry.kind), frame_rate });
        Ok(Some(found))
    }
}

/// Time scale and length of a `mvhd` or `mdhd`. A length of all ones means that it is not known.
pub(super) fn duration(reader: &mut Reader, header: IsoBox) -> Result<(u32, u64)> {
    if header.u8(reader, 0)? == 1 {
        let units = header.u64(reader, 24)?;
        Ok((header.u32(reader, 20)?, if units == u64::MAX { 0 } else { units }))
    } else {
        let units = header.u32(reader, 16)?;
        Ok((header.u32(reader, 12)?, if units == u32::MAX { 0 } else { units.into() }))
    }
}

/// A length in units as time; a scale of zero means no time.
pub(super) fn seconds(timescale: u32, units: u64) -> Duration {
    let scale = u64::from(timescale);
    match (units.checked_div(scale), units.checked_rem(scale)) {
        // The rest is below 2^32, so that it fits when multiplied.
        (Some(whole), Some(rest)) => Duration::new(whole, (rest * 1_000_000_000 / scale) as u32),
        _ => Duration::ZERO,
    }
}

/// Whether the matrix of a `tkhd` turns the image by 90 or 270 degrees.
fn is_on_its_side(reader: &mut Reader, header: IsoBox) -> Result<bool> {
    let matrix = if header.u8(reader, 0)? == 1 { 52 } else { 40 };
    let (a, b) = (header.u32(reader, matrix)?, header.u32(reader, matrix + 4)?);
    let (c, d) = (header.u32(reader, matrix + 12)?, header.u32(reader, matrix + 16)?);
    Ok(a == 0 && d == 0 && b != 0 && c != 0)
}

/// The tables that say which sample plays when, and where it stands.
#[derive(Default)]
struct Samples {
    count: u64,
    units: u64,
}

impl Samples {
    fn read(reader: &mut Reader, table: IsoBox) -> Result<Self> {
        let mut found = Self::default();
        let mut sizes = None;
        let mut boxes = table.children();
        while let Some(part) = boxes.next(reader)? {
            match &part.kind {
                b"stts" => each(reader, part, 4, 8, |_, entry| {
                    let [count, delta] = pair(entry);
                    found.count = found.count.saturating_add(count.into());
                    found.units = found.units.saturating_add(u64::from(count) * u64::from(delta));
                    Ok(())
                })?,
                b"stsz" => sizes = Some(u64::from(part.u32(reader, 8)?)),
                b"stco" => each(reader, part, 4, 4, |reader, entry| inside(reader, be(entry)))?,
                b"co64" => each(reader, part, 4, 8, |reader, entry| inside(reader, be(entry)))?,
                _ => {}
            }
        }
        match sizes {
            Some(sizes) if sizes != found.count => Err(reader.broken(format_args!(
                "its index contradicts itself: {} samples have a time, {sizes} have a size",
                found.count
            ))),
            _ => Ok(found),
        }
    }
}

/// Refuses a piece of media data that would stand behind the end of the file.
fn inside(reader: &Reader, offset: u64) -> Result<()> {
    if offset < reader.length() { Ok(()) } else { Err(reader.cut(offset.saturating_add(1))) }
}

fn be(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

fn pair(entry: &[u8]) -> [u32; 2] {
    let number = be(entry);
    [(number >> 32) as u32, number as u32]
}

/// Hands out the entries of a table, which follow their count.
fn each(
    reader: &mut Reader,
    table: IsoBox,
    count_at: u64,
    size: u64,
    mut take: impl FnMut(&Reader, &[u8]) -> Result<()>,
) -> Result<()> {
    let count = u64::from(table.u32(reader, count_at)?);
    let mut at = table.field(reader, count_at + 4, count * size)?;
    let end = at + count * size;
    while at < end {
        let piece = reader.get(at, (end - at).min(STEP) as usize)?.to_vec();
        for entry in piece.chunks_exact(size as usize) {
            take(reader, entry)?;
        }
        at += piece.len() as u64;
    }
    Ok(())
}

/// The names of sample entries (MP4RA's list of codecs; QuickTime File Format, "Video sample
/// description").
fn video_codec(kind: [u8; 4]) -> String {
    match &kind {
        b"avc1" | b"avc2" | b"avc3" | b"avc4" => "h264".to_owned(),
        b"hvc1" | b"hev1" | b"dvh1" | b"dvhe" => "hevc".to_owned(),
        b"vp08" => "vp8".to_owned(),
        b"vp09" => "vp9".to_owned(),
        b"av01" | b"dav1" => "av1".to_owned(),
        b"mp4v" => "mpeg4".to_owned(),
        b"apch" | b"apcn" | b"apcs" | b"apco" | b"ap4h" | b"ap4x" => "prores".to_owned(),
        _ => name(kind).trim_end_matches('_').to_ascii_lowercase(),
    }
}

fn audio(reader: &mut Reader, entry: IsoBox, timescale: u32) -> Result<AudioInfo> {
    // QuickTime's second version of the entry has wider fields behind the first one's.
    let (channels, sample_rate, boxes) = match entry.u16(reader, 8)? {
        2 => {
            let rate = f64::from_bits(entry.u64(reader, 32)?);
            (entry.u32(reader, 40)?.try_into().unwrap_or(u16::MAX), rate as u32, 64)
        }
        version => {
            // 16.16 fixed point; a rate that does not fit is zero, and the track's time scale says
            // it.
            let rate = entry.u32(reader, 24)? >> 16;
            (entry.u16(reader, 16)?, if rate == 0 { timescale } else { rate }, if version == 1 { 44 } else { 28 })
        }
    };
    let codec = match &entry.kind {
        b"mp4a" => mpeg4_audio(reader, entry.skip(boxes))?,
        b".mp3" => "mp3",
        b"Opus" => "opus",
        b"fLaC" => "flac",
        b"ac-3" => "ac3",
        b"ec-3" => "eac3",
        b"sowt" | b"twos" | b"lpcm" | b"in24" | b"in32" | b"fl32" | b"ipcm" | b"fpcm" => "pcm",
        kind => &name(*kind).trim_end_matches('_').to_ascii_lowercase(),
    };
    Ok(AudioInfo {
        codec: codec.to_owned(),
        sample_rate: (sample_rate > 0).then_some(sample_rate),
        channels: (channels > 0).then_some(channels),
    })
}

/// Which codec an `mp4a` entry means: the object type in its `esds` (ISO/IEC 14496-1 table 5).
fn mpeg4_audio(reader: &mut Reader, boxes: IsoBox) -> Result<&'static str> {
    let description = match boxes.child(reader, b"esds")? {
        Some(description) => Some(description),
        // QuickTime wraps it.
        None => match boxes.child(reader, b"wave")? {
            Some(wrapper) => wrapper.child(reader, b"esds")?,
            None => None,
        },
    };
    let Some(description) = description else { return Ok("aac") };
    let bytes = reader.get(description.start, description.length().min(64) as usize)?;
    Ok(match object_type(bytes) {
        Some(0x69 | 0x6b) => "mp3",
        Some(0xad) => "opus",
        _ => "aac",
    })
}

/// The object type in an elementary stream's description, behind version, flags and the
/// descriptors' heads.
fn object_type(description: &[u8]) -> Option<u8> {
    let stream = descriptor(description.get(4..)?, 0x03)?;
    let flags = *stream.get(2)?;
    let mut skip = 3;
    if flags & 0x80 != 0 {
        skip += 2;
    }
    if flags & 0x40 != 0 {
        skip += 1 + usize::from(*stream.get(skip)?);
    }
    if flags & 0x20 != 0 {
        skip += 2;
    }
    descriptor(stream.get(skip..)?, 0x04)?.first().copied()
}

/// What follows a descriptor's tag and its length, which is written in groups of seven bits.
fn descriptor(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(&[tag])?;
    let groups = rest.iter().take(4).take_while(|&&byte| byte & 0x80 != 0).count();
    rest.get(groups + 1..)
}
