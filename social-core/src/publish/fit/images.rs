//! Images that are made to fit.

use super::{Change, Fix, Proposal, field_of};
use crate::enhance::{EnhanceRequest, Enhancement, Enhancer};
use crate::error::{Error, ErrorKind, Result};
use crate::media::{Media, MediaInfo, MediaKind, MediaType};
use crate::publish::attachment::{Attachment, MediaRole};
use crate::publish::check::{Kind, fits_shape, kind_of};
use crate::publish::rules::{ImageRule, Rules};
use crate::run::Run;

pub(super) async fn propose(
    rules: &Rules,
    part: usize,
    attachments: &[Attachment],
    facts: &[Result<MediaInfo>],
    enhancer: Option<&Enhancer>,
    proposals: &mut Vec<Proposal>,
) {
    for (index, (attachment, fact)) in attachments.iter().zip(facts).enumerate() {
        let Some(info) = fact.as_ref().ok().filter(|info| info.media_type.kind() == MediaKind::Image) else { continue };
        let field = field_of(part, &format!("attachments[{index}]"));
        let rule = match attachment.role {
            MediaRole::Cover => rules.cover.as_ref(),
            // An animated image would come out as a still one.
            _ if info.animated || kind_of(rules, info) != Kind::Image => None,
            _ => rules.image.as_ref(),
        };
        let mut operations = rule.map(|rule| wanted(rule, info)).unwrap_or_default();
        operations.retain(|operation| enhancer.is_some_and(|enhancer| enhancer.capabilities().offers(operation)));
        if operations.iter().any(|operation| *operation != Enhancement::Upright) {
            let says: Vec<_> = operations.iter().filter_map(describe).collect();
            proposals.push(Proposal::new(field, says, Fix::Enhance { part, index, operations }));
        } else if holds_notes(&attachment.media).await {
            proposals.push(Proposal::new(field, [STRIPPED.to_owned()], Fix::StripNotes { part, index }));
        }
    }
}

/// Puts the enhanced image in the place of the file, without notes, and says what was done.
pub(super) async fn enhance(
    run: &Run,
    enhancer: &Enhancer,
    operations: &[Enhancement],
    file: &mut Attachment,
    proposal: &Proposal,
) -> Result<Vec<Change>> {
    let child = run.child(&name_of(run, file, operations).await?);
    let mut changes: Vec<_> =
        match enhancer.make(&child, &EnhanceRequest::new(file.media.clone(), operations.iter().cloned())).await {
            Ok(made) => {
                made.publishable()?;
                file.media = made.value.media;
                proposal.says.iter().map(|says| Change::new(&proposal.field, says)).collect()
            }
            Err(error) if matches!(error.kind(), ErrorKind::MediaInvalid | ErrorKind::Unsupported) => {
                vec![Change::new(&proposal.field, format!("left as it is: {}", error.message()))]
            }
            Err(error) => return Err(error),
        };
    changes.extend(strip(run, file, &proposal.field).await?);
    Ok(changes)
}

const STRIPPED: &str = "place, time and camera notes taken out";

/// Takes the notes out of the file. One that holds none stays as it is.
pub(super) async fn strip(run: &Run, file: &mut Attachment, field: &str) -> Result<Option<Change>> {
    match without_notes(run, file).await {
        Ok(Some(media)) => {
            file.media = media;
            Ok(Some(Change::new(field, STRIPPED)))
        }
        Ok(None) => Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::MediaInvalid | ErrorKind::Unsupported) => {
            let message = format!("place, time and camera notes could not be taken out: {}", error.message());
            Ok(Some(Change::new(field, message)))
        }
        Err(error) => Err(error),
    }
}

/// A name made of all that goes in, so that another image in its place is not taken for this one.
async fn name_of(run: &Run, image: &Attachment, operations: &[Enhancement]) -> Result<String> {
    let operations = serde_json::to_string(operations)
        .map_err(|e| Error::invalid("attachments", "the operations cannot be written as JSON").with_source(e))?;
    Ok(format!("image-{}", run.key(&format!("{} {operations}", image.sha256().await?))))
}

/// The operations that make the image keep to the rule, in their order.
fn wanted(rule: &ImageRule, info: &MediaInfo) -> Vec<Enhancement> {
    let mut wanted = Vec::new();
    let (Some(mut width), Some(mut height)) = (info.width.map(f64::from), info.height.map(f64::from)) else {
        return wanted;
    };
    let span = rule.aspect_ratio;
    if !fits_shape(span, info) && width > 0.0 && height > 0.0 {
        let (minimum, maximum) = (span.minimum.unwrap_or(0.0), span.maximum.unwrap_or(f64::MAX));
        wanted.push(Enhancement::CropBetween { minimum, maximum });
        if width / height < minimum {
            height = width / minimum;
        } else {
            width = height * maximum;
        }
    }
    let side = |maximum: Option<u32>| maximum.map_or(f64::INFINITY, f64::from);
    let of_pixels = rule.max_pixels.map_or(1.0, |maximum| (maximum as f64 / (width * height)).sqrt());
    let of_sum = rule.max_width_plus_height.map_or(1.0, |maximum| maximum as f64 / (width + height));
    let scale = [1.0, side(rule.width.maximum) / width, side(rule.height.maximum) / height, of_pixels, of_sum];
    let scale = scale.into_iter().fold(1.0, f64::min);
    if scale < 1.0 {
        let shrunk = |side: f64| (side * scale).floor().max(1.0) as u32;
        wanted.push(Enhancement::ShrinkTo { width: shrunk(width), height: shrunk(height) });
    }
    let accepted = |format: MediaType| rule.formats.is_empty() || rule.formats.contains(&format);
    if !accepted(info.media_type) {
        let target = if accepted(MediaType::Jpeg) { Some(MediaType::Jpeg) } else { rule.formats.first().copied() };
        wanted.extend(target.map(Enhancement::Convert));
    }
    if let Some(maximum) = rule.max_bytes.filter(|maximum| info.bytes > *maximum || !wanted.is_empty()) {
        wanted.push(Enhancement::MaxBytes(maximum));
    }
    if !wanted.is_empty() {
        wanted.insert(0, Enhancement::Upright);
    }
    wanted
}

/// What an operation did, in words; `None` where it is not worth one.
fn describe(operation: &Enhancement) -> Option<String> {
    Some(match operation {
        Enhancement::CropBetween { .. } | Enhancement::Crop(_) => "cropped to a shape that is accepted".to_owned(),
        Enhancement::ShrinkTo { width, height } => format!("shrunk to at most {width} x {height} pixels"),
        Enhancement::Convert(format) => format!("converted to {}", format.as_mime()),
        Enhancement::MaxBytes(maximum) => format!("kept under {maximum} bytes"),
        _ => return None,
    })
}

/// Whether there are notes in it, or may be.
async fn holds_notes(media: &Media) -> bool {
    !matches!(media, Media::Remote(_)) && media.without_notes().await.map_or(true, |clean| clean.is_changed())
}

/// The image without its notes, kept with the run; `None` when it holds none.
async fn without_notes(run: &Run, file: &Attachment) -> Result<Option<Media>> {
    let clean = file.media.without_notes().await?;
    if !clean.is_changed() {
        return Ok(None);
    }
    let name = format!("stripped-{}", file.sha256().await?);
    let content = || async move { Ok(clean.stream()) };
    run.keep_file(&name, content).await.map(Some)
}
