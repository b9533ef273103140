//! What is tried with speech requests.

use super::{EXTRA, Samples, TestRequest, Variant, choice, flag, is_elsewhere};
use crate::media::MediaType;
use crate::speech::{Speech, SpeechCapabilities, SpeechRequest};

impl TestRequest for SpeechRequest {
    fn unsound(&self, speech: &Speech) -> Option<String> {
        if speech.info.bytes == 0 {
            return Some("the audio is empty".to_owned());
        }
        if let Some(elsewhere) = is_elsewhere(&speech.media) {
            return Some(elsewhere);
        }
        let ordered = speech.words.is_sorted_by_key(|word| word.start);
        (!ordered).then(|| "the words are not in the order in which they are spoken".to_owned())
    }

    fn another(&self) -> Option<Self> {
        Some(Self { text: format!("{} And more.", self.text), ..self.clone() })
    }

    fn words(&self) -> Vec<&str> {
        vec![&self.text]
    }

    fn variants(&self, can: &SpeechCapabilities, _samples: &Samples) -> Vec<Variant<Self>> {
        let base = || self.clone();
        let mut variants = vec![
            flag("instructions", can.instructions, base().with_instructions("whisper")),
            flag("speed", can.speed, base().with_speed(1.1)),
            flag("timings", can.timings, base().with_timings()),
            flag("extra", can.extra, base().with_extra(EXTRA.0, EXTRA.1)),
        ];
        variants.extend(choice("voice", can.voices.as_ref(), "another-voice".to_owned(), |id| base().with_voice(id)));
        variants.extend(choice("format", can.formats.as_ref(), MediaType::Pdf, |format| base().with_format(format)));
        variants.extend(choice("language", can.languages.as_ref(), "tlh".to_owned(), |tag| base().with_language(tag)));
        variants.retain(|variant| variant.request != *self);
        variants
    }
}
