//! MiniMax: images, Hailuo's videos by both of its interfaces, and speech.
//!
//! ```no_run
//! use media_adapters::minimax::{MiniMax, Region};
//! use social_core::make::Maker as _;
//! use social_core::run::{FileJournal, Run};
//! use social_core::video::VideoRequest;
//!
//! # async fn example() -> social_core::Result<()> {
//! let model = MiniMax::from_env(Region::International)?.video("MiniMax-Hailuo-2.3");
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let video = model.make(&run, &VideoRequest::new("A loaf of bread rises [Push in]")).await?;
//! println!("{:?}, {:?}", video.media, video.info.duration);
//! # Ok(()) }
//! ```
//!
//! **Environment:** `minimax/MODEL`: `MINIMAX_API_KEY`; `MINIMAX_BASE_URL` replaces
//! `https://api.minimax.io/v1`, for speech with less delay by `https://api-uw.minimax.io/v1`.
//! `minimax-cn/MODEL`: `MINIMAX_CN_API_KEY`; `MINIMAX_CN_BASE_URL` replaces
//! `https://api.minimaxi.com/v1`. A key works in its own region only. Older accounts also need
//! `MINIMAX_GROUP_ID` or `MINIMAX_CN_GROUP_ID`.
//!
//! **Supported:** images from a text and one character reference; videos from a text, a first and a
//! last frame; speech, whole or piece by piece; the list of voices.
//!
//! **Known limits:** a call whose answer was lost cannot be asked for, so its outcome stays
//! unknown; a task cannot be cancelled. Addresses of images end after 24 hours, those of videos of
//! `MiniMax-Hailuo` after an hour; how long those of `MiniMax-H3` and of speech live is not
//! confirmed, an hour is assumed. Shapes of `MiniMax-Hailuo` follow from the first frame, without
//! one they are 16:9. Language models of the same key are in `llm-adapters`.
//!
//! **Sources:** platform.minimax.io (image generation, video generation, files, T2A v2, get voice,
//! error codes), MiniMax-AI/cli and MiniMax-MCP, the client of vercel/ai (`packages/minimax`);
//! November 2026. No exchange was recorded.

mod client;
pub(crate) mod entry;
mod error;
mod hailuo;
mod image;
mod language;
mod model;
mod newer;
mod speech;
mod video;
mod voices;
mod wire;

#[cfg(test)]
mod tests;

pub use client::{MiniMax, Region};
pub use image::MiniMaxImage;
pub use speech::MiniMaxSpeech;
pub use video::MiniMaxVideo;
