use bytes::Bytes;
use futures_util::stream;

use super::{Change, Fitted};
use crate::enhance::{EnhanceRequest, Enhancement, Enhancer};
use crate::error::{Error, ErrorKind, Result};
use crate::make::Made;
use crate::media::{Media, MediaInfo, MediaKind, MediaType, strip_location};
use crate::publish::check::{Kind, fits_shape, kind_of};
use crate::publish::post::MediaRole;
use crate::publish::rules::{ImageRule, Rules};
use crate::run::Run;

/// A larger image is left as it is; no platform takes one.
const LARGEST: u64 = 64 << 20;

pub(super) async fn fit(
    run: &Run,
    rules: &Rules,
    enhancer: Option<&Enhancer>,
    fitted: &mut Fitted,
    facts: &mut [Result<MediaInfo>],
) -> Result<()> {
    let Fitted { post, changes } = fitted;
    for (index, (attachment, fact)) in post.attachments.iter_mut().zip(facts).enumerate() {
        let Ok(info) = fact else { continue };
        if info.media_type.kind() != MediaKind::Image {
            continue;
        }
        let field = format!("attachments[{index}]");
        let rule = match attachment.role {
            MediaRole::Cover => rules.cover.as_ref(),
            // An animated image would come out as a still one.
            _ if info.animated || kind_of(rules, info) != Kind::Image => None,
            _ => rules.image.as_ref(),
        };
        if let (Some(rule), Some(enhancer)) = (rule, enhancer) {
            let mut wanted = wanted(rule, info);
            let can = enhancer.capabilities();
            wanted.retain(|operation| can.offers(operation));
            if wanted.iter().any(|operation| *operation != Enhancement::Upright) {
                let child = run.child(&name_of(run, &attachment.media, &wanted).await?);
                let request = EnhanceRequest::new(attachment.media.clone(), wanted.iter().cloned());
                match enhancer.make(&child, &request).await {
                    Ok(Made { value: made, .. }) => {
                        changes.extend(wanted.iter().filter_map(|done| Some(Change::new(&field, describe(done)?))));
                        attachment.media = made.media;
                        *info = made.info;
                    }
                    Err(error) if matches!(error.kind(), ErrorKind::MediaInvalid | ErrorKind::Unsupported) => {
                        changes.push(Change::new(&field, format!("left as it is: {}", error.message())));
                    }
                    Err(error) => return Err(error.with_item(index)),
                }
            }
        }
        match without_notes(run, &attachment.media, info).await {
            Ok(Some(media)) => {
                info.bytes = media.length().await?;
                attachment.media = media;
                changes.push(Change::new(&field, "place, time and camera notes taken out"));
            }
            Ok(None) => {}
            Err(error) if matches!(error.kind(), ErrorKind::MediaInvalid | ErrorKind::Unsupported) => {
                let message = format!("place, time and camera notes could not be taken out: {}", error.message());
                changes.push(Change::new(&field, message));
            }
            Err(error) => return Err(error.with_item(index)),
        }
    }
    Ok(())
}

/// A name made of all that goes in, so that another image in its place is not taken for this one.
async fn name_of(run: &Run, image: &Media, operations: &[Enhancement]) -> Result<String> {
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
    // HEIC and AVIF may hold a place that cannot be taken out without encoding them again.
    let holds_notes = matches!(info.media_type, MediaType::Heic | MediaType::Avif);
    let accepted = |format: MediaType| rule.formats.is_empty() || rule.formats.contains(&format);
    if !accepted(info.media_type) || (holds_notes && accepted(MediaType::Jpeg)) {
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
        Enhancement::CropBetween { .. } | Enhancement::Crop(_) => "cropped to a shape that is taken".to_owned(),
        Enhancement::ShrinkTo { width, height } => format!("shrunk to at most {width} x {height} pixels"),
        Enhancement::Convert(format) => format!("converted to {}", format.as_mime()),
        Enhancement::MaxBytes(maximum) => format!("kept under {maximum} bytes"),
        _ => return None,
    })
}

/// The image without its notes, kept with the run; `None` when it holds none, or its format holds none.
async fn without_notes(run: &Run, media: &Media, info: &MediaInfo) -> Result<Option<Media>> {
    if matches!(media, Media::Remote(_)) || info.media_type == MediaType::Gif {
        return Ok(None);
    }
    let image = media.read(LARGEST).await?;
    let stripped = strip_location(&image)?;
    if stripped == image {
        return Ok(None);
    }
    let name = format!("stripped-{}", media.sha256().await?);
    let content = || async move { Ok(Box::pin(stream::iter([Ok::<Bytes, Error>(stripped)])) as _) };
    run.keep_file(&name, content).await.map(Some)
}
