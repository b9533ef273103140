//! Speech: one request, one answer of audio.

use async_trait::async_trait;
use serde::Serialize;
use social_core::http::{ByteStream, Endpoint, StreamReply};
use social_core::make::{self, Condition, Made, MakeRequest as _, Maker, Test};
use social_core::media::MediaType;
use social_core::money::Usage;
use social_core::run::{Found, Run};
use social_core::speech::{Speech, SpeechCapabilities, SpeechRequest, SpeechStream};
use social_core::{ModelAddress, Result};

use crate::body::WithExtra;
use crate::kept;
use crate::spoken::{self, Spoken};

/// The voice that speaks where a request names none: the interface asks for one.
const USUAL_VOICE: &str = "alloy";

/// The characters of a text, and of directions.
const MAX_CHARS: u64 = 4096;

/// One of OpenAI's models that speak: `gpt-4o-mini-tts`, `tts-1`, `tts-1-hd`.
///
/// Without a voice `alloy` speaks; a custom voice goes into [`extra`](SpeechRequest::extra) as
/// `voice`. Files are MP3, WAV or Opus in Ogg. Texts have at most 4096 characters; speed is 0.25 to
/// 4; the `tts-1` models take no directions. The language is heard from the words.
///
/// The call is billed and cannot be looked up later: when its answer is lost, the result is
/// [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown).
#[derive(Clone, Debug)]
pub struct OpenAiSpeech {
    endpoint: Endpoint,
    address: ModelAddress,
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    input: &'a str,
    voice: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    speed: Option<f32>,
}

impl OpenAiSpeech {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, address }
    }

    async fn ask(&self, request: &SpeechRequest) -> Result<(ByteStream, StreamReply)> {
        let body = Body {
            model: &self.address.model,
            input: &request.text,
            voice: request.voice.as_deref().unwrap_or(USUAL_VOICE),
            instructions: request.instructions.as_deref(),
            response_format: request.format.and_then(word),
            speed: request.speed,
        };
        let call = self.endpoint.post("audio/speech")?.operation("speak").model(&self.address.model);
        let mut reply = call.json(&WithExtra { body: &body, extra: &request.extra }).stream().await?;
        let content = spoken::audio(&self.endpoint, &mut reply).await?;
        Ok((content, reply))
    }

    async fn speak(&self, run: &Run, request: &SpeechRequest) -> Result<Spoken> {
        let (content, reply) = self.ask(request).await?;
        let file = format!("speech.{}", request.format.unwrap_or(MediaType::Mp3).extension());
        let audio = kept::keep_audio_as(run, &file, content).await.map_err(|e| reply.describe(e))?;
        let mut usage = Usage::default();
        usage.characters = Some(request.text.chars().count() as u64);
        Ok(Spoken { audio, words: Vec::new(), usage })
    }
}

fn word(format: MediaType) -> Option<&'static str> {
    match format {
        MediaType::Mp3 => Some("mp3"),
        MediaType::Wav => Some("wav"),
        MediaType::Ogg => Some("opus"),
        _ => None,
    }
}

#[async_trait]
impl Maker<SpeechRequest> for OpenAiSpeech {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> SpeechCapabilities {
        // openai-openapi f85dbe2, `CreateSpeechRequest`.
        SpeechCapabilities::unknown()
            .with_formats([MediaType::Mp3, MediaType::Wav, MediaType::Ogg])
            .with_languages(Vec::<String>::new())
            .with_max_text_chars(MAX_CHARS)
            .with_instructions(!self.address.model.starts_with("tts-1"))
            .with_timings(false)
            .with_stream(true)
            .with_condition(Condition::that("instructions", Test::AtMost(MAX_CHARS as f64)))
            .with_condition(Condition::that("speed", Test::AtLeast(0.25)))
            .with_condition(Condition::that("speed", Test::AtMost(4.0)))
    }

    async fn make(&self, run: &Run, request: &SpeechRequest) -> Result<Made<Speech>> {
        make::begin(self, run, request).await?;
        let spoken = run.once("speak", || self.speak(run, request), |_| async { Ok(Found::Unknown) }).await?;
        spoken.open(run, &self.address).await
    }
}

#[async_trait]
impl SpeechStream for OpenAiSpeech {
    /// Other formats than files have go into [`extra`](SpeechRequest::extra): `response_format`
    /// may be `pcm`, `aac` or `flac`.
    async fn stream(&self, request: &SpeechRequest) -> Result<ByteStream> {
        request.check(&self.capabilities()).map_err(|e| e.with_vendor(&self.address.vendor))?;
        Ok(self.ask(request).await?.0)
    }
}
