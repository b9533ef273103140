//! The frames of a timeline, one at a time: clips over a background, in order.

use std::sync::Arc;

use social_core::error::Result;
use social_core::media::Media;

use super::colour::Colour;
use super::demux::VideoTrack;
use super::film::{Film, Shape};
use super::frames::Layer;
use super::layout::Canvas;
use super::moving::Moving;
use super::screen::Screen;
use super::source::Source;
use super::still::{Still, ZOOM};
use super::typeset::Typesetter;
use super::words::Words;

/// What a clip shows.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    Image(Media),
    Video(Media),
    Words(Words),
}

/// A clip and its place in time, in frames.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    pub(super) shown: Shown,
    pub(super) first: u32,
    /// The frame at which it is gone; later than the clip's end where the next clip fades in.
    pub(super) end: u32,
    /// It comes in over so many frames, and goes over so many.
    pub(super) fade_in: u32,
    pub(super) fade_out: u32,
    /// All of it is shown instead of filling the frame.
    pub(super) contain: bool,
    /// The camera moves: nearer, or away.
    pub(super) nearer: Option<bool>,
    /// So many seconds of the file are left out.
    pub(super) trim: f64,
    /// What an error names.
    pub(super) field: String,
}

/// A clip that is being shown. Before and after that nothing of it is in memory.
enum Look {
    Still(Still),
    Screen(Box<Screen>),
    Words(Layer),
}

/// The shots of a timeline, from the lowest to the highest.
pub(super) struct Stage {
    shape: Shape,
    canvas: Canvas,
    background: Colour,
    fonts: Vec<Arc<Vec<u8>>>,
    typesetter: Option<Typesetter>,
    shots: Vec<(Shot, Option<Look>)>,
}

impl Shot {
    /// How much of it there is, of 256.
    fn share(&self, number: u32) -> u16 {
        let part = |done: u32, all: u32| (done * 256 / (all + 1)).min(256) as u16;
        part(number - self.first + 1, self.fade_in).min(part(self.end - number, self.fade_out))
    }

    fn is_on(&self, number: u32) -> bool {
        (self.first..self.end).contains(&number)
    }

    /// How near the camera is, from 1.
    fn zoom(&self, number: u32) -> f64 {
        let passed = f64::from(number - self.first) / f64::from(self.end - self.first);
        match self.nearer {
            None => 1.0,
            Some(true) => 1.0 + ZOOM * passed,
            Some(false) => 1.0 + ZOOM * (1.0 - passed),
        }
    }

    /// Opens its file. Whether it can be decoded shows with its first image.
    fn open(&self, canvas: &Canvas, typesetter: &mut Typesetter) -> Result<Look> {
        match &self.shown {
            Shown::Image(media) => {
                let size = (canvas.width, canvas.height);
                Still::open(media, self.contain, self.nearer.is_some(), size).map(Look::Still)
            }
            Shown::Video(media) => self.screen(media, canvas).map(|screen| Look::Screen(Box::new(screen))),
            Shown::Words(words) => words.draw(typesetter, canvas).map(|drawn| Look::Words(Layer::new(drawn))),
        }
    }

    fn screen(&self, media: &Media, canvas: &Canvas) -> Result<Screen> {
        let mut source = Source::open(media)?;
        let track = VideoTrack::read(&mut source)?;
        Ok(Screen::new(Moving::open(source, track)?, (canvas.width, canvas.height), self.contain))
    }

    /// Decodes the first image of a video.
    pub(super) fn check(&self, canvas: &Canvas) -> Result<()> {
        match &self.shown {
            Shown::Video(media) => self.screen(media, canvas)?.check(),
            Shown::Image(_) | Shown::Words(_) => Ok(()),
        }
    }
}

impl Look {
    /// Whether nothing below it can be seen.
    fn covers(&self) -> bool {
        match self {
            Self::Still(still) => still.opaque,
            Self::Screen(screen) => screen.fills(),
            Self::Words(_) => false,
        }
    }
}

impl Stage {
    pub(super) fn new(
        shape: Shape,
        canvas: Canvas,
        background: Colour,
        fonts: Vec<Arc<Vec<u8>>>,
        shots: Vec<Shot>,
    ) -> Self {
        let shots = shots.into_iter().map(|shot| (shot, None)).collect();
        Self { shape, canvas, background, fonts, typesetter: None, shots }
    }

    /// Opens what is shown in this frame, and lets go of what is over.
    fn prepare(&mut self, number: u32) -> Result<()> {
        for (shot, look) in &mut self.shots {
            if !shot.is_on(number) {
                *look = None;
            } else if look.is_none() {
                let typesetter = match self.typesetter.take() {
                    Some(typesetter) => typesetter,
                    None => Typesetter::new(&self.fonts)?,
                };
                let opened = shot.open(&self.canvas, self.typesetter.insert(typesetter));
                *look = Some(opened.map_err(|e| e.with_field(shot.field.clone()))?);
            }
        }
        Ok(())
    }
}

impl Film for Stage {
    fn shape(&self) -> Shape {
        self.shape
    }

    fn draw(&mut self, number: u32, pixels: &mut [u8]) -> Result<()> {
        self.prepare(number)?;
        let rate = f64::from(self.shape.rate);
        let row = self.shape.width as usize * 4;
        // What lies under a whole image is not drawn.
        let hides = |(shot, look): &(Shot, Option<Look>)| {
            look.as_ref().is_some_and(|look| look.covers() && shot.share(number) == 256)
        };
        let lowest = self.shots.iter().rposition(hides);
        if lowest.is_none() {
            let Colour { red, green, blue } = self.background;
            pixels.as_chunks_mut::<4>().0.fill([red, green, blue, 255]);
        }
        for (shot, look) in self.shots.iter_mut().skip(lowest.unwrap_or(0)) {
            let Some(look) = look else { continue };
            let (share, zoom) = (shot.share(number), shot.zoom(number));
            let drawn = match look {
                Look::Words(layer) => {
                    layer.over(pixels, row, 0, share);
                    Ok(())
                }
                Look::Still(still) => still.draw(zoom, share, row, pixels),
                Look::Screen(screen) => {
                    let seconds = shot.trim + f64::from(number - shot.first) / rate;
                    screen.draw(seconds, zoom, share, pixels)
                }
            };
            drawn.map_err(|e| e.with_field(shot.field.clone()))?;
        }
        Ok(())
    }
}
