//! What is tried with image requests.

use super::{EXTRA, Samples, TestRequest, Variant, choice, flag, is_elsewhere, limit};
use crate::design::Design;
use crate::image::{AspectRatio, ImageBatch, ImageCapabilities, ImageRequest, ReferenceRole};

impl TestRequest for ImageRequest {
    fn unsound(&self, batch: &ImageBatch) -> Option<String> {
        let empty = batch.images.is_empty() || batch.images.iter().any(|image| image.info.bytes == 0);
        if empty {
            return Some("the batch has no image, or an empty one".to_owned());
        }
        let wanted = usize::try_from(self.count.max(1)).unwrap_or(usize::MAX);
        let count = batch.images.len();
        if count > wanted {
            return Some(format!("{count} images where {wanted} were asked for"));
        }
        batch.images.iter().find_map(|image| is_elsewhere(&image.media))
    }

    fn another(&self) -> Option<Self> {
        Some(Self { prompt: format!("{}, seen from above", self.prompt), ..self.clone() })
    }

    fn words(&self) -> Vec<&str> {
        vec![&self.prompt]
    }

    fn variants(&self, can: &ImageCapabilities, samples: &Samples) -> Vec<Variant<Self>> {
        let base = || self.clone();
        let image = || samples.image.clone();
        let with_references = |count| (0..count).fold(base(), |request, _| request.with_reference(image()));
        let count = |count| base().with_count(u32::try_from(count).unwrap_or(u32::MAX));
        let odd = AspectRatio::new(97, 13);
        let design = Design { headline: "Fresh bread from seven".to_owned(), ..Design::default() };
        let mut variants = vec![
            flag("seed", can.seed, base().with_seed(7)),
            flag("negative_prompt", can.negative_prompt, base().with_negative_prompt("rain")),
            flag("extra", can.extra, base().with_extra(EXTRA.0, EXTRA.1)),
            flag("design", true, base().with_design(design)),
            flag("prompt", true, Self { prompt: format!("{}, at night", self.prompt), ..base() }),
        ];
        variants.extend(limit("count", can.max_count, 2, count));
        variants.extend(limit("references", can.max_references, 1, with_references));
        variants
            .extend(choice("aspect_ratio", can.aspect_ratios.as_ref(), odd, |ratio| base().with_aspect_ratio(ratio)));
        variants.extend(choice("size", can.sizes.as_ref(), "no such size".to_owned(), |size| base().with_size(size)));
        let odd = "no such quality".to_owned();
        variants.extend(choice("quality", can.qualities.as_ref(), odd, |quality| base().with_quality(quality)));
        if can.max_references != Some(0) {
            let with_role = |role| base().with_reference_as(role, image());
            for role in [ReferenceRole::Source, ReferenceRole::Style, ReferenceRole::Subject] {
                let offered = can.reference_roles.as_ref().map(|roles| roles.contains(&role));
                variants.push(Variant {
                    option: "references.role",
                    offered,
                    request: with_role(role),
                    beside: Some(with_references(1)),
                });
            }
        }
        variants.retain(|variant| variant.request != *self);
        variants
    }
}
