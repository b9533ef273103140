//! Makes posters, slide films and picture edits on this machine: no key, no network, no cost.
mod colour;
mod column;
mod image;
mod layout;
mod picture;
mod poster;
mod scene;
#[cfg(test)]
mod tests;
mod typeset;

pub use image::LocalImage;
