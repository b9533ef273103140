//! Frames into H.264, and H.264 into an MP4 file.

use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;

use bytes::Bytes;
use muxide::api::{MuxerBuilder, VideoCodec};
use openh264::OpenH264API;
use openh264::Timestamp;
use openh264::encoder::{
    Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, Profile, RateControlMode, VuiConfig,
};
use openh264::formats::YUVSource;
use social_core::error::{Error, ErrorKind, Result};
use tokio_util::sync::CancellationToken;

use super::frames::{RATE, SlideShow};

/// Frames that wait for the encoder: enough to keep two threads busy, few enough to hold no video
/// in memory.
const AHEAD: usize = 3;
/// A closed group of images every two seconds.
const GROUP: u32 = 60;
const PIECE: usize = 256 << 10;

/// A frame as brightness and colour difference (4:2:0, BT.709, limited range).
#[derive(Debug, Default)]
struct Planes {
    width: usize,
    height: usize,
    luma: Vec<u8>,
    blue: Vec<u8>,
    red: Vec<u8>,
}

impl Planes {
    fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width as usize, height as usize);
        let quarter = width / 2 * (height / 2);
        Self { width, height, luma: vec![0; width * height], blue: vec![0; quarter], red: vec![0; quarter] }
    }

    /// Converts pixels of four bytes. Weights are those of ITU-R BT.709 times 219/255 and 224/255,
    /// in 1/65536.
    fn read(&mut self, pixels: &[u8]) {
        let row = self.width * 4;
        for (luma, line) in self.luma.chunks_exact_mut(self.width).zip(pixels.chunks_exact(row)) {
            for (y, [r, g, b, _]) in luma.iter_mut().zip(line.as_chunks::<4>().0) {
                let sum = 11_966 * u32::from(*r) + 40_254 * u32::from(*g) + 4_064 * u32::from(*b);
                *y = ((sum + (16 << 16) + 32_768) >> 16) as u8;
            }
        }
        let half = self.width / 2;
        let chroma = self.blue.chunks_exact_mut(half).zip(self.red.chunks_exact_mut(half));
        for ((blue, red), lines) in chroma.zip(pixels.chunks_exact(row * 2)) {
            let (upper, lower) = lines.split_at(row);
            let squares = upper.as_chunks::<8>().0.iter().zip(lower.as_chunks::<8>().0);
            for ((u, v), (a, b)) in blue.iter_mut().zip(red.iter_mut()).zip(squares) {
                let [r1, g1, b1, _, r2, g2, b2, _] = a.map(i32::from);
                let [r3, g3, b3, _, r4, g4, b4, _] = b.map(i32::from);
                let (r, g, b) = (r1 + r2 + r3 + r4, g1 + g2 + g3 + g4, b1 + b2 + b3 + b4);
                *u = ((-6_596 * r - 22_189 * g + 28_785 * b + (128 << 18) + (1 << 17)) >> 18) as u8;
                *v = ((28_785 * r - 26_145 * g - 2_640 * b + (128 << 18) + (1 << 17)) >> 18) as u8;
            }
        }
    }
}

impl YUVSource for Planes {
    fn dimensions(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    fn strides(&self) -> (usize, usize, usize) {
        (self.width, self.width / 2, self.width / 2)
    }

    fn y(&self) -> &[u8] {
        &self.luma
    }

    fn u(&self) -> &[u8] {
        &self.blue
    }

    fn v(&self) -> &[u8] {
        &self.red
    }
}

/// Where the video goes: pieces of a stream.
pub(super) type Pieces = tokio::sync::mpsc::Sender<Result<Bytes>>;

/// Collects what the muxer writes into pieces and hands them over.
struct Outlet {
    pieces: Pieces,
    buffer: Vec<u8>,
}

impl Outlet {
    fn send(&mut self) -> io::Result<()> {
        let piece = Bytes::from(std::mem::take(&mut self.buffer));
        // The receiver of the video is gone.
        self.pieces.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() { Ok(()) } else { self.send() }
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::JobFailed, "the video cannot be encoded").with_source(error)
}

fn encoder() -> Result<Encoder> {
    let config = EncoderConfig::new()
        .profile(Profile::Main)
        .complexity(Complexity::Low)
        .max_frame_rate(FrameRate::from_hz(RATE as f32))
        // Every frame at the same quality. No line is waited for, and rate control would
        // drop frames.
        .rate_control_mode(RateControlMode::Off)
        .intra_frame_period(IntraFramePeriod::from_num_frames(GROUP))
        .scene_change_detect(false)
        .skip_frames(false)
        // The same bytes on every machine, whatever its cores.
        .num_threads(1)
        .vui(VuiConfig::bt709());
    Encoder::with_api_config(OpenH264API::from_source(), config).map_err(failed)
}

/// Encodes the video and streams it as an MP4 with its index in front. One thread draws while this
/// one encodes. Only the compressed frames are kept until the index can be written.
pub(super) fn encode(video: &SlideShow, pieces: Pieces, cancel: &CancellationToken) -> Result<()> {
    let mut encoder = encoder()?;
    let taker = pieces.clone();
    let outlet = Outlet { pieces, buffer: Vec::with_capacity(PIECE) };
    let mut muxer = MuxerBuilder::new(outlet)
        .video(VideoCodec::H264, video.width, video.height, f64::from(RATE))
        .with_fast_start(true)
        .build()
        .map_err(failed)?;
    thread::scope(|scope| {
        let (drawn, to_encode) = mpsc::sync_channel::<Result<Planes>>(AHEAD);
        let (done, empty) = mpsc::channel::<Planes>();
        scope.spawn(move || {
            let mut frame = video.scratch();
            for number in 0..video.frames {
                let mut planes = empty.try_recv().unwrap_or_else(|_| Planes::new(video.width, video.height));
                let result = video.draw(&mut frame, number).map(|()| {
                    planes.read(&frame.pixels);
                    planes
                });
                // The encoder has given up.
                if drawn.send(result).is_err() {
                    return;
                }
            }
        });
        for number in 0..video.frames {
            // Cancelled, or whoever waited for the video has gone.
            if cancel.is_cancelled() || taker.is_closed() {
                return Err(Error::new(ErrorKind::Cancelled, "the video was cancelled"));
            }
            let planes = to_encode.recv().map_err(failed)??;
            let time = f64::from(number) / f64::from(RATE);
            let at = Timestamp::from_millis(u64::from(number) * 1000 / u64::from(RATE));
            let stream = encoder.encode_at(&planes, at).map_err(failed)?;
            let key = matches!(stream.frame_type(), FrameType::IDR);
            muxer.write_video(time, &stream.to_vec(), key).map_err(failed)?;
            // When the drawing thread has finished it takes nothing back.
            let _ = done.send(planes);
        }
        Ok(())
    })?;
    muxer.finish_in_place().map_err(failed)?;
    muxer.into_writer().flush().map_err(failed)
}
