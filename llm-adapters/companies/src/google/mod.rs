//! Google: models in AI Studio and on Vertex AI.
//!
//! Both interfaces have the same requests and errors. They differ in the address, in how one signs
//! in (an API key; an OAuth token of a project), and in the path of a model.

mod error;
#[cfg(test)]
mod tests;
mod vertex;

use http::{HeaderName, Method};
use secrecy::SecretString;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Route, Timeouts};
use social_core::settings::{Reader, Setting, Settings};
use social_core::{Error, Result};

pub use error::classify;
pub use vertex::{ACCESS_TOKEN, LOCATION, PROJECT, VertexProject, vertex_url};

/// Where models are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoogleApi {
    /// AI Studio: `gemini/MODEL`.
    AiStudio,
    /// Vertex AI: `vertex/MODEL`.
    Vertex,
}

/// AI Studio's address.
pub const BASE_URL: &str = "https://generativelanguage.googleapis.com/v1beta";

/// The API key of AI Studio.
pub const API_KEY: Setting =
    Setting::new("GEMINI_API_KEY", "the API key of AI Studio", "https://aistudio.google.com/apikey", "AIza-0000")
        .secret();

/// The setting that replaces AI Studio's address.
pub const STUDIO_BASE_URL: Setting = Setting::base_url("GEMINI_BASE_URL", BASE_URL);

/// The setting that replaces Vertex AI's address; it ends in `projects/PROJECT/locations/LOCATION`.
pub const VERTEX_BASE_URL: Setting = Setting::base_url(
    "VERTEX_BASE_URL",
    "https://aiplatform.googleapis.com/v1beta1/projects/my-project/locations/global",
);

impl GoogleApi {
    /// The settings that it reads.
    #[must_use]
    pub fn settings(self) -> Vec<Setting> {
        match self {
            Self::AiStudio => vec![API_KEY, STUDIO_BASE_URL],
            Self::Vertex => vec![ACCESS_TOKEN, PROJECT, LOCATION, VERTEX_BASE_URL],
        }
    }

    /// The path of a model below the base URL. An id with a slash is a path of its own, such as
    /// `tunedModels/captions` or, on Vertex AI, `endpoints/123`.
    #[must_use]
    pub fn resource(self, model: &str) -> String {
        match self {
            _ if model.contains('/') => model.to_owned(),
            Self::AiStudio => format!("models/{model}"),
            Self::Vertex => format!("publishers/google/models/{model}"),
        }
    }

    /// The route of a model's verb, such as `generateContent`.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for an id that makes no path.
    pub fn route(self, endpoint: &Endpoint, model: &str, verb: &str) -> Result<Route> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._@/".contains(c);
        if model.is_empty() || !model.chars().all(fits) || model.split('/').any(|segment| segment == "..") {
            return Err(self.not_an_id(endpoint, model));
        }
        endpoint.route(Method::POST, &format!("{}:{verb}", self.resource(model)))
    }

    /// The error about an id that makes no path.
    #[must_use]
    pub fn not_an_id(self, endpoint: &Endpoint, model: &str) -> Error {
        let message = format!("`{model}` is not a model id: use letters, digits and - . _ @ /");
        Error::invalid("model", message).with_vendor(endpoint.vendor())
    }

    /// The endpoint that settings describe, with key or token.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing;
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a project or location that is
    /// not a name.
    pub fn endpoint_from_settings(self, settings: &dyn Settings) -> Result<EndpointBuilder> {
        match self {
            Self::AiStudio => {
                let read = Reader::new("gemini", settings, &self.settings())?;
                Ok(read.endpoint(studio_endpoint().auth(studio_auth(read.secret(&API_KEY)?)), &STUDIO_BASE_URL))
            }
            Self::Vertex => {
                let read = Reader::new("vertex", settings, &self.settings())?;
                let project = VertexProject::read(&read)?;
                let endpoint = vertex_endpoint(&project.project, &project.location)?.auth(project.auth());
                Ok(read.endpoint(endpoint, &VERTEX_BASE_URL))
            }
        }
    }
}

/// The settings of AI Studio without a key, for another address, transport or clock.
pub fn studio_endpoint() -> EndpointBuilder {
    Endpoint::builder("gemini", BASE_URL).provider("gcp.gemini").classify(classify).timeouts(Timeouts::GENERATION)
}

/// How AI Studio's key is sent.
#[must_use]
pub fn studio_auth(key: SecretString) -> Auth {
    Auth::Header(HeaderName::from_static("x-goog-api-key"), key)
}

/// The settings of Vertex AI without a token, in a project and location (`us-central1`, `global`).
/// Its tokens are OAuth tokens, for instance of a service account, and live for an hour:
/// [`Auth::source`] takes what renews them.
///
/// # Errors
/// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a project or location that is not
/// a name.
pub fn vertex_endpoint(project: &str, location: &str) -> Result<EndpointBuilder> {
    let url = vertex_url("vertex", "v1beta1", project, location)?;
    Ok(Endpoint::builder("vertex", url).provider("gcp.vertex_ai").classify(classify).timeouts(Timeouts::GENERATION))
}
