//! The frames of a slide video, one at a time.

use fast_image_resize::images::{Image as Plane, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use social_core::error::{Error, ErrorKind, Result};
use tiny_skia::Pixmap;

use super::film::{Film, Shape};
use super::layout::Canvas;
use super::poster::{self, Draft};
use super::raster::cover_around;
use super::scene::{no_canvas, pixmap};
use super::typeset::Typesetter;

/// Frames per second.
pub(super) const RATE: u32 = 30;
/// One slide dissolves into the next in this many frames.
const DISSOLVE: u32 = 18;
/// Words appear in this many frames, this many pixels (of 1080) below their place at first.
const APPEAR: u32 = 16;
const RISE: f32 = 18.0;
/// How far the camera moves in on a slide.
const ZOOM: f64 = 0.09;

/// An image in four bytes a pixel (red, green, blue, alpha or nothing) and the rows of it that are
/// not empty.
#[derive(Debug)]
pub(super) struct Layer {
    pixels: Vec<u8>,
    first_row: usize,
    end_row: usize,
}

/// A slide with all that does not change from frame to frame drawn.
#[derive(Debug)]
pub(super) struct Slide {
    /// What the camera moves over, somewhat larger than its window.
    base: Pixmap,
    /// Left, top, width and height of the window in the frame.
    window: (u32, u32, u32, u32),
    overlay: Option<Layer>,
    words: Layer,
}

/// A video: slides and their places in time.
pub(super) struct SlideShow {
    width: u32,
    height: u32,
    frames: u32,
    slides: Vec<Slide>,
    scratch: Scratch,
}

/// What drawing a frame needs beside the frame.
struct Scratch {
    next: Vec<u8>,
    resizer: Resizer,
}

impl Layer {
    pub(super) fn new(canvas: Pixmap) -> Self {
        let row = canvas.width() as usize * 4;
        let pixels = canvas.take();
        let filled = |line: &[u8]| line.chunks_exact(4).any(|p| p.get(3) != Some(&0));
        let first_row = pixels.chunks_exact(row).position(filled).unwrap_or(0);
        let end_row = pixels.chunks_exact(row).rposition(filled).map_or(0, |last| last + 1);
        Self { pixels, first_row, end_row }
    }

    /// The pixels, to be drawn anew, all over.
    pub(super) fn whole(&mut self) -> &mut [u8] {
        (self.first_row, self.end_row) = (0, usize::MAX);
        &mut self.pixels
    }

    /// Lays a layer without transparency over a frame.
    pub(super) fn onto(&self, frame: &mut [u8]) {
        frame.iter_mut().zip(&self.pixels).for_each(|(to, from)| *to = *from);
    }

    /// Lays the layer over a frame, `down` rows lower, at an opacity of 0 to 256.
    pub(super) fn over(&self, frame: &mut [u8], row: usize, down: usize, opacity: u16) {
        let rows = self.pixels.chunks_exact(row).skip(self.first_row).take(self.end_row - self.first_row);
        for (from, to) in rows.zip(frame.chunks_exact_mut(row).skip(self.first_row + down)) {
            for (to, from) in to.as_chunks_mut::<4>().0.iter_mut().zip(from.as_chunks::<4>().0) {
                let [r, g, b, a] = from.map(|c| (u16::from(c) * opacity) >> 8);
                let keep = 255 - a;
                let [x, y, z, _] = to.map(u16::from);
                // Dividing by 255 with two shifts.
                let part = |old: u16, new: u16| {
                    let scaled = old * keep + 128;
                    (new + ((scaled + (scaled >> 8)) >> 8)) as u8
                };
                *to = [part(x, r), part(y, g), part(z, b), 255];
            }
        }
    }
}

impl Slide {
    fn new(typesetter: &mut Typesetter, draft: &Draft, canvas: Canvas, style: poster::Style) -> Result<Self> {
        let scene = poster::scene(typesetter, draft, canvas, style)?;
        let (width, height) = scene.window_size();
        let mut words = Pixmap::new(canvas.width, canvas.height).ok_or_else(no_canvas)?;
        scene.foreground(&mut words);
        let words = Layer::new(words);
        let Some(photo) = &draft.photo else {
            // Without a photo the camera moves over the drawn ground.
            let mut base = scene.backdrop(None)?;
            scene.shade(&mut base, scene.paint(None)?.strength);
            return Ok(Self { base, window: (0, 0, canvas.width, canvas.height), overlay: None, words });
        };
        let still = cover_around(photo.clone(), draft.design.focus, width, height)?;
        // The camera moves, so the ground under the words is not the still's: a little more shade
        // than that needs.
        let strength = scene.paint(Some(&still))?.strength * 1.06;
        let larger = |length: u32| (f64::from(length) * (1.0 + ZOOM)).round() as u32;
        let base = pixmap(&cover_around(photo.clone(), draft.design.focus, larger(width), larger(height))?)?;
        let (left, top) = (scene.window.x().round() as u32, scene.window.y().round() as u32);
        let window = (left, top, width.min(canvas.width - left), height.min(canvas.height - top));
        Ok(Self { base, window, overlay: Some(Layer::new(scene.overlay(strength)?)), words })
    }

    /// Draws the slide; `progress` is the camera's, `words` the words' opacity, both 0 to 1.
    fn draw(
        &self,
        pixels: &mut [u8],
        resizer: &mut Resizer,
        (width, height): (u32, u32),
        progress: f64,
        words: f32,
    ) -> Result<()> {
        let failed = |e: String| Error::new(ErrorKind::MediaInvalid, format!("a frame cannot be drawn: {e}"));
        let (left, top, w, h) = self.window;
        let (from_w, from_h) = (f64::from(self.base.width()), f64::from(self.base.height()));
        let zoom = 1.0 + ZOOM * progress;
        let (part_w, part_h) = (from_w / zoom, from_h / zoom);
        let options = ResizeOptions::new()
            .crop((from_w - part_w) / 2.0, (from_h - part_h) * 0.46, part_w, part_h)
            .resize_alg(ResizeAlg::Interpolation(FilterType::Bilinear))
            .use_alpha(false);
        let base = ImageRef::new(self.base.width(), self.base.height(), self.base.data(), PixelType::U8x4)
            .map_err(|e| failed(e.to_string()))?;
        let row = width as usize * 4;
        if (left, w) == (0, width) {
            let start = top as usize * row;
            let target = pixels.get_mut(start..start + h as usize * row).unwrap_or_default();
            let mut target = Plane::from_slice_u8(w, h, target, PixelType::U8x4).map_err(|e| failed(e.to_string()))?;
            resizer.resize(&base, &mut target, &options).map_err(|e| failed(e.to_string()))?;
        } else {
            let mut part = Plane::new(w, h, PixelType::U8x4);
            resizer.resize(&base, &mut part, &options).map_err(|e| failed(e.to_string()))?;
            let (indent, length) = (left as usize * 4, w as usize * 4);
            for (to, from) in pixels.chunks_exact_mut(row).skip(top as usize).zip(part.buffer().chunks_exact(length)) {
                if let Some(to) = to.get_mut(indent..indent + length) {
                    to.copy_from_slice(from);
                }
            }
        }
        if let Some(overlay) = &self.overlay {
            overlay.over(pixels, row, 0, 256);
        }
        if words > 0.0 {
            let scale = width.min(height) as f32 / 1080.0;
            let down = ((1.0 - words) * RISE * scale).round() as usize;
            self.words.over(pixels, row, down, (words * 256.0).round() as u16);
        }
        Ok(())
    }
}

impl SlideShow {
    /// Draws all that does not move.
    pub(super) fn new(
        typesetter: &mut Typesetter,
        drafts: &[Draft],
        canvas: Canvas,
        style: poster::Style,
        frames: u32,
    ) -> Result<Self> {
        let slides =
            drafts.iter().map(|draft| Slide::new(typesetter, draft, canvas, style)).collect::<Result<Vec<_>>>()?;
        let next = vec![0; canvas.width as usize * canvas.height as usize * 4];
        let scratch = Scratch { next, resizer: Resizer::new() };
        Ok(Self { width: canvas.width, height: canvas.height, frames, slides, scratch })
    }

    fn frame(&self, scratch: &mut Scratch, number: u32, pixels: &mut [u8]) -> Result<()> {
        let count = u32::try_from(self.slides.len()).unwrap_or(1).max(1);
        let start =
            |slide: u32| u32::try_from(u64::from(self.frames) * u64::from(slide) / u64::from(count)).unwrap_or(0);
        let current = (0..count).rev().find(|slide| start(*slide) <= number).unwrap_or(0);
        let Scratch { next, resizer } = scratch;
        self.slide(pixels, resizer, current, number, (start(current), start(current + 1)))?;
        // Half of a dissolve lies before the change, half after it.
        let half = DISSOLVE / 2;
        let (other, part) = if current + 1 < count && number + half >= start(current + 1) {
            (current + 1, number + half - start(current + 1))
        } else if current > 0 && number < start(current) + half {
            (current - 1, start(current) + half - number)
        } else {
            return Ok(());
        };
        self.slide(next, resizer, other, number, (start(other), start(other + 1)))?;
        let share = (part * 256 / DISSOLVE).min(256) as u16;
        for (a, b) in pixels.iter_mut().zip(next.iter()) {
            *a = ((u16::from(*a) * (256 - share) + u16::from(*b) * share) >> 8) as u8;
        }
        Ok(())
    }

    fn slide(
        &self,
        pixels: &mut [u8],
        resizer: &mut Resizer,
        index: u32,
        number: u32,
        (start, end): (u32, u32),
    ) -> Result<()> {
        let Some(slide) = self.slides.get(index as usize) else { return Ok(()) };
        let half = DISSOLVE / 2;
        // The camera keeps moving through the dissolves.
        let passed = f64::from((number + half).saturating_sub(start)) / f64::from(end - start + 2 * half);
        let progress = if index.is_multiple_of(2) { passed } else { 1.0 - passed };
        // The first slide's words stand from the first frame, which apps show as the cover.
        let appears = if index == 0 { 1.0 } else { number.saturating_sub(start + half) as f32 / APPEAR as f32 };
        // They are gone before the next slide comes, so that words never lie over words.
        let last = index as usize + 1 == self.slides.len();
        let leaves = if last { 1.0 } else { (end - half).saturating_sub(number) as f32 / (APPEAR / 2) as f32 };
        let eased = (1.0 - (1.0 - appears.min(1.0)).powi(3)) * leaves.min(1.0);
        slide.draw(pixels, resizer, (self.width, self.height), progress.clamp(0.0, 1.0), eased)
    }
}

impl Film for SlideShow {
    fn shape(&self) -> Shape {
        Shape { width: self.width, height: self.height, rate: RATE, frames: self.frames }
    }

    fn draw(&mut self, number: u32, pixels: &mut [u8]) -> Result<()> {
        // Taken out for the time of drawing, which only reads the rest.
        let empty = Scratch { next: Vec::new(), resizer: Resizer::new() };
        let mut scratch = std::mem::replace(&mut self.scratch, empty);
        let drawn = self.frame(&mut scratch, number, pixels);
        self.scratch = scratch;
        drawn
    }
}
