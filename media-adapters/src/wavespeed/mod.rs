//! WaveSpeed: image and video models of many makers, by their path (`wavespeed/PATH`).
//!
//! **Environment:** `WAVESPEED_API_KEY`; `WAVESPEED_BASE_URL` replaces the address.
//!
//! **Supported:** images and videos by any model path. Of the Seedream, FLUX Kontext and Seedance
//! paths the fields and limits are known; any other path passes with its capabilities unknown.
//!
//! ```no_run
//! use media_adapters::wavespeed::Wavespeed;
//! use social_core::image::{AspectRatio, ImageRequest};
//! use social_core::make::Maker as _;
//! use social_core::run::{FileJournal, Run};
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Wavespeed::from_env()?.image("bytedance/seedream-v4.5");
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let request = ImageRequest::new("A loaf of bread at dawn").with_aspect_ratio(AspectRatio::VERTICAL);
//! let batch = model.make(&run, &request).await?;
//! println!("{:?}", batch.images[0].media);
//! # Ok(()) }
//! ```
//!
//! Images of this machine are uploaded first; those at addresses are fetched by WaveSpeed. A model
//! that is not listed is sent `prompt`, `aspect_ratio`, `size` (images: `W*H`), `resolution`,
//! `duration` (videos), `image` or `images`, `last_image`, `seed`, `negative_prompt` and
//! `generate_audio`, each only where the request names it; `extra` has what the model calls
//! otherwise.
//!
//! **Known limits:** a task cannot be cancelled, and a submission whose answer was lost cannot be
//! looked up: WaveSpeed takes no id of ours. How long results stay is not documented; they are
//! fetched at once. `enable_sync_mode` in `extra` brings nothing: the task is asked after anyway.
//!
//! **Sources:** the client wavespeed 2.0.5 (PyPI), WaveSpeedAI/wavespeed-python (a420718) and
//! wavespeed-comfyui (6b1425b), wavespeed.ai docs (November 2026). The paths
//! `seedream-v4/edit-sequential`, `flux-kontext-max/text-to-image` and `flux-kontext-max/multi` are
//! UNCONFIRMED.

mod client;
pub(crate) mod entry;
mod error;
mod image;
mod model;
mod video;
mod wire;

#[cfg(test)]
mod tests;

pub use client::Wavespeed;
pub use image::WavespeedImage;
pub use video::WavespeedVideo;

/// The address.
pub const BASE_URL: &str = "https://api.wavespeed.ai/api/v3";
