//! Qwen-Image's and Wan's images and Wan's videos on DashScope (Alibaba Model Studio).
//!
//! ```no_run
//! use media_adapters::dashscope::{DashScope, Region};
//! use social_core::image::{AspectRatio, ImageRequest};
//! use social_core::make::Maker as _;
//! use social_core::run::{FileJournal, Run};
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = DashScope::from_env(Region::International)?.image("wan2.6-t2i");
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let request = ImageRequest::new("A loaf of bread at dawn").with_aspect_ratio(AspectRatio::PORTRAIT);
//! let batch = model.make(&run, &request).await?;
//! println!("{:?}", batch.images[0].media);
//! # Ok(()) }
//! ```
//!
//! **Environment:** as for the language models of `llm-adapters`: `DASHSCOPE_API_KEY`, and
//! `DASHSCOPE_HTTP_BASE_URL` for another region or a workspace's gateway (`https://HOST/api/v1`).
//! Without it, `dashscope/MODEL` is the host in Singapore and `dashscope-cn/MODEL` the one in
//! Beijing (`DASHSCOPE_CN_API_KEY` goes before `DASHSCOPE_API_KEY` there). Key, model and host must
//! be of one region.
//!
//! **Supported:** images from a text, with models that edit also from images; videos from a text or
//! a first frame, with Wan 2.7 also to a last frame. Wan's work is a task, which can be cancelled
//! while it waits; Qwen-Image answers at once.
//!
//! **Known limits:** a task has no id of ours, so a lost submission stays unknown; tasks are kept
//! for 24 hours. How long addresses of videos live is not confirmed, 24 hours are assumed. Shapes
//! are asked for in pixels. Models for a first and last frame before Wan 2.7 (`-kf2v`) have an
//! interface of their own, which is not offered; references of the `-r2v` models and audio files
//! are passed as fields of the vendor's own.
//!
//! **Sources:** Model Studio (text to image v2, Qwen-Image, image to video, asynchronous tasks,
//! error codes; October 2026), the vendor's SDK dashscope 2.0.2, the client of vercel/ai
//! (`packages/alibaba`); one recorded submission.

mod client;
pub(crate) mod entry;
mod error;
mod image;
mod model;
mod size;
mod task;
mod video;
mod wire;

#[cfg(test)]
mod tests;

pub use client::DashScope;
pub use companies::dashscope::Region;
pub use image::DashScopeImage;
pub use video::Wan;
