//! The audio of a video: voices, music and the clips' own, mixed into one AAC track.

mod aac;
mod decode;
mod mix;
mod resample;
mod wav;

use social_core::error::{Error, ErrorKind, Result};

pub(super) use aac::{Coder, FRAME};
pub(super) use decode::check;
pub(super) use mix::{Cue, Mix};

/// Samples a second of everything that is mixed, and of the result.
pub(super) const RATE: u32 = 48_000;

/// A sample of the left and the right loudspeaker.
type Stereo = [f32; 2];

fn unreadable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    let cause = cause.into();
    Error::new(ErrorKind::MediaInvalid, format!("the audio cannot be decoded: {cause}")).with_source(cause)
}

/// One channel is heard on both sides.
fn stereo(channels: usize) -> Result<usize> {
    match channels {
        1 | 2 => Ok(channels),
        more => {
            Err(Error::unsupported("timeline", format!("audio with {more} channels, only mono and stereo are mixed")))
        }
    }
}
