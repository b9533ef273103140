//! Small files that tests hand to a vendor or let it answer with.

// It is compiled for tests only, but is no test itself.
#![allow(clippy::unwrap_used)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The smallest PNG, one pixel, in base64.
pub(crate) const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// The smallest PNG.
pub(crate) fn pixel() -> Vec<u8> {
    STANDARD.decode(PNG).unwrap()
}

/// A PNG of this size whose pixels are not looked at.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(b"IHDR", header.as_slice()), (b"IDAT", b"pixels"), (b"IEND", b"")] {
        png.extend_from_slice(&[&(body.len() as u32).to_be_bytes()[..], kind, body, b"-crc"].concat());
    }
    png
}

/// A video of one second and 720 x 1280 pixels, with all that the facts need and no picture.
pub(crate) fn video() -> Vec<u8> {
    fn part(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, &body].concat()
    }
    let (one, thousand) = (1_u32.to_be_bytes(), 1000_u32.to_be_bytes());
    let entry = part(b"avc1", &[&[0; 24], &720_u16.to_be_bytes(), &1280_u16.to_be_bytes(), &[0; 50]]);
    let table = part(
        b"stbl",
        &[
            &part(b"stsd", &[&[0; 4], &one, &entry]),
            &part(b"stts", &[&[0; 4], &one, &one, &thousand]),
            &part(b"stsz", &[&[0; 8], &one]),
            &part(b"stco", &[&[0; 8]]),
        ],
    );
    let media = part(
        b"mdia",
        &[
            &part(b"mdhd", &[&[0; 12], &thousand, &thousand, &[0; 4]]),
            &part(b"hdlr", &[&[0; 8], b"vide", &[0; 13]]),
            &part(b"minf", &[&table]),
        ],
    );
    let track = part(b"trak", &[&part(b"tkhd", &[&[0; 84]]), &media]);
    let header = part(b"mvhd", &[&[0; 12], &thousand, &thousand, &[0; 80]]);
    [part(b"ftyp", &[b"isom\0\0\0\0isom"]), part(b"moov", &[&header, &track]), part(b"mdat", &[b"images"])].concat()
}

/// Half a second of silence, MP3 of 128 kbit/s.
pub(crate) fn mp3() -> Vec<u8> {
    let mut frame = vec![0xff, 0xfb, 0x90, 0xc4];
    frame.resize(417, 0);
    frame.repeat(20)
}
