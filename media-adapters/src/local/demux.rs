//! The tracks of an MP4 or MOV file, and where each of their samples stands.

use std::borrow::Cow;
use std::io::{Seek as _, SeekFrom};

use mp4_atom::{
    Atom as _, Avcc, Codec, Colr, FourCC, Header, Matrix, Moov, ReadAtom as _, ReadFrom as _, Stbl, StszSamples, Trak,
};
use social_core::error::{Error, ErrorKind, Result};

use super::source::{Source, unread};

/// The largest index that is read, in bytes: that of some hours.
const MAX_INDEX: usize = 64 << 20;
/// Baseline, Main and High: ITU-T H.264, annex A.
const PROFILES: [u8; 3] = [66, 77, 100];
/// More samples than this are not a clip but an attack.
const MAX_SAMPLES: usize = 4_000_000;

/// A piece of a track: a coded image, or some audio.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) offset: u64,
    pub(super) size: usize,
    /// When it is shown, in ticks of the track from the start of what is shown.
    pub(super) time: i64,
}

/// The samples of a track in the order in which they are decoded.
#[derive(Debug)]
pub(super) struct Samples {
    pub(super) list: Vec<Sample>,
    /// Ticks a second.
    pub(super) timescale: u32,
}

/// By how much an image is turned clockwise when it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    None,
    Right,
    Half,
    Left,
}

#[derive(Debug)]
pub(super) struct VideoTrack {
    pub(super) samples: Samples,
    pub(super) config: Avcc,
    /// Width and height before it is turned.
    pub(super) size: (u16, u16),
    pub(super) turn: Turn,
    /// Width of a pixel divided by its height.
    pub(super) pixel: f64,
    pub(super) colours: Option<Colr>,
}

#[derive(Debug)]
pub(super) struct AudioTrack {
    pub(super) samples: Samples,
    /// The AudioSpecificConfig.
    pub(super) config: Vec<u8>,
}

fn broken(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::MediaInvalid, message)
}

fn refused(what: &str) -> Error {
    let message = format!("{what} cannot be decoded here, only H.264 up to High profile and AAC in MP4 or MOV");
    Error::unsupported("timeline", message)
}

/// The first track of a kind, as players take it, with the samples of all of it.
fn track(source: &mut Source, handler: &[u8; 4]) -> Result<(Trak, Samples)> {
    let length = source.length()?;
    let mut index = index(source)?;
    if index.mvex.is_some() {
        return Err(refused("a fragmented video"));
    }
    let is_wanted = |track: &Trak| track.tkhd.enabled && track.mdia.hdlr.handler == FourCC::from(handler);
    let number = index.trak.iter().position(is_wanted);
    let number = number.ok_or_else(|| broken("the file has no track of this kind"))?;
    let track = index.trak.swap_remove(number);
    let samples = Samples::read(index.mvhd.timescale, &track, length)?;
    Ok((track, samples))
}

impl VideoTrack {
    pub(super) fn read(source: &mut Source) -> Result<Self> {
        let (track, samples) = track(source, b"vide")?;
        let Some(Codec::Avc1(coded)) = track.mdia.minf.stbl.stsd.codecs.first() else {
            return Err(refused("a video of another codec"));
        };
        let profile = coded.avcc.avc_profile_indication;
        if !PROFILES.contains(&profile) {
            return Err(refused(&format!("H.264 of profile {profile}")));
        }
        let pixel = coded.pasp.as_ref().map_or(1.0, |p| f64::from(p.h_spacing) / f64::from(p.v_spacing));
        Ok(Self {
            samples,
            config: coded.avcc.clone(),
            size: (coded.visual.width, coded.visual.height),
            turn: turn(&track.tkhd.matrix)?,
            pixel: if (0.1..=10.0).contains(&pixel) { pixel } else { 1.0 },
            colours: coded.colr.clone(),
        })
    }
}

impl AudioTrack {
    pub(super) fn read(source: &mut Source) -> Result<Self> {
        let (track, samples) = track(source, b"soun")?;
        let Some(Codec::Mp4a(coded)) = track.mdia.minf.stbl.stsd.codecs.first() else {
            return Err(refused("audio of another codec"));
        };
        let config = coded.esds.es_desc.dec_config.dec_specific.as_ref();
        let config = config.ok_or_else(|| broken("an audio track does not say how it is coded"))?.raw.clone();
        Ok(Self { samples, config })
    }
}

/// The `moov` box.
fn index(source: &mut Source) -> Result<Moov> {
    let unreadable = |e: mp4_atom::Error| broken("the index of the video cannot be read").with_source(e);
    source.seek(SeekFrom::Start(0)).map_err(unread)?;
    loop {
        let header = Option::<Header>::read_from(source).map_err(unreadable)?;
        let header = header.ok_or_else(|| broken("the video has no index (`moov`)"))?;
        if header.kind == Moov::KIND {
            if header.size.is_none_or(|size| size > MAX_INDEX) {
                return Err(broken(format!("the index of the video is larger than {MAX_INDEX} bytes")));
            }
            return Moov::read_atom(&header, source).map_err(unreadable);
        }
        let size = header.size.and_then(|size| i64::try_from(size).ok());
        let size = size.ok_or_else(|| broken("the video has no index (`moov`)"))?;
        source.seek(SeekFrom::Current(size)).map_err(unread)?;
    }
}

fn turn(matrix: &Matrix) -> Result<Turn> {
    const ONE: i32 = 0x1_0000;
    match (matrix.a, matrix.b, matrix.c, matrix.d) {
        (ONE, 0, 0, ONE) => Ok(Turn::None),
        (0, ONE, b, 0) if b == -ONE => Ok(Turn::Right),
        (a, 0, 0, d) if a == -ONE && d == -ONE => Ok(Turn::Half),
        (0, b, ONE, 0) if b == -ONE => Ok(Turn::Left),
        _ => Err(refused("a mirrored or skewed video")),
    }
}

impl Samples {
    fn read(movie: u32, track: &Trak, length: u64) -> Result<Self> {
        let timescale = track.mdia.mdhd.timescale.max(1);
        let start = start(movie, track)?;
        let mut list = table(&track.mdia.minf.stbl, length)?;
        if list.is_empty() {
            return Err(broken("a track of the video is empty"));
        }
        // What stands before the start is decoded and not shown.
        list.iter_mut().for_each(|sample| sample.time = sample.time.saturating_sub(start));
        Ok(Self { list, timescale })
    }
}

/// The time of the track at which the movie, of so many ticks a second, starts; negative where the
/// track comes in later.
fn start(movie: u32, track: &Trak) -> Result<i64> {
    let edits = track.edts.as_ref().and_then(|edits| edits.elst.as_ref()).map_or(&[][..], |list| &list.entries);
    let ticks = |length: u64| {
        let ticks = u128::from(length) * u128::from(track.mdia.mdhd.timescale) / u128::from(movie.max(1));
        i64::try_from(ticks).unwrap_or(i64::MAX)
    };
    match edits {
        [] => Ok(0),
        [only] => Ok(only.media_time.and_then(|time| i64::try_from(time).ok()).unwrap_or(0)),
        [wait, then] if wait.media_time.is_none() && then.media_time.is_some() => {
            let time = then.media_time.and_then(|time| i64::try_from(time).ok()).unwrap_or(0);
            Ok(time.saturating_sub(ticks(wait.segment_duration)))
        }
        _ => Err(refused("a video that is put together by an edit list")),
    }
}

/// All samples with their places and times.
fn table(stbl: &Stbl, length: u64) -> Result<Vec<Sample>> {
    let (mut same, mut each) = (None, [].iter());
    match &stbl.stsz.samples {
        StszSamples::Identical { count, size } => same = Some((*count, *size)),
        StszSamples::Different { sizes } => each = sizes.iter(),
    }
    let mut sizes = std::iter::from_fn(|| match &mut same {
        Some((0, _)) => None,
        Some((count, size)) => {
            *count -= 1;
            Some(*size)
        }
        None => each.next().copied(),
    });
    let chunks: Vec<u64> = match (&stbl.stco, &stbl.co64) {
        (Some(chunks), _) => chunks.entries.iter().copied().map(u64::from).collect(),
        (None, Some(chunks)) => chunks.entries.clone(),
        (None, None) => Vec::new(),
    };
    let mut lengths =
        stbl.stts.entries.iter().flat_map(|e| std::iter::repeat_n(e.sample_delta, e.sample_count as usize));
    let shifts = stbl.ctts.iter().flat_map(|table| &table.entries);
    let mut shifts = shifts.flat_map(|e| std::iter::repeat_n(e.sample_offset, e.sample_count as usize));
    let mut runs = stbl.stsc.entries.iter().peekable();
    let (mut list, mut clock, mut in_chunk) = (Vec::new(), 0_i64, 0);
    for (number, chunk) in (1_u32..).zip(chunks) {
        while let Some(run) = runs.next_if(|run| run.first_chunk <= number) {
            in_chunk = run.samples_per_chunk;
        }
        let mut offset = chunk;
        for _ in 0..in_chunk {
            let Some(size) = sizes.next() else { return Ok(list) };
            let end = offset.saturating_add(u64::from(size));
            if end > length || list.len() >= MAX_SAMPLES {
                return Err(broken("the video ends before its index says so"));
            }
            let time = clock.saturating_add(shifts.next().unwrap_or(0));
            list.push(Sample { offset, size: size as usize, time });
            clock = clock.saturating_add(i64::from(lengths.next().unwrap_or(0)));
            offset = end;
        }
    }
    Ok(list)
}
