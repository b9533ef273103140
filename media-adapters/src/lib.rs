//! Images, videos, speech and music of many vendors, and a local renderer, behind social-core's
//! traits.
//!
//! Each vendor is a module and a feature of its own. [`connect_image`] and [`connect_video`] make a
//! model from an address such as `gemini/gemini-3.1-flash-image` and the environment; what it makes
//! says what it cost, by [`prices`].

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod catalogue;
mod connect;
mod prices;

// What vendors share. Of a build with few vendors a part of it is unused.
#[allow(dead_code)]
mod body;
#[allow(unused_imports, unused_macros)]
mod client;
#[allow(dead_code)]
mod composition;
#[cfg(test)]
#[allow(dead_code)]
mod composition_tests;
#[allow(dead_code)]
mod drawn;
#[allow(dead_code)]
mod ended;
#[allow(dead_code)]
mod fetched;
#[allow(dead_code)]
mod hosted;
#[allow(dead_code)]
mod hosted_image;
#[cfg(any(feature = "folder", feature = "object-store"))]
mod hosted_name;
#[allow(dead_code)]
mod hosted_video;
#[allow(dead_code)]
mod image_answer;
#[allow(dead_code)]
mod inline_base64;
#[allow(dead_code)]
mod input;
#[allow(dead_code)]
mod kept;
#[allow(dead_code)]
mod lenient;
mod pixels;
#[allow(dead_code)]
mod role_words;
#[cfg(test)]
#[allow(dead_code)]
mod samples;
#[cfg(test)]
#[allow(dead_code)]
mod shared;
#[allow(dead_code)]
mod size;

#[cfg(feature = "ark")]
pub mod ark;
#[cfg(feature = "bfl")]
pub mod bfl;
#[cfg(feature = "object-store")]
pub mod buckets;
#[cfg(feature = "claid")]
pub mod claid;
#[cfg(feature = "cloudinary")]
pub mod cloudinary;
#[cfg(feature = "dashscope")]
pub mod dashscope;
#[cfg(feature = "fal")]
pub mod fal;
#[cfg(feature = "folder")]
pub mod folder;
mod spoken;
#[allow(dead_code)]
mod wav;

#[cfg(feature = "creatomate")]
pub mod creatomate;
#[cfg(feature = "elevenlabs")]
pub mod elevenlabs;
#[cfg(feature = "gemini")]
pub mod gemini;
#[cfg(feature = "http-put")]
pub mod http_put;
#[cfg(feature = "kling")]
pub mod kling;
#[cfg(feature = "leonardo")]
pub mod leonardo;
#[cfg(feature = "local")]
pub mod local;
#[cfg(feature = "luma")]
pub mod luma;
#[cfg(feature = "minimax")]
pub mod minimax;
#[cfg(feature = "openai")]
pub mod openai;
#[cfg(feature = "openrouter")]
pub mod openrouter;
#[cfg(feature = "replicate")]
pub mod replicate;
#[cfg(feature = "runway")]
pub mod runway;
#[cfg(feature = "shotstack")]
pub mod shotstack;
#[cfg(feature = "venice")]
pub mod venice;
#[cfg(feature = "wavespeed")]
pub mod wavespeed;
#[cfg(feature = "xai")]
pub mod xai;

pub use catalogue::catalogue;
pub use connect::{
    connect_enhancer, connect_enhancer_with, connect_host, connect_host_with, connect_image, connect_image_with,
    connect_music, connect_music_with, connect_renderer, connect_renderer_with, connect_speech, connect_speech_with,
    connect_video, connect_video_with,
};
pub use prices::prices;
