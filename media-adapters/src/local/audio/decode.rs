//! Audio files as samples, a piece at a time.

use social_core::error::{Error, Result};
use social_core::media::{Media, MediaType};
use syom::DecodeOptions;

use super::super::demux::AudioTrack;
use super::super::source::Source;
use super::{Stereo, stereo, unreadable, wav};

/// So many samples are read at a time.
const PIECE: usize = 4096;

/// An audio file that is being read.
pub(super) struct Decoder {
    reader: Reader,
    pub(super) rate: u32,
    /// So many silent samples come first.
    silence: usize,
    /// Samples that have been decoded and not handed out.
    ready: Vec<Stereo>,
}

enum Reader {
    Wav { samples: wav::Samples, channels: usize },
    Mp3 { reader: Box<nanomp3::Reader<Source>>, channels: usize },
    Aac(Box<Aac>),
}

/// An AAC track of an MP4 file.
struct Aac {
    source: Source,
    track: AudioTrack,
    decoder: syom::Decoder,
    next: usize,
    coded: Vec<u8>,
}

fn append(interleaved: &[f32], channels: usize, out: &mut Vec<Stereo>) {
    match channels {
        1 => out.extend(interleaved.iter().map(|sample| [*sample; 2])),
        _ => out.extend_from_slice(interleaved.as_chunks::<2>().0),
    }
}

/// Whether an audio file can be decoded: its head is read, and the first of its samples.
pub(in super::super) fn check(media: &Media, kind: MediaType) -> Result<()> {
    Decoder::open(media, kind)?.next(&mut Vec::new()).map(drop)
}

impl Decoder {
    pub(super) fn open(media: &Media, kind: MediaType) -> Result<Self> {
        let mut source = Source::open(media)?;
        match kind {
            MediaType::Wav => {
                let (samples, channels, rate) = wav::open(source)?;
                Ok(Self::new(Reader::Wav { samples, channels }, rate))
            }
            MediaType::Mp3 => {
                let reader = nanomp3::Reader::<_, f32>::new(source).map_err(unreadable)?;
                let channels = reader.channels().ok_or_else(|| unreadable("the file holds no audio"))?;
                let rate = reader.sample_rate();
                Ok(Self::new(Reader::Mp3 { reader: Box::new(reader), channels: channels.num().into() }, rate))
            }
            MediaType::M4a | MediaType::Mp4 | MediaType::Mov => {
                let track = AudioTrack::read(&mut source)?;
                Self::aac(source, track)
            }
            other => {
                let message = format!("{} is not offered, only WAV, MP3 and AAC in M4A, MP4 or MOV", other.as_mime());
                Err(Error::unsupported("timeline", message))
            }
        }
    }

    fn new(reader: Reader, rate: u32) -> Self {
        Self { reader, rate, silence: 0, ready: Vec::new() }
    }

    fn aac(source: Source, track: AudioTrack) -> Result<Self> {
        let decoder = syom::Decoder::from_asc(&track.config, DecodeOptions::unbounded()).map_err(unreadable)?;
        let start = track.samples.list.first().map_or(0, |first| first.time);
        let mut aac = Aac { source, track, decoder, next: 0, coded: Vec::new() };
        // The rate that is heard can be twice the one that the track names.
        let mut ready = Vec::new();
        let rate = aac.decode(&mut ready)?.ok_or_else(|| unreadable("the file holds no audio"))?;
        let samples = u128::from(start.unsigned_abs()) * u128::from(rate) / u128::from(aac.track.samples.timescale);
        let samples = usize::try_from(samples).unwrap_or(usize::MAX);
        let mut decoder = Self { ready, ..Self::new(Reader::Aac(Box::new(aac)), rate) };
        if start < 0 {
            // The encoder's delay.
            decoder.skip(samples)?;
        } else {
            decoder.silence = samples;
        }
        Ok(decoder)
    }

    /// Leaves out so many samples.
    pub(super) fn skip(&mut self, mut count: usize) -> Result<()> {
        while count > 0 {
            let mut piece = Vec::new();
            if !self.next(&mut piece)? {
                return Ok(());
            }
            if piece.len() > count {
                self.ready = piece.split_off(count);
            }
            count -= count.min(piece.len());
        }
        Ok(())
    }

    /// Appends the next samples; `false` at the end.
    pub(super) fn next(&mut self, out: &mut Vec<Stereo>) -> Result<bool> {
        if self.silence > 0 {
            let count = self.silence.min(PIECE);
            self.silence -= count;
            out.resize(out.len() + count, [0.0; 2]);
            return Ok(true);
        }
        if !self.ready.is_empty() {
            out.append(&mut self.ready);
            return Ok(true);
        }
        match &mut self.reader {
            Reader::Wav { samples, channels } => {
                let piece = samples.by_ref().take(PIECE * *channels).collect::<hound::Result<Vec<f32>>>();
                let piece = piece.map_err(unreadable)?;
                append(&piece, *channels, out);
                Ok(!piece.is_empty())
            }
            Reader::Mp3 { reader, channels } => match reader.read_frame().map_err(unreadable)? {
                Some(piece) => {
                    append(piece, *channels, out);
                    Ok(true)
                }
                None => Ok(false),
            },
            Reader::Aac(aac) => Ok(aac.decode(out)?.is_some()),
        }
    }
}

impl Aac {
    /// Appends the samples of the next piece and says at what rate they are; `None` at the end.
    fn decode(&mut self, out: &mut Vec<Stereo>) -> Result<Option<u32>> {
        let Some(sample) = self.track.samples.list.get(self.next).copied() else { return Ok(None) };
        self.next += 1;
        self.source.fill(sample.offset, sample.size, &mut self.coded)?;
        let (mut rate, mut channels) = (0, 0);
        let decoded = self.decoder.decode_au(&self.coded, |frame| {
            (rate, channels) = (frame.sample_rate, frame.planar.len());
            if let (Some(left), Some(right)) = (frame.planar.first(), frame.planar.last()) {
                out.extend(left.iter().zip(*right).map(|(left, right)| [*left, *right]));
            }
            Ok(())
        });
        decoded.map_err(unreadable)?;
        stereo(channels)?;
        Ok(Some(rate))
    }
}
