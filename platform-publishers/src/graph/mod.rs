//! What Meta's platforms share: the Graph API's addresses, refusals, containers and quotas.

#[cfg(any(feature = "instagram", feature = "threads"))]
mod afterwards;
#[cfg(any(feature = "instagram", feature = "threads"))]
mod container;
pub(crate) mod error;
#[cfg(any(feature = "instagram", feature = "threads"))]
mod posting;
mod readiness;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "facebook", feature = "instagram"))]
mod upload;
// A page has no containers.
#[cfg_attr(not(any(feature = "instagram", feature = "threads")), expect(dead_code))]
pub(crate) mod wire;

use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::Method;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use sha2::Sha256;
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder, Repeat, Reply, TokenSource};
use social_core::{Account, Error, Result};

#[cfg(feature = "instagram")]
pub(crate) use container::Container;
#[cfg(any(feature = "instagram", feature = "threads"))]
pub(crate) use container::{Containers, Fields, Names, public_address};
#[cfg(any(feature = "instagram", feature = "threads"))]
pub(crate) use posting::Posting;
#[cfg(feature = "facebook")]
pub(crate) use upload::PATIENCE;
#[cfg(any(feature = "facebook", feature = "instagram"))]
pub(crate) use upload::{UPLOADS, upload};
use wire::Done;
pub(crate) use wire::{Created, Page, parse_time};

pub(crate) use crate::offered::refuse_unless_offered;

/// The Graph API for one account. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    pub(crate) api: Endpoint,
    pub(crate) account: Account,
    pub(crate) version: String,
    tokens: Arc<dyn TokenSource>,
    app_secret: Option<SecretString>,
}

impl Graph {
    pub(crate) fn new(
        api: EndpointBuilder,
        tokens: Arc<dyn TokenSource>,
        account: Account,
        version: &str,
    ) -> Result<Self> {
        let id = &account.key.id;
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            let platform = &account.key.platform;
            let message = format!("`{id}` is not the id of an account of {platform}, which is a number");
            return Err(Error::config(message).with_field("user"));
        }
        let api = api.auth(Auth::source(tokens.clone())).build()?;
        Ok(Self { api, account, version: version.to_owned(), tokens, app_secret: None })
    }

    /// Proves with every request that the app itself sends it.
    #[cfg(any(feature = "facebook", feature = "instagram", test))]
    pub(crate) fn with_app_secret(mut self, secret: SecretString) -> Self {
        self.app_secret = Some(secret);
        self
    }

    /// The account's token as it is now.
    #[cfg(feature = "facebook")]
    pub(crate) async fn token(&self) -> Result<SecretString> {
        self.tokens.token().await
    }

    /// The path of one of the account's edges.
    pub(crate) fn edge(&self, name: &str) -> String {
        format!("{}/{}/{name}", self.version, self.account.key.id)
    }

    /// The path of an object.
    pub(crate) fn object(&self, id: &str) -> Result<String> {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
            return Err(Error::invalid("receipt", format!("`{id}` is not an id of {}", self.account.key.platform)));
        }
        Ok(format!("{}/{id}", self.version))
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Call<'_>> {
        self.proven(self.api.get(path)?).await
    }

    pub(crate) async fn post(&self, path: &str) -> Result<Call<'_>> {
        self.proven(self.api.post(path)?).await
    }

    async fn delete(&self, path: &str) -> Result<Call<'_>> {
        let url = self.api.base_url().join(path).map_err(|_| Error::invalid("path", "the path makes no address"))?;
        self.proven(self.api.follow(Method::DELETE, url)).await
    }

    /// Takes an object down. Deleted a second time after a lost answer, it is not found: `is_gone`
    /// decides.
    pub(crate) async fn take_down(&self, id: &str, is_gone: impl Future<Output = bool> + Send) -> Result<()> {
        let call = self.delete(&self.object(id)?).await?;
        let answer = call.operation("delete").repeat(Repeat::Safe).send().await;
        let refused = match answer.and_then(|reply| Ok((self.read::<Done>(&reply)?, reply))) {
            Ok((Done { success: true }, _)) => return Ok(()),
            Ok((_, reply)) => reply.unreadable("the post was not deleted"),
            Err(error) => error,
        };
        if is_gone.await { Ok(()) } else { Err(refused) }
    }

    /// The proof is worth nothing without the token. It is a parameter, because Meta takes it
    /// nowhere else.
    async fn proven<'a>(&self, call: Call<'a>) -> Result<Call<'a>> {
        let Some(secret) = &self.app_secret else { return Ok(call) };
        let token = self.tokens.token().await?;
        Ok(call.query("appsecret_proof", proof(secret, &token)?))
    }

    /// Reads an answer; a refusal that came with a success status is one all the same.
    pub(crate) fn read<T: DeserializeOwned>(&self, reply: &Reply) -> Result<T> {
        read(&self.api, reply)
    }
}

pub(crate) fn read<T: DeserializeOwned>(endpoint: &Endpoint, reply: &Reply) -> Result<T> {
    if error::is_refusal(&reply.body) {
        return Err(reply.describe(endpoint.classify(&reply.failure())));
    }
    reply.json()
}

fn proof(secret: &SecretString, token: &SecretString) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .map_err(|_| Error::config("the app secret cannot be used"))?;
    mac.update(token.expose_secret().as_bytes());
    Ok(mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect())
}
