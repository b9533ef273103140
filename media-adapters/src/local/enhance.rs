//! [`LocalEnhancer`]: crops, sizes and formats.

use std::sync::LazyLock;

use async_trait::async_trait;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ColorType, DynamicImage, ExtendedColorType, ImageEncoder as _};
use social_core::ModelAddress;
use social_core::enhance::{EnhanceCapabilities, EnhanceRequest, EnhancedImage, Enhancement};
use social_core::error::{Error, ErrorKind, Result};
use social_core::image::AspectRatio;
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::media::{MediaInfo, MediaKind, MediaType};
use social_core::money::Usage;
use social_core::run::Run;

use super::raster::{MAX_FILE_BYTES, decode, flatten, resize, resize_transparent};
use super::renderer::{VENDOR, made, on_a_thread, one_piece, without_effect};

/// Qualities that [`Enhancement::MaxBytes`] tries, best first, before it makes the image smaller.
const QUALITIES: [u8; 6] = [88, 82, 76, 70, 62, 54];
/// Quality of other JPEG images.
const QUALITY: u8 = 90;
/// Below this side length an image is not shrunk any more to save bytes.
const MIN_SIDE: u32 = 64;

/// Crops, shrinks and converts images on this machine, without cost.
///
/// Takes JPEG, PNG, WebP and GIF; writes JPEG (quality 90), PNG and lossless WebP. The result is
/// upright, in sRGB (colours of a profile such as Display P3 or of inks are converted), and carries
/// no metadata. It keeps the format of the source (a GIF
/// becomes PNG) unless it is converted. In a JPEG what was transparent is white. Crops keep the
/// middle.
///
/// [`Enhancement::MaxBytes`] lowers the quality of a JPEG down to 54, then makes the image smaller;
/// PNG and WebP are only made smaller. Put it last: what follows it can make the file larger again.
///
/// # Errors
/// [`Unsupported`](ErrorKind::Unsupported) for enlarging, removing backgrounds, polishing, other
/// formats and animations; [`MediaInvalid`](ErrorKind::MediaInvalid) for an image that cannot be
/// read, is larger than 64 MiB, has more than 64 million pixels or a side over 16,384;
/// [`InvalidRequest`](ErrorKind::InvalidRequest) for a limit that cannot be met.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalEnhancer;

static ADDRESS: LazyLock<ModelAddress> = LazyLock::new(|| ModelAddress::new(VENDOR, "enhance"));

/// An image on its way through the operations.
struct Work {
    image: DynamicImage,
    format: MediaType,
    bytes: Option<Vec<u8>>,
}

impl Work {
    fn new(source: &[u8], info: &MediaInfo) -> Result<Self> {
        let format = if info.media_type == MediaType::Gif { MediaType::Png } else { info.media_type };
        let image = decode(source)?;
        // Sixteen-bit images gain nothing on a phone and resizing wants eight bits.
        let image = if image.color().has_alpha() { image.into_rgba8().into() } else { image.into_rgb8().into() };
        Ok(Self { image, format, bytes: None })
    }

    fn apply(&mut self, operation: &Enhancement) -> Result<()> {
        self.bytes = None;
        let (width, height) = (self.image.width(), self.image.height());
        let shape = f64::from(width) / f64::from(height);
        match operation {
            Enhancement::Crop(ratio) => {
                self.crop(ratio_value(*ratio)?);
                Ok(())
            }
            Enhancement::CropBetween { minimum, maximum } => {
                if !(*minimum > 0.0 && minimum <= maximum && maximum.is_finite()) {
                    return Err(Error::invalid(
                        "crop_between",
                        format!("{minimum} to {maximum} is not a range of shapes"),
                    ));
                }
                if !(*minimum..=*maximum).contains(&shape) {
                    self.crop(shape.clamp(*minimum, *maximum));
                    // Whole pixels can miss the range by one: then one pixel more is cut.
                    let (w, h) = (self.image.width(), self.image.height());
                    let shape = f64::from(w) / f64::from(h);
                    let (w, h) = if shape > *maximum {
                        (w - 1, h)
                    } else if shape < *minimum {
                        (w, h - 1)
                    } else {
                        (w, h)
                    };
                    self.image = self.image.crop_imm(0, 0, w.max(1), h.max(1));
                }
                Ok(())
            }
            Enhancement::ShrinkTo { width: max_w, height: max_h } => {
                let scale = (f64::from(*max_w) / f64::from(width)).min(f64::from(*max_h) / f64::from(height));
                if *max_w == 0 || *max_h == 0 {
                    return Err(Error::invalid("shrink_to", format!("{max_w}x{max_h} holds no image")));
                }
                if scale < 1.0 { self.scale(scale) } else { Ok(()) }
            }
            Enhancement::Convert(format) => {
                self.format = *format;
                Ok(())
            }
            Enhancement::MaxBytes(limit) => self.squeeze(*limit),
            Enhancement::Upright => Ok(()),
            other => Err(unsupported(other)),
        }
    }

    /// Cuts around the middle. Of four photos, smartcrop2 cut a better part of one and a worse one
    /// of three.
    fn crop(&mut self, shape: f64) {
        let (width, height) = (self.image.width(), self.image.height());
        let (w, h) = (f64::from(width), f64::from(height));
        let (part_w, part_h) = if w / h > shape { (h * shape, h) } else { (w, w / shape) };
        let (part_w, part_h) = ((part_w.round() as u32).clamp(1, width), (part_h.round() as u32).clamp(1, height));
        self.image = self.image.crop_imm((width - part_w) / 2, (height - part_h) / 2, part_w, part_h);
    }

    fn scale(&mut self, scale: f64) -> Result<()> {
        let part = |length: u32| ((f64::from(length) * scale).floor() as u32).max(1);
        let to = (part(self.image.width()), part(self.image.height()));
        let image = std::mem::take(&mut self.image);
        self.image = if image.color() == ColorType::Rgba8 {
            resize_transparent(image.into_rgba8(), to)?.into()
        } else {
            let area = (0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
            resize(image.into_rgb8(), area, to)?.into()
        };
        Ok(())
    }

    /// At most so many bytes: by quality first and size second.
    fn squeeze(&mut self, limit: u64) -> Result<()> {
        loop {
            let qualities: &[u8] = if self.format == MediaType::Jpeg { &QUALITIES } else { &[QUALITY] };
            let mut smallest = u64::MAX;
            for quality in qualities {
                let bytes = self.encode(*quality)?;
                smallest = bytes.len() as u64;
                if smallest <= limit {
                    self.bytes = Some(bytes);
                    return Ok(());
                }
            }
            // Bytes go roughly with the area.
            let scale = (limit as f64 / smallest as f64).sqrt().clamp(0.5, 0.92);
            if self.image.width().min(self.image.height()) <= MIN_SIDE {
                return Err(Error::invalid("max_bytes", format!("{limit} bytes hold no image worth looking at")));
            }
            self.scale(scale)?;
        }
    }

    fn encode(&self, quality: u8) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let (width, height) = (self.image.width(), self.image.height());
        let color: ExtendedColorType = self.image.color().into();
        let written = match self.format {
            MediaType::Jpeg => {
                let flat = flatten(self.image.clone());
                JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&flat)
            }
            MediaType::Png => PngEncoder::new(&mut bytes).write_image(self.image.as_bytes(), width, height, color),
            MediaType::Webp => {
                WebPEncoder::new_lossless(&mut bytes).write_image(self.image.as_bytes(), width, height, color)
            }
            other => return Err(unsupported(&Enhancement::Convert(other))),
        };
        written.map_err(|e| Error::new(ErrorKind::MediaInvalid, "the image cannot be written").with_source(e))?;
        Ok(bytes)
    }
}

fn ratio_value(ratio: AspectRatio) -> Result<f64> {
    if ratio.width == 0 || ratio.height == 0 {
        return Err(Error::invalid("crop", format!("{ratio} is no shape")));
    }
    Ok(ratio.value())
}

fn unsupported(operation: &Enhancement) -> Error {
    Error::unsupported(operation.name(), "this machine does not offer it; see `LocalEnhancer`")
}

#[async_trait]
impl Maker<EnhanceRequest> for LocalEnhancer {
    fn address(&self) -> &ModelAddress {
        &ADDRESS
    }

    fn capabilities(&self) -> EnhanceCapabilities {
        EnhanceCapabilities::new()
            .with_operations(["crop", "crop_between", "shrink_to", "convert", "max_bytes", "upright"])
            .with_formats([MediaType::Jpeg, MediaType::Png, MediaType::Webp])
            .with_paid(false)
            .with_generative(false)
    }

    async fn make(&self, run: &Run, request: &EnhanceRequest) -> Result<Made<EnhancedImage>> {
        let EnhanceRequest { image, operations, .. } = request;
        make::begin(self, run, request).await?;
        let info = image.info().await?;
        if info.animated {
            return Err(Error::unsupported("image", "an animation would lose all frames but the first"));
        }
        if !matches!(info.media_type, MediaType::Jpeg | MediaType::Png | MediaType::Webp | MediaType::Gif) {
            return Err(Error::unsupported("image", format!("{} cannot be decoded here", info.media_type.as_mime())));
        }
        let converted = operations.iter().rev().find_map(|operation| match operation {
            Enhancement::Convert(format) => Some(*format),
            _ => None,
        });
        let source_format = if info.media_type == MediaType::Gif { MediaType::Png } else { info.media_type };
        let name = format!("enhanced.{}", converted.unwrap_or(source_format).extension());
        let media = run.keep_file(&name, || async {
            let (source, operations) = (image.read(MAX_FILE_BYTES).await?, operations.clone());
            let bytes = on_a_thread(move || {
                let mut work = Work::new(&source, &info)?;
                operations.iter().try_for_each(|operation| work.apply(operation))?;
                match work.bytes.take() {
                    Some(bytes) => Ok(bytes),
                    None => work.encode(QUALITY),
                }
            });
            Ok(one_piece(bytes.await?))
        });
        let image = MediaFile::read(media.await.map_err(without_effect)?, MediaKind::Image).await?;
        Ok(made(&ADDRESS, image.into(), Usage::default().with_images(1)))
    }
}
