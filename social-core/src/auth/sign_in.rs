//! [`SignIn`]: how a platform signs people in, as data.

use std::time::Duration;

use super::issue::ConnectionIssue;
use super::scope::ScopeGroup;

/// How a platform signs people in: addresses, names and habits in which platforms differ.
///
/// A record is a constant of its platform's room. [`SignIn::new`] describes a platform that keeps
/// to RFC 6749 and RFC 7636; what deviates is set with the `with_` functions.
///
/// ```
/// use social_core::auth::{ClientAuth, Pkce, Renewal, SignIn};
///
/// const BOARD: SignIn =
///     SignIn::new("board", "Board", "https://board.example/oauth", "https://api.board.example/oauth/token")
///         .with_client_auth(ClientAuth::Basic)
///         .with_pkce(Pkce::S256_HEX)
///         .with_scope_separator(",")
///         .with_renewal(Renewal::ROTATING);
/// assert_eq!(BOARD.platform, "board");
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SignIn {
    /// Its own name, where a platform has several ways to sign in; the platform's otherwise.
    pub name: &'static str,
    /// The platform's name in account keys.
    pub platform: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Where an application is registered.
    pub console: &'static str,
    /// The part of its settings' names that is its own: `X` in `X_CLIENT_ID`; in upper case.
    pub settings: &'static str,
    /// Where a person is sent. `{instance}` stands for the host of a platform of many servers.
    pub authorize_url: &'static str,
    /// Where tokens are asked for.
    pub token_url: &'static str,
    /// Where a device asks for a code (RFC 8628).
    pub device_url: Option<&'static str>,
    /// Where authorization requests are pushed to (RFC 9126).
    pub push_url: Option<&'static str>,
    /// How a grant is taken back.
    pub revocation: Option<Revocation>,
    /// What the platform calls the client's id.
    pub client_id_name: &'static str,
    /// How the application proves who it is.
    pub client_auth: ClientAuth,
    /// How the request for tokens is written.
    pub body: BodyFormat,
    /// Whether the code is bound to who asked for it (RFC 7636).
    pub pkce: Pkce,
    /// What stands between two scopes.
    pub scope_separator: &'static str,
    /// The parameter that carries the scopes.
    pub scope_name: &'static str,
    /// Further parameters of the address that a person is sent to.
    pub authorize_extra: &'static [(&'static str, &'static str)],
    /// Further fields of the request that exchanges a code.
    pub exchange_extra: &'static [(&'static str, &'static str)],
    /// The exchange of the first, short-lived token for one that lives longer.
    pub long_lived: Option<TokenSwap>,
    /// How an access token is renewed.
    pub renewal: Renewal,
    /// How long an access token lives where the answer does not say; `None`: until it is revoked.
    pub access_life: Option<Duration>,
    /// How long a refresh token lives where the answer does not say.
    pub refresh_life: Option<Duration>,
    /// Where the answer names the account: a field, or fields joined with dots.
    pub subject: &'static str,
    /// An answer without scopes grants what was asked for, as RFC 6749 says. Otherwise it says
    /// nothing.
    pub grants_as_asked: bool,
    /// Which scopes are needed for what.
    pub scopes: &'static [ScopeGroup],
    /// Wide scopes and the narrow ones that each covers.
    pub covers: &'static [(&'static str, &'static [&'static str])],
    /// Scopes that have another name now: the old one, the new one.
    pub renamed: &'static [(&'static str, &'static str)],
    /// What the platform's own codes mean for a connection.
    pub issues: &'static [(&'static str, ConnectionIssue)],
    /// Tokens are bound to a key (RFC 9449).
    pub dpop: bool,
}

impl SignIn {
    /// A platform that keeps to the RFCs: form bodies, the secret beside them, scopes separated by
    /// spaces, PKCE with S256, a refresh token that stays.
    #[must_use]
    pub const fn new(
        platform: &'static str,
        title: &'static str,
        authorize_url: &'static str,
        token_url: &'static str,
    ) -> Self {
        Self {
            name: platform,
            platform,
            title,
            console: "",
            settings: "",
            authorize_url,
            token_url,
            device_url: None,
            push_url: None,
            revocation: None,
            client_id_name: "client_id",
            client_auth: ClientAuth::Body,
            body: BodyFormat::Form,
            pkce: Pkce::S256,
            scope_separator: " ",
            scope_name: "scope",
            authorize_extra: &[],
            exchange_extra: &[],
            long_lived: None,
            renewal: Renewal::KEPT,
            access_life: None,
            refresh_life: None,
            subject: "sub",
            grants_as_asked: true,
            scopes: &[],
            covers: &[],
            renamed: &[],
            issues: &[],
            dpop: false,
        }
    }
}

macro_rules! setters {
    ($($setter:ident($field:ident: $type:ty) $what:literal;)*) => {
        impl SignIn {
            $(
                #[doc = $what]
                #[must_use]
                pub const fn $setter(mut self, $field: $type) -> Self {
                    self.$field = $field;
                    self
                }
            )*
        }
    };
}

setters! {
    with_name(name: &'static str) "Names a further way to sign in to a platform.";
    with_console(console: &'static str) "Says where an application is registered.";
    with_settings(settings: &'static str) "Names its settings: `X` for `X_CLIENT_ID`.";
    with_client_id_name(client_id_name: &'static str) "Sets what the client's id is called.";
    with_client_auth(client_auth: ClientAuth) "Sets how the application proves who it is.";
    with_body(body: BodyFormat) "Sets how the request for tokens is written.";
    with_pkce(pkce: Pkce) "Sets whether and how a code is bound to who asked for it.";
    with_scope_separator(scope_separator: &'static str) "Sets what stands between two scopes.";
    with_scope_name(scope_name: &'static str) "Sets which parameter carries the scopes.";
    with_authorize_extra(authorize_extra: &'static [(&'static str, &'static str)])
        "Adds parameters to the address that a person is sent to.";
    with_exchange_extra(exchange_extra: &'static [(&'static str, &'static str)])
        "Adds fields to the request that exchanges a code.";
    with_renewal(renewal: Renewal) "Sets how an access token is renewed.";
    with_subject(subject: &'static str) "Says where the answer names the account.";
    with_grants_as_asked(grants_as_asked: bool) "Says whether an answer without scopes grants what was asked for.";
    with_scopes(scopes: &'static [ScopeGroup]) "Sets which scopes are needed for what.";
    with_covers(covers: &'static [(&'static str, &'static [&'static str])]) "Sets which scopes cover others.";
    with_renamed(renamed: &'static [(&'static str, &'static str)]) "Sets which scopes have another name now.";
    with_issues(issues: &'static [(&'static str, ConnectionIssue)]) "Sets what the platform's own codes mean.";
    with_dpop(dpop: bool) "Says whether tokens are bound to a key.";
}

macro_rules! optional_setters {
    ($($setter:ident($field:ident: $type:ty) $what:literal;)*) => {
        impl SignIn {
            $(
                #[doc = $what]
                #[must_use]
                pub const fn $setter(mut self, $field: $type) -> Self {
                    self.$field = Some($field);
                    self
                }
            )*
        }
    };
}

optional_setters! {
    with_device_url(device_url: &'static str) "Sets where a device asks for a code.";
    with_push_url(push_url: &'static str) "Sets where authorization requests are pushed to.";
    with_revocation(revocation: Revocation) "Sets how a grant is taken back.";
    with_long_lived(long_lived: TokenSwap) "Sets the exchange for a token that lives longer.";
    with_access_life(access_life: Duration) "Sets how long an access token lives where the answer does not say.";
    with_refresh_life(refresh_life: Duration) "Sets how long a refresh token lives where the answer does not say.";
}

/// How an application proves who it is when it asks for tokens. One without a secret only says its
/// id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAuth {
    /// Its id and secret stand in the body.
    Body,
    /// Its id and secret stand in the header `Authorization: Basic`.
    Basic,
    /// As [`Basic`](Self::Basic), and with an empty password where there is no secret.
    BasicAlways,
    /// It has no secret.
    Public,
}

/// How a request for tokens is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyFormat {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// JSON.
    Json,
    /// A `GET` whose query carries all fields, the secret among them, where the platform documents
    /// nothing else. The query is in no error and no log.
    Query,
}

/// Whether a code is bound to who asked for it, and how the challenge is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pkce {
    /// The platform does not know it.
    Unsupported,
    /// The challenge is the SHA-256 of the verifier in this form.
    Challenge(ChallengeForm),
}

impl Pkce {
    /// As RFC 7636 says.
    pub const S256: Self = Self::Challenge(ChallengeForm::Base64Url);
    /// The SHA-256 in hexadecimal digits.
    pub const S256_HEX: Self = Self::Challenge(ChallengeForm::Hex);
}

/// How a challenge is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChallengeForm {
    /// Base64 for URLs without padding, as RFC 7636 says.
    Base64Url,
    /// Hexadecimal digits.
    Hex,
}

/// How an access token is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Renewal {
    /// Not at all: a person has to connect again.
    None,
    /// With a refresh token.
    RefreshToken {
        /// Each refresh token works once. Its request is never repeated blindly.
        rotates: bool,
    },
    /// The access token itself is exchanged for a new one.
    Swap(TokenSwap),
}

impl Renewal {
    /// A refresh token that stays.
    pub const KEPT: Self = Self::RefreshToken { rotates: false };
    /// A refresh token that works once.
    pub const ROTATING: Self = Self::RefreshToken { rotates: true };
}

/// The exchange of an access token for one that lives longer: a `GET` of this address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenSwap {
    /// The address.
    pub url: &'static str,
    /// The value of `grant_type`.
    pub grant_type: &'static str,
    /// The parameter that carries the token.
    pub token_name: &'static str,
    /// The application's id is sent.
    pub client_id: bool,
    /// The application's secret is sent.
    pub client_secret: bool,
    /// A younger token is refused.
    pub earliest: Duration,
}

impl TokenSwap {
    /// An exchange that only shows the token.
    #[must_use]
    pub const fn new(url: &'static str, grant_type: &'static str, token_name: &'static str) -> Self {
        Self { url, grant_type, token_name, client_id: false, client_secret: false, earliest: Duration::ZERO }
    }

    /// Sends the application's id.
    #[must_use]
    pub const fn with_client_id(mut self) -> Self {
        self.client_id = true;
        self
    }

    /// Sends the application's secret.
    #[must_use]
    pub const fn with_client_secret(mut self) -> Self {
        self.client_secret = true;
        self
    }

    /// Says how old a token has to be.
    #[must_use]
    pub const fn with_earliest(mut self, earliest: Duration) -> Self {
        self.earliest = earliest;
        self
    }
}

/// How a grant is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revocation {
    /// The address.
    pub url: &'static str,
    /// The field that carries the token.
    pub token_name: &'static str,
    /// How it is asked.
    pub style: RevocationStyle,
}

/// How a platform is asked to take a grant back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevocationStyle {
    /// A form with the token, and the application beside it (RFC 7009).
    Form,
    /// A form with the token alone.
    TokenAlone,
    /// A `DELETE` with the token as bearer.
    Delete,
    /// A `POST` without a body, with the token as bearer.
    Bearer,
}

impl Revocation {
    /// RFC 7009 at this address.
    #[must_use]
    pub const fn new(url: &'static str) -> Self {
        Self { url, token_name: "token", style: RevocationStyle::Form }
    }

    /// Another way to ask.
    #[must_use]
    pub const fn with_style(mut self, style: RevocationStyle) -> Self {
        self.style = style;
        self
    }
}
