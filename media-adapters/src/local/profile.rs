//! Colours of images with a profile, made those of sRGB: everything that is drawn and written here
//! is sRGB, and carries no profile.

use std::borrow::Cow;

use image::{DynamicImage, ImageBuffer, RgbImage};
use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace, Layout,
    MatrixCoefficients, TransferCharacteristics, TransformOptions, XyY, curve_from_gamma,
};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

/// How every PNG begins.
const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// What a file says about its colours.
pub(super) struct Profile(ColorProfile);

impl Profile {
    /// An embedded profile (ICC). One that cannot be read says nothing, as in every browser.
    pub(super) fn embedded(icc: &[u8]) -> Option<Self> {
        ColorProfile::new_from_slice(icc).ok().map(Self)
    }

    /// What a PNG says about its colours in chunks of its own, before its pixels (PNG third
    /// edition, 11.3.2): `cICP`, which counts more than a profile.
    pub(super) fn code_points_of_png(png: &[u8]) -> Option<Self> {
        let (_, body) = chunks(png).find(|(kind, _)| kind == b"cICP")?;
        let [primaries, transfer, 0, full] = *body else { return None };
        let primaries = CicpColorPrimaries::try_from(primaries).ok()?;
        let transfer = TransferCharacteristics::try_from(transfer).ok()?;
        // What is brighter than paper needs more than another curve.
        if matches!(transfer, TransferCharacteristics::Smpte2084 | TransferCharacteristics::Hlg) {
            return None;
        }
        let code_points = CicpProfile {
            color_primaries: primaries,
            transfer_characteristics: transfer,
            matrix_coefficients: MatrixCoefficients::Identity,
            full_range: full == 1,
        };
        let mut profile = ColorProfile::new_srgb();
        // What it returns is always `false` (moxcms 0.8.1); what it took is seen in the profile.
        profile.update_rgb_colorimetry_from_cicp(code_points);
        profile.cicp.is_some_and(|taken| taken.color_primaries == primaries).then_some(Self(profile))
    }

    /// What a PNG without a profile says: `gAMA` and `cHRM`, unless `sRGB` says that they are
    /// those of sRGB.
    pub(super) fn measured_in_png(png: &[u8]) -> Option<Self> {
        let number = |bytes: &[u8]| bytes.first_chunk().map(|bytes| u32::from_be_bytes(*bytes) as f32 / 100_000.0);
        let (mut gamma, mut points) = (None, None);
        for (kind, body) in chunks(png) {
            match &kind {
                b"sRGB" => return None,
                b"gAMA" => gamma = number(body).filter(|gamma| (0.01..=10.0).contains(gamma)),
                b"cHRM" => points = <[f32; 8]>::try_from(body.chunks(4).filter_map(number).collect::<Vec<_>>()).ok(),
                _ => {}
            }
        }
        // What sRGB has, in the usual rounding.
        let gamma = gamma.filter(|gamma| (gamma - 0.454_55).abs() > 0.002);
        const SRGB: [f32; 8] = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06];
        let points = points.filter(|points| points.iter().zip(SRGB).any(|(a, b)| (a - b).abs() > 0.002));
        if gamma.is_none() && points.is_none() {
            return None;
        }
        let mut profile = ColorProfile::new_srgb();
        if let Some([white_x, white_y, red_x, red_y, green_x, green_y, blue_x, blue_y]) = points {
            if [white_y, red_y, green_y, blue_y].iter().any(|y| *y < 0.001) {
                return None;
            }
            let point = |x, y| Chromaticity { x, y };
            let primaries = ColorPrimaries {
                red: point(red_x, red_y),
                green: point(green_x, green_y),
                blue: point(blue_x, blue_y),
            };
            profile.update_rgb_colorimetry(XyY { x: white_x.into(), y: white_y.into(), yb: 1.0 }, primaries);
        }
        if let Some(gamma) = gamma {
            let curve = curve_from_gamma(1.0 / gamma);
            profile.red_trc = Some(curve.clone());
            profile.green_trc = Some(curve.clone());
            profile.blue_trc = Some(curve);
            profile.cicp = None;
        }
        Some(Self(profile))
    }

    /// The profile of inks, which only the undecoded colours of a JPEG can be read by.
    pub(super) fn is_of_inks(&self) -> bool {
        self.0.color_space == DataColorSpace::Cmyk
    }

    /// The image in sRGB; as it is where its profile is of another kind than its pixels.
    pub(super) fn to_srgb(&self, image: DynamicImage) -> DynamicImage {
        let converted = match (self.0.color_space, image.color().has_color()) {
            (DataColorSpace::Rgb, true) => self.colours(&image),
            // A profile of colours says of grey ones, too, how bright they are.
            (DataColorSpace::Rgb, false) => self.colours(&match image.color().has_alpha() {
                true => DynamicImage::ImageRgba8(image.to_rgba8()),
                false => DynamicImage::ImageRgb8(image.to_rgb8()),
            }),
            (DataColorSpace::Gray, false) => self.greys(&image),
            _ => None,
        };
        converted.unwrap_or(image)
    }

    fn colours(&self, image: &DynamicImage) -> Option<DynamicImage> {
        let (width, height) = (image.width(), image.height());
        let is_deep = image.color().bytes_per_pixel() > 4;
        Some(match (is_deep, image.color().has_alpha()) {
            (false, false) => {
                let pixels = self.in_8_bits(image.to_rgb8().as_raw(), Layout::Rgb, Layout::Rgb, 3)?;
                DynamicImage::ImageRgb8(ImageBuffer::from_raw(width, height, pixels)?)
            }
            (false, true) => {
                let pixels = self.in_8_bits(image.to_rgba8().as_raw(), Layout::Rgba, Layout::Rgba, 4)?;
                DynamicImage::ImageRgba8(ImageBuffer::from_raw(width, height, pixels)?)
            }
            (true, false) => {
                let pixels = self.in_16_bits(image.to_rgb16().as_raw(), Layout::Rgb)?;
                DynamicImage::ImageRgb16(ImageBuffer::from_raw(width, height, pixels)?)
            }
            (true, true) => {
                let pixels = self.in_16_bits(image.to_rgba16().as_raw(), Layout::Rgba)?;
                DynamicImage::ImageRgba16(ImageBuffer::from_raw(width, height, pixels)?)
            }
        })
    }

    fn greys(&self, image: &DynamicImage) -> Option<DynamicImage> {
        let (width, height) = (image.width(), image.height());
        let grey = image.to_luma8();
        let pixels = self.in_8_bits(grey.as_raw(), Layout::Gray, Layout::Rgb, 3)?;
        let mut converted = DynamicImage::ImageRgb8(ImageBuffer::from_raw(width, height, pixels)?);
        if image.color().has_alpha() {
            let mut whole = converted.into_rgba8();
            for (to, from) in whole.pixels_mut().zip(image.to_luma_alpha8().pixels()) {
                to.0[3] = from.0[1];
            }
            converted = DynamicImage::ImageRgba8(whole);
        }
        Some(converted)
    }

    fn in_8_bits(&self, pixels: &[u8], from: Layout, to: Layout, parts: usize) -> Option<Vec<u8>> {
        let transform =
            self.0.create_transform_8bit(from, &ColorProfile::new_srgb(), to, TransformOptions::default()).ok()?;
        let per_pixel = match from {
            Layout::Gray => 1,
            Layout::Rgb => 3,
            _ => 4,
        };
        let mut converted = vec![0; pixels.len() / per_pixel * parts];
        transform.transform(pixels, &mut converted).ok()?;
        Some(converted)
    }

    fn in_16_bits(&self, pixels: &[u16], layout: Layout) -> Option<Vec<u16>> {
        let transform = self
            .0
            .create_transform_16bit(layout, &ColorProfile::new_srgb(), layout, TransformOptions::default())
            .ok()?;
        let mut converted = vec![0; pixels.len()];
        transform.transform(pixels, &mut converted).ok()?;
        Some(converted)
    }

    /// A JPEG of four inks in sRGB; `None` for one that is not. Its size was checked before.
    pub(super) fn inks_to_srgb(&self, jpeg: &[u8]) -> Option<RgbImage> {
        let largest = usize::from(u16::MAX);
        let options = DecoderOptions::default().set_strict_mode(false).set_max_width(largest).set_max_height(largest);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
        decoder.decode_headers().ok()?;
        let stored = decoder.input_colorspace()?;
        if !matches!(stored, ColorSpace::CMYK | ColorSpace::YCCK) {
            return None;
        }
        decoder.set_options(options.jpeg_set_out_colorspace(stored));
        let mut inks = decoder.decode().ok()?;
        for pixel in inks.as_chunks_mut::<4>().0 {
            let [c, m, y, k] = *pixel;
            // Adobe's programs store how much of the paper shows.
            *pixel = match stored {
                ColorSpace::YCCK => {
                    let (luma, blue, red) = (f32::from(c), f32::from(m) - 128.0, f32::from(y) - 128.0);
                    let ink = |value: f32| value.round().clamp(0.0, 255.0) as u8;
                    let green = luma - 0.344_136 * blue - 0.714_136 * red;
                    [ink(luma + 1.402 * red), ink(green), ink(luma + 1.772 * blue), 255 - k]
                }
                _ => [255 - c, 255 - m, 255 - y, 255 - k],
            };
        }
        let pixels = self.in_8_bits(&inks, Layout::Rgba, Layout::Rgb, 3)?;
        let (width, height) = decoder.dimensions()?;
        RgbImage::from_raw(u32::try_from(width).ok()?, u32::try_from(height).ok()?, pixels)
    }
}

/// The PNG without code points that cannot be those of a PNG, which the decoder refuses (png 0.18),
/// and browsers pass over. Every other file is as it was.
pub(super) fn without_false_code_points(png: &[u8]) -> Cow<'_, [u8]> {
    let (mut kept, mut from, mut at) = (Vec::new(), 0, SIGNATURE.len());
    for (kind, body) in chunks(png) {
        // Length, kind and checksum stand around it.
        let end = at + 12 + body.len();
        if &kind == b"cICP" && !matches!(body, [_, _, 0, 0 | 1]) {
            kept.extend_from_slice(png.get(from..at).unwrap_or_default());
            from = end;
        }
        at = end;
    }
    if from == 0 {
        return Cow::Borrowed(png);
    }
    kept.extend_from_slice(png.get(from..).unwrap_or_default());
    Cow::Owned(kept)
}

/// The chunks of a PNG before its pixels, with their kinds.
fn chunks(png: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = png.strip_prefix(SIGNATURE).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let (kind, behind) = behind.split_first_chunk::<4>()?;
        let (body, behind) = behind.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        rest = behind.get(4..)?;
        (kind != b"IDAT").then_some((*kind, body))
    })
}
