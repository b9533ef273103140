//! Notes in JPEG, PNG, WebP and GIF.

use super::edit::Edit;
use crate::error::{Error, Result};
use crate::media::facts::{Reader, exif, gif, jpeg, png, webp};

/// An orientation that has to be kept.
fn turned(orientation: Option<u8>) -> Option<u8> {
    orientation.filter(|&orientation| orientation > 1)
}

pub(super) fn jpeg(reader: &mut Reader) -> Result<Vec<Edit>> {
    let image = jpeg::image(reader)?;
    if !image.end_is_certain {
        let message = "the image has no end mark, and notes that stand behind it cannot be told from it: save it anew";
        return Err(Error::unsupported("media", message));
    }
    let (mut at, mut edits, mut orientation, mut has_block) = (2, Vec::new(), None, false);
    for (segment, end) in image.parts {
        if segment.start > at {
            edits.push(Edit::remove(at, segment.start));
        }
        let content = |reader: &mut Reader, start: &[u8]| Ok::<_, Error>(segment.content(reader)?.starts_with(start));
        let keep = match segment.marker {
            0xe1 => {
                let found = exif::orientation_of_jpeg(segment.content(reader)?);
                orientation = orientation.or(found);
                // The block that keeps the orientation may be here already, and alone.
                has_block |= segment.content(reader)? == exif::block(found.unwrap_or(1), true);
                false
            }
            // JFIF and Adobe's colour transform are needed to decode; of the others only the colour
            // profile counts.
            0xe0 => content(reader, b"JFIF\0")?,
            0xee => content(reader, b"Adobe")?,
            0xe2 => content(reader, b"ICC_PROFILE\0")?,
            0xe3..=0xef | 0xfe => false,
            _ => true,
        };
        if !keep {
            edits.push(Edit::remove(segment.start, end));
        }
        at = end;
    }
    let block = turned(orientation).map(|orientation| {
        let block = exif::block(orientation, true);
        [&[0xff, 0xe1, 0, block.len() as u8 + 2], block.as_slice()].concat()
    });
    match (block, edits.first()) {
        // It stands where it was: there is nothing to do.
        (Some(block), Some(first)) if has_block && *first == Edit::remove(2, 2 + block.len() as u64) => {
            edits.remove(0);
        }
        (Some(block), _) => edits.push(Edit::replace(2, 2, block)),
        (None, _) => {}
    }
    if !image.has_end_mark {
        edits.push(Edit::replace(at, reader.length(), &[0xff, jpeg::EOI][..]));
    } else {
        if image.end - 2 > at {
            edits.push(Edit::remove(at, image.end - 2));
        }
        if image.end < reader.length() {
            edits.push(Edit::remove(image.end, reader.length()));
        }
    }
    Ok(edits)
}

/// Chunks beside the critical ones (with a capital first letter) that change what is shown.
const PNG_SHOWN: [&[u8; 4]; 17] = [
    b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"mDCv", b"cLLi", b"sBIT", b"bKGD",
    b"hIST", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

pub(super) fn png(reader: &mut Reader) -> Result<Vec<Edit>> {
    let (mut at, mut edits, mut pixels) = (png::FIRST, Vec::new(), false);
    loop {
        let Some(chunk) = png::Chunk::next(reader, at, pixels)? else {
            edits.push(Edit::replace(at, reader.length(), &b"\0\0\0\0IEND\xae\x42\x60\x82"[..]));
            return Ok(edits);
        };
        match &chunk.kind {
            b"eXIf" => {
                let kept = turned(chunk.orientation(reader)?).map(|orientation| {
                    let mut kept = Vec::new();
                    write_png_chunk(&mut kept, *b"eXIf", &exif::block(orientation, false));
                    kept
                });
                let kept = kept.unwrap_or_default();
                if reader.get(at, (chunk.end - at) as usize)? != kept {
                    edits.push(Edit::replace(at, chunk.end, kept));
                }
            }
            b"IEND" => {
                let mut end = Vec::new();
                write_png_chunk(&mut end, *b"IEND", &[]);
                // Its checksum may be cut off, and anything may stand behind it.
                if reader.up_to(at, end.len() + 1)? != end {
                    edits.push(Edit::replace(at, reader.length(), end));
                }
                return Ok(edits);
            }
            kind => {
                pixels |= kind == b"IDAT";
                let critical = kind.first().is_some_and(u8::is_ascii_uppercase);
                if !critical && !PNG_SHOWN.contains(&kind) {
                    edits.push(Edit::remove(at, chunk.end));
                }
            }
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

/// Chunks that make the image.
const WEBP_SHOWN: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];

pub(super) fn webp(reader: &mut Reader) -> Result<Vec<Edit>> {
    // The header says which notes follow.
    const XMP: u8 = 0x04;
    const EXIF: u8 = 0x08;
    let (mut at, mut edits, mut flags, mut length) = (webp::FIRST, Vec::new(), None, webp::FIRST);
    let mut has_exif = false;
    while let Some(chunk) = webp::Chunk::at(reader, at)? {
        let end = chunk.end.min(reader.length());
        match &chunk.kind {
            b"EXIF" if !has_exif => {
                let mut kept = Vec::new();
                if let Some(orientation) = turned(chunk.orientation(reader)?) {
                    let block = exif::block(orientation, false);
                    kept.extend_from_slice(b"EXIF");
                    kept.extend_from_slice(&(block.len() as u32).to_le_bytes());
                    kept.extend_from_slice(&block);
                    has_exif = true;
                }
                length += kept.len() as u64;
                if reader.get(at, (end - at) as usize)? != kept {
                    edits.push(Edit::replace(at, end, kept));
                }
            }
            kind if WEBP_SHOWN.contains(&kind) => {
                if kind == b"VP8X" {
                    flags = Some((chunk.body, reader.u8(chunk.body)?));
                }
                length += chunk.end - at;
                if chunk.end > end {
                    edits.push(Edit::replace(end, end, &[0][..]));
                }
            }
            _ => edits.push(Edit::remove(at, end)),
        }
        at = chunk.end;
    }
    if at < reader.length() {
        edits.push(Edit::remove(at, reader.length()));
    }
    if let Some((at, old)) = flags {
        let new = old & !(XMP | EXIF) | if has_exif { EXIF } else { 0 };
        if new != old {
            edits.push(Edit::replace(at, at + 1, vec![new]));
        }
    }
    let declared = (length as u32).saturating_sub(8);
    if reader.u32_le(4)? != declared {
        edits.push(Edit::replace(4, 8, declared.to_le_bytes().to_vec()));
    }
    Ok(edits)
}

/// Application blocks that make the animation or its colours.
const GIF_SHOWN: [&[u8]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

pub(super) fn gif(reader: &mut Reader) -> Result<Vec<Edit>> {
    let (mut at, mut edits) = (gif::first(reader)?, Vec::new());
    loop {
        match gif::Block::at(reader, at)? {
            gif::Block::Extension { label, end } => {
                let keep = match label {
                    0xf9 | 0x01 => true,
                    0xff => {
                        let name = reader.up_to(at + 3, 11)?;
                        GIF_SHOWN.iter().any(|shown| name.starts_with(shown))
                    }
                    _ => false,
                };
                if !keep {
                    edits.push(Edit::remove(at, end));
                }
                at = end;
            }
            gif::Block::Frame { end } => at = end,
            gif::Block::Padding => {
                edits.push(Edit::remove(at, at + 1));
                at += 1;
            }
            gif::Block::Trailer => {
                if at + 1 < reader.length() {
                    edits.push(Edit::remove(at + 1, reader.length()));
                }
                return Ok(edits);
            }
            gif::Block::Cut | gif::Block::Unknown => {
                // The data of the last frame may lack their end, too.
                let ends = at < reader.length() || reader.u8(at.saturating_sub(1))? == 0;
                let end: &[u8] = if ends { b"\x3b" } else { b"\0\x3b" };
                edits.push(Edit::replace(at, reader.length(), end));
                return Ok(edits);
            }
        }
    }
}
