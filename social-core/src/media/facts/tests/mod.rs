//! Files that ffmpeg made (in `../shared`, when it is there), and the smallest files of each
//! format, invented here after the specifications that the modules name.

mod hostile;
pub(crate) mod samples;
mod shown;
mod untidy;

use std::time::Duration;

use bytes::Bytes;
use samples::SampleVideo;

use super::{Reader, read};
use crate::error::{ErrorKind, Result};
use crate::media::info::{AudioInfo, MediaInfo, MediaKind, MediaType, VideoInfo};

fn facts(bytes: impl Into<Bytes>) -> Result<MediaInfo> {
    read(&mut Reader::of_bytes(bytes.into()))
}

fn video(codec: &str, frame_rate: f64) -> Option<VideoInfo> {
    Some(VideoInfo { codec: codec.to_owned(), frame_rate: Some(frame_rate) })
}

fn audio(codec: &str, sample_rate: u32, channels: u16) -> Option<AudioInfo> {
    Some(AudioInfo { codec: codec.to_owned(), sample_rate: Some(sample_rate), channels: Some(channels) })
}

/// Every sample with its facts, and whether a cut anywhere in it can be seen.
fn all() -> Vec<(&'static str, Vec<u8>, MediaInfo, bool)> {
    let mut table = Vec::new();
    let mut add = |name, bytes: Vec<u8>, media_type, cut_is_seen, set: &dyn Fn(&mut MediaInfo)| {
        let mut info = MediaInfo::new(media_type, bytes.len() as u64);
        set(&mut info);
        table.push((name, bytes, info, cut_is_seen));
    };
    let size = |width, height| move |info: &mut MediaInfo| (info.width, info.height) = (Some(width), Some(height));
    add("jpeg", samples::jpeg(0xc0, 40, 30, None), MediaType::Jpeg, true, &size(40, 30));
    add("progressive jpeg on its side", samples::jpeg(0xc2, 40, 30, Some(6)), MediaType::Jpeg, true, &|info| {
        size(30, 40)(info);
        info.orientation = Some(6);
    });
    add("png", samples::png(20, 10, 2, &[]), MediaType::Png, true, &size(20, 10));
    add("png with alpha", samples::png(20, 10, 6, &[]), MediaType::Png, true, &|info| {
        size(20, 10)(info);
        info.alpha = true;
    });
    let notes = samples::png_chunk(b"eXIf", &samples::exif(8));
    add("png on its side", samples::png(20, 10, 2, &[&notes]), MediaType::Png, true, &|info| {
        size(10, 20)(info);
        info.orientation = Some(8);
    });
    add("animated png", samples::apng(), MediaType::Png, true, &|info| {
        size(20, 10)(info);
        (info.animated, info.duration) = (true, Some(Duration::from_millis(750)));
    });
    add("gif", samples::gif(1), MediaType::Gif, true, &|info| {
        size(3, 2)(info);
        info.alpha = true;
    });
    add("animated gif", samples::gif(3), MediaType::Gif, true, &|info| {
        size(3, 2)(info);
        (info.alpha, info.animated, info.duration) = (true, true, Some(Duration::from_millis(1500)));
    });
    add("webp", samples::webp_lossy(), MediaType::Webp, true, &size(640, 360));
    add("lossless webp", samples::webp_lossless(), MediaType::Webp, true, &|info| {
        size(100, 50)(info);
        info.alpha = true;
    });
    add("animated webp on its side", samples::webp_animation(), MediaType::Webp, true, &|info| {
        size(100, 200)(info);
        (info.alpha, info.animated, info.orientation) = (true, true, Some(6));
        info.duration = Some(Duration::from_millis(600));
    });
    let image_in_boxes = |info: &mut MediaInfo| {
        size(300, 400)(info);
        info.alpha = true;
    };
    add("heic", samples::heif(b"heic", b"mif1"), MediaType::Heic, true, &image_in_boxes);
    add("avif", samples::heif(b"mif1", b"avif"), MediaType::Avif, true, &image_in_boxes);
    let mp4_with = |codec: &'static str, fast_start| {
        move |info: &mut MediaInfo| {
            size(1920, 1080)(info);
            info.duration = Some(Duration::from_secs(2));
            info.video = video(codec, 30.0);
            info.audio = audio("aac", 48_000, 2);
            info.fast_start = Some(fast_start);
        }
    };
    add("mp4", SampleVideo::default().write(), MediaType::Mp4, true, &mp4_with("h264", true));
    let late = SampleVideo { index_first: false, codec: *b"hvc1", brand: *b"qt  ", ..SampleVideo::default() };
    add("mov, index last", late.write(), MediaType::Mov, true, &mp4_with("hevc", false));
    let turned = SampleVideo { on_its_side: true, codec: *b"av01", ..SampleVideo::default() };
    add("mp4 on its side", turned.write(), MediaType::Mp4, true, &|info| {
        mp4_with("av1", true)(info);
        size(1080, 1920)(info);
    });
    let only_audio = SampleVideo { images: false, ..SampleVideo::default() };
    add("m4a", only_audio.write(), MediaType::M4a, true, &|info| {
        info.duration = Some(Duration::from_secs(2));
        info.audio = audio("aac", 48_000, 2);
        info.fast_start = Some(true);
    });
    for (name, doc_type, media_type) in
        [("webm", b"webm".as_slice(), MediaType::Webm), ("mkv", b"matroska", MediaType::Mkv)]
    {
        add(name, samples::webm(doc_type), media_type, true, &|info| {
            size(320, 180)(info);
            info.duration = Some(Duration::from_millis(2500));
            info.video = video("vp9", 25.0);
            info.audio = audio("opus", 48_000, 2);
        });
    }
    // A cut between frames is shorter audio.
    add("mp3", samples::mp3(4, None), MediaType::Mp3, false, &|info| {
        info.duration = Some(Duration::from_secs_f64(4.0 * (1152.0 / 44_100.0)));
        info.audio = audio("mp3", 44_100, 1);
    });
    // The frame that holds the encoder's notes is not played.
    add("mp3 with a count", samples::mp3(4, Some(3)), MediaType::Mp3, false, &|info| {
        info.duration = Some(Duration::from_secs_f64(3.0 * (1152.0 / 44_100.0)));
        info.audio = audio("mp3", 44_100, 1);
    });
    let second = |info: &mut MediaInfo| {
        info.duration = Some(Duration::from_secs(1));
        info.audio = audio("pcm", 8000, 1);
    };
    add("wav", samples::wav(16_000), MediaType::Wav, true, &second);
    add("wav of a stream", samples::wav(u32::MAX), MediaType::Wav, false, &|info| {
        second(info);
        info.warnings = vec!["the WAV is untidy: it declares 4294967295 bytes of audio and has 16000".to_owned()];
    });
    // A cut between pages is shorter audio.
    add("ogg", samples::ogg(), MediaType::Ogg, false, &|info| {
        info.duration = Some(Duration::from_secs(1));
        info.audio = audio("opus", 48_000, 2);
    });
    add("pdf", samples::pdf(), MediaType::Pdf, false, &|_| {});
    add("vtt", samples::vtt(), MediaType::Vtt, false, &|_| {});
    add("srt", samples::srt(), MediaType::Srt, false, &|_| {});
    table
}

#[test]
fn facts_of_every_format() {
    for (name, bytes, expected, _) in all() {
        let found = facts(bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_file_and_memory_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, expected, _) in all() {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(read(&mut Reader::of_file(path).unwrap()).unwrap(), expected, "{name}");
    }
}

// Stands on files that ffmpeg made; the facts are those that they were made with.
#[test]
fn files_of_ffmpeg_are_read() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes/media/fixtures"));
    if !folder.exists() {
        crate::testkit::did_not_run("../shared");
        return;
    }
    let of_file = |name| read(&mut Reader::of_file(folder.join(name)).unwrap());
    let images = [
        ("feed-4x5.jpg", MediaType::Jpeg, 1080, 1350),
        ("story-9x16.jpg", MediaType::Jpeg, 1080, 1920),
        ("exif-rotated-6.jpg", MediaType::Jpeg, 1350, 1080),
        ("too-wide-10x3.jpg", MediaType::Jpeg, 2000, 600),
        ("square.png", MediaType::Png, 1080, 1080),
        // Museum C4: the name does not count.
        ("png-named-as.jpg", MediaType::Png, 1080, 1080),
        ("alpha.png", MediaType::Png, 512, 512),
        ("wide.webp", MediaType::Webp, 640, 360),
        ("anim.gif", MediaType::Gif, 160, 160),
    ];
    for (name, media_type, width, height) in images {
        let info = of_file(name).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((info.media_type, info.width, info.height), (media_type, Some(width), Some(height)), "{name}");
        assert_eq!(info.animated, media_type == MediaType::Gif, "{name}");
    }
    let reel = of_file("reel-9x16.mp4").unwrap();
    assert_eq!((reel.width, reel.height, reel.duration), (Some(540), Some(960), Some(Duration::from_secs(3))));
    assert_eq!((reel.video, reel.audio, reel.fast_start), (video("h264", 25.0), audio("aac", 44_100, 2), Some(true)));
    let silent = of_file("reel-silent.mp4").unwrap();
    assert_eq!((silent.audio, silent.fast_start), (None, Some(false)));
    let wide = of_file("wide-vp9.webm").unwrap();
    assert_eq!((wide.width, wide.height, wide.duration), (Some(320), Some(180), Some(Duration::from_secs(2))));
    assert_eq!(wide.video.map(|video| video.codec).as_deref(), Some("vp9"));
    let tone = of_file("tone.wav").unwrap();
    assert_eq!((tone.duration, tone.audio), (Some(Duration::from_secs(1)), audio("pcm", 24_000, 1)));
    assert_eq!(of_file("tone.mp3").unwrap().audio, audio("mp3", 44_100, 1));
    let refused = [
        ("truncated.jpg", "cut off"),
        ("html-named-as.mp4", "HTML"),
        ("empty.mp4", "empty"),
        ("tone-24000.pcm", "unknown"),
    ];
    for (name, why) in refused {
        let error = of_file(name).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MediaInvalid, "{name}");
        assert!(error.message().contains(why), "{name}: {error}");
    }
}

// Museum C23: what a file is for follows from its bytes, not from its place in a list.
#[test]
fn c23_a_cover_is_not_taken_for_the_video() {
    let kind = |bytes| facts(bytes).unwrap().media_type.kind();
    assert_eq!(kind(samples::jpeg(0xc0, 40, 30, None)), MediaKind::Image);
    assert_eq!(kind(SampleVideo::default().write()), MediaKind::Video);
}

// Museum D15: the type says MP4 for both, only the index tells which codec is inside.
#[test]
fn d15_the_codec_is_read_from_the_index() {
    for (entry, codec) in [(b"hev1", "hevc"), (b"vp09", "vp9"), (b"xyz1", "xyz1")] {
        let info = facts(SampleVideo { codec: *entry, ..SampleVideo::default() }.write()).unwrap();
        assert_eq!((info.media_type, info.video), (MediaType::Mp4, video(codec, 30.0)));
    }
}
