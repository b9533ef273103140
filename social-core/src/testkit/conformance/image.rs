use std::sync::Arc;

use super::subject::{Subject, Violations};
use super::trial::{Trial, Variant};
use crate::error::Result;
use crate::image::{AspectRatio, ImageBatch, ImageCapabilities, ImageGenerator, ImageRequest};
use crate::testkit::scene::Lasting;

/// Tries an image generator.
///
/// # Errors
/// All that is wrong.
pub async fn image(subject: &Subject<dyn ImageGenerator>, request: &ImageRequest) -> Result<(), Violations> {
    let mut violations = Violations::default();
    let trial = Trial {
        subject,
        request,
        call: |model: Arc<dyn ImageGenerator>, run, request: ImageRequest| async move {
            model.generate(&run, &request).await
        },
        sound: unsound,
    };
    trial.common(&mut violations).await;
    trial.cancelled(&mut violations).await;
    if let Some(can) = capabilities(subject).await {
        trial.options(&mut violations, variants(subject, request, &can)).await;
        if can.paid {
            trial.once(&mut violations).await;
        }
    }
    violations.verdict()
}

fn unsound(batch: &ImageBatch) -> Option<String> {
    let empty = batch.images.is_empty() || batch.images.iter().any(|image| image.info.bytes == 0);
    empty.then(|| "the batch has no image, or an empty one".to_owned())
}

async fn capabilities(subject: &Subject<dyn ImageGenerator>) -> Option<ImageCapabilities> {
    let scene = Lasting::default().scene((subject.vendor)().transport()).await.ok()?;
    Some((subject.connect)(&scene).ok()?.capabilities())
}

fn variants(
    subject: &Subject<dyn ImageGenerator>,
    request: &ImageRequest,
    can: &ImageCapabilities,
) -> Vec<Variant<ImageRequest>> {
    let base = || request.clone();
    let variant = |option, offered, request| Variant { option, offered: Some(offered), request };
    let with_references = |count| (0..count).fold(base(), |request, _| request.with_reference(subject.image.clone()));
    let count = can.max_count.max(1);
    let mut variants = vec![
        variant("count", false, base().with_count(count + 1)),
        variant("references", false, with_references(can.max_references + 1)),
        variant("seed", can.seed, base().with_seed(7)),
        variant("negative_prompt", can.negative_prompt, base().with_negative_prompt("rain")),
    ];
    if count > 1 {
        variants.push(variant("count", true, base().with_count(count)));
    }
    if can.max_references > 0 {
        variants.push(variant("references", true, with_references(1)));
    }
    let ratios = can.aspect_ratios.iter().filter(|ratio| request.aspect_ratio != Some(**ratio));
    variants.extend(ratios.map(|ratio| variant("aspect_ratio", true, base().with_aspect_ratio(*ratio))));
    if !can.aspect_ratios.is_empty() {
        let odd = AspectRatio { width: 97, height: 13 };
        variants.push(variant("aspect_ratio", false, base().with_aspect_ratio(odd)));
    }
    let sizes = can.sizes.iter().filter(|size| request.size.as_ref() != Some(*size));
    variants.extend(sizes.map(|size| variant("size", true, base().with_size(size))));
    if !can.sizes.is_empty() {
        variants.push(variant("size", false, base().with_size("no such size")));
    }
    variants
}
