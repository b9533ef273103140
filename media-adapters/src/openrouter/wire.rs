//! OpenRouter's requests for images, by both of its routes.

use serde::Serialize;

use crate::input::Input;

/// The body of the route for images.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub(super) model: &'a str,
    pub(super) prompt: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) n: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aspect_ratio: Option<String>,
    /// One of the named sizes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<&'a str>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) size: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quality: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) input_references: Vec<Part<'a>>,
}

/// The body of a chat that answers with images.
#[derive(Debug, Serialize)]
pub(super) struct Chat<'a> {
    pub(super) model: &'a str,
    pub(super) messages: [Message<'a>; 1],
    pub(super) modalities: [&'static str; 2],
    #[serde(skip_serializing_if = "ImageConfig::is_empty")]
    pub(super) image_config: ImageConfig<'a>,
}

#[derive(Debug, Serialize)]
pub(super) struct Message<'a> {
    pub(super) role: &'static str,
    pub(super) content: Content<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Content<'a> {
    Text(&'a str),
    Parts(Vec<Part<'a>>),
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Part<'a> {
    Text { text: &'a str },
    ImageUrl { image_url: Image },
}

#[derive(Debug, Serialize)]
pub(super) struct Image {
    pub(super) url: Input,
}

#[derive(Debug, Serialize)]
pub(super) struct ImageConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aspect_ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image_size: Option<&'a str>,
}

impl ImageConfig<'_> {
    fn is_empty(&self) -> bool {
        self.aspect_ratio.is_none() && self.image_size.is_none()
    }
}
