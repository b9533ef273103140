//! Who makes the files of a campaign: one maker for each kind of file.
//!
//! A further kind of file is a further file here, a [`FileKind`], and a line in
//! [`Campaign`](super::Campaign).

mod image;
mod narrated;
mod photos;
mod video;

use std::fmt::Debug;

use async_trait::async_trait;
use url::Url;

use super::Brief;
use super::answers::Concept;
use super::plan::{Desk, FileKey, FileKind, PlannedFile};
use super::workshop::{MadeFile, Scene, Workshop};
use crate::design::{Brand, Design};
use crate::error::{Error, Result};
use crate::make::{self, Condition, MakeCapabilities as _, MakeRequest, Maker, Test};
use crate::media::Media;
use crate::publish::Rules;
use crate::run::Run;

pub(super) use image::Images;
pub(super) use narrated::{Narrated, Narrator};
pub(super) use photos::Photos;
pub(super) use video::Videos;

/// Makes one kind of file.
#[async_trait]
pub(super) trait FileMaker: Debug + Send + Sync {
    fn kind(&self) -> FileKind;

    /// The files of this kind that a post there gets.
    fn wanted(&self, rules: &Rules, brief: &Brief) -> Vec<FileKey>;

    /// How a file will be made, and what that may cost. Nothing is made.
    async fn plan(&self, key: &FileKey, desk: &Desk<'_>) -> Result<PlannedFile>;

    /// Makes a file that was planned.
    async fn make(&self, file: &PlannedFile, scene: &Scene<'_>, workshop: &Workshop<'_>) -> Result<MadeFile>;
}

/// Stands for the address that a host will give a file.
const HOSTED: &str = "https://host.invalid/";

/// Plans what a model makes by making the request fit, so that what cannot be asked for is known
/// before anything is paid. Returns the request as it fits, too.
async fn planned<R: MakeRequest>(
    key: &FileKey,
    model: &dyn Maker<R>,
    mut request: R,
    changes: Vec<String>,
    desk: &Desk<'_>,
) -> Result<(PlannedFile, R)> {
    let (address, can) = (model.address(), model.capabilities());
    if desk.host
        && let Ok(address) = Url::parse(HOSTED)
    {
        for (_, media) in request.files_mut() {
            *media = Media::remote(address.clone());
        }
    }
    let named = |error: Error| {
        let field = error.field().map_or_else(|| key.to_string(), |option| format!("{key}.{option}"));
        error.with_vendor(&address.vendor).with_model(&address.model).with_field(field)
    };
    let fitted = make::fit(&Run::ephemeral(), request, &can, None).await.map_err(named)?;
    // What cannot be drawn is known before anything is paid.
    model.accept(&fitted.request).map_err(named)?;
    let cost = desk.prices.planned(address, can.paid(), can.price(), &fitted.request.estimate())?;
    let adjustments = fitted.adjustments.iter().map(ToString::to_string);
    let file = PlannedFile {
        key: key.clone(),
        maker: Some(address.clone()),
        ratio: None,
        seconds: None,
        from: Vec::new(),
        changes: changes.into_iter().chain(adjustments).collect(),
        refused: None,
        cost,
    };
    Ok((file, fitted.request))
}

/// Whether a model gets the files of an option: as they are, or through a host.
fn can_get<R: MakeRequest>(request: &R, can: &R::Capabilities, option: &str, host: bool) -> bool {
    let by_address = |condition: &Condition| condition.that.option == option && condition.that.test == Test::Remote;
    let conditions = can.conditions();
    let mut broken = conditions.iter().filter(|condition| !condition.holds(|name| request.option(name)));
    host || !broken.any(by_address)
}

/// Says that files are left out.
fn left_out(option: &str, what: &str) -> String {
    format!("{option}: {what} left out, since the model takes files by public address only and there is no media host")
}

/// The words of an image: the idea first, then a fact each, over the photos in turn.
fn design(brief: &Brief, concept: &Concept, index: usize) -> Design {
    let photo = brief.photos.get(index % brief.photos.len().max(1));
    let mut design = Design {
        // How the brand speaks is not drawn: another voice is no other image.
        brand: Brand { voice: None, ..brief.brand.clone() },
        photo: photo.map(|photo| Media::file(&photo.file)),
        focus: photo.and_then(|photo| photo.focus),
        language: brief.language.clone(),
        // One idea, one look; a typo in the brief that leaves the idea as it is changes no image.
        look: Some(format!("{}, {}", brief.brand.name, concept.headline)),
        ..Design::default()
    };
    match fact(brief, index) {
        Some(fact) => design.headline.clone_from(fact),
        None => {
            design.headline.clone_from(&concept.headline);
            design.subline = Some(concept.subline.clone()).filter(|words| !words.is_empty());
            design.call_to_action = Some(concept.call_to_action.clone()).filter(|words| !words.is_empty());
        }
    }
    design
}

/// The fact that a further image is about.
fn fact(brief: &Brief, index: usize) -> Option<&String> {
    index.checked_sub(1).and_then(|index| brief.facts.get(index))
}
