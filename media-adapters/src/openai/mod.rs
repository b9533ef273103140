//! OpenAI's image models and voices (`openai/MODEL`).
//!
//! **Environment:** `OPENAI_API_KEY`, as for OpenAI's language models; `OPENAI_BASE_URL` replaces
//! the address.
//!
//! **Supported:** images from a text, edits of up to 16 images with or without a mask, and drafts
//! that are shown while the image is made; speech as a file and as a stream, with directions.
//!
//! ```no_run
//! use media_adapters::openai::OpenAi;
//! use social_core::image::{AspectRatio, ImageRequest};
//! use social_core::make::Maker as _;
//! use social_core::run::{FileJournal, Run};
//!
//! # async fn example() -> social_core::Result<()> {
//! let painter = OpenAi::from_env()?
//!     .image("gpt-image-2.6-flare")
//!     .with_partial_images(2, |draft| println!("draft {}: {} bytes", draft.index, draft.bytes.len()));
//! let run = Run::open(&FileJournal::open("runs")?, "bread").await?;
//! let request = ImageRequest::new("A loaf of bread at dawn").with_aspect_ratio(AspectRatio::WIDE);
//! let batch = painter.make(&run, &request).await?;
//! println!("{:?}", batch.images[0].media);
//! # Ok(()) }
//! ```
//!
//! ```no_run
//! use media_adapters::openai::OpenAi;
//! use social_core::make::Maker as _;
//! use social_core::run::Run;
//! use social_core::speech::SpeechRequest;
//!
//! # async fn example() -> social_core::Result<()> {
//! let voice = OpenAi::from_env()?.speech("gpt-4o-mini-tts");
//! let request = SpeechRequest::new("Fresh ravioli, every morning.").with_instructions("Warm, in no hurry.");
//! let speech = voice.make(&Run::ephemeral(), &request).await?;
//! println!("{:?}", speech.media);
//! # Ok(()) }
//! ```
//!
//! **Known limits:** a call has no idempotency key and cannot be looked up, so the outcome of a
//! lost one stays unknown. Of the input, text is priced as dearly as images, since the price table
//! has one rate. `gpt-image-1.5`, `gpt-image-1-mini` and `chatgpt-image-latest` are switched off on
//! 2026-12-01, and dall-e and `gpt-image-1` have been; OpenAI recommends `gpt-image-2.6-sunburst`
//! and `-flare`. Variations, GIF and SVG are not offered. The Videos API (Sora) was shut down on
//! 2026-09-24 and has no successor. AAC, FLAC and raw PCM are streamed only; of speech, OpenAI does
//! not report what a call used.
//!
//! **Sources:** openai-openapi f85dbe2 and openai-python 3.51.0 and 3.57.0 (images), OpenAI's
//! deprecations page (November 2026), recorded answers.

pub(crate) mod entry;
mod image;
mod model;
mod speech;
mod wire;

#[cfg(test)]
mod speech_tests;
#[cfg(test)]
mod tests;

use companies::openai::OPENAI;

pub use image::{OpenAiImage, PartialImage};
pub use speech::OpenAiSpeech;

use crate::client::client;

client! {
    /// A client of OpenAI.
    OpenAi of OPENAI, key "OPENAI_API_KEY", base URL "OPENAI_BASE_URL"
}

impl OpenAi {
    /// An image model, for instance `gpt-image-2.6-flare`.
    #[must_use]
    pub fn image(&self, model: impl Into<String>) -> OpenAiImage {
        OpenAiImage::new(self.endpoint.clone(), model.into())
    }

    /// A model that speaks, for instance `gpt-4o-mini-tts`.
    #[must_use]
    pub fn speech(&self, model: impl Into<String>) -> OpenAiSpeech {
        OpenAiSpeech::new(self.endpoint.clone(), model.into())
    }
}
