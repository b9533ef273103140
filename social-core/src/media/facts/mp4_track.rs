//! One track of an MP4 file.

use std::time::Duration;

use super::Reader;
use super::iso_bmff::{IsoBox, name};
use super::mp4_fragments::Fragments;
use super::mp4_samples::{Samples, be, each};
use super::mp4_sizes;
use crate::error::Result;
use crate::media::info::{AudioInfo, VideoInfo};

/// More edits than this are not a video but an attack.
const MAX_EDITS: u64 = 4096;

/// What one track of a video says about itself.
#[derive(Default)]
pub(super) struct Track {
    id: u32,
    pub(super) enabled: bool,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
    pub(super) video: Option<VideoInfo>,
    pub(super) audio: Option<AudioInfo>,
    /// Where its last sample ends, where the index says so.
    pub(super) data_end: Option<u64>,
    timescale: u32,
    /// The length that its header declares.
    declared: u64,
    count: u64,
    units: u64,
    edits: Vec<Edit>,
    in_fragments: bool,
}

/// An entry of an edit list.
struct Edit {
    /// In the movie's time scale; zero for all the rest.
    length: u64,
    of: Showing,
}

/// What an edit shows.
enum Showing {
    Media,
    Nothing,
    /// One frame stands still.
    Still,
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
        let (timescale, declared) = duration(reader, header)?;
        let table = media.required(reader, b"minf")?.required(reader, b"stbl")?;
        let samples = Samples::read(reader, table)?;
        let mut found = Self {
            data_end: samples.data_end,
            timescale,
            declared,
            count: samples.count,
            units: samples.units,
            edits: edits(reader, track)?,
            enabled: true,
            ..Self::default()
        };
        if let Some(header) = track.child(reader, b"tkhd")? {
            found.enabled = header.u32(reader, 0)? & 1 == 1;
            let at = if header.u8(reader, 0)? == 1 { 20 } else { 12 };
            found.id = header.u32(reader, at)?;
        }
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
        let (width, height) = mp4_sizes::shown(reader, entry, header, (width, height))?;
        (found.width, found.height) = (Some(width), Some(height));
        found.video = Some(VideoInfo { codec: video_codec(entry.kind), frame_rate: None });
        found.rate();
        Ok(Some(found))
    }

    /// Adds what stands in fragments.
    pub(super) fn add(&mut self, fragments: &Fragments, defaults: &[(u32, u32)]) {
        let Some(sum) = fragments.of(self.id) else { return };
        self.in_fragments = true;
        let default = defaults.iter().find(|(track, _)| *track == self.id).map_or(0, |(_, length)| *length);
        let units = sum.units.saturating_add(sum.untimed.saturating_mul(default.into()));
        self.count = self.count.saturating_add(sum.timed).saturating_add(sum.untimed);
        self.units = self.units.saturating_add(units);
        self.rate();
        self.units = self.units.max(sum.end);
    }

    fn rate(&mut self) {
        let seconds = self.units as f64 / f64::from(self.timescale.max(1));
        if let Some(video) = &mut self.video {
            video.frame_rate = (self.count > 0 && seconds > 0.0).then(|| self.count as f64 / seconds);
        }
    }

    /// How long the track is shown: its edits, as far as there is something to show.
    pub(super) fn plays(&self, movie_scale: u32) -> Duration {
        let all = seconds(self.timescale, self.units.max(self.declared));
        // The list was written before the fragments were.
        if self.in_fragments {
            return seconds(self.timescale, self.units);
        }
        let mut sum = Duration::ZERO;
        for edit in &self.edits {
            let length = seconds(movie_scale, edit.length);
            sum = sum.saturating_add(match edit.of {
                Showing::Media if length.is_zero() => all,
                Showing::Media => length.min(all),
                Showing::Nothing | Showing::Still => length,
            });
        }
        if sum.is_zero() { all } else { sum }
    }
}

/// The edit list of a track (`elst`), empty for none.
fn edits(reader: &mut Reader, track: IsoBox) -> Result<Vec<Edit>> {
    let mut found = Vec::new();
    let Some(list) = track.child(reader, b"edts")? else { return Ok(found) };
    let Some(list) = list.child(reader, b"elst")? else { return Ok(found) };
    let long = list.u8(reader, 0)? == 1;
    let size = if long { 20 } else { 12 };
    let count = u64::from(list.u32(reader, 4)?).min(MAX_EDITS).min(list.length().saturating_sub(8) / size);
    each(reader, list, (count, 8, size), |_, entry| {
        let (time, rate) = entry.split_at_checked(entry.len() - 4).unwrap_or((entry, &[]));
        let (length, start) = time.split_at_checked(time.len() / 2).unwrap_or((time, &[]));
        let of = match (start.iter().all(|&byte| byte == 0xff), rate) {
            (true, _) => Showing::Nothing,
            (false, [0, 0, ..]) => Showing::Still,
            (false, _) => Showing::Media,
        };
        found.push(Edit { length: be(length), of });
        Ok(())
    })?;
    Ok(found)
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
