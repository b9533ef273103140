//! Logins and their renewal.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http::header::AUTHORIZATION;
use secrecy::{ExposeSecret as _, SecretString};
use social_core::http::{Endpoint, Repeat, Reply, TokenSource};
use social_core::{ErrorKind, Result};
use tokio::sync::Mutex;
use url::Url;

use super::wire::{Login, SessionAnswer};

/// One login for the life of the process: logins are few per day, so the session is kept and
/// refreshed.
///
/// The password goes to the service only, and so does the refresh token; the data server that the
/// answer names gets access tokens.
pub(super) struct Session {
    service: Endpoint,
    handle: String,
    password: SecretString,
    tokens: Mutex<Option<Tokens>>,
}

struct Tokens {
    did: String,
    handle: Option<String>,
    access: SecretString,
    refresh: SecretString,
    data_server: Option<Url>,
}

/// What a login says about the account.
pub(super) struct Identity {
    /// Its name for ever.
    pub(super) did: String,
    /// Its name for people.
    pub(super) handle: String,
    /// Where its data lives.
    pub(super) data_server: Option<Url>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("service", &self.service).field("handle", &self.handle).finish_non_exhaustive()
    }
}

impl Session {
    /// A session that is opened when it is first needed. `service` is an endpoint without
    /// authentication.
    pub(super) fn new(service: Endpoint, handle: String, password: SecretString) -> Arc<Self> {
        Arc::new(Self { service, handle, password, tokens: Mutex::new(None) })
    }

    /// Whose session it is, after a login if need be.
    pub(super) async fn identity(&self) -> Result<Identity> {
        let mut tokens = self.tokens.lock().await;
        let Tokens { did, handle, data_server, .. } = self.opened(&mut tokens).await?;
        let handle = handle.clone().unwrap_or_else(|| self.handle.clone());
        Ok(Identity { did: did.clone(), handle, data_server: data_server.clone() })
    }

    async fn opened<'a>(&self, tokens: &'a mut Option<Tokens>) -> Result<&'a Tokens> {
        match tokens {
            Some(open) => Ok(open),
            empty => Ok(empty.insert(self.log_in().await?)),
        }
    }

    async fn log_in(&self) -> Result<Tokens> {
        // A second login after a lost answer changes nothing but the number of sessions.
        let call = self.service.post("xrpc/com.atproto.server.createSession")?.operation("log in");
        let login = Login { identifier: &self.handle, password: self.password.expose_secret() };
        read(&call.repeat(Repeat::Safe).answer_repeats_secrets().json(&login).send().await?)
    }

    async fn refresh(&self, old: &Tokens) -> Result<Tokens> {
        // Not repeated after a lost answer: the old refresh token may be spent.
        let bearer = SecretString::from(format!("Bearer {}", old.refresh.expose_secret()));
        let call = self.service.post("xrpc/com.atproto.server.refreshSession")?.operation("refresh session");
        let new = read(&call.answer_repeats_secrets().secret_header(AUTHORIZATION, &bearer).send().await?)?;
        Ok(Tokens {
            data_server: new.data_server.or_else(|| old.data_server.clone()),
            handle: new.handle.or_else(|| old.handle.clone()),
            ..new
        })
    }
}

fn read(reply: &Reply) -> Result<Tokens> {
    // The body holds tokens, so it must not end up in the error.
    let answer: SessionAnswer = serde_json::from_slice(&reply.body).map_err(|e| {
        reply.describe(social_core::Error::new(ErrorKind::Protocol, format!("the session cannot be read: {e}")))
    })?;
    Ok(Tokens {
        data_server: answer.did_doc.as_ref().and_then(super::wire::DidDocument::data_server),
        did: answer.did,
        handle: answer.handle,
        access: answer.access_jwt,
        refresh: answer.refresh_jwt,
    })
}

#[async_trait]
impl TokenSource for Session {
    async fn token(&self) -> Result<SecretString> {
        let mut tokens = self.tokens.lock().await;
        Ok(self.opened(&mut tokens).await?.access.clone())
    }

    async fn renew(&self, refused: &SecretString) -> Result<SecretString> {
        // The lock makes the calls that were refused together wait for the first of them.
        let mut tokens = self.tokens.lock().await;
        let renewed = match &*tokens {
            Some(open) if open.access.expose_secret() != refused.expose_secret() => return Ok(open.access.clone()),
            Some(open) => match self.refresh(open).await {
                // The refresh token itself is over: the app password opens a new session.
                Err(error) if error.kind() == ErrorKind::Auth => self.log_in().await?,
                result => result?,
            },
            None => self.log_in().await?,
        };
        Ok(tokens.insert(renewed).access.clone())
    }
}
