//! ITU-T T.81 annex B: markers, segments, scans. Decoders pass over what stands between segments,
//! and do without the end mark; so do these readers.

use super::jpeg_scan::Coding;
use super::jpeg_segment::next_marker;
pub(in crate::media) use super::jpeg_segment::{EOI, SOS, Segment};
use super::{Reader, exif};
use crate::error::Result;
use crate::media::info::MediaInfo;

const SOI: u8 = 0xd8;

/// Where the compressed data that begin at `at` end: at the next marker that does not belong to
/// them, or at the end of the file.
fn end_of_scan(reader: &mut Reader, mut at: u64) -> Result<u64> {
    loop {
        let Some(marker) = next_marker(reader, at)? else { return Ok(reader.length()) };
        match reader.u8(marker + 1)? {
            0x01 | 0xd0..=0xd7 => at = marker + 2,
            _ => return Ok(marker),
        }
    }
}

/// The image as far as a decoder reads it.
pub(in crate::media) struct Image {
    /// The segments and scans that it needs, in order, each with its end.
    pub(in crate::media) parts: Vec<(Segment, u64)>,
    /// Where it ends, behind the end mark if there is one.
    pub(in crate::media) end: u64,
    pub(in crate::media) has_end_mark: bool,
    /// Where the last scan ends is known: at a marker, or by its code words.
    pub(in crate::media) end_is_certain: bool,
}

/// More segments and scans than this are no photo.
const MAX_PARTS: usize = 1 << 16;

/// Goes through the whole image. One that is cut off is an error.
pub(in crate::media) fn image(reader: &mut Reader) -> Result<Image> {
    let (mut at, mut parts, mut coding) = (2, Vec::new(), Coding::default());
    loop {
        if parts.len() >= MAX_PARTS {
            return Err(reader.broken("it has too many segments"));
        }
        let scanned = coding.has_scan();
        let segment = match Segment::at(reader, at) {
            Ok(segment) if !scanned || (segment.start == at && coding.goes_on(reader, &segment)?) => segment,
            Err(error) if !scanned => return Err(error),
            // Behind a scan stands something else, or nothing: the end mark is missing.
            Ok(_) | Err(_) => return without_end_mark(reader, parts, &coding, at),
        };
        if segment.start != at && !scanned {
            let length = segment.start - at;
            reader.warn(format_args!("{length} bytes stand between its segments"));
        }
        match segment.marker {
            EOI if !scanned => return Err(reader.broken("it has no image data")),
            EOI => return Ok(Image { parts, end: segment.end, has_end_mark: true, end_is_certain: true }),
            SOI if !scanned => {}
            SOS => {
                if !coding.has_frame() {
                    return Err(reader.broken("its image data has no size"));
                }
                let end = end_of_scan(reader, segment.end)?;
                coding.scan(reader, segment, end)?;
                parts.push((segment, end));
                at = end;
                continue;
            }
            _ => {
                coding.segment(reader, segment)?;
                parts.push((segment, segment.end));
            }
        }
        at = segment.end;
    }
}

/// Decides whether an image without an end mark is whole, by its code words.
fn without_end_mark(reader: &mut Reader, mut parts: Vec<(Segment, u64)>, coding: &Coding, at: u64) -> Result<Image> {
    let needed = reader.length().saturating_add(2);
    let Some(found) = coding.end(reader)? else { return Err(reader.cut(needed)) };
    reader.warn("its end mark is missing");
    let end = found.unwrap_or(at);
    if let Some((_, last)) = parts.last_mut() {
        *last = end;
    }
    Ok(Image { parts, end, has_end_mark: false, end_is_certain: found.is_some() })
}

pub(super) fn read(reader: &mut Reader, info: &mut MediaInfo) -> Result<()> {
    for (segment, _) in image(reader)?.parts {
        if segment.is_frame() && info.width.is_none() {
            let (height, width) = (reader.u16(segment.body + 1)?, reader.u16(segment.body + 3)?);
            if width == 0 || height == 0 {
                return Err(reader.broken(format_args!("it declares {width} x {height} pixels")));
            }
            info.width = Some(width.into());
            info.height = Some(height.into());
        }
        if segment.marker == 0xe1 && info.orientation.is_none() {
            info.orientation = exif::orientation_of_jpeg(segment.content(reader)?);
        }
    }
    Ok(())
}
