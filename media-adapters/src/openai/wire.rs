//! OpenAI's requests for images.

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
    pub(super) size: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quality: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) images: Vec<Image>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mask: Option<Image>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) partial_images: Option<u8>,
}

/// An image by its address or as a `data:` URL.
#[derive(Debug, Serialize)]
pub(super) struct Image {
    pub(super) image_url: Input,
}
