//! Vertex AI, where models of several makers are served: its hosts, its projects, and a token from
//! the settings.

use secrecy::SecretString;
use social_core::http::{Auth, FixedToken};
use social_core::settings::{Reader, Setting};
use social_core::{Error, Result};

const CONSOLE: &str = "https://console.cloud.google.com";

/// The access token, which is valid for an hour.
pub const ACCESS_TOKEN: Setting = Setting::new(
    "VERTEX_ACCESS_TOKEN",
    "an OAuth access token, valid for an hour",
    "`gcloud auth print-access-token`",
    "ya29.0000",
)
.secret();

/// The project that pays.
pub const PROJECT: Setting =
    Setting::new("VERTEX_PROJECT", "the id of the Google Cloud project", CONSOLE, "my-project");

/// The location; without it `global`.
pub const LOCATION: Setting =
    Setting::new("VERTEX_LOCATION", "the location, `global` or a region", CONSOLE, "us-central1").optional();

/// A project, where it is served, and a token for it.
#[derive(Debug)]
pub struct VertexProject {
    /// The project's id.
    pub project: String,
    /// `global`, or a region such as `us-central1`.
    pub location: String,
    token: SecretString,
}

impl VertexProject {
    /// Reads [`PROJECT`], [`LOCATION`] and [`ACCESS_TOKEN`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming a setting that is missing.
    pub fn read(settings: &Reader<'_>) -> Result<Self> {
        Ok(Self {
            project: settings.text(&PROJECT)?,
            location: settings.optional_text(&LOCATION).unwrap_or_else(|| "global".to_owned()),
            token: settings.secret(&ACCESS_TOKEN)?,
        })
    }

    /// How the token is sent. It is not renewed: what runs for longer than an hour hands in a token
    /// source.
    #[must_use]
    pub fn auth(&self) -> Auth {
        let advice = "set a new VERTEX_ACCESS_TOKEN, or hand a TokenSource to the client";
        Auth::source(FixedToken::new(self.token.clone()).with_advice(advice))
    }
}

/// The URL of a project in a location, for errors of `vendor`.
///
/// # Errors
/// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a project or location that is not
/// a name.
pub fn vertex_url(vendor: &'static str, version: &str, project: &str, location: &str) -> Result<String> {
    for (field, value) in [("project", project), ("location", location)] {
        // Old projects belong to a domain: `example.com:project`.
        if value.is_empty() || !value.chars().all(|c| c.is_ascii_alphanumeric() || "-._:".contains(c)) {
            let message = format!("`{value}` is not a {field}: use letters, digits and - . _ :");
            return Err(Error::invalid(field, message).with_vendor(vendor));
        }
    }
    let host = if location == "global" { String::new() } else { format!("{location}-") };
    Ok(format!("https://{host}aiplatform.googleapis.com/{version}/projects/{project}/locations/{location}"))
}
