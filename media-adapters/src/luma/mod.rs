//! Luma: Photon images and Ray videos (`luma/MODEL`).
//!
//! **Environment:** `LUMA_API_KEY`; `LUMA_BASE_URL` replaces the address.
//!
//! **Supported:** images from a text and reference images in their roles; videos from a text, a
//! first and a last frame.
//!
//! ```no_run
//! use media_adapters::luma::Luma;
//! use social_core::image::AspectRatio;
//! use social_core::make::Maker as _;
//! use social_core::run::{FileJournal, Run};
//! use social_core::video::VideoRequest;
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = Luma::from_env()?.video("ray-2");
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let request = VideoRequest::new("A loaf of bread rises").with_aspect_ratio(AspectRatio::VERTICAL);
//! let video = model.make(&run, &request).await?;
//! println!("{:?}, {:?}", video.media, video.info.duration);
//! # Ok(()) }
//! ```
//!
//! **Known limits:** images are taken by public address only. A generation cannot be cancelled, and
//! a submission whose answer was lost cannot be looked up: Luma takes no id of ours. How long
//! results stay is not documented; they are fetched at once. The form of errors is UNCONFIRMED.
//!
//! **Sources:** the client of vercel/ai (`packages/luma`, ed857f5), lumalabs/luma-api-mcp (the
//! options and their values), AWS Bedrock's page about Ray 2 (the length of prompts; 2026).

mod client;
pub(crate) mod entry;
mod image;
mod video;
mod wire;

#[cfg(test)]
mod tests;

pub use client::Luma;
pub use image::LumaImage;
pub use video::LumaVideo;

/// The address.
pub const BASE_URL: &str = "https://api.lumalabs.ai/dream-machine/v1";
