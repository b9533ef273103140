//! What is encoded: images one after the other.

use social_core::error::Result;

/// The size of a video and its images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Images a second.
    pub(super) rate: u32,
    /// How many images there are.
    pub(super) frames: u32,
}

/// Draws the images of a video in order.
pub(super) trait Film: Send {
    fn shape(&self) -> Shape;

    /// Draws an image into four bytes a pixel: red, green, blue, nothing.
    fn draw(&mut self, number: u32, pixels: &mut [u8]) -> Result<()>;
}
