//! Turning text, images and videos into vectors.
//!
//! An [`EmbeddingModel`] is a [`Maker`] of [`EmbedRequest`]s: its [`address`](Maker::address), its
//! [`capabilities`](Maker::capabilities) as [`EmbedCapabilities`], one call [`make`](Maker::make)
//! on a run, and [`Embeddings`] in a [`Made`](crate::make::Made) that says what it cost.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::make::{MakeRequest, Maker, OptionValue, Scalar, capability_record};
use crate::media::Media;
use crate::money::Usage;

/// Turns things into vectors, one vendor's model or a wrapper around some. Vectors of different
/// models cannot be compared.
///
/// As many vectors as inputs come back, all of one length. Vectors cost little and can be had
/// again: a lost answer is asked for again, so the call is a [`step`](crate::run::Run::step) of the
/// run and no `once`.
pub type EmbeddingModel = dyn Maker<EmbedRequest>;

/// One thing to embed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EmbedInput {
    /// Text.
    Text(String),
    /// An image.
    Image(Media),
    /// A video.
    Video(Media),
}

/// What to embed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EmbedRequest {
    /// The things, in order.
    pub inputs: Vec<EmbedInput>,
    /// Numbers per vector, where the model offers a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<u32>,
    /// The vendor's word for what the vectors are for, for instance `RETRIEVAL_QUERY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
}

impl EmbedRequest {
    /// These things.
    #[must_use]
    pub fn new(inputs: impl IntoIterator<Item = EmbedInput>) -> Self {
        Self { inputs: inputs.into_iter().collect(), ..Self::default() }
    }

    /// Texts.
    #[must_use]
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::new(texts.into_iter().map(|text| EmbedInput::Text(text.into())))
    }

    /// Sets the numbers per vector.
    #[must_use]
    pub fn with_dimensions(mut self, dimensions: u32) -> Self {
        self.dimensions = Some(dimensions);
        self
    }

    /// Says what the vectors are for.
    #[must_use]
    pub fn with_task(mut self, task: impl Into<String>) -> Self {
        self.task = Some(task.into());
        self
    }
}

capability_record! {
    /// What an embedding model can do, as data.
    pub struct EmbedCapabilities {
        choices {
            /// The lengths of a vector that can be chosen.
            dimensions: u32 [u32] = "dimensions", with_dimensions, with_any_dimension;
            /// The tasks.
            tasks: String [impl Into<String>] = "task", with_tasks, with_any_task;
        }
        limits {
            /// Things per call.
            max_inputs = "inputs", with_max_inputs, None;
        }
        flags {
            /// Reads images.
            image_input, with_image_input;
            /// Reads videos.
            video_input, with_video_input;
        }
        facts {}
    }
}

/// One vector per input, in the request's order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Embeddings {
    /// The vectors.
    pub vectors: Vec<Vec<f32>>,
}

impl Embeddings {
    /// These vectors.
    #[must_use]
    pub fn new(vectors: Vec<Vec<f32>>) -> Self {
        Self { vectors }
    }
}

impl MakeRequest for EmbedRequest {
    const NAME: &'static str = "embed";
    type Output = Embeddings;
    type Capabilities = EmbedCapabilities;

    fn option(&self, name: &str) -> OptionValue<'_> {
        let files = |pick: fn(&EmbedInput) -> Option<&Media>| OptionValue::files(self.inputs.iter().filter_map(pick));
        match name {
            "inputs" => OptionValue::parts(self.inputs.len()),
            "image_input" => files(|input| if let EmbedInput::Image(media) = input { Some(media) } else { None }),
            "video_input" => files(|input| if let EmbedInput::Video(media) = input { Some(media) } else { None }),
            "dimensions" => OptionValue::scalar(self.dimensions),
            "task" => OptionValue::text(self.task.as_deref()),
            _ => OptionValue::Unset,
        }
    }

    fn set_option(&mut self, _name: &str, _value: Option<&Scalar>) -> bool {
        // Vectors of another length or for another task cannot be compared with the ones that were
        // asked for.
        false
    }

    fn files_mut(&mut self) -> Vec<(&'static str, &mut Media)> {
        let files = self.inputs.iter_mut().filter_map(|input| match input {
            EmbedInput::Text(_) => None,
            EmbedInput::Image(media) => Some(("image_input", media)),
            EmbedInput::Video(media) => Some(("video_input", media)),
        });
        files.collect()
    }

    fn validate(&self) -> Result<()> {
        if self.inputs.is_empty() {
            return Err(Error::invalid("inputs", "there is nothing to embed"));
        }
        Ok(())
    }

    fn estimate(&self) -> Usage {
        let tokens = self.inputs.iter().map(|input| match input {
            // No tokenizer makes more tokens than bytes.
            EmbedInput::Text(text) => text.len() as u64,
            EmbedInput::Image(_) => 2_000,
            EmbedInput::Video(_) => 20_000,
        });
        Usage { input_tokens: Some(tokens.sum()), ..Usage::default() }
    }
}
