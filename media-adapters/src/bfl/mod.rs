//! Black Forest Labs: FLUX image models at their maker (`bfl/MODEL`).
//!
//! **Environment:** `BFL_API_KEY`; `BFL_BASE_URL` replaces the address, for instance by that of a
//! region.
//!
//! **Supported:** images from a text, and one image to edit.
//!
//! ```no_run
//! use media_adapters::bfl::Bfl;
//! use social_core::image::ImageRequest;
//! use social_core::make::Maker as _;
//! use social_core::media::Media;
//! use social_core::run::{FileJournal, Run};
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Bfl::from_env()?.image("flux-kontext-max");
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let request = ImageRequest::new("Make it dawn").with_reference(Media::file("bread.jpg"));
//! let batch = model.make(&run, &request).await?;
//! println!("{:?}", batch.images[0].media);
//! # Ok(()) }
//! ```
//!
//! A model takes `prompt`, `aspect_ratio`, `seed` and `input_image`; `extra` has the rest:
//! `safety_tolerance`, `output_format`, and the `width` and `height` of models that know no shapes.
//!
//! **Known limits:** a task cannot be cancelled, and a submission whose answer was lost cannot be
//! looked up. Results go after 10 minutes; they are fetched at once. Further input images of
//! FLUX.2 and the video model `flux-3-video` are not offered.
//!
//! **Sources:** the client of vercel/ai (`packages/black-forest-labs`, ed857f5), docs.bfl.ai
//! (November 2026).

mod client;
pub(crate) mod entry;
mod error;
mod image;
mod wire;

#[cfg(test)]
mod tests;

pub use client::Bfl;
pub use image::BflImage;

/// The address of no region in particular.
pub const BASE_URL: &str = "https://api.bfl.ai/v1";
