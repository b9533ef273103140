//! WAV files, with lengths that were never filled in, too.

use std::io::{Chain, Cursor, Read as _, Seek as _};

use social_core::error::Result;

use super::super::source::{Source, unread};
use super::{stereo, unreadable};

/// The data of a file starts within so many bytes.
const HEAD: u64 = 64 << 10;

/// Samples from -1 to 1, one channel after the other.
pub(super) type Samples = Box<dyn Iterator<Item = hound::Result<f32>> + Send>;

/// The samples of a file, its channels and its rate.
pub(super) fn open(mut source: Source) -> Result<(Samples, usize, u32)> {
    let length = source.length()?;
    source.rewind().map_err(unread)?;
    let mut head = Vec::new();
    source.by_ref().take(HEAD).read_to_end(&mut head).map_err(unread)?;
    fill_in(&mut head, length);
    let file: Chain<Cursor<Vec<u8>>, Source> = Cursor::new(head).chain(source);
    let reader = hound::WavReader::new(file).map_err(unreadable)?;
    let spec = reader.spec();
    let samples: Samples = match spec.sample_format {
        hound::SampleFormat::Float => Box::new(reader.into_samples::<f32>()),
        hound::SampleFormat::Int => {
            let scale = (1_u64 << spec.bits_per_sample.clamp(1, 32).saturating_sub(1)) as f32;
            Box::new(reader.into_samples::<i32>().map(move |sample| Ok(sample? as f32 / scale)))
        }
    };
    Ok((samples, stereo(spec.channels.into())?, spec.sample_rate.max(1)))
}

/// Who streams a file does not know how long its data will be, and says as much as can be said.
/// Then the data is all that follows.
fn fill_in(head: &mut [u8], length: u64) {
    let number = |head: &[u8], at: usize| Some(u32::from_le_bytes(*head.get(at..)?.first_chunk::<4>()?));
    let (mut at, mut block) = (12, 1);
    while let (Some(kind), Some(size)) = (head.get(at..at + 4), number(head, at + 4)) {
        let body = at + 8;
        match kind {
            b"fmt " => block = number(head, body + 12).map_or(1, |word| u64::from(word & 0xffff).max(1)),
            b"data" => {
                let there = length.saturating_sub(body as u64) / block * block;
                if u64::from(size) > there
                    && let (Some(field), Ok(there)) = (head.get_mut(at + 4..body), u32::try_from(there))
                {
                    field.copy_from_slice(&there.to_le_bytes());
                }
                return;
            }
            _ => {}
        }
        // Chunks start at even places.
        at = body.saturating_add(size as usize).saturating_add(size as usize & 1);
    }
}
