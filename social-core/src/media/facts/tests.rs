use bytes::Bytes;

use super::{Reader, read};
use crate::error::{ErrorKind, Result};
use crate::media::info::{MediaInfo, MediaType};

fn facts(bytes: impl Into<Bytes>) -> Result<MediaInfo> {
    read(&mut Reader::of_bytes(bytes.into()))
}

fn fixture(name: &str) -> Option<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes/media/fixtures");
    let found = std::fs::read(format!("{folder}/{name}")).ok();
    if found.is_none() {
        println!("skipped: ../shared is not here");
    }
    found
}

// Stands on files that ffmpeg made; the facts are those that they were made with.
#[test]
fn files_of_ffmpeg_are_read() {
    let table = [
        ("feed-4x5.jpg", MediaType::Jpeg, 1080, 1350),
        ("story-9x16.jpg", MediaType::Jpeg, 1080, 1920),
        ("exif-rotated-6.jpg", MediaType::Jpeg, 1350, 1080),
        ("too-wide-10x3.jpg", MediaType::Jpeg, 2000, 600),
        ("square.png", MediaType::Png, 1080, 1080),
        ("png-named-as.jpg", MediaType::Png, 1080, 1080),
        ("alpha.png", MediaType::Png, 512, 512),
        ("wide.webp", MediaType::Webp, 640, 360),
        ("anim.gif", MediaType::Gif, 160, 160),
        ("reel-9x16.mp4", MediaType::Mp4, 540, 960),
        ("reel-silent.mp4", MediaType::Mp4, 540, 960),
        ("wide-vp9.webm", MediaType::Webm, 320, 180),
    ];
    for (name, media_type, width, height) in table {
        let Some(bytes) = fixture(name) else { return };
        let info = facts(bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((info.media_type, info.width, info.height), (media_type, Some(width), Some(height)), "{name}");
    }
    for name in ["tone.mp3", "tone.wav"] {
        println!("{:?}", facts(fixture(name).unwrap()).unwrap());
    }
    for name in ["truncated.jpg", "html-named-as.mp4", "empty.mp4", "tone-24000.pcm"] {
        let e = facts(fixture(name).unwrap()).unwrap_err();
        println!("{e}");
        assert_eq!(e.kind(), ErrorKind::MediaInvalid);
    }
}
