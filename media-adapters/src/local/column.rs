//! The words of a design, one below the other.

use social_core::error::{Error, Result};
use tiny_skia::{PathBuilder, Pixmap, Rect};

use super::colour::{Colour, Palette};
use super::scene::{Mark, Words};
use super::typeset::{Block, Face, Room, Style, Typesetter};

/// What a design says, in characters that the fonts have.
#[derive(Clone, Debug, Default)]
pub(super) struct Wording {
    pub(super) headline: String,
    pub(super) subline: String,
    pub(super) call: String,
    pub(super) brand: String,
    pub(super) signature: String,
}

/// The look of a column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) headline: Face,
    pub(super) centred: bool,
    pub(super) ink: Colour,
    /// What the words stand on, for the accent.
    pub(super) ground: Colour,
}

/// A column that has been measured. Places count from its upper left corner.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) height: f32,
    marks: Vec<Mark>,
    words: Vec<Words>,
    logo: Option<(f32, f32)>,
}

struct Builder {
    column: Column,
    width: f32,
    centred: bool,
    /// From right to left.
    rtl: bool,
}

/// A rectangle with round corners.
pub(super) fn rounded(rect: Rect, top: f32, bottom: f32) -> Option<tiny_skia::Path> {
    // A quarter of a circle as a cubic curve.
    const ROUND: f32 = 0.552_284_8;
    let (l, t, r, b) = (rect.left(), rect.top(), rect.right(), rect.bottom());
    let limit = (rect.width() / 2.0).min(rect.height() / 2.0);
    let (p, q) = (top.min(limit), bottom.min(limit));
    let (i, j) = (p * (1.0 - ROUND), q * (1.0 - ROUND));
    let mut path = PathBuilder::new();
    path.move_to(l + p, t);
    path.line_to(r - p, t);
    path.cubic_to(r - i, t, r, t + i, r, t + p);
    path.line_to(r, b - q);
    path.cubic_to(r, b - j, r - j, b, r - q, b);
    path.line_to(l + q, b);
    path.cubic_to(l + j, b, l, b - j, l, b - q);
    path.line_to(l, t + p);
    path.cubic_to(l, t + i, l + i, t, l + p, t);
    path.close();
    path.finish()
}

impl Builder {
    fn left(&self, width: f32) -> f32 {
        match (self.centred, self.rtl) {
            (true, _) => (self.width - width) / 2.0,
            (false, true) => self.width - width,
            (false, false) => 0.0,
        }
    }

    fn block(&mut self, part: &'static str, block: Block, x: f32, y: f32, colour: Colour, ground: Option<Colour>) {
        self.column.words.extend(block.ink(x, y).map(|ink| Words { part, ink, colour, ground }));
        self.column.marks.push(Mark { outline: block.outline, x, y, colour, opacity: 1.0 });
    }

    /// Adds words below what is there.
    fn below(&mut self, part: &'static str, block: Block, gap: f32, colour: Colour) {
        let (x, y) = (self.left(block.width), self.column.height + gap);
        self.column.height = y + block.height;
        self.block(part, block, x, y, colour, None);
    }
}

/// The parts that have a fixed size, measured first; the headline takes what they leave.
struct Measured {
    brand: Option<Block>,
    subline: Option<Block>,
    call: Option<Block>,
    signature: Option<Block>,
}

impl Measured {
    fn new(typesetter: &mut Typesetter, wording: &Wording, look: Look, width: f32, unit: f32) -> Result<Self> {
        let mut set = |part: &'static str, text: &str, style: Style, room: Room| {
            if text.is_empty() {
                return Ok(None);
            }
            let too_long = || {
                Error::invalid(
                    format!("design.{part}"),
                    format!("{} characters do not fit on an image of this shape: shorten it", text.chars().count()),
                )
            };
            typesetter.fit(text, style, room).map(Some).ok_or_else(too_long)
        };
        let centred = look.centred;
        let line = |largest: f32, width: f32, lines: usize| Room {
            width,
            height: f32::INFINITY,
            largest: largest * unit,
            smallest: largest * unit * 0.62,
            lines,
        };
        let label = Style { face: Face::Label, tracking: 0.0, leading: 1.2, centred };
        Ok(Self {
            brand: set(
                "brand.name",
                &wording.brand,
                Style { tracking: 0.17, leading: 1.4, ..label },
                line(27.0, width, 2),
            )?,
            subline: set(
                "subline",
                &wording.subline,
                Style { face: Face::Text, leading: 1.38, ..label },
                line(39.0, width.min(900.0 * unit), 5),
            )?,
            call: set("call_to_action", &wording.call, label, line(36.0, width - 84.0 * unit, 1))?,
            signature: set(
                "brand.signature",
                &wording.signature,
                Style { face: Face::Text, tracking: 0.01, ..label },
                line(28.0, width, 2),
            )?,
        })
    }
}

impl Column {
    /// Sets the words in a column of this width; the headline as large as the height allows. `unit`
    /// scales the rest.
    pub(super) fn new(
        typesetter: &mut Typesetter,
        wording: &Wording,
        palette: &Palette,
        look: Look,
        room: (f32, f32),
        unit: f32,
        logo: Option<&Pixmap>,
    ) -> Result<Self> {
        let mut scale = unit;
        loop {
            match Self::at_scale(typesetter, wording, palette, look, room, scale, logo) {
                // Long words on a small image: everything a little smaller before giving up.
                Err(_) if scale > unit * 0.6 => scale *= 0.9,
                done => return done,
            }
        }
    }

    fn at_scale(
        typesetter: &mut Typesetter,
        wording: &Wording,
        palette: &Palette,
        look: Look,
        (width, height): (f32, f32),
        unit: f32,
        logo: Option<&Pixmap>,
    ) -> Result<Self> {
        let parts = Measured::new(typesetter, wording, look, width, unit)?;
        // Gaps beside the headline grow with it.
        let brand_gap = |size: f32| 30.0 * unit + 0.14 * size;
        let subline_gap = |size: f32| 28.0 * unit + 0.22 * size;
        let (rule_gap, call_gap, largest) = (26.0 * unit, 52.0 * unit, 172.0 * unit);
        let (pill_x, pill_y) = (42.0 * unit, 27.0 * unit);
        let rule = (72.0 * unit, (5.0 * unit).max(2.0));
        let tall = |block: &Option<Block>, gap: f32| block.as_ref().map_or(0.0, |b| b.height + gap);
        let head = match (logo, &parts.brand) {
            (Some(logo), _) => logo.height() as f32 + brand_gap(largest),
            (None, Some(brand)) => rule.1 + rule_gap + brand.height + brand_gap(largest),
            (None, None) => 0.0,
        };
        let call_width = parts.call.as_ref().map_or(0.0, |b| b.width + 2.0 * pill_x);
        let beside = !look.centred
            && parts
                .signature
                .as_ref()
                .is_some_and(|s| call_width > 0.0 && call_width + s.width + 48.0 * unit <= width);
        let foot = tall(&parts.call, call_gap + 2.0 * pill_y)
            + if beside { 0.0 } else { tall(&parts.signature, 44.0 * unit) }
            // Letters below the last baseline.
            + 10.0 * unit;
        let left = height - head - tall(&parts.subline, subline_gap(largest)) - foot;
        let grotesk = look.headline == Face::Grotesk;
        let style = Style {
            face: look.headline,
            tracking: if grotesk { -0.026 } else { -0.012 },
            leading: if grotesk { 1.02 } else { 1.04 },
            centred: look.centred,
        };
        let room = Room { width, height: left, largest, smallest: 46.0 * unit, lines: 7 };
        let headline = typesetter.fit_display(&wording.headline, style, room).ok_or_else(|| {
            let count = wording.headline.chars().count();
            Error::invalid(
                "design.headline",
                format!("{count} characters do not fit on an image of this shape: shorten it"),
            )
        })?;
        let size = headline.size;

        let empty = Self { height: 0.0, marks: Vec::new(), words: Vec::new(), logo: None };
        let mut builder = Builder { column: empty, width, centred: look.centred, rtl: typesetter.language().rtl };
        let accent = palette.accent_on(look.ground);
        match (logo, parts.brand) {
            (Some(logo), _) => {
                builder.column.logo = Some((builder.left(logo.width() as f32), 0.0));
                builder.column.height = logo.height() as f32;
            }
            (None, Some(brand)) => {
                let line = Rect::from_xywh(0.0, 0.0, rule.0, rule.1).and_then(|r| rounded(r, rule.1, rule.1));
                let x = builder.left(rule.0);
                builder.column.marks.extend(line.map(|outline| Mark {
                    outline,
                    x,
                    y: 0.0,
                    colour: accent,
                    opacity: 1.0,
                }));
                builder.column.height = rule.1;
                builder.below("brand", brand, rule_gap, look.ink);
            }
            (None, None) => {}
        }
        let gap = if builder.column.height > 0.0 { brand_gap(size) } else { 0.0 };
        builder.below("headline", headline, gap, look.ink);
        if let Some(subline) = parts.subline {
            builder.below("subline", subline, subline_gap(size), look.ink);
        }
        let mut signature_y = builder.column.height + 44.0 * unit;
        if let Some(call) = parts.call {
            let top = builder.column.height + call_gap;
            let (w, h) = (call.width + 2.0 * pill_x, call.height + 2.0 * pill_y);
            let x = builder.left(w);
            let pill = Rect::from_xywh(0.0, 0.0, w, h).and_then(|r| rounded(r, h, h));
            builder.column.marks.extend(pill.map(|outline| Mark { outline, x, y: top, colour: accent, opacity: 1.0 }));
            builder.column.height = top + h;
            let signature = parts.signature.as_ref().map_or(0.0, |s| s.height);
            signature_y = if beside { top + (h - signature) / 2.0 } else { top + h + 44.0 * unit };
            builder.block("call_to_action", call, x + pill_x, top + pill_y, palette.ink_on(accent), Some(accent));
        }
        if let Some(signature) = parts.signature {
            let x = match (beside, builder.rtl) {
                (true, true) => 0.0,
                (true, false) => width - signature.width,
                (false, _) => builder.left(signature.width),
            };
            builder.column.height = builder.column.height.max(signature_y + signature.height);
            builder.block("signature", signature, x, signature_y, look.ink, None);
        }
        builder.column.height += 10.0 * unit;
        Ok(builder.column)
    }

    /// The column at its place on the canvas: shapes, words and where the logo goes.
    pub(super) fn place(self, x: f32, y: f32) -> (Vec<Mark>, Vec<Words>, Option<(i32, i32)>) {
        let (x, y) = (x.round(), y.round());
        let marks = self.marks.into_iter().map(|mark| Mark { x: mark.x + x, y: mark.y + y, ..mark }).collect();
        let words = self
            .words
            .into_iter()
            .filter_map(|words| {
                let ink = Rect::from_xywh(words.ink.x() + x, words.ink.y() + y, words.ink.width(), words.ink.height())?;
                Some(Words { ink, ..words })
            })
            .collect();
        (marks, words, self.logo.map(|(left, top)| ((left + x).round() as i32, (top + y).round() as i32)))
    }
}
