//! MiniMax's speech: hexadecimal audio in one answer, or in the events of a stream.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use social_core::http::{ByteStream, Call, EventReader};
use social_core::make::{self, Made, MakeRequest as _, Maker};
use social_core::media::{MediaKind, MediaType, RemoteMedia};
use social_core::money::Usage;
use social_core::run::{Found, Run};
use social_core::speech::{Speech, SpeechCapabilities, SpeechRequest, SpeechStream};
use social_core::{Error, ErrorKind, ModelAddress, Result};

use super::client::MiniMax;
use super::wire::{AudioSetting, ExtraInfo, SpeechTask, Spoken, VoiceSetting};
use super::{language, model};
use crate::body::WithExtra;
use crate::kept::{self, Kept};

/// Ten minutes of speech take a while.
const DEADLINE: Duration = Duration::from_secs(300);

/// The voice where the request names none; MiniMax requires one.
const VOICE: &str = "English_expressive_narrator";

/// Addresses of audio are said to end after 24 hours, which is not confirmed.
const KEPT: Duration = Duration::from_secs(3600);

/// The largest audio that is fetched, in bytes.
const MAX_AUDIO: u64 = 256 << 20;

/// One of MiniMax's speech models.
///
/// A text has at most 9,999 characters; `<#0.5#>` in it is a pause of half a second. The voice is
/// an id of MiniMax's or of the account's own, [`Voices`](social_core::speech::Voices) of the
/// client lists them; without one it is `English_expressive_narrator`. Speeds are 0.5 to 2; formats
/// are MP3, which is the vendor's usual one, and WAV, which does not come in streams. The first
/// part of a language's tag counts. Volume, pitch, emotion and pronunciation are passed by
/// [`extra`](SpeechRequest::extra), as `voice_setting` and `pronunciation_dict`.
///
/// A call is billed by its characters and cannot be asked for later: when its answer is lost, the
/// result is [`OutcomeUnknown`](ErrorKind::OutcomeUnknown).
#[derive(Clone, Debug)]
pub struct MiniMaxSpeech {
    client: MiniMax,
    address: ModelAddress,
}

/// What the journal keeps of an answer.
#[derive(Debug, Serialize, Deserialize)]
struct Said {
    audio: Held,
    usage: Usage,
}

#[derive(Debug, Serialize, Deserialize)]
enum Held {
    File(Kept),
    Address(RemoteMedia),
}

impl MiniMax {
    /// A speech model: `speech-2.8-hd`, `speech-2.8-turbo`.
    #[must_use]
    pub fn speech(&self, model: impl Into<String>) -> MiniMaxSpeech {
        MiniMaxSpeech::new(self.clone(), model.into())
    }
}

impl MiniMaxSpeech {
    fn new(client: MiniMax, model: String) -> Self {
        let address = ModelAddress::new(client.endpoint.vendor(), model);
        Self { client, address }
    }

    fn call<'a>(&'a self, request: &SpeechRequest, stream: bool) -> Result<Call<'a>> {
        let format = request.format.map(|format| match format {
            MediaType::Wav => "wav",
            _ => "mp3",
        });
        let task = SpeechTask {
            model: &self.address.model,
            text: &request.text,
            stream,
            voice_setting: VoiceSetting { voice_id: request.voice.as_deref().unwrap_or(VOICE), speed: request.speed },
            audio_setting: format.map(|format| AudioSetting { format }),
            language_boost: request.language.as_deref().and_then(language::name),
            output_format: "hex",
        };
        let call = self.client.post("t2a_v2")?.operation("speak").model(&self.address.model).deadline(DEADLINE);
        Ok(call.json(&WithExtra { body: &task, extra: &request.extra }))
    }

    async fn speak(&self, run: &Run, request: &SpeechRequest) -> Result<Said> {
        let reply = self.call(request, false)?.send().await?;
        let spoken: Spoken<'_> = self.client.open(&reply)?;
        let usage = usage(spoken.extra_info.as_ref());
        let audio = spoken.data.and_then(|data| data.audio).unwrap_or_default();
        let held = if audio.starts_with("http") {
            let url = audio.parse().map_err(|_| reply.unreadable("the address of the audio cannot be read"))?;
            let expires_at = run.clock().now().checked_add(KEPT).ok();
            Held::Address(RemoteMedia { url, expires_at })
        } else {
            let audio = hex(&audio).ok_or_else(|| reply.unreadable("the audio is not in hexadecimal digits"))?;
            Held::File(kept::keep_audio(run, audio).await.map_err(|e| reply.describe(e))?)
        };
        Ok(Said { audio: held, usage })
    }
}

#[async_trait]
impl Maker<SpeechRequest> for MiniMaxSpeech {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> SpeechCapabilities {
        model::speech(&self.address.model)
    }

    fn accept(&self, request: &SpeechRequest) -> Result<()> {
        match request.language.as_deref() {
            Some(tag) if language::name(tag).is_none() => {
                Err(Error::unsupported("language", format!("`{tag}` is not one of the languages that MiniMax names")))
            }
            _ => Ok(()),
        }
    }

    async fn make(&self, run: &Run, request: &SpeechRequest) -> Result<Made<Speech>> {
        make::begin(self, run, request).await?;
        let said = run.once("speak", || self.speak(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let file = match said.audio {
            Held::File(kept) => kept::reopen(run, vec![kept]).await?.pop(),
            Held::Address(remote) => {
                let media = remote.fetch(run, "speech.mp3", &self.client.endpoint, MAX_AUDIO).await?;
                Some(make::MediaFile::read(media, MediaKind::Audio).await?)
            }
        };
        let file = file.ok_or_else(|| Error::new(ErrorKind::Storage, "the audio of the run is gone"))?;
        Ok(Made::new(self.address.clone(), Speech::new(file.media, file.info)).with_usage(said.usage))
    }
}

#[async_trait]
impl SpeechStream for MiniMaxSpeech {
    async fn stream(&self, request: &SpeechRequest) -> Result<ByteStream> {
        request.check(&self.capabilities())?;
        self.accept(request)?;
        if request.format == Some(MediaType::Wav) {
            return Err(Error::unsupported("format", "WAV does not come in streams"));
        }
        let reply = self.call(request, true)?.stream().await?;
        let describe: Describe = Box::new(reply.describer());
        let mut pieces =
            Pieces { client: self.client.clone(), events: reply.events(), describe, begun: false, ended: false };
        // A refusal is an error of the call.
        let first = pieces.next().await?;
        let rest =
            stream::try_unfold(
                pieces,
                |mut pieces| async move { Ok(pieces.next().await?.map(|piece| (piece, pieces))) },
            );
        Ok(stream::iter(first.map(Ok)).chain(rest).boxed())
    }
}

type Describe = Box<dyn Fn(Error) -> Error + Send>;

/// The audio in the events of a stream.
struct Pieces {
    client: MiniMax,
    events: EventReader,
    describe: Describe,
    /// A piece was handed out.
    begun: bool,
    ended: bool,
}

impl Pieces {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        while !self.ended {
            let Some(event) = self.events.next().await? else {
                let error = Error::new(ErrorKind::Truncated, "the stream of audio ended before it was complete");
                return Err((self.describe)(error));
            };
            let spoken: Spoken<'_> = serde_json::from_str(event.data).map_err(|e| {
                (self.describe)(Error::protocol("an event is not what was expected", event.data).with_source(e))
            })?;
            if spoken.base_resp.status_code != 0 {
                return Err((self.describe)(self.client.refusal(event.data.as_bytes())));
            }
            let Some(data) = spoken.data else { continue };
            self.ended = data.status == 2;
            // The last event repeats all the audio.
            let repeated = self.ended && self.begun;
            let Some(audio) = data.audio.filter(|audio| !audio.is_empty() && !repeated) else { continue };
            self.begun = true;
            let audio = hex(&audio).ok_or_else(|| Error::protocol("the audio is not in hexadecimal digits", []));
            return audio.map(Some).map_err(&self.describe);
        }
        Ok(None)
    }
}

fn usage(told: Option<&ExtraInfo>) -> Usage {
    let mut usage = Usage::default();
    if let Some(told) = told {
        usage.characters = told.usage_characters.and_then(|count| u64::try_from(count).ok());
        usage.seconds = told.audio_length.map(|milliseconds| milliseconds / 1000.0);
    }
    usage
}

/// Bytes of hexadecimal digits.
fn hex(digits: &str) -> Option<Bytes> {
    let value = |digit: &u8| char::from(*digit).to_digit(16);
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let bytes = pairs.iter().map(|[high, low]| u8::try_from(value(high)? * 16 + value(low)?).ok());
    bytes.collect::<Option<Vec<u8>>>().map(Bytes::from)
}
