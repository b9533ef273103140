//! A voice over a campaign's videos: what it says, and how it is laid over them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::video::slides;
use super::{FileMaker, planned};
use crate::campaign::Brief;
use crate::campaign::answers::Concept;
use crate::campaign::plan::{Desk, FileKey, FileKind, PlannedFile};
use crate::campaign::workshop::{MadeFile, Scene, Workshop};
use crate::captions::CaptionRules;
use crate::error::Result;
use crate::image::AspectRatio;
use crate::make::{MakeCapabilities as _, MakeRequest as _};
use crate::media::{Media, MediaInfo};
use crate::publish::Rules;
use crate::render::{Clip, Content, RenderRequest, Renderer, Timeline, Track, TrackKind};
use crate::speech::{Speech, SpeechModel, SpeechRequest};

/// How loud a video's own sound is beside a voice.
const BEHIND: f32 = 0.25;

/// The characters of a line of captions in an upright video.
const UPRIGHT_LINE: u32 = 26;

/// Who speaks over videos, and who lays the voice over them.
#[derive(Clone, Debug)]
pub(in crate::campaign) struct Narrator {
    pub(in crate::campaign) voice: Arc<SpeechModel>,
    /// The vendor's id of the voice.
    pub(in crate::campaign) speaker: Option<String>,
    pub(in crate::campaign) renderer: Arc<Renderer>,
}

/// Makes videos as another maker does, and lays a voice with captions over them.
#[derive(Debug)]
pub(in crate::campaign) struct Narrated {
    pub(in crate::campaign) videos: Arc<dyn FileMaker>,
    pub(in crate::campaign) narrator: Narrator,
}

impl Narrator {
    fn request(&self, brief: &Brief, concept: &Concept) -> SpeechRequest {
        let can = self.voice.capabilities();
        let mut request = SpeechRequest::new(script(brief, concept));
        request.timings = can.timings;
        request.voice.clone_from(&self.speaker);
        request.language = brief.language.clone().filter(|language| {
            let named = request.clone().with_language(language);
            named.check(&can).is_ok()
        });
        request
    }

    /// The brief with a video that is long enough for what is said, where it names no length.
    fn timed(&self, brief: &Brief) -> Brief {
        let spoken = self.request(brief, &Concept::draft(brief)).estimate().seconds.unwrap_or_default();
        let mut brief = brief.clone();
        brief.video_seconds.get_or_insert(spoken.ceil().clamp(1.0, 120.0) as u32);
        brief
    }
}

/// What is said: the words of the slides, a sentence each.
fn script(brief: &Brief, concept: &Concept) -> String {
    let mut said: Vec<String> = Vec::new();
    for slide in slides(brief, concept) {
        let words = slide.headline.trim();
        if !words.is_empty() && !said.iter().any(|known| known == words) {
            said.push(words.to_owned());
        }
    }
    let sentences = said.into_iter().map(|words| match words.chars().last() {
        Some(last) if last.is_alphanumeric() => format!("{words}{}", full_stop(last)),
        _ => words,
    });
    sentences.collect::<Vec<_>>().join(" ")
}

/// How a sentence ends that ends with this character.
fn full_stop(last: char) -> &'static str {
    match last {
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' => "。",
        '\u{0900}'..='\u{09ff}' => "।",
        _ => ".",
    }
}

/// The video with the voice and its captions over it, as long as the longer of the two.
fn timeline(video: &Media, info: &MediaInfo, speech: &Speech, ratio: AspectRatio) -> (Timeline, Vec<String>) {
    let length = info.duration.unwrap_or_default();
    let spoken = speech.info.duration.unwrap_or_default();
    let mut track = Track::new(TrackKind::Video);
    let mut changes = Vec::new();
    let (mut start, whole) = (Duration::ZERO, length.max(spoken));
    while start < whole && !length.is_zero() {
        let clip = Clip::new(Content::File(video.clone()), start, length.min(whole - start));
        track = track.with_clip(if info.audio.is_some() { clip.with_volume(BEHIND) } else { clip });
        start += length;
    }
    if spoken > length {
        let (spoken, length) = (spoken.as_secs_f64(), length.as_secs_f64());
        changes
            .push(format!("duration: the voice speaks for {spoken:.1} s, so the video of {length:.1} s begins again"));
    }
    let mut timeline = Timeline::new(ratio).with_track(track);
    let mut rules = CaptionRules::default();
    if ratio.value() < 1.0 {
        rules.max_line_chars = Some(UPRIGHT_LINE);
    }
    let captions = speech.captions(&rules);
    if !captions.cues.is_empty() {
        let clip = Clip::new(Content::File(captions.to_media()), Duration::ZERO, whole);
        timeline = timeline.with_track(Track::new(TrackKind::Captions).with_clip(clip));
    }
    let voice = Clip::new(Content::File(speech.media.clone()), Duration::ZERO, spoken);
    (timeline.with_track(Track::new(TrackKind::Voice).with_clip(voice)), changes)
}

#[async_trait]
impl FileMaker for Narrated {
    fn kind(&self) -> FileKind {
        self.videos.kind()
    }

    fn wanted(&self, rules: &Rules, brief: &Brief) -> Vec<FileKey> {
        self.videos.wanted(rules, brief)
    }

    async fn plan(&self, key: &FileKey, desk: &Desk<'_>) -> Result<PlannedFile> {
        let Narrator { voice, renderer, .. } = &self.narrator;
        let brief = self.narrator.timed(desk.brief);
        let video = self.videos.plan(key, &Desk { brief: &brief, ..*desk }).await?;
        let request = self.narrator.request(&brief, &Concept::draft(&brief));
        let (spoken, _) = planned(key, &**voice, request, Vec::new(), desk).await?;
        let mut cost = video.cost.plus(spoken.cost);
        // Renderers on this machine cost nothing; those of vendors are paid by the length.
        let can = renderer.capabilities();
        if can.paid() {
            let length = Duration::from_secs(u64::from(brief.video_seconds.unwrap_or_default()));
            let clip = Clip::new(Content::Text(String::new()), Duration::ZERO, length);
            let track = Track::new(TrackKind::Text).with_clip(clip);
            let request = RenderRequest::timeline(Timeline::new(key.ratio).with_track(track));
            cost = cost.plus(desk.prices.planned(renderer.address(), true, can.price(), &request.estimate())?);
        }
        Ok(PlannedFile { cost, ..video })
    }

    async fn make(&self, file: &PlannedFile, scene: &Scene<'_>, workshop: &Workshop<'_>) -> Result<MadeFile> {
        let Narrator { voice, renderer, .. } = &self.narrator;
        let (brief, name) = (self.narrator.timed(workshop.brief), scene.name(&file.key));
        let timed = Workshop { brief: &brief, ..*workshop };
        let MadeFile { media, alt_text, generated, mut changes } = self.videos.make(file, scene, &timed).await?;
        let request = self.narrator.request(&brief, &scene.concept.value);
        let (speech, adjusted) = workshop.make(&**voice, &name, request).await?;
        changes.extend(adjusted);
        let (timeline, repeated) = timeline(&media, &media.info().await?, &speech.value, file.key.ratio);
        changes.extend(repeated);
        let (video, adjusted) = workshop.make(&**renderer, &name, RenderRequest::timeline(timeline)).await?;
        changes.extend(adjusted);
        // A voice that a model made is marked as such, like the video.
        let generated = generated || speech.generated;
        Ok(MadeFile { media: video.value.media, alt_text, generated, changes })
    }
}
