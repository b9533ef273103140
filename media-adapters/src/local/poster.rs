//! From a design to a painted poster.

use image::{RgbImage, RgbaImage};
use sha2::{Digest as _, Sha256};
use social_core::design::Design;
use social_core::error::{Error, ErrorKind, Result};
use social_core::image::AspectRatio;
use social_core::media::Media;
use tiny_skia::Pixmap;

use super::colour::{Colour, Palette, contrast};
use super::column::Wording;
use super::focus;
use super::layout::{Canvas, Content, Plan, lay_out};
use super::raster::{MAX_FILE_BYTES, cover_around, decode, flatten_on, resize_transparent};
use super::scene::{Scene, no_canvas};
use super::typeset::{Face, Typesetter, tidy};

/// A design with its images decoded.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) design: Design,
    pub(super) photo: Option<RgbImage>,
    pub(super) logo: Option<RgbaImage>,
}

/// A design with the bytes of its images.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    design: Design,
    photo: Option<bytes::Bytes>,
    logo: Option<bytes::Bytes>,
}

/// The canvas of a shape: 1080 pixels on the short side, and at most 1600 on the long side of a
/// wide image.
pub(super) fn canvas_size(ratio: AspectRatio) -> Result<(u32, u32)> {
    let shape = ratio.value();
    if !(0.333..=3.0).contains(&shape) {
        return Err(Error::unsupported("aspect_ratio", format!("{ratio} is not offered, only shapes from 1:3 to 3:1")));
    }
    let width = if shape <= 1.0 { 1080.0 } else { (1080.0 * shape).min(1600.0) };
    let even = |length: f64| (length / 2.0).round() as u32 * 2;
    Ok((even(width), even(width / shape)))
}

impl Raw {
    /// Reads the design's photo and logo. `photo` stands in where the design has none.
    pub(super) async fn read(design: &Design, photo: Option<&Media>) -> Result<Self> {
        async fn bytes(media: Option<&Media>, field: &'static str) -> Result<Option<bytes::Bytes>> {
            match media {
                Some(media) => media.read(MAX_FILE_BYTES).await.map(Some).map_err(|e| e.with_field(field)),
                None => Ok(None),
            }
        }
        Ok(Self {
            photo: bytes(design.photo.as_ref().or(photo), "design.photo").await?,
            logo: bytes(design.brand.logo.as_ref(), "design.brand.logo").await?,
            design: design.clone(),
        })
    }

    /// Decodes the images.
    pub(super) fn decode(self) -> Result<Draft> {
        let photo = self.photo.map(|b| decode(&b).map_err(|e| e.with_field("design.photo"))).transpose()?;
        let photo = photo.filter(|photo| !is_too_small(photo));
        let mut design = self.design;
        let palette = Palette::new(&design.brand.colours, choice(&design))?;
        // A cut-out stands on the brand's paper.
        let photo = photo.map(|photo| flatten_on(photo, palette.paper.channels()));
        design.focus = design.focus.or_else(|| photo.as_ref().and_then(focus::of_faces));
        let logo = self.logo.map(|b| decode(&b).map_err(|e| e.with_field("design.brand.logo"))).transpose()?;
        Ok(Draft { design, photo, logo: logo.map(image::DynamicImage::into_rgba8) })
    }
}

/// A photo with a shorter side than this is not used: it would be blown up beyond recognition.
const SMALLEST_PHOTO: u32 = 400;

/// Says that the photo is left out, where it is too small.
pub(super) async fn left_out(design: &Design, photo: Option<&Media>) -> Option<String> {
    let info = design.photo.as_ref().or(photo)?.info().await.ok()?;
    let (width, height) = (info.width?, info.height?);
    (width.min(height) < SMALLEST_PHOTO).then(|| {
        let least = format!("at least {SMALLEST_PHOTO} on the shorter side are needed");
        format!("design.photo: left out, since {width} x {height} pixels would be blown up; {least}")
    })
}

fn is_too_small(photo: &image::DynamicImage) -> bool {
    photo.width().min(photo.height()) < SMALLEST_PHOTO
}

/// The words of a design, tidied. A character that no font has is an error: a gap would say
/// something else, and two numbers beside a gap would become one.
pub(super) fn wording(typesetter: &mut Typesetter, design: &Design) -> Result<Wording> {
    let said = [Some(&design.headline), design.subline.as_ref(), design.call_to_action.as_ref()];
    let said: Vec<_> = said.into_iter().flatten().map(String::as_str).collect();
    typesetter.speak(design.language.as_deref(), &said.join(" "));
    let capitals = typesetter.language().capitals(&design.brand.name);
    let mut words =
        |field: &'static str, text: &str, drawn: &str| typesetter.require(field, drawn).map(|()| tidy(text));
    let mut part = |field: &'static str, text: Option<&str>| {
        let text = text.unwrap_or_default();
        words(field, text, text)
    };
    let headline = part("design.headline", Some(&design.headline))?;
    let subline = part("design.subline", design.subline.as_deref())?;
    let call = part("design.call_to_action", design.call_to_action.as_deref())?.replace('\n', " ");
    let signature = part("design.brand.signature", design.brand.signature.as_deref())?.replace('\n', " ");
    // It is set in capitals, which are other characters.
    let name = &design.brand.name;
    words("design.brand.name", name, name)?;
    words("design.brand.name", name, &capitals)?;
    let brand = tidy(&capitals).replace('\n', " ");
    if headline.is_empty() {
        return Err(Error::invalid("design.headline", "the headline is empty"));
    }
    Ok(Wording { headline, subline, call, brand, signature })
}

/// A number that only the design's look decides, else its words, so that a post looks the same in
/// every shape.
pub(super) fn choice(design: &Design) -> u64 {
    let mut hash = Sha256::new();
    match &design.look {
        Some(look) => hash.update(look.as_bytes()),
        None => {
            hash.update(design.brand.name.as_bytes());
            hash.update([0]);
            hash.update(design.headline.as_bytes());
        }
    }
    hash.finalize().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The layout and headline face for the `index`-th image of a request.
pub(super) fn style(choice: u64, index: u64) -> Style {
    let number = choice.wrapping_add(index);
    let plan = Plan::ALL.iter().copied().cycle().nth((number % 3) as usize).unwrap_or(Plan::Immersed);
    (plan, if (number / 3).is_multiple_of(2) { Face::Serif } else { Face::Grotesk })
}

/// Lays a design out.
pub(super) fn scene(
    typesetter: &mut Typesetter,
    draft: &Draft,
    canvas: Canvas,
    (plan, headline): Style,
) -> Result<Scene> {
    let wording = wording(typesetter, &draft.design)?;
    // A face that lacks letters would be patched with another within a word.
    let covered = Typesetter::covers(headline, &wording.headline) && Typesetter::covers(headline, &wording.brand);
    let headline = if covered { headline } else { Face::Grotesk };
    let palette = Palette::new(&draft.design.brand.colours, choice(&draft.design))?;
    let ground = if plan == Plan::Arch { palette.paper } else { palette.deep };
    let logo = draft.logo.as_ref().map(|logo| badge(logo, canvas.unit, &palette, ground)).transpose()?;
    let content = Content { wording: &wording, palette: &palette, headline, logo, has_photo: draft.photo.is_some() };
    lay_out(typesetter, plan, canvas, content)
}

/// Paints a design.
pub(super) fn paint(typesetter: &mut Typesetter, draft: &Draft, canvas: Canvas, style: (Plan, Face)) -> Result<Pixmap> {
    let scene = scene(typesetter, draft, canvas, style)?;
    let (width, height) = scene.window_size();
    let photo = draft.photo.clone().map(|photo| cover_around(photo, draft.design.focus, width, height)).transpose()?;
    Ok(scene.paint(photo.as_ref())?.canvas)
}

/// The logo at its size; on a plate of the other ink where it would not stand out from the ground.
fn badge(logo: &RgbaImage, unit: f32, palette: &Palette, ground: Colour) -> Result<Pixmap> {
    let scale = (96.0 * unit / logo.height() as f32).min(420.0 * unit / logo.width() as f32);
    let size = |length: u32| ((length as f32 * scale).round() as u32).max(1);
    let (width, height) = (size(logo.width()), size(logo.height()));
    let small = resize_transparent(logo.clone(), (width, height))?;
    let (mut light, mut weight) = (0.0, 0.0_f32);
    for pixel in small.pixels() {
        let [r, g, b, a] = pixel.0;
        light += Colour::new(r, g, b).luminance() * f32::from(a);
        weight += f32::from(a);
    }
    if weight < 1.0 {
        return Err(
            Error::new(ErrorKind::MediaInvalid, "the logo is wholly transparent").with_field("design.brand.logo")
        );
    }
    let lost = contrast(light / weight, ground.luminance()) < 2.5;
    let pad = if lost { (18.0 * unit).round() as u32 } else { 0 };
    let mut canvas = Pixmap::new(width + 2 * pad, height + 2 * pad).ok_or_else(no_canvas)?;
    if lost {
        let plate = if ground == palette.paper { palette.dark_ink } else { palette.paper };
        canvas.fill(tiny_skia::Color::from_rgba8(plate.red, plate.green, plate.blue, 255));
    }
    let mut image = Pixmap::new(width, height).ok_or_else(no_canvas)?;
    for (to, from) in image.pixels_mut().iter_mut().zip(small.pixels()) {
        let [r, g, b, a] = from.0;
        *to = tiny_skia::ColorU8::from_rgba(r, g, b, a).premultiply();
    }
    let at = i32::try_from(pad).unwrap_or_default();
    let plain = tiny_skia::PixmapPaint::default();
    canvas.draw_pixmap(at, at, image.as_ref(), &plain, tiny_skia::Transform::identity(), None);
    Ok(canvas)
}

/// A layout and the face of its headline.
pub(super) type Style = (Plan, Face);
