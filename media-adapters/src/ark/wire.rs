//! Ark's JSON.

use serde::{Deserialize, Serialize};
use url::Url;

use super::error::Refusal;
use crate::input::Input;
use crate::lenient;

/// A request for images.
#[derive(Debug, Serialize)]
pub(super) struct ImageTask<'a> {
    pub(super) model: &'a str,
    pub(super) prompt: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) image: Vec<Input>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) size: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
    pub(super) sequential_image_generation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sequential_image_generation_options: Option<Group>,
    pub(super) response_format: &'static str,
    pub(super) watermark: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) stream: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Group {
    pub(super) max_images: u32,
}

/// An answer with images, whole; or one event of a stream, which holds one image.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Images {
    /// Of an event.
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) data: Vec<Item>,
    /// Of an event: one image.
    #[serde(flatten)]
    pub(super) item: Item,
    pub(super) usage: Option<ImageUsage>,
}

/// An image, or why there is none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Item {
    pub(super) url: Option<Url>,
    /// The number of the bytes, which were taken out while they arrived.
    pub(super) b64_json: Option<String>,
    pub(super) error: Option<Refusal>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ImageUsage {
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) generated_images: Option<i64>,
    #[serde(deserialize_with = "lenient::whole")]
    pub(super) output_tokens: Option<i64>,
}

/// A request for a video.
#[derive(Debug, Serialize)]
pub(super) struct VideoTask<'a> {
    pub(super) model: &'a str,
    pub(super) content: Vec<Part<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<u64>,
    pub(super) seed: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) generate_audio: Option<bool>,
    pub(super) watermark: bool,
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

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Created {
    pub(super) id: String,
}

/// A task as Ark tells of it.
#[derive(Debug, Deserialize)]
pub(super) struct Task {
    pub(super) id: String,
    pub(super) status: String,
    #[serde(default)]
    pub(super) content: Option<Content>,
    #[serde(default)]
    pub(super) usage: Option<VideoUsage>,
    #[serde(default)]
    pub(super) error: Option<Refusal>,
    /// Unix seconds.
    #[serde(default, deserialize_with = "lenient::whole")]
    pub(super) created_at: Option<i64>,
    #[serde(default, deserialize_with = "lenient::whole")]
    pub(super) seed: Option<i64>,
    /// Seconds.
    #[serde(default, deserialize_with = "lenient::number")]
    pub(super) duration: Option<f64>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) resolution: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Content {
    #[serde(default)]
    pub(super) video_url: Option<Url>,
}

#[derive(Debug, Deserialize)]
pub(super) struct VideoUsage {
    #[serde(default, deserialize_with = "lenient::whole")]
    pub(super) completion_tokens: Option<i64>,
}

/// A page of the list of tasks. A page without its list is no empty page.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub(super) items: Vec<Task>,
}
