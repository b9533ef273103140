//! [`Wired`]: what an application wants on every endpoint, beside the settings.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;

use super::Settings;
use crate::http::EndpointBuilder;

/// Settings whose endpoints all get the application's transport, clock, retry policy or timeouts.
///
/// ```
/// use std::sync::Arc;
/// use social_core::http::{Exchange, ReplayTransport};
/// use social_core::settings::{Environment, Wired};
///
/// let transport = Arc::new(ReplayTransport::new(Vec::<Exchange>::new()));
/// // With these, `connect_with("openai/gpt-5.4-mini", &offline)` asks a recording instead of the vendor.
/// let offline = Wired::new(Environment, move |endpoint| endpoint.transport(transport.clone()));
/// # let _ = offline;
/// ```
#[derive(Clone)]
pub struct Wired<S> {
    settings: S,
    wire: Arc<dyn Fn(EndpointBuilder) -> EndpointBuilder + Send + Sync>,
}

impl<S: Settings> Wired<S> {
    /// Takes settings from `settings`, and passes every endpoint through `wire` after the adapter
    /// has described it.
    pub fn new(settings: S, wire: impl Fn(EndpointBuilder) -> EndpointBuilder + Send + Sync + 'static) -> Self {
        Self { settings, wire: Arc::new(wire) }
    }
}

impl<S: fmt::Debug> fmt::Debug for Wired<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Wired").field(&self.settings).finish()
    }
}

#[deny(clippy::missing_trait_methods)]
impl<S: Settings> Settings for Wired<S> {
    fn get(&self, name: &str) -> Option<SecretString> {
        self.settings.get(name)
    }

    fn spelled(&self, name: &str) -> String {
        self.settings.spelled(name)
    }

    fn prepare(&self, endpoint: EndpointBuilder) -> EndpointBuilder {
        (self.wire)(self.settings.prepare(endpoint))
    }
}
