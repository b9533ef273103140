//! Images of the campaign's idea and its facts.

use std::sync::Arc;

use async_trait::async_trait;

use super::{FileMaker, can_get, design, fact, left_out, planned};
use crate::campaign::Brief;
use crate::campaign::answers::Concept;
use crate::campaign::plan::{Desk, FileKey, FileKind, PlannedFile, shape};
use crate::campaign::workshop::{MadeFile, Scene, Workshop};
use crate::error::{Error, ErrorKind, Result};
use crate::image::{ImageModel, ImageRequest};
use crate::media::Media;
use crate::publish::Rules;

/// Lets a model make them.
#[derive(Clone, Debug)]
pub(in crate::campaign) struct Images(pub(in crate::campaign) Arc<ImageModel>);

impl Images {
    /// What is asked for, and what is left out of it.
    fn request(&self, key: &FileKey, brief: &Brief, concept: &Concept, host: bool) -> (ImageRequest, Vec<String>) {
        let can = self.0.capabilities();
        let design = design(brief, concept, key.index);
        let prompt = match key.index {
            0 => concept.image_prompt.clone(),
            _ => format!("{} It is about this: {}", concept.image_prompt, design.headline),
        };
        let bare = ImageRequest::new(prompt).with_aspect_ratio(key.ratio).with_design(design);
        let references = usize::try_from(can.max_references.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        let photos = brief.photos.iter().take(references).map(|photo| Media::file(&photo.file));
        let request = photos.fold(bare.clone(), ImageRequest::with_reference);
        if can_get(&request, &can, "references", host) {
            return (request, Vec::new());
        }
        (bare, vec![left_out("references", "photos are")])
    }
}

#[async_trait]
impl FileMaker for Images {
    fn kind(&self) -> FileKind {
        FileKind::IMAGE
    }

    fn wanted(&self, rules: &Rules, brief: &Brief) -> Vec<FileKey> {
        let ratio = shape::shape(rules);
        (0..shape::images_of(rules, brief)).map(|index| FileKey::new(FileKind::IMAGE, ratio, index)).collect()
    }

    async fn plan(&self, key: &FileKey, desk: &Desk<'_>) -> Result<PlannedFile> {
        let (request, changes) = self.request(key, desk.brief, &Concept::draft(desk.brief), desk.host);
        let changes = changes.into_iter().chain(too_small(key, desk)).collect();
        let (file, request) = planned(key, &*self.0, request, changes, desk).await?;
        Ok(PlannedFile { ratio: request.aspect_ratio, ..file })
    }

    async fn make(&self, file: &PlannedFile, scene: &Scene<'_>, workshop: &Workshop<'_>) -> Result<MadeFile> {
        let (brief, concept) = (workshop.brief, &scene.concept.value);
        let (request, _) = self.request(&file.key, brief, concept, workshop.host.is_some());
        let (batch, adjusted) = workshop.make(&*self.0, &scene.name(&file.key), request).await?;
        let generated = batch.generated || !scene.concept.degraded;
        let (vendor, image) = (batch.address.vendor, batch.value.images.into_iter().next());
        let image = image
            .ok_or_else(|| Error::new(ErrorKind::Protocol, "the image model made no image").with_vendor(vendor))?;
        // An image that was made shows the idea or a fact in words.
        let alt_text = fact(brief, file.key.index).unwrap_or(&concept.alt_text).clone();
        Ok(MadeFile { media: image.media, alt_text, generated, changes: file.changes_with(adjusted) })
    }
}

/// A photo with a shorter side than this looks blurred on a phone.
const SHARP: u32 = 600;

/// Says that the photo of an image is small.
fn too_small(key: &FileKey, desk: &Desk<'_>) -> Option<String> {
    let index = key.index % desk.photos.len().max(1);
    let photo = desk.photos.get(index)?;
    let (width, height) = (photo.width?, photo.height?);
    (width.min(height) < SHARP).then(|| {
        let number = index + 1;
        format!("photo {number} has {width} x {height} pixels and would look blurred; give one with at least {SHARP} on the shorter side")
    })
}
