//! Sending a person away, and what happens when they come back.

use http::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use super::callback::Callback;
use super::fields::{self, Fields};
use super::grant::Grant;
use super::oauth::{Asker, OAuth};
use super::pkce::{challenge, fingerprint, same_secret, secret_word};
use super::refusal;
use super::scope::Purpose;
use super::sign_in::{BodyFormat, Pkce, SignIn};
use super::state::{Pending, StateStore};
use crate::Tenant;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::http::Repeat;

/// How long a person may stay away.
pub const STATE_LIFE: std::time::Duration = std::time::Duration::from_secs(3600);

/// What is asked of a person.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AuthorizationRequest {
    /// For whom the account is connected. Who comes back has to belong to it.
    pub tenant: Tenant,
    /// What for.
    pub purposes: Vec<Purpose>,
    /// Further scopes.
    pub scopes: Vec<String>,
    /// Where the application goes on afterwards; an address or path of its own.
    pub return_to: Option<String>,
    /// Whose account: an e-mail address, a handle. The platform fills it in.
    pub login_hint: Option<String>,
    /// The account that has to come back, by the platform's id: to connect again, not another.
    pub subject: Option<String>,
}

impl AuthorizationRequest {
    /// For these purposes.
    #[must_use]
    pub fn new(purposes: impl IntoIterator<Item = Purpose>) -> Self {
        Self { purposes: purposes.into_iter().collect(), ..Self::default() }
    }

    /// Says for whom.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.tenant = tenant.into();
        self
    }

    /// Asks for further scopes.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Says where the application goes on.
    #[must_use]
    pub fn with_return_to(mut self, address: impl Into<String>) -> Self {
        self.return_to = Some(address.into());
        self
    }

    /// Says whose account.
    #[must_use]
    pub fn with_login_hint(mut self, hint: impl Into<String>) -> Self {
        self.login_hint = Some(hint.into());
        self
    }

    /// Says which account has to come back.
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}

/// Where to send a person.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Authorization {
    /// The address to open in a browser. Opened twice, it is still the same authorization.
    pub url: Url,
    /// Until when the person can come back.
    pub expires_at: Timestamp,
}

/// What came of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Authorized {
    /// The tokens. Long-lived where the platform has long-lived ones.
    pub grant: Grant,
    /// For whom.
    pub tenant: Tenant,
    /// What was asked for.
    pub asked: Vec<String>,
    /// What was asked for and not granted, as far as the platform says.
    pub missing: Vec<String>,
    /// Where the application goes on.
    pub return_to: Option<String>,
}

#[derive(Deserialize)]
struct Pushed {
    request_uri: String,
}

impl OAuth {
    /// Prepares the address to which a person is sent, and remembers what must fit when they come
    /// back.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) for an application without an address to come back to, or with
    /// one that is neither encrypted nor on this machine; the kinds of the HTTP path where the
    /// request is pushed.
    pub async fn authorize(&self, states: &dyn StateStore, request: &AuthorizationRequest) -> Result<Authorization> {
        self.check_redirect()?;
        let (state, now) = (secret_word(&*self.random), self.clock().now());
        let expires_at = now.saturating_add(STATE_LIFE).unwrap_or(Timestamp::MAX);
        let verifier = match self.sign_in.pkce {
            Pkce::Challenge(_) => Some(secret_word(&*self.random)),
            Pkce::Unsupported => None,
        };
        let proof_key = if self.sign_in.dpop { Some(super::signing::new_proof_key()?) } else { None };
        let scopes = self.asked(request);
        let fields = self.query(request, &scopes, &state, verifier.as_ref());
        let url = self.address(fields, proof_key.as_ref()).await?;
        let standard = self.sign_in.addresses();
        let pending = Pending {
            tenant: request.tenant.clone(),
            platform: self.sign_in.platform.into(),
            redirect_uri: self.app.redirect_uri.clone(),
            return_to: request.return_to.clone(),
            expires_at,
            scopes,
            verifier,
            app: Some(self.app.clone()).filter(|_| self.addresses != standard),
            addresses: Some(self.addresses.clone()).filter(|addresses| *addresses != standard),
            proof_key,
            subject: request.subject.clone(),
        };
        states.put(&fingerprint(state.expose_secret()), expires_at, pending.to_text()?).await?;
        Ok(Authorization { url, expires_at })
    }

    fn check_redirect(&self) -> Result<()> {
        let redirect = &self.app.redirect_uri;
        let refuse = |what: &str| {
            let message = format!("the address to come back to, `{redirect}`, {what}");
            Err(self.error(ErrorKind::Config, message).with_field("redirect_uri"))
        };
        let Ok(url) = Url::parse(redirect) else { return refuse("is not an address") };
        match (url.scheme(), url.host_str()) {
            ("http", Some("127.0.0.1" | "[::1]" | "localhost")) => Ok(()),
            ("http", _) => refuse("would carry the code unencrypted: use https"),
            _ if url.fragment().is_some() => refuse("must not have a fragment"),
            _ => Ok(()),
        }
    }

    pub(super) fn asked(&self, request: &AuthorizationRequest) -> Vec<String> {
        let mut scopes: Vec<String> =
            self.sign_in.scopes_for(&request.purposes).into_iter().map(str::to_owned).collect();
        for scope in &request.scopes {
            if !scopes.contains(scope) {
                scopes.push(scope.clone());
            }
        }
        scopes
    }

    fn query(
        &self,
        request: &AuthorizationRequest,
        scopes: &[String],
        state: &SecretString,
        verifier: Option<&SecretString>,
    ) -> Fields {
        let SignIn { client_id_name, scope_name, scope_separator, authorize_extra, pkce, .. } = self.sign_in;
        let mut fields = Fields::default()
            .plain("response_type", "code")
            .plain(client_id_name, &self.app.client_id)
            .plain("redirect_uri", &self.app.redirect_uri);
        if !scopes.is_empty() {
            fields = fields.plain(scope_name, scopes.join(scope_separator));
        }
        fields = fields.secret("state", state);
        if let (Some(verifier), Pkce::Challenge(form)) = (verifier, pkce) {
            fields = fields.plain("code_challenge", challenge(verifier, form)).plain("code_challenge_method", "S256");
        }
        if let Some(hint) = &request.login_hint {
            fields = fields.plain("login_hint", hint);
        }
        fields
            .all(authorize_extra.iter().copied())
            .all(self.app.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// The address that a person opens; the request itself is pushed where that is usual.
    async fn address(&self, fields: Fields, proof_key: Option<&SecretString>) -> Result<Url> {
        let mut url = Url::parse(&self.addresses.authorize)
            .map_err(|_| self.error(ErrorKind::Config, format!("`{}` is not an address", self.addresses.authorize)))?;
        let Some(push) = &self.addresses.push else {
            url.query_pairs_mut().extend_pairs(fields.pairs());
            return Ok(url);
        };
        let asker = Asker { app: &self.app, addresses: &self.addresses, proof_key };
        let (endpoint, to) = self.at(&asker, push)?;
        let call =
            Self::start(&endpoint, &asker, Method::POST, to).operation("push authorization").repeat(Repeat::Safe);
        let call = fields::write(call, &self.sign_in, &self.app, fields, BodyFormat::Form)?;
        let reply = call.send().await?;
        let Ok(pushed) = serde_json::from_slice::<Pushed>(&reply.body) else {
            return Err(reply.unreadable("the answer has no request_uri"));
        };
        url.query_pairs_mut()
            .append_pair(self.sign_in.client_id_name, &self.app.client_id)
            .append_pair("request_uri", &pushed.request_uri);
        Ok(url)
    }

    /// Exchanges the code with which a person came back. A state works once, whatever comes of it.
    ///
    /// `tenant` is whose session the person came back in; it has to be the one for whom the
    /// authorization was begun.
    ///
    /// # Errors
    /// [`Permission`](ErrorKind::Permission) when the person refused;
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) naming `state` when no sign-in was begun with
    /// it, when it was used, has expired, or belongs to another tenant, platform or address;
    /// naming `iss` when another server answered; naming `subject` when another account came back;
    /// the kinds of the HTTP path for the exchange.
    pub async fn finish(&self, states: &dyn StateStore, tenant: &Tenant, callback: &Callback) -> Result<Authorized> {
        let pending = self.pending(states, tenant, callback).await?;
        if let Some(error) = &callback.error {
            return Err(self.refused(error, callback.description.as_deref()));
        }
        let code = callback.code.as_ref().ok_or_else(|| Error::invalid("code", "there is no code"))?;
        let asker = Asker {
            app: pending.app.as_ref().unwrap_or(&self.app),
            addresses: pending.addresses.as_ref().unwrap_or(&self.addresses),
            proof_key: pending.proof_key.as_ref(),
        };
        let mut fields = Fields::default()
            .plain("grant_type", "authorization_code")
            .secret("code", code)
            .plain("redirect_uri", &pending.redirect_uri);
        if let Some(verifier) = &pending.verifier {
            fields = fields.secret("code_verifier", verifier);
        }
        let fields = fields.all(self.sign_in.exchange_extra.iter().copied());
        let reply = self.ask(&asker, &asker.addresses.token, "exchange code", fields, Repeat::Never).await?;
        let first = self.granted(&reply)?;
        let grant = match self.sign_in.long_lived {
            Some(swap) => {
                let url = asker.addresses.long_lived.as_deref().unwrap_or(swap.url);
                first.renewed_by(self.swap(&asker, &swap, url, &first.access).await?)
            }
            None => first,
        };
        let Pending { app, addresses, proof_key, scopes, subject, return_to, .. } = pending;
        let grant = Grant { app, addresses, proof_key, previous: None, ..grant };
        if let (Some(wanted), Some(came)) = (&subject, &grant.subject)
            && wanted != came
        {
            let message = format!("another account came back: {came} instead of {wanted}");
            return Err(Error::invalid("subject", message).with_vendor(self.sign_in.platform));
        }
        Ok(self.authorized(grant, tenant.clone(), scopes, return_to))
    }

    pub(super) fn authorized(
        &self,
        mut grant: Grant,
        tenant: Tenant,
        asked: Vec<String>,
        return_to: Option<String>,
    ) -> Authorized {
        if self.sign_in.name != self.sign_in.platform {
            grant.sign_in = Some(self.sign_in.name.to_owned());
        }
        if grant.scopes.is_none() && self.sign_in.grants_as_asked {
            grant.scopes = Some(asked.clone());
        }
        let granted = grant.scopes.as_deref();
        let is_missing = |scope: &&String| granted.is_some_and(|granted| !self.sign_in.is_granted(scope, granted));
        let missing = asked.iter().filter(is_missing).cloned().collect();
        Authorized { grant, tenant, asked, missing, return_to }
    }

    /// Takes what was remembered, if the person is who was sent away.
    async fn pending(&self, states: &dyn StateStore, tenant: &Tenant, callback: &Callback) -> Result<Pending> {
        let refuse = |message: &'static str| Error::invalid("state", message).with_vendor(self.sign_in.platform);
        let unknown =
            || refuse("no sign-in was begun with this state, or the state was used: start the connection again");
        let state = callback.state.as_ref().ok_or_else(|| refuse("the state is missing"))?;
        let text = states.take(&fingerprint(state.expose_secret())).await?.ok_or_else(unknown)?;
        let pending = Pending::of_text(text.expose_secret())?;
        if pending.expires_at <= self.clock().now() {
            return Err(refuse("the state has expired: start the connection again"));
        }
        let fits = same_secret(pending.tenant.as_str(), tenant.as_str())
            & same_secret(pending.platform.as_str(), self.sign_in.platform)
            & same_secret(&pending.redirect_uri, &self.app.redirect_uri);
        if !fits {
            return Err(refuse("the state belongs to another tenant, platform or return address"));
        }
        let addresses = pending.addresses.as_ref().unwrap_or(&self.addresses);
        match (&addresses.issuer, &callback.issuer) {
            (Some(expected), Some(issuer)) if !same_secret(expected, issuer) => {
                let message = format!("`{issuer}` answered, not `{expected}`");
                Err(Error::invalid("iss", message).with_vendor(self.sign_in.platform))
            }
            _ => Ok(pending),
        }
    }

    /// Why the person came back without a code.
    fn refused(&self, error: &str, description: Option<&str>) -> Error {
        let kind = match error {
            "access_denied" | "user_cancelled_login" | "user_cancelled_authorize" => ErrorKind::Permission,
            error => refusal::kind_of(error).unwrap_or(ErrorKind::InvalidRequest),
        };
        let said = description.unwrap_or("the person did not allow it");
        self.error(kind, format!("not connected: {said}")).with_code(error)
    }
}
