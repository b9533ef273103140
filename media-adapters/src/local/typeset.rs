//! Words made into outlines: shaping, line breaking, fitting.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::{
    FontContext, FontFamily, FontFamilyName, Layout, LayoutContext, LineHeight, OverflowWrap, PositionedLayoutItem,
    StyleProperty,
};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider as _};
use social_core::error::{Error, Result};
use tiny_skia::{Path, PathBuilder, Rect};

/// The fonts of a poster, by their part in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// Fraunces semi-bold: warm headlines.
    Serif,
    /// Inter extra-bold: plain-spoken headlines.
    Grotesk,
    /// Inter medium: sublines and signatures.
    Text,
    /// Inter semi-bold: brand lines and buttons.
    Label,
}

const FACES: [(Face, &str, &[u8]); 4] = [
    (Face::Serif, "serif", include_bytes!("../../assets/fonts/Fraunces-SemiBold.ttf")),
    (Face::Grotesk, "grotesk", include_bytes!("../../assets/fonts/Inter-ExtraBold.ttf")),
    (Face::Text, "text", include_bytes!("../../assets/fonts/Inter-Medium.ttf")),
    (Face::Label, "label", include_bytes!("../../assets/fonts/Inter-SemiBold.ttf")),
];

/// Shaping happens at this size; outlines scale.
const SHAPED_AT: f32 = 100.0;
/// Height of capitals above the baseline in em; both families are within 0.02 of it.
const CAPITALS: f32 = 0.72;
/// What stays free below the last baseline in em.
const DESCENT: f32 = 0.24;

/// So many characters are named in an error.
const MOST_NAMED: usize = 12;

/// How words are set. Lengths are in em.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) face: Face,
    /// Between the letters.
    pub(super) tracking: f32,
    /// From baseline to baseline.
    pub(super) leading: f32,
    pub(super) centred: bool,
}

/// Into what words must fit, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) width: f32,
    pub(super) height: f32,
    /// The wanted size of the letters.
    pub(super) largest: f32,
    /// The smallest acceptable one.
    pub(super) smallest: f32,
    pub(super) lines: usize,
}

/// Words as outlines. The origin is at the left, at the height of the first line's capitals.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) outline: Path,
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) size: f32,
    #[cfg_attr(not(test), expect(dead_code, reason = "tests look at the breaks"))]
    pub(super) lines: Vec<String>,
}

/// Fonts and scratch space.
pub(super) struct Typesetter {
    fonts: FontContext,
    scratch: LayoutContext<()>,
    more: Vec<String>,
}

impl Typesetter {
    /// The fonts of this crate, and `more` font files for letters that these lack.
    pub(super) fn new(more: &[Arc<Vec<u8>>]) -> Result<Self> {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        for (_, name, bytes) in FACES {
            let named = FontInfoOverride { family_name: Some(name), ..FontInfoOverride::default() };
            collection.register_fonts(Blob::new(Arc::new(bytes)), Some(named));
        }
        let mut names = Vec::new();
        for (index, font) in more.iter().enumerate() {
            let name = format!("more-{index}");
            let named = FontInfoOverride { family_name: Some(&name), ..FontInfoOverride::default() };
            if collection.register_fonts(Blob::new(Arc::<Vec<u8>>::clone(font) as _), Some(named)).is_empty() {
                return Err(
                    Error::config("a font that was handed in is not a TrueType or OpenType font").with_item(index)
                );
            }
            names.push(name);
        }
        let fonts = FontContext { collection, source_cache: SourceCache::default() };
        Ok(Self { fonts, scratch: LayoutContext::new(), more: names })
    }

    fn shape(&mut self, text: &str, style: Style, wrap: OverflowWrap) -> Layout<()> {
        let first = FACES.iter().find(|(face, ..)| *face == style.face).map_or("text", |(_, name, _)| *name);
        let families: Vec<_> = [first, "text"]
            .into_iter()
            .chain(self.more.iter().map(String::as_str))
            .map(|name| FontFamilyName::Named(Cow::Owned(name.to_owned())))
            .collect();
        let mut builder = self.scratch.ranged_builder(&mut self.fonts, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Owned(families))));
        builder.push_default(StyleProperty::FontSize(SHAPED_AT));
        builder.push_default(StyleProperty::LetterSpacing(style.tracking * SHAPED_AT));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(style.leading)));
        builder.push_default(StyleProperty::OverflowWrap(wrap));
        builder.build(text)
    }

    /// The characters of a text that no font has.
    pub(super) fn missing(&mut self, text: &str) -> BTreeSet<String> {
        let text = tidy(text);
        let style = Style { face: Face::Text, tracking: 0.0, leading: 1.0, centred: false };
        let mut layout = self.shape(&text, style, OverflowWrap::Normal);
        layout.break_all_lines(None);
        let mut missing = BTreeSet::new();
        for line in layout.lines() {
            for cluster in line.runs().flat_map(|run| run.clusters().collect::<Vec<_>>()) {
                let shown = text.get(cluster.text_range()).filter(|shown| !shown.trim().is_empty());
                if cluster.glyphs().any(|glyph| glyph.id == 0) {
                    missing.extend(shown.map(str::to_owned));
                }
            }
        }
        missing
    }

    /// Refuses characters that no font has.
    pub(super) fn require(&mut self, field: &'static str, text: &str) -> Result<()> {
        let missing = self.missing(text);
        if missing.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = missing.iter().take(MOST_NAMED).map(String::as_str).collect();
        let more = if missing.len() > MOST_NAMED { " and others" } else { "" };
        let message = format!(
            "no font has the characters {}{more}: hand in a font that has them, or leave them out",
            names.join(" ")
        );
        Err(Error::unsupported(field, message))
    }

    /// Sets words at the largest size that the room allows, in lines of about equal length. `None`
    /// when even the smallest is too large.
    pub(super) fn fit(&mut self, text: &str, style: Style, room: Room) -> Option<Block> {
        let mut layout = self.shape(text, style, OverflowWrap::Normal);
        let size = sizes(room).find(|size| set(&mut layout, style, room, *size).is_some()).or_else(|| {
            // Better a word broken than a word cut off.
            layout = self.shape(text, style, OverflowWrap::Anywhere);
            set(&mut layout, style, room, room.smallest).map(|_| room.smallest)
        })?;
        outline(&layout, text, style, size)
    }

    /// As [`fit`](Self::fit), for display sizes: gives up some size where that fills the lines more
    /// evenly.
    pub(super) fn fit_display(&mut self, text: &str, style: Style, room: Room) -> Option<Block> {
        let mut layout = self.shape(text, style, OverflowWrap::Normal);
        let Some(largest) = sizes(room).find(|size| set(&mut layout, style, room, *size).is_some()) else {
            return self.fit(text, style, room);
        };
        let best = sizes(room)
            .skip_while(|size| *size > largest)
            .take_while(|size| *size >= largest * 0.74)
            .filter_map(|size| set(&mut layout, style, room, size).map(|even| (size, size * even * even)))
            .max_by(|a, b| a.1.total_cmp(&b.1))?;
        set(&mut layout, style, room, best.0)?;
        outline(&layout, text, style, best.0)
    }
}

/// From the largest to the smallest size, in invisible steps.
fn sizes(room: Room) -> impl Iterator<Item = f32> {
    let largest = room.largest.max(room.smallest);
    std::iter::successors(Some(largest), move |size| (*size > room.smallest).then(|| (size * 0.97).max(room.smallest)))
}

/// Breaks the lines for a size, if the words fit: how evenly the lines are filled, up to 1.
fn set(layout: &mut Layout<()>, style: Style, room: Room, size: f32) -> Option<f32> {
    let width = room.width / size * SHAPED_AT;
    if layout.calculate_content_widths().min > width {
        return None;
    }
    layout.break_all_lines(Some(width));
    let lines = layout.len().max(1);
    let height = ((lines - 1) as f32 * style.leading + CAPITALS + DESCENT) * size;
    if lines > room.lines || height > room.height {
        return None;
    }
    balance(layout, width);
    let (sum, widest) = layout.lines().map(|line| visible(&line)).fold((0.0, 1.0_f32), |(s, w), l| (s + l, w.max(l)));
    Some(sum / lines as f32 / widest)
}

/// One space between words, no control characters; line breaks of the author stay.
pub(super) fn tidy(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let words: Vec<String> = line
            .split_whitespace()
            .map(|word| word.chars().filter(|c| !c.is_control()).collect::<String>())
            .filter(|word| !word.is_empty())
            .collect();
        words.join(" ")
    });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Narrows the measure as far as the number of lines stays, so that no line holds a single leftover
/// word.
fn balance(layout: &mut Layout<()>, widest: f32) {
    let lines = layout.len();
    let (mut low, mut high) = (widest / lines.max(1) as f32 * 0.5, widest);
    for _ in 0..12 {
        let middle = f32::midpoint(low, high);
        layout.break_all_lines(Some(middle));
        let overflows = layout.lines().any(|line| visible(&line) > middle + 0.5);
        if layout.len() > lines || overflows { low = middle } else { high = middle }
    }
    layout.break_all_lines(Some(high));
}

/// The width of a line without the space that hangs over its end.
fn visible(line: &parley::Line<'_, ()>) -> f32 {
    line.metrics().advance - line.metrics().hanging_advance
}

fn outline(layout: &Layout<()>, text: &str, style: Style, size: f32) -> Option<Block> {
    let scale = size / SHAPED_AT;
    let width = layout.lines().map(|line| visible(&line)).fold(0.0, f32::max) * scale - style.tracking * size;
    let top = layout.get(0)?.metrics().baseline - CAPITALS * SHAPED_AT;
    let mut pen = Pen { path: PathBuilder::new(), scale, x: 0.0, y: 0.0 };
    let mut lines = Vec::new();
    for line in layout.lines() {
        let slack = width - (visible(&line) * scale - style.tracking * size);
        let indent = if style.centred {
            slack / 2.0
        } else if layout.is_rtl() {
            slack
        } else {
            0.0
        };
        lines.push(text.get(line.text_range()).unwrap_or_default().trim().to_owned());
        for item in line.items() {
            let PositionedLayoutItem::GlyphRun(run) = item else { continue };
            let font = run.run().font();
            let Ok(font) = FontRef::from_index(font.data.as_ref(), font.index) else { continue };
            let glyphs = font.outline_glyphs();
            for glyph in run.positioned_glyphs() {
                pen.x = indent + glyph.x * scale;
                pen.y = (glyph.y - top) * scale;
                if let Some(shape) = glyphs.get(GlyphId::new(glyph.id)) {
                    let unhinted = DrawSettings::unhinted(Size::new(SHAPED_AT), LocationRef::default());
                    // A glyph whose outline is broken is left out; the fonts of this crate have
                    // none.
                    let _ = shape.draw(unhinted, &mut pen);
                }
            }
        }
    }
    let height = ((lines.len().max(1) - 1) as f32 * style.leading + CAPITALS) * size;
    Some(Block { outline: pen.path.finish()?, width, height, size, lines })
}

impl Block {
    /// Where its ink is when its origin is at (x, y).
    pub(super) fn ink(&self, x: f32, y: f32) -> Option<Rect> {
        let ink = self.outline.bounds();
        Rect::from_xywh(ink.x() + x, ink.y() + y, ink.width(), ink.height())
    }
}

struct Pen {
    path: PathBuilder,
    scale: f32,
    x: f32,
    y: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y - y * self.scale)
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let ((cx, cy), (x, y)) = (self.at(cx, cy), self.at(x, y));
        self.path.quad_to(cx, cy, x, y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let ((ax, ay), (bx, by), (x, y)) = (self.at(ax, ay), self.at(bx, by), self.at(x, y));
        self.path.cubic_to(ax, ay, bx, by, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
