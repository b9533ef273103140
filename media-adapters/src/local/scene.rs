//! What is on a poster, in the order in which it is painted, and the painting.

use image::RgbImage;
use social_core::error::{Error, ErrorKind, Result};
use tiny_skia::{
    Color, FillRule, GradientStop, LinearGradient, Mask, Paint, Path, Pixmap, PixmapPaint, Point, Rect, SpreadMode,
    Transform,
};

use super::colour::{Colour, contrast};

/// A filled shape.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) outline: Path,
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) colour: Colour,
    pub(super) opacity: f32,
}

/// A colour that grows over the image from one point to another, so that words can be read.
#[derive(Clone, Debug)]
pub(super) struct Shade {
    pub(super) from: (f32, f32),
    pub(super) to: (f32, f32),
    pub(super) colour: Colour,
    /// Opacity along the way: (place from 0 to 1, opacity).
    pub(super) stops: Vec<(f32, f32)>,
}

/// Words, for the check of contrast and of margins.
#[derive(Clone, Debug)]
pub(super) struct Words {
    #[cfg_attr(not(test), expect(dead_code, reason = "tests name the words that are wrong"))]
    pub(super) part: &'static str,
    pub(super) ink: Rect,
    pub(super) colour: Colour,
    /// The ground where it is a button's, not the image's.
    pub(super) ground: Option<Colour>,
}

/// A whole poster before it is painted.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) ground: Colour,
    /// Where the photo goes.
    pub(super) window: Rect,
    /// The window's outline, where it is not the whole canvas.
    pub(super) clip: Option<Path>,
    /// Stands in the window when there is no photo.
    pub(super) ornament: Vec<Mark>,
    pub(super) shades: Vec<Shade>,
    pub(super) marks: Vec<Mark>,
    /// The logo and where it goes.
    pub(super) logo: Option<(Pixmap, i32, i32)>,
    pub(super) words: Vec<Words>,
}

/// A poster, and what it took to make it readable.
#[derive(Clone, Debug)]
pub(super) struct Painted {
    pub(super) canvas: Pixmap,
    /// The minimum contrast of any words.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests look at it"))]
    pub(super) contrast: f32,
    /// How much stronger than designed the shades had to be.
    #[cfg_attr(not(feature = "local-video"), expect(dead_code, reason = "videos shade alike"))]
    pub(super) strength: f32,
}

/// The contrast that all words get (WCAG 2.2, 1.4.3 for text of any size).
pub(super) const MIN_CONTRAST: f32 = 4.5;

pub(super) fn no_canvas() -> Error {
    Error::new(ErrorKind::InvalidRequest, "the image has no size")
}

fn paint(colour: Colour, opacity: f32) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(rgba(colour, opacity));
    paint.anti_alias = true;
    paint
}

fn rgba(colour: Colour, opacity: f32) -> Color {
    let alpha = (opacity.clamp(0.0, 1.0) * 255.0).round() as u8;
    Color::from_rgba8(colour.red, colour.green, colour.blue, alpha)
}

/// A photo as a pixmap.
pub(super) fn pixmap(photo: &RgbImage) -> Result<Pixmap> {
    let mut pixmap = Pixmap::new(photo.width(), photo.height()).ok_or_else(no_canvas)?;
    for (to, from) in pixmap.data_mut().chunks_exact_mut(4).zip(photo.pixels()) {
        let [r, g, b] = from.0;
        to.copy_from_slice(&[r, g, b, 255]);
    }
    Ok(pixmap)
}

/// An image without its transparency.
pub(super) fn rgb(pixmap: &Pixmap) -> Result<RgbImage> {
    let pixels = pixmap.data().chunks_exact(4).flat_map(|p| p.iter().take(3).copied()).collect();
    RgbImage::from_raw(pixmap.width(), pixmap.height(), pixels).ok_or_else(no_canvas)
}

impl Scene {
    /// The size in pixels that a photo needs to fill the window.
    pub(super) fn window_size(&self) -> (u32, u32) {
        ((self.window.width().ceil() as u32).max(1), (self.window.height().ceil() as u32).max(1))
    }

    /// Paints the ground with the photo, which has the window's size, or the ornament.
    pub(super) fn backdrop(&self, photo: Option<&RgbImage>) -> Result<Pixmap> {
        let mut canvas = Pixmap::new(self.width, self.height).ok_or_else(no_canvas)?;
        canvas.fill(rgba(self.ground, 1.0));
        let clip = match &self.clip {
            None => None,
            Some(outline) => {
                let mut mask = Mask::new(self.width, self.height).ok_or_else(no_canvas)?;
                mask.fill_path(outline, FillRule::Winding, true, Transform::identity());
                Some(mask)
            }
        };
        match photo {
            Some(photo) => {
                let (x, y) = (self.window.x().round() as i32, self.window.y().round() as i32);
                let photo = pixmap(photo)?;
                canvas.draw_pixmap(x, y, photo.as_ref(), &PixmapPaint::default(), Transform::identity(), clip.as_ref());
            }
            None => self.ornament.iter().for_each(|mark| fill(&mut canvas, mark, clip.as_ref())),
        }
        Ok(canvas)
    }

    /// Paints what lies over the photo and does not move: the ground around the window, and the
    /// shades.
    #[cfg(feature = "local-video")]
    pub(super) fn overlay(&self, strength: f32) -> Result<Pixmap> {
        let mut canvas = Pixmap::new(self.width, self.height).ok_or_else(no_canvas)?;
        canvas.fill(rgba(self.ground, 1.0));
        let mut hole = paint(self.ground, 1.0);
        hole.blend_mode = tiny_skia::BlendMode::Clear;
        match &self.clip {
            Some(outline) => canvas.fill_path(outline, &hole, FillRule::Winding, Transform::identity(), None),
            None => canvas.fill_rect(self.window, &hole, Transform::identity(), None),
        }
        self.shade(&mut canvas, strength);
        Ok(canvas)
    }

    /// Paints the shades, each this many times as strong as designed.
    pub(super) fn shade(&self, canvas: &mut Pixmap, strength: f32) {
        let Some(all) = Rect::from_xywh(0.0, 0.0, self.width as f32, self.height as f32) else { return };
        for shade in &self.shades {
            let stops = shade
                .stops
                .iter()
                .map(|(place, opacity)| GradientStop::new(*place, rgba(shade.colour, opacity * strength)))
                .collect();
            let gradient = LinearGradient::new(
                Point::from_xy(shade.from.0, shade.from.1),
                Point::from_xy(shade.to.0, shade.to.1),
                stops,
                SpreadMode::Pad,
                Transform::identity(),
            );
            if let Some(shader) = gradient {
                let paint = Paint { shader, ..Paint::default() };
                canvas.fill_rect(all, &paint, Transform::identity(), None);
            }
        }
    }

    /// Paints the words, buttons, lines and the logo.
    pub(super) fn foreground(&self, canvas: &mut Pixmap) {
        self.marks.iter().for_each(|mark| fill(canvas, mark, None));
        if let Some((logo, x, y)) = &self.logo {
            canvas.draw_pixmap(*x, *y, logo.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
        }
    }

    /// The minimum contrast of any words with the pixels behind them, the worst half per cent of
    /// pixels left aside.
    pub(super) fn contrast(&self, background: &Pixmap) -> f32 {
        self.words.iter().map(|words| words.contrast(background)).fold(21.0, f32::min)
    }

    /// Paints the whole poster; shades grow until every word can be read.
    pub(super) fn paint(&self, photo: Option<&RgbImage>) -> Result<Painted> {
        let backdrop = self.backdrop(photo)?;
        let mut strength = 1.0;
        loop {
            let mut canvas = backdrop.clone();
            self.shade(&mut canvas, strength);
            let contrast = self.contrast(&canvas);
            if contrast >= MIN_CONTRAST || strength > 8.0 || self.shades.is_empty() {
                self.foreground(&mut canvas);
                return Ok(Painted { canvas, contrast, strength });
            }
            strength *= 1.12;
        }
    }
}

impl Words {
    fn contrast(&self, background: &Pixmap) -> f32 {
        if let Some(ground) = self.ground {
            return self.colour.contrast(ground);
        }
        let ink = self.colour.luminance();
        let mut behind = Vec::new();
        for y in (self.ink.top().max(0.0) as u32..self.ink.bottom().max(0.0) as u32).step_by(3) {
            for x in (self.ink.left().max(0.0) as u32..self.ink.right().max(0.0) as u32).step_by(3) {
                if let Some(pixel) = background.pixel(x, y) {
                    behind.push(Colour::new(pixel.red(), pixel.green(), pixel.blue()).luminance());
                }
            }
        }
        behind.sort_by(|a, b| contrast(ink, *a).total_cmp(&contrast(ink, *b)));
        behind.get(behind.len() / 200).map_or(21.0, |worst| contrast(ink, *worst))
    }
}

pub(super) fn fill(canvas: &mut Pixmap, mark: &Mark, clip: Option<&Mask>) {
    let place = Transform::from_translate(mark.x, mark.y);
    canvas.fill_path(&mark.outline, &paint(mark.colour, mark.opacity), FillRule::Winding, place, clip);
}
