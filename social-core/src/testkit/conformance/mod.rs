//! Conformance suites: what the contract of each trait promises, tried on an implementation.
//!
//! A suite gets a [`Subject`]: how to make the vendor, and how to connect to it with [`SECRET`] as
//! the key. It then tries the happy path, every fault, every option and every way to stop, and
//! returns all that is wrong at once:
//!
//! ```
//! # use std::sync::Arc;
//! # use http::Method;
//! # use social_core::Result;
//! # use social_core::image::{ImageModel, ImageRequest};
//! # use social_core::testkit::{Scene, ScriptedVendor, conformance::{self, Subject, Violations}};
//! async fn images_conform(
//!     vendor: fn() -> ScriptedVendor,
//!     connect: fn(&Scene) -> Result<Arc<ImageModel>>,
//! ) -> Result<(), Violations> {
//!     let subject = Subject::new(vendor, connect).counting(|vendor| vendor.calls(&Method::POST, "/v1/images"));
//!     conformance::maker(&subject, &ImageRequest::new("a red door")).await
//! }
//! ```

mod beside;
mod chat;
mod content;
mod doubt;
mod job;
mod journal;
mod maker;
mod others;
#[cfg(feature = "publish")]
mod post;
#[cfg(feature = "publish")]
mod publisher;
mod subject;
#[cfg(test)]
mod tests;
mod trial;
mod wire;

pub use beside::{counter, lister};
pub use chat::chat;
pub use journal::journal;
pub use maker::{Samples, TestRequest, maker};
#[cfg(feature = "publish")]
pub use publisher::{FaultTally, publisher};
#[cfg(test)]
pub(crate) use subject::IMAGE;
pub use subject::{SECRET, Subject, Violations};
pub use trial::Variant;
