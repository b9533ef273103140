//! Raw audio made into a file.

use bytes::Bytes;

/// The header of a WAV file of one channel with samples of 16 bits, little-endian, which stand
/// behind it (RIFF/WAVE, PCM).
pub(crate) fn header(bytes: usize, rate: u32) -> Bytes {
    const SAMPLE: u16 = 2;
    let length = u32::try_from(bytes).unwrap_or(u32::MAX);
    let mut header = Vec::with_capacity(44);
    header.extend_from_slice(b"RIFF");
    header.extend_from_slice(&length.saturating_add(36).to_le_bytes());
    header.extend_from_slice(b"WAVEfmt ");
    header.extend_from_slice(&16_u32.to_le_bytes());
    // PCM, one channel.
    header.extend_from_slice(&[1, 0, 1, 0]);
    header.extend_from_slice(&rate.to_le_bytes());
    header.extend_from_slice(&rate.saturating_mul(u32::from(SAMPLE)).to_le_bytes());
    header.extend_from_slice(&SAMPLE.to_le_bytes());
    header.extend_from_slice(&16_u16.to_le_bytes());
    header.extend_from_slice(b"data");
    header.extend_from_slice(&length.to_le_bytes());
    header.into()
}
