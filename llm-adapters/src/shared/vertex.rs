//! Vertex AI, where models of several makers are served: its hosts and projects, and a token from the environment.

use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;
use social_core::http::{Auth, EndpointBuilder, TokenSource};
use social_core::{Error, ErrorKind, Result, env};

const PROJECT_PAGE: &str = "https://console.cloud.google.com";

/// Where a project is served.
pub(crate) struct VertexPlace {
    pub(crate) project: String,
    pub(crate) location: String,
}

/// The project and location of `VERTEX_PROJECT` and `VERTEX_LOCATION`, and the token of `VERTEX_ACCESS_TOKEN`.
pub(crate) fn from_env(vendor: &'static str) -> Result<(VertexPlace, Auth)> {
    let named = |error: Error| error.with_vendor(vendor);
    let project = env::required("VERTEX_PROJECT", PROJECT_PAGE).map_err(named)?;
    let location = env::optional("VERTEX_LOCATION").unwrap_or_else(|| "global".to_owned());
    let token = env::secret("VERTEX_ACCESS_TOKEN", "`gcloud auth print-access-token`").map_err(named)?;
    Ok((VertexPlace { project, location }, Auth::source(Fixed(token))))
}

/// The URL of a project in a location (`us-central1`, `global`).
pub(crate) fn base_url(vendor: &'static str, version: &str, project: &str, location: &str) -> Result<String> {
    for (field, value) in [("project", project), ("location", location)] {
        // Old projects belong to a domain: `example.com:project`.
        if value.is_empty() || !value.chars().all(|c| c.is_ascii_alphanumeric() || "-._:".contains(c)) {
            return Err(Error::invalid(field, format!("`{value}` is no name of a {field}")).with_vendor(vendor));
        }
    }
    let host = if location == "global" { String::new() } else { format!("{location}-") };
    Ok(format!("https://{host}aiplatform.googleapis.com/{version}/projects/{project}/locations/{location}"))
}

/// The endpoint at the URL that a variable holds, if it is set.
pub(crate) fn rebased(endpoint: EndpointBuilder, variable: &str) -> EndpointBuilder {
    match env::optional(variable) {
        Some(base_url) => endpoint.base_url(base_url),
        None => endpoint,
    }
}

/// A token that nobody renews.
struct Fixed(SecretString);

impl fmt::Debug for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fixed")
    }
}

#[async_trait]
impl TokenSource for Fixed {
    async fn token(&self) -> Result<SecretString> {
        Ok(self.0.clone())
    }

    async fn renew(&self, _: &SecretString) -> Result<SecretString> {
        let message =
            "the token of VERTEX_ACCESS_TOKEN has expired; export a new one, or hand a TokenSource to the client";
        Err(Error::new(ErrorKind::Auth, message).with_field("VERTEX_ACCESS_TOKEN"))
    }
}
