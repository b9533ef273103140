//! Samples of any rate as samples of the mix's rate.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Async, FixedAsync, Indexing, Resampler as _, SincInterpolationParameters, SincInterpolationType, WindowFunction,
};
use social_core::error::{Error, ErrorKind, Result};
use social_core::media::{Media, MediaType};

use super::decode::Decoder;
use super::{RATE, Stereo};

/// So many samples are converted at a time.
const PIECE: usize = 1024;
/// Taps of the filter: aliases lie more than 100 dB down.
const TAPS: usize = 128;

/// An audio file at the rate of the mix.
pub(super) struct Track {
    decoder: Decoder,
    resampler: Option<Resampler>,
    /// Samples of the mix's rate that were not taken yet.
    ready: Vec<Stereo>,
    ended: bool,
}

struct Resampler {
    inner: Async<f32>,
    read: Vec<Stereo>,
    /// So many samples of the filter's own delay are left out.
    delay: usize,
    /// So many samples are still to come, once the end has been read.
    left: Option<usize>,
    /// So many were read and written.
    taken: u64,
    given: u64,
}

fn failed(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::MediaInvalid, "the audio cannot be brought to 48 kHz").with_source(cause)
}

impl Track {
    /// Opens a file without the first `trim` seconds.
    pub(super) fn open(media: &Media, kind: MediaType, trim: f64) -> Result<Self> {
        let mut decoder = Decoder::open(media, kind)?;
        decoder.skip((trim * f64::from(decoder.rate)).round() as usize)?;
        let resampler = if decoder.rate == RATE { None } else { Some(Resampler::new(decoder.rate)?) };
        Ok(Self { decoder, resampler, ready: Vec::new(), ended: false })
    }

    /// Adds the next samples to a mix; says how many there were, fewer than asked for at the end.
    pub(super) fn take(&mut self, count: usize, mut add: impl FnMut(usize, Stereo)) -> Result<usize> {
        while self.ready.len() < count && !self.ended {
            let more = match &mut self.resampler {
                None => self.decoder.next(&mut self.ready)?,
                Some(resampler) => resampler.next(&mut self.decoder, &mut self.ready)?,
            };
            self.ended = !more;
        }
        let count = count.min(self.ready.len());
        self.ready.drain(..count).enumerate().for_each(|(index, sample)| add(index, sample));
        Ok(count)
    }
}

impl Resampler {
    fn new(rate: u32) -> Result<Self> {
        let parameters = SincInterpolationParameters::new(TAPS, WindowFunction::BlackmanHarris2)
            .oversampling_factor(256)
            .interpolation(SincInterpolationType::Quadratic);
        let ratio = f64::from(RATE) / f64::from(rate);
        let inner = Async::new_sinc(ratio, 1.0, &parameters, PIECE, 2, FixedAsync::Input).map_err(failed)?;
        let delay = inner.output_delay();
        Ok(Self { inner, read: Vec::new(), delay, left: None, taken: 0, given: 0 })
    }

    /// Appends the next samples; `false` at the end.
    fn next(&mut self, decoder: &mut Decoder, out: &mut Vec<Stereo>) -> Result<bool> {
        let wanted = self.inner.input_frames_next();
        while self.left.is_none() && self.read.len() < wanted {
            if !decoder.next(&mut self.read)? {
                let all = (self.taken + self.read.len() as u64) as f64 * self.inner.resample_ratio();
                self.left = Some((all.round() as u64).saturating_sub(self.given) as usize);
            }
        }
        if self.left == Some(0) {
            return Ok(false);
        }
        let count = self.read.len().min(wanted);
        let input = self.read.get(..count).unwrap_or_default().as_flattened();
        let input = InterleavedSlice::new(input, 2, count).map_err(failed)?;
        let mut pieces = vec![[0.0; 2]; self.inner.output_frames_next()];
        let capacity = pieces.len();
        let mut output = InterleavedSlice::new_mut(pieces.as_flattened_mut(), 2, capacity).map_err(failed)?;
        let part = Indexing::new().partial_len(count);
        let part = (count < wanted).then_some(&part);
        let (_, written) = self.inner.process_into_buffer(&input, &mut output, part).map_err(failed)?;
        self.read.drain(..count);
        self.taken += count as u64;

        let skip = self.delay.min(written);
        self.delay -= skip;
        let mut last = written;
        if let Some(left) = &mut self.left {
            last = last.min(skip + *left);
            *left -= last - skip;
        }
        out.extend_from_slice(pieces.get(skip..last).unwrap_or_default());
        self.given += (last - skip) as u64;
        Ok(true)
    }
}
