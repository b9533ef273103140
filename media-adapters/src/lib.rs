//! Pictures, films and speech of many vendors, and a local renderer, behind social-core's traits.

#[cfg(feature = "local")]
pub mod local;
