//! [`MapSettings`]: settings that somebody has at hand.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;

use super::{Setting, Settings};
use crate::error::{Error, Result};

/// Settings by name, for instance those of a stored account. Shows no value.
#[derive(Clone, Default)]
pub struct MapSettings(BTreeMap<String, SecretString>);

impl MapSettings {
    /// No settings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a setting, or replaces its value.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// The settings of a table of texts, numbers and tables: a TOML or JSON file, a map, a type of
    /// the application.
    ///
    /// Keys are joined with `_` and written in upper case, so that `api_key` in the table `openai`
    /// is `OPENAI_API_KEY`, as is the key `OPENAI_API_KEY` at the top.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) naming the key of a list, of a name that occurs twice,
    /// and for what is not a table. No value is shown.
    pub fn from_table(table: &(impl Serialize + ?Sized)) -> Result<Self> {
        let table = serde_json::to_value(table)
            .map_err(|cause| Error::config("the settings cannot be read as a table").with_source(cause))?;
        let mut all = Self::default();
        match table {
            Value::Object(_) => all.add("", table)?,
            _ => return Err(Error::config("the settings are not a table of names and values")),
        }
        Ok(all)
    }

    /// The examples of those settings that are required or secret. They open nothing, but what
    /// needs them can be made: to show a request without sending it, and for tests.
    #[must_use]
    pub fn of_examples<'a>(settings: impl IntoIterator<Item = &'a Setting>) -> Self {
        let needed = settings.into_iter().filter(|setting| setting.required || setting.secret);
        needed.map(|setting| (&*setting.name, &*setting.example)).collect()
    }

    fn add(&mut self, name: &str, value: Value) -> Result<()> {
        let text = match value {
            Value::Null => return Ok(()),
            Value::Object(fields) => {
                for (key, value) in fields {
                    let key = key.to_ascii_uppercase().replace('-', "_");
                    self.add(&if name.is_empty() { key } else { format!("{name}_{key}") }, value)?;
                }
                return Ok(());
            }
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(switch) => switch.to_string(),
            Value::Array(_) => {
                return Err(Error::config("a list is not a setting; write one text").with_field(name.to_owned()));
            }
        };
        match self.0.insert(name.to_owned(), text.into()) {
            None => Ok(()),
            Some(_) => Err(Error::config("the setting is given twice").with_field(name.to_owned())),
        }
    }
}

impl<N: Into<String>, V: Into<SecretString>> FromIterator<(N, V)> for MapSettings {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(settings: I) -> Self {
        Self(settings.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl fmt::Debug for MapSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Settings for MapSettings {
    fn get(&self, name: &str) -> Option<SecretString> {
        self.0.get(name).cloned()
    }
}
