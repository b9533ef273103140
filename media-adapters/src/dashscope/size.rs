//! Shapes and resolutions as DashScope's sizes, `WIDTH*HEIGHT`.

use social_core::image::{AspectRatio, ImageRequest};
use social_core::video::VideoRequest;

use super::model::Sizes;
use crate::pixels;

/// Sides are multiples of the shape times this.
const STEP: u32 = 16;

/// The size of an image: the one that was asked for, or that of the shape.
pub(super) fn of_image(request: &ImageRequest, sizes: Sizes) -> Option<String> {
    if let Some(size) = &request.size {
        return Some(size.replace('x', "*"));
    }
    let ratio = request.aspect_ratio?;
    match sizes {
        Sizes::Fixed(sizes) => {
            let fits = |(shape, _): &&((u32, u32), &str)| AspectRatio::from(*shape) == ratio;
            sizes.iter().find(fits).map(|(_, size)| (*size).to_owned())
        }
        Sizes::Within(side) => {
            let (width, height) = pixels::of_shape(ratio, side, STEP)?;
            Some(format!("{width}*{height}"))
        }
    }
}

/// The resolution of a video whose shape alone is asked for; all models have it.
const USUAL: &str = "720P";

/// The sizes of the older models (Model Studio, Wan text to video).
const SIZES: [(&str, (u32, u32), &str); 13] = [
    ("480P", (16, 9), "832*480"),
    ("480P", (9, 16), "480*832"),
    ("480P", (1, 1), "624*624"),
    ("720P", (16, 9), "1280*720"),
    ("720P", (9, 16), "720*1280"),
    ("720P", (1, 1), "960*960"),
    ("720P", (4, 3), "1088*832"),
    ("720P", (3, 4), "832*1088"),
    ("1080P", (16, 9), "1920*1080"),
    ("1080P", (9, 16), "1080*1920"),
    ("1080P", (1, 1), "1440*1440"),
    ("1080P", (4, 3), "1632*1248"),
    ("1080P", (3, 4), "1248*1632"),
];

/// The size of a video from a text, for models that take no shape. `None` where nothing is said.
pub(super) fn of_video(request: &VideoRequest) -> Option<&'static str> {
    if request.resolution.is_none() && request.aspect_ratio.is_none() {
        return None;
    }
    let resolution = request.resolution.as_deref().unwrap_or(USUAL);
    let ratio = request.aspect_ratio.unwrap_or(AspectRatio::WIDE);
    let fits =
        |(named, shape, _): &&(&str, (u32, u32), &str)| *named == resolution && AspectRatio::from(*shape) == ratio;
    SIZES.iter().find(fits).map(|(_, _, size)| *size)
}

#[cfg(test)]
mod tests {
    //! Stands on the ranges of the vendor's pages.

    use super::super::model;
    use super::*;

    #[test]
    fn shapes_stay_within_what_the_models_take() {
        for (model, least, most, side) in [
            ("wan2.6-t2i", 1280 * 1280, 1440 * 1440, 4096),
            ("wan2.5-t2i-preview", 1280 * 1280, 1440 * 1440, 4096),
            ("wan2.2-t2i-flash", 512 * 512, 1440 * 1440, 1440),
            ("qwen-image-2.0-pro", 512 * 512, 2048 * 2048, 4096),
        ] {
            for ratio in model::image(model).aspect_ratios.unwrap() {
                let request = ImageRequest::new("x").with_aspect_ratio(ratio);
                let size = of_image(&request, model::sizes(model)).unwrap();
                let (width, height) = size.split_once('*').unwrap();
                let (width, height): (u32, u32) = (width.parse().unwrap(), height.parse().unwrap());
                assert!(
                    (least..=most).contains(&(width * height)) && width.max(height) <= side,
                    "{model} {ratio}: {size}"
                );
                assert_eq!(width * ratio.height, height * ratio.width, "{model} {ratio}: {size}");
            }
        }
        let square = ImageRequest::new("x").with_aspect_ratio(AspectRatio::SQUARE);
        assert_eq!(of_image(&square, model::sizes("qwen-image-plus")).as_deref(), Some("1328*1328"));
        assert_eq!(
            of_image(&ImageRequest::new("x").with_size("800x600"), model::sizes("?")).as_deref(),
            Some("800*600")
        );
    }
}
