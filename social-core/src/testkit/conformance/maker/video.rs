//! What is tried with video requests.

use std::time::Duration;

use super::{EXTRA, Samples, TestRequest, Variant, choice, flag, is_elsewhere};
use crate::image::AspectRatio;
use crate::make::MediaFile;
use crate::video::{VideoCapabilities, VideoRequest};

impl TestRequest for VideoRequest {
    fn unsound(&self, video: &MediaFile) -> Option<String> {
        match video.info.bytes {
            0 => Some("the video is empty".to_owned()),
            _ => is_elsewhere(&video.media),
        }
    }

    fn another(&self) -> Option<Self> {
        Some(Self { prompt: format!("{}, seen from above", self.prompt), ..self.clone() })
    }

    fn words(&self) -> Vec<&str> {
        vec![&self.prompt]
    }

    fn variants(&self, can: &VideoCapabilities, samples: &Samples) -> Vec<Variant<Self>> {
        let base = || self.clone();
        let image = || samples.image.clone();
        let from_image = if can.first_frame { base().with_first_frame(image()) } else { base() };
        let first = from_image.clone();
        let odd = AspectRatio::new(97, 13);
        let mut variants = vec![
            flag("first_frame", can.first_frame, base().with_first_frame(image())),
            Variant { beside: Some(first), ..flag("last_frame", can.last_frame, from_image.with_last_frame(image())) },
            flag("audio", can.audio, base().with_audio(true)),
            flag("negative_prompt", can.negative_prompt, base().with_negative_prompt("rain")),
            flag("seed", can.seed, base().with_seed(7)),
            flag("prompt", true, Self { prompt: format!("{}, at night", self.prompt), ..base() }),
            flag("extra", can.extra, base().with_extra(EXTRA.0, EXTRA.1)),
        ];
        variants
            .extend(choice("aspect_ratio", can.aspect_ratios.as_ref(), odd, |ratio| base().with_aspect_ratio(ratio)));
        let odd = "no such resolution".to_owned();
        variants.extend(choice("resolution", can.resolutions.as_ref(), odd, |name| base().with_resolution(name)));
        let odd = "no such quality".to_owned();
        variants.extend(choice("quality", can.qualities.as_ref(), odd, |name| base().with_quality(name)));
        let lasting = |seconds| base().with_duration(Duration::from_secs(u64::from(seconds)));
        variants.extend(choice("duration", can.seconds.as_ref(), 12_345, lasting));
        variants.retain(|variant| variant.request != *self);
        variants
    }
}
