//! Creatomate's JSON: compositions as they are sent, renders as they are read.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

/// A render of a composition. Version 1 has it in a field, version 2 at the top.
#[derive(Debug, Serialize)]
pub(super) struct Render<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<Composition>,
    #[serde(flatten)]
    pub(super) composition: Option<Composition>,
    #[serde(flatten)]
    pub(super) template: Option<Template<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) webhook_url: Option<&'a Url>,
    /// Comes back in every answer and in the webhook.
    pub(super) metadata: &'a str,
}

#[derive(Debug, Serialize)]
pub(super) struct Template<'a> {
    pub(super) template_id: &'a str,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) modifications: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) output_format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) frame_rate: Option<u32>,
}

#[derive(Debug, Serialize)]
pub(super) struct Composition {
    pub(super) output_format: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) frame_rate: Option<u32>,
    /// Seconds. Images have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<f64>,
    pub(super) fill_color: String,
    pub(super) elements: Vec<Element>,
}

/// An element. Times are seconds; a higher track lies above.
#[derive(Debug, Serialize)]
pub(super) struct Element {
    #[serde(flatten)]
    pub(super) what: What,
    pub(super) track: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) time: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fit: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) animations: Vec<Animation>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum What {
    Image {
        source: Url,
    },
    Video {
        source: Url,
        #[serde(flatten)]
        audio: Audio,
    },
    Audio {
        source: Url,
        #[serde(flatten)]
        audio: Audio,
        #[serde(skip_serializing_if = "Option::is_none")]
        audio_fade_in: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        audio_fade_out: Option<f64>,
    },
    Text {
        text: String,
        width: &'static str,
        height: &'static str,
        x_alignment: &'static str,
        y_alignment: &'static str,
        font_size: String,
        fill_color: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        background_color: Option<String>,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct Audio {
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trim_start: Option<f64>,
    /// Percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) volume: Option<String>,
}

/// A preset. Without a time it lasts as long as its element.
#[derive(Debug, Default, Serialize)]
pub(super) struct Animation {
    #[serde(rename = "type")]
    pub(super) preset: String,
    /// The edge of the element that it is tied to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) time: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) duration: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reversed: Option<bool>,
    #[serde(flatten)]
    pub(super) options: Map<String, Value>,
}

/// What a submission answers: version 1 an array, version 2 one render.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Submitted {
    Several(Vec<RenderState>),
    One(Box<RenderState>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RenderState {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) error_message: Option<String>,
    /// There from the beginning; the file is not.
    pub(super) url: Option<Url>,
    pub(super) snapshot_url: Option<Url>,
    /// Seconds.
    pub(super) duration: Option<f64>,
    /// What is wrong with a request that was taken all the same, in shapes that are not documented.
    pub(super) errors: Vec<Value>,
    pub(super) warnings: Vec<Value>,
}
