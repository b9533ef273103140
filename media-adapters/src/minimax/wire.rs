//! MiniMax's JSON, of both of its interfaces.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use crate::input::Input;
use crate::lenient;

/// How each answer of the older interface says whether it is one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct BaseResp {
    #[serde(deserialize_with = "number")]
    pub(super) status_code: i64,
    pub(super) status_msg: String,
}

/// An answer that says whether it is one.
pub(super) trait Checked<'de>: Deserialize<'de> {
    fn base_resp(&self) -> &BaseResp;
}

macro_rules! checked {
    ($($answer:ident),*) => {$(
        impl<'de> Checked<'de> for $answer {
            fn base_resp(&self) -> &BaseResp {
                &self.base_resp
            }
        }
    )*};
}

checked!(Images, Created, TaskState, Retrieved, Voices);

#[derive(Debug, Serialize)]
pub(super) struct ImageTask<'a> {
    pub(super) model: &'a str,
    pub(super) prompt: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aspect_ratio: Option<String>,
    pub(super) n: u32,
    pub(super) response_format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) subject_reference: Vec<Subject>,
}

#[derive(Debug, Serialize)]
pub(super) struct Subject {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) image_file: Input,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Images {
    pub(super) data: Option<ImageData>,
    pub(super) metadata: Counts,
    pub(super) base_resp: BaseResp,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ImageData {
    pub(super) image_urls: Vec<Url>,
    /// The numbers of the bytes, which were taken out while they arrived.
    pub(super) image_base64: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Counts {
    #[serde(deserialize_with = "number")]
    pub(super) success_count: i64,
    #[serde(deserialize_with = "number")]
    pub(super) failed_count: i64,
}

/// A task of the older interface.
#[derive(Debug, Serialize)]
pub(super) struct HailuoTask<'a> {
    pub(super) model: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) prompt: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_frame_image: Option<Input>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_frame_image: Option<Input>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<&'a str>,
}

/// A task of the newer interface.
#[derive(Debug, Serialize)]
pub(super) struct NewerTask<'a> {
    pub(super) model: &'a str,
    pub(super) content: Vec<Part<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ratio: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Part<'a> {
    Text { text: &'a str },
    ImageUrl { image_url: Address, role: &'static str },
}

#[derive(Debug, Serialize)]
pub(super) struct Address {
    pub(super) url: Input,
}

/// Of both interfaces.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Created {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) task_id: Option<String>,
    pub(super) base_resp: BaseResp,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TaskState {
    pub(super) status: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) file_id: Option<String>,
    pub(super) base_resp: BaseResp,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Retrieved {
    pub(super) file: RetrievedFile,
    pub(super) base_resp: BaseResp,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RetrievedFile {
    pub(super) download_url: Option<Url>,
}

#[derive(Debug, Deserialize)]
pub(super) struct NewerState {
    pub(super) task: NewerTaskState,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewerTaskState {
    pub(super) status: String,
    pub(super) content: Option<NewerContent>,
    #[serde(deserialize_with = "lenient::text")]
    pub(super) resolution: Option<String>,
    #[serde(deserialize_with = "lenient::number")]
    pub(super) duration: Option<f64>,
    pub(super) usage: Option<NewerUsage>,
    pub(super) error: Option<TaskError>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewerContent {
    pub(super) url: Option<Url>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewerUsage {
    #[serde(deserialize_with = "lenient::number")]
    pub(super) total_seconds: Option<f64>,
}

/// Why a task failed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TaskError {
    #[serde(deserialize_with = "lenient::text")]
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct SpeechTask<'a> {
    pub(super) model: &'a str,
    pub(super) text: &'a str,
    pub(super) stream: bool,
    pub(super) voice_setting: VoiceSetting<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) audio_setting: Option<AudioSetting>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language_boost: Option<&'static str>,
    pub(super) output_format: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct VoiceSetting<'a> {
    pub(super) voice_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) speed: Option<f32>,
}

#[derive(Debug, Serialize)]
pub(super) struct AudioSetting {
    pub(super) format: &'static str,
}

/// A whole answer, or one event of a stream.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Spoken<'a> {
    #[serde(borrow)]
    pub(super) data: Option<Audio<'a>>,
    pub(super) extra_info: Option<ExtraInfo>,
    pub(super) base_resp: BaseResp,
}

impl<'de> Checked<'de> for Spoken<'de> {
    fn base_resp(&self) -> &BaseResp {
        &self.base_resp
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Audio<'a> {
    /// In hexadecimal digits, or the address of the audio.
    #[serde(borrow)]
    pub(super) audio: Option<Cow<'a, str>>,
    /// 1 for a piece, 2 for all of it.
    #[serde(deserialize_with = "number")]
    pub(super) status: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ExtraInfo {
    /// Milliseconds.
    #[serde(deserialize_with = "lenient::number")]
    pub(super) audio_length: Option<f64>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) usage_characters: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Voices {
    pub(super) system_voice: Option<Vec<VoiceEntry>>,
    pub(super) voice_cloning: Option<Vec<VoiceEntry>>,
    pub(super) voice_generation: Option<Vec<VoiceEntry>>,
    pub(super) base_resp: BaseResp,
}

#[derive(Debug, Deserialize)]
pub(super) struct VoiceEntry {
    pub(super) voice_id: String,
    #[serde(default)]
    pub(super) voice_name: Option<String>,
}

/// A number or its text; nothing is zero.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    lenient::whole(deserializer).map(Option::unwrap_or_default)
}
