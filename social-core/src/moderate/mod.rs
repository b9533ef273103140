//! Judging texts and images before they are published.
//!
//! A [`Moderator`] is a [`Maker`] of [`ModerationRequest`]s: its [`address`](Maker::address), its
//! [`capabilities`](Maker::capabilities) as [`ModerationCapabilities`], one call
//! [`make`](Maker::make) on a run, and a [`Moderation`] in a [`Made`](crate::make::Made) that says
//! what it cost. All [wrappers](crate::wrap) work around it: a fallback, a budget, a ledger, a
//! cache.
//!
//! Any language model is a moderator, too, as a [`ChatModerator`], with rules in your own words:
//!
//! ```
//! use std::sync::Arc;
//!
//! use social_core::chat::ChatModel;
//! use social_core::make::Maker as _;
//! use social_core::moderate::{ChatModerator, ModerationRequest};
//! use social_core::run::Run;
//!
//! # async fn example(model: Arc<dyn ChatModel>) -> social_core::Result<()> {
//! let moderator = ChatModerator::new(model).with_rules("No prices, no names of competitors.");
//! let verdict = moderator.make(&Run::ephemeral(), &ModerationRequest::text("Half price at 41 Bistro!")).await?;
//! if verdict.flagged {
//!     println!("a person must look at it: {}", verdict.value);
//! }
//! # Ok(())
//! # }
//! ```

mod by_chat;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use by_chat::ChatModerator;

use crate::error::{Error, Result};
use crate::make::{MakeRequest, Maker, OptionValue, Scalar, capability_record};
use crate::media::Media;
use crate::money::Usage;

/// Judges texts and images, one vendor's model or a wrapper around some.
///
/// # Contract
/// - The verdict is about all inputs together.
/// - What was not judged is never a pass: an answer without a verdict, or with fewer verdicts than
///   inputs, is [`Protocol`](crate::ErrorKind::Protocol).
/// - A verdict costs little and can be had again: a lost answer is asked for again, so the call is
///   a [`step`](crate::run::Run::step) of the run and no `once`.
pub type Moderator = dyn Maker<ModerationRequest>;

/// One thing to judge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ModerationInput {
    /// Text.
    Text(String),
    /// An image.
    Image(Media),
}

/// What to judge, together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ModerationRequest {
    /// The things, in order.
    pub inputs: Vec<ModerationInput>,
}

impl ModerationRequest {
    /// These things.
    #[must_use]
    pub fn new(inputs: impl IntoIterator<Item = ModerationInput>) -> Self {
        Self { inputs: inputs.into_iter().collect() }
    }

    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new([ModerationInput::Text(text.into())])
    }

    /// Adds an image.
    #[must_use]
    pub fn with_image(mut self, image: Media) -> Self {
        self.inputs.push(ModerationInput::Image(image));
        self
    }

    /// The texts, in order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().filter_map(|input| match input {
            ModerationInput::Text(text) => Some(text.as_str()),
            ModerationInput::Image(_) => None,
        })
    }

    /// The images, in order.
    pub fn images(&self) -> impl Iterator<Item = &Media> {
        self.inputs.iter().filter_map(|input| match input {
            ModerationInput::Text(_) => None,
            ModerationInput::Image(media) => Some(media),
        })
    }
}

capability_record! {
    /// What a moderator can do, as data.
    pub struct ModerationCapabilities {
        choices {}
        limits {
            /// Things per call.
            max_inputs = "inputs", with_max_inputs, None;
        }
        flags {
            /// Looks at images.
            image_input, with_image_input;
        }
        facts {
            /// Says how sure it is: [`ModerationCategory::score`].
            scores, with_scores;
        }
    }
}

/// A verdict.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Moderation {
    /// It should not be published without a person's look at it. True as soon as one category is.
    pub flagged: bool,
    /// By category, in the moderator's own words, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<ModerationCategory>,
}

/// What a verdict says about one category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ModerationCategory {
    /// The moderator's own word for it, such as `hate/threatening`.
    pub name: String,
    /// The content belongs to it.
    pub flagged: bool,
    /// How sure the moderator is, from 0 to 1, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

impl ModerationCategory {
    /// A category and whether the content belongs to it.
    #[must_use]
    pub fn new(name: impl Into<String>, flagged: bool, score: Option<f64>) -> Self {
        Self { name: name.into(), flagged, score }
    }
}

impl Moderation {
    /// A verdict; `flagged` is what the moderator says of the whole.
    #[must_use]
    pub fn new(flagged: bool, categories: impl IntoIterator<Item = ModerationCategory>) -> Self {
        let mut all = Self { flagged, categories: Vec::new() };
        for category in categories {
            all.add(category);
        }
        all
    }

    /// The verdict about this and another thing together: of each category the worse.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.flagged |= other.flagged;
        for category in other.categories {
            self.add(category);
        }
        self
    }

    fn add(&mut self, category: ModerationCategory) {
        self.flagged |= category.flagged;
        match self.categories.binary_search_by(|known| known.name.cmp(&category.name)) {
            Err(place) => self.categories.insert(place, category),
            Ok(place) => {
                let Some(known) = self.categories.get_mut(place) else { return };
                known.flagged |= category.flagged;
                known.score = known.score.into_iter().chain(category.score).reduce(f64::max);
            }
        }
    }

    /// The categories that the content belongs to.
    pub fn flags(&self) -> impl Iterator<Item = &ModerationCategory> {
        self.categories.iter().filter(|category| category.flagged)
    }
}

impl fmt::Display for Moderation {
    /// For people: `flagged: hate (0.93), violence`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.flagged {
            return f.write_str("not flagged");
        }
        f.write_str("flagged")?;
        for (number, category) in self.flags().enumerate() {
            f.write_str(if number == 0 { ": " } else { ", " })?;
            f.write_str(&category.name)?;
            if let Some(score) = category.score {
                write!(f, " ({score:.2})")?;
            }
        }
        Ok(())
    }
}

impl MakeRequest for ModerationRequest {
    const NAME: &'static str = "moderate";
    type Output = Moderation;
    type Capabilities = ModerationCapabilities;

    fn option(&self, name: &str) -> OptionValue<'_> {
        match name {
            "inputs" => OptionValue::parts(self.inputs.len()),
            "image_input" => OptionValue::files(self.images()),
            _ => OptionValue::Unset,
        }
    }

    fn set_option(&mut self, _name: &str, _value: Option<&Scalar>) -> bool {
        // What is left out would not be judged.
        false
    }

    fn files_mut(&mut self) -> Vec<(&'static str, &mut Media)> {
        let files = self.inputs.iter_mut().filter_map(|input| match input {
            ModerationInput::Text(_) => None,
            ModerationInput::Image(media) => Some(("image_input", media)),
        });
        files.collect()
    }

    fn validate(&self) -> Result<()> {
        if self.inputs.is_empty() {
            return Err(Error::invalid("inputs", "there is nothing to judge"));
        }
        Ok(())
    }

    fn estimate(&self) -> Usage {
        let tokens = self.inputs.iter().map(|input| match input {
            // No tokenizer makes more tokens than bytes.
            ModerationInput::Text(text) => text.len() as u64,
            ModerationInput::Image(_) => 2_000,
        });
        // A language model reads its rules and writes its verdict, too.
        Usage { input_tokens: Some(tokens.sum::<u64>() + 2_000), output_tokens: Some(2_000), ..Usage::default() }
    }
}
