//! What is tried with music requests.

use std::time::Duration;

use super::{EXTRA, Samples, TestRequest, Variant, choice, flag, is_elsewhere};
use crate::make::MediaFile;
use crate::media::MediaType;
use crate::music::{MusicCapabilities, MusicRequest};

impl TestRequest for MusicRequest {
    fn unsound(&self, music: &MediaFile) -> Option<String> {
        match music.info.bytes {
            0 => Some("the music is empty".to_owned()),
            _ => is_elsewhere(&music.media),
        }
    }

    fn another(&self) -> Option<Self> {
        Some(Self { prompt: format!("{}, slower", self.prompt), ..self.clone() })
    }

    fn words(&self) -> Vec<&str> {
        vec![&self.prompt]
    }

    fn variants(&self, can: &MusicCapabilities, _samples: &Samples) -> Vec<Variant<Self>> {
        let base = || self.clone();
        let mut variants = vec![
            flag("duration", can.duration, base().with_duration(Duration::from_secs(30))),
            flag("instrumental", can.instrumental, base().with_instrumental(true)),
            flag("seed", can.seed, base().with_seed(7)),
            flag("extra", can.extra, base().with_extra(EXTRA.0, EXTRA.1)),
        ];
        variants.extend(choice("format", can.formats.as_ref(), MediaType::Pdf, |format| base().with_format(format)));
        variants.retain(|variant| variant.request != *self);
        variants
    }
}
