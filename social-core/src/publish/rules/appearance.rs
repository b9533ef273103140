//! How a post looks on a platform: for previews.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::setters;
use crate::Platform;

/// The image beside the author's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AvatarShape {
    /// Round.
    #[default]
    Round,
    /// Round with a ring.
    Ringed,
    /// Square.
    Square,
}

/// Where the text of a post stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TextPlace {
    /// Above the files.
    #[default]
    Above,
    /// Below the files, behind the author's name.
    Below,
}

/// How a post looks on a platform, roughly: enough for a preview by which a person decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Appearance {
    /// The platform's name as people write it.
    pub name: String,
    /// The colour that people know it by, `#rrggbb`.
    pub accent: String,
    /// The image beside the author's name.
    pub avatar: AvatarShape,
    /// Where the text stands.
    pub text: TextPlace,
    /// How tall a single image is shown at most, in percent of its width.
    pub max_height_percent: u16,
    /// Several images are swiped through; otherwise they stand side by side.
    pub swipes: bool,
    /// Width and height of the tiles of an account's own page, to whose shape images are cut there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<(u16, u16)>,
    /// The signs below the post: `heart`, `speech`, `share`, `send`, `save`, `repeat`, `thumb`.
    pub signs: Vec<Cow<'static, str>>,
}

impl Default for Appearance {
    /// Text above images, as on most platforms.
    fn default() -> Self {
        Self {
            name: String::new(),
            accent: "#6e6a65".to_owned(),
            avatar: AvatarShape::default(),
            text: TextPlace::default(),
            max_height_percent: 125,
            swipes: false,
            grid: None,
            signs: vec!["heart".into(), "speech".into(), "share".into()],
        }
    }
}

impl Appearance {
    /// The usual appearance under this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The usual appearance of a platform that is called what it calls itself.
    #[must_use]
    pub fn of(platform: &Platform) -> Self {
        let words = platform.as_str().replace('_', " ");
        let mut letters = words.chars();
        Self::new(letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>())
    }

    /// Sets [`signs`](Self::signs).
    #[must_use]
    pub fn with_signs(mut self, signs: impl IntoIterator<Item = impl Into<Cow<'static, str>>>) -> Self {
        self.signs = signs.into_iter().map(Into::into).collect();
        self
    }

    setters! {
        with_accent = accent: String,
        with_avatar = avatar: AvatarShape,
        with_text = text: TextPlace,
        with_max_height_percent = max_height_percent: u16,
        with_swipes = swipes: bool,
        with_grid = grid: Option<(u16, u16)>,
    }
}
