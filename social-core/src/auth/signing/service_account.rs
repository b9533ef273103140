//! Service accounts of Google's kind: a signed statement is exchanged for an access token (RFC
//! 7523).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::Url;

use super::jwt;
use crate::auth::answer;
use crate::auth::grant::Grant;
use crate::auth::refusal;
use crate::auth::sign_in::SignIn;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Endpoint, EndpointBuilder, Repeat, TokenSource};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How long a statement holds; Google takes no more.
const LIFE: i64 = 3600;
const SKEW: Duration = Duration::from_secs(300);
const RECORD: SignIn = SignIn::new("service account", "the service account", "", "");

/// The file that a console gives out.
#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key: SecretString,
    private_key_id: Option<String>,
    #[serde(default = "usual_uri")]
    token_uri: String,
}

fn usual_uri() -> String {
    "https://oauth2.googleapis.com/token".to_owned()
}

/// A service account: gives out access tokens without any person.
pub struct ServiceAccount {
    email: String,
    key_id: Option<String>,
    key: Arc<RsaKeyPair>,
    token_uri: Url,
    scopes: String,
    /// On whose behalf, where a domain's administrator allowed it.
    subject: Option<String>,
    endpoint: Endpoint,
    current: Mutex<Option<Grant>>,
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount").field("email", &self.email).finish_non_exhaustive()
    }
}

impl ServiceAccount {
    /// The settings of the token endpoint, for a transport or a clock.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("google", usual_uri()).classify(refusal::classify)
    }

    /// An account from the JSON of its key file.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) for a text that is no such file; it is quoted nowhere.
    pub fn new(
        key_file: &SecretString,
        scopes: impl IntoIterator<Item = impl AsRef<str>>,
        endpoint: EndpointBuilder,
    ) -> Result<Self> {
        let invalid = |what: &str| Error::config(format!("this is not a service account's key file: {what}"));
        let file: KeyFile = serde_json::from_str(key_file.expose_secret())
            .map_err(|_| invalid("it is not JSON with `client_email` and `private_key`"))?;
        let pem = file.private_key.expose_secret();
        let base64: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
        let der = STANDARD.decode(base64).map_err(|_| invalid("its private key is not PEM"))?;
        let key = RsaKeyPair::from_pkcs8(&der).map_err(|_| invalid("its private key is not RSA as PKCS#8"))?;
        let token_uri = Url::parse(&file.token_uri).map_err(|_| invalid("`token_uri` is not an address"))?;
        let scopes: Vec<String> = scopes.into_iter().map(|scope| scope.as_ref().to_owned()).collect();
        let endpoint = endpoint.secret(key_file).secret(&file.private_key).build()?;
        Ok(Self {
            email: file.client_email,
            key_id: file.private_key_id,
            key: Arc::new(key),
            token_uri,
            scopes: scopes.join(" "),
            subject: None,
            endpoint,
            current: Mutex::new(None),
        })
    }

    /// Acts for a person of the domain.
    #[must_use]
    pub fn acting_for(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Asks another address, for tests and proxies. The statement is for it, too.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) for a text that is no address.
    pub fn with_token_uri(mut self, uri: &str) -> Result<Self> {
        self.token_uri = Url::parse(uri).map_err(|_| Error::config(format!("`{uri}` is not an address")))?;
        Ok(self)
    }

    fn statement(&self, now: Timestamp) -> Result<SecretString> {
        let mut header = json!({"alg": "RS256", "typ": "JWT"});
        set(&mut header, "kid", self.key_id.as_deref());
        let mut claims = json!({
            "iss": self.email,
            "scope": self.scopes,
            "aud": self.token_uri.as_str(),
            "iat": now.as_second(),
            "exp": now.as_second() + LIFE,
        });
        set(&mut claims, "sub", self.subject.as_deref());
        let statement = jwt::write(&header, &claims, |text| {
            let mut signature = vec![0; self.key.public_modulus_len()];
            let signed = self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature);
            signed.map(|()| signature).map_err(|_| Error::config("the statement could not be signed"))
        });
        statement.map(SecretString::from)
    }

    async fn ask(&self) -> Result<Grant> {
        let now = self.endpoint.clock().now();
        let statement = self.statement(now)?;
        let call = self.endpoint.anonymous(Method::POST, self.token_uri.clone()).operation("exchange statement");
        let call = call.repeat(Repeat::Safe).secret(&statement);
        let reply = call.form([("grant_type", GRANT), ("assertion", statement.expose_secret())]).send().await?;
        answer::read(&RECORD, &reply.body, now)
            .ok_or_else(|| reply.describe(Error::new(ErrorKind::Protocol, "the answer has no access token")))
    }
}

#[async_trait]
impl TokenSource for ServiceAccount {
    async fn token(&self) -> Result<SecretString> {
        let mut current = self.current.lock().await;
        let now = self.endpoint.clock().now();
        match current.as_ref().filter(|grant| grant.works_at(now, SKEW)) {
            Some(grant) => Ok(grant.access.clone()),
            None => Ok(current.insert(self.ask().await?).access.clone()),
        }
    }

    async fn renew(&self, refused: &SecretString) -> Result<SecretString> {
        let mut current = self.current.lock().await;
        match current.as_ref().filter(|grant| grant.access.expose_secret() != refused.expose_secret()) {
            Some(grant) => Ok(grant.access.clone()),
            None => Ok(current.insert(self.ask().await?).access.clone()),
        }
    }
}

/// Sets a field that may be missing.
fn set(object: &mut Value, name: &str, value: Option<&str>) {
    if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
        object.insert(name.to_owned(), value.into());
    }
}
