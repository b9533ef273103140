//! RFC 3533 pages with RFC 7845 (Opus) or Vorbis in them.

use std::time::Duration;

use super::Reader;
use crate::error::Result;
use crate::media::info::{AudioInfo, MediaInfo};

/// No page is longer.
const MAX_PAGE: usize = 65_307;

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let segments = u64::from(reader.u8(26)?);
    let packet = 27 + segments;
    let (codec, channels, sample_rate, granules_per_second, lead) = if reader.up_to(packet, 8)? == b"OpusHead" {
        // Positions count at 48 kHz whatever the original rate was, and the first samples are not
        // played.
        (("opus"), reader.u8(packet + 9)?, 48_000, 48_000, reader.u16_le(packet + 10)?)
    } else if reader.up_to(packet, 7)? == b"\x01vorbis" {
        let rate = reader.u32_le(packet + 12)?;
        ("vorbis", reader.u8(packet + 11)?, rate, rate, 0)
    } else {
        return Err(reader.broken("it holds neither Opus nor Vorbis"));
    };
    if channels == 0 || sample_rate == 0 {
        return Err(reader.broken(format_args!("it declares {channels} channels at {sample_rate} Hz")));
    }
    info.audio =
        Some(AudioInfo { codec: codec.to_owned(), sample_rate: Some(sample_rate), channels: Some(channels.into()) });
    let end = last_position(reader)?.saturating_sub(lead.into());
    info.duration = Duration::try_from_secs_f64(end as f64 / f64::from(granules_per_second)).ok();
    Ok(())
}

/// The position of the last page, which must be there whole.
fn last_position(reader: &mut Reader) -> Result<u64> {
    let start = reader.length().saturating_sub(MAX_PAGE as u64);
    let tail = reader.up_to(start, MAX_PAGE)?;
    let Some(found) = memchr::memmem::rfind(tail, b"OggS") else {
        return Err(reader.broken("its last page was not found"));
    };
    let at = start + found as u64;
    let position = u64::from_le_bytes(reader.array(at + 6)?);
    let segments = reader.u8(at + 26)?;
    let body: u64 = reader.get(at + 27, segments.into())?.iter().map(|&length| u64::from(length)).sum();
    let end = at + 27 + u64::from(segments) + body;
    if end > reader.length() {
        return Err(reader.cut(end));
    }
    // All ones: no packet ends on this page.
    Ok(if position == u64::MAX { 0 } else { position })
}
