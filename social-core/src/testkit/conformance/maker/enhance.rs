//! What is tried with requests to change an image.

use super::{EXTRA, Samples, TestRequest, Variant, flag, is_elsewhere};
use crate::enhance::{EnhanceCapabilities, EnhanceRequest, EnhancedImage, Enhancement};
use crate::image::AspectRatio;
use crate::media::MediaType;

impl TestRequest for EnhanceRequest {
    fn unsound(&self, image: &EnhancedImage) -> Option<String> {
        match image.info.bytes {
            0 => Some("the image is empty".to_owned()),
            _ => is_elsewhere(&image.media),
        }
    }

    fn variants(&self, can: &EnhanceCapabilities, _samples: &Samples) -> Vec<Variant<Self>> {
        let all = [
            Enhancement::Crop(AspectRatio::new(1, 2)),
            Enhancement::CropBetween { minimum: 0.4, maximum: 0.6 },
            Enhancement::ShrinkTo { width: 8, height: 8 },
            Enhancement::Convert(MediaType::Jpeg),
            Enhancement::Convert(MediaType::Pdf),
            Enhancement::MaxBytes(500),
            Enhancement::Upscale(2.0),
            Enhancement::RemoveBackground,
            Enhancement::Polish,
        ];
        let with = |operation: &Enhancement| {
            let mut request = self.clone();
            request.operations.push(operation.clone());
            request
        };
        let variants = all.iter().map(|operation| flag(operation.name(), can.offers(operation), with(operation)));
        let extra = flag("extra", can.extra, self.clone().with_extra(EXTRA.0, EXTRA.1));
        variants.chain([extra]).collect()
    }
}
