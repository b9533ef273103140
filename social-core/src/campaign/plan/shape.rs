//! What a placement shows, by its rules.

use crate::campaign::Brief;
use crate::image::AspectRatio;
use crate::publish::{Placement, Rules, Span};

/// A carousel has at most this many images: the idea and three facts.
const CAROUSEL: usize = 4;

/// Whether posts there have a text.
pub(in crate::campaign) fn takes_text(rules: &Rules) -> bool {
    [true, false].iter().any(|files| rules.text.accepts(*files))
}

/// Whether nothing goes there without a video.
pub(in crate::campaign) fn needs_video(rules: &Rules) -> bool {
    rules.media.videos.minimum.is_some_and(|minimum| minimum > 0) || (rules.image.is_none() && rules.video.is_some())
}

/// Whether nothing goes there without an image.
pub(in crate::campaign) fn needs_image(rules: &Rules) -> bool {
    !needs_video(rules) && minimum_of_images(rules) > 0
}

/// Whether a text is enough there.
pub(in crate::campaign) fn does_without_images(rules: &Rules) -> bool {
    takes_text(rules) && !needs_image(rules) && !needs_video(rules)
}

fn minimum_of_images(rules: &Rules) -> usize {
    rules.media.images.minimum.unwrap_or(0).max(rules.media.together.minimum.unwrap_or(0))
}

/// How many images a post there gets: as many as it must have, a carousel up to four, and one where
/// they are welcome.
pub(in crate::campaign) fn images_of(rules: &Rules, brief: &Brief) -> usize {
    if rules.image.is_none() || needs_video(rules) {
        return 0;
    }
    let wished = if rules.placement == Placement::CAROUSEL { (1 + brief.facts.len()).min(CAROUSEL) } else { 1 };
    wished.max(minimum_of_images(rules)).min(rules.media.images.maximum.unwrap_or(usize::MAX))
}

/// The shape that shows best there, within the rules.
pub(in crate::campaign) fn shape(rules: &Rules) -> AspectRatio {
    const TALL: [Placement; 3] = [Placement::REEL, Placement::STORY, Placement::SHORT];
    const WIDE: [Placement; 2] = [Placement::VIDEO, Placement::ARTICLE];
    let wished = match &rules.placement {
        placement if TALL.contains(placement) => AspectRatio::VERTICAL,
        placement if WIDE.contains(placement) => AspectRatio::WIDE,
        _ => AspectRatio::PORTRAIT,
    };
    let allowed = match (&rules.image, &rules.video) {
        (_, Some(video)) if needs_video(rules) => video.aspect_ratio,
        (Some(image), _) => image.aspect_ratio,
        _ => Span::ANY,
    };
    let candidates = [wished, AspectRatio::PORTRAIT, AspectRatio::SQUARE, AspectRatio::WIDE, AspectRatio::VERTICAL];
    candidates.into_iter().find(|ratio| allowed.contains(ratio.value())).unwrap_or(wished)
}
