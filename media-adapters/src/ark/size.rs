//! Sizes in pixels, for a vendor that takes no shape.

use social_core::image::{AspectRatio, ImageRequest};

use crate::pixels;

/// The size of a request that names a shape and no size; all models offer it.
const USUAL: &str = "2K";

/// The side of a square of a named size, in pixels.
fn side(size: &str) -> Option<u32> {
    let thousands: u32 = size.strip_suffix(['K', 'k'])?.parse().ok()?;
    thousands.checked_mul(1024).filter(|side| (1024..=8192).contains(side))
}

/// What a request asks for, as Ark's `size`: the name of a size, or `WIDTHxHEIGHT` where a shape is
/// wanted. `None` where nothing is said, or a size that has no shape.
pub(super) fn of(request: &ImageRequest) -> Option<String> {
    let name = request.size.as_deref();
    match request.aspect_ratio {
        None => name.map(str::to_owned),
        Some(ratio) => side(name.unwrap_or(USUAL)).and_then(|side| pixels(ratio, side)).or(name.map(str::to_owned)),
    }
}

/// The step is that of Ark's own table: 16 pixels at 2K.
fn pixels(ratio: AspectRatio, side: u32) -> Option<String> {
    let (width, height) = pixels::of_shape(ratio, side, side / 128)?;
    Some(format!("{width}x{height}"))
}

#[cfg(test)]
mod tests {
    //! Stands on the sizes that ModelArk's page on images recommends, and on the vendor's SDK.

    use super::*;

    #[test]
    fn shapes_become_the_vendors_own_sizes() {
        let asked = ImageRequest::new("a cat");
        let sized = |width, height, size: &str| {
            of(&asked.clone().with_aspect_ratio(AspectRatio::new(width, height)).with_size(size))
        };
        for (width, height, size, pixels) in [
            (1, 1, "1K", "1024x1024"),
            (16, 9, "1K", "1280x720"),
            (4, 3, "1K", "1152x864"),
            (3, 2, "1K", "1248x832"),
            (21, 9, "1K", "1512x648"),
            (1, 1, "2K", "2048x2048"),
            (9, 16, "2K", "1440x2560"),
            (4, 3, "2K", "2304x1728"),
            (3, 2, "2K", "2496x1664"),
            (21, 9, "2K", "3024x1296"),
            (4, 5, "2K", "1792x2240"),
            (1, 1, "4K", "4096x4096"),
            (16, 9, "4K", "5120x2880"),
            // Not a size of ours: as it is.
            (1, 1, "1200x1200", "1200x1200"),
            (u32::MAX, u32::MAX, "2K", "2K"),
        ] {
            assert_eq!(sized(width, height, size).as_deref(), Some(pixels), "{width}:{height} {size}");
        }
        assert_eq!(of(&asked), None);
        assert_eq!(of(&asked.clone().with_aspect_ratio(AspectRatio::VERTICAL)).as_deref(), Some("1440x2560"));
        assert_eq!(of(&asked.with_size("4K")).as_deref(), Some("4K"));
    }
}
