//! The layouts: where the photo, the words and the colours go.

use social_core::error::Result;
use tiny_skia::{Path, PathBuilder, Pixmap, Rect, Stroke};

use super::colour::{Colour, Palette};
use super::column::{Column, Look, Wording, rounded};
use super::scene::{Mark, Scene, Shade, no_canvas};
use super::typeset::{Face, Typesetter};

/// How a poster is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// The photo fills the canvas; the words stand on a scrim in the brand's dark.
    Immersed,
    /// The photo stands in an arch on the brand's paper; the words beside or below it.
    Arch,
    /// The photo lies under the brand's dark; the words stand in the middle of a fine frame.
    Invitation,
}

impl Plan {
    pub(super) const ALL: [Self; 3] = [Self::Immersed, Self::Arch, Self::Invitation];
}

/// A canvas and the part of it in which words are safe from what apps lay over it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Canvas {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Scales letters and gaps; 1 on 1080 x 1350.
    pub(super) unit: f32,
    pub(super) safe: Rect,
}

impl Canvas {
    /// Stories keep their upper 14 % and lower 20 % for the app's own controls; elsewhere 4 % of
    /// the short side.
    pub(super) fn new(width: u32, height: u32) -> Result<Self> {
        let (w, h) = (width as f32, height as f32);
        let edge = w.min(h) * 0.04;
        let (top, bottom) = if w / h < 0.6 { (h * 0.14, h * 0.20) } else { (edge, edge) };
        let unit = (w * h).sqrt().min(w.min(h) * 1.25) / 1207.0;
        let safe = Rect::from_ltrb(edge, top, w - edge, h - bottom).ok_or_else(no_canvas)?;
        Ok(Self { width, height, unit, safe })
    }

    /// Where words are set: a margin within the safe part.
    fn measure(&self) -> Result<Rect> {
        let side = self.width.min(self.height) as f32 * 0.038;
        let safe = self.safe;
        // Above and below, an app's own margin is margin enough.
        let above = if safe.top() > side * 2.0 { side * 0.5 } else { side };
        Rect::from_ltrb(safe.left() + side, safe.top() + above, safe.right() - side, safe.bottom() - above)
            .ok_or_else(no_canvas)
    }

    fn shape(&self) -> f32 {
        self.width as f32 / self.height as f32
    }

    fn all(&self) -> Result<Rect> {
        Rect::from_xywh(0.0, 0.0, self.width as f32, self.height as f32).ok_or_else(no_canvas)
    }
}

/// What goes on a poster besides the photo.
#[derive(Debug)]
pub(super) struct Content<'a> {
    pub(super) wording: &'a Wording,
    pub(super) palette: &'a Palette,
    pub(super) headline: Face,
    pub(super) logo: Option<Pixmap>,
    pub(super) has_photo: bool,
}

/// Lays a poster out.
pub(super) fn lay_out(typesetter: &mut Typesetter, plan: Plan, canvas: Canvas, content: Content<'_>) -> Result<Scene> {
    match plan {
        Plan::Immersed => immersed(typesetter, canvas, content),
        Plan::Arch => arch(typesetter, canvas, content),
        Plan::Invitation => invitation(typesetter, canvas, content),
    }
}

fn scene(canvas: Canvas, ground: Colour, column: Column, at: (f32, f32), logo: Option<Pixmap>) -> Result<Scene> {
    let (marks, words, logo_at) = column.place(at.0, at.1);
    Ok(Scene {
        width: canvas.width,
        height: canvas.height,
        ground,
        window: canvas.all()?,
        clip: None,
        ornament: Vec::new(),
        shades: Vec::new(),
        marks,
        logo: logo.zip(logo_at).map(|(logo, (x, y))| (logo, x, y)),
        words,
    })
}

fn circle(x: f32, y: f32, radius: f32, colour: Colour, opacity: f32) -> Option<Mark> {
    PathBuilder::from_circle(x, y, radius).map(|outline| Mark { outline, x: 0.0, y: 0.0, colour, opacity })
}

fn ring(x: f32, y: f32, radius: f32, width: f32, colour: Colour, opacity: f32) -> Option<Mark> {
    let outline = PathBuilder::from_circle(x, y, radius)?.stroke(&Stroke { width, ..Stroke::default() }, 1.0)?;
    Some(Mark { outline, x: 0.0, y: 0.0, colour, opacity })
}

fn immersed(typesetter: &mut Typesetter, canvas: Canvas, content: Content<'_>) -> Result<Scene> {
    let (palette, room, wide) = (content.palette, canvas.measure()?, canvas.shape() > 1.35);
    let ground = if content.has_photo { palette.deep } else { palette.ground() };
    let width = if wide { room.width() * 0.54 } else { room.width() };
    // Where an app keeps much of the lower part, the words begin higher up.
    let part = (canvas.height as f32 * 0.44 / room.height()).clamp(0.66, 0.86);
    let height = if wide || !content.has_photo { room.height() } else { room.height() * part };
    let look = Look { headline: content.headline, centred: false, ink: palette.light_ink, ground };
    let column =
        Column::new(typesetter, content.wording, palette, look, (width, height), canvas.unit, content.logo.as_ref())?;
    let (w, h) = (canvas.width as f32, canvas.height as f32);
    let top = if wide { room.top() + (room.height() - column.height) / 2.0 } else { room.bottom() - column.height };
    // Words that run to the left stand on the right.
    let rtl = typesetter.language().rtl;
    let left = if rtl { room.right() - width } else { room.left() };
    let mut scene = scene(canvas, ground, column, (left, top), content.logo)?;
    if content.has_photo && wide {
        let stops = vec![(0.0, 0.95), (0.45, 0.88), (0.62, 0.66), (0.8, 0.28), (0.92, 0.07), (1.0, 0.0)];
        let (from, to) = if rtl { (w, w * 0.18) } else { (0.0, w * 0.82) };
        scene.shades.push(Shade { from: (from, 0.0), to: (to, 0.0), colour: palette.deep, stops });
    } else if content.has_photo {
        // The photo ends behind the words, so that its middle stands above them; the scrim hides
        // the edge.
        let end = (top + (h - top) * 0.42).max(h * 0.5);
        scene.window = Rect::from_ltrb(0.0, 0.0, w, end.ceil()).ok_or_else(no_canvas)?;
        let start = top - (h * 0.16).min(top * 0.6);
        let at = |y: f32| ((y - start) / (end - start)).clamp(0.0, 1.0);
        let stops = vec![
            (0.0, 0.0),
            (at(top) * 0.5, 0.14),
            (at(top), 0.55),
            (at(top + (end - top) * 0.3), 0.76),
            (at(top + (end - top) * 0.65), 0.93),
            (0.985, 1.0),
            (1.0, 1.0),
        ];
        scene.shades.push(Shade { from: (0.0, start), to: (0.0, end), colour: palette.deep, stops });
    } else {
        let (light, accent) = (palette.light_ink, palette.accent_on(ground));
        let reach = w.min(h);
        let centre = (if rtl { reach * 0.08 } else { w - reach * 0.08 }, reach * 0.10);
        // The disc stays above the words.
        let disc = if wide { reach * 0.27 } else { (reach * 0.27).min(top - centre.1 - 24.0 * canvas.unit) };
        scene.ornament.extend(circle(centre.0, centre.1, reach * 0.74, light, 0.045));
        scene.ornament.extend(circle(centre.0, centre.1, reach * 0.50, light, 0.055));
        if disc > reach * 0.1 {
            scene.ornament.extend(circle(centre.0, centre.1, disc, accent, 0.95));
        }
        scene.ornament.extend(ring(centre.0, centre.1, reach * 0.62, reach * 0.0022, accent, 0.2));
        let stops = vec![(0.0, 0.02), (0.4, 0.05), (1.0, 0.12)];
        scene.shades.push(Shade { from: (0.0, 0.0), to: (0.0, h), colour: palette.deep, stops });
    }
    Ok(scene)
}

fn arch(typesetter: &mut Typesetter, canvas: Canvas, content: Content<'_>) -> Result<Scene> {
    let (palette, room, unit) = (content.palette, canvas.measure()?, canvas.unit);
    let (w, h, ground) = (canvas.width as f32, canvas.height as f32, content.palette.paper);
    let beside = canvas.shape() > 0.9;
    let look = Look { headline: content.headline, centred: !beside, ink: palette.dark_ink, ground };
    let size = if beside { (room.width() * 0.52, room.height()) } else { (room.width(), room.height() * 0.56) };
    let column = Column::new(typesetter, content.wording, palette, look, size, unit, content.logo.as_ref())?;
    let rtl = typesetter.language().rtl;
    let (x, y) = if beside {
        let left = if rtl { room.right() - size.0 } else { room.left() };
        (left, room.top() + (room.height() - column.height) / 2.0)
    } else {
        (room.left(), room.bottom() - column.height)
    };
    let window = if beside {
        let wide = room.width() * 0.93 - size.0;
        let left = if rtl { room.left() } else { room.right() - wide };
        Rect::from_ltrb(left, room.top(), left + wide, h)
    } else {
        let inset = w * 0.075;
        Rect::from_ltrb(inset, canvas.safe.top().min(h * 0.075), w - inset, y - 56.0 * unit)
    }
    .ok_or_else(no_canvas)?;
    let mut scene = scene(canvas, ground, column, (x, y), content.logo)?;
    scene.clip = rounded(window, window.width() / 2.0, 0.0);
    scene.window = window;
    if !content.has_photo {
        scene.ornament = landscape(window, palette);
    }
    Ok(scene)
}

/// A quiet image for an arch without a photo: a sun over hills, in the brand's colours.
fn landscape(window: Rect, palette: &Palette) -> Vec<Mark> {
    let (l, t, w, h) = (window.left(), window.top(), window.width(), window.height());
    let sky = palette.ground();
    let hill = |from: f32, rise: f32, to: f32| -> Option<Path> {
        let mut path = PathBuilder::new();
        path.move_to(l, t + h * from);
        path.cubic_to(l + w * 0.3, t + h * (from - rise), l + w * 0.62, t + h * (to + rise), l + w, t + h * to);
        path.line_to(l + w, t + h);
        path.line_to(l, t + h);
        path.close();
        path.finish()
    };
    let land = |outline: Option<Path>, colour: Colour| {
        outline.map(|outline| Mark { outline, x: 0.0, y: 0.0, colour, opacity: 1.0 })
    };
    let accent = palette.accent_on(sky);
    let reach = w.min(h);
    [
        land(Some(PathBuilder::from_rect(window)), sky),
        circle(l + w * 0.5, t + h * 0.44, reach * 0.36, palette.light_ink, 0.06),
        circle(l + w * 0.5, t + h * 0.44, reach * 0.235, accent, 1.0),
        land(hill(0.62, 0.12, 0.55), sky.mix(palette.paper, 0.22)),
        land(hill(0.72, -0.08, 0.70), sky.mix(palette.deep, 0.45)),
        land(hill(0.90, 0.10, 0.82), palette.deep),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn invitation(typesetter: &mut Typesetter, canvas: Canvas, content: Content<'_>) -> Result<Scene> {
    let (palette, room, ground) = (content.palette, canvas.measure()?, content.palette.deep);
    let (w, h) = (canvas.width as f32, canvas.height as f32);
    let short = w.min(h);
    // Within the frame.
    let inner = short * 0.045;
    let size = ((room.width() - 2.0 * inner).min(room.height() * 1.5), room.height() - 2.0 * inner);
    let look = Look { headline: content.headline, centred: true, ink: palette.light_ink, ground };
    let column = Column::new(typesetter, content.wording, palette, look, size, canvas.unit, content.logo.as_ref())?;
    let at = (room.left() + (room.width() - size.0) / 2.0, room.top() + (room.height() - column.height) / 2.0);
    let mut scene = scene(canvas, ground, column, at, content.logo)?;
    let inset = short * 0.04;
    let frame =
        Rect::from_ltrb(inset, inset, w - inset, h - inset).and_then(|r| rounded(r, short * 0.02, short * 0.02));
    let line = Stroke { width: (short * 0.0022).max(1.5), ..Stroke::default() };
    scene.marks.extend(frame.and_then(|outline| outline.stroke(&line, 1.0)).map(|outline| Mark {
        outline,
        x: 0.0,
        y: 0.0,
        colour: palette.light_ink,
        opacity: 0.6,
    }));
    if content.has_photo {
        let stops = vec![(0.0, 0.56), (0.35, 0.72), (0.65, 0.76), (1.0, 0.70)];
        scene.shades.push(Shade { from: (0.0, 0.0), to: (0.0, h), colour: palette.deep, stops });
    } else {
        let accent = palette.accent_on(ground);
        for step in 0..9_u8 {
            let radius = short * (0.30 + 0.11 * f32::from(step));
            scene.ornament.extend(ring(w / 2.0, h, radius, short * 0.0016, accent, 0.26 - 0.022 * f32::from(step)));
        }
        scene.ornament.extend(circle(w / 2.0, h, short * 0.19, palette.lead, 0.55));
    }
    Ok(scene)
}
