//! The clients of AI Studio and of Vertex AI.

use companies::google::{self, GoogleApi};
use companies::refusal_codes;
use secrecy::SecretString;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Failure};
use social_core::settings::{Environment, Settings};
use social_core::{Error, ErrorKind, Result};

/// Refusals in Google's words, or in those of a reseller in front of it.
fn classify(failure: &Failure<'_>) -> Error {
    let error = refusal_codes::or_out_of_money(google::classify(failure));
    let known = |code: &str| code.is_empty() || code.starts_with("UNAVAILABLE") || code.starts_with("INTERNAL");
    let blind = failure.status.is_success() && !error.code().is_none_or(known);
    if blind && error.kind() == ErrorKind::Unavailable { refusal_codes::of_unknown_code(error) } else { error }
}

/// What both clients hold. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) endpoint: Endpoint,
    pub(super) api: GoogleApi,
}

/// A client of Gemini in AI Studio. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Gemini(pub(super) Client);

impl Gemini {
    /// The endpoint without a key, for another address, transport or clock.
    pub fn endpoint() -> EndpointBuilder {
        google::studio_endpoint().classify(classify)
    }

    /// How a key is sent.
    #[must_use]
    pub fn auth(key: SecretString) -> Auth {
        google::studio_auth(key)
    }

    /// A client of this endpoint; start from [`Gemini::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self(Client { endpoint: endpoint.build()?, api: GoogleApi::AiStudio }))
    }

    /// A client with the key in `GEMINI_API_KEY`, at the address in `GEMINI_BASE_URL` if there is
    /// one.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        Self::new(GoogleApi::AiStudio.endpoint_from_settings(settings)?.classify(classify))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }
}

/// A client of Gemini on Vertex AI. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Vertex(pub(super) Client);

impl Vertex {
    /// The endpoint of a project in a location (`us-central1`, `global`), without a token. Tokens
    /// live for an hour: [`Auth::source`] takes what renews them.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a project or location that is
    /// not a name.
    pub fn endpoint(project: &str, location: &str) -> Result<EndpointBuilder> {
        Ok(google::vertex_endpoint(project, location)?.classify(classify))
    }

    /// A client of this endpoint; start from [`Vertex::endpoint`]. A base URL of your own ends in
    /// `projects/PROJECT/locations/LOCATION`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder) -> Result<Self> {
        Ok(Self(Client { endpoint: endpoint.build()?, api: GoogleApi::Vertex }))
    }

    /// A client with `VERTEX_PROJECT`, `VERTEX_LOCATION` (without it `global`) and the token in
    /// `VERTEX_ACCESS_TOKEN`, which is not renewed: what runs for longer than an hour hands a token
    /// source to [`new`](Self::new).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        Self::new(GoogleApi::Vertex.endpoint_from_settings(settings)?.classify(classify))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }
}
