//! What became of speech whose answer was lost: the account's history knows.

use std::time::Duration;

use social_core::Result;
use social_core::http::Endpoint;
use social_core::money::Usage;
use social_core::run::{Found, Lost, Run};
use social_core::speech::SpeechRequest;

use super::wire::{History, HistoryItem, TimedAudio};
use crate::kept;
use crate::spoken::{self, Spoken};

/// How far the vendor's clock and ours may differ.
const SKEW: Duration = Duration::from_secs(300);

/// What was asked for.
pub(super) struct Asked<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) model: &'a str,
    pub(super) voice: &'a str,
    pub(super) request: &'a SpeechRequest,
    /// The name among the run's files.
    pub(super) file: &'a str,
}

/// Fetches the audio again, which is free. What the history does not show may have been made all
/// the same: accounts can have none.
pub(super) async fn find(run: &Run, asked: Asked<'_>, lost: Lost) -> Result<Found<Spoken>> {
    let Asked { endpoint, model, voice, request, file } = asked;
    let call = endpoint.get("v1/history")?.operation("find_speech").query("page_size", "100");
    let history: History = call.query("voice_id", voice).send().await?.json()?;
    let (from, to) = ((lost.begun_at - SKEW).as_second(), (lost.lost_at + SKEW).as_second());
    let is_it = |item: &HistoryItem| {
        (from..=to).contains(&item.date_unix)
            && item.text.as_deref().is_some_and(|text| text.trim() == request.text.trim())
            && item.voice_id.as_deref() == Some(voice)
            && item.model_id.as_deref() == Some(model)
    };
    let Some(item) = history.history.into_iter().find(is_it) else { return Ok(Found::Unknown) };
    let words = item.alignments.as_ref().map(TimedAudio::words).unwrap_or_default();
    if request.timings && words.is_empty() {
        return Ok(Found::Unknown);
    }
    let path = format!("v1/history/{}/audio", item.history_item_id);
    let mut reply = endpoint.get(&path)?.operation("find_speech").stream().await?;
    let content = spoken::audio(endpoint, &mut reply).await?;
    let audio = kept::keep_audio_as(run, file, content).await?;
    let mut usage = Usage::default();
    usage.characters = Some(request.text.chars().count() as u64);
    Ok(Found::Present(Spoken { audio, words: if request.timings { words } else { Vec::new() }, usage }))
}
