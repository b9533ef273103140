//! MP4 and QuickTime videos: the index (`moov`), read by ranges; the images are never touched.

use std::time::Duration;

use super::Reader;
use super::iso_bmff::IsoBox;
use super::mp4_track::{self, Track};
use crate::error::Result;
use crate::media::info::{MediaInfo, MediaType};

/// The index of a video of several hours has a few MiB.
const MAX_INDEX: u64 = 64 << 20;

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let (mut index, mut data, mut fragment) = (None, None, false);
    let mut boxes = IsoBox::file(reader).children();
    while let Some(part) = boxes.next(reader)? {
        match &part.kind {
            b"moov" if index.is_none() => index = Some(part),
            b"mdat" if data.is_none() => data = Some(part),
            b"moof" => fragment = true,
            _ => {}
        }
    }
    let Some(index) = index else {
        return Err(reader.broken("it has no index (`moov`); its end may be missing, or it was never finished"));
    };
    let Some(data) = data else {
        return Err(reader.broken("it has an index but no media data (`mdat`)"));
    };
    if index.length() > MAX_INDEX {
        let length = index.length();
        return Err(reader.broken(format_args!("its index has {length} bytes, at most {MAX_INDEX} are read")));
    }
    info.fast_start = Some(index.start < data.start);
    read_index(reader, info, index, fragment)
}

fn read_index(reader: &mut Reader, info: &mut MediaInfo, index: IsoBox, fragment: bool) -> Result<()> {
    let (mut header, mut whole, mut found, mut longest) = (None, None, false, Duration::ZERO);
    let mut boxes = index.children();
    while let Some(part) = boxes.next(reader)? {
        match &part.kind {
            b"mvhd" => header = Some(mp4_track::duration(reader, part)?),
            b"mvex" => {
                if let Some(length) = part.child(reader, b"mehd")? {
                    let version = length.u8(reader, 0)?;
                    whole = Some(if version == 1 { length.u64(reader, 4)? } else { length.u32(reader, 4)?.into() });
                }
            }
            b"cmov" => return Err(reader.broken("its index is compressed (`cmov`), a form that is not supported")),
            b"trak" => {
                let Some(track) = Track::read(reader, part)? else { continue };
                found = true;
                longest = longest.max(track.duration);
                if info.video.is_none() && track.video.is_some() {
                    (info.width, info.height) = (track.width, track.height);
                    info.video = track.video;
                }
                if info.audio.is_none() {
                    info.audio = track.audio;
                }
            }
            _ => {}
        }
    }
    let Some((timescale, units)) = header else {
        return Err(reader.broken("its index has no header (`mvhd`)"));
    };
    if !found {
        return Err(reader.broken("it has neither a video nor an audio track"));
    }
    // A video in fragments says its length in `mehd`, or nowhere in the index.
    let declared = mp4_track::seconds(timescale, whole.filter(|_| units == 0).unwrap_or(units));
    let duration = if declared.is_zero() { longest } else { declared };
    if duration.is_zero() && !fragment {
        return Err(reader.broken("its index says that it plays for no time at all"));
    }
    info.duration = (!duration.is_zero()).then_some(duration);
    if info.video.is_none() && info.media_type == MediaType::Mp4 {
        info.media_type = MediaType::M4a;
    }
    Ok(())
}
