//! Tokens by name and password.

use std::fmt;

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use social_core::http::{Endpoint, Repeat, TokenSource};
use social_core::{Error, ErrorKind, Result};
use tokio::sync::Mutex;

use super::wire::{LoginAnswer, LoginRequest};

/// One login for the life of the process. Instances allow few of them.
pub(super) struct Login {
    instance: Endpoint,
    username: String,
    password: SecretString,
    token: Mutex<Option<SecretString>>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("username", &self.username).finish_non_exhaustive()
    }
}

impl Login {
    /// A login that is made when it is first needed. `instance` is an endpoint without
    /// authentication.
    pub(super) fn new(instance: Endpoint, username: String, password: SecretString) -> Self {
        Self { instance, username, password, token: Mutex::new(None) }
    }

    async fn log_in(&self) -> Result<SecretString> {
        // A second login after a lost answer changes nothing but the number of sessions.
        let call = self.instance.post("api/v3/user/login")?.operation("log in").repeat(Repeat::Safe);
        let login = LoginRequest { username_or_email: &self.username, password: self.password.expose_secret() };
        let reply = call.answer_repeats_secrets().json(&login).send().await?;
        // The body holds the token, so it must not end up in the error.
        let unreadable = |why: String| reply.describe(Error::new(ErrorKind::Protocol, why));
        let answer: LoginAnswer = serde_json::from_slice(&reply.body)
            .map_err(|e| unreadable(format!("the answer to the login cannot be read: {e}")))?;
        answer.jwt.ok_or_else(|| {
            let message = "the instance gives no token: the account waits for its confirmation";
            reply.describe(Error::new(ErrorKind::Permission, message))
        })
    }
}

#[async_trait]
impl TokenSource for Login {
    async fn token(&self) -> Result<SecretString> {
        let mut token = self.token.lock().await;
        match &*token {
            Some(token) => Ok(token.clone()),
            None => Ok(token.insert(self.log_in().await?).clone()),
        }
    }

    async fn renew(&self, refused: &SecretString) -> Result<SecretString> {
        // The lock makes the calls that were refused together wait for the first of them.
        let mut token = self.token.lock().await;
        match &*token {
            Some(token) if token.expose_secret() != refused.expose_secret() => Ok(token.clone()),
            _ => Ok(token.insert(self.log_in().await?).clone()),
        }
    }

    fn secrets(&self) -> Vec<SecretString> {
        vec![self.password.clone()]
    }
}
