//! What a model can do, and what of it a request may ask for.

use serde::{Deserialize, Serialize};

use super::{ChatRequest, Part};
use crate::error::{Error, Result};
use crate::make::{Condition, OptionValue};
use crate::money::{Price, Usage};

/// What a model can do, as data. An option outside of it is refused before anything is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatCapabilities {
    /// Answers arrive in pieces as they are made.
    pub stream: bool,
    /// Reads images.
    pub image_input: bool,
    /// Reads videos.
    pub video_input: bool,
    /// Hears sound.
    #[serde(default)]
    pub audio_input: bool,
    /// Reads documents.
    #[serde(default)]
    pub document_input: bool,
    /// Says which places of a document its answer stands on.
    #[serde(default)]
    pub document_citations: bool,
    /// Answers with images.
    #[serde(default)]
    pub image_output: bool,
    /// Takes marks of what the vendor should keep of a prompt; where it is false they are ignored.
    #[serde(default)]
    pub prompt_cache: bool,
    /// Goes on from a prompt that the vendor keeps by name.
    #[serde(default)]
    pub kept_prompts: bool,
    /// Calls tools.
    pub tools: bool,
    /// Can be made to call a certain tool, or any.
    pub forced_tool_choice: bool,
    /// Answers in JSON.
    pub json: bool,
    /// Answers in JSON of a given schema.
    pub json_schema: bool,
    /// Thinks before it answers, as far as told.
    pub reasoning: bool,
    /// Searches the web for its answer.
    pub web_search: bool,
    /// Takes a sampling temperature.
    pub temperature: bool,
    /// A call is billed. A lost call of a free model is simply made again.
    pub paid: bool,
    /// A model writes the answers, as opposed to templates that are filled: such answers may have
    /// to be marked as made by a machine.
    #[serde(default = "yes")]
    pub generative: bool,
    /// The longest answer in tokens, thinking included, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u32>,
    /// The room that an answer gets when the request names none, where the adapter has to name one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_output_tokens: Option<u32>,
    /// What the model excludes among the things that it does, by the names of
    /// [`ChatRequest::option`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// What it costs, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Box<Price>>,
}

fn yes() -> bool {
    true
}

impl ChatCapabilities {
    /// Text in, text out, streamed and billed; nothing else.
    #[must_use]
    pub const fn text() -> Self {
        Self {
            stream: true,
            image_input: false,
            video_input: false,
            audio_input: false,
            document_input: false,
            document_citations: false,
            image_output: false,
            prompt_cache: false,
            kept_prompts: false,
            tools: false,
            forced_tool_choice: false,
            json: false,
            json_schema: false,
            reasoning: false,
            web_search: false,
            temperature: true,
            paid: true,
            generative: true,
            output_tokens: None,
            usual_output_tokens: None,
            conditions: Vec::new(),
            price: None,
        }
    }

    /// Everything: for models about which nothing is known, which are never refused locally.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            stream: true,
            image_input: true,
            video_input: true,
            audio_input: true,
            document_input: true,
            document_citations: true,
            image_output: true,
            prompt_cache: true,
            kept_prompts: true,
            tools: true,
            forced_tool_choice: true,
            json: true,
            json_schema: true,
            reasoning: true,
            web_search: true,
            temperature: true,
            paid: true,
            generative: true,
            output_tokens: None,
            usual_output_tokens: None,
            conditions: Vec::new(),
            price: None,
        }
    }
}

impl ChatCapabilities {
    /// Without documents, sound, image output and marks for a cache, which are offered one by one.
    #[must_use]
    pub const fn without_files(mut self) -> Self {
        self.audio_input = false;
        self.document_input = false;
        self.document_citations = false;
        self.image_output = false;
        self.prompt_cache = false;
        self.kept_prompts = false;
        self
    }

    /// Refuses what the model does not take: an answer that is longer than any of its own, images,
    /// videos and tools where it has none, and what its [conditions](Self::conditions) exclude.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) naming the option;
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) naming `max_output_tokens`.
    pub fn check(&self, request: &ChatRequest) -> Result<()> {
        if let (Some(asked), Some(maximum)) = (request.max_output_tokens, self.output_tokens)
            && asked > maximum
        {
            let message = format!("{asked} is more than this model's maximum of {maximum}");
            return Err(Error::invalid("max_output_tokens", message));
        }
        for (option, offered) in [("image", self.image_input), ("video", self.video_input), ("tools", self.tools)] {
            if !offered && request.option(option) != OptionValue::Unset {
                return Err(Error::unsupported(option, "this model does not take it"));
            }
        }
        match self.conditions.iter().find(|condition| !condition.holds(|option| request.option(option))) {
            Some(condition) => Err(Error::unsupported(condition.that.option.clone(), condition.to_string())),
            None => Ok(()),
        }
    }

    /// The maximum that a request may use, for budgets and plans: of its answer what it names, else
    /// what the adapter names for it.
    #[must_use]
    pub fn estimate(&self, request: &ChatRequest) -> Usage {
        let mut usage = request.estimate();
        if let (None, Some(usual)) = (request.max_output_tokens, self.usual_output_tokens) {
            usage.output_tokens = Some(u64::from(usual));
        }
        usage
    }

    /// Refuses documents, sound and image output where they are not offered, by name.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) naming `document`, `document.cite`, `audio`,
    /// `image_output` or `cache.content`.
    pub fn check_files(&self, request: &ChatRequest) -> Result<()> {
        let refuse = |option: &'static str, why: &'static str| Err(Error::unsupported(option, why));
        for part in request.messages.iter().flat_map(|message| &message.parts) {
            match part {
                Part::Document(_) if !self.document_input => {
                    return refuse("document", "this model reads no documents; hand in their text");
                }
                Part::Document(document) if document.cite && !self.document_citations => {
                    return refuse("document.cite", "this model does not say which places it cites");
                }
                Part::Audio(_) if !self.audio_input => return refuse("audio", "this model hears no sound"),
                _ => {}
            }
        }
        if request.image_output.is_some() && !self.image_output {
            return refuse("image_output", "this model answers with text only; ask an image model");
        }
        let content = request.cache.as_ref().and_then(|cache| cache.content.as_ref());
        if content.is_some() && !self.kept_prompts {
            return refuse("cache.content", "this vendor keeps no prompts by name");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    //! Invented conditions, of the forms that vendors' refusals have.

    use super::*;
    use crate::ErrorKind;
    use crate::chat::{Effort, Message, ReasoningOptions, Tool, ToolChoice};
    use crate::make::Test;

    #[test]
    fn f2_what_a_condition_excludes_is_refused_by_name_and_the_rest_is_not() {
        let mut can = ChatCapabilities::all();
        can.output_tokens = Some(1000);
        let effort = |effort| ReasoningOptions { effort: Some(effort), ..ReasoningOptions::default() };
        can.conditions = vec![
            Condition::that("temperature", Test::is(1.0)).because("it samples by itself"),
            Condition::that("tools", Test::Unset).when("reasoning.effort", Test::one_of(["low", "high"])),
            Condition::that("tools", Test::Unset).when("reasoning.effort", Test::Unset),
            Condition::that("tool_choice", Test::is("none")),
            Condition::that("prefill", Test::Unset),
            Condition::that("reasoning.effort", Test::one_of(["none", "low"])),
        ];
        let tool = Tool { name: "f".into(), description: "f".into(), parameters: serde_json::json!({}), strict: false };
        let hi = || ChatRequest::new("hi");
        for (request, option) in [
            (hi(), None),
            (hi().with_temperature(1.0), None),
            (hi().with_temperature(0.5), Some("temperature")),
            (hi().with_tool(tool.clone()), Some("tools")),
            (hi().with_tool(tool.clone()).with_reasoning(effort(Effort::Low)), Some("tools")),
            (hi().with_tool(tool.clone()).with_reasoning(effort(Effort::None)), None),
            (hi().with_tool_choice(ToolChoice::Required), Some("tool_choice")),
            (hi().with_tool_choice(ToolChoice::None), None),
            (hi().with_message(Message::assistant("It")), Some("prefill")),
            (hi().with_reasoning(effort(Effort::Max)), Some("reasoning.effort")),
            (hi().with_max_output_tokens(1000), None),
            (hi().with_max_output_tokens(1001), Some("max_output_tokens")),
        ] {
            let refused = can.check(&request).map_err(|error| error.field().unwrap_or_default().to_owned());
            assert_eq!(refused.err().as_deref(), option, "{request:?}");
        }
        assert_eq!(can.check(&hi().with_temperature(0.5)).unwrap_err().kind(), ErrorKind::Unsupported);
        can.usual_output_tokens = Some(500);
        assert_eq!(can.estimate(&hi()).output_tokens, Some(500));
        assert_eq!(can.estimate(&hi().with_max_output_tokens(9)).output_tokens, Some(9));
    }
}
