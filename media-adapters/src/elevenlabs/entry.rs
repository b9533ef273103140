//! ElevenLabs as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;

use super::{API_KEY, ElevenLabs, URL, VOICE};

/// `elevenlabs/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("elevenlabs", "ElevenLabs' voices and music", [API_KEY, VOICE, URL])
        .with_speech(|settings, model| Ok(ElevenLabs::from_settings(settings)?.speech(model)))
        .with_music(|settings, model| Ok(ElevenLabs::from_settings(settings)?.music(model)))
        .with_models(|settings, _| ElevenLabs::from_settings(settings))
        .with_endpoint(|settings| Ok(ElevenLabs::from_settings(settings)?.endpoint))
        .recognizing(recognized)
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    let path = exchange.path();
    match exchange.request.method.as_str() {
        "POST" if path.contains("/text-to-speech/") => Some(Operation::Speech),
        "POST" if path.contains("/music") => Some(Operation::Music),
        "GET" if path.ends_with("/models") => Some(Operation::Models),
        _ => None,
    }
}
