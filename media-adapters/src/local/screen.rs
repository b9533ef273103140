//! The images of a video clip in the size and the colours of the frame.

use fast_image_resize::images::{Image as Plane, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use social_core::error::{Error, ErrorKind, Result};

use super::demux::Turn;
use super::moving::{Matrix, Moving, Picture};

/// A video clip: it fills the frame, or all of it is shown in the middle.
pub(super) struct Screen {
    moving: Moving,
    /// The size of the frame.
    width: u32,
    height: u32,
    /// Where it is shown: left, top, width and height.
    area: (u32, u32, u32, u32),
    resizer: Resizer,
    luma: Plane<'static>,
    blue: Plane<'static>,
    red: Plane<'static>,
}

/// What a step of brightness or colour difference adds to red, green and blue, in 1/256.
#[derive(Clone, Copy)]
struct Weights {
    black: i32,
    luma: i32,
    red: i32,
    green: (i32, i32),
    blue: i32,
}

impl Weights {
    fn new(matrix: Matrix) -> Self {
        let of = |black, luma, red, green, blue| Self { black, luma, red, green, blue };
        match (matrix.high_definition, matrix.full_range) {
            (true, false) => of(16, 298, 459, (-55, -136), 541),
            (false, false) => of(16, 298, 409, (-100, -208), 516),
            (true, true) => of(0, 256, 403, (-48, -120), 475),
            (false, true) => of(0, 256, 359, (-88, -183), 454),
        }
    }

    fn pixel(self, luma: u8, blue: u8, red: u8) -> [u8; 4] {
        let y = (i32::from(luma) - self.black) * self.luma + 128;
        let (u, v) = (i32::from(blue) - 128, i32::from(red) - 128);
        let channel = |value: i32| (value >> 8).clamp(0, 255) as u8;
        let green = y + self.green.0 * u + self.green.1 * v;
        [channel(y + self.red * v), channel(green), channel(y + self.blue * u), 255]
    }
}

fn failed(e: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::MediaInvalid, format!("an image of the video cannot be drawn: {e}"))
}

impl Screen {
    pub(super) fn new(moving: Moving, (width, height): (u32, u32), contain: bool) -> Self {
        let shown = moving.shown();
        let scale = (f64::from(width) / shown.0).min(f64::from(height) / shown.1);
        // Colour difference has half as many pixels.
        let side = |length: f64, of: u32| ((length * scale / 2.0).round() as u32 * 2).clamp(2, of);
        let (w, h) = if contain { (side(shown.0, width), side(shown.1, height)) } else { (width, height) };
        let area = ((width - w) / 2, (height - h) / 2, w, h);
        let (w, h) = if moving.lies() { (h, w) } else { (w, h) };
        let plane = |w: u32, h: u32| Plane::new(w, h, PixelType::U8);
        let (blue, red) = (plane(w / 2, h / 2), plane(w / 2, h / 2));
        Self { moving, width, height, area, resizer: Resizer::new(), luma: plane(w, h), blue, red }
    }

    /// Whether nothing of the frame is left free.
    pub(super) fn fills(&self) -> bool {
        self.area == (0, 0, self.width, self.height)
    }

    /// Decodes the first image.
    pub(super) fn check(&mut self) -> Result<()> {
        self.moving.at(0.0).map(drop)
    }

    /// Lays the image that is shown `seconds` after the video's start over the frame, at a zoom
    /// from 1 and a share of 0 to 256. What does not fit is cut evenly.
    pub(super) fn draw(&mut self, seconds: f64, zoom: f64, share: u16, pixels: &mut [u8]) -> Result<()> {
        let pixel = self.moving.pixel();
        let picture = self.moving.at(seconds)?;
        let (to_w, to_h) = (f64::from(self.luma.width()), f64::from(self.luma.height()));
        let (w, h) = (f64::from(picture.width), f64::from(picture.height));
        let scale = (to_w / (w * pixel)).max(to_h / h) * zoom;
        let part = ((to_w / scale / pixel).min(w), (to_h / scale).min(h));
        let Picture { width, height, luma, blue, red } = picture;
        let resizer = &mut self.resizer;
        let mut fit = |plane: &[u8], (width, height): (u32, u32), by: f64, to: &mut Plane<'static>| {
            let from = ImageRef::new(width, height, plane, PixelType::U8).map_err(failed)?;
            let options = ResizeOptions::new()
                .crop((w - part.0) / 2.0 / by, (h - part.1) / 2.0 / by, part.0 / by, part.1 / by)
                .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
            resizer.resize(&from, to, &options).map_err(failed)
        };
        let half = (width / 2, height / 2);
        fit(luma, (*width, *height), 1.0, &mut self.luma)?;
        fit(blue, half, 2.0, &mut self.blue)?;
        fit(red, half, 2.0, &mut self.red)?;
        self.colour(Weights::new(self.moving.matrix()), share, pixels);
        Ok(())
    }

    fn colour(&self, weights: Weights, share: u16, pixels: &mut [u8]) {
        let (left, top, across, down) = self.area;
        let (left, top, across, down) = (left as usize, top as usize, across as usize, down as usize);
        let (row, frame) = (self.luma.width() as usize, self.width as usize);
        let pixels = pixels.as_chunks_mut::<4>().0;
        let turn = self.moving.turn();
        let chroma = self.blue.buffer().chunks_exact(row / 2).zip(self.red.buffer().chunks_exact(row / 2));
        let chroma = chroma.flat_map(|rows| [rows; 2]);
        for ((y, luma), (blue, red)) in self.luma.buffer().chunks_exact(row).enumerate().zip(chroma) {
            let twice = blue.iter().zip(red).flat_map(|pair| [pair; 2]);
            for ((x, luma), (blue, red)) in luma.iter().enumerate().zip(twice) {
                let (x, y) = match turn {
                    Turn::None => (x, y),
                    Turn::Right => (across - 1 - y, x),
                    Turn::Half => (across - 1 - x, down - 1 - y),
                    Turn::Left => (y, down - 1 - x),
                };
                let Some(to) = pixels.get_mut((top + y) * frame + left + x) else { continue };
                let new = weights.pixel(*luma, *blue, *red);
                *to = if share >= 256 { new } else { mixed(*to, new, share) };
            }
        }
    }
}

fn mixed(old: [u8; 4], new: [u8; 4], share: u16) -> [u8; 4] {
    let part = |old: u8, new: u8| ((u16::from(old) * (256 - share) + u16::from(new) * share) >> 8) as u8;
    let ([a, b, c, _], [d, e, f, _]) = (old, new);
    [part(a, d), part(b, e), part(c, f), 255]
}
