//! What fal's models offer and how their fields are called (the models' pages on fal.ai, November
//! 2026). A model that is not listed gets the names that most paths share, and any value.

use crate::hosted::{Choice, Field};
use crate::hosted_image::{HostedImage, References, SEEDREAM, Shape};
use crate::hosted_video::{HostedVideo, Seconds};

const KONTEXT: Shape = Shape::Ratio(Choice::of(
    "aspect_ratio",
    &[(21, 9), (16, 9), (4, 3), (3, 2), (1, 1), (2, 3), (3, 4), (9, 16), (9, 21)],
));

const BANANA: Shape = Shape::Ratio(Choice::of(
    "aspect_ratio",
    &[(21, 9), (16, 9), (3, 2), (4, 3), (5, 4), (1, 1), (4, 5), (3, 4), (2, 3), (9, 16)],
));

/// What images of all listed models have in common.
const IMAGE: HostedImage = HostedImage { count: Some("num_images"), max_count: Some(4), ..HostedImage::NONE };

/// FLUX Kontext, which edits one image.
const fn kontext(id: &'static str) -> HostedImage {
    HostedImage {
        id,
        shape: KONTEXT,
        references: References::One("image_url"),
        edits: true,
        seed: Some("seed"),
        ..IMAGE
    }
}

/// Seedream, which draws.
const fn seedream(id: &'static str) -> HostedImage {
    let write = |width, height| Field::Pixels { width, height };
    let shape = Shape::Pixels { field: "image_size", formats: SEEDREAM, write };
    HostedImage { id, shape, max_count: Some(6), seed: Some("seed"), ..IMAGE }
}

/// Seedream, which edits.
const fn seedream_edit(id: &'static str) -> HostedImage {
    HostedImage { references: References::Many("image_urls"), max_references: Some(10), edits: true, ..seedream(id) }
}

/// Nano Banana, which draws.
const fn banana(id: &'static str) -> HostedImage {
    HostedImage { id, shape: BANANA, ..IMAGE }
}

/// Nano Banana, which edits; how many images it takes is not on its page.
const fn banana_edit(id: &'static str) -> HostedImage {
    HostedImage { references: References::Many("image_urls"), edits: true, ..banana(id) }
}

const SIZES: Option<Choice<&str>> = Some(Choice::of("resolution", &["1K", "2K", "4K"]));

const IMAGES: &[HostedImage] = &[
    kontext("fal-ai/flux-pro/kontext"),
    kontext("fal-ai/flux-pro/kontext/max"),
    HostedImage { references: References::Many("image_urls"), ..kontext("fal-ai/flux-pro/kontext/max/multi") },
    HostedImage {
        references: References::Unasked,
        edits: false,
        ..kontext("fal-ai/flux-pro/kontext/max/text-to-image")
    },
    seedream("fal-ai/bytedance/seedream/v4/text-to-image"),
    seedream_edit("fal-ai/bytedance/seedream/v4/edit"),
    seedream("fal-ai/bytedance/seedream/v4.5/text-to-image"),
    seedream_edit("fal-ai/bytedance/seedream/v4.5/edit"),
    banana("fal-ai/nano-banana"),
    banana_edit("fal-ai/nano-banana/edit"),
    HostedImage { size: SIZES, ..banana("fal-ai/nano-banana-pro") },
    HostedImage { size: SIZES, ..banana_edit("fal-ai/nano-banana-pro/edit") },
];

const UNKNOWN_IMAGE: &HostedImage = &HostedImage {
    shape: Shape::Ratio(Choice::any("aspect_ratio")),
    size: Some(Choice::any("image_size")),
    references: References::Either("image_url", "image_urls"),
    count: Some("num_images"),
    seed: Some("seed"),
    negative_prompt: Some("negative_prompt"),
    ..HostedImage::NONE
};

/// Kling, whose lengths are text.
const KLING: HostedVideo = HostedVideo {
    duration: Some(Choice::of("duration", &[5, 10])),
    seconds: Seconds::Text,
    negative_prompt: Some("negative_prompt"),
    ..HostedVideo::NONE
};

/// Veo, whose lengths are text with a unit.
const VEO: HostedVideo = HostedVideo {
    aspect_ratio: Some(Choice::of("aspect_ratio", &[(16, 9), (9, 16)])),
    resolution: Some(Choice::of("resolution", &["720p", "1080p", "4k"])),
    duration: Some(Choice::of("duration", &[4, 6, 8])),
    seconds: Seconds::Suffixed,
    audio: Some("generate_audio"),
    ..HostedVideo::NONE
};

const fn veo(id: &'static str) -> HostedVideo {
    HostedVideo { id, negative_prompt: Some("negative_prompt"), seed: Some("seed"), ..VEO }
}

const fn veo_from_image(id: &'static str) -> HostedVideo {
    HostedVideo { id, first_frame: Some("image_url"), animates: true, ..VEO }
}

const fn veo_between(id: &'static str) -> HostedVideo {
    let (first_frame, last_frame) = (Some("first_frame_url"), Some("last_frame_url"));
    HostedVideo { id, first_frame, last_frame, animates: true, ends: true, ..VEO }
}

/// Seedance, whose lengths are text.
const SEEDANCE: HostedVideo = HostedVideo {
    resolution: Some(Choice::of("resolution", &["480p", "720p", "1080p"])),
    duration: Some(Choice::of("duration", &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
    seconds: Seconds::Text,
    seed: Some("seed"),
    ..HostedVideo::NONE
};

const VIDEOS: &[HostedVideo] = &[
    HostedVideo {
        id: "fal-ai/kling-video/v2.5-turbo/pro/text-to-video",
        aspect_ratio: Some(Choice::of("aspect_ratio", &[(16, 9), (9, 16), (1, 1)])),
        ..KLING
    },
    HostedVideo {
        id: "fal-ai/kling-video/v2.5-turbo/pro/image-to-video",
        first_frame: Some("image_url"),
        last_frame: Some("tail_image_url"),
        animates: true,
        ..KLING
    },
    veo("fal-ai/veo3.1"),
    veo("fal-ai/veo3.1/fast"),
    veo_from_image("fal-ai/veo3.1/image-to-video"),
    veo_from_image("fal-ai/veo3.1/fast/image-to-video"),
    veo_between("fal-ai/veo3.1/first-last-frame-to-video"),
    veo_between("fal-ai/veo3.1/fast/first-last-frame-to-video"),
    HostedVideo {
        id: "fal-ai/bytedance/seedance/v1/pro/text-to-video",
        aspect_ratio: Some(Choice::of("aspect_ratio", &[(21, 9), (16, 9), (4, 3), (1, 1), (3, 4), (9, 16)])),
        ..SEEDANCE
    },
    HostedVideo {
        id: "fal-ai/bytedance/seedance/v1/pro/image-to-video",
        first_frame: Some("image_url"),
        last_frame: Some("end_image_url"),
        animates: true,
        ..SEEDANCE
    },
];

const UNKNOWN_VIDEO: &HostedVideo = &HostedVideo {
    aspect_ratio: Some(Choice::any("aspect_ratio")),
    resolution: Some(Choice::any("resolution")),
    duration: Some(Choice::any("duration")),
    first_frame: Some("image_url"),
    last_frame: Some("end_image_url"),
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
