//! The images of a video clip, one after the other.

use std::collections::VecDeque;

use mp4_atom::Colr;
use openh264::OpenH264API;
use openh264::decoder::{DecodeOptions, DecodedYUV, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;
use social_core::error::{Error, ErrorKind, Result};

use super::demux::{Turn, VideoTrack};
use super::source::Source;

/// A decoded image: brightness and colour difference (4:2:0) without gaps.
#[derive(Debug, Default)]
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) luma: Vec<u8>,
    pub(super) blue: Vec<u8>,
    pub(super) red: Vec<u8>,
}

/// How brightness and colour difference become colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Matrix {
    /// The weights of ITU-R BT.709, not those of BT.601.
    pub(super) high_definition: bool,
    pub(super) full_range: bool,
}

/// An H.264 track that is decoded from its start, image by image. No more of it is in memory than
/// the decoder keeps.
pub(super) struct Moving {
    source: Source,
    track: VideoTrack,
    decoder: Decoder,
    coded: Vec<u8>,
    packet: Vec<u8>,
    /// The next sample to decode.
    next: usize,
    /// When each image is shown, in the order in which they are shown.
    times: Vec<i64>,
    /// So many images have come.
    come: usize,
    /// Images that the decoder gave at the end.
    last: VecDeque<Picture>,
    picture: Picture,
}

fn undecodable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::MediaInvalid, "the video cannot be decoded").with_source(cause)
}

impl Moving {
    pub(super) fn open(source: Source, track: VideoTrack) -> Result<Self> {
        let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
        let decoder = Decoder::with_api_config(OpenH264API::from_source(), config).map_err(undecodable)?;
        let mut times: Vec<i64> = track.samples.list.iter().map(|sample| sample.time).collect();
        times.sort_unstable();
        let mut packet = Vec::new();
        for set in track.config.sequence_parameter_sets.iter().chain(&track.config.picture_parameter_sets) {
            packet.extend_from_slice(&[0, 0, 0, 1]);
            packet.extend_from_slice(set);
        }
        let (coded, last, picture) = (Vec::new(), VecDeque::new(), Picture::default());
        Ok(Self { source, track, decoder, coded, packet, next: 0, times, come: 0, last, picture })
    }

    pub(super) fn turn(&self) -> Turn {
        self.track.turn
    }

    /// Width of a pixel divided by its height.
    pub(super) fn pixel(&self) -> f64 {
        self.track.pixel
    }

    /// Whether it is turned by a quarter.
    pub(super) fn lies(&self) -> bool {
        matches!(self.track.turn, Turn::Right | Turn::Left)
    }

    /// Width and height as shown, in pixels of the same height.
    pub(super) fn shown(&self) -> (f64, f64) {
        let (width, height) = self.track.size;
        let (width, height) = (f64::from(width.max(1)) * self.track.pixel, f64::from(height.max(1)));
        if self.lies() { (height, width) } else { (width, height) }
    }

    /// What the file says about its colours; without a word what players take.
    pub(super) fn matrix(&self) -> Matrix {
        let by_size = self.picture.height.min(self.picture.width) >= 720;
        match self.track.colours {
            Some(Colr::Nclx { matrix_coefficients, full_range_flag, .. }) => {
                Matrix { high_definition: is_high(matrix_coefficients, by_size), full_range: full_range_flag }
            }
            Some(Colr::Nclc { matrix_coefficients, .. }) => {
                Matrix { high_definition: is_high(matrix_coefficients, by_size), full_range: false }
            }
            _ => Matrix { high_definition: by_size, full_range: false },
        }
    }

    /// The image that is shown `seconds` after the start; behind the end the last one. Times only
    /// grow.
    pub(super) fn at(&mut self, seconds: f64) -> Result<&Picture> {
        // Half a tick for what rounding lost.
        let tick = (seconds * f64::from(self.track.samples.timescale) + 0.5).floor() as i64;
        let wanted = self.times.partition_point(|time| *time <= tick).max(1);
        while self.come < wanted && self.advance()? {}
        if self.come == 0 {
            return Err(undecodable("no image came out of it"));
        }
        Ok(&self.picture)
    }

    /// Decodes up to the next image; `false` at the end.
    fn advance(&mut self) -> Result<bool> {
        loop {
            if let Some(picture) = self.last.pop_front() {
                self.picture = picture;
                self.come += 1;
                return Ok(true);
            }
            let Some(sample) = self.track.samples.list.get(self.next).copied() else {
                let rest = self.decoder.flush_remaining().map_err(undecodable)?;
                self.last.extend(rest.iter().map(|image| {
                    let mut picture = Picture::default();
                    picture.copy(image);
                    picture
                }));
                if self.last.is_empty() {
                    return Ok(false);
                }
                continue;
            };
            self.next += 1;
            self.source.fill(sample.offset, sample.size, &mut self.coded)?;
            behind_start_codes(&self.coded, self.track.config.length_size.into(), &mut self.packet)?;
            let options = DecodeOptions::new().flush_after_decode(Flush::NoFlush);
            let image = self.decoder.decode_with_options(&self.packet, options).map_err(undecodable)?;
            self.packet.clear();
            if let Some(image) = image {
                self.picture.copy(&image);
                self.come += 1;
                return Ok(true);
            }
        }
    }
}

/// Appends the units of a sample, each of which stands behind its length, behind start codes.
fn behind_start_codes(sample: &[u8], prefix: usize, packet: &mut Vec<u8>) -> Result<()> {
    let mut rest = sample;
    while !rest.is_empty() {
        let (length, behind) = rest.split_at_checked(prefix).ok_or_else(|| undecodable("a sample ends too early"))?;
        let length = length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        let (unit, behind) = behind.split_at_checked(length).ok_or_else(|| undecodable("a sample ends too early"))?;
        packet.extend_from_slice(&[0, 0, 0, 1]);
        packet.extend_from_slice(unit);
        rest = behind;
    }
    Ok(())
}

fn is_high(matrix: u16, by_size: bool) -> bool {
    match matrix {
        1 => true,
        5 | 6 => false,
        _ => by_size,
    }
}

impl Picture {
    fn copy(&mut self, image: &DecodedYUV<'_>) {
        let (width, height) = image.dimensions();
        let (luma, blue, red) = image.strides();
        let rows = |plane: &[u8], stride: usize, width: usize, height: usize, to: &mut Vec<u8>| {
            to.clear();
            plane.chunks(stride).take(height).for_each(|row| to.extend(row.iter().take(width)));
        };
        rows(image.y(), luma, width, height, &mut self.luma);
        rows(image.u(), blue, width / 2, height / 2, &mut self.blue);
        rows(image.v(), red, width / 2, height / 2, &mut self.red);
        (self.width, self.height) = (width as u32, height as u32);
    }
}
