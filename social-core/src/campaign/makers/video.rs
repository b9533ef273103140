//! Videos of the campaign's idea: of slides, or of a prompt and an image to start from.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{FileMaker, can_get, design, left_out, planned};
use crate::campaign::Brief;
use crate::campaign::answers::Concept;
use crate::campaign::plan::{Desk, FileKey, FileKind, FileSource, PlannedFile, shape};
use crate::campaign::workshop::{MadeFile, Scene, Workshop};
use crate::design::Design;
use crate::enhance::{EnhanceRequest, Enhancement};
use crate::error::Result;
use crate::image::AspectRatio;
use crate::media::{Media, MediaInfo};
use crate::publish::Rules;
use crate::video::{VideoModel, VideoRequest};

/// The slides show the idea and at most this many facts.
const FACTS: usize = 3;

/// A photo may be so much wider or taller than the video that starts from it, as a factor.
const NEARLY: f64 = 1.1;

/// Lets a model make them.
#[derive(Clone, Debug)]
pub(in crate::campaign) struct Videos(pub(in crate::campaign) Arc<VideoModel>);

impl Videos {
    fn request(&self, key: &FileKey, brief: &Brief, concept: &Concept) -> VideoRequest {
        let mut request = VideoRequest::new(&concept.video_prompt).with_aspect_ratio(key.ratio);
        request.duration = brief.video_seconds.map(|seconds| Duration::from_secs(u64::from(seconds)));
        if self.0.capabilities().slides {
            request.slides = slides(brief, concept);
        }
        request
    }

    /// The image that the video starts from, as the model can: one of the same shape that is made
    /// anyway, else the first photo.
    fn start(&self, key: &FileKey, desk: &Desk<'_>) -> Option<FileSource> {
        let (can, image) = (self.0.capabilities(), FileKey::new(FileKind::IMAGE, key.ratio, 0));
        match () {
            () if can.slides || !can.first_frame => None,
            () if desk.wanted.contains(&image) => Some(FileSource::File(image)),
            () => desk.photos.first().map(|_| FileSource::Photo(0)),
        }
    }

    /// Why the video cannot start from there.
    fn refusal(&self, request: &VideoRequest, source: &FileSource, key: &FileKey, desk: &Desk<'_>) -> Option<String> {
        if let FileSource::Photo(index) = source
            && !desk.crops
            && !desk.photos.get(*index).is_some_and(|photo| has_shape(photo, key.ratio))
        {
            return Some(format!(
                "first_frame: the photo is left out, since the video is {} and the photo is not",
                key.ratio
            ));
        }
        let gets = can_get(request, &self.0.capabilities(), "first_frame", desk.host);
        (!gets).then(|| left_out("first_frame", "the image is"))
    }
}

#[async_trait]
impl FileMaker for Videos {
    fn kind(&self) -> FileKind {
        FileKind::VIDEO
    }

    fn wanted(&self, rules: &Rules, _brief: &Brief) -> Vec<FileKey> {
        let key = FileKey::new(FileKind::VIDEO, shape::shape(rules), 0);
        if shape::needs_video(rules) { vec![key] } else { Vec::new() }
    }

    async fn plan(&self, key: &FileKey, desk: &Desk<'_>) -> Result<PlannedFile> {
        let bare = self.request(key, desk.brief, &Concept::draft(desk.brief));
        // The image itself may not be made yet; what counts is that it is not at a public address.
        let started = bare.clone().with_first_frame(Media::bytes(""));
        let from = self.start(key, desk);
        let refusal = from.as_ref().and_then(|source| self.refusal(&started, source, key, desk));
        let from = from.filter(|_| refusal.is_none());
        let cut = from.as_ref().and_then(|source| match source {
            FileSource::Photo(index) => desk.photos.get(*index).filter(|photo| !has_shape(photo, key.ratio)),
            FileSource::File(_) => None,
        });
        let cut = cut.map(|_| format!("first_frame: the photo is cut to {} around its middle", key.ratio));
        let request = if from.is_some() { started } else { bare };
        let (file, request) = planned(key, &*self.0, request, refusal.into_iter().chain(cut).collect(), desk).await?;
        let seconds = request.duration.map(|duration| duration.as_secs_f64());
        Ok(PlannedFile { ratio: request.aspect_ratio, seconds, from: from.into_iter().collect(), ..file })
    }

    async fn make(&self, file: &PlannedFile, scene: &Scene<'_>, workshop: &Workshop<'_>) -> Result<MadeFile> {
        let (brief, concept) = (workshop.brief, &scene.concept.value);
        let mut request = self.request(&file.key, brief, concept);
        for source in &file.from {
            let image = match source {
                FileSource::File(key) => scene.made.get(key).and_then(|made| Some(made.as_ref().ok()?.media.clone())),
                FileSource::Photo(index) => match brief.photos.get(*index).map(|photo| Media::file(&photo.file)) {
                    Some(photo) => Some(shaped(photo, file.key.ratio, &scene.name(&file.key), workshop).await?),
                    None => None,
                },
            };
            request.first_frame = request.first_frame.or(image);
        }
        let (video, adjusted) = workshop.make(&*self.0, &scene.name(&file.key), request).await?;
        let generated = video.generated || !scene.concept.degraded;
        let changes = file.changes_with(adjusted);
        Ok(MadeFile { media: video.value.media, alt_text: concept.alt_text.clone(), generated, changes })
    }
}

/// The photo in the shape of the video that starts from it.
async fn shaped(photo: Media, ratio: AspectRatio, name: &str, workshop: &Workshop<'_>) -> Result<Media> {
    let Some(enhancer) = workshop.enhancer else { return Ok(photo) };
    if has_shape(&photo.info().await?, ratio) {
        return Ok(photo);
    }
    let request = EnhanceRequest::new(photo, [Enhancement::Upright, Enhancement::Crop(ratio)]);
    let (cut, _) = workshop.make(enhancer, name, request).await?;
    Ok(cut.value.media)
}

/// Whether a photo is about as wide and tall as this shape.
fn has_shape(photo: &MediaInfo, ratio: AspectRatio) -> bool {
    let (Some(width), Some(height)) = (photo.width, photo.height) else { return false };
    let factor = f64::from(width) / f64::from(height.max(1)) / ratio.value();
    (1.0 / NEARLY..=NEARLY).contains(&factor)
}

/// The idea, a fact each, and at the end what to do.
pub(super) fn slides(brief: &Brief, concept: &Concept) -> Vec<Design> {
    let mut slides: Vec<_> = (0..=brief.facts.len().min(FACTS)).map(|index| design(brief, concept, index)).collect();
    if let Some(call) = slides.first_mut().and_then(|opening| opening.call_to_action.take()) {
        let closing = Design { headline: call, subline: brief.brand.signature.clone(), ..design(brief, concept, 0) };
        slides.push(Design { call_to_action: None, ..closing });
    }
    slides
}
