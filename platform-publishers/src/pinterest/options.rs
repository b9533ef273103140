//! What Pinterest alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Placement, PlatformOptions, Rules};

pub(super) const PLATFORM: Platform = Platform::new("pinterest");

/// Options of a pin.
///
/// ```
/// use platform_publishers::pinterest::{PIN, PinterestOptions};
/// use social_core::publish::Post;
///
/// let options = PinterestOptions::new().with_board("Autumn menu");
/// let post = Post::new("Pumpkin soup").with_placement(PIN).with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// | option | pin of an image | pin of a video | carousel |
/// |---|---|---|---|
/// | `board` or `board_id`, `section_id`, `dominant_color` | yes | yes | yes |
/// | `secret_board` | with `board` | with `board` | with `board` |
/// | `cover_second` | | yes | |
///
/// Source: Pinterest's description of its API 5.23.0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PinterestOptions {
    /// The board by its name; it is made when the account has no board of that name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board: Option<String>,
    /// The board by its id, instead of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board_id: Option<String>,
    /// A board that has to be made is seen by its owner alone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub secret_board: bool,
    /// A section of the board, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section_id: Option<String>,
    /// The second of the video that becomes its cover; 0 otherwise. A cover that is attached stands
    /// instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover_second: Option<u32>,
    /// The colour that is shown until the image is there, `#6e7874`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dominant_color: Option<String>,
}

impl PinterestOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the board.
    #[must_use]
    pub fn with_board(mut self, name: impl Into<String>) -> Self {
        self.board = Some(name.into());
        self
    }

    /// Says which board it is, by its id.
    #[must_use]
    pub fn with_board_id(mut self, id: impl Into<String>) -> Self {
        self.board_id = Some(id.into());
        self
    }

    /// Makes a missing board secret.
    #[must_use]
    pub const fn with_secret_board(mut self) -> Self {
        self.secret_board = true;
        self
    }

    /// Says which section of the board it is, by its id.
    #[must_use]
    pub fn with_section_id(mut self, id: impl Into<String>) -> Self {
        self.section_id = Some(id.into());
        self
    }

    /// Takes this second of the video for its cover.
    #[must_use]
    pub const fn with_cover_second(mut self, second: u32) -> Self {
        self.cover_second = Some(second);
        self
    }

    /// Says which colour stands for the image.
    #[must_use]
    pub fn with_dominant_color(mut self, color: impl Into<String>) -> Self {
        self.dominant_color = Some(color.into());
        self
    }
}

impl PlatformOptions for PinterestOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options of a placement in its rules.
pub(super) fn list(rules: Rules) -> Rules {
    let takes_videos = rules.placement != Placement::CAROUSEL;
    let rules = rules
        .with_option("board", "the board by its name; it is made when it is missing")
        .with_option("board_id", "the board by its id")
        .with_option("dominant_color", "the colour that stands for the image, `#6e7874`")
        .with_option("secret_board", "a board that has to be made is seen by its owner alone")
        .with_option("section_id", "a section of the board, by its id");
    match takes_videos {
        true => rules.with_option("cover_second", "the second of the video that becomes its cover"),
        false => rules,
    }
}
