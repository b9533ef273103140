//! What Meta says of a token: whether it works, until when, and why not.

use http::Method;
use http::header::AUTHORIZATION;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use social_core::auth::{ConnectionIssue, Purpose};
use social_core::clock::Timestamp;
use social_core::http::{Endpoint, EndpointBuilder, Repeat};
use social_core::publish::{Finding, FindingCode};
use social_core::{Error, Result};

use super::FACEBOOK;

/// What Meta says of a token of a person or of a page. A page's token hangs on that of the person
/// who connected it: it ends with a changed password, a lost role, or their access to data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetaToken {
    /// Whether it works now.
    pub is_valid: bool,
    /// Why it does not work, where Meta says.
    pub issue: Option<ConnectionIssue>,
    /// Whose it is: `USER`, `PAGE`, `SYSTEM_USER`.
    pub kind: String,
    /// What was granted.
    pub scopes: Vec<String>,
    /// When it ends; `None`: not by time.
    pub expires_at: Option<Timestamp>,
    /// When the person has to consent again, 90 days after they last did.
    pub data_access_expires_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Told {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    is_valid: bool,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    scopes: Vec<String>,
    /// Zero is never.
    #[serde(default)]
    expires_at: i64,
    #[serde(default)]
    data_access_expires_at: i64,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    code: i64,
    subcode: Option<i64>,
}

/// Asks Meta about a token, with the id and the secret of the application that it was given to.
///
/// `endpoint` is at `https://graph.facebook.com`, `version` such as `v25.0`.
///
/// # Errors
/// [`Auth`](social_core::ErrorKind::Auth) for an id or a secret that are not the application's, and
/// the kinds of the HTTP path.
pub async fn meta_token(
    endpoint: EndpointBuilder,
    version: &str,
    app_id: &str,
    app_secret: &SecretString,
    token: &SecretString,
) -> Result<MetaToken> {
    debug(&endpoint.secret(app_secret).build()?, version, (app_id, app_secret), token).await
}

pub(crate) async fn debug(
    graph: &Endpoint,
    version: &str,
    (app_id, app_secret): (&str, &SecretString),
    token: &SecretString,
) -> Result<MetaToken> {
    let url = graph.base_url().join(&format!("{version}/debug_token"));
    let url = url.map_err(|_| Error::invalid("version", format!("`{version}` is not a version such as v25.0")))?;
    let app = SecretString::from(format!("Bearer {app_id}|{}", app_secret.expose_secret()));
    let call = graph.anonymous(Method::GET, url).operation("look at token").repeat(Repeat::Safe);
    let call = call.secret_header(AUTHORIZATION, &app).secret(app_secret).secret_query("input_token", token);
    let Told { data } = call.send().await?.json()?;
    let time = |seconds: i64| Some(seconds).filter(|seconds| *seconds > 0).and_then(|s| Timestamp::from_second(s).ok());
    let issue = data.error.and_then(|Refusal { code, subcode }| {
        let exact = subcode.map_or_else(|| code.to_string(), |subcode| format!("{code}/{subcode}"));
        FACEBOOK.issue_of_code(Some(&exact))
    });
    Ok(MetaToken {
        is_valid: data.is_valid,
        issue: issue.or((!data.is_valid).then_some(ConnectionIssue::Revoked)),
        kind: data.kind,
        scopes: data.scopes,
        expires_at: time(data.expires_at),
        data_access_expires_at: time(data.data_access_expires_at),
    })
}

impl MetaToken {
    /// What keeps it from publishing on a page at a time, for a
    /// [`Readiness`](social_core::publish::Readiness).
    #[must_use]
    pub fn findings(&self, at: Timestamp) -> Vec<Finding> {
        let finding = |issue: ConnectionIssue, what: String| {
            let code = FindingCode::from(issue.as_str());
            Finding::error(code, "token", format!("{what}: {}", issue.advice()))
        };
        if let Some(issue) = self.issue {
            return vec![finding(issue, format!("the token does not work ({issue})"))];
        }
        let mut findings = Vec::new();
        if self.kind == "USER" {
            let message = "it is the token of a person, and a page publishes by its own; take that of `meta_pages`";
            findings.push(Finding::error(FindingCode::INVALID, "token", message));
        }
        let ends = [(self.expires_at, "the token ends"), (self.data_access_expires_at, "the person's consent ends")];
        for (end, what) in ends.iter().filter_map(|(end, what)| Some((end.filter(|end| *end <= at)?, what))) {
            findings.push(finding(ConnectionIssue::Expired, format!("{what} at {end}")));
        }
        let missing = FACEBOOK.missing_scopes(&[Purpose::PUBLISH], &self.scopes);
        if !missing.is_empty() {
            findings.push(finding(
                ConnectionIssue::ScopeMissing,
                format!("these scopes were not granted: {}", missing.join(", ")),
            ));
        }
        findings
    }
}

/// As a publisher tells it: an application that is not known to Meta says nothing of the token.
#[cfg(feature = "facebook")]
pub(crate) fn readiness(looked: Result<MetaToken>, at: Timestamp) -> Result<Vec<Finding>> {
    use social_core::ErrorKind;
    match looked {
        Ok(token) => Ok(token.findings(at)),
        Err(error) if matches!(error.kind(), ErrorKind::Auth | ErrorKind::InvalidRequest | ErrorKind::Permission) => {
            let message = format!("Meta does not tell about the token: {}", error.message());
            Ok(vec![Finding::warning(FindingCode::NOT_CHECKED, "token", message)])
        }
        Err(error) => Err(error),
    }
}
