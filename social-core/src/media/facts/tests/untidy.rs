//! Kind E of the public reports: what every decoder shows is taken, and what is untidy about it is
//! a warning; a cut is proven from inside. Stands on files that ffmpeg and Pillow made, changed
//! here as the reports describe them.

use super::samples::{self, SampleVideo, cat, iso_box, jpeg_segment, png_chunk, webp_chunk};
use super::*;

const SEQUENTIAL: &[u8] = include_bytes!("files/sequential.jpg");
const GREY: &[u8] = include_bytes!("files/grey.jpg");
const RESTART: &[u8] = include_bytes!("files/restart.jpg");
const PROGRESSIVE: &[u8] = include_bytes!("files/progressive.jpg");
const THREE: &[u8] = include_bytes!("files/three.gif");
const PLAIN: &[u8] = include_bytes!("files/plain.mp4");
const HYBRID: &[u8] = include_bytes!("files/hybrid.mp4");
const LIVE: &[u8] = include_bytes!("files/live.webm");
const WIDE_WEBM: &[u8] = include_bytes!("files/wide-pixels.webm");

/// The facts of a file that is taken with this warning.
fn untidy(name: &str, bytes: impl Into<Bytes>, warning: &str) -> MediaInfo {
    let info = facts(bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(info.warnings.iter().any(|found| found.contains(warning)), "{name}: {:?}", info.warnings);
    info
}

fn is_cut(name: &str, bytes: impl Into<Bytes>) {
    let error = facts(bytes).map(|info| panic!("{name}: {info:?}")).unwrap_err();
    assert!(error.message().contains("cut off"), "{name}: {error}");
}

fn without_end(jpeg: &[u8]) -> &[u8] {
    jpeg.strip_suffix(b"\xff\xd9").unwrap()
}

#[test]
fn e_jpeg_without_its_end_mark() {
    for (name, jpeg) in
        [("sequential", SEQUENTIAL), ("grey", GREY), ("with restart marks", RESTART), ("progressive", PROGRESSIVE)]
    {
        assert!(facts(jpeg).unwrap().warnings.is_empty(), "{name}");
        let bare = without_end(jpeg);
        // Alone, with the first half of the mark, and with what phones append: a video, an own
        // trailer, another image.
        let video = iso_box(b"ftyp", &[b"isom"]);
        for trailer in [&b""[..], b"\xff", &video, b"SEFH\0\0\0\0SEFT", SEQUENTIAL] {
            let info = untidy(name, cat(&[bare, trailer]), "its end mark is missing");
            assert_eq!((info.width, info.height), (Some(45), Some(35)), "{name}");
        }
    }
}

#[test]
fn e_jpeg_that_is_cut_is_seen_by_its_code_words() {
    for (name, jpeg) in [("sequential", SEQUENTIAL), ("grey", GREY), ("with restart marks", RESTART)] {
        let start = jpeg.windows(2).position(|marker| marker == b"\xff\xda").unwrap();
        let bare = without_end(jpeg);
        // The last bits are padding, so that the last byte may not be needed.
        for length in start..bare.len() - 2 {
            is_cut(&format!("{name} cut to {length}"), bare[..length].to_vec());
        }
    }
    // Of a progressive image a whole scan must be missing.
    let scans: Vec<_> = (0..PROGRESSIVE.len()).filter(|&at| PROGRESSIVE[at..].starts_with(b"\xff\xda")).collect();
    assert!(scans.len() > 3);
    let (last, before) = scans.split_last().unwrap();
    for length in before[0]..*last {
        is_cut(&format!("progressive cut to {length}"), PROGRESSIVE[..length].to_vec());
    }
}

#[test]
fn e_jpeg_with_something_between_its_segments() {
    let (start, rest) = SEQUENTIAL.split_at(20);
    // The Pixel's segment without its ff; a segment's length that is too small; fill bytes.
    for junk in [&b"\x00\xe1\x00\x06abcd"[..], b"junk", b"\0\0\0\0\0\0", b"\xff\x00\xff\x00", b"\xff\xff\xff"] {
        let info = facts(cat(&[start, junk, rest])).unwrap_or_else(|e| panic!("{junk:?}: {e}"));
        assert_eq!((info.width, info.height), (Some(45), Some(35)), "{junk:?}");
    }
    untidy("junk", cat(&[start, b"junk", rest]), "4 bytes stand between its segments");
}

#[test]
fn e_gif_without_its_end() {
    let bare = THREE.strip_suffix(b"\x3b").unwrap();
    // Without the end mark; without the end of the last frame's data, too; junk instead.
    let comment = &b"\x21\xfe\x20half a comm"[..];
    for (name, gif) in [
        ("no end mark", bare.to_vec()),
        ("no end of the data", bare.strip_suffix(b"\0").unwrap().to_vec()),
        ("junk", cat(&[bare, b"junk"])),
        ("a comment that is cut off", cat(&[bare, comment])),
    ] {
        let info = facts(gif).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(!info.warnings.is_empty(), "{name}");
        assert_eq!((info.width, info.height, info.animated), (Some(20), Some(20), true), "{name}");
        assert_eq!(info.duration, Some(Duration::from_millis(300)), "{name}");
    }
    // Pixels that are missing are.
    is_cut("in the last frame", bare[..bare.len() - 12].to_vec());
    let first = THREE.windows(2).position(|block| block == b"\x2c\0").unwrap();
    is_cut("in the first frame", THREE[..first + 14].to_vec());
}

#[test]
fn e_png_and_webp_without_their_end() {
    let png = samples::png(20, 10, 2, &[]);
    let body = &png[..png.len() - 12];
    for (name, png) in [
        ("no end", body.to_vec()),
        ("an end without its checksum", png[..png.len() - 4].to_vec()),
        ("a note that is cut off", cat(&[body, &png_chunk(b"tEXt", b"Comment\0x")[..14]])),
    ] {
        let info = facts(png).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((info.width, info.height), (Some(20), Some(10)), "{name}");
    }
    is_cut("in the pixels", body[..body.len() - 6].to_vec());
    let pixels = webp_chunk(b"VP8 ", b"\x10\0\0\x9d\x01\x2a\x80\x02\x68\x41rest!");
    let mut webp = samples::webp(&[&pixels, &webp_chunk(b"EXIF", &samples::exif(1))]);
    webp.truncate(webp.len() - 20);
    let info = untidy("webp", webp, "its last part is cut off");
    assert_eq!((info.width, info.height), (Some(640), Some(360)));
    let mut longer = samples::webp(&[&pixels]);
    longer[4] += 7;
    assert_eq!(untidy("webp", longer, "not all there").width, Some(640));
    is_cut("webp pixels", samples::webp(&[&pixels])[..24].to_vec());
}

#[test]
fn e_wav_of_unknown_length() {
    let placeholders = [
        // ffmpeg, browsers, SoX, pocket-tts, arecord, a day, half of all.
        (u32::MAX, u32::MAX),
        (0x7fff_ffff, 0x7fff_ffff),
        (0x7fff_f024, 0x7fff_f000),
        (2_000_000_036, 2_000_000_000),
        (0x8000_0024, 0x8000_0000),
        (4_147_200_036, 4_147_200_000),
        (0xffff_ffff, 0xffff_ffdb),
        // The file's length was never filled in; or it was, and that of the audio was not.
        (0, 0),
        (0, 24_000),
        (36, 0),
        (16_036, 1_000_000),
    ];
    for (file, data) in placeholders {
        let mut wav = samples::wav(data);
        wav[4..8].copy_from_slice(&file.to_le_bytes());
        let info = facts(wav).unwrap_or_else(|e| panic!("{file} {data}: {e}"));
        assert_eq!(info.duration, Some(Duration::from_secs(1)), "{file} {data}");
        assert_eq!(info.warnings.is_empty(), data == 0, "{file} {data}");
    }
    is_cut("lengths that agree", samples::wav(16_000)[..10_000].to_vec());
}

#[test]
fn e_mp3_with_a_wrong_tag_or_zeros_before_it() {
    let frames = samples::mp3(40, None).split_off(20);
    let second = Duration::from_secs_f64(1152.0 / 44_100.0) * 40;
    let tag = |length: u8| cat(&[b"ID3\x03\0\0\0\0", &[length, 0], &[0; 30]]);
    for (name, mp3) in [
        ("a tag longer than the file", cat(&[b"ID3\x03\0\0\x0f\x7f\x7f\x7f", &[0; 30], &frames])),
        ("a tag into the frames", cat(&[&tag(3), &frames])),
        ("a tag that is too short", cat(&[&tag(0), &frames])),
        ("zeros", cat(&[&[0; 5000], &frames])),
        ("an old tag behind", cat(&[&frames, b"TAG", &[0; 125]])),
        ("a newer tag behind", cat(&[&frames, b"APETAGEX", &[0; 60]])),
    ] {
        let info = facts(mp3).unwrap_or_else(|e| panic!("{name}: {e}"));
        let missing = if name == "a tag into the frames" { 1 } else { 0 };
        let found = info.duration.unwrap().as_secs_f64();
        assert!(found <= second.as_secs_f64() + 1e-6, "{name}: {found}");
        assert!(found >= second.as_secs_f64() - f64::from(missing) * 0.03 - 1e-6, "{name}: {found}");
    }
}

#[test]
fn e_video_with_something_behind_its_last_box() {
    // Cameras' trailers, padding, and a box whose length is wrong.
    for trailer in [
        &b"\x01\x02\x47\x84\x12\x34\x56\x78 positions of an Insta360 8db42d694ccc418790edff439fe026bf"[..],
        &[0; 100],
        b"\0\0\0\x05free",
        b"\0\xff\xff\xffuuidX",
        b"abc",
    ] {
        for video in [PLAIN, HYBRID] {
            let info = facts(cat(&[video, trailer])).unwrap_or_else(|e| panic!("{trailer:?}: {e}"));
            assert_eq!((info.width, info.duration), (Some(32), Some(Duration::from_secs(3))), "{trailer:?}");
        }
    }
    untidy("trailer", cat(&[PLAIN, b"not a box"]), "9 bytes stand behind its last box");
    untidy("heic", cat(&[&samples::heif(b"heic", b"mif1"), b"not a box"]), "9 bytes stand behind");
    // More samples have a time than a size: players pass over it.
    let sizes = SampleVideo { sizes: 59, ..SampleVideo::default() }.write();
    untidy("sizes", sizes, "60 samples have a time, 59 have a size");
}

#[test]
fn e_video_that_is_cut_is_seen_by_its_samples() {
    // The index stands first, the media data are the last box: it is cut, and its length is wrong
    // while all samples are there.
    let info = facts(PLAIN).unwrap();
    assert_eq!(info.fast_start, Some(false));
    let (index, data) = fast_start(PLAIN);
    let video = cat(&[&index, &data]);
    assert!(facts(video.clone()).unwrap().warnings.is_empty());
    let at = index.len();
    let mut longer = video.clone();
    longer[at..at + 4].copy_from_slice(&(data.len() as u32 + 50).to_be_bytes());
    untidy("a length that is wrong", longer, "its last box is longer than the file");
    for cut in 1..100 {
        is_cut(&format!("by {cut}"), video[..video.len() - cut].to_vec());
    }
    // The samples end behind the file though the box does not.
    let mut shorter = video[..video.len() - 20].to_vec();
    shorter[at..at + 4].copy_from_slice(&(data.len() as u32 - 20).to_be_bytes());
    is_cut("a box that fits", shorter);
    for cut in [1, 30, 200] {
        let fragments = HYBRID.windows(4).rposition(|kind| kind == b"mfra").unwrap() - 4;
        is_cut("in a fragment", HYBRID[..fragments - cut].to_vec());
    }
}

/// A file of ffmpeg with its index in front: what stands before the media data, and they.
fn fast_start(video: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let at = |kind: &[u8]| video.windows(4).position(|found| found == kind).unwrap() - 4;
    let (data, index) = (at(b"mdat"), at(b"moov"));
    let head = &video[..data];
    let mut moved = video[index..].to_vec();
    let table = moved.windows(4).position(|kind| kind == b"stco").unwrap() + 8;
    let count = u32::from_be_bytes(moved[table..table + 4].try_into().unwrap());
    for entry in 0..count as usize {
        let at = table + 4 + entry * 4;
        let offset = u32::from_be_bytes(moved[at..at + 4].try_into().unwrap()) + moved.len() as u32;
        moved[at..at + 4].copy_from_slice(&offset.to_be_bytes());
    }
    (cat(&[head, &moved]), video[data..index].to_vec())
}

#[test]
fn e_webm_with_something_at_its_end() {
    for junk in [&b"\0\0\0\0"[..], b"\x1c\x53\xbb\x6b\x8f index that is cut", b"junk behind"] {
        let info = facts(cat(&[LIVE, junk])).unwrap_or_else(|e| panic!("{junk:?}: {e}"));
        assert_eq!((info.width, info.height), (Some(32), Some(16)));
    }
    // Without its index at the end, which nobody needs to play it.
    let cues = WIDE_WEBM.windows(4).rposition(|id| id == b"\x1c\x53\xbb\x6b").unwrap();
    untidy("no index", WIDE_WEBM[..cues].to_vec(), "not all there");
    is_cut("in a cluster", WIDE_WEBM[..cues - 5].to_vec());
}

#[test]
fn e_ogg_with_something_behind_it() {
    let info = untidy("ogg", cat(&[&samples::ogg(), b"junk"]), "4 bytes stand behind its last page");
    assert_eq!(info.duration, Some(Duration::from_secs(1)));
}

#[test]
fn e_notes_that_are_broken_do_not_matter() {
    // A thumbnail's item, and EXIF that is cut off or nonsense.
    for exif in [&b"Exif\0\0"[..], b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff"] {
        let jpeg = cat(&[&SEQUENTIAL[..2], &jpeg_segment(0xe1, exif), &SEQUENTIAL[2..]]);
        assert_eq!(facts(jpeg).unwrap().width, Some(45));
    }
}
