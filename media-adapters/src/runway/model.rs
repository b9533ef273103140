//! What Runway's models offer (types of runwayml 5.24.0). Of a model that is not listed little is
//! assumed: what the interface can carry is passed on.

use social_core::image::{AspectRatio, ImageCapabilities, ImageRequest};
use social_core::make::{Condition, Test};
use social_core::video::{VideoCapabilities, VideoRequest};
use social_core::{Error, Result};

use super::pixels::{nearest, of_image, of_video, ratios, sizes};

/// A video model.
struct Video {
    id: &'static str,
    /// The pixels of videos from a text; empty where the model needs an image.
    text: &'static [&'static str],
    /// The pixels of videos from an image; empty where the video has the image's shape.
    image: &'static [&'static str],
    /// Whether the pixels must be named, from a text and from an image.
    must: (bool, bool),
    /// Lengths in seconds; empty where they are not known.
    seconds: &'static [u32],
    /// The length of a model that must be told one.
    seconds_if_unset: Option<u64>,
    last_frame: bool,
    audio: bool,
    negative_prompt: bool,
    seed: bool,
    /// UTF-16 units.
    max_prompt: Option<u64>,
    /// Whether a first frame needs words, too.
    words: bool,
}

const GEN4: Video = Video {
    id: "",
    text: &["1280:720", "720:1280"],
    image: &["1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672"],
    must: (true, true),
    seconds: &[2, 3, 4, 5, 6, 7, 8, 9, 10],
    seconds_if_unset: None,
    last_frame: false,
    audio: false,
    negative_prompt: false,
    seed: true,
    max_prompt: Some(1000),
    words: true,
};
const HD: &[&str] = &["1280:720", "720:1280", "1920:1080", "1080:1920"];
const VEO: Video = Video {
    text: HD,
    image: HD,
    seconds: &[4, 6, 8],
    last_frame: true,
    audio: true,
    negative_prompt: true,
    words: false,
    ..GEN4
};
const KLING: Video = Video {
    must: (true, false),
    seconds: &[],
    last_frame: true,
    audio: true,
    seed: false,
    max_prompt: None,
    words: false,
    ..GEN4
};
const KLING_720P: &[&str] = &["1280:720", "720:1280", "960:960"];
const KLING_1080P: &[&str] = &["1920:1080", "1080:1920", "1440:1440"];
const KLING_4K: &[&str] = &["3840:2160", "2160:3840", "2880:2880"];
const SEEDANCE: Video = Video { must: (false, false), seed: true, max_prompt: Some(3500), ..KLING };
const SEEDANCE_720P: &[&str] = &[
    "1280:720", "720:1280", "1470:630", "1112:834", "960:960", "834:1112", "992:432", "864:496", "752:560", "640:640",
    "560:752", "496:864",
];
const SEEDANCE_4K: &[&str] = &[
    "1280:720",
    "720:1280",
    "1470:630",
    "1112:834",
    "960:960",
    "834:1112",
    "992:432",
    "864:496",
    "752:560",
    "640:640",
    "560:752",
    "496:864",
    "2206:946",
    "1920:1080",
    "1664:1248",
    "1440:1440",
    "1248:1664",
    "1080:1920",
    "3840:1646",
    "3840:2160",
    "3840:2880",
    "3840:3840",
    "2880:3840",
    "2160:3840",
];
const WAN: &[&str] = &[
    "1280:720",
    "720:1280",
    "1104:832",
    "960:960",
    "832:1104",
    "832:480",
    "720:544",
    "624:624",
    "544:720",
    "480:832",
    "1920:1080",
    "1648:1248",
    "1440:1440",
    "1248:1648",
    "1080:1920",
];

const VIDEOS: &[Video] = &[
    Video { id: "gen4.5", seconds_if_unset: Some(5), ..GEN4 },
    Video { id: "gen4_turbo", text: &[], words: false, ..GEN4 },
    Video { id: "veo3.1", ..VEO },
    Video { id: "veo3.1_fast", ..VEO },
    Video {
        id: "kling2.5_turbo_pro",
        text: &["1280:720", "720:1280", "720:720", "1920:1080", "1080:1920", "1440:1440"],
        image: &[],
        must: (false, false),
        seconds: &[5, 10],
        audio: false,
        words: true,
        ..KLING
    },
    Video { id: "kling3.0_standard", text: KLING_720P, image: KLING_720P, ..KLING },
    Video { id: "kling3.0_pro", text: KLING_1080P, image: KLING_1080P, ..KLING },
    Video { id: "kling3.0_4k", text: KLING_4K, image: KLING_4K, ..KLING },
    Video { id: "klingO3_standard", text: KLING_720P, image: KLING_720P, ..KLING },
    Video { id: "klingO3_pro", text: KLING_1080P, image: KLING_1080P, ..KLING },
    Video { id: "klingO3_4k", text: KLING_4K, image: KLING_4K, ..KLING },
    Video { id: "seedance2", text: SEEDANCE_4K, image: SEEDANCE_4K, ..SEEDANCE },
    Video { id: "seedance2_fast", text: SEEDANCE_720P, image: SEEDANCE_720P, ..SEEDANCE },
    Video { id: "seedance2_mini", text: SEEDANCE_720P, image: SEEDANCE_720P, ..SEEDANCE },
    Video { id: "wan3", text: WAN, image: WAN, must: (false, false), words: true, ..KLING },
    Video { id: "wan3_prime", text: WAN, image: WAN, must: (false, false), words: true, ..KLING },
];

/// The pixels of Gen-4's images; `gen4_image` offers some others, too, which `extra` can name.
const IMAGES: &[&str] = &[
    "1080:1080",
    "1920:1080",
    "1080:1920",
    "1440:1080",
    "1080:1440",
    "2112:912",
    "720:720",
    "1280:720",
    "720:1280",
    "960:720",
    "720:960",
    "1680:720",
];

/// What a video is made from; of an image, width divided by height where it is known.
#[derive(Clone, Copy)]
pub(super) enum Prompted {
    Text,
    Image(Option<f64>),
}

fn find(id: &str) -> Option<&'static Video> {
    VIDEOS.iter().find(|model| model.id == id)
}

pub(super) fn video(id: &str) -> VideoCapabilities {
    let can = VideoCapabilities::unknown()
        .with_condition(Condition::that("quality", Test::Unset))
        .with_condition(Condition::that("duration", Test::Whole))
        .with_condition(Condition::that("seed", Test::AtLeast(0.0)))
        .with_condition(Condition::that("seed", Test::AtMost(f64::from(u32::MAX))))
        .with_condition(
            Condition::that("first_frame", Test::Set)
                .when("last_frame", Test::Set)
                .because("a video ends on an image only if it starts from one"),
        );
    let Some(model) = find(id) else { return can };
    let mut can = can
        .with_aspect_ratios(ratios([model.text, model.image].concat()))
        .with_resolutions(sizes(&[model.text, model.image].concat(), of_video))
        .with_last_frame(model.last_frame)
        .with_audio(model.audio)
        .with_negative_prompt(model.negative_prompt)
        .with_seed(model.seed);
    can.max_prompt_chars = model.max_prompt;
    if !model.seconds.is_empty() {
        can = can.with_seconds(model.seconds.iter().copied());
    }
    for condition in shape_conditions(model) {
        can = can.with_condition(condition);
    }
    if model.words { can.with_condition(Condition::that("prompt", Test::Set)) } else { can }
}

/// What a first frame and the shape exclude of each other.
fn shape_conditions(model: &Video) -> Vec<Condition> {
    let shape = |test| Condition::that("aspect_ratio", test);
    let mut conditions = Vec::new();
    if model.text.is_empty() {
        let from_image = Condition::that("first_frame", Test::Set);
        conditions.push(from_image.because("this model makes videos from an image only"));
    } else if model.text != model.image {
        conditions.push(shape(Test::one_of(ratios(model.text.to_vec()))).when("first_frame", Test::Unset));
    }
    if model.image.is_empty() {
        let follows = shape(Test::Unset).when("first_frame", Test::Set);
        conditions.push(follows.because("a video that starts from an image has the image's shape"));
        let follows = Condition::that("resolution", Test::Unset).when("first_frame", Test::Set);
        conditions.push(follows.because("a video that starts from an image has the image's shape"));
    } else {
        let told = shape(Test::Set).when("first_frame", Test::Remote);
        let told = if model.must.1 { told } else { told.when("resolution", Test::Set) };
        conditions.push(told.because("the shape of an image at an address is not known"));
    }
    conditions
}

/// The `ratio` and the `resolution` that the request names.
pub(super) fn shape<'a>(id: &str, prompted: Prompted, request: &'a VideoRequest) -> (Option<String>, Option<&'a str>) {
    let Some(model) = find(id) else {
        return (request.aspect_ratio.map(|ratio| ratio.to_string()), request.resolution.as_deref());
    };
    let (pixels, must, of_image) = match prompted {
        Prompted::Text => (model.text, model.must.0, None),
        Prompted::Image(shape) => (model.image, model.must.1, shape),
    };
    if !must && request.aspect_ratio.is_none() && request.resolution.is_none() {
        return (None, None);
    }
    let wanted = request.aspect_ratio.map(AspectRatio::value).or(of_image);
    (nearest(pixels, of_video, request.resolution.as_deref(), wanted).map(str::to_owned), None)
}

/// The length of a model that must be told one.
pub(super) fn seconds_if_unset(id: &str) -> Option<u64> {
    find(id)?.seconds_if_unset
}

pub(super) fn image(id: &str) -> ImageCapabilities {
    let can = ImageCapabilities::unknown()
        .with_max_count(1)
        .with_negative_prompt(false)
        .with_reference_roles([])
        .with_condition(Condition::that("prompt", Test::Set));
    let can = match id {
        "gen4_image" | "gen4_image_turbo" => can
            .with_aspect_ratios(ratios(IMAGES.to_vec()))
            .with_sizes(sizes(IMAGES, of_image))
            .with_max_references(3)
            .with_max_prompt_chars(1000)
            .with_condition(Condition::that("quality", Test::Unset)),
        _ => return can.with_condition(Condition::that("size", Test::Unset)),
    };
    match id {
        "gen4_image_turbo" => can.with_condition(
            Condition::that("references", Test::Set).because("this model makes images from a reference image only"),
        ),
        _ => can,
    }
}

/// The `ratio` of an image: square and 1080p where nothing is asked for.
pub(super) fn image_pixels(id: &str, request: &ImageRequest) -> Option<String> {
    let asked = request.aspect_ratio;
    if !matches!(id, "gen4_image" | "gen4_image_turbo") {
        return asked.map(|ratio| ratio.to_string());
    }
    nearest(IMAGES, of_image, request.size.as_deref(), asked.map(AspectRatio::value)).map(str::to_owned)
}

/// Runway counts UTF-16 units, of which some characters have two.
pub(super) fn refuse_long(maximum: Option<u64>, prompt: &str) -> Result<()> {
    let units = prompt.encode_utf16().count() as u64;
    match maximum {
        Some(maximum) if units > maximum => {
            Err(Error::unsupported("prompt", format!("{units} UTF-16 units, at most {maximum}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    //! The tables are the vendor's types; the names of their shapes are ours.

    use super::*;

    #[test]
    fn every_shape_and_size_on_a_record_has_pixels_of_its_own() {
        for model in VIDEOS {
            for pixels in [model.text, model.image] {
                let (shapes, sizes) = (ratios(pixels.to_vec()), sizes(pixels, of_video));
                assert_eq!(shapes.len() * sizes.len(), pixels.len(), "{}", model.id);
                let mut found: Vec<_> = shapes
                    .iter()
                    .flat_map(|shape| {
                        sizes.iter().map(|size| nearest(pixels, of_video, Some(size), Some(shape.value())))
                    })
                    .flatten()
                    .collect();
                found.sort_unstable();
                found.dedup();
                assert_eq!(found.len(), pixels.len(), "{}", model.id);
            }
        }
        assert_eq!((ratios(IMAGES.to_vec()).len(), sizes(IMAGES, of_image).len()), (6, 2));
    }
}
