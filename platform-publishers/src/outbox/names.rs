//! What things are called on the page.

use social_core::publish::{AvatarShape, Placement};

/// The class of the image beside the author's name.
pub(super) const fn avatar_class(shape: AvatarShape) -> &'static str {
    match shape {
        AvatarShape::Ringed => "ringed",
        AvatarShape::Square => "square",
        _ => "round",
    }
}

/// The words with a capital first letter.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// The placement as people call it.
pub(super) fn placement_name(placement: &Placement) -> String {
    match placement.as_str() {
        "feed" => "Feed post".to_owned(),
        other => capital(&other.replace(['_', '-'], " ")),
    }
}

/// A handle as people write it: names in one word have an `@` in front.
pub(super) fn at_sign(handle: &str) -> String {
    if handle.starts_with('@') || handle.contains([' ', '@', '/']) { handle.to_owned() } else { format!("@{handle}") }
}
