//! What WaveSpeed's models offer and how their fields are called (wavespeed.ai docs, November
//! 2026). A model that is not listed gets the names that most paths share, and any value.

use crate::hosted::{Choice, Field};
use crate::hosted_image::{HostedImage, References, SEEDREAM, Shape};
use crate::hosted_video::HostedVideo;

/// With an asterisk, unlike Ark's own `WxH`.
fn asterisk(width: u32, height: u32) -> Field {
    Field::Text(format!("{width}*{height}"))
}

const SEEDREAM_SHAPE: Shape = Shape::Pixels { field: "size", formats: SEEDREAM, write: asterisk };

const KONTEXT: Shape = Shape::Ratio(Choice::of(
    "aspect_ratio",
    &[(21, 9), (16, 9), (4, 3), (3, 2), (1, 1), (2, 3), (3, 4), (9, 16), (9, 21)],
));

/// Seedream, which draws.
const fn seedream(id: &'static str) -> HostedImage {
    HostedImage { id, shape: SEEDREAM_SHAPE, ..HostedImage::NONE }
}

/// Seedream, which edits.
const fn seedream_edit(id: &'static str) -> HostedImage {
    HostedImage { references: References::Many("images"), max_references: Some(10), edits: true, ..seedream(id) }
}

/// FLUX Kontext, which edits one image.
const fn kontext(id: &'static str) -> HostedImage {
    HostedImage { id, shape: KONTEXT, references: References::One("image"), edits: true, ..HostedImage::NONE }
}

const IMAGES: &[HostedImage] = &[
    seedream("bytedance/seedream-v4"),
    seedream_edit("bytedance/seedream-v4/edit"),
    HostedImage { count: Some("max_images"), max_count: Some(15), ..seedream("bytedance/seedream-v4/sequential") },
    HostedImage {
        count: Some("max_images"),
        max_count: Some(15),
        ..seedream_edit("bytedance/seedream-v4/edit-sequential")
    },
    seedream("bytedance/seedream-v4.5"),
    seedream_edit("bytedance/seedream-v4.5/edit"),
    kontext("wavespeed-ai/flux-kontext-max"),
    HostedImage {
        references: References::Unasked,
        edits: false,
        ..kontext("wavespeed-ai/flux-kontext-max/text-to-image")
    },
    HostedImage { references: References::Many("images"), ..kontext("wavespeed-ai/flux-kontext-max/multi") },
];

const UNKNOWN_IMAGE: &HostedImage = &HostedImage {
    shape: Shape::Ratio(Choice::any("aspect_ratio")),
    size: Some(Choice::any("size")),
    references: References::Either("image", "images"),
    count: Some("num_images"),
    seed: Some("seed"),
    negative_prompt: Some("negative_prompt"),
    ..HostedImage::NONE
};

/// Seedance from an image; which resolution it makes is in its path. Lengths are not listed alike
/// by the vendor's pages.
const fn seedance(id: &'static str) -> HostedVideo {
    HostedVideo {
        id,
        duration: Some(Choice::any("duration")),
        first_frame: Some("image"),
        last_frame: Some("last_image"),
        animates: true,
        seed: Some("seed"),
        ..HostedVideo::NONE
    }
}

const VIDEOS: &[HostedVideo] = &[
    seedance("bytedance/seedance-v1-pro-i2v-480p"),
    seedance("bytedance/seedance-v1-pro-i2v-720p"),
    seedance("bytedance/seedance-v1-pro-i2v-1080p"),
    seedance("bytedance/seedance-v1-lite-i2v-480p"),
    seedance("bytedance/seedance-v1-lite-i2v-720p"),
    seedance("bytedance/seedance-v1-lite-i2v-1080p"),
];

const UNKNOWN_VIDEO: &HostedVideo = &HostedVideo {
    aspect_ratio: Some(Choice::any("aspect_ratio")),
    resolution: Some(Choice::any("resolution")),
    duration: Some(Choice::any("duration")),
    first_frame: Some("image"),
    last_frame: Some("last_image"),
    audio: Some("generate_audio"),
    negative_prompt: Some("negative_prompt"),
    seed: Some("seed"),
    ..HostedVideo::NONE
};

pub(super) fn image(id: &str) -> &'static HostedImage {
    IMAGES.iter().find(|model| model.id == id).unwrap_or(UNKNOWN_IMAGE)
}

pub(super) fn video(id: &str) -> &'static HostedVideo {
    VIDEOS.iter().find(|model| model.id == id).unwrap_or(UNKNOWN_VIDEO)
}
