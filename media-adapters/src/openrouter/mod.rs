//! Image and video models of many makers through OpenRouter (`openrouter/MAKER/MODEL`).
//!
//! **Environment:** `OPENROUTER_API_KEY`, as for OpenRouter's language models;
//! `OPENROUTER_BASE_URL` replaces the address.
//!
//! **Supported:** videos from a text, a first and a last frame, where what a model takes is asked
//! with [`look_up`](OpenRouterVideo::look_up); images from a text and up to 16 reference images, by OpenRouter's route for
//! images or, with [`by_chat`](OpenRouterImage::by_chat), by a chat that answers with images.
//!
//! ```no_run
//! use media_adapters::openrouter::OpenRouter;
//! use social_core::image::{AspectRatio, ImageRequest};
//! use social_core::make::Maker as _;
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let painter = OpenRouter::from_env()?.image("google/gemini-3.1-flash-image");
//! let request = ImageRequest::new("A loaf of bread at dawn").with_aspect_ratio(AspectRatio::PORTRAIT);
//! let made = painter.make(&Run::ephemeral(), &request).await?;
//! println!("{:?} for {:?}", made.images[0].media, made.usage);
//! # Ok(()) }
//! ```
//!
//! ```no_run
//! use media_adapters::openrouter::OpenRouter;
//! use social_core::image::AspectRatio;
//! use social_core::make::Maker as _;
//! use social_core::run::{FileJournal, Run};
//! use social_core::video::VideoRequest;
//!
//! # async fn example() -> social_core::Result<()> {
//! let studio = OpenRouter::from_env()?.video("google/veo-3.1").look_up().await?;
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let request = VideoRequest::new("Steam rises").with_aspect_ratio(AspectRatio::VERTICAL);
//! let video = studio.make(&run, &request).await?;
//! println!("{:?} for {:?}", video.media, video.usage);
//! # Ok(()) }
//! ```
//!
//! **Known limits:** what a model behind OpenRouter can do is not in a record here: OpenRouter
//! chooses the nearest shape, and a model that makes one image refuses to make several. A call has
//! no idempotency key and cannot be looked up, so the outcome of a lost one stays unknown. SVG is
//! not offered. A video's job cannot be cancelled; how long its file lives is not documented, so it
//! is fetched as soon as it is there, without the key beside OpenRouter's own address.
//!
//! **Sources:** the specification in OpenRouterTeam/typescript-sdk cb9393a, openrouter.ai (image
//! generation; November 2026), recorded answers of the route for images.

mod chat;
pub(crate) mod entry;
mod image;
mod model;
mod video;
mod video_model;
mod video_wire;
mod wire;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_video;

use companies::openai::OPENROUTER;

pub use image::OpenRouterImage;
pub use video::OpenRouterVideo;

use crate::client::client;

client! {
    /// A client of OpenRouter.
    OpenRouter of OPENROUTER, key "OPENROUTER_API_KEY", base URL "OPENROUTER_BASE_URL"
}

impl OpenRouter {
    /// An image model, for instance `google/gemini-3.1-flash-image`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> OpenRouterImage {
        OpenRouterImage::new(self.endpoint.clone(), model.into())
    }

    /// A video model, for instance `google/veo-3.1`.
    #[must_use]
    pub fn video(&self, model: impl Into<String>) -> OpenRouterVideo {
        OpenRouterVideo::new(self.endpoint.clone(), model.into())
    }
}
