//! What Replicate's models offer and how their inputs are called (the models' pages, November
//! 2026). A model that is not listed gets the names that most models share, and any value.

use crate::hosted::Choice;
use crate::hosted_image::{HostedImage, References, Shape};
use crate::hosted_video::HostedVideo;

const FLUX: Shape = Shape::Ratio(Choice::of(
    "aspect_ratio",
    &[(1, 1), (16, 9), (9, 16), (4, 3), (3, 4), (3, 2), (2, 3), (4, 5), (5, 4), (21, 9), (9, 21)],
));

const SEEDREAM: Shape =
    Shape::Ratio(Choice::of("aspect_ratio", &[(1, 1), (4, 3), (3, 4), (16, 9), (9, 16), (3, 2), (2, 3), (21, 9)]));

const BANANA: Shape = Shape::Ratio(Choice::of(
    "aspect_ratio",
    &[(1, 1), (2, 3), (3, 2), (3, 4), (4, 3), (4, 5), (5, 4), (9, 16), (16, 9), (21, 9)],
));

/// FLUX Kontext, which draws, and edits one image.
const fn kontext(id: &'static str) -> HostedImage {
    let references = References::One("input_image");
    HostedImage { id, shape: FLUX, references, seed: Some("seed"), ..HostedImage::NONE }
}

const IMAGES: &[HostedImage] = &[
    kontext("black-forest-labs/flux-kontext-max"),
    kontext("black-forest-labs/flux-kontext-pro"),
    HostedImage {
        id: "black-forest-labs/flux-schnell",
        shape: FLUX,
        count: Some("num_outputs"),
        max_count: Some(4),
        seed: Some("seed"),
        ..HostedImage::NONE
    },
    HostedImage {
        id: "bytedance/seedream-4",
        shape: SEEDREAM,
        size: Some(Choice::of("size", &["1K", "2K", "4K"])),
        references: References::Many("image_input"),
        max_references: Some(10),
        ..HostedImage::NONE
    },
    HostedImage {
        id: "google/nano-banana",
        shape: BANANA,
        references: References::Many("image_input"),
        ..HostedImage::NONE
    },
    HostedImage {
        id: "google/nano-banana-pro",
        shape: BANANA,
        size: Some(Choice::of("resolution", &["1K", "2K", "4K"])),
        references: References::Many("image_input"),
        max_references: Some(14),
        ..HostedImage::NONE
    },
];

const UNKNOWN_IMAGE: &HostedImage = &HostedImage {
    shape: Shape::Ratio(Choice::any("aspect_ratio")),
    size: Some(Choice::any("size")),
    references: References::Either("image", "image_input"),
    count: Some("num_outputs"),
    seed: Some("seed"),
    negative_prompt: Some("negative_prompt"),
    ..HostedImage::NONE
};

/// Seedance; its shape is ignored beside an image.
const fn seedance(id: &'static str) -> HostedVideo {
    HostedVideo {
        id,
        aspect_ratio: Some(Choice::of("aspect_ratio", &[(16, 9), (4, 3), (1, 1), (3, 4), (9, 16), (21, 9), (9, 21)])),
        resolution: Some(Choice::of("resolution", &["480p", "720p", "1080p"])),
        duration: Some(Choice::of("duration", &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
        first_frame: Some("image"),
        last_frame: Some("last_frame_image"),
        follows_frame: true,
        seed: Some("seed"),
        ..HostedVideo::NONE
    }
}

/// Veo.
const fn veo(id: &'static str) -> HostedVideo {
    HostedVideo {
        id,
        aspect_ratio: Some(Choice::of("aspect_ratio", &[(16, 9), (9, 16)])),
        resolution: Some(Choice::of("resolution", &["720p", "1080p"])),
        duration: Some(Choice::of("duration", &[4, 6, 8])),
        first_frame: Some("image"),
        last_frame: Some("last_frame"),
        audio: Some("generate_audio"),
        negative_prompt: Some("negative_prompt"),
        seed: Some("seed"),
        ..HostedVideo::NONE
    }
}

const VIDEOS: &[HostedVideo] = &[
    seedance("bytedance/seedance-1-pro"),
    seedance("bytedance/seedance-1-lite"),
    HostedVideo {
        id: "kwaivgi/kling-v2.5-turbo-pro",
        aspect_ratio: Some(Choice::of("aspect_ratio", &[(16, 9), (9, 16), (1, 1)])),
        duration: Some(Choice::of("duration", &[5, 10])),
        first_frame: Some("start_image"),
        follows_frame: true,
        negative_prompt: Some("negative_prompt"),
        ..HostedVideo::NONE
    },
    veo("google/veo-3.1"),
    veo("google/veo-3.1-fast"),
];

const UNKNOWN_VIDEO: &HostedVideo = &HostedVideo {
    aspect_ratio: Some(Choice::any("aspect_ratio")),
    resolution: Some(Choice::any("resolution")),
    duration: Some(Choice::any("duration")),
    first_frame: Some("image"),
    last_frame: Some("last_frame_image"),
    audio: Some("generate_audio"),
    negative_prompt: Some("negative_prompt"),
    seed: Some("seed"),
    ..HostedVideo::NONE
};

/// The model, whatever its version.
fn name(id: &str) -> &str {
    id.rsplit_once(':').map_or(id, |(name, _)| name)
}

pub(super) fn image(id: &str) -> &'static HostedImage {
    IMAGES.iter().find(|model| model.id == name(id)).unwrap_or(UNKNOWN_IMAGE)
}

pub(super) fn video(id: &str) -> &'static HostedVideo {
    VIDEOS.iter().find(|model| model.id == name(id)).unwrap_or(UNKNOWN_VIDEO)
}
