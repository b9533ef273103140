//! Files in temporary folders, invented here.

mod fetch;

use std::io::Write as _;

use bytes::Bytes;
use futures_util::StreamExt as _;

use super::facts::tests::samples::{self, cat, jpeg_segment, png_chunk, webp_chunk};
use super::{Media, RemoteMedia, strip_location};
use crate::clock::Timestamp;
use crate::error::ErrorKind;
use crate::http::{Body, ByteStream};

async fn collect(mut stream: ByteStream) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(piece) = stream.next().await {
        all.extend_from_slice(&piece.unwrap());
    }
    all
}

fn file_of(bytes: &[u8]) -> (tempfile::NamedTempFile, Media) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let media = Media::file(file.path());
    (file, media)
}

#[tokio::test]
async fn a_file_and_memory_are_read_alike() {
    let bytes: Vec<u8> = (0..700_000_u32).map(|n| (n % 251) as u8).collect();
    let (_file, on_disk) = file_of(&bytes);
    let sum = on_disk.sha256().await.unwrap();
    for media in [on_disk, Media::bytes(bytes.clone())] {
        assert_eq!(media.length().await.unwrap(), 700_000);
        assert_eq!(media.sha256().await.unwrap(), sum);
        assert_eq!(media.read(700_000).await.unwrap(), bytes);
        assert_eq!(media.read(699_999).await.unwrap_err().kind(), ErrorKind::MediaInvalid);
        for (start, end, expected) in
            [(0, 3, 0..3), (699_998, 800_000, 699_998..700_000), (5, 5, 0..0), (9, 2, 0..0), (800_000, 900_000, 0..0)]
        {
            assert_eq!(media.read_range(start, end).await.unwrap(), bytes[expected.clone()], "{start}..{end}");
            let streamed = collect(media.stream(start, end).await.unwrap()).await;
            assert_eq!(streamed, bytes[expected], "{start}..{end}");
        }
        assert_eq!(media.body().await.unwrap().length(), Some(700_000));
    }
}

#[tokio::test]
async fn the_sum_is_sha_256() {
    // FIPS 180-2, appendix B.1.
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(Media::bytes("abc").sha256().await.unwrap(), expected);
}

// Museum D11: a video is never held whole, and the body can be sent a second time.
#[tokio::test]
async fn d11_a_large_file_goes_out_in_pieces() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len((3 << 20) + 5).unwrap();
    let Body::Stream(body) = Media::file(file.path()).body().await.unwrap() else { panic!("not streamed") };
    assert_eq!(body.length(), Some((3 << 20) + 5));
    for _attempt in 0..2 {
        let lengths: Vec<_> = body.open().map(|piece| piece.unwrap().len()).collect().await;
        assert_eq!(lengths.len(), 13);
        assert!(lengths[..12].iter().all(|&length| length == 256 << 10));
        assert_eq!(lengths[12], 5);
    }
}

#[tokio::test]
async fn a_file_that_shrinks_is_not_sent_in_part() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(600 << 10).unwrap();
    let Body::Stream(body) = Media::file(file.path()).body().await.unwrap() else { panic!("not streamed") };
    let mut running = body.open();
    assert!(running.next().await.unwrap().is_ok());
    file.as_file().set_len(300 << 10).unwrap();
    let error = running.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Storage);
    assert!(running.next().await.is_none());
    assert!(error.message().contains("shorter"), "{error}");
    let late = body.open().next().await.unwrap().unwrap_err();
    assert!(late.message().contains("changed its length"), "{late}");
}

#[tokio::test]
async fn what_is_no_file_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Media::file(folder.path().join("missing.jpg"));
    for media in [missing, Media::file(folder.path())] {
        assert_eq!(media.info().await.unwrap_err().kind(), ErrorKind::Storage);
    }
    let remote = Media::remote("https://cdn.example/video.mp4".parse().unwrap());
    assert_eq!(remote.body().await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(remote.sha256().await.unwrap().len(), 64);
}

// Museum F5: a link that is dead before the post's slot is of no use.
#[test]
fn f5_a_link_is_refused_that_ends_before_the_slot() {
    let ends: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let before: Timestamp = "2026-11-20T11:59:59Z".parse().unwrap();
    let link = RemoteMedia { url: "https://cdn.example/video.mp4".parse().unwrap(), expires_at: Some(ends) };
    assert!(link.is_usable_at(before));
    assert!(!link.is_usable_at(ends));
    assert!(RemoteMedia { expires_at: None, ..link }.is_usable_at(ends));
}

#[tokio::test]
async fn notes_go_and_the_image_stays() {
    let jpeg = samples::jpeg(0xc2, 40, 30, Some(6));
    // A preview with its own position behind the image, and IPTC before it.
    let iptc = jpeg_segment(0xed, b"Photoshop GPS-POSITION");
    let jpeg = cat(&[&jpeg[..2], &iptc, &jpeg[2..], &jpeg]);
    let png_notes = cat(&[&png_chunk(b"eXIf", &samples::exif(8)), &png_chunk(b"tEXt", b"GPS-POSITION")]);
    let webp_pixels = webp_chunk(b"VP8L", &cat(&[b"\x2f", &(99_u32 | 49 << 14).to_le_bytes(), b"x"]));
    let webp = samples::webp(&[
        &webp_chunk(b"VP8X", &[0x2c, 0, 0, 0, 99, 0, 0, 49, 0, 0]),
        &webp_chunk(b"ICCP", b"profile"),
        &webp_pixels,
        &webp_chunk(b"EXIF", &samples::exif(3)),
        &webp_chunk(b"XMP ", b"GPS-POSITION"),
    ]);
    for image in [jpeg, samples::png(20, 10, 2, &[&png_notes]), webp] {
        let before = Media::bytes(image.clone()).info().await.unwrap();
        let stripped = strip_location(&Bytes::from(image)).unwrap();
        let text = String::from_utf8_lossy(&stripped).into_owned();
        assert!(!text.contains("GPS-POSITION"), "{:?}", before.media_type);
        let mut after = Media::bytes(stripped.clone()).info().await.unwrap();
        assert!(after.bytes < before.bytes);
        after.bytes = before.bytes;
        assert_eq!(after, before, "the orientation is kept too");
        assert_eq!(strip_location(&stripped).unwrap(), stripped, "nothing is left to strip");
    }
}

#[test]
fn the_colour_profile_is_kept_and_the_checksum_is_right() {
    let stripped = strip_location(&samples::jpeg(0xc0, 40, 30, Some(1)).into()).unwrap();
    assert!(String::from_utf8_lossy(&stripped).contains("ICC_PROFILE"));
    assert!(!String::from_utf8_lossy(&stripped).contains("Exif"), "an upright image needs none");
    // The checksum was taken with zlib's crc32.
    let notes = png_chunk(b"eXIf", &samples::exif(8));
    let stripped = strip_location(&samples::png(20, 10, 2, &[&notes]).into()).unwrap();
    let at = stripped.windows(4).position(|kind| kind == b"eXIf").unwrap();
    assert_eq!(stripped[at + 4 + 26..][..4], [0x86, 0x58, 0x30, 0x34]);
    let ogg = strip_location(&samples::ogg().into()).unwrap_err();
    assert_eq!(ogg.kind(), ErrorKind::Unsupported);
}
