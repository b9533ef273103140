//! [`Layered`] and [`Prefixed`]: sources made of sources.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use super::Settings;
use crate::http::EndpointBuilder;

/// Several sources, asked in order; the first that has a value counts.
#[derive(Clone, Debug)]
pub struct Layered(Vec<Arc<dyn Settings>>);

impl Layered {
    /// The source that is asked first.
    #[must_use]
    pub fn new(first: impl Settings + 'static) -> Self {
        Self(vec![Arc::new(first)])
    }

    /// Adds a source that is asked after all before it.
    #[must_use]
    pub fn over(mut self, next: impl Settings + 'static) -> Self {
        self.0.push(Arc::new(next));
        self
    }
}

#[deny(clippy::missing_trait_methods)]
impl Settings for Layered {
    fn get(&self, name: &str) -> Option<SecretString> {
        // A blank value at the top must not hide the one below.
        let filled = |value: &SecretString| !value.expose_secret().trim().is_empty();
        self.0.iter().find_map(|layer| layer.get(name).filter(filled))
    }

    /// As the last source spells it.
    fn spelled(&self, name: &str) -> String {
        self.0.last().map_or_else(|| name.to_owned(), |layer| layer.spelled(name))
    }

    /// Every source has a say, the first one last.
    fn prepare(&self, endpoint: EndpointBuilder) -> EndpointBuilder {
        self.0.iter().rev().fold(endpoint, |endpoint, layer| layer.prepare(endpoint))
    }
}

/// A source whose names all begin with the same letters, for a second account:
/// `BAKERY_OPENAI_API_KEY`.
#[derive(Clone, Debug)]
pub struct Prefixed<S> {
    prefix: String,
    settings: S,
}

impl<S: Settings> Prefixed<S> {
    /// Puts `prefix` before every name that `settings` are asked for.
    #[must_use]
    pub fn new(prefix: impl Into<String>, settings: S) -> Self {
        Self { prefix: prefix.into(), settings }
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

#[deny(clippy::missing_trait_methods)]
impl<S: Settings> Settings for Prefixed<S> {
    fn get(&self, name: &str) -> Option<SecretString> {
        self.settings.get(&self.name(name))
    }

    fn spelled(&self, name: &str) -> String {
        self.settings.spelled(&self.name(name))
    }

    fn prepare(&self, endpoint: EndpointBuilder) -> EndpointBuilder {
        self.settings.prepare(endpoint)
    }
}
