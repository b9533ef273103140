//! [`OAuth`]: one application at one platform.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::addresses::Addresses;
use super::answer;
use super::app::OAuthApp;
use super::fields::{self, Fields};
use super::grant::Grant;
use super::refusal;
use super::sign_in::{BodyFormat, ClientAuth, SignIn};
use crate::clock::{Clock, Random, system_random};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Call, Endpoint, EndpointBuilder, Limits, Repeat, Reply, Timeouts};

/// One application at one platform: sends people away, exchanges codes, renews and revokes tokens.
/// Cheap to clone.
#[derive(Clone)]
pub struct OAuth {
    pub(super) sign_in: SignIn,
    pub(super) addresses: Addresses,
    pub(super) app: OAuthApp,
    pub(super) endpoint: EndpointBuilder,
    pub(super) random: Arc<dyn Random>,
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth")
            .field("platform", &self.sign_in.platform)
            .field("app", &self.app)
            .finish_non_exhaustive()
    }
}

/// Who asks, where, and with which key: the settings' own, or those that a grant brings along.
pub(super) struct Asker<'a> {
    pub(super) app: &'a OAuthApp,
    pub(super) addresses: &'a Addresses,
    pub(super) proof_key: Option<&'a SecretString>,
}

impl OAuth {
    /// The settings of the token endpoint; [`new`](Self::new) takes them, and a transport or clock
    /// is put into them.
    pub fn endpoint(sign_in: &SignIn) -> EndpointBuilder {
        Endpoint::builder(sign_in.platform, sign_in.token_url)
            .classify(refusal::classify)
            .limits(Limits { body: 1 << 20, ..Limits::default() })
            .timeouts(Timeouts::default().with_response(Duration::from_secs(30)).with_total(Duration::from_secs(90)))
    }

    /// An application at the platform of a record.
    #[must_use]
    pub fn new(sign_in: &SignIn, app: OAuthApp, endpoint: EndpointBuilder) -> Self {
        let endpoint = match &app.client_secret {
            Some(secret) => endpoint.secret(secret),
            None => endpoint,
        };
        Self { sign_in: *sign_in, addresses: sign_in.addresses(), app, endpoint, random: system_random() }
    }

    /// Asks other addresses: of one server of many, of a test.
    #[must_use]
    pub fn with_addresses(mut self, addresses: Addresses) -> Self {
        self.addresses = addresses;
        self
    }

    /// Replaces the source of randomness, for tests.
    #[must_use]
    pub fn with_random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// The platform's record.
    #[must_use]
    pub const fn sign_in(&self) -> &SignIn {
        &self.sign_in
    }

    /// The application.
    #[must_use]
    pub const fn app(&self) -> &OAuthApp {
        &self.app
    }

    /// Where it asks.
    #[must_use]
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        self.endpoint.clock_handle()
    }

    pub(super) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(kind, message.into()).with_vendor(self.sign_in.platform)
    }

    /// Who asks for a grant's next tokens.
    pub(super) fn asker<'a>(&'a self, grant: &'a Grant) -> Asker<'a> {
        Asker {
            app: grant.app.as_ref().unwrap_or(&self.app),
            addresses: grant.addresses.as_ref().unwrap_or(&self.addresses),
            proof_key: grant.proof_key.as_ref(),
        }
    }

    /// An endpoint at the origin of an address, and the address.
    pub(super) fn at(&self, asker: &Asker<'_>, address: &str) -> Result<(Endpoint, Url)> {
        let url = Url::parse(address).ok().filter(|url| url.host().is_some()).ok_or_else(|| {
            self.error(ErrorKind::Config, format!("`{address}` is not an address of {}", self.sign_in.title))
        })?;
        let endpoint = self.endpoint.clone().base_url(url.origin().ascii_serialization());
        let endpoint = match asker.proof_key {
            Some(key) => super::signing::proving(endpoint, key)?,
            None => endpoint,
        };
        Ok((endpoint.build()?, url))
    }

    pub(super) fn start<'a>(endpoint: &'a Endpoint, asker: &Asker<'_>, method: Method, url: Url) -> Call<'a> {
        let call = endpoint.follow(method, url);
        if asker.addresses.foreign { call.public_only() } else { call }
    }

    /// Asks a token endpoint.
    pub(super) async fn ask(
        &self,
        asker: &Asker<'_>,
        address: &str,
        operation: &'static str,
        fields: Fields,
        repeat: Repeat,
    ) -> Result<Reply> {
        let (endpoint, url) = self.at(asker, address)?;
        let format = self.sign_in.body;
        let method = if format == BodyFormat::Query { Method::GET } else { Method::POST };
        let call = Self::start(&endpoint, asker, method, url).operation(operation).repeat(repeat);
        fields::write(call, &self.sign_in, asker.app, fields, format)?.send().await
    }

    /// Reads an answer with tokens. It is quoted in no error.
    pub(super) fn granted(&self, reply: &Reply) -> Result<Grant> {
        if let Some(grant) = answer::read(&self.sign_in, &reply.body, self.clock().now()) {
            return Ok(grant);
        }
        let refused = refusal::refused(&reply.failure());
        Err(reply
            .describe(refused.unwrap_or_else(|| self.error(ErrorKind::Protocol, "the answer has no access token"))))
    }

    /// Gets the tokens after the present ones, and keeps what the answer leaves out.
    ///
    /// A request with a refresh token that works once is sent again only when it provably did not
    /// arrive. [`Accounts`](super::Accounts) sees to it that only one caller asks.
    ///
    /// # Errors
    /// [`Auth`](ErrorKind::Auth) where nothing renews it, and for what
    /// [`SignIn::issue`] calls the end of a connection; the kinds of the HTTP path, which leave
    /// the account alone.
    pub async fn refresh(&self, grant: &Grant) -> Result<Grant> {
        use super::sign_in::Renewal;

        let asker = self.asker(grant);
        let newer = match self.sign_in.renewal {
            Renewal::RefreshToken { rotates } => {
                let token = grant.refresh.as_ref().ok_or_else(|| self.cannot_be_renewed())?;
                let fields = Fields::default().plain("grant_type", "refresh_token").secret("refresh_token", token);
                let repeat = if rotates { Repeat::Never } else { Repeat::Safe };
                self.granted(&self.ask(&asker, &asker.addresses.token, "refresh token", fields, repeat).await?)?
            }
            Renewal::Swap(swap) => {
                let url = asker.addresses.renew.as_deref().unwrap_or(swap.url);
                self.swap(&asker, &swap, url, &grant.access).await?
            }
            Renewal::None => return Err(self.cannot_be_renewed()),
        };
        Ok(grant.renewed_by(newer))
    }

    fn cannot_be_renewed(&self) -> Error {
        let message = format!("nothing renews this token of {}; connect the account again", self.sign_in.title);
        self.error(ErrorKind::Auth, message)
    }

    /// Exchanges an access token for one that lives longer.
    pub(super) async fn swap(
        &self,
        asker: &Asker<'_>,
        swap: &super::sign_in::TokenSwap,
        url: &str,
        token: &SecretString,
    ) -> Result<Grant> {
        let (endpoint, url) = self.at(asker, url)?;
        let call = Self::start(&endpoint, asker, Method::GET, url).operation("exchange token").repeat(Repeat::Safe);
        let mut call = call.query("grant_type", swap.grant_type);
        if swap.client_id {
            call = call.query(self.sign_in.client_id_name, &asker.app.client_id);
        }
        if swap.client_secret {
            let secret = asker.app.client_secret.as_ref().ok_or_else(|| {
                self.error(ErrorKind::Config, format!("{} needs the application's secret", self.sign_in.title))
            })?;
            call = call.secret_query("client_secret", secret);
        }
        self.granted(&call.secret_query(swap.token_name, token).send().await?)
    }

    /// Takes a grant back at the platform.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) where the platform does not offer it; the kinds of
    /// the HTTP path. A token that the platform knows no more is taken back already.
    pub async fn revoke(&self, grant: &Grant) -> Result<()> {
        use super::sign_in::RevocationStyle;

        let asker = self.asker(grant);
        let (Some(revocation), Some(url)) = (self.sign_in.revocation, asker.addresses.revoke.as_deref()) else {
            let message = format!(
                "{} offers no way to take a grant back; remove the application in the account's settings",
                self.sign_in.title
            );
            return Err(Error::unsupported("revoke", message).with_vendor(self.sign_in.platform));
        };
        let (endpoint, url) = self.at(&asker, url)?;
        // A refresh token takes its access tokens along.
        let token = grant.refresh.as_ref().unwrap_or(&grant.access);
        let method = if revocation.style == RevocationStyle::Delete { Method::DELETE } else { Method::POST };
        let call = Self::start(&endpoint, &asker, method, url).operation("revoke token").repeat(Repeat::Safe);
        let fields = Fields::default().secret(revocation.token_name, token);
        let call = match revocation.style {
            RevocationStyle::Form => fields::write(call, &self.sign_in, asker.app, fields, BodyFormat::Form)?,
            RevocationStyle::TokenAlone => call.secret(token).form(fields.pairs()),
            RevocationStyle::Delete | RevocationStyle::Bearer => {
                let bearer = SecretString::from(format!("Bearer {}", grant.access.expose_secret()));
                call.secret_header(http::header::AUTHORIZATION, &bearer).secret(&grant.access)
            }
        };
        match call.send().await {
            Err(error) if matches!(error.code(), Some("invalid_token" | "invalid_grant")) => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Ok(()),
        }
    }

    /// Whether the application has to prove who it is.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.app.client_secret.is_none() || self.sign_in.client_auth == ClientAuth::Public
    }
}
