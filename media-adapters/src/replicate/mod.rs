//! Replicate: image and video models of many makers (`replicate/OWNER/NAME`).
//!
//! **Environment:** `REPLICATE_API_TOKEN`; `REPLICATE_BASE_URL` replaces the address.
//!
//! **Supported:** images and videos by `OWNER/NAME`, `OWNER/NAME:VERSION` or a version alone, with
//! cancellation. Of FLUX Kontext and schnell, Seedream 4, Nano Banana, Seedance, Kling 2.5 and Veo
//! 3.1 the inputs and limits are known; any other model passes with its capabilities unknown.
//!
//! ```no_run
//! use media_adapters::replicate::Replicate;
//! use serde_json::json;
//! use social_core::image::ImageRequest;
//! use social_core::make::Maker as _;
//! use social_core::media::Media;
//! use social_core::run::{FileJournal, Run};
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Replicate::from_env()?.image("black-forest-labs/flux-kontext-max");
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let request = ImageRequest::new("Make it dawn")
//!     .with_reference(Media::file("bread.jpg"))
//!     .with_extra("input", json!({"output_format": "jpg"}));
//! let batch = model.make(&run, &request).await?;
//! println!("{:?}", batch.images[0].media);
//! # Ok(()) }
//! ```
//!
//! Replicate's own request has the model's fields under `input`, so that `extra` names them there
//! and `webhook` beside it. Images of this machine of at most 256 KiB are sent as `data:` URLs;
//! larger ones are uploaded, and end after a day. A model that is not listed is sent `prompt`,
//! `aspect_ratio`, `size` (images), `resolution`, `duration` (videos), `image` or `image_input`
//! (several), `last_frame_image`, `num_outputs`, `seed`, `negative_prompt` and `generate_audio`,
//! each only where the request names it.
//!
//! **Known limits:** Replicate takes no id of ours. A submission whose answer was lost is looked up
//! among the latest predictions by its inputs and its time, and stays in doubt unless exactly one
//! fits. `Prefer: wait` is not used: the prediction's id has to be in the run before the wait
//! begins. Results go after an hour; they are fetched at once.
//!
//! **Sources:** Replicate's OpenAPI (api-evangelist/replicate, 8489b80), recorded exchanges of
//! replicate/replicate-python (0110c2c), requests of replicate 1.0.7 (PyPI), the models' pages
//! (November 2026).

mod client;
pub(crate) mod entry;
mod error;
mod image;
mod model;
mod video;
mod wire;

#[cfg(test)]
mod tests;

pub use client::Replicate;
pub use image::ReplicateImage;
pub use video::ReplicateVideo;

/// The address.
pub const BASE_URL: &str = "https://api.replicate.com/v1";
