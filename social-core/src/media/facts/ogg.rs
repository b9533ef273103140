//! RFC 3533 pages with RFC 7845 (Opus) or Vorbis in them, one file or several joined ones.

use std::time::Duration;

use super::Reader;
use crate::error::Result;
use crate::media::info::{AudioInfo, MediaInfo};

/// Flags of a page: it begins a stream.
const BEGINS: u8 = 2;

/// A page's header.
struct Page {
    flags: u8,
    position: u64,
    serial: u32,
    body: u64,
    end: u64,
}

impl Page {
    fn at(reader: &mut Reader, at: u64) -> Result<Option<Self>> {
        if reader.up_to(at, 4)? != b"OggS" || at + 27 > reader.length() {
            return Ok(None);
        }
        let segments = reader.u8(at + 26)?;
        let body = at + 27 + u64::from(segments);
        let length: u64 = reader.get(at + 27, segments.into())?.iter().map(|&length| u64::from(length)).sum();
        Ok(Some(Self {
            flags: reader.u8(at + 5)?,
            position: reader.u64_le(at + 6)?,
            serial: reader.u32_le(at + 14)?,
            body,
            end: body + length,
        }))
    }
}

/// An audio stream on its way through the file.
struct Stream {
    serial: u32,
    per_second: u32,
    /// Samples that are not played.
    lead: u64,
    last: u64,
}

impl Stream {
    /// The stream that a page begins, where it holds audio of a kind that is known.
    fn begin(reader: &mut Reader, page: &Page) -> Result<Option<(Self, AudioInfo)>> {
        let at = page.body;
        let (codec, channels, sample_rate, lead) = if reader.up_to(at, 8)? == b"OpusHead" {
            // Positions count at 48 kHz whatever the original rate was.
            ("opus", reader.u8(at + 9)?, 48_000, reader.u16_le(at + 10)?)
        } else if reader.up_to(at, 7)? == b"\x01vorbis" {
            ("vorbis", reader.u8(at + 11)?, reader.u32_le(at + 12)?, 0)
        } else {
            return Ok(None);
        };
        if channels == 0 || sample_rate == 0 {
            return Err(reader.broken(format_args!("it declares {channels} channels at {sample_rate} Hz")));
        }
        let audio =
            AudioInfo { codec: codec.to_owned(), sample_rate: Some(sample_rate), channels: Some(channels.into()) };
        let stream = Self { serial: page.serial, per_second: sample_rate, lead: lead.into(), last: 0 };
        Ok(Some((stream, audio)))
    }

    fn seconds(&self) -> f64 {
        self.last.saturating_sub(self.lead) as f64 / f64::from(self.per_second)
    }
}

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    let (mut at, mut seconds, mut stream) = (0, 0.0, None::<Stream>);
    while let Some(page) = Page::at(reader, at)? {
        if page.end > reader.length() {
            return Err(reader.cut(page.end));
        }
        if (page.flags & BEGINS != 0 || at == 0)
            && let Some((begun, audio)) = Stream::begin(reader, &page)?
        {
            // Another file that was joined to the first one.
            seconds += stream.map_or(0.0, |stream| stream.seconds());
            stream = Some(begun);
            info.audio.get_or_insert(audio);
        } else if let Some(stream) = stream.as_mut().filter(|stream| stream.serial == page.serial)
            // All ones: no packet ends on this page.
            && page.position != u64::MAX
        {
            stream.last = stream.last.max(page.position);
        }
        at = page.end;
    }
    if at < reader.length() {
        let length = reader.length() - at;
        reader.warn(format_args!("{length} bytes stand behind its last page"));
    }
    let Some(stream) = stream else { return Err(reader.broken("it holds neither Opus nor Vorbis")) };
    info.duration = Duration::try_from_secs_f64(seconds + stream.seconds()).ok();
    Ok(())
}
