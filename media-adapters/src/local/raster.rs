//! Reading images within limits, and writing them.

use std::io::Cursor;

use fast_image_resize::images::Image as Plane;
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageReader, Limits, RgbImage, RgbaImage};
use social_core::design::Focus;
use social_core::error::{Error, ErrorKind, Result};

use super::profile::{Profile, without_false_code_points};

/// The largest file that is read, in bytes.
pub(super) const MAX_FILE_BYTES: u64 = 64 << 20;
/// The longest side that is decoded, in pixels.
const MAX_SIDE: u32 = 16_384;
/// The maximum number of pixels that are decoded.
const MAX_PIXELS: u64 = 64_000_000;

fn unreadable(error: image::ImageError) -> Error {
    Error::new(ErrorKind::MediaInvalid, "the image cannot be read").with_source(error)
}

/// Decodes a JPEG, PNG, WebP, HEIC or the first frame of a GIF, upright and in sRGB, whatever
/// profile it has. No pixel is allocated before their number is checked.
pub(super) fn decode(bytes: &[u8]) -> Result<DynamicImage> {
    if bytes.get(4..8) == Some(b"ftyp") {
        return heic(bytes);
    }
    let bytes = &*without_false_code_points(bytes);
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|e| unreadable(image::ImageError::IoError(e)))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    // Four bytes a pixel, and the decoder's own buffers.
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(too_large(width, height));
    }
    let orientation = decoder.orientation().map_err(unreadable)?;
    let embedded = decoder.icc_profile().map_err(unreadable)?;
    let profile = Profile::code_points_of_png(bytes)
        .or_else(|| embedded.as_deref().and_then(Profile::embedded))
        .or_else(|| embedded.is_none().then(|| Profile::measured_in_png(bytes)).flatten());
    let inks = profile.as_ref().filter(|profile| profile.is_of_inks()).and_then(|profile| profile.inks_to_srgb(bytes));
    let mut image = match inks {
        Some(image) => DynamicImage::ImageRgb8(image),
        None => {
            let image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
            match profile {
                Some(profile) => profile.to_srgb(image),
                None => image,
            }
        }
    };
    image.apply_orientation(orientation);
    Ok(image)
}

fn too_large(width: impl std::fmt::Display, height: impl std::fmt::Display) -> Error {
    let message = format!("the image has {width}x{height} pixels, at most {MAX_PIXELS} in all are decoded");
    Error::new(ErrorKind::MediaInvalid, message)
}

/// Decodes a HEIC, what iPhones take. The file itself says how it is turned; EXIF says it again.
fn heic(bytes: &[u8]) -> Result<DynamicImage> {
    let unreadable = |e: heic_decoder::HeifError| {
        let message = format!("the image cannot be read: {e}; save it as JPEG or PNG");
        Error::new(ErrorKind::MediaInvalid, message).with_source(e)
    };
    let info = heic_decoder::probe(bytes).map_err(unreadable)?;
    let pixels = info.width.saturating_mul(info.height).max(info.coded_width.saturating_mul(info.coded_height));
    if pixels as u64 > MAX_PIXELS || info.width.max(info.height) as u64 > u64::from(MAX_SIDE) {
        return Err(too_large(info.width, info.height));
    }
    let decoded = heic_decoder::decode(bytes).map_err(unreadable)?;
    let (width, height) = (decoded.width as u32, decoded.height as u32);
    let image = match &decoded.alpha {
        Some(_) => {
            let pixels = decoded.to_rgba8().map_err(unreadable)?.data;
            RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8)
        }
        None => {
            let pixels = decoded.to_rgb8().map_err(unreadable)?.data;
            RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
        }
    };
    let image = image.ok_or_else(|| Error::new(ErrorKind::MediaInvalid, "the image has fewer pixels than it says"))?;
    let profile = decoded.metadata.icc_profile.as_deref().and_then(Profile::embedded);
    Ok(match profile {
        Some(profile) => profile.to_srgb(image),
        None => image,
    })
}

/// The image without transparency: what was transparent is white.
pub(super) fn flatten(image: DynamicImage) -> RgbImage {
    flatten_on(image, [255; 3])
}

/// The image without transparency: what was transparent has this colour.
pub(super) fn flatten_on(image: DynamicImage, ground: [u8; 3]) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let rgba = image.into_rgba8();
    let mut flat = RgbImage::new(rgba.width(), rgba.height());
    for (from, to) in rgba.pixels().zip(flat.pixels_mut()) {
        let [r, g, b, a] = from.0;
        let part = |c: u8, ground: u8| {
            ((u32::from(c) * u32::from(a) + u32::from(ground) * (255 - u32::from(a)) + 127) / 255) as u8
        };
        to.0 = [part(r, ground[0]), part(g, ground[1]), part(b, ground[2])];
    }
    flat
}

fn resample(
    pixels: Vec<u8>,
    kind: PixelType,
    from: (u32, u32),
    to: (u32, u32),
    options: &ResizeOptions,
) -> Result<Vec<u8>> {
    let failed = |e: String| Error::new(ErrorKind::MediaInvalid, format!("the image cannot be resized: {e}"));
    let source = Plane::from_vec_u8(from.0, from.1, pixels, kind).map_err(|e| failed(e.to_string()))?;
    let mut target = Plane::new(to.0, to.1, kind);
    Resizer::new().resize(&source, &mut target, options).map_err(|e| failed(e.to_string()))?;
    Ok(target.into_vec())
}

/// The part `area` (left, top, width, height) of an image at another size.
pub(super) fn resize(image: RgbImage, area: (f64, f64, f64, f64), to: (u32, u32)) -> Result<RgbImage> {
    let from = image.dimensions();
    let options = ResizeOptions::new().crop(area.0, area.1, area.2, area.3);
    let pixels = resample(image.into_raw(), PixelType::U8x3, from, to, &options)?;
    RgbImage::from_raw(to.0, to.1, pixels).ok_or_else(|| Error::new(ErrorKind::MediaInvalid, "the image is empty"))
}

/// An image with transparency at another size.
pub(super) fn resize_transparent(image: RgbaImage, to: (u32, u32)) -> Result<RgbaImage> {
    let from = image.dimensions();
    let pixels = resample(image.into_raw(), PixelType::U8x4, from, to, &ResizeOptions::new())?;
    RgbaImage::from_raw(to.0, to.1, pixels).ok_or_else(|| Error::new(ErrorKind::MediaInvalid, "the image is empty"))
}

/// Fills a frame with the image. What does not fit is cut: evenly left and right, and more below
/// than above, because what a photo shows stands in its upper two thirds more often than not.
pub(super) fn cover(image: RgbImage, width: u32, height: u32) -> Result<RgbImage> {
    cover_around(image, None, width, height)
}

/// As [`cover`], and a focus stands in the middle of the frame and somewhat above it, as far as the
/// image reaches.
pub(super) fn cover_around(image: RgbImage, focus: Option<Focus>, width: u32, height: u32) -> Result<RgbImage> {
    let (w, h) = (f64::from(image.width()), f64::from(image.height()));
    let scale = (f64::from(width) / w).max(f64::from(height) / h);
    let (part_w, part_h) = ((f64::from(width) / scale).min(w), (f64::from(height) / scale).min(h));
    let start = |per_cent: Option<u8>, whole: f64, part: f64, at: f64| match per_cent {
        Some(per_cent) => (f64::from(per_cent) / 100.0 * whole - at * part).clamp(0.0, (whole - part).max(0.0)),
        None => (whole - part) * at,
    };
    let left = start(focus.map(|focus| focus.x), w, part_w, 0.5);
    let top = start(focus.map(|focus| focus.y), h, part_h, 0.42);
    resize(image, (left, top, part_w, part_h), (width, height))
}

/// Writes a JPEG of this quality, 1 to 100.
pub(super) fn jpeg(image: &RgbImage, quality: u8) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(image)
        .map_err(|e| Error::new(ErrorKind::MediaInvalid, "the image cannot be written").with_source(e))?;
    Ok(bytes)
}
