//! [`AccountTokens`] and [`AccountAccess`]: what whoever calls an account's platform needs.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;

use super::Accounts;
use super::renew::Want;
use crate::AccountKey;
use crate::auth::Grant;
use crate::error::Result;
use crate::http::{Auth, EndpointBuilder, TokenSource};
use crate::identity::Account;

/// What a publisher of a connected account is made of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccountAccess {
    /// Whose account, with its label.
    pub account: Account,
    /// How requests prove themselves.
    pub auth: Auth,
    /// The tokens alone, for a platform that wants another word before them.
    pub tokens: Arc<dyn TokenSource>,
    /// The [name](crate::auth::SignIn::name) of the way in which the person signed in, where a
    /// platform has several.
    pub sign_in: Option<String>,
    /// Where the account's calls go, on platforms of many servers.
    pub resource: Option<String>,
    /// That address came from an answer or from a person: only public hosts are asked.
    pub foreign: bool,
    /// Its `Debug` shows nothing of what is secret.
    grant: Option<Grant>,
}

impl AccountAccess {
    /// What else the platform said when the account was connected, by fields joined with dots:
    /// `webhook.url`. It may be secret.
    #[must_use]
    pub fn detail(&self, path: &str) -> Option<&Value> {
        self.grant.as_ref()?.detail(path)
    }

    /// An endpoint, at the account's own server where the platform has many: only at a public host,
    /// where the address came from outside.
    pub fn endpoint(&self, endpoint: EndpointBuilder) -> EndpointBuilder {
        let endpoint = match &self.resource {
            Some(server) => endpoint.base_url(server),
            None => endpoint,
        };
        if self.foreign { endpoint.public_only() } else { endpoint }
    }
}

/// An account's tokens, for whoever calls its platform: a [`TokenSource`] like any other.
#[derive(Clone, Debug)]
pub struct AccountTokens {
    accounts: Accounts,
    key: AccountKey,
}

impl Accounts {
    /// The tokens of an account, which need not be connected yet.
    #[must_use]
    pub fn tokens(&self, key: &AccountKey) -> AccountTokens {
        AccountTokens { accounts: self.clone(), key: key.clone() }
    }

    /// What a publisher of an account is made of. A token is sent as bearer, or bound to a key
    /// where it is.
    ///
    /// # Errors
    /// As [`connection`](Self::connection); [`Config`](crate::ErrorKind::Config) for a bound token
    /// when the crate is built without its `signing` feature.
    pub async fn access_to(&self, key: &AccountKey) -> Result<AccountAccess> {
        let tokens: Arc<dyn TokenSource> = Arc::new(self.tokens(key));
        let connection = self.connection(key).await?;
        let grant = connection.grant.as_ref();
        let auth = match grant.and_then(|grant| grant.proof_key.as_ref()) {
            Some(proof_key) => crate::auth::signing::bound(proof_key, Arc::clone(&tokens))?,
            None => Auth::source(Arc::clone(&tokens)),
        };
        let addresses = grant.and_then(|grant| grant.addresses.as_ref());
        Ok(AccountAccess {
            auth,
            tokens,
            sign_in: grant.and_then(|grant| grant.sign_in.clone()),
            resource: addresses.and_then(|addresses| addresses.resource.clone()),
            foreign: addresses.is_some_and(|addresses| addresses.foreign),
            account: connection.account,
            grant: connection.grant,
        })
    }
}

#[async_trait]
impl TokenSource for AccountTokens {
    async fn token(&self) -> Result<SecretString> {
        self.accounts.access(&self.key).await
    }

    async fn renew(&self, refused: &SecretString) -> Result<SecretString> {
        self.accounts.0.slots.of(&self.key).forget();
        self.accounts.detached(&self.key, Want::Instead(refused.clone())).await
    }
}
