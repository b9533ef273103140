//! Speech: one request, one answer of audio, alone or with the times of its characters.

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use social_core::http::{ByteStream, Call, Endpoint, Route, StreamReply};
use social_core::make::{self, Made, MakeRequest as _, Maker};
use social_core::media::MediaType;
use social_core::money::Usage;
use social_core::run::Run;
use social_core::speech::{Speech, SpeechCapabilities, SpeechRequest, SpeechStream};
use social_core::{Effect, Error, ModelAddress, Result};

use super::lost::{self, Asked};
use super::model;
use super::wire::{SpeechBody, TimedAudio, VoiceSettings};
use crate::body::WithExtra;
use crate::inline_base64::{Keys, Lifted, lift};
use crate::kept;
use crate::spoken::{self, Spoken};

/// One of ElevenLabs' models that speak.
///
/// The voice is a request's, or else the client's. Of a language tag the language is sent, without
/// its region. Files are MP3 (`mp3_44100_128`) or WAV (`wav_44100`), unless a
/// [format of the vendor](Self::with_output_format) is set. Speed is 0.7 to 1.2. Other settings of
/// the voice, seeds and neighbouring texts go into [`extra`](SpeechRequest::extra), for instance
/// `voice_settings`.
///
/// The call is billed by characters. When its answer is lost, the account's history is searched for
/// the same text, voice and model at that time; what is not found there is
/// [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown).
#[derive(Clone, Debug)]
pub struct ElevenLabsSpeech {
    endpoint: Endpoint,
    address: ModelAddress,
    voice: Option<String>,
    output_format: Option<String>,
}

impl ElevenLabsSpeech {
    pub(super) fn new(endpoint: Endpoint, voice: Option<String>, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, address, voice, output_format: None }
    }

    /// Asks for one of the vendor's formats, whatever a request says: `mp3_44100_192`,
    /// `opus_48000_64`, or for streams `pcm_16000`. Some need a higher plan.
    #[must_use]
    pub fn with_output_format(mut self, format: impl Into<String>) -> Self {
        self.output_format = Some(format.into());
        self
    }

    /// What the vendor's format is; `None` for raw audio, which is no file.
    fn file_type(&self) -> Option<MediaType> {
        match self.output_format.as_deref()?.split('_').next() {
            Some("mp3") => Some(MediaType::Mp3),
            Some("wav") => Some(MediaType::Wav),
            Some("opus") => Some(MediaType::Ogg),
            _ => None,
        }
    }

    fn formats(&self) -> Vec<MediaType> {
        match self.output_format {
            Some(_) => self.file_type().into_iter().collect(),
            None => vec![MediaType::Mp3, MediaType::Wav],
        }
    }

    fn format<'a>(&'a self, request: &SpeechRequest) -> Option<&'a str> {
        self.output_format.as_deref().or(match request.format {
            Some(MediaType::Mp3) => Some("mp3_44100_128"),
            Some(MediaType::Wav) => Some("wav_44100"),
            _ => None,
        })
    }

    fn voice<'a>(&'a self, request: &'a SpeechRequest) -> Result<&'a str> {
        let voice = request.voice.as_deref().or(self.voice.as_deref()).unwrap_or_default();
        if voice.is_empty() || !voice.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
            let message = "the id of a voice has letters, digits, `-` and `_`";
            return Err(Error::invalid("voice", message).with_vendor(&self.address.vendor).with_effect(Effect::None));
        }
        Ok(voice)
    }

    fn route(&self, request: &SpeechRequest, kind: &str) -> Result<Route> {
        let path = format!("v1/text-to-speech/{}{kind}", self.voice(request)?);
        self.endpoint.route(http::Method::POST, &path)
    }

    fn call<'a>(&'a self, route: &'a Route, request: &SpeechRequest) -> Call<'a> {
        let body = SpeechBody {
            text: &request.text,
            model_id: &self.address.model,
            language_code: request.language.as_deref().and_then(|tag| tag.split('-').next()),
            voice_settings: request.speed.map(|speed| VoiceSettings { speed }),
        };
        let call = self.endpoint.call(route).operation("speak").model(&self.address.model);
        let call = call.json(&WithExtra { body: &body, extra: &request.extra });
        match self.format(request) {
            Some(format) => call.query("output_format", format),
            None => call,
        }
    }

    /// The name among the run's files.
    fn file(&self, request: &SpeechRequest) -> String {
        let format = self.file_type().or(request.format).unwrap_or(MediaType::Mp3);
        format!("speech.{}", format.extension())
    }

    async fn speak(&self, run: &Run, request: &SpeechRequest) -> Result<Spoken> {
        let route = self.route(request, if request.timings { "/with-timestamps" } else { "" })?;
        let mut reply = self.call(&route, request).stream().await?;
        let usage = usage(&reply, request);
        if !request.timings {
            let content = spoken::audio(&self.endpoint, &mut reply).await?;
            let audio = kept::keep_audio_as(run, &self.file(request), content).await;
            return Ok(Spoken { audio: audio.map_err(|e| reply.describe(e))?, words: Vec::new(), usage });
        }
        let content = std::mem::replace(&mut reply.body, stream::empty().boxed());
        let keys = Keys { lifted: "audio_base64", dropped: "" };
        let spoken = match lift(content, keys, self.endpoint.limits().body).await {
            Ok(lifted) => self.keep_timed(run, request, lifted).await,
            Err(error) => Err(error),
        };
        spoken.map(|spoken| Spoken { usage, ..spoken }).map_err(|e| reply.describe(e))
    }

    async fn keep_timed(&self, run: &Run, request: &SpeechRequest, lifted: Lifted) -> Result<Spoken> {
        let Lifted { json, data } = lifted;
        let timed: TimedAudio = serde_json::from_slice(&json)
            .map_err(|e| Error::protocol("the answer is not what was expected", &json).with_source(e))?;
        let audio = data.into_iter().next().unwrap_or_default();
        let audio = kept::keep_audio_as(run, &self.file(request), spoken::streamed(audio)).await?;
        Ok(Spoken { audio, words: timed.words(), usage: Usage::default() })
    }
}

/// The characters that were sent, which prices count, and the credits that the vendor counted.
fn usage(reply: &StreamReply, request: &SpeechRequest) -> Usage {
    let cost = reply.headers.get("character-cost").and_then(|cost| cost.to_str().ok());
    let mut usage = Usage::default();
    usage.characters = Some(request.text.chars().count() as u64);
    usage.units = cost.and_then(|cost| cost.trim().parse().ok());
    usage
}

#[async_trait]
impl Maker<SpeechRequest> for ElevenLabsSpeech {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> SpeechCapabilities {
        model::speech(&self.address.model, self.voice.is_some(), self.formats())
    }

    fn accept(&self, request: &SpeechRequest) -> Result<()> {
        self.voice(request)?;
        match (&self.output_format, self.file_type()) {
            (Some(format), None) => {
                Err(Error::unsupported("format", format!("`{format}` is raw audio and no file; it can be streamed")))
            }
            _ => Ok(()),
        }
    }

    async fn make(&self, run: &Run, request: &SpeechRequest) -> Result<Made<Speech>> {
        make::begin(self, run, request).await?;
        let (voice, file) = (self.voice(request)?, self.file(request));
        let asked = || Asked { endpoint: &self.endpoint, model: &self.address.model, voice, request, file: &file };
        let find = |lost| lost::find(run, asked(), lost);
        let spoken = run.once("speak", || self.speak(run, request), find).await?;
        spoken.open(run, &self.address).await
    }
}

#[async_trait]
impl SpeechStream for ElevenLabsSpeech {
    /// Times come with files only.
    async fn stream(&self, request: &SpeechRequest) -> Result<ByteStream> {
        request.check(&self.capabilities().with_timings(false)).map_err(|e| e.with_vendor(&self.address.vendor))?;
        let route = self.route(request, "/stream")?;
        let mut reply = self.call(&route, request).stream().await?;
        spoken::audio(&self.endpoint, &mut reply).await
    }
}
