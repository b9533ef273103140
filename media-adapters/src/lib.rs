//! Images, videos, speech and music of many vendors, and a local renderer, behind social-core's
//! traits.
//!
//! Each vendor is a module and a feature of its own. [`connect_image`] and [`connect_video`] make a
//! model from an address such as `gemini/gemini-3.1-flash-image` and the environment; what it makes
//! says what it cost, by [`prices`]. Each module has an example, the environment variables, what is
//! supported, known limits, and its sources:
//!
//! | what | modules |
//! |---|---|
//! | images | [`ark`], [`bfl`], [`dashscope`], [`gemini`], [`minimax`], [`openai`], [`venice`], [`xai`], offline [`local`] |
//! | images and videos of many makers | [`fal`], [`leonardo`], [`luma`], [`openrouter`], [`replicate`], [`runway`], [`wavespeed`] |
//! | videos | [`ark`] (Seedance), [`dashscope`] (Wan), [`gemini`] (Veo), [`kling`], [`minimax`] (Hailuo), [`runway`], offline [`local`] |
//! | voices | [`elevenlabs`], [`gemini`], [`minimax`], [`openai`] |
//! | music | [`elevenlabs`] |
//! | timelines | [`creatomate`], [`shotstack`], offline [`local`] |
//! | better images | [`claid`], [`cloudinary`], offline [`local`] |
//! | public addresses for files | [`buckets`], [`cloudinary`], [`folder`], [`http_put`] |
//!
//! A length that a video model cannot make is put together from clips by
//! [`Assembled`](social_core::wrap::Assembled). Lost answers of paid calls are looked up where the
//! vendor can be asked; elsewhere their outcome is unknown, and nothing is made again by itself.

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod catalogue;
mod connect;
mod prices;

// What vendors share. A build with some of the vendors leaves a part of it unused; one with all of
// them must not.
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod body;
#[cfg_attr(not(feature = "default"), allow(unused_imports, unused_macros))]
mod client;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod composition;
#[cfg(test)]
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod composition_tests;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod drawn;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod ended;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod fetched;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod hosted;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod hosted_image;
#[cfg(any(feature = "folder", feature = "object-store"))]
mod hosted_name;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod hosted_video;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod image_answer;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod inline_base64;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod input;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod kept;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod lenient;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod pixels;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod role_words;
#[cfg(test)]
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod samples;
#[cfg(test)]
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod shared;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
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
#[cfg(feature = "creatomate")]
pub mod creatomate;
#[cfg(feature = "dashscope")]
pub mod dashscope;
#[cfg(feature = "elevenlabs")]
pub mod elevenlabs;
#[cfg(feature = "fal")]
pub mod fal;
#[cfg(feature = "folder")]
pub mod folder;
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
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod spoken;
#[cfg(feature = "venice")]
pub mod venice;
#[cfg_attr(not(feature = "default"), allow(dead_code))]
mod wav;
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
