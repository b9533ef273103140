//! xAI's image models, Grok Imagine (`xai/MODEL`).
//!
//! **Environment:** `XAI_API_KEY`, as for xAI's language models; `XAI_BASE_URL` replaces the
//! address.
//!
//! **Supported:** images from a text, edits of up to three images, up to ten images of a call.
//!
//! ```no_run
//! use media_adapters::xai::Xai;
//! use social_core::image::{AspectRatio, ImageRequest};
//! use social_core::make::Maker as _;
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let painter = Xai::from_env()?.image("grok-imagine-image");
//! let request = ImageRequest::new("A loaf of bread at dawn").with_aspect_ratio(AspectRatio::WIDE).with_size("2k");
//! let made = painter.make(&Run::ephemeral(), &request).await?;
//! println!("{:?} for {:?}", made.images[0].media, made.cost);
//! # Ok(()) }
//! ```
//!
//! **Known limits:** a call has no idempotency key and cannot be looked up, so the outcome of a
//! lost one stays unknown. The shapes 9:19.5 and 19.5:9 are not offered, since a shape here has
//! whole numbers. Whether an image that does not pass xAI's moderation is billed is not documented.
//!
//! **Sources:** docs.x.ai (image generations, read November 2026), xai_sdk 1.21.0
//! (`types/image.py`), recorded answers.

pub(crate) mod entry;
mod image;
mod model;
mod wire;

#[cfg(test)]
mod tests;

use companies::openai::XAI;

pub use image::XaiImage;

use crate::client::client;

client! {
    /// A client of xAI.
    Xai of XAI, key "XAI_API_KEY", base URL "XAI_BASE_URL"
}

impl Xai {
    /// An image model, for instance `grok-imagine-image`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> XaiImage {
        XaiImage::new(self.endpoint.clone(), model.into())
    }
}
