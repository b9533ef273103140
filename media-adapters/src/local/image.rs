//! [`LocalImage`]: posters.

use async_trait::async_trait;
use social_core::ModelAddress;
use social_core::design::Design;
use social_core::error::Result;
use social_core::image::{AspectRatio, ImageBatch, ImageCapabilities, ImageRequest};
use social_core::make::{self, Made, MakeRequest as _, Maker, MediaFile};
use social_core::media::MediaKind;
use social_core::money::Usage;
use social_core::run::Run;

use super::layout::Canvas;
use super::poster::{Raw, canvas_size, choice, left_out, paint, style, wording};
use super::raster::jpeg;
use super::renderer::{Renderer, made, on_a_thread, one_piece, without_effect};
use super::scene::rgb;
use super::typeset::Typesetter;

/// Every layout in both headline faces.
const MAX_COUNT: u32 = 6;
const QUALITY: u8 = 88;

/// Draws posters on this machine, without a key and without cost. The address is `local/poster`.
///
/// The words, colours and photo come from [`ImageRequest::design`]; without one the prompt is the
/// headline. The first reference image is the photo where the design has none. Without a photo the
/// poster is typographic.
///
/// - Shapes from 1:3 to 3:1; without one 4:5. The short side has 1080 pixels; of wide images the
///   long side has at most 1600.
/// - JPEG, quality 88, sRGB, the same bytes for the same request on the same machine type.
/// - Words keep a contrast of 4.5:1 (WCAG 2.2) and a margin; on images narrower than 3:5 they keep
///   clear of the upper 14 % and the lower 20 %, where apps put their controls.
/// - Three layouts in two headline faces. The words choose one; [`ImageRequest::seed`] chooses
///   another, and [`ImageRequest::count`] up to 6 goes through them.
/// - What matters in the photo stays in the frame: [`Design::focus`], else the faces that are
///   found.
/// - A photo with less than 400 pixels on the shorter side is left out, with a warning. A cut-out
///   stands on the brand's paper.
/// - Characters that no font has are refused before anything is drawn, never left out; see
///   [`with_font`](Self::with_font).
///
/// # Errors
/// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for an empty headline, a colour that
/// cannot be read, and words that do not fit at the smallest readable size;
/// [`Unsupported`](social_core::ErrorKind::Unsupported) for a size, a negative prompt, more than
/// one reference and characters that no font has, naming the field and the characters;
/// [`MediaInvalid`](social_core::ErrorKind::MediaInvalid) for a photo or logo that cannot be read,
/// is larger than 64 MiB, has more than 64 million pixels or a side over 16,384.
#[derive(Clone, Debug)]
pub struct LocalImage(Renderer);

impl Default for LocalImage {
    fn default() -> Self {
        Self::new()
    }
}

impl LocalImage {
    /// A renderer with the fonts of this crate.
    #[must_use]
    pub fn new() -> Self {
        Self(Renderer::new("poster"))
    }

    /// The renderer with this name, of which there is one: `poster`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for another name.
    pub fn named(model: &str) -> Result<Self> {
        Renderer::asked("poster", model).map(Self)
    }

    /// Adds a font file (TrueType or OpenType with outlines) for characters that the other fonts
    /// lack, for instance Tamil.
    #[must_use]
    pub fn with_font(self, font: impl Into<Vec<u8>>) -> Self {
        Self(self.0.with_font(font))
    }
}

/// What is drawn: without a design the prompt is the headline.
fn design(request: &ImageRequest) -> Design {
    request.design.clone().unwrap_or_else(|| Design { headline: request.prompt.clone(), ..Design::default() })
}

#[async_trait]
impl Maker<ImageRequest> for LocalImage {
    fn address(&self) -> &ModelAddress {
        &self.0.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        ImageCapabilities::new()
            // From 1:3 to 3:1.
            .with_any_aspect_ratio()
            .with_max_count(u64::from(MAX_COUNT))
            .with_max_references(1)
            .with_seed(true)
            .with_paid(false)
            .with_generative(false)
    }

    fn accept(&self, request: &ImageRequest) -> Result<()> {
        wording(&mut Typesetter::new(&self.0.fonts)?, &design(request)).map(drop)
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        request.check(&self.capabilities())?;
        let (width, height) = canvas_size(request.aspect_ratio.unwrap_or(AspectRatio::PORTRAIT))?;
        let design = design(request);
        let start = request.seed.map_or_else(|| choice(&design), |seed| seed.unsigned_abs());
        make::begin(self, run, request).await?;

        let mut images = Vec::new();
        for index in 0..u64::from(request.count.max(1)) {
            let draw = || async {
                let raw = Raw::read(&design, request.references.first().map(|reference| &reference.media)).await?;
                let fonts = self.0.fonts.clone();
                let bytes = on_a_thread(move || {
                    let canvas = Canvas::new(width, height)?;
                    let poster = paint(&mut Typesetter::new(&fonts)?, &raw.decode()?, canvas, style(start, index))?;
                    jpeg(&rgb(&poster)?, QUALITY)
                });
                Ok(one_piece(bytes.await?))
            };
            let media = run.keep_file(&format!("poster-{}.jpg", index + 1), draw).await.map_err(without_effect)?;
            images.push(MediaFile::read(media, MediaKind::Image).await?);
        }
        let usage = Usage::default().with_images(images.len() as u64);
        let made = made(&self.0.address, ImageBatch::new(images), usage);
        let photo = request.references.first().map(|reference| &reference.media);
        Ok(match left_out(&design, photo).await {
            Some(warning) => made.with_warning(warning),
            None => made,
        })
    }
}
