//! [`OAuthApp`]: an application as a platform knows it.

use std::fmt;

use secrecy::SecretString;

use super::addresses::Addresses;
use super::sign_in::{Pkce, SignIn};
use crate::error::Result;
use crate::settings::{Reader, Setting, Settings};

/// An application as a platform knows it: its id, its secret, and where people come back to.
#[derive(Clone)]
#[non_exhaustive]
pub struct OAuthApp {
    /// The id.
    pub client_id: String,
    /// The secret; a program that people install has none.
    pub client_secret: Option<SecretString>,
    /// Where people come back to with a code. Platforms compare it letter by letter.
    pub redirect_uri: String,
    /// Further parameters of the address that a person is sent to, for instance `config_id`.
    pub extra: Vec<(String, String)>,
}

impl fmt::Debug for OAuthApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthApp")
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}

impl OAuthApp {
    /// An application without a secret.
    #[must_use]
    pub fn new(client_id: impl Into<String>, redirect_uri: impl Into<String>) -> Self {
        Self { client_id: client_id.into(), client_secret: None, redirect_uri: redirect_uri.into(), extra: Vec::new() }
    }

    /// Sets the secret.
    #[must_use]
    pub fn with_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// Adds a parameter to the address that a person is sent to.
    #[must_use]
    pub fn with_extra(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.extra.push((name.into(), value.into()));
        self
    }

    /// Sets where people come back to, for instance to the port that a loopback listener got.
    #[must_use]
    pub fn with_redirect(mut self, redirect_uri: impl Into<String>) -> Self {
        self.redirect_uri = redirect_uri.into();
        self
    }

    /// Reads `X_CLIENT_ID` (or `X_APP_ID`), `X_CLIENT_SECRET` (or `X_APP_SECRET`) and
    /// `X_REDIRECT_URI`, where `X` is the name of the platform's settings.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(sign_in: &SignIn, settings: &dyn Settings) -> Result<Self> {
        let [id, secret, redirect] = sign_in.app_settings();
        let read = Reader::new(sign_in.platform, settings, &[id.clone(), secret.clone(), redirect.clone()])?;
        let app = Self::new(read.text(&id)?, read.optional_text(&redirect).unwrap_or_default());
        Ok(match read.optional_secret(&secret) {
            Some(secret) => app.with_secret(secret),
            None => app,
        })
    }
}

impl SignIn {
    /// The settings of an application: its id, its secret, and where people come back to. The
    /// secret is required where the platform knows no public clients.
    #[must_use]
    pub fn app_settings(&self) -> [Setting; 3] {
        let name = |end: &str| format!("{}_{end}", self.settings);
        let id = Setting::named(name("CLIENT_ID"), "the application's id", self.console, "client-0000")
            .or_named(name("APP_ID"))
            .or_named(name("CLIENT_KEY"));
        let secret = Setting::named(name("CLIENT_SECRET"), "the application's secret", self.console, "secret-0000")
            .or_named(name("APP_SECRET"))
            .secret();
        let secret = if self.needs_secret() { secret } else { secret.optional() };
        let redirect = Setting::named(
            name("REDIRECT_URI"),
            "the address that people come back to",
            self.console,
            "http://127.0.0.1:8017/callback",
        );
        [id, secret, redirect.optional()]
    }

    /// A platform without PKCE has nothing but the secret to know the application by.
    const fn needs_secret(&self) -> bool {
        matches!(self.pkce, Pkce::Unsupported)
    }

    /// The addresses of the record, for a platform of one server.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        Addresses::of(self, "")
    }

    /// The addresses of the record for one of the platform's servers, by its host.
    #[must_use]
    pub fn addresses_at(&self, instance: &str) -> Addresses {
        Addresses::of(self, instance)
    }
}
