//! DashScope's JSON for images and videos.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::input::Input;
use crate::lenient;

/// Every request: what goes in, and how it is worked on.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a, I, P> {
    pub(super) model: &'a str,
    pub(super) input: I,
    pub(super) parameters: P,
}

/// What goes into an image model: its two forms.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum ImageInput<'a> {
    Messages {
        messages: [Message<'a>; 1],
    },
    Prompt {
        prompt: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        negative_prompt: Option<&'a str>,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct Message<'a> {
    pub(super) role: &'static str,
    pub(super) content: Vec<Part<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part<'a> {
    Image(Input),
    Text(&'a str),
}

#[derive(Debug, Serialize)]
pub(super) struct ImageParameters<'a> {
    /// Of the form with messages; the other one has it in its input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) negative_prompt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) size: Option<String>,
    pub(super) n: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
    pub(super) watermark: bool,
}

/// What goes into a video model.
#[derive(Debug, Serialize)]
pub(super) struct VideoInput<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) prompt: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) negative_prompt: Option<&'a str>,
    /// Wan 2.6 and before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) img_url: Option<Input>,
    /// Wan 2.7 and later.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) media: Vec<Frame>,
}

#[derive(Debug, Serialize)]
pub(super) struct Frame {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) url: Input,
}

#[derive(Debug, Serialize)]
pub(super) struct VideoParameters<'a> {
    /// Wan 2.6 and before, without a first frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) size: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<&'a str>,
    /// Wan 2.7 and later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) audio: Option<bool>,
    pub(super) watermark: bool,
}

/// Every answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    pub(super) output: Option<Output>,
    pub(super) usage: Option<UsageTold>,
    /// A refusal that came with status 200.
    #[serde(flatten)]
    pub(super) refusal: Refusal,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Output {
    pub(super) task_id: Option<String>,
    pub(super) task_status: Option<String>,
    /// Images of the older form.
    pub(super) results: Vec<Item>,
    /// Images of the newer form.
    pub(super) choices: Vec<Choice>,
    pub(super) video_url: Option<Url>,
    /// Why the task failed.
    #[serde(flatten)]
    pub(super) refusal: Refusal,
}

/// An image, or why there is none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Item {
    pub(super) url: Option<Url>,
    #[serde(flatten)]
    pub(super) refusal: Refusal,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    pub(super) message: ChoiceMessage,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ChoiceMessage {
    pub(super) content: Vec<ChoicePart>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ChoicePart {
    pub(super) image: Option<Url>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct UsageTold {
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) image_count: Option<i64>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) output_image_count: Option<i64>,
    /// Seconds.
    #[serde(deserialize_with = "lenient::number")]
    pub(super) duration: Option<f64>,
    #[serde(deserialize_with = "lenient::number")]
    pub(super) output_video_duration: Option<f64>,
    /// Lines of a video.
    #[serde(rename = "SR", deserialize_with = "lenient::whole")]
    pub(super) lines: Option<i64>,
}
