//! Music: one request, one answer of audio.

use async_trait::async_trait;
use social_core::http::Endpoint;
use social_core::make::{self, Made, Maker, MediaFile};
use social_core::money::Usage;
use social_core::music::{MusicCapabilities, MusicRequest};
use social_core::run::{Found, Run};
use social_core::{ModelAddress, Result};

use super::model;
use super::wire::MusicBody;
use crate::body::WithExtra;
use crate::kept::{self, Kept};
use crate::spoken;

/// One of ElevenLabs' models that make music: `music_v1`, `music_v2`, `music_v2_5`.
///
/// Music lasts 3 to 600 seconds and comes as MP3. A composition plan goes into
/// [`extra`](MusicRequest::extra) as `composition_plan`; the description, the length and
/// `instrumental` are not sent then, because the vendor takes one or the other.
///
/// The call is billed and cannot be looked up later: when its answer is lost, the result is
/// [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown).
#[derive(Clone, Debug)]
pub struct ElevenLabsMusic {
    endpoint: Endpoint,
    address: ModelAddress,
}

impl ElevenLabsMusic {
    pub(super) fn new(endpoint: Endpoint, model: String) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), model);
        Self { endpoint, address }
    }

    async fn play(&self, run: &Run, request: &MusicRequest) -> Result<Kept> {
        let described = !request.extra.contains_key("composition_plan");
        let length = request.duration.map(|length| u64::try_from(length.as_millis()).unwrap_or(u64::MAX));
        let body = MusicBody {
            prompt: described.then_some(&request.prompt),
            music_length_ms: length.filter(|_| described),
            model_id: &self.address.model,
            force_instrumental: request.instrumental.filter(|_| described),
        };
        let call = self.endpoint.post("v1/music")?.operation("make_music").model(&self.address.model);
        let call = match request.format {
            // Otherwise each model has a usual one, which is MP3.
            Some(_) => call.query("output_format", "mp3_44100_128"),
            None => call,
        };
        let mut reply = call.json(&WithExtra { body: &body, extra: &request.extra }).stream().await?;
        let content = spoken::audio(&self.endpoint, &mut reply).await?;
        kept::keep_audio_as(run, "music.mp3", content).await.map_err(|e| reply.describe(e))
    }
}

#[async_trait]
impl Maker<MusicRequest> for ElevenLabsMusic {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> MusicCapabilities {
        model::music()
    }

    async fn make(&self, run: &Run, request: &MusicRequest) -> Result<Made<MediaFile>> {
        make::begin(self, run, request).await?;
        let kept = run.once("make_music", || self.play(run, request), |_| async { Ok(Found::Unknown) }).await?;
        let music = kept::reopen_one(run, kept).await?;
        let seconds = music.info.duration.map(|length| length.as_secs_f64());
        let usage = seconds.map_or_else(Usage::default, |seconds| Usage::default().with_seconds(seconds));
        Ok(Made::new(self.address.clone(), music).with_usage(usage))
    }
}
