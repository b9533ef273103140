//! Mixed samples as AAC.

use social_core::error::Result;
use syom::{EncodeOptions, Encoder};

use super::super::mux::{Kind, failed};
use super::{RATE, Stereo};

/// Samples of a coded piece, and of the encoder's delay.
pub(in super::super) const FRAME: usize = 1024;
/// Bits a second.
const BITS: u32 = 160_000;

/// Codes samples as AAC-LC.
pub(in super::super) struct Coder {
    encoder: Encoder,
    /// The pieces so far, with the one that only starts the decoder.
    pieces: u64,
}

impl Coder {
    pub(in super::super) fn new() -> Result<Self> {
        let options = EncodeOptions::raw().with_bitrate_bps(BITS).with_lookahead(true);
        Ok(Self { encoder: Encoder::new(RATE, 2, &options).map_err(failed)?, pieces: 0 })
    }

    /// The track that the pieces make, and its ticks a second.
    pub(in super::super) fn track(&self) -> (Kind, u32) {
        (Kind::Audio(self.encoder.asc().to_vec(), BITS), RATE)
    }

    /// Codes samples; `None` is the end. What has become a piece is handed out.
    ///
    /// The first piece of a stream starts the decoder and is not heard. An edit list would say so;
    /// platforms refuse one. It is left out instead, so that audio and image start together; all
    /// that is lost is the full level of the first 21 ms.
    pub(in super::super) fn code(
        &mut self,
        samples: Option<&[Stereo]>,
        mut take: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let Self { encoder, pieces } = self;
        let mut failure = None;
        let mut piece = |frame: syom::EncodedFrame<'_>| {
            *pieces += 1;
            if *pieces == 1 || failure.is_some() {
                return Ok(());
            }
            failure = take(frame.payload).err();
            Ok(())
        };
        match samples {
            Some(samples) => {
                let side = |which: fn(&Stereo) -> f32| samples.iter().map(which).collect::<Vec<f32>>();
                encoder.feed(&[&side(|[left, _]| *left), &side(|[_, right]| *right)], &mut piece).map_err(failed)?;
            }
            None => {
                encoder.finish(&mut piece).map_err(failed)?;
            }
        }
        failure.map_or(Ok(()), Err)
    }
}
