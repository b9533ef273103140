//! What ElevenLabs' models offer (elevenlabs.io/docs/overview/models and the types of the SDK
//! elevenlabs 2.78.0, November 2026).

use social_core::make::{Condition, Test};
use social_core::media::MediaType;
use social_core::music::MusicCapabilities;
use social_core::speech::SpeechCapabilities;

/// The characters of one request, by how the model's id begins.
const MAX_CHARS: [(&str, u64); 6] = [
    ("eleven_v3", 5_000),
    ("eleven_multilingual_v2", 10_000),
    ("eleven_flash_v2_5", 40_000),
    ("eleven_turbo_v2_5", 40_000),
    ("eleven_flash_v2", 30_000),
    ("eleven_turbo_v2", 30_000),
];

pub(super) fn speech(model: &str, has_voice: bool, formats: Vec<MediaType>) -> SpeechCapabilities {
    let can = SpeechCapabilities::unknown()
        // There is no field for directions; the text may hold tags that the v3 models read.
        .with_instructions(false)
        .with_stream(true)
        .with_formats(formats)
        .with_condition(Condition::that("speed", Test::AtLeast(0.7)))
        .with_condition(Condition::that("speed", Test::AtMost(1.2)));
    let can = match MAX_CHARS.iter().find(|(prefix, _)| model.starts_with(prefix)) {
        Some((_, maximum)) => can.with_max_text_chars(*maximum),
        None => can,
    };
    match has_voice {
        true => can,
        false => can.with_condition(
            Condition::that("voice", Test::Set)
                .because("ElevenLabs has no usual voice; name one, or set ELEVENLABS_VOICE"),
        ),
    }
}

pub(super) fn music() -> MusicCapabilities {
    MusicCapabilities::unknown()
        .with_formats([MediaType::Mp3])
        // A seed is taken with a composition plan only, not with a description.
        .with_seed(false)
        .with_condition(Condition::that("duration", Test::AtLeast(3.0)))
        .with_condition(Condition::that("duration", Test::AtMost(600.0)))
}
