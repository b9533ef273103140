//! The brief's photos as they are, for campaigns without an image model.

use async_trait::async_trait;

use super::FileMaker;
use crate::campaign::Brief;
use crate::campaign::plan::{Desk, FileKey, FileKind, FileSource, PlannedCost, PlannedFile, shape};
use crate::campaign::workshop::{MadeFile, Scene, Workshop};
use crate::error::{Error, Result};
use crate::media::Media;
use crate::publish::Rules;

/// Gives out the photos in order.
#[derive(Clone, Copy, Debug)]
pub(in crate::campaign) struct Photos;

#[async_trait]
impl FileMaker for Photos {
    fn kind(&self) -> FileKind {
        FileKind::IMAGE
    }

    fn wanted(&self, rules: &Rules, brief: &Brief) -> Vec<FileKey> {
        let (ratio, count) = (shape::shape(rules), shape::images_of(rules, brief).min(brief.photos.len()));
        (0..count).map(|index| FileKey::new(FileKind::IMAGE, ratio, index)).collect()
    }

    async fn plan(&self, key: &FileKey, _desk: &Desk<'_>) -> Result<PlannedFile> {
        let from = vec![FileSource::Photo(key.index)];
        let (changes, cost) = (Vec::new(), PlannedCost::Free);
        Ok(PlannedFile {
            key: key.clone(),
            maker: None,
            ratio: None,
            seconds: None,
            from,
            changes,
            refused: None,
            cost,
        })
    }

    async fn make(&self, file: &PlannedFile, scene: &Scene<'_>, workshop: &Workshop<'_>) -> Result<MadeFile> {
        let photo = workshop.brief.photos.get(file.key.index);
        let photo = photo.ok_or_else(|| Error::invalid("photos", format!("there is no photo for `{}`", file.key)))?;
        let alt_text = photo.shows.as_ref().unwrap_or(&scene.concept.value.alt_text).clone();
        Ok(MadeFile { media: Media::file(&photo.file), alt_text, generated: false, changes: Vec::new() })
    }
}
