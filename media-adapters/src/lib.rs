//! Images, videos and speech of many vendors, and a local renderer, behind social-core's traits.
//!
//! Each vendor is a module and a feature of its own. [`connect_image`] and [`connect_video`] make a
//! model from an address such as `gemini/gemini-3.1-flash-image` and the environment.

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(feature = "gemini", feature = "kling"))]
mod body;
mod catalogue;
mod connect;
#[cfg(feature = "gemini")]
mod inline_base64;
#[cfg(all(test, any(feature = "gemini", feature = "kling")))]
mod shared;

#[cfg(feature = "gemini")]
pub mod gemini;
#[cfg(feature = "http-put")]
pub mod http_put;
#[cfg(feature = "kling")]
pub mod kling;
#[cfg(feature = "local")]
pub mod local;

pub use catalogue::catalogue;
pub use connect::{
    connect_enhancer, connect_enhancer_with, connect_host, connect_host_with, connect_image, connect_image_with,
    connect_renderer, connect_renderer_with, connect_speech, connect_speech_with, connect_video, connect_video_with,
};
