//! Makes posters, slide films and picture edits on this machine: no key, no network, no cost.
mod colour;
mod column;
#[cfg(feature = "local-video")]
mod encode;
mod enhance;
#[cfg(feature = "local-video")]
mod film;
mod image;
mod layout;
mod picture;
mod poster;
mod scene;
#[cfg(test)]
mod tests;
mod typeset;
#[cfg(feature = "local-video")]
mod video;

pub use enhance::LocalEnhancer;
pub use image::LocalImage;
#[cfg(feature = "local-video")]
pub use video::LocalFilm;
