//! Conformance suites: what the contract of each trait promises, tried on an implementation.
//!
//! A suite gets a [`Subject`]: how to make the vendor, and how to connect to it with [`SECRET`] as the key. It then tries
//! the happy path, every fault, every option and every way to stop, and returns all that is wrong at once:
//!
//! ```
//! # use std::sync::Arc;
//! # use http::Method;
//! # use social_core::Result;
//! # use social_core::image::{ImageGenerator, ImageRequest};
//! # use social_core::testkit::{Scene, ScriptedVendor, conformance::{self, Subject, Violations}};
//! async fn images_conform(
//!     vendor: fn() -> ScriptedVendor,
//!     connect: fn(&Scene) -> Result<Arc<dyn ImageGenerator>>,
//! ) -> Result<(), Violations> {
//!     let subject = Subject::new(vendor, connect).counting(|vendor| vendor.calls(&Method::POST, "/v1/images"));
//!     conformance::image(&subject, &ImageRequest::new("a red door")).await
//! }
//! ```

mod chat;
mod embed;
mod host;
mod image;
mod publisher;
mod speech;
mod subject;
#[cfg(test)]
mod tests;
mod trial;
mod video;
mod wire;

pub use chat::chat;
pub use embed::embed;
pub use host::host;
pub use image::image;
pub use publisher::publisher;
pub use speech::speech;
pub use subject::{SECRET, Subject, Violations};
pub use video::video;
