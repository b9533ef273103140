//! Reads what the bytes of a file say about it: headers and indexes only, nothing is decoded.

pub(super) mod ebml;
pub(super) mod exif;
pub(super) mod gif;
mod gif_pixels;
mod heif;
pub(super) mod heif_items;
pub(super) mod iso_bmff;
pub(super) mod jpeg;
mod jpeg_scan;
mod jpeg_segment;
pub(super) mod mp3;
mod mp4;
mod mp4_fragments;
pub(super) mod mp4_samples;
mod mp4_sizes;
mod mp4_track;
mod ogg;
pub(super) mod png;
mod reader;
pub(super) mod sniff;
#[cfg(test)]
pub(super) mod tests;
pub(super) mod wav;
pub(super) mod webp;

pub(super) use reader::Reader;

use super::info::{MediaInfo, MediaType};
use crate::error::Result;

/// Reads the facts of a whole file.
pub(super) fn read(reader: &mut Reader) -> Result<MediaInfo> {
    let media_type = sniff::media_type(reader)?;
    reader.set_format(sniff::name(media_type));
    let mut info = MediaInfo::new(media_type, reader.length());
    match media_type {
        MediaType::Jpeg => jpeg::read(reader, &mut info)?,
        MediaType::Png => png::read(reader, &mut info)?,
        MediaType::Gif => gif::read(reader, &mut info)?,
        MediaType::Webp => webp::read(reader, &mut info)?,
        MediaType::Heic | MediaType::Avif => heif::read(reader, &mut info)?,
        MediaType::Mp4 | MediaType::Mov | MediaType::M4a => mp4::read(reader, &mut info)?,
        MediaType::Webm | MediaType::Mkv => ebml::read(reader, &mut info)?,
        MediaType::Mp3 => mp3::read(reader, &mut info)?,
        MediaType::Wav => wav::read(reader, &mut info)?,
        MediaType::Ogg => ogg::read(reader, &mut info)?,
        MediaType::Pdf => sniff::whole_pdf(reader)?,
        MediaType::Vtt | MediaType::Srt => {}
    }
    // An image shown on its side is as wide as its rows are many (EXIF 2.3, tag 0x0112).
    if matches!(info.orientation, Some(5..=8)) {
        std::mem::swap(&mut info.width, &mut info.height);
    }
    info.warnings = reader.take_warnings();
    Ok(info)
}
