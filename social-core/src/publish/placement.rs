//! Where on a platform a post stands.

use std::str::FromStr;

use crate::error::{Error, Result};

open_name! {
    /// Where on a platform a post stands: `feed`, `reel`, `pin`.
    ///
    /// The word is open: which placements exist is what the [`Rules`](super::Rules) of a publisher
    /// say. The usual ones are constants here; a platform may have its own.
    ///
    /// ```
    /// use social_core::publish::Placement;
    ///
    /// const PIN: Placement = Placement::new("pin");
    /// assert_eq!("pin".parse::<Placement>()?, PIN);
    /// assert_eq!("reel".parse::<Placement>()?, Placement::REEL);
    /// # Ok::<_, social_core::Error>(())
    /// ```
    Placement
}

impl Placement {
    /// The ordinary feed.
    pub const FEED: Self = Self::new("feed");
    /// Several images or videos to swipe through.
    pub const CAROUSEL: Self = Self::new("carousel");
    /// A vertical short video.
    pub const REEL: Self = Self::new("reel");
    /// A vertical image or video that disappears after a day.
    pub const STORY: Self = Self::new("story");
    /// A short video on a video platform.
    pub const SHORT: Self = Self::new("short");
    /// A long video.
    pub const VIDEO: Self = Self::new("video");
    /// A long text.
    pub const ARTICLE: Self = Self::new("article");
    /// A message to a list or channel.
    pub const MESSAGE: Self = Self::new("message");
}

impl Default for Placement {
    /// The feed.
    fn default() -> Self {
        Self::FEED
    }
}

impl FromStr for Placement {
    type Err = Error;

    /// Any word of lower-case letters, digits, `_` and `-`; whether a platform offers it is for its
    /// rules to say.
    fn from_str(word: &str) -> Result<Self> {
        let valid = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
        if (1..=40).contains(&word.len()) && word.bytes().all(valid) {
            return Ok(word.to_owned().into());
        }
        let message = format!("`{word}` is not a placement: a word of a-z, 0-9, `_` and `-`, for instance `feed`");
        Err(Error::invalid("placement", message))
    }
}
