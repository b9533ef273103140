//! Gemini's models that speak: one request, one answer with raw audio in base64.

use std::time::Duration;

use async_trait::async_trait;
use companies::google::GoogleApi;
use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use social_core::http::Endpoint;
use social_core::make::{self, Made, Maker};
use social_core::media::MediaType;
use social_core::run::{Found, Run};
use social_core::speech::{Speech, SpeechCapabilities, SpeechRequest};
use social_core::{Error, ModelAddress, Result};

use super::image::usage;
use super::refusal::refusal;
use super::wire::{Answer, AnswerPart, Content, Part};
use crate::body::WithExtra;
use crate::inline_base64::{Keys, Lifted, lift};
use crate::spoken::{self, Spoken};
use crate::{kept, wav};

/// A long text takes minutes.
const DEADLINE: Duration = Duration::from_secs(600);

/// What the models speak with unless they say otherwise, in samples per second.
const RATE: u32 = 24_000;

/// One of Gemini's models that speak, for instance `gemini-2.5-flash-preview-tts`.
///
/// The voice is one of the vendor's names (`Kore`). [Directions](SpeechRequest::instructions) are
/// put before the text, as the vendor's guide has it: `Say cheerfully: Hello`. What comes is raw
/// audio; it is kept as a WAV file. [`extra`](SpeechRequest::extra) is merged into the request, for
/// instance `generationConfig` with several speakers.
///
/// The call is billed, has no idempotency key and cannot be looked up later: when its answer is
/// lost, the result is [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown). Refusals are
/// those of [`GeminiImage`](super::GeminiImage).
#[derive(Clone, Debug)]
pub struct GeminiSpeech {
    endpoint: Endpoint,
    api: GoogleApi,
    address: ModelAddress,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    contents: [Content<'a>; 1],
    generation_config: Config<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    response_modalities: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    speech_config: Option<SpeechConfig<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SpeechConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    voice_config: Option<VoiceConfig<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language_code: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VoiceConfig<'a> {
    prebuilt_voice_config: PrebuiltVoice<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PrebuiltVoice<'a> {
    voice_name: &'a str,
}

impl GeminiSpeech {
    pub(super) fn new(endpoint: Endpoint, api: GoogleApi, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, api, address }
    }

    async fn speak(&self, run: &Run, request: &SpeechRequest) -> Result<Spoken> {
        let text = match &request.instructions {
            Some(instructions) => format!("{}: {}", instructions.trim_end_matches([':', ' ']), request.text),
            None => request.text.clone(),
        };
        let voice = request.voice.as_deref();
        let voice_config = voice.map(|name| VoiceConfig { prebuilt_voice_config: PrebuiltVoice { voice_name: name } });
        let language_code = request.language.as_deref();
        let speech_config = SpeechConfig { voice_config, language_code };
        let is_set = voice.is_some() || language_code.is_some();
        let body = Body {
            contents: [Content { role: "user", parts: vec![Part::Text(&text)] }],
            generation_config: Config {
                response_modalities: ["AUDIO"],
                speech_config: is_set.then_some(speech_config),
            },
        };
        let route = self.api.route(&self.endpoint, &self.address.model, "generateContent")?;
        let call = self.endpoint.call(&route).operation("speak").model(&self.address.model).deadline(DEADLINE);
        let mut reply = call.json(&WithExtra { body: &body, extra: &request.extra }).stream().await?;
        let content = std::mem::replace(&mut reply.body, stream::empty().boxed());
        let keys = Keys { lifted: "data", dropped: "thoughtSignature" };
        let spoken = match lift(content, keys, self.endpoint.limits().body).await {
            Ok(lifted) => keep(run, lifted).await,
            Err(error) => Err(error),
        };
        spoken.map_err(|e| reply.describe(e))
    }
}

/// Reads an answer and makes its audio a file of the run.
async fn keep(run: &Run, lifted: Lifted) -> Result<Spoken> {
    let Lifted { json, mut data } = lifted;
    let answer: Answer = serde_json::from_slice(&json)
        .map_err(|e| Error::protocol("the answer is not what was expected", &json).with_source(e))?;
    let usage = usage(answer.usage_metadata.as_ref());
    let parts = answer.candidates.iter().flat_map(|candidate| &candidate.content.parts);
    let parts: Vec<&AnswerPart> = parts.filter(|part| !part.thought).collect();
    let (mut audio, mut kind) = (Vec::new(), None);
    for inline in parts.iter().filter_map(|part| part.inline_data.as_ref()) {
        let pieces = inline.data.parse().ok().and_then(|number: usize| data.get_mut(number)).map(std::mem::take);
        audio.extend(pieces.unwrap_or_default());
        kind = kind.or(inline.mime_type.as_deref());
    }
    if audio.is_empty() {
        let text: String = parts.iter().filter_map(|part| part.text.as_deref()).collect();
        return Err(refusal(answer, "audio", &text, &json).with_usage(usage));
    }
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    if kind.starts_with("audio/l16") || kind.starts_with("audio/pcm") {
        let rate = kind.split(';').find_map(|part| part.trim().strip_prefix("rate=")?.parse().ok());
        audio.insert(0, wav::header(audio.iter().map(bytes::Bytes::len).sum(), rate.unwrap_or(RATE)));
    }
    let audio = kept::keep_audio_as(run, "speech.wav", spoken::streamed(audio)).await?;
    Ok(Spoken { audio, words: Vec::new(), usage })
}

#[async_trait]
impl Maker<SpeechRequest> for GeminiSpeech {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> SpeechCapabilities {
        SpeechCapabilities::unknown().with_formats([MediaType::Wav]).with_speed(false).with_timings(false)
    }

    async fn make(&self, run: &Run, request: &SpeechRequest) -> Result<Made<Speech>> {
        make::begin(self, run, request).await?;
        let spoken = run.once("speak", || self.speak(run, request), |_| async { Ok(Found::Unknown) }).await?;
        spoken.open(run, &self.address).await
    }
}
