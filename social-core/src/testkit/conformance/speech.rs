use std::sync::Arc;

use super::subject::{Subject, Violations};
use super::trial::{Trial, Variant};
use crate::error::Result;
use crate::media::MediaType;
use crate::speech::{GeneratedSpeech, SpeechRequest, SpeechSynthesizer};

/// Tries a speech synthesizer.
///
/// # Errors
/// All that is wrong.
pub async fn speech(subject: &Subject<dyn SpeechSynthesizer>, request: &SpeechRequest) -> Result<(), Violations> {
    let mut violations = Violations::default();
    let trial = Trial {
        subject,
        request,
        call: |model: Arc<dyn SpeechSynthesizer>, run, request: SpeechRequest| async move {
            model.synthesize(&run, &request).await
        },
        sound: |speech: &GeneratedSpeech| (speech.info.bytes == 0).then(|| "the audio is empty".to_owned()),
    };
    let base = || request.clone();
    let variant = |option, request| Variant { option, offered: None, request };
    let variants = vec![
        variant("voice", base().with_voice("another-voice")),
        variant("instructions", SpeechRequest { instructions: Some("whisper".to_owned()), ..base() }),
        variant("format", SpeechRequest { format: Some(MediaType::Wav), ..base() }),
        variant("speed", SpeechRequest { speed: Some(1.1), ..base() }),
    ];
    trial.common(&mut violations).await;
    trial.cancelled(&mut violations).await;
    trial.options(&mut violations, variants).await;
    trial.once(&mut violations).await;
    violations.verdict()
}
