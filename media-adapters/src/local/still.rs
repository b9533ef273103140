//! An image clip in the size of the frame, with the camera still or moving.

use fast_image_resize::images::{Image as Plane, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;
use social_core::error::{Error, ErrorKind, Result};
use social_core::media::Media;
use tiny_skia::{ColorU8, Pixmap};

use super::frames::Layer;
use super::raster::{MAX_FILE_BYTES, cover, decode, resize_transparent};
use super::scene::{no_canvas, pixmap};
use super::source::Source;

/// How far the camera moves over a clip.
pub(super) const ZOOM: f64 = 0.1;

/// An image that is shown.
pub(super) struct Still {
    layer: Layer,
    pub(super) opaque: bool,
    moving: Option<Moving>,
}

/// What the camera moves over, larger than the frame.
struct Moving {
    base: Pixmap,
    resizer: Resizer,
}

impl Still {
    /// Opens an image for a frame of this size. It fills the frame unless all of it is shown.
    pub(super) fn open(media: &Media, contain: bool, moves: bool, (width, height): (u32, u32)) -> Result<Self> {
        let mut source = Source::open(media)?;
        let length = source.length()?;
        if length > MAX_FILE_BYTES {
            let message = format!("the image has {length} bytes, at most {MAX_FILE_BYTES} are read");
            return Err(Error::new(ErrorKind::MediaInvalid, message));
        }
        let mut bytes = Vec::new();
        source.fill(0, length as usize, &mut bytes)?;
        let image = decode(&bytes)?;
        let opaque = !image.color().has_alpha() && !contain;
        if !moves {
            return Ok(Self { layer: Layer::new(fitted(image, contain, width, height)?), opaque, moving: None });
        }
        let larger = |side: u32| (f64::from(side) * (1.0 + ZOOM)).round() as u32;
        let base = fitted(image, contain, larger(width), larger(height))?;
        let layer = Layer::new(Pixmap::new(width, height).ok_or_else(no_canvas)?);
        Ok(Self { layer, opaque, moving: Some(Moving { base, resizer: Resizer::new() }) })
    }

    /// Lays the image over the frame, at a zoom from 1 and a share of 0 to 256.
    pub(super) fn draw(&mut self, zoom: f64, share: u16, row: usize, pixels: &mut [u8]) -> Result<()> {
        if let Some(Moving { base, resizer }) = &mut self.moving {
            let failed = |e: String| Error::new(ErrorKind::MediaInvalid, format!("a frame cannot be drawn: {e}"));
            let (w, h) = (f64::from(base.width()), f64::from(base.height()));
            let options = ResizeOptions::new()
                .crop((w - w / zoom) / 2.0, (h - h / zoom) / 2.0, w / zoom, h / zoom)
                .resize_alg(ResizeAlg::Interpolation(FilterType::Bilinear))
                .use_alpha(false);
            let from = ImageRef::new(base.width(), base.height(), base.data(), PixelType::U8x4);
            let from = from.map_err(|e| failed(e.to_string()))?;
            let (width, target) = ((row / 4) as u32, self.layer.whole());
            let height = (target.len() / row.max(1)) as u32;
            let to = Plane::from_slice_u8(width, height, target, PixelType::U8x4);
            let mut to = to.map_err(|e| failed(e.to_string()))?;
            resizer.resize(&from, &mut to, &options).map_err(|e| failed(e.to_string()))?;
        }
        match self.opaque && share >= 256 {
            true => self.layer.onto(pixels),
            false => self.layer.over(pixels, row, 0, share),
        }
        Ok(())
    }
}

/// The image on a canvas of this size: filling it, or all of it in the middle.
fn fitted(image: DynamicImage, contain: bool, width: u32, height: u32) -> Result<Pixmap> {
    if !contain && !image.color().has_alpha() {
        return pixmap(&cover(image.into_rgb8(), width, height)?);
    }
    let (w, h) = (f64::from(image.width()), f64::from(image.height()));
    let (across, down) = (f64::from(width) / w, f64::from(height) / h);
    let scale = if contain { across.min(down) } else { across.max(down) };
    let side = |length: f64, of: u32| ((length * scale).round() as u32).clamp(1, of);
    let (to_w, to_h) = (side(w, width), side(h, height));
    let part = |to: u32, of: u32| ((f64::from(to) / scale).round() as u32).clamp(1, of);
    let (part_w, part_h) = (part(to_w, image.width()), part(to_h, image.height()));
    let part = image.crop_imm((image.width() - part_w) / 2, (image.height() - part_h) / 2, part_w, part_h);
    let image = resize_transparent(part.into_rgba8(), (to_w, to_h))?;
    let mut canvas = Pixmap::new(width, height).ok_or_else(no_canvas)?;
    let (left, top) = ((width - to_w) as usize / 2, (height - to_h) as usize / 2);
    let rows = canvas.pixels_mut().chunks_exact_mut(width as usize).skip(top);
    for (to, from) in rows.zip(image.rows()) {
        for (to, from) in to.iter_mut().skip(left).zip(from) {
            let [r, g, b, a] = from.0;
            *to = ColorU8::from_rgba(r, g, b, a).premultiply();
        }
    }
    Ok(canvas)
}
