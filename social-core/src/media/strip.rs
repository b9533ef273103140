//! Takes notes such as the place and the camera out of images.

use bytes::Bytes;

use super::facts::{Reader, exif, jpeg, png, sniff, webp};
use super::info::MediaType;
use crate::error::{Error, Result};

/// Takes the place, the time, the camera and every other note out of an image, without encoding it
/// again.
///
/// It works on JPEG, PNG and WebP. What is dropped: EXIF with its GPS position, XMP, IPTC,
/// comments, text and time chunks, embedded previews, and whatever stands behind the image's end
/// (phones append videos there). What stays: the pixels, the colour profile (ICC), and the
/// orientation, so that the image is not shown on its side.
///
/// # Errors
/// [`MediaInvalid`](crate::ErrorKind::MediaInvalid) for a broken file;
/// [`Unsupported`](crate::ErrorKind::Unsupported) for other formats.
pub fn strip_location(image: &Bytes) -> Result<Bytes> {
    let mut reader = Reader::of_bytes(image.clone());
    let media_type = sniff::media_type(&mut reader)?;
    reader.set_format(sniff::name(media_type));
    let stripped = match media_type {
        MediaType::Jpeg => strip_jpeg(&mut reader)?,
        MediaType::Png => strip_png(&mut reader)?,
        MediaType::Webp => strip_webp(&mut reader)?,
        other => {
            let message = format!("notes can be taken out of JPEG, PNG and WebP, not out of {}", sniff::name(other));
            return Err(Error::unsupported("media", message));
        }
    };
    Ok(stripped.into())
}

fn copy(reader: &mut Reader, start: u64, end: u64, to: &mut Vec<u8>) -> Result<()> {
    to.extend_from_slice(reader.get(start, (end - start) as usize)?);
    Ok(())
}

/// An orientation that has to be kept.
fn turned(orientation: Option<u8>) -> Option<u8> {
    orientation.filter(|&orientation| orientation > 1)
}

fn strip_jpeg(reader: &mut Reader) -> Result<Vec<u8>> {
    let (mut at, mut orientation, mut kept) = (2, None, Vec::new());
    loop {
        let segment = jpeg::Segment::at(reader, at)?;
        let keep = match segment.marker {
            0xe1 => {
                orientation = orientation.or(exif::orientation_of_jpeg(segment.content(reader)?));
                false
            }
            // JFIF and Adobe's colour transform are needed to decode; of the others only the colour
            // profile counts.
            0xe0 | 0xee => true,
            0xe2 => segment.content(reader)?.starts_with(b"ICC_PROFILE\0"),
            0xe3..=0xef | 0xfe => false,
            _ => true,
        };
        let end = match segment.marker {
            jpeg::EOI => return Err(reader.broken("it has no image data")),
            jpeg::SOS => jpeg::end_of_image(reader, segment.end)?,
            _ => segment.end,
        };
        if keep {
            copy(reader, segment.start, end, &mut kept)?;
        }
        if segment.marker == jpeg::SOS {
            break;
        }
        at = end;
    }
    let mut stripped = vec![0xff, 0xd8];
    if let Some(orientation) = turned(orientation) {
        let block = exif::block(orientation, true);
        stripped.extend_from_slice(&[0xff, 0xe1, 0, block.len() as u8 + 2]);
        stripped.extend_from_slice(&block);
    }
    stripped.append(&mut kept);
    Ok(stripped)
}

fn strip_png(reader: &mut Reader) -> Result<Vec<u8>> {
    let mut stripped = Vec::new();
    copy(reader, 0, png::FIRST, &mut stripped)?;
    let mut at = png::FIRST;
    loop {
        let chunk = png::Chunk::at(reader, at)?;
        match &chunk.kind {
            b"eXIf" => {
                if let Some(orientation) = turned(chunk.orientation(reader)?) {
                    write_png_chunk(&mut stripped, *b"eXIf", &exif::block(orientation, false));
                }
            }
            b"tEXt" | b"zTXt" | b"iTXt" | b"tIME" => {}
            _ => copy(reader, at, chunk.end, &mut stripped)?,
        }
        if &chunk.kind == b"IEND" {
            return Ok(stripped);
        }
        at = chunk.end;
    }
}

fn write_png_chunk(to: &mut Vec<u8>, kind: [u8; 4], body: &[u8]) {
    to.extend_from_slice(&(body.len() as u32).to_be_bytes());
    let start = to.len();
    to.extend_from_slice(&kind);
    to.extend_from_slice(body);
    let sum = crc32(to.get(start..).unwrap_or_default());
    to.extend_from_slice(&sum.to_be_bytes());
}

/// The checksum of PNG's annex D, bit by bit: it is only taken over a few bytes.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

fn strip_webp(reader: &mut Reader) -> Result<Vec<u8>> {
    let mut stripped = Vec::new();
    copy(reader, 0, webp::FIRST, &mut stripped)?;
    let (mut at, mut flags_at) = (webp::FIRST, None);
    let mut has_exif = false;
    while let Some(chunk) = webp::Chunk::at(reader, at)? {
        match &chunk.kind {
            b"XMP " => {}
            b"EXIF" => {
                if let Some(orientation) = turned(chunk.orientation(reader)?) {
                    let block = exif::block(orientation, false);
                    stripped.extend_from_slice(b"EXIF");
                    stripped.extend_from_slice(&(block.len() as u32).to_le_bytes());
                    stripped.extend_from_slice(&block);
                    has_exif = true;
                }
            }
            kind => {
                if kind == b"VP8X" {
                    flags_at = Some(stripped.len() + 8);
                }
                let (start, end) = (at, chunk.body + chunk.length);
                copy(reader, start, end, &mut stripped)?;
                if chunk.length % 2 == 1 {
                    stripped.push(0);
                }
            }
        }
        at = chunk.end;
    }
    // The header says which notes follow.
    const XMP: u8 = 0x04;
    const EXIF: u8 = 0x08;
    if let Some(flags) = flags_at.and_then(|at| stripped.get_mut(at)) {
        *flags &= !(XMP | EXIF);
        *flags |= if has_exif { EXIF } else { 0 };
    }
    let length = (stripped.len() as u32).saturating_sub(8).to_le_bytes();
    for (to, from) in stripped.iter_mut().skip(4).zip(length) {
        *to = from;
    }
    Ok(stripped)
}
