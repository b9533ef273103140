//! Kind G of the public reports: the place goes out of every format that is uploaded. Stands on
//! files that ffmpeg made, and on files put together here after the formats' specifications.

use bytes::Bytes;
use futures_util::StreamExt as _;

use super::strip_location;
use crate::error::ErrorKind;
use crate::http::Body;
use crate::media::facts::tests::samples::{self, cat, iso_box, jpeg_segment, png_chunk, webp_chunk};
use crate::media::{Media, MediaInfo};

const SEQUENTIAL: &[u8] = include_bytes!("../facts/tests/files/sequential.jpg");
const PROGRESSIVE: &[u8] = include_bytes!("../facts/tests/files/progressive.jpg");
const THREE: &[u8] = include_bytes!("../facts/tests/files/three.gif");
const PLAIN: &[u8] = include_bytes!("../facts/tests/files/plain.mp4");
const EMPTY_MOOV: &[u8] = include_bytes!("../facts/tests/files/empty-moov.mp4");
const LIVE: &[u8] = include_bytes!("../facts/tests/files/live.webm");

/// What stands for a place in these files: as text, and as the numbers of `loci`.
const PLACES: [&[u8]; 5] = [b"GPS-POSITION", b"+48.8577", b"loci", b"\xa9xyz", b"ISO6709"];

fn holds_a_place(bytes: &[u8]) -> bool {
    PLACES.iter().any(|place| memchr::memmem::find(bytes, place).is_some())
}

/// Takes the notes out of a file in memory and of one on disk, and says what is left.
async fn strip(name: &str, bytes: &[u8]) -> Vec<u8> {
    assert!(holds_a_place(bytes), "{name} has nothing to find");
    let stripped = strip_location(&Bytes::copy_from_slice(bytes)).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(!holds_a_place(&stripped), "{name}: {}", String::from_utf8_lossy(&stripped));
    assert_eq!(strip_location(&stripped).unwrap(), stripped, "{name}: nothing is left to strip");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    for media in [Media::bytes(bytes.to_vec()), Media::file(file.path())] {
        let clean = media.without_notes().await.unwrap();
        assert!(clean.is_changed(), "{name}");
        assert_eq!(clean.length(), stripped.len() as u64, "{name}");
        let Body::Stream(body) = clean.body() else { panic!("{name}: not streamed") };
        assert_eq!(body.length(), Some(clean.length()));
        for _attempt in 0..2 {
            let pieces: Vec<_> = body.open().map(|piece| piece.unwrap()).collect().await;
            assert_eq!(pieces.concat(), stripped, "{name}");
        }
        assert_eq!(clean.sha256().await.unwrap(), Media::bytes(stripped.clone()).sha256().await.unwrap());
        let length = stripped.len();
        for start in (0..length).step_by(37).chain([length - 1, length, length + 5]) {
            for end in [start, start + 1, start + 100, length] {
                let Body::Stream(part) = clean.body_range(start as u64, end as u64) else {
                    panic!("{name}: not streamed")
                };
                let expected = stripped.get(start..end.min(length)).unwrap_or_default();
                assert_eq!(part.length(), Some(expected.len() as u64), "{name} {start}..{end}");
                let pieces: Vec<_> = part.open().map(|piece| piece.unwrap()).collect().await;
                assert!(pieces.concat() == expected, "{name} {start}..{end}");
            }
        }
    }
    // What is shown and played is as before, and the next reader has nothing to complain about.
    let seen = |info: MediaInfo| (info.width, info.height, info.duration, info.alpha, info.orientation, info.audio);
    let before = Media::bytes(bytes.to_vec()).info().await.unwrap();
    let after = Media::bytes(stripped.clone()).info().await.unwrap();
    assert_eq!((seen(after.clone()), &after.warnings), (seen(before), &vec![]), "{name}");
    stripped.to_vec()
}

#[tokio::test]
async fn g_videos_of_ffmpeg() {
    let files: [(&str, &[u8]); 4] = [
        ("loci", include_bytes!("../facts/tests/files/place.mp4")),
        ("©xyz", include_bytes!("../facts/tests/files/place.mov")),
        ("Apple's keys", include_bytes!("../facts/tests/files/keys.mov")),
        ("tags", include_bytes!("../facts/tests/files/tags.webm")),
    ];
    for (name, bytes) in files {
        let stripped = strip(name, bytes).await;
        assert_eq!(stripped.len(), bytes.len(), "{name}: tables stay right");
    }
}

/// ffmpeg's video with these boxes at the end of its index, and these behind it.
fn video(in_index: &[u8], in_track: &[u8], behind: &[u8]) -> Vec<u8> {
    let at = |kind: &[u8]| PLAIN.windows(4).position(|found| found == kind).unwrap() - 4;
    let (index, track) = (at(b"moov"), at(b"trak"));
    let length = |at: usize| u32::from_be_bytes(PLAIN[at..at + 4].try_into().unwrap()) as usize;
    let track = iso_box(b"trak", &[&PLAIN[track + 8..track + length(track)], in_track]);
    let index = iso_box(b"moov", &[&PLAIN[index + 8..at(b"trak")], &track, in_index]);
    cat(&[&PLAIN[..at(b"moov")], &index, behind])
}

#[tokio::test]
async fn g_boxes_of_a_video() {
    let note = b"GPS-POSITION";
    let xyz = iso_box(b"udta", &[&iso_box(b"\xa9xyz", &[b"\0\x12\x15\xc7+48.8577+002.2950/"])]);
    let loci =
        iso_box(b"udta", &[&iso_box(b"loci", &[&[0; 6], b"Paris\0\0\0\x02\x4b\x85\0\x30\xdb\x93\0\0\0\0earth\0"])]);
    let xmp = iso_box(b"uuid", &[b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac<x:xmpmeta>", note]);
    let keys = iso_box(b"meta", &[&[0; 4], &iso_box(b"keys", &[b"mdtacom.apple.quicktime.location.ISO6709"])]);
    let (none, any): (&[u8], _) = (&[], iso_box(b"skip", &[note]));
    for (name, bytes) in [
        ("©xyz", video(&xyz, none, none)),
        ("loci in a track", video(none, &loci, none)),
        ("keys in a track", video(none, &keys, none)),
        ("keys in the index", video(&keys, none, none)),
        ("XMP in the index", video(&xmp, none, none)),
        ("XMP behind", video(none, none, &xmp)),
        ("description behind", video(none, none, &keys)),
        ("user data behind", video(none, none, &loci)),
        ("space that is none", video(&any, &any, &any)),
        ("an unknown box", video(none, none, &iso_box(b"gps0", &[note]))),
        ("a box in a box", video(&iso_box(b"udta", &[&xyz, &keys, &loci, &xmp]), none, none)),
    ] {
        strip(name, &bytes).await;
    }
    // A trailer is no box, and goes; what it was is a warning before.
    let stripped = strip_location(&cat(&[PLAIN, b"\xff trailer GPS-POSITION"]).into()).unwrap();
    assert!(!holds_a_place(&stripped));
    assert_eq!(stripped.len(), PLAIN.len());
    // When it was recorded goes, too; that it is a sphere stays.
    let sphere =
        iso_box(b"uuid", &[b"\xff\xcc\x82\x63\xf8\x55\x4a\x93\x88\x14\x58\x7a\x02\x52\x1f\xdd<rdf:SphericalVideo"]);
    let stripped = strip_location(&video(none, &sphere, none).into()).unwrap();
    assert!(memchr::memmem::find(&stripped, b"SphericalVideo").is_some());
    let dated: Bytes = include_bytes!("../facts/tests/files/place.mp4").to_vec().into();
    let stripped = strip_location(&dated).unwrap();
    let header = memchr::memmem::find(&stripped, b"mvhd").unwrap();
    assert_ne!(dated[header + 8..header + 16], [0; 8]);
    assert_eq!(stripped[header + 8..header + 16], [0; 8]);
}

#[tokio::test]
async fn g_a_track_of_positions_goes_with_its_samples() {
    let number = |n: u32| n.to_be_bytes();
    let data = iso_box(b"mdat", &[b"first GPS-POSITION|then GPS-POSITION|"]);
    let track = |at: u32, sizes: &[u8]| {
        let chunks = iso_box(b"stco", &[&[0; 4], &number(2), &number(at + 8), &number(at + 27)]);
        let runs = iso_box(b"stsc", &[&[0; 4], &number(1), &number(1), &number(1), &number(1)]);
        let entry = iso_box(b"stsd", &[&[0; 4], &number(1), &iso_box(b"gpmd", &[&[0; 8]])]);
        let table = iso_box(b"minf", &[&iso_box(b"stbl", &[&entry, &chunks, &runs, sizes])]);
        let handler = iso_box(b"hdlr", &[&[0; 8], b"meta", &[0; 13]]);
        let header = iso_box(b"mdhd", &[&[0; 24]]);
        iso_box(b"trak", &[&iso_box(b"tkhd", &[&[0; 84]]), &iso_box(b"mdia", &[&header, &handler, &table])])
    };
    let same = iso_box(b"stsz", &[&[0; 4], &number(19), &number(2)]);
    let each = iso_box(b"stsz", &[&[0; 4], &number(0), &number(2), &number(19), &number(18)]);
    for sizes in [same, each] {
        let at = video(&track(0, &sizes), &[], &[]).len() as u32;
        let bytes = video(&track(at, &sizes), &[], &data);
        let stripped = strip("positions", &bytes).await;
        assert_eq!(memchr::memmem::find(&stripped, b"gpmd"), None);
        assert_eq!(stripped.len(), bytes.len());
    }
    // In fragments its samples are not looked for: the post is refused.
    let at = memchr::memmem::find(EMPTY_MOOV, b"moov").unwrap() - 4;
    let length = u32::from_be_bytes(EMPTY_MOOV[at..at + 4].try_into().unwrap()) as usize;
    let empty = iso_box(b"stsz", &[&[0; 12]]);
    let index = iso_box(b"moov", &[&EMPTY_MOOV[at + 8..at + length], &track(0, &empty)]);
    let error = strip_location(&cat(&[&EMPTY_MOOV[..at], &index, &EMPTY_MOOV[at + length..]]).into()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("fragments"), "{error}");
}

/// An image in boxes with EXIF and XMP among its items; those in `idat` or in the file.
fn heif(brand: &[u8; 4], inside: bool) -> Vec<u8> {
    let notes: [&[u8]; 2] = [b"\0\0\0\0MM\0*\0\0\0\x08\0\0 GPS-POSITION", b"<x:xmpmeta GPS-POSITION/>"];
    let number = |n: u32| n.to_be_bytes();
    let meta = |at: u32| {
        let entry = |id: u16, kind: &[u8; 4], more: &[u8]| {
            iso_box(b"infe", &[&[2, 0, 0, 0], &id.to_be_bytes(), &[0, 0], kind, b"\0", more])
        };
        let items = [entry(1, b"hvc1", b""), entry(2, b"Exif", b""), entry(3, b"mime", b"application/rdf+xml\0")];
        let place = |id: u16, method: u16, start: u32, length: usize| {
            cat(&[&id.to_be_bytes(), &method.to_be_bytes(), &[0, 0, 0, 1], &number(start), &number(length as u32)])
        };
        let (method, start) = if inside { (1, 0) } else { (0, at + 8) };
        let places = cat(&[
            &place(1, 0, at, 8),
            &place(2, method, start, notes[0].len()),
            &place(3, method, start + notes[0].len() as u32, notes[1].len()),
        ]);
        let ispe = iso_box(b"ispe", &[&[0; 4], &number(40), &number(30)]);
        let owners = iso_box(b"ipma", &[&[0; 4], &number(1), &[0, 1, 1, 1]]);
        let data = if inside { iso_box(b"idat", &notes) } else { Vec::new() };
        iso_box(
            b"meta",
            &[
                &[0; 4],
                &iso_box(b"hdlr", &[&[0; 8], b"pict", &[0; 13]]),
                &iso_box(b"pitm", &[&[0; 4], &[0, 1]]),
                &iso_box(b"iinf", &[&[0; 4], &[0, 3], &items.concat()]),
                &iso_box(b"iloc", &[&[1, 0, 0, 0, 0x44, 0, 0, 3], &places]),
                &iso_box(b"iprp", &[&iso_box(b"ipco", &[&ispe]), &owners]),
                &data,
            ],
        )
    };
    let head = iso_box(b"ftyp", &[brand, &[0; 4], b"mif1"]);
    let at = (head.len() + meta(0).len() + 8) as u32;
    let data = if inside { vec![&b"pixels.."[..]] } else { vec![&b"pixels.."[..], notes[0], notes[1]] };
    cat(&[&head, &meta(at), &iso_box(b"mdat", &data)])
}

#[tokio::test]
async fn g_items_of_heic_and_avif() {
    for brand in [b"heic", b"avif"] {
        for inside in [false, true] {
            let bytes = heif(brand, inside);
            let stripped = strip("heif", &bytes).await;
            assert_eq!(stripped.len(), bytes.len());
            assert!(memchr::memmem::find(&stripped, b"pixels..").is_some());
        }
        let behind = cat(&[&heif(brand, false), &iso_box(b"uuid", &[&[1; 16], b"GPS-POSITION"])]);
        strip("a box behind", &behind).await;
    }
}

#[tokio::test]
async fn g_notes_of_images() {
    let mut exif = samples::exif(6);
    exif.extend_from_slice(b"GPS-POSITION");
    let note = b"GPS-POSITION";
    let insert = |jpeg: &[u8], segment: &[u8]| cat(&[&jpeg[..20], segment, &jpeg[20..]]);
    let exif_segment = jpeg_segment(0xe1, &cat(&[b"Exif\0\0", &exif]));
    for jpeg in [SEQUENTIAL, PROGRESSIVE] {
        for (name, segment) in [
            ("exif", exif_segment.clone()),
            ("xmp", jpeg_segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0GPS-POSITION")),
            ("iptc", jpeg_segment(0xed, note)),
            ("comment", jpeg_segment(0xfe, note)),
            ("a preview", jpeg_segment(0xe0, b"JFXX\0\x10GPS-POSITION")),
            ("other images", jpeg_segment(0xe2, b"MPF\0GPS-POSITION")),
        ] {
            let stripped = strip(name, &insert(jpeg, &segment)).await;
            assert!(name == "exif" || stripped == jpeg, "{name}");
        }
        strip("behind", &cat(&[jpeg, note])).await;
        strip("a note between scans", &between_scans(PROGRESSIVE, note)).await;
    }
    // Without an end mark the last code word says where the image ends, unless it is progressive.
    let bare = |jpeg: &[u8]| jpeg[..jpeg.len() - 2].to_vec();
    let stripped = strip_location(&cat(&[&bare(SEQUENTIAL), b"SEFH GPS-POSITION"]).into()).unwrap();
    assert_eq!(stripped, SEQUENTIAL);
    let error = strip_location(&cat(&[&bare(PROGRESSIVE), b"SEFH GPS-POSITION"]).into()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");

    let frame = THREE.windows(2).position(|block| block == b"\x21\xf9").unwrap();
    let xmp = b"\x21\xff\x0bXMP DataXMP\x0cGPS-POSITION\0".to_vec();
    for (name, block) in [("comment", b"\x21\xfe\x0cGPS-POSITION\0".to_vec()), ("xmp", xmp)] {
        let stripped = strip(name, &cat(&[&THREE[..frame], &block, &THREE[frame..]])).await;
        assert_eq!(stripped, THREE, "{name}");
    }
    assert_eq!(strip("behind", &cat(&[THREE, note])).await, THREE);

    for (name, chunk) in [
        ("exif", png_chunk(b"eXIf", &exif)),
        ("text", png_chunk(b"tEXt", b"Location\0GPS-POSITION")),
        ("xmp", png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0GPS-POSITION")),
        ("an unknown one", png_chunk(b"gpSd", note)),
        ("a manifest", png_chunk(b"caBX", note)),
    ] {
        strip(name, &samples::png(20, 10, 2, &[&chunk])).await;
    }
    let pixels = webp_chunk(b"VP8 ", b"\x10\0\0\x9d\x01\x2a\x80\x02\x68\x41rest!");
    for (name, chunk) in [("xmp", webp_chunk(b"XMP ", note)), ("an unknown one", webp_chunk(b"GPS ", note))] {
        strip(name, &samples::webp(&[&pixels, &chunk])).await;
    }
    strip(
        "exif",
        &samples::webp(&[
            &webp_chunk(b"VP8X", &[8, 0, 0, 0, 99, 0, 0, 49, 0, 0]),
            &pixels,
            &webp_chunk(b"EXIF", &exif),
        ]),
    )
    .await;
    strip("behind", &cat(&[&samples::webp(&[&pixels]), note])).await;
}

/// A progressive image with a comment between two scans.
fn between_scans(jpeg: &[u8], note: &[u8]) -> Vec<u8> {
    let at = jpeg.windows(2).rposition(|marker| marker == b"\xff\xda").unwrap();
    // A table of code words may stand before the scan.
    let at = jpeg[..at].windows(2).rposition(|marker| marker == b"\xff\xc4").unwrap_or(at);
    cat(&[&jpeg[..at], &jpeg_segment(0xfe, note), &jpeg[at..]])
}

#[tokio::test]
async fn g_notes_of_matroska_and_sound() {
    use samples::element;
    let note = b"GPS-POSITION";
    let tags = element(0x1254_c367, &[note]);
    let cluster = LIVE.windows(4).position(|id| id == b"\x1f\x43\xb6\x75").unwrap();
    // Written live, tags stand before the images, or behind them.
    strip("before", &cat(&[&LIVE[..cluster], &tags, &LIVE[cluster..]])).await;
    strip("behind", &cat(&[LIVE, &tags])).await;
    strip("attached", &cat(&[LIVE, &element(0x1941_a469, &[note])])).await;
    strip("void", &cat(&[&LIVE[..cluster], &element(0xec, &[note]), &LIVE[cluster..]])).await;

    let frames = samples::mp3(30, None).split_off(20);
    let tag = cat(&[b"ID3\x03\0\0\0\0\0\x0c", note]);
    let old = cat(&[b"TAG", note, &[0; 113]]);
    assert_eq!(strip("mp3", &cat(&[&tag, &frames, &old])).await, frames);
    assert_eq!(strip("joined mp3", &cat(&[&frames, &old, &tag, &frames])).await, frames.repeat(2));
    let mut wav = samples::wav(16_000);
    wav.extend_from_slice(&cat(&[b"LIST", &12_u32.to_le_bytes(), note]));
    let length = wav.len() as u32 - 8;
    wav[4..8].copy_from_slice(&length.to_le_bytes());
    strip("wav", &wav).await;
}

#[tokio::test]
async fn g_a_large_video_is_streamed() {
    // Twelve megabytes of media data, the notes behind them: what is held are pieces.
    let number = |n: u32| n.to_be_bytes();
    let data = cat(&[&number((12 << 20) + 8), b"mdat"]);
    let file = tempfile::NamedTempFile::new().unwrap();
    let at = PLAIN.windows(4).position(|found| found == b"moov").unwrap() - 4;
    let head = cat(&[&PLAIN[..at], &data]);
    let notes = iso_box(b"uuid", &[&[1; 16], b"GPS-POSITION"]);
    let index = &PLAIN[at..];
    std::fs::write(file.path(), &head).unwrap();
    let handle = std::fs::OpenOptions::new().append(true).open(file.path()).unwrap();
    handle.set_len(head.len() as u64 + (12 << 20)).unwrap();
    std::io::Write::write_all(&mut &handle, &cat(&[index, &notes])).unwrap();
    let clean = Media::file(file.path()).without_notes().await.unwrap();
    let lengths: Vec<_> = clean.stream().map(|piece| piece.unwrap().len()).collect().await;
    assert!(lengths.iter().all(|&length| length <= 256 << 10), "{lengths:?}");
    assert_eq!(lengths.iter().sum::<usize>() as u64, clean.length());
    // A file that has become another one by then is not sent in part.
    handle.set_len(100).unwrap();
    let pieces: Vec<_> = clean.stream().collect().await;
    assert_eq!(pieces.last().unwrap().as_ref().unwrap_err().kind(), ErrorKind::Storage);
}

#[tokio::test]
async fn g_what_holds_no_notes_stays_as_it_is() {
    for bytes in [SEQUENTIAL, PROGRESSIVE, THREE, &samples::webp_lossy(), &samples::vtt(), &samples::pdf()] {
        let clean = Media::bytes(bytes.to_vec()).without_notes().await.unwrap();
        assert!(!clean.is_changed());
        assert!(matches!(clean.body(), Body::Bytes(body) if body == bytes));
    }
}
