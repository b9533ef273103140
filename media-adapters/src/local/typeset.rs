//! Words made into outlines: shaping, line breaking, fitting.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::{
    FontContext, FontFamily, FontFamilyName, Layout, LayoutContext, LineHeight, OverflowWrap, PositionedLayoutItem,
    StyleProperty, WordBreak,
};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider as _};
use social_core::error::{Error, Result};
use tiny_skia::{Path, PathBuilder, Rect};

use super::fonts::{CJK_FILES, FILES, Reach};
use super::language::{Language, SOFT_HYPHEN};

pub(super) use super::fonts::Face;

/// Shaping happens at this size; outlines scale.
const SHAPED_AT: f32 = 100.0;
/// What a hyphen may take at the end of a line, in em.
const HYPHEN: f32 = 0.45;
/// Below this part of the wanted size, words are broken where they would stay whole otherwise, if
/// that makes them larger by so much.
const TOO_SMALL: f32 = 0.6;
const WORTH_BREAKING: f32 = 1.2;

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

/// Words as outlines. The origin is at the left, at the height of the first line's capitals, or of
/// what its script has above them.
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
    language: Language,
}

/// Where lines may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Breaks {
    /// Between words, and phrases where a language has no spaces.
    Words,
    /// Within long words, too, with a hyphen; between any two ideographs.
    Syllables,
    /// Anywhere.
    Anywhere,
}

/// A text that is shaped, and the style that suits its script.
struct Shaped {
    text: String,
    layout: Layout<()>,
    style: Style,
}

impl Typesetter {
    /// The fonts of this crate, and `more` font files for letters that these lack.
    pub(super) fn new(more: &[Arc<Vec<u8>>]) -> Result<Self> {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        for file in FILES.iter().chain(CJK_FILES) {
            let named = FontInfoOverride { family_name: Some(file.name), ..FontInfoOverride::default() };
            collection.register_fonts(Blob::new(Arc::new(file.bytes)), Some(named));
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
        Ok(Self { fonts, scratch: LayoutContext::new(), more: names, language: Language::default() })
    }

    /// Sets what follows by the rules of this language (a BCP 47 tag) and the scripts of its words.
    pub(super) fn speak(&mut self, tag: Option<&str>, words: &str) {
        self.language = Language::of(tag, words);
    }

    /// The language that words are set in.
    pub(super) fn language(&self) -> &Language {
        &self.language
    }

    /// Whether a face has every letter of a text itself.
    pub(super) fn covers(face: Face, text: &str) -> bool {
        let first = face.names().first();
        let file = FILES.iter().find(|file| first == Some(&file.name));
        let charmap = file.and_then(|file| FontRef::new(file.bytes).ok()).map(|font| font.charmap());
        charmap.is_some_and(|map| text.chars().filter(|c| c.is_alphabetic()).all(|c| map.map(c).is_some()))
    }

    fn shape(&mut self, text: &str, style: Style, breaks: Breaks) -> Shaped {
        let reach = Reach::of(text);
        let tracking = if reach.joined || breaks == Breaks::Syllables { 0.0 } else { style.tracking };
        let style = Style { tracking, leading: style.leading.max(reach.leading), ..style };
        let text = match breaks {
            Breaks::Words => self.language.in_phrases(text),
            Breaks::Syllables => self.language.hyphenated(text),
            Breaks::Anywhere => Cow::Borrowed(text),
        };
        let families: Vec<_> = (style.face.names().iter().copied())
            .chain(self.more.iter().map(String::as_str))
            .map(|name| FontFamilyName::Named(Cow::Owned(name.to_owned())))
            .collect();
        let mut builder = self.scratch.ranged_builder(&mut self.fonts, &text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Owned(families))));
        builder.push_default(StyleProperty::FontSize(SHAPED_AT));
        builder.push_default(StyleProperty::Locale(self.language.locale()));
        builder.push_default(StyleProperty::LetterSpacing(style.tracking * SHAPED_AT));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(style.leading)));
        if breaks == Breaks::Words && self.language.keeps_phrases() {
            builder.push_default(StyleProperty::WordBreak(WordBreak::KeepAll));
        }
        if breaks == Breaks::Anywhere {
            builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        }
        let layout = builder.build(&*text);
        Shaped { text: text.into_owned(), layout, style }
    }

    /// The characters of a text that no font has.
    pub(super) fn missing(&mut self, text: &str) -> BTreeSet<String> {
        let text = tidy(text);
        let style = Style { face: Face::Text, tracking: 0.0, leading: 1.0, centred: false };
        let Shaped { mut layout, text, .. } = self.shape(&text, style, Breaks::Anywhere);
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
        let (mut shaped, size) = self.largest(text, style, room)?;
        shaped.set(room, size)?;
        shaped.outline(size, self.language.rtl)
    }

    /// As [`fit`](Self::fit), for display sizes: gives up some size where that fills the lines more
    /// evenly.
    pub(super) fn fit_display(&mut self, text: &str, style: Style, room: Room) -> Option<Block> {
        let (mut shaped, largest) = self.largest(text, style, room)?;
        let best = sizes(room)
            .skip_while(|size| *size > largest)
            .take_while(|size| *size >= largest * 0.74)
            .filter_map(|size| shaped.set(room, size).map(|even| (size, size * even * even)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map_or(largest, |(size, _)| size);
        shaped.set(room, best)?;
        shaped.outline(best, self.language.rtl)
    }

    /// The largest size at which words fit, whole if that is not much smaller.
    fn largest(&mut self, text: &str, style: Style, room: Room) -> Option<(Shaped, f32)> {
        let mut fit = |breaks| {
            let mut shaped = self.shape(text, style, breaks);
            let size = sizes(room).find(|size| shaped.set(room, *size).is_some())?;
            Some((shaped, size))
        };
        let whole = fit(Breaks::Words);
        if whole.as_ref().is_some_and(|(_, size)| *size >= room.largest * TOO_SMALL) {
            return whole;
        }
        let divided = fit(Breaks::Syllables);
        match (whole, divided) {
            (Some(whole), Some(divided)) => Some(if divided.1 > whole.1 * WORTH_BREAKING { divided } else { whole }),
            (None, None) => {
                // Better a word broken than a word cut off.
                let mut shaped = self.shape(text, style, Breaks::Anywhere);
                shaped.set(room, room.smallest).map(|_| (shaped, room.smallest))
            }
            (whole, divided) => whole.or(divided),
        }
    }
}

/// From the largest to the smallest size, in invisible steps.
fn sizes(room: Room) -> impl Iterator<Item = f32> {
    let largest = room.largest.max(room.smallest);
    std::iter::successors(Some(largest), move |size| (*size > room.smallest).then(|| (size * 0.97).max(room.smallest)))
}

impl Shaped {
    /// Breaks the lines for a size, if the words fit: how evenly the lines are filled, up to 1.
    fn set(&mut self, room: Room, size: f32) -> Option<f32> {
        let Self { text, layout, style } = self;
        let hyphen = if text.contains(SOFT_HYPHEN) { HYPHEN * SHAPED_AT } else { 0.0 };
        let width = room.width / size * SHAPED_AT - hyphen;
        if layout.calculate_content_widths().min > width {
            return None;
        }
        layout.break_all_lines(Some(width));
        let lines = layout.len().max(1);
        let reach = Reach::of(text);
        let height = ((lines - 1) as f32 * style.leading + reach.above + reach.below) * size;
        if lines > room.lines || height > room.height {
            return None;
        }
        balance(layout, width);
        let (sum, widest) =
            layout.lines().map(|line| visible(&line)).fold((0.0, 1.0_f32), |(s, w), l| (s + l, w.max(l)));
        Some(sum / lines as f32 / widest)
    }

    fn outline(&self, size: f32, rtl: bool) -> Option<Block> {
        let Self { text, layout, style } = self;
        let (scale, reach) = (size / SHAPED_AT, Reach::of(text));
        let words = |line: &parley::Line<'_, ()>| text.get(line.text_range()).unwrap_or_default().to_owned();
        let divided = |line: &parley::Line<'_, ()>| words(line).ends_with(SOFT_HYPHEN);
        let ink = |line: &parley::Line<'_, ()>| {
            let hyphen = if divided(line) { hyphen(line).map_or(0.0, |hyphen| hyphen.advance) } else { 0.0 };
            (visible(line) + hyphen) * scale - style.tracking * size
        };
        let width = layout.lines().map(|line| ink(&line)).fold(0.0, f32::max);
        let top = layout.get(0)?.metrics().baseline - reach.above * SHAPED_AT;
        let mut pen = Pen { path: PathBuilder::new(), scale, x: 0.0, y: 0.0 };
        let mut lines = Vec::new();
        for line in layout.lines() {
            let slack = width - ink(&line);
            let indent = match (style.centred, rtl) {
                (true, _) => slack / 2.0,
                (false, true) => slack,
                (false, false) => 0.0,
            };
            // A space that hangs over the end of a line stands at its left where words run to the
            // left.
            let hanging = if layout.is_rtl() { line.metrics().hanging_advance * scale } else { 0.0 };
            let from = indent - hanging;
            lines.push(words(&line).trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}').to_owned());
            let mut end = (from, 0.0);
            for item in line.items() {
                let PositionedLayoutItem::GlyphRun(run) = item else { continue };
                let font = run.run().font();
                let Ok(font) = FontRef::from_index(font.data.as_ref(), font.index) else { continue };
                for glyph in run.positioned_glyphs() {
                    pen.glyph(&font, GlyphId::new(glyph.id), from + glyph.x * scale, (glyph.y - top) * scale);
                    end = (from + (glyph.x + glyph.advance) * scale, (glyph.y - top) * scale);
                }
            }
            if divided(&line)
                && let Some(hyphen) = hyphen(&line)
                && let Ok(font) = FontRef::from_index(hyphen.font.data.as_ref(), hyphen.font.index)
            {
                pen.glyph(&font, hyphen.glyph, end.0, end.1);
            }
        }
        let height = ((lines.len().max(1) - 1) as f32 * style.leading + reach.above + reach.below
            - Reach::CAPITALS.below)
            * size;
        Some(Block { outline: pen.path.finish()?, width, height, size, lines })
    }
}

/// A hyphen in the font of a line's last letters.
struct Hyphen {
    font: parley::FontData,
    glyph: GlyphId,
    /// At the size of shaping.
    advance: f32,
}

fn hyphen(line: &parley::Line<'_, ()>) -> Option<Hyphen> {
    let run = line.items().filter_map(|item| match item {
        PositionedLayoutItem::GlyphRun(run) => Some(run),
        PositionedLayoutItem::InlineBox(_) => None,
    });
    let data = run.last()?.run().font().clone();
    let font = FontRef::from_index(data.data.as_ref(), data.index).ok()?;
    let glyph = font.charmap().map('-')?;
    let advance = font.glyph_metrics(Size::new(SHAPED_AT), LocationRef::default()).advance_width(glyph)?;
    Some(Hyphen { glyph, advance, font: data })
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
    /// Draws a glyph with its origin at (x, y).
    fn glyph(&mut self, font: &FontRef<'_>, glyph: GlyphId, x: f32, y: f32) {
        (self.x, self.y) = (x, y);
        if let Some(shape) = font.outline_glyphs().get(glyph) {
            let unhinted = DrawSettings::unhinted(Size::new(SHAPED_AT), LocationRef::default());
            // A glyph whose outline is broken is left out; the fonts of this crate have none.
            let _ = shape.draw(unhinted, self);
        }
    }

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
