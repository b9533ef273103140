//! [`LocalVideo`]: slide videos.

use std::time::Duration;

use async_trait::async_trait;
use social_core::ModelAddress;
use social_core::design::Design;
use social_core::error::{Error, Result};
use social_core::image::AspectRatio;
use social_core::make::{self, Condition, Made, MakeRequest as _, Maker, MediaFile, Test};
use social_core::media::MediaKind;
use social_core::money::Usage;
use social_core::run::Run;
use social_core::video::{VideoCapabilities, VideoRequest};

use super::encode::{VIDEO, encode, start};
use super::frames::{RATE, SlideShow};
use super::layout::Canvas;
use super::poster::{Draft, Raw, choice, style, wording};
use super::renderer::{Renderer, made, on_a_thread, without_effect};
use super::typeset::Typesetter;

/// The longest video in seconds.
const LONGEST: u64 = 90;
/// The shortest time in which a slide can be read, in frames.
const MIN_FRAMES: u32 = 36;
const MAX_SLIDES: usize = 30;

/// Makes slide videos on this machine, without a key and without cost. The address is
/// `local/slides`.
///
/// Each [`VideoRequest::slides`] design is a slide; without slides the prompt is the headline of
/// one. [`VideoRequest::first_frame`] is the first slide's photo. The camera moves slowly over the
/// photos, slides dissolve into each other, and words fade in; those of the first slide stand from
/// the first frame, which apps show as the cover.
///
/// - Shapes 9:16 (when none is given), 4:5, 1:1 and 16:9; `1080p` (when none is given) or `720p`,
///   counted on the short side.
/// - Up to 90 seconds, at least 1.2 for each slide; the length is that of the request to the
///   nearest thirtieth of a second. Without one 3 seconds a slide, at least 8 in all.
/// - MP4 with its index in front, H.264 Main profile, 30 frames a second, 4:2:0, BT.709, a key
///   frame every two seconds, no edit list. There is no audio track.
/// - What is encoded waits in the machine's temporary folder until the index can be written: about
///   1 MB for each second at most.
///
/// # Errors
/// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for an empty headline, words that do
/// not fit, and a length out of range; [`Unsupported`](social_core::ErrorKind::Unsupported) for
/// audio, a last frame, a seed, a negative prompt, and characters that no font has;
/// [`MediaInvalid`](social_core::ErrorKind::MediaInvalid) for a photo that cannot be read;
/// [`Cancelled`](social_core::ErrorKind::Cancelled).
#[derive(Clone, Debug)]
pub struct LocalVideo(Renderer);

impl Default for LocalVideo {
    fn default() -> Self {
        Self::new()
    }
}

impl LocalVideo {
    /// A renderer with the [fonts of this crate](crate::local#fonts).
    #[must_use]
    pub fn new() -> Self {
        Self(Renderer::new("slides"))
    }

    /// The renderer with this name, of which there is one: `slides`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for another name.
    pub fn named(model: &str) -> Result<Self> {
        Renderer::asked("slides", model).map(Self)
    }

    /// Adds a font file (TrueType or OpenType with outlines) for characters that the other fonts
    /// lack, for instance Chinese.
    #[must_use]
    pub fn with_font(self, font: impl Into<Vec<u8>>) -> Self {
        Self(self.0.with_font(font))
    }
}

/// How many frames a video has.
pub(super) fn frames(duration: Option<Duration>, slides: usize) -> Result<u32> {
    let duration = duration.unwrap_or_else(|| Duration::from_secs((slides as u64 * 3).max(8)));
    let refuse = |message: String| Err(Error::invalid("duration", message));
    if duration > Duration::from_secs(LONGEST) {
        return refuse(format!("{duration:?} is too long, at most {LONGEST} s"));
    }
    let frames = (duration.as_secs_f64() * f64::from(RATE)).round() as u32;
    let minimum = MIN_FRAMES.saturating_mul(u32::try_from(slides).unwrap_or(u32::MAX));
    if frames < minimum {
        let seconds = f64::from(minimum) / f64::from(RATE);
        return refuse(format!("{duration:?} is too short for {slides} slides, at least {seconds:.1} s"));
    }
    Ok(frames)
}

/// The canvas of a shape; the resolution counts on the short side.
pub(super) fn canvas(ratio: AspectRatio, resolution: Option<&str>) -> Result<Canvas> {
    let short = if resolution == Some("720p") { 720.0 } else { 1080.0 };
    let even = |length: f64| (length / 2.0).round() as u32 * 2;
    let (width, height) =
        if ratio.value() < 1.0 { (short, short / ratio.value()) } else { (short * ratio.value(), short) };
    Canvas::new(even(width), even(height))
}

/// What is drawn: without slides the prompt is the headline of one.
fn slides(request: &VideoRequest) -> Vec<Design> {
    match request.slides.as_slice() {
        [] => vec![Design { headline: request.prompt.clone(), ..Design::default() }],
        slides => slides.to_vec(),
    }
}

#[async_trait]
impl Maker<VideoRequest> for LocalVideo {
    fn address(&self) -> &ModelAddress {
        &self.0.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        VideoCapabilities::new()
            .with_aspect_ratios([AspectRatio::VERTICAL, AspectRatio::PORTRAIT, AspectRatio::SQUARE, AspectRatio::WIDE])
            .with_resolutions(["720p", "1080p"])
            .with_first_frame(true)
            .with_slides(true)
            .with_paid(false)
            .with_generative(false)
            // Any length up to the longest, by the frame.
            .with_any_length()
            .with_condition(Condition::that("duration", Test::AtMost(LONGEST as f64)))
            .with_condition(Condition::that("slides", Test::AtMost(MAX_SLIDES as f64)))
    }

    fn accept(&self, request: &VideoRequest) -> Result<()> {
        let mut typesetter = Typesetter::new(&self.0.fonts)?;
        let mut slides = slides(request).into_iter().enumerate();
        slides.try_for_each(|(index, slide)| wording(&mut typesetter, &slide).map(drop).map_err(|e| e.with_item(index)))
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        request.check(&self.capabilities())?;
        let mut slides = slides(request);
        if let Some(photo) = &request.first_frame {
            match slides.first_mut() {
                Some(first) if first.photo.is_none() => first.photo = Some(photo.clone()),
                _ => return Err(Error::unsupported("first_frame", "the first slide has a photo of its own")),
            }
        }
        let frames = frames(request.duration, slides.len())?;
        let ratio = request.aspect_ratio.unwrap_or(AspectRatio::VERTICAL);
        let canvas = canvas(ratio, request.resolution.as_deref())?;
        let look = style(slides.first().map_or(0, choice), 0);
        make::begin(self, run, request).await?;

        let media = run.keep_file(VIDEO, || async {
            let mut raw = Vec::new();
            for (index, slide) in slides.iter().enumerate() {
                raw.push(Raw::read(slide, None).await.map_err(|e| e.with_item(index))?);
            }
            let (fonts, run) = (self.0.fonts.clone(), run.clone());
            let video = on_a_thread(move || {
                let drafts = raw.into_iter().map(Raw::decode).collect::<Result<Vec<Draft>>>()?;
                SlideShow::new(&mut Typesetter::new(&fonts)?, &drafts, canvas, look, frames)
            });
            let mut video = video.await?;
            Ok(start(move |pieces| encode(&mut video, None, pieces, &run)))
        });
        let media = media.await.map_err(without_effect)?;
        let video = MediaFile::read(media, MediaKind::Video).await?;
        let seconds = f64::from(frames) / f64::from(RATE);
        Ok(made(&self.0.address, video, Usage::default().with_seconds(seconds)))
    }
}
