//! The type of a file, from its first bytes.

use bytes::Bytes;

use super::Reader;
use super::ebml;
use crate::error::{Error, ErrorKind, Result};
use crate::media::info::MediaType;

/// How much of the start decides about the type, and how much of a text is read for its message.
const HEAD: usize = 4096;

/// The format's name in errors.
pub(in crate::media) const fn name(media_type: MediaType) -> &'static str {
    match media_type {
        MediaType::Jpeg => "JPEG",
        MediaType::Png => "PNG",
        MediaType::Gif => "GIF",
        MediaType::Webp => "WebP",
        MediaType::Heic => "HEIC",
        MediaType::Avif => "AVIF",
        MediaType::Mp4 => "MP4",
        MediaType::Mov => "QuickTime video",
        MediaType::Webm => "WebM",
        MediaType::Mkv => "Matroska video",
        MediaType::Mp3 => "MP3",
        MediaType::Wav => "WAV",
        MediaType::M4a => "M4A",
        MediaType::Ogg => "Ogg",
        MediaType::Pdf => "PDF",
        MediaType::Vtt => "WebVTT",
        MediaType::Srt => "SubRip",
    }
}

impl MediaType {
    /// The format by a file's first bytes (4096 are plenty); `None` for anything else. See
    /// [`Media::info`](crate::media::Media::info) for facts about a whole file.
    #[must_use]
    pub fn of(head: &[u8]) -> Option<Self> {
        let head = head.get(..4096).unwrap_or(head);
        media_type(&mut Reader::of_bytes(Bytes::copy_from_slice(head))).ok()
    }
}

/// The type by the first bytes, or an error that says what the file is instead.
pub(in crate::media) fn media_type(reader: &mut Reader) -> Result<MediaType> {
    if reader.length() == 0 {
        return Err(Error::new(ErrorKind::MediaInvalid, "the file is empty (0 bytes)"));
    }
    let head = reader.up_to(0, HEAD)?.to_vec();
    let at = |from: usize, what: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(what));
    let found = if at(0, b"\xff\xd8\xff") {
        MediaType::Jpeg
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        MediaType::Png
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        MediaType::Gif
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        MediaType::Webp
    } else if ([&b"RIFF"[..], b"RF64", b"BW64"].iter().any(|form| at(0, form)) && at(8, b"WAVE"))
        || (at(0, b"riff\x2e\x91\xcf\x11") && at(24, b"wave"))
    {
        MediaType::Wav
    } else if at(4, b"ftyp") {
        by_brands(&head)
    } else if [&b"moov"[..], b"mdat", b"wide", b"free", b"skip", b"pnot"].iter().any(|kind| at(4, kind)) {
        // QuickTime files older than the `ftyp` box (QuickTime File Format, "Atoms").
        MediaType::Mov
    } else if at(0, b"\x1a\x45\xdf\xa3") {
        return ebml::doc_type(reader);
    } else if at(0, b"OggS") {
        MediaType::Ogg
    } else if at(0, b"%PDF-") {
        MediaType::Pdf
    } else if at(0, b"ID3") || is_mpeg_audio(&head) || (at(0, b"\0") && super::mp3::begins_with_zeros(reader)?) {
        MediaType::Mp3
    } else if is_vtt(&head) {
        MediaType::Vtt
    } else if is_srt(&head) {
        MediaType::Srt
    } else {
        return Err(unknown(&head, reader.length()));
    };
    Ok(found)
}

/// The brands of an ISO file, major brand first (ISO/IEC 14496-12 4.3, MP4RA's list of brands).
fn by_brands(head: &[u8]) -> MediaType {
    let size = head.first_chunk::<4>().map_or(0, |size| u32::from_be_bytes(*size)) as usize;
    let brands = head.get(8..size.min(head.len())).unwrap_or_default();
    let mut brands = brands.chunks_exact(4);
    let major = brands.next().unwrap_or_default();
    let _minor_version = brands.next();
    let compatible: Vec<_> = brands.collect();
    match major {
        b"avif" | b"avis" => MediaType::Avif,
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => MediaType::Heic,
        b"mif1" | b"msf1" if compatible.iter().any(|brand| brand.starts_with(b"avi")) => MediaType::Avif,
        b"mif1" | b"msf1" => MediaType::Heic,
        b"qt  " => MediaType::Mov,
        b"M4A " | b"M4B " | b"M4P " => MediaType::M4a,
        _ => MediaType::Mp4,
    }
}

fn is_mpeg_audio(head: &[u8]) -> bool {
    head.first_chunk::<4>().is_some_and(|header| super::mp3::Frame::parse(u32::from_be_bytes(*header)).is_some())
}

fn without_bom(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

fn is_vtt(head: &[u8]) -> bool {
    without_bom(head)
        .strip_prefix(b"WEBVTT")
        .is_some_and(|rest| rest.first().is_none_or(|next| b" \t\r\n".contains(next)))
}

/// A number alone on its line, then `00:00:01,000 --> 00:00:02,000`.
fn is_srt(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(without_bom(head));
    let mut lines = text.trim_start().lines().map(str::trim);
    let (Some(number), Some(times)) = (lines.next(), lines.next()) else { return false };
    let is_time = |time: &str| {
        let mut parts = time.split([':', ',', '.']);
        let digits = |part: Option<&str>| part.is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
        (0..4).all(|_| digits(parts.next())) && parts.next().is_none()
    };
    !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && times.split_once(" --> ").is_some_and(|(from, to)| {
            // A position may follow.
            is_time(from) && is_time(to.split_whitespace().next().unwrap_or_default())
        })
}

/// Says what the file is instead, by its kind and length. Nothing of what is in it is said: it may
/// be anybody's.
fn unknown(head: &[u8], length: u64) -> Error {
    let message = match instead(head) {
        Some(kind) => format!("the file is no media but {kind}, of {length} bytes"),
        None => match infer::get(head) {
            Some(kind) => format!("files of the type {} are not taken", kind.mime_type()),
            None if head.iter().all(|&byte| byte == 0) => "the file holds only zero bytes at its start".to_owned(),
            None => format!("the type of the file, of {length} bytes, is unknown"),
        },
    };
    Error::new(ErrorKind::MediaInvalid, message)
}

/// What text it is.
fn instead(head: &[u8]) -> Option<&'static str> {
    let text = without_bom(head).trim_ascii_start();
    match text.first() {
        Some(b'{' | b'[') => Some("JSON"),
        Some(b'<') if !text.starts_with(b"<svg") => Some("HTML or XML"),
        _ if infer::get(head).is_some() || head.iter().all(|&byte| byte == 0) => None,
        _ => head.iter().all(|&byte| byte >= 0x20 || byte.is_ascii_whitespace()).then_some("text"),
    }
}

/// The error about an answer that came instead of a file, with what it says: vendors answer a dead
/// link with a page or a JSON error.
pub(in crate::media) fn with_answer(error: Error, head: &[u8]) -> Error {
    let Some(kind) = instead(head) else { return error };
    let text = without_bom(head).trim_ascii_start();
    let said = if kind == "JSON" { json_message(text) } else { None }.unwrap_or_else(|| excerpt(text));
    Error::new(error.kind(), format!("the file is no media but {kind}: {said}")).with_body(text)
}

/// One line of a text.
fn excerpt(text: &[u8]) -> String {
    let line = String::from_utf8_lossy(text);
    line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(160).collect()
}

/// The message in a JSON error, wherever the usual vendors put it.
fn json_message(text: &[u8]) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(text).ok()?;
    ["/error/message", "/message", "/error/description", "/error", "/detail", "/error_msg", "/msg"]
        .iter()
        .find_map(|pointer| json.pointer(pointer)?.as_str())
        .map(|message| excerpt(message.as_bytes()))
}

/// Refuses a PDF without its end mark, which stands in the last kilobyte (ISO 32000-1 7.5.5,
/// implementation note).
pub(super) fn whole_pdf(reader: &mut Reader) -> Result<()> {
    let length = reader.length();
    let tail = reader.up_to(length.saturating_sub(HEAD as u64), HEAD)?;
    if memchr::memmem::find(tail, b"%%EOF").is_none() {
        return Err(reader.broken("its end (`%%EOF`) is missing"));
    }
    Ok(())
}
