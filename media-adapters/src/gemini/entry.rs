//! AI Studio and Vertex AI as entries of the catalogue.

use companies::google::GoogleApi;
use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::{Exchange, RecordedBody};

use super::{Gemini, Vertex};

/// AI Studio: `gemini/MODEL`.
pub(crate) fn studio() -> VendorEntry {
    VendorEntry::new(
        "gemini",
        "Gemini's images and voices and Veo's videos in AI Studio",
        GoogleApi::AiStudio.settings(),
    )
    .with_image(|settings, model| Ok(Gemini::from_settings(settings)?.image(model)))
    .with_speech(|settings, model| Ok(Gemini::from_settings(settings)?.speech(model)))
    .with_video(|settings, model| Ok(Gemini::from_settings(settings)?.video(model)))
    .with_endpoint(|settings| Ok(Gemini::from_settings(settings)?.endpoint))
    .recognizing(recognized)
}

/// Vertex AI: `vertex/MODEL`.
pub(crate) fn vertex() -> VendorEntry {
    VendorEntry::new("vertex", "Gemini's images and voices and Veo's videos on Vertex AI", GoogleApi::Vertex.settings())
        .with_image(|settings, model| Ok(Vertex::from_settings(settings)?.image(model)))
        .with_speech(|settings, model| Ok(Vertex::from_settings(settings)?.speech(model)))
        .with_video(|settings, model| Ok(Vertex::from_settings(settings)?.video(model)))
        .with_endpoint(|settings| Ok(Vertex::from_settings(settings)?.endpoint))
        .recognizing(recognized)
}

/// Chats, images and speech have one path; videos are jobs.
fn recognized(exchange: &Exchange) -> Option<Operation> {
    let path = exchange.path();
    if path.ends_with(":predictLongRunning") {
        return Some(Operation::Video);
    }
    let asked = match &exchange.request.body {
        RecordedBody::Json(body) => body.pointer("/generationConfig/responseModalities").map(ToString::to_string),
        _ => None,
    };
    let model = path.rsplit_once("/models/").map_or("", |(_, model)| model);
    if !path.contains("enerateContent") {
        return None;
    }
    let asks = |modality: &str| asked.as_ref().is_some_and(|modalities| modalities.contains(modality));
    if model.contains("-tts") || asks("AUDIO") {
        return Some(Operation::Speech);
    }
    (model.contains("image") || asks("IMAGE")).then_some(Operation::Image)
}
