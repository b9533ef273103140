//! Shotstack's JSON: edits as they are sent, answers as they are read.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use social_core::clock::Timestamp;
use url::Url;

#[derive(Debug, Serialize)]
pub(super) struct Edit<'a> {
    pub(super) timeline: Layers,
    pub(super) output: Output<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) callback: Option<&'a Url>,
}

/// The first track is on top.
#[derive(Debug, Serialize)]
pub(super) struct Layers {
    pub(super) background: String,
    pub(super) tracks: Vec<Layer>,
}

#[derive(Debug, Serialize)]
pub(super) struct Layer {
    pub(super) clips: Vec<Piece>,
}

/// A clip. Times are seconds.
#[derive(Debug, Serialize)]
pub(super) struct Piece {
    pub(super) asset: Asset,
    pub(super) start: f64,
    pub(super) length: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fit: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transition: Option<Ends>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) effect: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Ends {
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    pub(super) start: Option<String>,
    #[serde(rename = "out", skip_serializing_if = "Option::is_none")]
    pub(super) end: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(super) enum Asset {
    Image {
        src: Url,
    },
    Video {
        src: Url,
        #[serde(skip_serializing_if = "Option::is_none")]
        trim: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        volume: Option<f64>,
    },
    Audio {
        src: Url,
        #[serde(skip_serializing_if = "Option::is_none")]
        trim: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        volume: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        effect: Option<&'static str>,
    },
    RichText {
        text: String,
        #[serde(flatten)]
        letters: Letters,
    },
    RichCaption {
        src: Url,
        #[serde(flatten)]
        letters: Letters,
        /// Without one, single words are highlighted.
        animation: Animation,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct Letters {
    pub(super) font: Font,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) background: Option<Background>,
    pub(super) align: Align,
    /// Pixels that are left free at all sides of the frame.
    pub(super) padding: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct Font {
    pub(super) color: String,
    /// Pixels.
    pub(super) size: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct Background {
    pub(super) color: String,
    /// The box is as large as the words and not as the frame.
    pub(super) wrap: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Align {
    pub(super) horizontal: &'static str,
    pub(super) vertical: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Animation {
    pub(super) style: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Output<'a> {
    pub(super) format: &'static str,
    pub(super) resolution: &'a str,
    pub(super) aspect_ratio: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fps: Option<u32>,
    /// An image shows the start of this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) range: Option<Range>,
}

#[derive(Debug, Serialize)]
pub(super) struct Range {
    pub(super) start: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct TemplateRender<'a> {
    pub(super) id: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) merge: Vec<Merge<'a>>,
}

#[derive(Debug, Serialize)]
pub(super) struct Merge<'a> {
    pub(super) find: &'a str,
    pub(super) replace: Value,
}

/// What edit answers. A failed render has `success: true`.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) response: Option<T>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Render {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) error: Option<String>,
    /// Seconds of the result.
    pub(super) duration: Option<f64>,
    /// Gone after 24 hours.
    pub(super) url: Option<Url>,
    pub(super) updated: Option<Timestamp>,
}

/// What ingest and serve answer.
#[derive(Debug, Deserialize)]
pub(super) struct Document<T> {
    pub(super) data: T,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Resource {
    pub(super) id: Option<String>,
    pub(super) attributes: Attributes,
}

/// Of a source, of an upload and of an asset.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Attributes {
    pub(super) id: Option<String>,
    pub(super) status: String,
    /// Where a source is.
    pub(super) source: Option<Url>,
    /// Where an upload goes, or where an asset is.
    pub(super) url: Option<Url>,
}

/// What a webhook is told.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Notice {
    pub(super) id: String,
    /// Of a copy to a destination: the render that was copied.
    pub(super) render: Option<String>,
}
