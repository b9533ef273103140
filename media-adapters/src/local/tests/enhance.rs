//! Invented images; what comes out is decoded and measured.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageEncoder as _, ImageFormat, Rgba, RgbaImage};
use social_core::enhance::{EnhanceRequest, EnhancedImage, Enhancement};
use social_core::error::ErrorKind;
use social_core::image::AspectRatio;
use social_core::make::{Made, Maker as _};
use social_core::media::{Media, MediaType};
use social_core::run::Run;

use super::super::LocalEnhancer;
use super::super::raster::decode;
use super::{file, photo, striped};

async fn enhance(image: &Media, operations: &[Enhancement]) -> social_core::Result<Made<EnhancedImage>> {
    let request = EnhanceRequest::new(image.clone(), operations.iter().cloned());
    LocalEnhancer.make(&Run::ephemeral(), &request).await
}

#[tokio::test]
async fn crops_and_sizes_are_exact() {
    use Enhancement::{Crop, CropBetween, ShrinkTo};
    let between = CropBetween { minimum: 0.8, maximum: 1.91 };
    let cases = [
        ((1000, 1000), vec![Crop(AspectRatio::PORTRAIT)], (800, 1000)),
        ((1000, 1000), vec![Crop(AspectRatio::WIDE)], (1000, 563)),
        ((1000, 500), vec![between.clone()], (955, 500)),
        ((500, 1000), vec![between.clone()], (500, 625)),
        ((640, 480), vec![between], (640, 480)),
        ((1000, 500), vec![ShrinkTo { width: 300, height: 300 }], (300, 150)),
        ((100, 50), vec![ShrinkTo { width: 300, height: 300 }], (100, 50)),
        ((1000, 1000), vec![Crop(AspectRatio::PORTRAIT), ShrinkTo { width: 400, height: 400 }], (320, 400)),
    ];
    for ((width, height), operations, expected) in cases {
        let info = enhance(&photo(width, height), &operations).await.unwrap().value.info;
        assert_eq!((info.width, info.height), (Some(expected.0), Some(expected.1)), "{operations:?}");
        let shape = info.aspect_ratio().unwrap();
        if let [CropBetween { minimum, maximum }] = operations.as_slice() {
            assert!((*minimum..=*maximum).contains(&shape), "{shape}");
        }
    }
}

// Museum C4, C5.
#[tokio::test]
async fn c5_formats_convert_and_a_jpeg_has_no_transparency() {
    let clear = Media::bytes(file(RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 0])), ImageFormat::Png));
    for (format, alpha) in [(MediaType::Jpeg, false), (MediaType::Png, true), (MediaType::Webp, true)] {
        let made = enhance(&clear, &[Enhancement::Convert(format)]).await.unwrap();
        assert_eq!((made.info.media_type, made.info.alpha), (format, alpha));
    }
    let white = enhance(&clear, &[Enhancement::Convert(MediaType::Jpeg)]).await.unwrap();
    let image = decode(&white.media.read(1 << 20).await.unwrap()).unwrap().into_rgb8();
    assert_eq!(image.get_pixel(20, 20).0, [255; 3]);
}

#[tokio::test]
async fn a_limit_in_bytes_is_met_by_quality_first_and_size_second() {
    let source = photo(1200, 900);
    let length = source.length().await.unwrap();
    for limit in [length * 9 / 10, length / 3, 6_000] {
        let info = enhance(&source, &[Enhancement::MaxBytes(limit)]).await.unwrap().value.info;
        assert!(info.bytes <= limit, "{} over {limit}", info.bytes);
    }
    let gentle = enhance(&source, &[Enhancement::MaxBytes(length)]).await.unwrap().value.info;
    assert_eq!(gentle.width, Some(1200), "not made smaller where quality does it");
    let error = enhance(&source, &[Enhancement::MaxBytes(100)]).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some("max_bytes")));
}

// Museum C5.
#[tokio::test]
async fn c5_a_turned_photo_comes_out_upright_without_metadata() {
    // TIFF header, one entry: orientation 6, shown turned by 90 degrees.
    let exif = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    encoder.set_exif_metadata(exif).unwrap();
    encoder.encode_image(&striped(60, 20)).unwrap();
    let source = Media::bytes(bytes);
    assert_eq!(source.info().await.unwrap().orientation, Some(6));
    let info = enhance(&source, &[Enhancement::Upright]).await.unwrap().value.info;
    assert_eq!((info.width, info.height, info.orientation), (Some(20), Some(60), None));
}

#[tokio::test]
async fn what_it_cannot_do_is_refused_by_name() {
    for operation in [Enhancement::Upscale(2.0), Enhancement::RemoveBackground, Enhancement::Polish] {
        assert!(!LocalEnhancer.capabilities().offers(&operation));
        let error = enhance(&photo(10, 10), &[operation]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    let error = enhance(&photo(10, 10), &[Enhancement::Convert(MediaType::Avif)]).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("operations.convert")));
    let mut gif = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut gif);
    for _ in 0..2 {
        encoder.encode_frame(image::Frame::new(RgbaImage::new(8, 8))).unwrap();
    }
    drop(encoder);
    let error = enhance(&Media::bytes(gif), &[Enhancement::Upright]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
}

/// The lab's fixtures, some of them broken. With `LOCAL_PREVIEW`, a folder, what comes out is kept
/// there for looking at.
#[tokio::test]
async fn the_fixtures_come_out_right_or_are_refused() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/cassettes/media/fixtures");
    let Ok(files) = std::fs::read_dir(folder) else {
        social_core::testkit::did_not_run("../shared");
        return;
    };
    let kept = std::env::var("LOCAL_PREVIEW").ok();
    let operations = [
        Enhancement::Upright,
        Enhancement::Crop(AspectRatio::PORTRAIT),
        Enhancement::ShrinkTo { width: 1080, height: 1350 },
        Enhancement::Convert(MediaType::Jpeg),
    ];
    let mut refused = Vec::new();
    for path in files.map(|file| file.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match enhance(&Media::file(&path), &operations).await {
            Ok(made) => {
                let (info, bytes) = (&made.info, made.media.read(1 << 24).await.unwrap());
                assert_eq!((info.media_type, info.orientation), (MediaType::Jpeg, None), "{name}");
                let shape = info.aspect_ratio().unwrap();
                assert!((shape - 0.8).abs() < 0.01, "{name}: {shape}");
                assert!(info.warnings.is_empty(), "{name}: {:?}", info.warnings);
                let holds = |mark: &[u8]| bytes.windows(mark.len()).any(|part| part == mark);
                assert!(!holds(b"Exif\0\0") && !holds(b"GPS") && !holds(b"xmpmeta"), "{name}");
                if let Some(folder) = &kept {
                    std::fs::write(format!("{folder}/{name}.enhanced.jpg"), &bytes).unwrap();
                }
            }
            Err(error) => {
                let kind = error.kind();
                assert!(matches!(kind, ErrorKind::MediaInvalid | ErrorKind::Unsupported), "{name}: {error}");
                println!("{name}: {error}");
                refused.push(name);
            }
        }
    }
    refused.sort();
    let expected = [
        "anim.gif",
        "empty.mp4",
        "html-named-as.mp4",
        "reel-9x16.mp4",
        "reel-silent.mp4",
        "tone-24000.pcm",
        "tone.mp3",
        "tone.wav",
        "truncated.jpg",
        "wide-vp9.webm",
    ];
    assert_eq!(refused, expected);
}
