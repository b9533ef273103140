//! Words over a video: texts and captions.

use social_core::error::{Error, Result};
use social_core::render::{Clip, Position, TextStyle};
use tiny_skia::{Pixmap, Rect};

use super::colour::Colour;
use super::column::rounded;
use super::layout::Canvas;
use super::scene::{Mark, fill, no_canvas};
use super::typeset::{Block, Face, Room, Style, Typesetter, tidy};

/// How large words are where nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    Text,
    Caption,
}

/// Words, where they stand, and how they look.
#[derive(Clone, Debug)]
pub(super) struct Words {
    text: String,
    size: Size,
    pub(super) position: Position,
    ink: Colour,
    /// The box behind them and its opacity.
    plate: Option<(Colour, f32)>,
    /// The wanted size of the letters, as a part of the frame's height.
    letters: Option<f32>,
}

/// The box where no style says otherwise: white on it keeps 4.5:1 (WCAG 2.2) even over white.
const PLATE: (Colour, f32) = (Colour::new(12, 12, 14), 0.66);
const DARK: Colour = Colour::new(12, 12, 14);
/// What hangs below the last baseline, in em.
const DESCENT: f32 = 0.24;
/// Of the part of the frame that apps leave free: each place has this much of the height, so that
/// words in one never reach those in the next.
const PART: f32 = 0.31;

impl Words {
    pub(super) fn new(text: String, clip: &Clip, size: Size) -> Result<Self> {
        let usual = if size == Size::Text { Position::Center } else { Position::Bottom };
        let colour = |text: Option<&str>| text.map(Colour::parse).transpose();
        let words = Self {
            text: tidy(&text),
            size,
            position: clip.position.unwrap_or(usual),
            ink: Colour::WHITE,
            plate: Some(PLATE),
            letters: None,
        };
        let Some(TextStyle { colour: ink, background, size: letters, .. }) = &clip.style else { return Ok(words) };
        let plate = colour(background.as_deref())?;
        // Without a word about it, the ink that can be read on the box.
        let readable = match plate {
            Some(plate) if Colour::WHITE.contrast(plate) < DARK.contrast(plate) => DARK,
            _ => Colour::WHITE,
        };
        let ink = colour(ink.as_deref())?.unwrap_or(readable);
        Ok(Self { ink, plate: plate.map(|plate| (plate, 1.0)), letters: *letters, ..words })
    }

    fn set(&self, typesetter: &mut Typesetter, canvas: &Canvas) -> Result<Block> {
        let (safe, unit) = (canvas.safe, canvas.unit);
        let (face, leading, sizes, lines) = match self.size {
            Size::Text => (Face::Grotesk, 1.14, (96.0, 40.0), 7),
            Size::Caption => (Face::Label, 1.3, (50.0, 32.0), 6),
        };
        let wanted = self.letters.map(|part| part * canvas.height as f32);
        let room = Room {
            width: safe.width() * 0.88,
            height: safe.height() * PART,
            largest: wanted.unwrap_or(sizes.0 * unit),
            smallest: wanted.unwrap_or(sizes.1 * unit),
            lines,
        };
        let style = Style { face, tracking: 0.0, leading, centred: true };
        typesetter.speak(None, &self.text);
        typesetter.fit(&self.text, style, room).ok_or_else(|| {
            let count = self.text.chars().count();
            Error::invalid("timeline", format!("{count} characters do not fit where they are to stand: shorten them"))
        })
    }

    /// Refuses words that are empty, do not fit, or have characters that no font has.
    pub(super) fn check(&self, typesetter: &mut Typesetter, canvas: &Canvas) -> Result<()> {
        if self.text.is_empty() {
            return Err(Error::invalid("timeline", "there are no words"));
        }
        typesetter.require("timeline", &self.text)?;
        self.set(typesetter, canvas).map(drop)
    }

    /// The words on a canvas of their own.
    pub(super) fn draw(&self, typesetter: &mut Typesetter, canvas: &Canvas) -> Result<Pixmap> {
        let block = self.set(typesetter, canvas)?;
        let safe = canvas.safe;
        let pad = block.size * 0.5;
        let tall = block.height + DESCENT * block.size;
        let x = (canvas.width as f32 - block.width) / 2.0;
        let y = match self.position {
            Position::Top => safe.top() + pad,
            Position::Bottom => safe.bottom() - pad - tall,
            _ => safe.top() + (safe.height() - tall) / 2.0,
        };
        let mut pixmap = Pixmap::new(canvas.width, canvas.height).ok_or_else(no_canvas)?;
        let plate = Rect::from_ltrb(x - pad, y - pad, x + block.width + pad, y + tall + pad * 0.6);
        if let (Some((colour, opacity)), Some(plate)) = (self.plate, plate)
            && let Some(outline) = rounded(plate, pad * 0.6, pad * 0.6)
        {
            fill(&mut pixmap, &Mark { outline, x: 0.0, y: 0.0, colour, opacity }, None);
        }
        fill(&mut pixmap, &Mark { outline: block.outline, x, y, colour: self.ink, opacity: 1.0 }, None);
        Ok(pixmap)
    }
}
