//! Venice's image models (`venice/MODEL`).
//!
//! **Environment:** `VENICE_API_KEY`; `VENICE_BASE_URL` replaces the address.
//!
//! **Supported:** images from a text, with a seed and a negative prompt, up to four of a call.
//!
//! ```no_run
//! use media_adapters::venice::Venice;
//! use social_core::image::ImageRequest;
//! use social_core::make::Maker as _;
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let painter = Venice::from_env()?.image("qwen-image-2");
//! let request = ImageRequest::new("A loaf of bread at dawn").with_size("1024x768").with_seed(7);
//! let made = painter.make(&Run::ephemeral(), &request).await?;
//! println!("{:?}", made.images[0].media);
//! # Ok(()) }
//! ```
//!
//! **Known limits:** edits have another interface and are not offered. Which sizes and shapes a
//! model takes is not in a record here; some take pixels, some a shape, some a shape and a named
//! size. A call has no idempotency key and cannot be looked up, so the outcome of a lost one stays
//! unknown, and answers say neither usage nor cost. **Unconfirmed:** the meaning of
//! the headers about moderation, which no source that was read describes.
//!
//! **Sources:** docs.venice.ai (image generation, error codes; read November 2026), one recorded
//! answer.

pub(crate) mod entry;
mod image;
mod wire;

#[cfg(test)]
mod tests;

use companies::openai::Company;

pub use image::VeniceImage;

use crate::client::client;

const VENICE: Company = Company {
    vendor: "venice",
    provider: "venice",
    base_url: "https://api.venice.ai/api/v1",
    base_url_variable: "VENICE_BASE_URL",
    key_variable: "VENICE_API_KEY",
    key_page: "https://venice.ai/settings/api",
};

client! {
    /// A client of Venice.
    Venice of VENICE, key "VENICE_API_KEY", base URL "VENICE_BASE_URL"
}

impl Venice {
    /// An image model, for instance `qwen-image-2`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> VeniceImage {
        VeniceImage::new(self.endpoint.clone(), model.into())
    }
}
