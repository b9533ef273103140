//! One shape for everything that makes something: images, videos, speech, music, vectors, edited
//! images, renderings, public addresses.
//!
//! Everything that makes something is a [`Maker`] of one kind of request, and every such trait page
//! shows the same four things in the same order:
//!
//! 1. [`address`](Maker::address): the vendor and the model.
//! 2. [`capabilities`](Maker::capabilities): what it can do, as data, with whether a call is
//!    [paid](MakeCapabilities::paid) and whether a [generative](MakeCapabilities::generative) model
//!    does the work.
//! 3. [`make`](Maker::make): one call that does the whole work, durably, on a
//!    [`Run`](crate::run::Run).
//! 4. [`Made`]: the result, with what it used and cost, who was asked before, and what is not as it
//!    was asked for.
//!
//! | request | capabilities | result | as an object |
//! |---|---|---|---|
//! | [`ImageRequest`](crate::image::ImageRequest) | [`ImageCapabilities`](crate::image::ImageCapabilities) | [`ImageBatch`](crate::image::ImageBatch) | [`ImageModel`](crate::image::ImageModel) |
//! | [`VideoRequest`](crate::video::VideoRequest) | [`VideoCapabilities`](crate::video::VideoCapabilities) | [`MediaFile`] | [`VideoModel`](crate::video::VideoModel) |
//! | [`SpeechRequest`](crate::speech::SpeechRequest) | [`SpeechCapabilities`](crate::speech::SpeechCapabilities) | [`Speech`](crate::speech::Speech) | [`SpeechModel`](crate::speech::SpeechModel) |
//! | [`MusicRequest`](crate::music::MusicRequest) | [`MusicCapabilities`](crate::music::MusicCapabilities) | [`MediaFile`] | [`MusicModel`](crate::music::MusicModel) |
//! | [`EmbedRequest`](crate::embed::EmbedRequest) | [`EmbedCapabilities`](crate::embed::EmbedCapabilities) | [`Embeddings`](crate::embed::Embeddings) | [`EmbeddingModel`](crate::embed::EmbeddingModel) |
//! | [`EnhanceRequest`](crate::enhance::EnhanceRequest) | [`EnhanceCapabilities`](crate::enhance::EnhanceCapabilities) | [`EnhancedImage`](crate::enhance::EnhancedImage) | [`Enhancer`](crate::enhance::Enhancer) |
//! | [`RenderRequest`](crate::render::RenderRequest) | [`RenderCapabilities`](crate::render::RenderCapabilities) | [`MediaFile`] | [`Renderer`](crate::render::Renderer) |
//! | [`ModerationRequest`](crate::moderate::ModerationRequest) | [`ModerationCapabilities`](crate::moderate::ModerationCapabilities) | [`Moderation`](crate::moderate::Moderation) | [`Moderator`](crate::moderate::Moderator) |
//! | [`BatchRequest`](crate::batch::BatchRequest) | [`BatchCapabilities`](crate::batch::BatchCapabilities) | [`BatchResults`](crate::batch::BatchResults) | [`BatchModel`](crate::batch::BatchModel) |
//! | [`HostRequest`](crate::host::HostRequest) | [`HostCapabilities`](crate::host::HostCapabilities) | [`RemoteMedia`](crate::media::RemoteMedia) | [`MediaHost`](crate::host::MediaHost) |
//!
//! Language models have a trait of their own, [`ChatModel`](crate::chat::ChatModel), because they
//! stream and need no run; it shows the same four things.
//!
//! # A vendor
//! A maker checks the request and binds the run with [`begin`], makes the paid request a
//! [`once`](crate::run::Run::once), and keeps files with [`keep_file`](crate::run::Run::keep_file):
//!
//! ```
//! use async_trait::async_trait;
//! use social_core::image::{AspectRatio, ImageBatch, ImageCapabilities, ImageRequest};
//! use social_core::make::{self, Condition, Made, Maker, MediaFile, Test};
//! use social_core::media::MediaKind;
//! use social_core::run::{Found, Run};
//! use social_core::{ModelAddress, Result};
//!
//! # fn svg(_: &ImageRequest) -> Vec<u8> {
//! #     b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".to_vec()
//! # }
//! #[derive(Debug)]
//! struct Brush(ModelAddress);
//!
//! #[async_trait]
//! impl Maker<ImageRequest> for Brush {
//!     fn address(&self) -> &ModelAddress {
//!         &self.0
//!     }
//!
//!     fn capabilities(&self) -> ImageCapabilities {
//!         ImageCapabilities::new()
//!             .with_aspect_ratios([AspectRatio::SQUARE, AspectRatio::WIDE])
//!             .with_sizes(["1K", "4K"])
//!             .with_condition(Condition::that("aspect_ratio", Test::is(AspectRatio::SQUARE)).when("size", Test::is("4K")))
//!     }
//!
//!     async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
//!         make::begin(self, run, request).await?;
//!         // A vendor's request goes here. Its answer cannot be asked for again, so the outcome of a lost one is unknown.
//!         let bytes = run.once("generate", || async { Ok(svg(request)) }, |_| async { Ok(Found::Unknown) }).await?;
//!         let content = || async { Ok(Box::pin(futures_util::stream::iter([Ok(bytes.into())])) as _) };
//!         let image = MediaFile::read(run.keep_file("image.gif", content).await?, MediaKind::Image).await?;
//!         Ok(Made::new(self.0.clone(), ImageBatch::new(vec![image])))
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let brush = Brush(ModelAddress::new("studio", "brush"));
//! let run = Run::ephemeral();
//! let made = brush.make(&run, &ImageRequest::new("a red door").with_size("1K")).await?;
//! assert_eq!((made.images.len(), made.address.to_string()), (1, "studio/brush".to_owned()));
//!
//! // What it cannot do is refused by name before anything is paid, or made to fit, and said.
//! let wanted = ImageRequest::new("a red door").with_size("4K").with_aspect_ratio(AspectRatio::VERTICAL);
//! let refused = brush.make(&Run::ephemeral(), &wanted).await.unwrap_err();
//! assert_eq!(refused.field(), Some("aspect_ratio"));
//! let fitted = make::fit(&run, wanted, &brush.capabilities(), None).await?;
//! assert_eq!(fitted.adjustments[0].to_string(), "aspect_ratio: 1:1 instead of `9:16`, the nearest that is offered when size is 4K");
//! # Ok::<_, social_core::Error>(()) }).unwrap();
//! ```
//!
//! `social_core::testkit::conformance::maker` tries it: every option, every fault, every way to
//! stop.
//!
//! # A wrapper
//! A wrapper implements the trait for whatever it wraps, once for all kinds of requests;
//! [`wrap`](crate::wrap) has those that most applications want. `missing_trait_methods` sees to it
//! that none is forgotten:
//!
//! ```
//! use std::sync::Arc;
//! use async_trait::async_trait;
//! use social_core::make::{Made, MakeRequest, Maker};
//! use social_core::run::Run;
//! use social_core::{ModelAddress, Result};
//!
//! /// Logs what is made.
//! #[derive(Debug)]
//! struct Logged<T: ?Sized>(Arc<T>);
//!
//! #[deny(clippy::missing_trait_methods)]
//! #[async_trait]
//! impl<R: MakeRequest, T: Maker<R> + ?Sized> Maker<R> for Logged<T> {
//!     fn address(&self) -> &ModelAddress {
//!         self.0.address()
//!     }
//!     fn capabilities(&self) -> R::Capabilities {
//!         self.0.capabilities()
//!     }
//!     async fn make(&self, run: &Run, request: &R) -> Result<Made<R::Output>> {
//!         let made = self.0.make(run, request).await;
//!         println!("{} {}: {}", R::NAME, self.address(), if made.is_ok() { "made" } else { "failed" });
//!         made
//!     }
//!     async fn cancel(&self, run: &Run) -> Result<()> {
//!         self.0.cancel(run).await
//!     }
//!     async fn remove(&self, run: &Run, made: &R::Output) -> Result<()> {
//!         self.0.remove(run, made).await
//!     }
//! }
//! ```

mod condition;
mod fit;
mod made;
mod maker;
pub(crate) mod record;
mod request;
#[cfg(test)]
mod tests;

pub use condition::{Clause, Condition, OptionValue, Scalar, Test};
pub use fit::{Adjustment, FittedRequest, fit};
pub use made::{Made, MediaFile};
pub use maker::{Maker, begin};
pub(crate) use record::capability_record;
pub use request::{MakeCapabilities, MakeRequest};
