//! Mastodon: an application is registered on each server.

use secrecy::SecretString;
use serde::Deserialize;
use social_core::auth::{Addresses, OAuthApp, Purpose, Renewal, Revocation, ScopeGroup, SignIn};
use social_core::http::{EndpointBuilder, Repeat};
use social_core::{Error, ErrorKind, Result};

/// Mastodon, any server of version 4.3 or newer.
///
/// **Console:** none. [`register_mastodon`] creates the application on the account's server; it
/// goes with the account, so that many servers are served by one program.
///
/// **Ends a token:** it does not expire; it ends when the person removes the application, or the
/// server does.
pub const MASTODON: SignIn =
    SignIn::new("mastodon", "Mastodon", "https://{instance}/oauth/authorize", "https://{instance}/oauth/token")
        .with_console("your server, by `register_mastodon`")
        .with_settings("MASTODON")
        .with_renewal(Renewal::None)
        .with_revocation(Revocation::new("https://{instance}/oauth/revoke"))
        .with_scopes(&[
            ScopeGroup::new(Purpose::IDENTIFY, &["read:accounts"]),
            ScopeGroup::new(Purpose::PUBLISH, &["read:accounts", "read:statuses", "write:statuses", "write:media"]),
            ScopeGroup::new(Purpose::READ, &["read:accounts", "read:statuses"]),
            ScopeGroup::new(Purpose::DELETE, &["write:statuses"]),
            ScopeGroup::new(Purpose::COMMENTS, &["read:statuses", "write:statuses"]),
            ScopeGroup::new(Purpose::INSIGHTS, &["read:statuses"]),
        ])
        .with_covers(&[("read", &["read:accounts", "read:statuses"]), ("write", &["write:statuses", "write:media"])]);

#[derive(Deserialize)]
struct Registered {
    client_id: String,
    client_secret: SecretString,
}

/// Registers an application on a server, for the scopes of these purposes, and returns it with the
/// server's addresses.
///
/// `instance` is the server's host, `mastodon.social`. `endpoint` is
/// [`OAuth::endpoint`](social_core::auth::OAuth::endpoint) of [`MASTODON`]; its base URL is replaced
/// by the server's unless `addresses` of a test are given.
///
/// # Errors
/// [`InvalidRequest`](ErrorKind::InvalidRequest) for a text that is no host; the kinds of the HTTP
/// path.
pub async fn register_mastodon(
    instance: &str,
    name: &str,
    redirect_uri: &str,
    purposes: &[Purpose],
    endpoint: EndpointBuilder,
    addresses: Option<Addresses>,
) -> Result<(OAuthApp, Addresses)> {
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if !instance.contains('.') || !instance.chars().all(is_host) {
        let message = format!("`{instance}` is not the host of a server, for instance `mastodon.social`");
        return Err(Error::invalid("instance", message).with_vendor(MASTODON.platform));
    }
    let foreign = addresses.is_none();
    let addresses = addresses.unwrap_or_else(|| MASTODON.addresses_at(instance));
    let base = addresses.token.split("/oauth/").next().unwrap_or_default();
    let endpoint = endpoint.base_url(base);
    let endpoint = if foreign { endpoint.public_only() } else { endpoint }.build()?;
    let call = endpoint.post("api/v1/apps")?.operation("register application").repeat(Repeat::Safe);
    let scopes = MASTODON.scopes_for(purposes).join(" ");
    let fields = [("client_name", name), ("redirect_uris", redirect_uri), ("scopes", &scopes)];
    let reply = call.form(fields).send().await?;
    // The body holds the secret, so it must not end up in the error.
    let registered: Registered = serde_json::from_slice(&reply.body).map_err(|_| {
        reply.describe(Error::new(ErrorKind::Protocol, "the application's id and secret cannot be read"))
    })?;
    let app = OAuthApp::new(registered.client_id, redirect_uri).with_secret(registered.client_secret);
    Ok((app, addresses))
}
