//! Shapes as sizes in pixels, for vendors that take no shape.

use social_core::image::AspectRatio;

/// Width and height of the largest image of exactly this shape that has at most as many pixels as a
/// square of this side, both multiples of the shape times `step`.
pub(crate) fn of_shape(ratio: AspectRatio, side: u32, step: u32) -> Option<(u64, u64)> {
    let (width, height, step) = (u64::from(ratio.width), u64::from(ratio.height), u64::from(step.max(1)));
    let parts = width.checked_mul(height).filter(|parts| *parts > 0)?;
    let unit = (u64::from(side).pow(2) / parts).isqrt() / step * step;
    (unit > 0).then_some((width * unit, height * unit))
}
