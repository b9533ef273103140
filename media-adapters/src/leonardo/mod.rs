//! Leonardo: its own image models, and models of others (`leonardo/MODEL`).
//!
//! **Environment:** `LEONARDO_API_KEY`; `LEONARDO_BASE_URL` replaces the address.
//!
//! **Supported:** images by a model's UUID (first API) or by a name such as `gemini-image-2`
//! (second API), from a text and reference images; videos from a text or a first frame; deletion of
//! what was made. What was paid is reported in dollars.
//!
//! ```no_run
//! use media_adapters::leonardo::Leonardo;
//! use social_core::image::{AspectRatio, ImageRequest};
//! use social_core::make::Maker as _;
//! use social_core::run::{FileJournal, Run};
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Leonardo::from_env()?.image("gemini-image-2");
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let request = ImageRequest::new("A loaf of bread at dawn").with_aspect_ratio(AspectRatio::PORTRAIT);
//! let batch = model.make(&run, &request).await?;
//! println!("{:?}, {:?}", batch.images[0].media, batch.usage);
//! # Ok(()) }
//! ```
//!
//! What is made is kept private: requests always say so, since Leonardo has a community feed.
//! `extra` is merged into Leonardo's own request; of the second API its fields are in `parameters`.
//!
//! **Known limits:** a generation cannot be cancelled, and a submission whose answer was lost
//! cannot be looked up: Leonardo takes no id of ours. UNCONFIRMED are the wrapper of the second
//! API's answer (several are read), the pixels that each of its models takes (those of Google's
//! models are sent), whether it wants them when no shape is asked for, the pixels of videos, and
//! that the store refuses clients without a browser's name.
//!
//! **Sources:** docs.leonardo.ai reference (api-evangelist/leonardo-ai, 899ad03; `nano-banana-pro`,
//! `seedream-55`, 2026), requests of @leonardo-ai/sdk 4.21.3 (npm).

mod client;
pub(crate) mod entry;
mod error;
mod image;
mod model;
mod video;
mod wire;

#[cfg(test)]
mod tests;

pub use client::Leonardo;
pub use image::LeonardoImage;
pub use video::LeonardoVideo;

/// The address; the paths below it begin with the API's version.
pub const BASE_URL: &str = "https://cloud.leonardo.ai/api/rest";
