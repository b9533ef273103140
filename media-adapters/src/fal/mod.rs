//! fal: image and video models of many makers, through its queue (`fal/PATH`).
//!
//! **Environment:** `FAL_KEY`; `FAL_BASE_URL` replaces the queue's address.
//!
//! **Supported:** images and videos by any model path, with cancellation. Of FLUX Kontext,
//! Seedream, Nano Banana, Kling 2.5, Veo 3.1 and Seedance the fields and limits are known; any
//! other path passes with its capabilities unknown.
//!
//! ```no_run
//! use media_adapters::fal::Fal;
//! use social_core::make::Maker as _;
//! use social_core::run::{FileJournal, Run};
//! use social_core::video::VideoRequest;
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Fal::from_env()?.video("fal-ai/veo3.1/fast");
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let video = model.make(&run, &VideoRequest::new("A loaf of bread rises").with_resolution("720p")).await?;
//! println!("{:?}, {:?}", video.media, video.info.duration);
//! # Ok(()) }
//! ```
//!
//! Text and image are different paths at fal: `.../text-to-video` takes no first frame and
//! `.../image-to-video` needs one. Images of this machine are sent as `data:` URLs. A model that is
//! not listed is sent `prompt`, `aspect_ratio`, `image_size` (images), `resolution`, `duration` (a
//! number; videos), `image_url` or `image_urls`, `num_images`, `seed`, `negative_prompt` and
//! `generate_audio`, each only where the request names it; `extra` has what the model calls
//! otherwise.
//!
//! **Known limits:** a submission whose answer was lost cannot be looked up. A cancellation stops a
//! request that waits; one that is worked on may end and be billed all the same. Addresses of
//! results are taken for good for 7 days (UNCONFIRMED).
//!
//! **Sources:** fal-ai/fal-js (381105e), docs.fal.ai (queue, errors; November 2026), the pages of
//! the models on fal.ai.

mod client;
pub(crate) mod entry;
mod error;
mod image;
mod model;
mod video;
mod wire;

#[cfg(test)]
mod tests;

pub use client::Fal;
pub use image::FalImage;
pub use video::FalVideo;

/// The address of the queue.
pub const BASE_URL: &str = "https://queue.fal.run";
