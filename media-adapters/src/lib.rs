//! Images, videos and speech of many vendors, and a local renderer, behind social-core's traits.
//!
//! Each vendor is a module and a feature of its own. [`connect_image`] and [`connect_video`] make a
//! model from an address such as `gemini/gemini-3.1-flash-image` and the environment.

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod catalogue;
mod connect;

// What vendors share. Of a build with few vendors a part of it is unused.
#[allow(dead_code)]
mod body;
#[allow(dead_code)]
mod composition;
#[cfg(test)]
#[allow(dead_code)]
mod composition_tests;
#[allow(dead_code)]
mod fetched;
#[allow(dead_code)]
mod inline_base64;
#[allow(dead_code)]
mod input;
#[allow(dead_code)]
mod kept;
#[cfg(test)]
#[allow(dead_code)]
mod samples;
#[cfg(test)]
#[allow(dead_code)]
mod shared;

#[cfg(feature = "creatomate")]
pub mod creatomate;
#[cfg(feature = "gemini")]
pub mod gemini;
#[cfg(feature = "http-put")]
pub mod http_put;
#[cfg(feature = "kling")]
pub mod kling;
#[cfg(feature = "local")]
pub mod local;
#[cfg(feature = "shotstack")]
pub mod shotstack;

pub use catalogue::catalogue;
pub use connect::{
    connect_enhancer, connect_enhancer_with, connect_host, connect_host_with, connect_image, connect_image_with,
    connect_renderer, connect_renderer_with, connect_speech, connect_speech_with, connect_video, connect_video_with,
};
