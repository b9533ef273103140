//! Coded images and audio into an MP4 file with its index in front.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, Write as _};

use bytes::Bytes;
use mp4_atom::{
    Audio, Avc1, Avcc, Co64, Codec, Compressor, Dinf, Dref, Encode as _, Esds, FixedPoint, FourCC, Ftyp, Hdlr, Mdhd,
    Mdia, Minf, Moov, Mp4a, Mvhd, Smhd, Stbl, Stco, Stsc, StscEntry, Stsd, Stss, Stsz, StszSamples, Stts, SttsEntry,
    Tkhd, Trak, Url, Visual, Vmhd, esds,
};
use social_core::error::{Error, ErrorKind, Result};

/// Ticks a second of the whole file; all offered frame rates divide it.
pub(super) const TIMESCALE: u32 = 90_000;
const PIECE: usize = 256 << 10;
const HEADER: u64 = 16;

/// What a track is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Width and height.
    Video(u32, u32),
    /// The AudioSpecificConfig, and bits a second.
    Audio(Vec<u8>, u32),
}

/// The table of one track.
#[derive(Debug)]
struct Table {
    kind: Kind,
    timescale: u32,
    sizes: Vec<u32>,
    /// Where each sample stands, from the start of the media data.
    places: Vec<u64>,
    /// Runs of samples of the same length.
    lengths: Vec<SttsEntry>,
    /// Numbers, from one, of the images that need no other.
    keys: Vec<u32>,
}

/// A file in the making. Its samples wait in an unnamed file of the machine's temporary folder
/// until the index, which stands before them, is known; only the tables are in memory.
#[derive(Debug)]
pub(super) struct Muxer {
    data: BufWriter<File>,
    length: u64,
    video: Table,
    audio: Option<Table>,
    parameters: Option<Avcc>,
}

pub(super) fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::JobFailed, "the video cannot be written").with_source(error)
}

fn unstored(error: io::Error) -> Error {
    Error::new(ErrorKind::Storage, format!("the video cannot wait in the temporary folder: {error}")).with_source(error)
}

impl Table {
    fn new(kind: Kind, timescale: u32) -> Self {
        Self { kind, timescale, sizes: Vec::new(), places: Vec::new(), lengths: Vec::new(), keys: Vec::new() }
    }

    fn add(&mut self, place: u64, size: usize, length: u32) -> Result<()> {
        self.sizes.push(u32::try_from(size).map_err(failed)?);
        self.places.push(place);
        match self.lengths.last_mut() {
            Some(run) if run.sample_delta == length => run.sample_count += 1,
            _ => self.lengths.push(SttsEntry { sample_count: 1, sample_delta: length }),
        }
        Ok(())
    }

    fn duration(&self) -> u64 {
        self.lengths.iter().map(|run| u64::from(run.sample_count) * u64::from(run.sample_delta)).sum()
    }
}

/// The units of a coded image, without their start codes.
fn units(image: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = image;
    std::iter::from_fn(move || {
        let start = rest.windows(3).position(|three| three == [0, 0, 1])? + 3;
        let unit = rest.get(start..)?;
        let end = unit.windows(3).position(|three| three == [0, 0, 1]).unwrap_or(unit.len());
        rest = unit.get(end..)?;
        let unit = unit.get(..end)?;
        // The zero that makes the next start code four bytes long.
        Some(unit.strip_suffix(&[0]).unwrap_or(unit))
    })
}

impl Muxer {
    pub(super) fn new(width: u32, height: u32, audio: Option<(Kind, u32)>) -> Result<Self> {
        Ok(Self {
            data: BufWriter::with_capacity(PIECE, tempfile::tempfile().map_err(unstored)?),
            length: 0,
            video: Table::new(Kind::Video(width, height), TIMESCALE),
            audio: audio.map(|(kind, timescale)| Table::new(kind, timescale)),
            parameters: None,
        })
    }

    /// Adds an image as the encoder gives it: units behind start codes.
    pub(super) fn image(&mut self, image: &[u8], key: bool, length: u32) -> Result<()> {
        let (place, mut size, mut sets) = (self.length, 0, [None, None]);
        for unit in units(image) {
            match unit.first().map(|first| first & 0x1f) {
                // The sets of parameters stand in the index.
                Some(7) => sets[0] = Some(unit),
                Some(8) => sets[1] = Some(unit),
                _ => {
                    let prefix = u32::try_from(unit.len()).map_err(failed)?.to_be_bytes();
                    self.data.write_all(&prefix).and_then(|()| self.data.write_all(unit)).map_err(unstored)?;
                    size += prefix.len() + unit.len();
                }
            }
        }
        if let ([Some(first), Some(second)], None) = (sets, &self.parameters) {
            self.parameters = Some(Avcc::new(first, second).map_err(failed)?);
        }
        self.length += size as u64;
        self.video.add(place, size, length)?;
        if key {
            self.video.keys.push(u32::try_from(self.video.sizes.len()).map_err(failed)?);
        }
        Ok(())
    }

    /// Adds a piece of audio.
    pub(super) fn audio(&mut self, piece: &[u8], length: u32) -> Result<()> {
        let Some(audio) = &mut self.audio else { return Ok(()) };
        self.data.write_all(piece).map_err(unstored)?;
        audio.add(self.length, piece.len(), length)?;
        self.length += piece.len() as u64;
        Ok(())
    }

    /// Writes the file in pieces.
    pub(super) fn finish(mut self, mut take: impl FnMut(Bytes) -> Result<()>) -> Result<()> {
        let brands = [b"isom", b"iso2", b"avc1", b"mp41"];
        let brand = Ftyp {
            major_brand: FourCC::new(b"isom"),
            minor_version: 0x200,
            compatible_brands: brands.map(FourCC::new).to_vec(),
        };
        let mut head = Vec::new();
        brand.encode(&mut head).map_err(failed)?;
        // The index is as long whatever places it names.
        let mut index = Vec::new();
        self.index(0)?.encode(&mut index).map_err(failed)?;
        let start = (head.len() + index.len()) as u64 + HEADER;
        self.index(start)?.encode(&mut head).map_err(failed)?;
        head.extend_from_slice(&1_u32.to_be_bytes());
        head.extend_from_slice(b"mdat");
        head.extend_from_slice(&(self.length + HEADER).to_be_bytes());
        take(Bytes::from(head))?;

        let mut data = self.data.into_inner().map_err(|e| unstored(e.into_error()))?;
        data.rewind().map_err(unstored)?;
        let mut data = data.take(self.length);
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            if data.by_ref().take(PIECE as u64).read_to_end(&mut piece).map_err(unstored)? == 0 {
                return Ok(());
            }
            take(Bytes::from(piece))?;
        }
    }

    fn index(&mut self, start: u64) -> Result<Moov> {
        let parameters = self.parameters.clone().ok_or_else(|| failed("the encoder gave no parameters"))?;
        let scaled = |table: &Table| table.duration() * u64::from(TIMESCALE) / u64::from(table.timescale);
        let tracks: Vec<&Table> = std::iter::once(&self.video).chain(&self.audio).collect();
        let far = start + self.length > u64::from(u32::MAX);
        let trak = (1..).zip(&tracks).map(|(id, table)| track(id, table, scaled(table), start, far, &parameters));
        Ok(Moov {
            mvhd: Mvhd {
                timescale: TIMESCALE,
                duration: tracks.iter().map(|table| scaled(table)).max().unwrap_or(0),
                rate: 1.into(),
                volume: 1.into(),
                next_track_id: 3,
                ..Mvhd::default()
            },
            trak: trak.collect(),
            ..Moov::default()
        })
    }
}

fn track(id: u32, table: &Table, duration: u64, start: u64, far: bool, parameters: &Avcc) -> Trak {
    let (volume, size, handler, name, codec) = match &table.kind {
        Kind::Video(width, height) => {
            let side = |length: &u32| u16::try_from(*length).unwrap_or(u16::MAX);
            let (width, height) = (side(width), side(height));
            let visual = Visual {
                data_reference_index: 1,
                width,
                height,
                compressor: Compressor::from(""),
                ..Visual::default()
            };
            let coded = Avc1 { visual, avcc: parameters.clone(), ..Avc1::default() };
            (0, (width, height), b"vide", "video", Codec::from(coded))
        }
        Kind::Audio(config, bits) => (1, (0, 0), b"soun", "audio", Codec::from(aac(config, *bits, table.timescale))),
    };
    let video = matches!(table.kind, Kind::Video(..));
    let places = table.places.iter().map(|place| place + start);
    let stbl = Stbl {
        stsd: Stsd { codecs: vec![codec] },
        stts: Stts { entries: table.lengths.clone() },
        stss: video.then(|| Stss { entries: table.keys.clone() }),
        stsc: Stsc { entries: vec![StscEntry { first_chunk: 1, samples_per_chunk: 1, sample_description_index: 1 }] },
        stsz: Stsz { samples: StszSamples::Different { sizes: table.sizes.clone() } },
        stco: (!far).then(|| Stco { entries: places.clone().map(|place| place as u32).collect() }),
        co64: far.then(|| Co64 { entries: places.collect() }),
        ..Stbl::default()
    };
    Trak {
        tkhd: Tkhd {
            track_id: id,
            duration,
            enabled: true,
            in_movie: true,
            volume: volume.into(),
            width: size.0.into(),
            height: size.1.into(),
            ..Tkhd::default()
        },
        mdia: Mdia {
            mdhd: Mdhd {
                timescale: table.timescale,
                duration: table.duration(),
                language: "und".to_owned(),
                ..Mdhd::default()
            },
            hdlr: Hdlr { handler: FourCC::new(handler), name: name.to_owned() },
            minf: Minf {
                vmhd: video.then(Vmhd::default),
                smhd: (!video).then(Smhd::default),
                dinf: Dinf { dref: Dref { entries: vec![Url::default().into()] } },
                stbl,
                ..Minf::default()
            },
        },
        ..Trak::default()
    }
}

/// AAC as ISO/IEC 14496-14 describes it.
fn aac(config: &[u8], bits: u32, rate: u32) -> Mp4a {
    let specific = esds::DecoderSpecific { raw: config.to_vec(), ..esds::DecoderSpecific::default() };
    Mp4a {
        audio: Audio {
            data_reference_index: 1,
            channel_count: 2,
            sample_size: 16,
            sample_rate: FixedPoint::from(u16::try_from(rate).unwrap_or(u16::MAX)),
        },
        esds: Esds {
            es_desc: esds::EsDescriptor {
                es_id: 2,
                dec_config: esds::DecoderConfig {
                    object_type_indication: 0x40,
                    stream_type: 5,
                    max_bitrate: bits,
                    avg_bitrate: bits,
                    dec_specific: Some(specific),
                    ..esds::DecoderConfig::default()
                },
                ..esds::EsDescriptor::default()
            },
        },
        btrt: None,
        taic: None,
    }
}
