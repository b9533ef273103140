//! Kind F of the public reports: sizes and lengths are those that are shown and played, not the
//! first number of the container. Stands on files that ffmpeg made (its own probe says the same),
//! and on files put together here.

use super::samples::{self, cat, iso_box};
use super::*;

fn shown(name: &str, bytes: impl Into<Bytes>) -> (u32, u32, f64) {
    let info = facts(bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    let seconds = info.duration.unwrap_or_default().as_secs_f64();
    (info.width.unwrap_or_default(), info.height.unwrap_or_default(), (seconds * 100.0).round() / 100.0)
}

#[test]
fn f_files_of_ffmpeg() {
    #[expect(clippy::type_complexity, reason = "a table")]
    let files: [(&str, &[u8], (u32, u32, f64)); 10] = [
        ("plain", include_bytes!("files/plain.mp4"), (32, 16, 3.0)),
        ("an index for a second, then fragments", include_bytes!("files/hybrid.mp4"), (32, 16, 3.0)),
        ("fragments alone", include_bytes!("files/empty-moov.mp4"), (32, 16, 3.0)),
        ("fragments with an index of segments", include_bytes!("files/sidx.mp4"), (32, 16, 3.0)),
        ("an edit list", include_bytes!("files/edited.mp4"), (32, 16, 1.8)),
        ("pixels of 4:3", include_bytes!("files/wide-pixels.mp4"), (43, 16, 3.0)),
        ("pixels of 1:2", include_bytes!("files/tall-pixels.mp4"), (32, 32, 3.0)),
        ("a size in pixels", include_bytes!("files/wide-pixels.webm"), (47, 16, 3.0)),
        ("a bare shape", include_bytes!("files/aspect.mkv"), (48, 16, 3.0)),
        ("no length, written live", include_bytes!("files/live.webm"), (32, 16, 3.0)),
    ];
    for (name, bytes, expected) in files {
        assert_eq!(shown(name, bytes), expected, "{name}");
        let rate = facts(bytes).unwrap().video.unwrap().frame_rate.unwrap();
        assert!((rate - 5.0).abs() < 0.01, "{name}: {rate}");
    }
}

/// A video of two seconds whose parts can be replaced: `entry` stands behind the coded size,
/// `track` in the track, `header` is the size in its header.
fn video(coded: (u16, u16), entry: &[u8], track: &[u8], header: (u32, u32)) -> Vec<u8> {
    let number = |n: u32| n.to_be_bytes();
    let stsd = iso_box(b"avc1", &[&[0; 24], &coded.0.to_be_bytes(), &coded.1.to_be_bytes(), &[0; 50], entry]);
    let stsd = iso_box(b"stsd", &[&[0; 4], &number(1), &stsd]);
    let stts = iso_box(b"stts", &[&[0; 4], &number(1), &number(60), &number(1)]);
    let table = iso_box(b"minf", &[&iso_box(b"stbl", &[&stsd, &stts])]);
    let mdhd = iso_box(b"mdhd", &[&[0; 12], &number(30), &number(60), &[0; 4]]);
    let media = iso_box(b"mdia", &[&mdhd, &iso_box(b"hdlr", &[&[0; 8], b"vide", &[0; 13]]), &table]);
    let matrix = [number(1 << 16), [0; 4], [0; 4], [0; 4], number(1 << 16), [0; 4], [0; 4], [0; 4], number(1 << 30)];
    let (w, h) = (number(header.0 << 16), number(header.1 << 16));
    let head = iso_box(b"tkhd", &[&number(1), &[0; 36], &matrix.concat(), &w, &h]);
    let movie = iso_box(b"mvhd", &[&[0; 12], &number(1000), &number(9000), &[0; 80]]);
    let index = iso_box(b"moov", &[&movie, &iso_box(b"trak", &[&head, track, &media])]);
    cat(&[&iso_box(b"ftyp", &[b"isom\0\0\0\0isom"]), &index, &iso_box(b"mdat", &[b"data"])])
}

#[test]
fn f_sizes_of_a_track() {
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<_>>();
    let pasp = |a, b| iso_box(b"pasp", &[&numbers(&[a, b])]);
    let clap = |w: (u32, u32), h: (u32, u32)| iso_box(b"clap", &[&numbers(&[w.0, w.1, h.0, h.1, 0, 1, 0, 1])]);
    let none = Vec::new();
    let both = cat(&[&clap((704, 1), (576, 1)), &pasp(12, 11)]);
    #[expect(clippy::type_complexity, reason = "a table")]
    let cases: [((u16, u16), Vec<u8>, (u32, u32), (u32, u32)); 12] = [
        ((1440, 1080), pasp(4, 3), (1440, 1080), (1920, 1080)),
        ((720, 576), pasp(64, 45), (720, 576), (1024, 576)),
        ((720, 480), pasp(8, 9), (720, 480), (720, 540)),
        ((1920, 1088), clap((1920, 1), (1080, 1)), (1920, 1080), (1920, 1080)),
        ((720, 576), both, (768, 576), (768, 576)),
        // Only the track's header says how it is shown.
        ((720, 576), none.clone(), (1024, 576), (1024, 576)),
        ((1440, 1080), none.clone(), (1920, 1080), (1920, 1080)),
        ((1920, 1080), none.clone(), (1920, 1080), (1920, 1080)),
        // Numbers that make no sense are passed over.
        ((1920, 1080), none, (0, 0), (1920, 1080)),
        ((1920, 1080), pasp(0, 1), (1920, 1080), (1920, 1080)),
        ((1920, 1080), pasp(1, u32::MAX), (1920, 1080), (1920, 1080)),
        ((1920, 1080), clap((0, 0), (4000, 1)), (1920, 1080), (1920, 1080)),
    ];
    for (coded, entry, header, (width, height)) in cases {
        let name = format!("{coded:?} {header:?}");
        assert_eq!(shown(&name, video(coded, &entry, &[], header)), (width, height, 2.0), "{name}");
    }
}

#[test]
fn f_lengths_of_a_track() {
    let edits = |list: &[(u32, i32, u16)]| {
        let entries = list.iter().flat_map(|(length, start, rate)| {
            cat(&[&length.to_be_bytes(), &start.to_be_bytes(), &rate.to_be_bytes(), &[0, 0]])
        });
        let list = iso_box(b"elst", &[&[0; 4], &(list.len() as u32).to_be_bytes(), &entries.collect::<Vec<_>>()]);
        iso_box(b"edts", &[&list])
    };
    // The movie's header says nine seconds, the track has two, in a thousand units a second.
    for (name, track, expected) in [
        ("none", Vec::new(), 2.0),
        ("a part", edits(&[(1500, 5, 1)]), 1.5),
        ("all the rest", edits(&[(0, 0, 1)]), 2.0),
        ("more than there is", edits(&[(5000, 0, 1)]), 2.0),
        ("a pause before it", edits(&[(500, -1, 1), (2000, 0, 1)]), 2.5),
        ("two parts", edits(&[(500, 0, 1), (700, 30, 1)]), 1.2),
        ("a frame that stands still", edits(&[(1000, 0, 1), (4000, 30, 0)]), 5.0),
    ] {
        let length = shown(name, video((32, 16), &[], &track, (32, 16))).2;
        assert!((length - expected).abs() < 0.001, "{name}: {length}");
    }
}

#[test]
fn f_an_image_is_cut_to_its_clean_aperture_and_turned() {
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<_>>();
    let clap = |w, h| iso_box(b"clap", &[&numbers(&[w, 1, h, 1, 0, 1, 0, 1])]);
    let irot = |turns: u8| iso_box(b"irot", &[&[turns]]);
    for (name, properties, expected) in [
        ("plain", vec![], (400, 300)),
        ("cut", vec![clap(399, 225)], (399, 225)),
        ("turned", vec![irot(1)], (300, 400)),
        ("turned over", vec![irot(2)], (400, 300)),
        ("cut and turned", vec![clap(399, 225), irot(3)], (225, 399)),
        ("turned and cut", vec![irot(1), clap(200, 100)], (200, 100)),
        ("cut to more than there is", vec![clap(4000, 0)], (400, 300)),
    ] {
        let info = facts(samples::heif_with(b"heic", b"mif1", &properties)).unwrap();
        assert_eq!((info.width, info.height), (Some(expected.0), Some(expected.1)), "{name}");
    }
}

#[test]
fn f_joined_and_variable_mp3() {
    let frame = 1152.0 / 44_100.0;
    let (plain, counted) = (samples::mp3(30, None), samples::mp3(21, Some(20)));
    let other = cat(&[b"\xff\xfb\x90\xc0", &[0; 413]]);
    // Frames of 32 and of 128 kbit/s, without a count.
    let small = cat(&[b"\xff\xfb\x10\xc0", &[0; 100]]);
    let variable = cat(&[&small.repeat(60), &other.repeat(30)]);
    // Another rate of samples behind it.
    let slow = cat(&[b"\xff\xf3\x44\xc0", &[0; 92]]).repeat(20);
    for (name, mp3, expected) in [
        ("one", plain.clone(), 30.0 * frame),
        ("two", cat(&[&plain, &plain]), 60.0 * frame),
        ("two with a count", cat(&[&counted, &counted]), 40.0 * frame),
        ("a tag between", cat(&[&counted, b"TAG", &[7; 125], &plain]), 50.0 * frame),
        ("three and a tag", cat(&[&counted, &plain, &counted, b"TAG", &[0; 125]]), 70.0 * frame),
        ("variable", variable, 90.0 * frame),
        ("joined with a slower one", cat(&[&plain, &slow]), 30.0 * frame + 20.0 * 576.0 / 24_000.0),
    ] {
        let found = facts(mp3).unwrap_or_else(|e| panic!("{name}: {e}")).duration.unwrap().as_secs_f64();
        assert!((found - expected).abs() < 1e-3, "{name}: {found} instead of {expected}");
    }
}

#[test]
fn f_long_forms_of_wav() {
    let long = |data: u64, form: &[u8; 4]| {
        let lengths = cat(&[&(16_072_u64).to_le_bytes(), &data.to_le_bytes(), &[0; 12]]);
        let plain = samples::wav(u32::MAX);
        cat(&[form, &[0xff; 4], b"WAVEds64", &28_u32.to_le_bytes(), &lengths, &plain[12..]])
    };
    for form in [b"RF64", b"BW64"] {
        let info = facts(long(16_000, form)).unwrap();
        assert_eq!((info.media_type, info.duration), (MediaType::Wav, Some(Duration::from_secs(1))));
        assert!(info.warnings.is_empty(), "{:?}", info.warnings);
        assert_eq!(facts(long(8_000, form)).unwrap().duration, Some(Duration::from_millis(500)));
    }
    let guid = b"\xf3\xac\xd3\x11\x8c\xd1\0\xc0\x4f\x8e\xdb\x8a";
    let riff = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0";
    let plain = samples::wav(16_000);
    let w64 = cat(&[
        riff,
        &16_128_u64.to_le_bytes(),
        b"wave",
        guid,
        b"fmt ",
        guid,
        &40_u64.to_le_bytes(),
        &plain[20..36],
        b"data",
        guid,
        &16_024_u64.to_le_bytes(),
        &[0; 16_000],
    ]);
    let info = facts(w64).unwrap();
    assert_eq!((info.media_type, info.duration), (MediaType::Wav, Some(Duration::from_secs(1))));
    assert_eq!(info.audio, audio("pcm", 8000, 1));
}

#[test]
fn f_joined_ogg() {
    let twice = cat(&[&samples::ogg(), &samples::ogg()]);
    assert_eq!(facts(twice).unwrap().duration, Some(Duration::from_secs(2)));
}
