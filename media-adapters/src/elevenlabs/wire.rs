//! ElevenLabs' JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use social_core::speech::SpokenWord;

#[derive(Debug, Serialize)]
pub(super) struct SpeechBody<'a> {
    pub(super) text: &'a str,
    pub(super) model_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) voice_settings: Option<VoiceSettings>,
}

#[derive(Debug, Serialize)]
pub(super) struct VoiceSettings {
    pub(super) speed: f32,
}

#[derive(Debug, Serialize)]
pub(super) struct MusicBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) music_length_ms: Option<u64>,
    pub(super) model_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) force_instrumental: Option<bool>,
}

/// Audio with times; a line of a stream, or a whole answer. The audio itself is taken out before.
#[derive(Debug, Default, Deserialize)]
pub(super) struct TimedAudio {
    pub(super) alignment: Option<Alignment>,
    pub(super) normalized_alignment: Option<Alignment>,
}

/// When each character is spoken, in seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Alignment {
    characters: Vec<String>,
    character_start_times_seconds: Vec<f64>,
    character_end_times_seconds: Vec<f64>,
}

impl TimedAudio {
    /// The words as they were sent, else as they were spoken (`5` as `five`).
    pub(super) fn words(&self) -> Vec<SpokenWord> {
        let Some(alignment) = self.alignment.as_ref().or(self.normalized_alignment.as_ref()) else {
            return Vec::new();
        };
        let times = alignment.character_start_times_seconds.iter().zip(&alignment.character_end_times_seconds);
        let seconds = |time: &f64| Duration::try_from_secs_f64(*time).unwrap_or_default();
        let characters = alignment.characters.iter().zip(times);
        SpokenWord::of_characters(characters.map(|(c, (start, end))| (c.as_str(), seconds(start), seconds(end))))
    }
}

/// The newest things that the account made.
#[derive(Debug, Deserialize)]
pub(super) struct History {
    pub(super) history: Vec<HistoryItem>,
}

#[derive(Debug, Deserialize)]
pub(super) struct HistoryItem {
    pub(super) history_item_id: String,
    pub(super) text: Option<String>,
    pub(super) voice_id: Option<String>,
    pub(super) model_id: Option<String>,
    #[serde(default)]
    pub(super) date_unix: i64,
    pub(super) alignments: Option<TimedAudio>,
}

#[derive(Debug, Deserialize)]
pub(super) struct VoicePage {
    pub(super) voices: Vec<ListedVoice>,
    #[serde(default)]
    pub(super) has_more: bool,
    pub(super) next_page_token: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ListedVoice {
    pub(super) voice_id: String,
    #[serde(default)]
    pub(super) name: String,
    pub(super) labels: Option<BTreeMap<String, Option<String>>>,
    pub(super) verified_languages: Option<Vec<VerifiedLanguage>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct VerifiedLanguage {
    pub(super) language: Option<String>,
    pub(super) locale: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Model {
    pub(super) model_id: String,
    pub(super) name: Option<String>,
}
