//! Captions: what is spoken, when, in lines that can be read, as SubRip and WebVTT.
//!
//! ```
//! use std::time::Duration;
//! use social_core::captions::{CaptionRules, Captions};
//! use social_core::speech::SpokenWord;
//!
//! let words: Vec<_> = "Fresh pumpkin ravioli, made every morning. Come by!"
//!     .split(' ')
//!     .enumerate()
//!     .map(|(n, word)| SpokenWord {
//!         text: word.to_owned(),
//!         start: Duration::from_millis(400 * n as u64),
//!         end: Duration::from_millis(400 * n as u64 + 350),
//!     })
//!     .collect();
//! let captions = Captions::of_words(&words, &CaptionRules::default());
//! assert_eq!(captions.cues[0].text, "Fresh pumpkin ravioli, made every morning.");
//! assert!(captions.to_srt().starts_with("1\n00:00:00,000 --> 00:00:02,350\nFresh pumpkin"));
//! assert_eq!(Captions::read(&captions.to_webvtt())?, captions);
//! # Ok::<_, social_core::Error>(())
//! ```
//!
//! **Known limits.** Where words are not written apart (Chinese, Japanese, Thai, Lao, Khmer,
//! Burmese), lines are broken between syllables by rules, not by a dictionary: never before a
//! closing mark or inside a syllable, preferably behind punctuation, spaces and endings. Styles,
//! positions and regions of WebVTT are not read.
//!
//! **Sources.** WebVTT: W3C Candidate Recommendation of 2019-04-04. SubRip has no specification;
//! what is read is what players read. Sizes: Netflix, Timed Text Style Guide, General Requirements
//! and the pages of the languages.

mod lines;
mod pieces;
mod rules;
mod script;
mod srt;
mod stamp;
mod webvtt;

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use rules::CaptionRules;

use crate::error::{Error, ErrorKind, Result};
use crate::media::Media;

/// A text that is shown for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cue {
    /// When it appears.
    pub start: Duration,
    /// When it goes.
    pub end: Duration,
    /// Plain text; its lines are separated by line feeds.
    pub text: String,
}

impl Cue {
    /// This text from `start` to `end`.
    #[must_use]
    pub fn new(start: Duration, end: Duration, text: impl Into<String>) -> Self {
        Self { start, end, text: text.into() }
    }

    /// The lines that are written: a blank line would end the cue, so there is none among them.
    fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty())
    }
}

/// Texts over time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captions {
    /// The texts, in order.
    pub cues: Vec<Cue>,
}

impl Captions {
    /// SubRip, an `.srt` file. Times are cut to milliseconds, blank lines left out.
    ///
    /// SubRip cannot escape: words such as `<i>` are formatting to players.
    #[must_use]
    pub fn to_srt(&self) -> String {
        srt::write(self)
    }

    /// WebVTT, a `.vtt` file. Times are cut to milliseconds, blank lines left out.
    #[must_use]
    pub fn to_webvtt(&self) -> String {
        webvtt::write(self)
    }

    /// The WebVTT file as media, for a post's attachment or a timeline's captions.
    #[must_use]
    pub fn to_media(&self) -> Media {
        Media::bytes(self.to_webvtt())
    }

    /// Reads SubRip or WebVTT, as lenient as players are: any line ends, missing numbers, hours and
    /// header, a comma or a point in times. Formatting is taken out; what is no cue is passed over.
    ///
    /// # Errors
    /// [`MediaInvalid`](ErrorKind::MediaInvalid) for a text in which there is no cue, unless it is
    /// an empty WebVTT file or empty.
    pub fn read(text: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let is_webvtt = text.starts_with("WEBVTT");
        let captions = if is_webvtt { webvtt::read(text) } else { srt::read(text) };
        if captions.cues.is_empty() && !is_webvtt && !text.trim().is_empty() {
            return Err(Error::new(ErrorKind::MediaInvalid, "the captions have no cue: there is no line with `-->`"));
        }
        Ok(captions)
    }
}
