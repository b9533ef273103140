//! Frames into H.264, and H.264 into an MP4 file.

use std::sync::mpsc;
use std::thread;

use bytes::Bytes;
use openh264::OpenH264API;
use openh264::Timestamp;
use openh264::encoder::{
    Complexity, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, Profile, RateControlMode, VuiConfig,
};
use openh264::formats::YUVSource;
use social_core::error::{Error, ErrorKind, Result};
use social_core::http::ByteStream;
use social_core::run::Run;

use super::audio::{self, Coder, Mix};
use super::film::{Film, Shape};
use super::mux::{Kind, Muxer, TIMESCALE, failed};

/// What a video is called in its run.
pub(super) const VIDEO: &str = "video.mp4";

/// Frames that wait for the encoder: enough to keep two threads busy, few enough to hold no video
/// in memory.
const AHEAD: usize = 3;
/// A closed group of images is this many seconds long.
const GROUP: u32 = 2;

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

fn encoder(rate: u32) -> Result<Encoder> {
    let config = EncoderConfig::new()
        .profile(Profile::Main)
        .complexity(Complexity::Low)
        .max_frame_rate(FrameRate::from_hz(rate as f32))
        // Every frame at the same quality. No line is waited for, and rate control would
        // drop frames.
        .rate_control_mode(RateControlMode::Off)
        .intra_frame_period(IntraFramePeriod::from_num_frames(GROUP * rate))
        .scene_change_detect(false)
        .skip_frames(false)
        // The same bytes on every machine, whatever its cores.
        .num_threads(1)
        .vui(VuiConfig::bt709());
    Encoder::with_api_config(OpenH264API::from_source(), config).map_err(failed)
}

/// Starts drawing and encoding on a thread; what comes of it arrives in pieces.
pub(super) fn start(video: impl FnOnce(Pieces) -> Result<()> + Send + 'static) -> ByteStream {
    let (pieces, mut arrived) = tokio::sync::mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = video(pieces.clone()) {
            // The receiver is gone when the stream was dropped.
            let _ = pieces.blocking_send(Err(error));
        }
    });
    Box::pin(futures_util::stream::poll_fn(move |context| arrived.poll_recv(context)))
}

/// The audio track while it is made.
struct Audio {
    mix: Mix,
    coder: Coder,
    /// Samples that are mixed, and that have been written.
    mixed: u64,
    written: u64,
    length: u64,
}

impl Audio {
    fn new(mix: Mix, shape: Shape) -> Result<Self> {
        let length = u64::from(shape.frames) * u64::from(audio::RATE) / u64::from(shape.rate);
        Ok(Self { mix, coder: Coder::new()?, mixed: 0, written: 0, length })
    }

    fn track(&self) -> (Kind, u32) {
        self.coder.track()
    }

    /// Mixes, codes and writes all up to a time, in samples; up to the end at the end.
    fn advance(&mut self, until: u64, muxer: &mut Muxer) -> Result<()> {
        let Self { mix, coder, mixed, written, length } = self;
        let mut write = |piece: &[u8]| {
            // The last piece is only heard as long as there is an image.
            let heard = (audio::FRAME as u64).min(length.saturating_sub(*written));
            *written += heard;
            if heard > 0 { muxer.audio(piece, heard as u32) } else { Ok(()) }
        };
        while *mixed < until {
            match mix.next()? {
                Some(samples) => {
                    *mixed += samples.len() as u64;
                    coder.code(Some(&samples), &mut write)?;
                }
                None => break,
            }
        }
        if until >= *length { coder.code(None, &mut write) } else { Ok(()) }
    }
}

/// Encodes the video, with what is heard in it, and streams it as an MP4 with its index in front.
/// One thread draws while this one encodes. What is coded waits in a file until the index can be
/// written.
/// The run is told how far it is, and ends it when it is cancelled.
pub(super) fn encode(film: &mut dyn Film, mix: Option<Mix>, pieces: Pieces, run: &Run) -> Result<()> {
    let shape = film.shape();
    let mut encoder = encoder(shape.rate)?;
    let mut audio = mix.map(|mix| Audio::new(mix, shape)).transpose()?;
    let mut muxer = Muxer::new(shape.width, shape.height, audio.as_ref().map(Audio::track))?;
    // Cancelled, or the receiver was dropped.
    let go_on = || match run.cancellation().is_cancelled() || pieces.is_closed() {
        true => Err(Error::new(ErrorKind::Cancelled, "the video was cancelled")),
        false => Ok(()),
    };
    thread::scope(|scope| {
        let (drawn, to_encode) = mpsc::sync_channel::<Result<Planes>>(AHEAD);
        let (done, empty) = mpsc::channel::<Planes>();
        scope.spawn(move || {
            let mut pixels = vec![0; shape.width as usize * shape.height as usize * 4];
            for number in 0..shape.frames {
                let mut planes = empty.try_recv().unwrap_or_else(|_| Planes::new(shape.width, shape.height));
                let result = film.draw(number, &mut pixels).map(|()| {
                    planes.read(&pixels);
                    planes
                });
                // The encoder has given up.
                if drawn.send(result).is_err() {
                    return;
                }
            }
        });
        for number in 0..shape.frames {
            go_on()?;
            let planes = to_encode.recv().map_err(failed)??;
            let at = Timestamp::from_millis(u64::from(number) * 1000 / u64::from(shape.rate));
            let stream = encoder.encode_at(&planes, at).map_err(failed)?;
            let key = matches!(stream.frame_type(), FrameType::IDR);
            muxer.image(&stream.to_vec(), key, TIMESCALE / shape.rate)?;
            if number * 100 / shape.frames != (number + 1) * 100 / shape.frames {
                run.advance(VIDEO, "rendering", (number + 1) as f32 / shape.frames as f32);
            }
            // When the drawing thread has finished it takes nothing back.
            let _ = done.send(planes);
            if let Some(audio) = &mut audio {
                audio.advance(u64::from(number + 1) * u64::from(audio::RATE) / u64::from(shape.rate), &mut muxer)?;
            }
        }
        Ok::<(), Error>(())
    })?;
    muxer.finish(|piece| {
        go_on()?;
        // The receiver of the video is gone.
        pieces.blocking_send(Ok(piece)).map_err(failed)
    })
}
