//! The shape of an image or a video.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Width to height as two small numbers, for instance 4:5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AspectRatio {
    /// Of the width.
    pub width: u32,
    /// Of the height.
    pub height: u32,
}

impl AspectRatio {
    /// 1:1.
    pub const SQUARE: Self = Self::new(1, 1);
    /// 4:5, the tallest that most feeds show.
    pub const PORTRAIT: Self = Self::new(4, 5);
    /// 9:16, stories and reels.
    pub const VERTICAL: Self = Self::new(9, 16);
    /// 16:9.
    pub const WIDE: Self = Self::new(16, 9);

    /// Width to height.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Width divided by height.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.width) / f64::from(self.height.max(1))
    }
}

impl fmt::Display for AspectRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.width, self.height)
    }
}

impl FromStr for AspectRatio {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let ratio = text.split_once(':').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        match ratio {
            Some((width, height)) if width > 0 && height > 0 => Ok(Self { width, height }),
            _ => Err(Error::invalid("aspect_ratio", format!("`{text}` is not WIDTH:HEIGHT, for instance 4:5"))),
        }
    }
}

impl TryFrom<String> for AspectRatio {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<AspectRatio> for String {
    fn from(ratio: AspectRatio) -> Self {
        ratio.to_string()
    }
}

impl From<(u32, u32)> for AspectRatio {
    fn from((width, height): (u32, u32)) -> Self {
        Self { width, height }
    }
}
