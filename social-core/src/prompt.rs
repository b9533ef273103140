//! Prompts as templates: typed variables, a version for the records, and an error at load time for
//! a variable that the type does not have.
//!
//! ```
//! use schemars::JsonSchema;
//! use serde::Serialize;
//! use social_core::prompt::PromptTemplate;
//!
//! #[derive(Serialize, JsonSchema)]
//! struct Dish {
//!     name: String,
//!     guests: Vec<String>,
//! }
//!
//! # fn main() -> social_core::Result<()> {
//! let text = "A caption for {{ name }}{% if guests %}, loved by {{ guests | join(' and ') }}{% endif %}.";
//! let prompt = PromptTemplate::<Dish>::new("caption", "2026-11-20", text)?;
//! let request = prompt.request(&Dish { name: "apple cake".into(), guests: vec!["Ann".into(), "Bo".into()] })?;
//! assert_eq!(request.prompt.as_ref(), Some(prompt.id()));
//!
//! let error = PromptTemplate::<Dish>::new("caption", "2026-11-21", "A caption for {{ dish }}.").unwrap_err();
//! assert!(error.message().contains("`dish`"));
//! # Ok(())
//! # }
//! ```
//!
//! The language is Jinja's. A value that is missing or `null` is written as nothing. The request
//! carries the prompt's [`PromptId`], and [`Booked`](crate::wrap::Booked) writes it into the record
//! of each generation.

use std::fmt;
use std::marker::PhantomData;

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value as Filled};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::chat::{ChatRequest, PromptId};
use crate::error::{Error, Result};

const USER: &str = "prompt";
const SYSTEM: &str = "instructions";

/// A prompt with the variables `V`.
pub struct PromptTemplate<V> {
    id: PromptId,
    texts: Environment<'static>,
    variables: PhantomData<fn(&V)>,
}

impl<V> fmt::Debug for PromptTemplate<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PromptTemplate").field(&self.id).finish()
    }
}

impl<V> Clone for PromptTemplate<V> {
    fn clone(&self) -> Self {
        Self { id: self.id.clone(), texts: self.texts.clone(), variables: PhantomData }
    }
}

impl<V: Serialize + JsonSchema> PromptTemplate<V> {
    /// Reads a prompt.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a text that is no template, and for one that uses a
    /// variable that `V` does not have; it names the prompt, the line or the variable, and the
    /// variables that there are.
    pub fn new(name: impl Into<String>, version: impl Into<String>, text: impl Into<String>) -> Result<Self> {
        let mut texts = Environment::new();
        texts.set_undefined_behavior(UndefinedBehavior::Chainable);
        texts.set_formatter(
            |out, state, value| {
                if value.is_none() { Ok(()) } else { minijinja::escape_formatter(out, state, value) }
            },
        );
        let template = Self { id: PromptId::new(name, version), texts, variables: PhantomData };
        template.load(USER, text.into())
    }

    /// Puts standing instructions in front, with the same variables.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_system(self, text: impl Into<String>) -> Result<Self> {
        self.load(SYSTEM, text.into())
    }

    fn load(mut self, part: &'static str, text: String) -> Result<Self> {
        let refuse = |id: &PromptId, why: String| Error::config(format!("{part} {id}: {why}")).with_field("prompt");
        let digest = Sha256::new().chain_update(&self.id.digest).chain_update(&text).finalize();
        self.texts.add_template_owned(part, text).map_err(|cause| refuse(&self.id, cause.to_string()))?;
        let template = self.texts.get_template(part).map_err(|cause| refuse(&self.id, cause.to_string()))?;
        let schema = schemars::schema_for!(V).to_value();
        let mut unknown: Vec<String> = template.undeclared_variables(true).into_iter().collect();
        unknown.retain(|path| !has(&schema, &schema, path));
        unknown.sort();
        if let Some(variable) = unknown.first() {
            let known: Vec<&str> = schema
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
                .map(|(name, _)| &**name)
                .collect();
            let why = format!("there is no variable `{variable}`; there are {}", known.join(", "));
            return Err(refuse(&self.id, why));
        }
        self.id.digest = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Ok(self)
    }

    /// Name, version and digest.
    #[must_use]
    pub fn id(&self) -> &PromptId {
        &self.id
    }

    /// The prompt's text with these values.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for values that the template cannot be
    /// filled with.
    pub fn render(&self, values: &V) -> Result<String> {
        self.fill(USER, values)
    }

    /// The prompt as a request with these values.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub fn request(&self, values: &V) -> Result<ChatRequest> {
        let request = ChatRequest::new(self.render(values)?).with_prompt(self.id.clone());
        let has_system = self.texts.get_template(SYSTEM).is_ok();
        Ok(if has_system { request.with_system(self.fill(SYSTEM, values)?) } else { request })
    }

    fn fill(&self, part: &str, values: &V) -> Result<String> {
        let values = Filled::from(Serde(values));
        let filled = self.texts.get_template(part).and_then(|template| template.render(values));
        filled.map_err(|cause| Error::invalid("prompt", format!("{part} {}: {cause}", self.id)).with_source(cause))
    }
}

/// Whether the type has a variable of this path (`brand.name`). What the schema leaves open is
/// there.
fn has(schema: &Value, root: &Value, path: &str) -> bool {
    let reference = schema.get("$ref").and_then(Value::as_str).and_then(|r| root.pointer(r.strip_prefix('#')?));
    if let Some(target) = reference {
        return has(target, root, path);
    }
    let options: Vec<&Value> =
        ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).flatten().collect();
    if options.iter().any(|option| has(option, root, path)) {
        return true;
    }
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        let is_object = schema.get("type").is_some_and(|kind| kind == "object");
        let is_open = schema.as_object().is_none_or(|keys| !keys.contains_key("type") && options.is_empty());
        return is_open || (is_object && schema.get("additionalProperties").is_some_and(|more| more != false));
    };
    match (properties.get(first), rest) {
        (Some(_), None) => true,
        (Some(property), Some(rest)) => has(property, root, rest),
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    //! Invented prompts; the rules are this module's own.

    use serde::Deserialize;

    use super::*;
    use crate::error::ErrorKind;

    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Guest {
        name: String,
        #[serde(rename = "lastVisit", skip_serializing_if = "Option::is_none")]
        last_visit: Option<String>,
        favourite: Option<Dish>,
        notes: std::collections::BTreeMap<String, String>,
    }

    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Dish {
        title: String,
    }

    fn guest() -> Guest {
        let favourite = Some(Dish { title: "ravioli & <sage>".into() });
        Guest { name: "Ann".into(), last_visit: None, favourite, notes: [("diet".into(), "none".into())].into() }
    }

    #[test]
    fn variables_are_those_of_the_type() {
        for (text, filled) in [
            ("{{ name }} likes {{ favourite.title }}.", Ok("Ann likes ravioli & <sage>.")),
            ("{{ name }}{{ lastVisit }}!", Ok("Ann!")),
            (
                "{% for key, note in notes | items %}{{ key }}={{ note }}{% endfor %} {{ notes.diet }}",
                Ok("diet=none none"),
            ),
            ("{% set dish = favourite.title %}{{ dish }}", Ok("ravioli & <sage>")),
            ("{{ surname }}", Err("`surname`; there are favourite, lastVisit, name, notes")),
            ("{{ last_visit }}", Err("`last_visit`")),
            ("{{ favourite.price }}", Err("`favourite.price`")),
            ("{{ name.first }}", Err("`name.first`")),
            ("{% if name %}", Err("prompt welcome@3")),
        ] {
            match (PromptTemplate::<Guest>::new("welcome", "3", text), filled) {
                (Ok(prompt), Ok(filled)) => assert_eq!(prompt.render(&guest()).unwrap(), filled, "{text}"),
                (Err(error), Err(part)) => {
                    assert!(error.kind() == ErrorKind::Config && error.message().contains(part), "{text}: {error}");
                }
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
    }

    #[test]
    fn the_version_and_the_text_make_the_id() {
        let prompt = |version: &str, text: &str| PromptTemplate::<Guest>::new("welcome", version, text).unwrap();
        let first = prompt("1", "Hello {{ name }}");
        assert_eq!((first.id().name.as_str(), first.id().version.as_str()), ("welcome", "1"));
        assert_eq!(first.id(), prompt("1", "Hello {{ name }}").id());
        assert_ne!(first.id(), prompt("1", "Hi {{ name }}").id(), "a changed text shows");
        let whole = first.clone().with_system("You are {{ name }}'s host.").unwrap();
        assert_ne!(first.id(), whole.id());
        let request = whole.request(&guest()).unwrap();
        assert_eq!(request.messages.len(), 2);
        assert_eq!(request.prompt.as_ref(), Some(whole.id()));
        assert!(first.with_system("{{ nobody }}").is_err());
    }
}
