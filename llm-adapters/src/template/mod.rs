//! A writer without a model: it fills templates, offline, for nothing, and always the same for the
//! same brief.
//!
//! It is the last resort of a fallback and what a program without any key writes with:
//! `template/default`. Its replies are marked `degraded`.
//!
//! **Environment:** none is needed.
//!
//! **Supported:** it reads two data parts of the request. `brief` is
//! `{subject, facts?, brand?: {name?, voice?}, call_to_action?, link?, language?}`, `target` is
//! `{platform?, max_text?, unit?, habits?}`, the habits as in
//! [`Habits`](social_core::publish::Habits). It writes German and English; other languages become
//! English. With [`OutputFormat::Schema`] it answers the properties that it knows: `text`,
//! `hashtags`, `headline`, `subline`, `call_to_action`, `alt_text`, `image_prompt` and
//! `video_prompt`.
//!
//! ```
//! use llm_adapters::template::TemplateWriter;
//! use serde_json::json;
//! use social_core::chat::{ChatModel as _, ChatRequest, DataPart, Message, Part, Role};
//!
//! # async fn example() -> social_core::Result<()> {
//! let value = json!({"subject": "Apple cake from the oven", "brand": {"name": "Café Nord"}});
//! let brief = Part::Data(DataPart { name: "brief".to_owned(), value });
//! let request = ChatRequest::of([Message::new(Role::User, vec![brief])]);
//! let reply = TemplateWriter::new()?.chat(&request).await?;
//! assert!(reply.degraded && reply.text().contains("Apple cake"));
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! **Known limits:** it says nothing that the brief does not say, chooses among a few dozen texts,
//! and calls no tools. Temperature, seed and limits of length have no effect.
//!
//! **Sources:** none; its templates are in `words.rs`, and an application brings its own with
//! [`TemplateWriter::with_texts`].
//!
//! [`OutputFormat::Schema`]: social_core::chat::OutputFormat::Schema

mod brief;
mod compose;
pub(crate) mod entry;
#[cfg(test)]
mod tests;
mod texts;
mod words;

use async_trait::async_trait;
use serde_json::{Map, Value};
use social_core::chat::{
    ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, FinishReason, OutputFormat, Part,
};
use social_core::money::Cost;
use social_core::{Error, ModelAddress, Result};

use brief::Brief;
use compose::Composer;
use texts::Texts;

/// Writes posts from templates; see the [module](self).
#[derive(Clone, Debug)]
pub struct TemplateWriter {
    address: ModelAddress,
    texts: Texts,
}

impl TemplateWriter {
    /// The built-in texts, `template/default`.
    ///
    /// # Errors
    /// None in a released version: the built-in texts are tested.
    pub fn new() -> Result<Self> {
        Self::with_texts("default", [] as [(&str, &str); 0])
    }

    /// The built-in texts by name.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for another name than `default`.
    pub fn named(name: &str) -> Result<Self> {
        if name == "default" {
            return Self::new();
        }
        Err(Error::config(format!("no templates are called `{name}`; known are: default")).with_vendor("template"))
    }

    /// Your own texts, as pairs of a language code and a template in Jinja's language; the brief
    /// picks one by its subject and platform. A language without texts of yours uses the built-in
    /// ones.
    ///
    /// Templates may use `subject`, `facts` (a list), `brand`, `call`, `link`, `playful` and
    /// `platform`, and the filters `sentence` (a whole sentence), `sentences` (a list of them) and
    /// `item` (without a full stop).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for a template that cannot be read, or that uses
    /// a variable that no brief has; it names the template, the line and the variable.
    pub fn with_texts(
        name: &str,
        texts: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Result<Self> {
        Ok(Self { address: ModelAddress::new("template", name), texts: Texts::new(name, texts)? })
    }

    fn write(&self, request: &ChatRequest) -> Result<String> {
        let (brief, target) = Brief::read(request)?;
        let composer = Composer::new(&self.texts, &brief, &target);
        match &request.output {
            OutputFormat::Schema { schema, .. } => {
                let wanted = schema.get("properties").and_then(Value::as_object);
                let wanted = wanted.ok_or_else(|| Error::unsupported("output.schema", "only objects can be filled"))?;
                let required = schema.get("required").and_then(Value::as_array);
                let mut answer = Map::new();
                for (name, property) in wanted {
                    match composer.property(name)? {
                        Some(Value::Array(items)) if !takes(property, "array") => {
                            let words: Vec<_> = items.iter().filter_map(Value::as_str).collect();
                            answer.insert(name.clone(), words.join(" ").into());
                        }
                        Some(value) => {
                            answer.insert(name.clone(), value);
                        }
                        None if takes(property, "null") => {
                            answer.insert(name.clone(), Value::Null);
                        }
                        None if required.is_some_and(|names| names.iter().any(|n| n == name)) => {
                            let known = compose::PROPERTIES.join(", ");
                            let message = format!("templates cannot fill `{name}`, only {known}");
                            return Err(Error::unsupported("output.schema", message));
                        }
                        None => {}
                    }
                }
                Ok(Value::Object(answer).to_string())
            }
            OutputFormat::Json => {
                let mut answer = Map::new();
                for name in compose::PROPERTIES {
                    answer.extend(composer.property(name)?.map(|value| (name.to_owned(), value)));
                }
                Ok(Value::Object(answer).to_string())
            }
            _ => composer.text(),
        }
    }
}

/// Whether a property's schema names this type.
fn takes(property: &Value, name: &str) -> bool {
    match property.get("type") {
        Some(Value::Array(types)) => types.iter().any(|one| one == name),
        Some(one) => one == name,
        None => name == "array" && property.get("items").is_some(),
    }
}

#[async_trait]
impl ChatModel for TemplateWriter {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        let mut capabilities = ChatCapabilities::text();
        capabilities.json = true;
        capabilities.json_schema = true;
        capabilities.temperature = false;
        capabilities.paid = false;
        capabilities.generative = false;
        capabilities
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        let refuse = |option, why| Err(Error::unsupported(option, why).with_vendor("template"));
        if !request.tools.is_empty() {
            return refuse("tools", "templates have none");
        }
        if request.web_search.is_some() {
            return refuse("web_search", "templates do not search");
        }
        self.capabilities().check_files(request).map_err(|error| error.with_vendor("template"))?;
        let parts = request.messages.iter().flat_map(|message| &message.parts);
        if parts.into_iter().any(|part| matches!(part, Part::Image(_) | Part::Video(_))) {
            return refuse("image", "templates read no images and no videos");
        }
        let text = self.write(request).map_err(|error| error.with_vendor("template"))?;
        let mut reply = ChatReply::new(self.address.clone(), vec![Part::Text(text)], FinishReason::Stop);
        reply.model = Some(self.address.model.clone());
        reply.degraded = true;
        reply.cost = Some(Cost::free());
        Ok(reply)
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        Ok(ChatStream::from_reply(self.chat(request).await?))
    }
}
