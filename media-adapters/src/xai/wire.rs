//! xAI's requests for images.

use serde::Serialize;

use crate::input::Input;

/// The body of a generation and, with images, of an edit.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub(super) model: &'a str,
    pub(super) prompt: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) n: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aspect_ratio: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quality: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) images: Vec<Image>,
    pub(super) response_format: &'static str,
}

/// An image by its address or as a `data:` URL.
#[derive(Debug, Serialize)]
pub(super) struct Image {
    pub(super) r#type: &'static str,
    pub(super) url: Input,
}
