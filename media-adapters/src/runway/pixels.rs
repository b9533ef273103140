//! Pixels such as `1104:832`, in which Runway wants a shape and a size together.

use social_core::image::AspectRatio;

/// The shapes by which pixels are known.
const SHAPES: [(u32, u32); 6] = [(16, 9), (9, 16), (1, 1), (4, 3), (3, 4), (21, 9)];

/// The pixels of this size, or of that of the first ones, whose shape is nearest to the wanted one;
/// the first of them where none is wanted.
pub(super) fn nearest(
    pixels: &'static [&'static str],
    size: fn(AspectRatio) -> &'static str,
    wanted_size: Option<&str>,
    wanted: Option<f64>,
) -> Option<&'static str> {
    let known = pixels.iter().filter_map(|text| Some((*text, text.parse::<AspectRatio>().ok()?)));
    let wanted_size = wanted_size.or_else(|| Some(size(known.clone().next()?.1)))?;
    let distance = |pixels: AspectRatio| wanted.map_or(0.0, |wanted| (pixels.value().ln() - wanted.ln()).abs());
    let fitting = known.filter(|(_, pixels)| size(*pixels) == wanted_size);
    fitting.min_by(|(_, a), (_, b)| distance(*a).total_cmp(&distance(*b))).map(|(text, _)| text)
}

/// The shapes of these pixels, each once.
pub(super) fn ratios(pixels: Vec<&str>) -> Vec<AspectRatio> {
    let mut ratios = Vec::new();
    for pixels in pixels.iter().filter_map(|text| text.parse::<AspectRatio>().ok()) {
        let distance = |(w, h): &(u32, u32)| (AspectRatio::new(*w, *h).value().ln() - pixels.value().ln()).abs();
        let shape = SHAPES.into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).map(AspectRatio::from);
        ratios.extend(shape.filter(|shape| !ratios.contains(shape)));
    }
    ratios
}

/// The sizes of these pixels, each once.
pub(super) fn sizes(pixels: &[&str], size: fn(AspectRatio) -> &'static str) -> Vec<&'static str> {
    let mut sizes = Vec::new();
    for size in pixels.iter().filter_map(|text| text.parse().ok()).map(size) {
        if !sizes.contains(&size) {
            sizes.push(size);
        }
    }
    sizes
}

/// Videos of one resolution have about as many pixels in every shape.
pub(super) fn of_video(pixels: AspectRatio) -> &'static str {
    match u64::from(pixels.width) * u64::from(pixels.height) {
        0..500_000 => "480p",
        500_000..1_500_000 => "720p",
        1_500_000..4_000_000 => "1080p",
        _ => "4k",
    }
}

/// Images are known by their shorter side.
pub(super) fn of_image(pixels: AspectRatio) -> &'static str {
    if pixels.width.min(pixels.height) <= 720 { "720p" } else { "1080p" }
}
