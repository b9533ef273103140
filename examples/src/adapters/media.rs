//! Images and videos.

use std::sync::Arc;

use media_adapters::gemini::Gemini;
use media_adapters::kling::Kling;
use social_core::http::{Exchange, RecordedBody};

use super::{Adapter, KEY, Opened, model, path};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter {
        operation: "image",
        knows: |vendor| ["gemini", "vertex"].contains(&vendor),
        reads: |exchange| path(exchange).contains("enerateContent") && wants_image(exchange),
        open: |opening| {
            let gemini = Gemini::new(opening.endpoint(Gemini::endpoint(KEY.into()))?);
            Ok(Opened::Image(Arc::new(gemini.image(opening.model))))
        },
    },
    Adapter {
        operation: "video",
        knows: |vendor| vendor == "kling",
        reads: |exchange| exchange.request.method == "POST",
        open: |opening| {
            let kling = Kling::new(opening.endpoint(Kling::endpoint(KEY.into()))?);
            Ok(Opened::Video(Arc::new(kling.video(opening.model))))
        },
    },
    Adapter {
        operation: "call",
        knows: |vendor| vendor == "kling",
        reads: |_| true,
        open: |opening| Ok(Opened::Endpoint(opening.endpoint(Kling::endpoint(KEY.into()))?)),
    },
];

/// Gemini's chats and images have one path.
fn wants_image(exchange: &Exchange) -> bool {
    let asked = match &exchange.request.body {
        RecordedBody::Json(body) => body.pointer("/generationConfig/responseModalities").map(ToString::to_string),
        _ => None,
    };
    model(exchange).contains("image") || asked.is_some_and(|modalities| modalities.contains("IMAGE"))
}
