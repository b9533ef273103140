//! [`Routes`]: which model serves whom.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};

/// Which model serves whom, by a key of the application's own: a tier, a tenant, a task, a
/// language.
///
/// ```
/// use std::sync::Arc;
/// use social_core::chat::ChatModel;
/// use social_core::wrap::Routes;
///
/// # fn choose(small: Arc<dyn ChatModel>, large: Arc<dyn ChatModel>) -> social_core::Result<()> {
/// let writers = Routes::new([("free", small.clone()), ("premium", large)]).otherwise(small);
/// let writer = writers.of("premium")?;
/// # Ok(())
/// # }
/// ```
///
/// It holds models of any capability, wrapped or not. What a key means is the application's
/// business.
#[derive(Clone)]
pub struct Routes<T: ?Sized> {
    models: BTreeMap<String, Arc<T>>,
    otherwise: Option<Arc<T>>,
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Routes<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.models).finish()
    }
}

impl<T: ?Sized> Routes<T> {
    /// A model per key. Of two models of one key the later counts.
    #[must_use]
    pub fn new(models: impl IntoIterator<Item = (impl Into<String>, Arc<T>)>) -> Self {
        Self { models: models.into_iter().map(|(key, model)| (key.into(), model)).collect(), otherwise: None }
    }

    /// Who serves every other key.
    #[must_use]
    pub fn otherwise(mut self, model: Arc<T>) -> Self {
        self.otherwise = Some(model);
        self
    }

    /// The model of this key.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) for a key that is not known when no model serves the
    /// others; it names those that are.
    pub fn of(&self, key: &str) -> Result<Arc<T>> {
        let model = self.models.get(key).or(self.otherwise.as_ref()).cloned();
        model.ok_or_else(|| {
            let known: Vec<&str> = self.models.keys().map(String::as_str).collect();
            Error::config(format!("no model serves `{key}`, only {}", known.join(", "))).with_field("route")
        })
    }
}
