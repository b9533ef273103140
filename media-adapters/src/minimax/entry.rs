//! The regions as entries of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;

use super::{MiniMax, Region};

impl Region {
    /// The region as an entry of a catalogue.
    #[must_use]
    pub fn entry(self) -> VendorEntry {
        let title = match self {
            Self::International => "MiniMax: images, Hailuo, speech",
            Self::China => "MiniMax in China: images, Hailuo, speech",
        };
        VendorEntry::new(self.vendor(), title, self.settings())
            .with_image(move |settings, model| Ok(MiniMax::from_settings(self, settings)?.image(model)))
            .with_video(move |settings, model| Ok(MiniMax::from_settings(self, settings)?.video(model)))
            .with_speech(move |settings, model| Ok(MiniMax::from_settings(self, settings)?.speech(model)))
            .with_endpoint(move |settings| Ok(MiniMax::from_settings(self, settings)?.endpoint))
            .recognizing(recognized)
    }
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    if exchange.request.method != "POST" {
        return None;
    }
    match exchange.path().rsplit('/').next() {
        Some("image_generation") => Some(Operation::Image),
        Some("video_generation") => Some(Operation::Video),
        Some("t2a_v2") => Some(Operation::Speech),
        _ => None,
    }
}
