//! [`LocalRenderer`]: timelines.

use async_trait::async_trait;
use social_core::ModelAddress;
use social_core::captions::Captions;
use social_core::error::{Error, ErrorKind, Result};
use social_core::image::AspectRatio;
use social_core::make::{self, Made, MakeRequest as _, Maker, MediaFile};
use social_core::media::{Media, MediaKind, MediaType};
use social_core::money::Usage;
use social_core::render::{Fit, Motion, Position, RenderCapabilities, RenderRequest, Timeline, TrackKind, Transition};
use social_core::run::Run;
use tiny_skia::{IntSize, Pixmap};

use super::audio::{self, Mix};
use super::encode::{VIDEO, encode, start};
use super::film::{Film as _, Shape};
use super::layout::Canvas;
use super::plan::{File, Parts, Plan};
use super::raster::jpeg;
use super::renderer::{Renderer, made, on_a_thread, one_piece, without_effect};
use super::scene::{no_canvas, rgb};
use super::stage::Stage;
use super::typeset::Typesetter;
use super::video::canvas;

/// The longest video in seconds.
const LONGEST: u64 = 600;
const MAX_TRACKS: u64 = 20;
const RATES: [u32; 4] = [24, 25, 30, 60];
const USUAL_RATE: u32 = 30;
const QUALITY: u8 = 90;
/// The largest caption file that is read, in bytes.
const MAX_CAPTIONS: u64 = 4 << 20;

/// Assembles timelines on this machine, without a key and without cost. The address is
/// `local/timeline`.
///
/// - Video tracks: images (JPEG, PNG, WebP, GIF without animation) and videos (MP4 and MOV with
///   H.264 up to High profile, and AAC), filling the frame or whole in it, with the camera still or
///   moving. What is transparent in an image stays so. Of a clip that is longer than its video the
///   last image stands. A video is heard, too, at the clip's volume.
/// - Texts and captions (SRT, WebVTT) in three places of what apps leave free: above, in the middle
///   and below. Without a style they are white on a dark box. Captions at the same time stand below
///   each other; what styles and places them in their file is not read.
/// - Voice and music: WAV, MP3, and AAC in M4A, MP4 or MOV; mono or stereo of any rate. All that is
///   heard is mixed; where the sum would be too loud its level is lowered, so that nothing clips.
///   Audio that is shorter than its clip is followed by silence.
/// - One transition, [`FADE`](Transition::FADE), half a second: a cross-fade with the clip of the
///   track that ends where this one starts, else from what lies below. Audio comes and goes as
///   gently.
/// - Shapes 9:16, 4:5, 1:1 and 16:9; `1080p` (when none is given) or `720p`, counted on the short
///   side; 24, 25, 30 (when none is given) or 60 frames a second; up to 600 seconds, to the nearest
///   frame.
/// - MP4 with its index in front, H.264 Main profile, 4:2:0, BT.709, a key frame every two seconds;
///   where a clip has audio AAC-LC, 48 kHz, stereo, 160 kbit/s. There is no edit list. JPEG is a
///   still of the first frame.
/// - Neither images nor audio are held in memory; what is encoded waits in the machine's temporary
///   folder until the index can be written: about 1 MB for each second at most.
///
/// # Errors
/// [`Unsupported`](ErrorKind::Unsupported), naming the clip, for other codecs and formats, other
/// transitions, words in the same place at the same time, characters that no font has, templates,
/// and files at an address; [`InvalidRequest`](ErrorKind::InvalidRequest) for a clip shorter than a
/// frame and for words that do not fit; [`MediaInvalid`](ErrorKind::MediaInvalid) for a file that is
/// broken; [`Cancelled`](ErrorKind::Cancelled).
#[derive(Clone, Debug)]
pub struct LocalRenderer(Renderer);

impl Default for LocalRenderer {
    fn default() -> Self {
        Self::new()
    }
}

impl LocalRenderer {
    /// A renderer with the [fonts of this crate](crate::local#fonts).
    #[must_use]
    pub fn new() -> Self {
        Self(Renderer::new("timeline"))
    }

    /// The renderer with this name, of which there is one: `timeline`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for another name.
    pub fn named(model: &str) -> Result<Self> {
        Renderer::asked("timeline", model).map(Self)
    }

    /// Adds a font file (TrueType or OpenType with outlines) for characters that the other fonts
    /// lack, for instance Chinese.
    #[must_use]
    pub fn with_font(self, font: impl Into<Vec<u8>>) -> Self {
        Self(self.0.with_font(font))
    }

    /// What is shown and heard. All files are looked at before anything is drawn.
    async fn parts(&self, plan: &Plan<'_>, canvas: &Canvas) -> Result<Parts> {
        let mut files = Vec::new();
        for (media, kind, field) in plan.files() {
            let file = read(media, kind).await.map_err(|e| e.with_field(field.to_owned()))?;
            files.push(file);
        }
        let parts = plan.parts(&files)?;
        let (fonts, canvas) = (self.0.fonts.clone(), *canvas);
        on_a_thread(move || parts.checked(&mut Typesetter::new(&fonts)?, &canvas)).await
    }
}

async fn read(media: &Media, kind: TrackKind) -> Result<File> {
    if kind != TrackKind::Captions {
        let info = media.info().await?;
        if info.animated {
            return Err(Error::unsupported("timeline", "an animation would lose all frames but the first"));
        }
        return Ok(File::Media(info.media_type, info.audio.is_some()));
    }
    let bytes = media.read(MAX_CAPTIONS).await?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|e| Error::new(ErrorKind::MediaInvalid, "the captions are not UTF-8").with_source(e))?;
    Captions::read(text).map(File::Captions)
}

impl Parts {
    /// Opens every video and audio once, and sets all words, so that what cannot be shown or heard
    /// is refused before the first frame.
    fn checked(self, typesetter: &mut Typesetter, canvas: &Canvas) -> Result<Self> {
        self.check_words(typesetter, canvas)?;
        for shot in &self.shots {
            shot.check(canvas).map_err(|e| e.with_field(shot.field.clone()))?;
        }
        for cue in &self.cues {
            audio::check(&cue.media, cue.kind).map_err(|e| e.with_field(cue.field.clone()))?;
        }
        Ok(self)
    }
}

fn timeline(request: &RenderRequest) -> Result<&Timeline> {
    request.timeline.as_ref().ok_or_else(|| Error::unsupported("template", "there are no templates here"))
}

#[async_trait]
impl Maker<RenderRequest> for LocalRenderer {
    fn address(&self) -> &ModelAddress {
        &self.0.address
    }

    fn capabilities(&self) -> RenderCapabilities {
        RenderCapabilities::new()
            .with_tracks([TrackKind::Video, TrackKind::Text, TrackKind::Captions, TrackKind::Voice, TrackKind::Music])
            .with_transitions([Transition::FADE])
            .with_motions([Motion::ZOOM_IN, Motion::ZOOM_OUT])
            .with_fits([Fit::Cover, Fit::Contain])
            .with_positions([Position::Top, Position::Center, Position::Bottom])
            .with_trim_start(true)
            .with_style(true)
            .with_aspect_ratios([AspectRatio::VERTICAL, AspectRatio::PORTRAIT, AspectRatio::SQUARE, AspectRatio::WIDE])
            .with_resolutions(["720p", "1080p"])
            .with_formats([MediaType::Mp4, MediaType::Jpeg])
            .with_frame_rates(RATES)
            .with_max_seconds(LONGEST)
            .with_max_tracks(MAX_TRACKS)
            .with_paid(false)
            .with_generative(false)
    }

    fn accept(&self, request: &RenderRequest) -> Result<()> {
        let timeline = timeline(request)?;
        let canvas = canvas(timeline.aspect_ratio, request.resolution.as_deref())?;
        let plan = Plan::new(timeline, request.frame_rate.unwrap_or(USUAL_RATE))?;
        plan.texts()?.check_words(&mut Typesetter::new(&self.0.fonts)?, &canvas)
    }

    async fn make(&self, run: &Run, request: &RenderRequest) -> Result<Made<MediaFile>> {
        request.check(&self.capabilities())?;
        make::begin(self, run, request).await?;

        let timeline = timeline(request)?;
        let canvas = canvas(timeline.aspect_ratio, request.resolution.as_deref())?;
        let rate = request.frame_rate.unwrap_or(USUAL_RATE);
        let plan = Plan::new(timeline, rate)?;
        let shape = Shape { width: canvas.width, height: canvas.height, rate, frames: plan.frames() };
        let still = request.format == Some(MediaType::Jpeg);
        let draw = || async {
            let Parts { shots, cues } = self.parts(&plan, &canvas).await?;
            let mut stage = Stage::new(shape, canvas, plan.background, self.0.fonts.clone(), shots);
            if still {
                return on_a_thread(move || first_frame(&mut stage)).await.map(one_piece);
            }
            let length = u64::from(shape.frames) * u64::from(audio::RATE) / u64::from(rate);
            let mix = (!cues.is_empty()).then(|| Mix::new(cues, length));
            let run = run.clone();
            Ok(start(move |pieces| encode(&mut stage, mix, pieces, &run)))
        };
        let (name, kind) = if still { ("still.jpg", MediaKind::Image) } else { (VIDEO, MediaKind::Video) };
        let media = run.keep_file(name, draw).await.map_err(without_effect)?;
        let file = MediaFile::read(media, kind).await?;
        let usage = match still {
            true => Usage::default().with_images(1),
            false => Usage::default().with_seconds(f64::from(shape.frames) / f64::from(rate)),
        };
        Ok(made(&self.0.address, file, usage))
    }
}

fn first_frame(stage: &mut Stage) -> Result<Vec<u8>> {
    let shape = stage.shape();
    let size = IntSize::from_wh(shape.width, shape.height).ok_or_else(no_canvas)?;
    let mut pixels = vec![0; shape.width as usize * shape.height as usize * 4];
    stage.draw(0, &mut pixels)?;
    jpeg(&rgb(&Pixmap::from_vec(pixels, size).ok_or_else(no_canvas)?)?, QUALITY)
}
