//! Kind H of the public reports: colours of a profile come out as those of sRGB, whatever road a
//! photo takes. The right values were computed from the profiles' published primaries and curves.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ExtendedColorType, GrayImage, ImageEncoder, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use moxcms::ColorProfile;
use social_core::design::Design;
use social_core::enhance::{EnhanceRequest, Enhancement};
use social_core::image::{AspectRatio, ImageRequest};
use social_core::make::Maker as _;
use social_core::media::{Media, MediaType};
use social_core::run::Run;

use super::super::raster::decode;
use super::super::{LocalEnhancer, LocalImage};
use super::bistro;

/// A colour, and what it is in sRGB when it was meant as one of Display P3 or Adobe RGB.
const COLOUR: [u8; 3] = [200, 100, 50];
const OF_P3: [u8; 3] = [215, 93, 31];
const OF_ADOBE: [u8; 3] = [227, 100, 42];

fn written(encoder: impl ImageEncoder, profile: Option<&ColorProfile>, image: &DynamicImage) {
    let mut encoder = encoder;
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile.encode().unwrap()).unwrap();
    }
    let kind: ExtendedColorType = image.color().into();
    encoder.write_image(image.as_bytes(), image.width(), image.height(), kind).unwrap();
}

fn plain() -> DynamicImage {
    RgbImage::from_pixel(64, 64, Rgb(COLOUR)).into()
}

fn jpeg(profile: Option<&ColorProfile>, image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    written(JpegEncoder::new_with_quality(&mut bytes, 100), profile, image);
    bytes
}

fn png(profile: Option<&ColorProfile>, image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    written(PngEncoder::new(&mut bytes), profile, image);
    bytes
}

fn webp(profile: Option<&ColorProfile>, image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    written(WebPEncoder::new_lossless(&mut bytes), profile, image);
    bytes
}

fn is_near(name: &str, found: [u8; 3], expected: [u8; 3]) {
    let near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 3);
    assert!(near, "{name}: {found:?} instead of {expected:?}");
}

fn middle(image: DynamicImage) -> [u8; 3] {
    let image = image.into_rgb8();
    image.get_pixel(image.width() / 2, image.height() / 2).0
}

#[test]
fn h_profiles_of_every_format() {
    let (p3, adobe, own) = (ColorProfile::new_display_p3(), ColorProfile::new_adobe_rgb(), ColorProfile::new_srgb());
    #[expect(clippy::type_complexity, reason = "a table")]
    let formats: [(&str, fn(Option<&ColorProfile>, &DynamicImage) -> Vec<u8>); 3] =
        [("jpeg", jpeg), ("png", png), ("webp", webp)];
    for (name, write) in formats {
        for (profile, expected) in [(Some(&p3), OF_P3), (Some(&adobe), OF_ADOBE), (Some(&own), COLOUR), (None, COLOUR)]
        {
            is_near(name, middle(decode(&write(profile, &plain())).unwrap()), expected);
        }
    }
    // What is transparent stays so, in its place.
    let clear = RgbaImage::from_pixel(8, 8, Rgba([200, 100, 50, 77])).into();
    let decoded = decode(&png(Some(&p3), &clear)).unwrap().into_rgba8();
    assert_eq!(decoded.get_pixel(4, 4).0[3], 77);
    is_near(
        "with transparency",
        [decoded.get_pixel(4, 4).0[0], decoded.get_pixel(4, 4).0[1], decoded.get_pixel(4, 4).0[2]],
        OF_P3,
    );
}

#[test]
fn h_sixteen_bits_greys_and_broken_profiles() {
    let p3 = ColorProfile::new_display_p3();
    let deep = image::ImageBuffer::from_pixel(8, 8, Rgb(COLOUR.map(|c| u16::from(c) * 257)));
    is_near("16 bits", middle(decode(&png(Some(&p3), &DynamicImage::ImageRgb16(deep))).unwrap()), OF_P3);
    let deep = image::ImageBuffer::from_pixel(8, 8, Rgba([200 * 257, 100 * 257, 50 * 257, u16::MAX]));
    is_near("16 bits and alpha", middle(decode(&png(Some(&p3), &DynamicImage::ImageRgba16(deep))).unwrap()), OF_P3);
    let grey = || DynamicImage::from(GrayImage::from_pixel(8, 8, Luma([128])));
    // A curve of 1.8 is brighter than that of sRGB.
    let light = ColorProfile::new_gray_with_gamma(1.8);
    is_near("grey", middle(decode(&png(Some(&light), &grey())).unwrap()), [146; 3]);
    is_near("grey jpeg", middle(decode(&jpeg(Some(&light), &grey())).unwrap()), [146; 3]);
    is_near("grey without", middle(decode(&png(None, &grey())).unwrap()), [128; 3]);
    is_near("grey with a profile of colours", middle(decode(&png(Some(&p3), &grey())).unwrap()), [128; 3]);
    is_near("colours with one of greys", middle(decode(&png(Some(&light), &plain())).unwrap()), COLOUR);
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 100);
    encoder.set_icc_profile(b"no profile at all".to_vec()).unwrap();
    encoder.encode_image(&plain()).unwrap();
    is_near("a broken profile", middle(decode(&bytes).unwrap()), COLOUR);
}

/// A PNG with chunks of its own before its pixels.
fn with_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { c >> 1 ^ 0xedb8_8320 } else { c >> 1 })
        })
    }
    let png = png(None, &plain());
    let chunk = [kind.as_slice(), body].concat();
    let chunk = [&(body.len() as u32).to_be_bytes(), chunk.as_slice(), &crc(&chunk).to_be_bytes()].concat();
    [&png[..33], chunk.as_slice(), &png[33..]].concat()
}

#[test]
fn h_colours_that_a_png_names_itself() {
    let points = |points: [u32; 8]| points.into_iter().flat_map(u32::to_be_bytes).collect::<Vec<_>>();
    let adobe = points([31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000]);
    let own = points([31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000]);
    // Display P3 by its code points; sRGB's primaries and gamma in numbers.
    is_near("cICP", middle(decode(&with_chunk(b"cICP", &[12, 13, 0, 1])).unwrap()), OF_P3);
    is_near("cICP of sRGB", middle(decode(&with_chunk(b"cICP", &[1, 13, 0, 1])).unwrap()), COLOUR);
    is_near("cHRM of sRGB", middle(decode(&with_chunk(b"cHRM", &own)).unwrap()), COLOUR);
    is_near("gAMA of sRGB", middle(decode(&with_chunk(b"gAMA", &45_455_u32.to_be_bytes())).unwrap()), COLOUR);
    let wide = middle(decode(&with_chunk(b"cHRM", &adobe)).unwrap());
    assert!(wide[0] > 220, "{wide:?}");
    // Linear light is much brighter.
    let linear = middle(decode(&with_chunk(b"gAMA", &100_000_u32.to_be_bytes())).unwrap());
    is_near("linear", linear, [228, 168, 122]);
    is_near("cICP of no RGB", middle(decode(&with_chunk(b"cICP", &[12, 13, 1, 1])).unwrap()), COLOUR);
    for nonsense in [&[0; 4][..], &[0xff; 4], &[0; 32], b"x"] {
        for kind in [b"cICP", b"cHRM", b"gAMA"] {
            let image =
                decode(&with_chunk(kind, nonsense)).unwrap_or_else(|error| panic!("{kind:?} {nonsense:?}: {error}"));
            assert_eq!((image.width(), image.height()), (64, 64));
        }
    }
}

#[tokio::test]
async fn h_whatever_road_a_photo_takes() {
    let photo = Media::bytes(jpeg(Some(&ColorProfile::new_display_p3()), &plain()));
    for operations in [
        vec![Enhancement::Convert(MediaType::Jpeg)],
        vec![Enhancement::Convert(MediaType::Png)],
        vec![Enhancement::Convert(MediaType::Webp)],
        vec![Enhancement::Crop(AspectRatio::PORTRAIT)],
        vec![Enhancement::ShrinkTo { width: 32, height: 32 }],
        vec![Enhancement::MaxBytes(100_000)],
        vec![Enhancement::Upright],
    ] {
        let request = EnhanceRequest::new(photo.clone(), operations.iter().cloned());
        let made = LocalEnhancer.make(&Run::ephemeral(), &request).await.unwrap();
        let bytes = made.value.media.read(1 << 20).await.unwrap();
        is_near(&format!("{operations:?}"), middle(decode(&bytes).unwrap()), OF_P3);
        assert_eq!(bytes.windows(11).find(|found| found == b"ICC_PROFILE"), None);
    }
    // Without encoding it again the profile stays.
    let kept = social_core::media::strip_location(&photo.read(1 << 20).await.unwrap()).unwrap();
    is_near("notes taken out", middle(decode(&kept).unwrap()), OF_P3);
    // A photo on a poster has the same colour; words and shade are elsewhere.
    let large = RgbImage::from_pixel(800, 800, Rgb(COLOUR)).into();
    let photo = Media::bytes(jpeg(Some(&ColorProfile::new_display_p3()), &large));
    let design = Design { photo: Some(photo), ..bistro() };
    let request = ImageRequest::new("x").with_design(design).with_seed(1);
    let poster = LocalImage::new().make(&Run::ephemeral(), &request).await.unwrap();
    let poster = decode(&poster.value.images[0].media.read(4 << 20).await.unwrap()).unwrap().into_rgb8();
    let shown = poster.pixels().filter(|pixel| pixel.0.iter().zip(OF_P3).all(|(a, b)| a.abs_diff(b) <= 3)).count();
    assert!(shown > 10_000, "{shown} pixels show the photo as it is");
}
