//! Pictures, films and speech of many vendors, and a local renderer, behind social-core's traits.

#[cfg(feature = "gemini")]
pub mod gemini;
#[cfg(feature = "gemini")]
mod inline_base64;
#[cfg(feature = "local")]
pub mod local;
#[cfg(all(test, any(feature = "gemini", feature = "kling")))]
mod shared;
