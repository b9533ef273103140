//! MP4 and QuickTime videos: the index (`moov`) and the heads of the fragments (`moof`), read by
//! ranges; the images are never touched.

use std::time::Duration;

use super::Reader;
use super::iso_bmff::IsoBox;
use super::mp4_fragments::{self, Fragments};
use super::mp4_track::{self, Track};
use crate::error::Result;
use crate::media::info::{MediaInfo, MediaType};

/// The index of a video of several hours has a few MiB.
const MAX_INDEX: u64 = 64 << 20;

/// More tracks than this are not looked at.
const MAX_TRACKS: usize = 64;

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let (mut index, mut data, mut cut, mut fragments) = (None, None, None, Fragments::default());
    let mut boxes = IsoBox::file(reader).children();
    while let Some(part) = boxes.next(reader)? {
        if part.missing > 0 {
            cut = Some(part.end.saturating_add(part.missing));
        }
        match &part.kind {
            b"moov" if index.is_none() => index = Some(part),
            b"mdat" if data.is_none() => data = Some(part),
            b"moof" => mp4_fragments::read(reader, part, &mut fragments)?,
            _ => {}
        }
    }
    let index = match (index, cut, &boxes.stopped) {
        (Some(index), ..) if index.missing > 0 => return Err(reader.cut(index.end.saturating_add(index.missing))),
        (Some(index), ..) => index,
        (None, Some(end), _) => return Err(reader.cut(end)),
        (None, None, Some(stop)) => return Err(reader.broken(format_args!("it has no index (`moov`): {}", stop.why))),
        (None, None, None) => {
            return Err(reader.broken("it has no index (`moov`); its end may be missing, or it was never finished"));
        }
    };
    let Some(data) = data else {
        return Err(reader.broken("it has an index but no media data (`mdat`)"));
    };
    if let Some(stop) = boxes.stopped {
        let length = reader.length() - stop.at;
        reader.warn(format_args!("{length} bytes stand behind its last box"));
    }
    if index.length() > MAX_INDEX {
        let length = index.length();
        return Err(reader.broken(format_args!("its index has {length} bytes, at most {MAX_INDEX} are read")));
    }
    info.fast_start = Some(index.start < data.start);
    let all_there = read_index(reader, info, index, &fragments)?;
    match cut {
        // The samples that the index names are the proof; without such a list the box's length is.
        Some(end) if !all_there || !fragments.is_empty() => Err(reader.cut(end)),
        Some(_) => {
            reader.warn("its last box is longer than the file");
            Ok(())
        }
        None => Ok(()),
    }
}

/// Reads the index; whether it proves that all media data are there.
fn read_index(reader: &mut Reader, info: &mut MediaInfo, index: IsoBox, fragments: &Fragments) -> Result<bool> {
    let Some(header) = index.child(reader, b"mvhd")? else {
        return Err(reader.broken("its index has no header (`mvhd`)"));
    };
    let (movie_scale, movie_units) = mp4_track::duration(reader, header)?;
    let (mut tracks, mut whole) = (Vec::new(), None);
    let mut boxes = index.children();
    while let Some(part) = boxes.next(reader)? {
        match &part.kind {
            b"mvex" => {
                if let Some(length) = part.child(reader, b"mehd")? {
                    let version = length.u8(reader, 0)?;
                    whole = Some(if version == 1 { length.u64(reader, 4)? } else { length.u32(reader, 4)?.into() });
                }
            }
            b"cmov" => return Err(reader.broken("its index is compressed (`cmov`), a form that is not supported")),
            b"trak" if tracks.len() < MAX_TRACKS => tracks.extend(Track::read(reader, part)?),
            _ => {}
        }
    }
    if tracks.is_empty() {
        return Err(reader.broken("it has neither a video nor an audio track"));
    }
    let defaults = mp4_fragments::defaults(reader, index)?;
    let mut longest = Duration::ZERO;
    for track in &mut tracks {
        track.add(fragments, &defaults);
        longest = longest.max(track.plays(movie_scale));
    }
    // The tracks say what is played. A video that was just begun says its length in `mehd` or in
    // its header, or nowhere.
    let declared = mp4_track::seconds(movie_scale, whole.filter(|_| movie_units == 0).unwrap_or(movie_units));
    let duration = if longest.is_zero() { declared } else { longest };
    if duration.is_zero() && fragments.is_empty() {
        return Err(reader.broken("its index says that it plays for no time at all"));
    }
    info.duration = (!duration.is_zero()).then_some(duration);
    let all_there = tracks.iter().all(|track| track.data_end.is_some());
    // Of several videos the one that is switched on is shown; a cover is not.
    let shown = tracks.iter().position(|track| track.video.is_some() && track.enabled);
    let shown = shown.or_else(|| tracks.iter().position(|track| track.video.is_some()));
    if let Some(track) = shown.and_then(|at| tracks.get_mut(at)) {
        (info.width, info.height) = (track.width, track.height);
        info.video = track.video.take();
    }
    info.audio = tracks.iter_mut().find_map(|track| track.audio.take());
    if info.video.is_none() && info.media_type == MediaType::Mp4 {
        info.media_type = MediaType::M4a;
    }
    Ok(all_there)
}
