//! Connecting an account by OAuth: whose server signs it in is found out for each account.

use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use social_core::auth::{Addresses, ClientAuth, OAuthApp, Purpose, Renewal, Revocation, ScopeGroup, SignIn};
use social_core::http::{Endpoint, EndpointBuilder, Repeat};
use social_core::{Error, ErrorKind, Result};
use url::Url;

use super::wire::{DidDocument, Resolved};

const SCOPES: &[&str] = &["atproto", "transition:generic"];

/// How an account of the AT Protocol signs in: requests are pushed, tokens are bound to a key and
/// rotate.
///
/// **Console:** none. The application's id is the address of its own metadata document, or that of
/// [`loopback_app`] for programs on a person's machine.
///
/// **Ends a token:** an access token lives minutes to hours and is renewed; each refresh token
/// works once; the grant ends after two weeks without renewal, or three months, where the
/// application has no secret, and when the person takes it back.
///
/// The addresses here are Bluesky's own. Those of an account are found by [`Directory::find`].
pub const SIGN_IN: SignIn =
    SignIn::new("bluesky", "Bluesky", "https://bsky.social/oauth/authorize", "https://bsky.social/oauth/token")
        .with_console("your own client metadata document")
        .with_settings("BLUESKY")
        .with_client_auth(ClientAuth::Public)
        .with_push_url("https://bsky.social/oauth/par")
        .with_dpop(true)
        .with_renewal(Renewal::ROTATING)
        .with_revocation(Revocation::new("https://bsky.social/oauth/revoke"))
        .with_scopes(&[
            ScopeGroup::new(Purpose::IDENTIFY, &["atproto"]),
            ScopeGroup::new(Purpose::PUBLISH, SCOPES),
            ScopeGroup::new(Purpose::READ, SCOPES),
            ScopeGroup::new(Purpose::DELETE, SCOPES),
            ScopeGroup::new(Purpose::COMMENTS, SCOPES),
        ]);

/// The application of a program on a person's machine, which no server has to know beforehand.
///
/// `redirect_uri` is on 127.0.0.1; the port is not compared. Its grants last one day.
#[must_use]
pub fn loopback_app(redirect_uri: &str, scopes: &[impl AsRef<str>]) -> OAuthApp {
    let scopes: Vec<_> = scopes.iter().map(AsRef::as_ref).collect();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("redirect_uri", redirect_uri).append_pair("scope", &scopes.join(" "));
    OAuthApp::new(format!("http://localhost?{}", query.finish()), redirect_uri)
}

/// Where it is looked up who an account is and which server signs it in.
#[derive(Clone, Debug)]
pub struct Directory {
    resolver: String,
    identities: String,
    public_only: bool,
}

impl Default for Directory {
    fn default() -> Self {
        Self {
            resolver: "https://public.api.bsky.app".to_owned(),
            identities: "https://plc.directory".to_owned(),
            public_only: true,
        }
    }
}

/// An account, and where it signs in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Found {
    /// Its name for ever.
    pub did: String,
    /// Its name for people, which points back to it.
    pub handle: String,
    /// Where it signs in and where its data lives.
    pub addresses: Addresses,
}

#[derive(Deserialize)]
struct Resource {
    authorization_servers: Vec<String>,
}

#[derive(Deserialize)]
struct Server {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    pushed_authorization_request_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
}

impl Directory {
    /// Looks up elsewhere, for tests: a server that resolves handles, and one that knows DIDs.
    /// Addresses that are not public are then asked, too.
    #[must_use]
    pub fn at(resolver: impl Into<String>, identities: impl Into<String>) -> Self {
        Self { resolver: resolver.into(), identities: identities.into(), public_only: false }
    }

    /// Finds an account by its handle or DID.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) for an unknown handle;
    /// [`InvalidRequest`](ErrorKind::InvalidRequest) for a handle and an account that do not name
    /// each other; [`Protocol`](ErrorKind::Protocol) for a server that does not say how it signs in;
    /// the kinds of the HTTP path.
    pub async fn find(&self, account: &str, endpoint: EndpointBuilder) -> Result<Found> {
        let endpoint = endpoint.base_url(&self.resolver).classify(super::error::classify).build()?;
        let account = account.trim().trim_start_matches('@');
        let did = if account.starts_with("did:") {
            account.to_owned()
        } else {
            let mut url = self.url(&self.resolver, "/xrpc/com.atproto.identity.resolveHandle")?;
            url.query_pairs_mut().append_pair("handle", account);
            self.read::<Resolved>(&endpoint, url, "resolve handle").await?.did
        };
        let document: DidDocument = self.read(&endpoint, self.document(&did)?, "read identity").await?;
        let handle = document.handle().unwrap_or(&did).to_owned();
        if !account.starts_with("did:") && !handle.eq_ignore_ascii_case(account) {
            let message = format!("`{account}` points to {did}, which says that it is `{handle}`");
            return Err(Error::invalid("account", message).with_vendor(SIGN_IN.platform));
        }
        let missing = |what: &str| {
            Error::new(ErrorKind::Protocol, format!("{did} does not say {what}")).with_vendor(SIGN_IN.platform)
        };
        let data = document.data_server().ok_or_else(|| missing("where its data lives"))?;
        let server = data.as_str().trim_end_matches('/').to_owned();
        let resource: Resource = self
            .read(&endpoint, self.url(&server, "/.well-known/oauth-protected-resource")?, "read resource metadata")
            .await?;
        let issuer = resource.authorization_servers.into_iter().next().ok_or_else(|| missing("who signs it in"))?;
        let metadata = self.url(&issuer, "/.well-known/oauth-authorization-server")?;
        let signs: Server = self.read(&endpoint, metadata, "read server metadata").await?;
        if signs.issuer != issuer {
            let message = format!("`{issuer}` says that it is `{}`", signs.issuer);
            return Err(Error::new(ErrorKind::Protocol, message).with_vendor(SIGN_IN.platform));
        }
        let mut addresses = SIGN_IN.addresses();
        addresses.issuer = Some(signs.issuer);
        addresses.authorize = signs.authorization_endpoint;
        addresses.token = signs.token_endpoint;
        addresses.push = signs.pushed_authorization_request_endpoint;
        addresses.revoke = signs.revocation_endpoint;
        addresses.resource = Some(server);
        addresses.foreign = self.public_only;
        Ok(Found { did, handle, addresses })
    }

    fn document(&self, did: &str) -> Result<Url> {
        match did.strip_prefix("did:web:") {
            Some(host) if !host.contains([':', '/', '%', '@', '?', '#']) => {
                self.url(&format!("https://{host}"), "/.well-known/did.json")
            }
            Some(_) => Err(Error::invalid("account", format!("`{did}` names no host"))),
            None => self.url(&self.identities, &format!("/{did}")),
        }
    }

    fn url(&self, base: &str, path: &str) -> Result<Url> {
        let url = Url::parse(&format!("{}{path}", base.trim_end_matches('/')));
        let is_safe = |url: &Url| url.scheme() == "https" || !self.public_only;
        url.ok().filter(is_safe).ok_or_else(|| {
            let message = format!("`{base}` is not the encrypted address of a server");
            Error::new(ErrorKind::Protocol, message).with_vendor(SIGN_IN.platform)
        })
    }

    async fn read<T: DeserializeOwned>(&self, endpoint: &Endpoint, url: Url, operation: &'static str) -> Result<T> {
        let call = endpoint.anonymous(Method::GET, url).operation(operation).repeat(Repeat::Safe).limit(256 << 10);
        let call = if self.public_only { call.public_only() } else { call };
        call.send().await?.json()
    }
}
