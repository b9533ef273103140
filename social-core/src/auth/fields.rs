//! The fields of requests to token endpoints, and how they are sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION};
use secrecy::{ExposeSecret as _, SecretString};

use super::app::OAuthApp;
use super::sign_in::{BodyFormat, ClientAuth, SignIn};
use crate::error::{Error, Result};
use crate::http::Call;

/// Names and values in the order in which they are sent.
#[derive(Default)]
pub(super) struct Fields(Vec<(String, Value)>);

enum Value {
    Plain(String),
    Secret(SecretString),
}

impl Value {
    fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(text) => text.expose_secret(),
        }
    }
}

impl Fields {
    pub(super) fn plain(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), Value::Plain(value.into())));
        self
    }

    pub(super) fn secret(mut self, name: &str, value: &SecretString) -> Self {
        self.0.push((name.to_owned(), Value::Secret(value.clone())));
        self
    }

    pub(super) fn all<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        pairs.into_iter().fold(self, |fields, (name, value)| fields.plain(name, value))
    }

    /// Names and values, for an address that a person opens. Nothing in it is secret from them.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.text()))
    }

    fn write<'a>(&self, call: Call<'a>, format: BodyFormat) -> Call<'a> {
        let call = self.0.iter().fold(call, |call, (_, value)| match value {
            Value::Secret(secret) => call.secret(secret),
            Value::Plain(_) => call,
        });
        match format {
            BodyFormat::Form => call.form(self.pairs()),
            BodyFormat::Json => call.json(&self.pairs().collect::<std::collections::BTreeMap<_, _>>()),
            BodyFormat::Query => self.pairs().fold(call, |call, (name, value)| call.query(name, value)),
        }
    }
}

/// Sends fields to a token endpoint, with the proof of who asks.
pub(super) fn write<'a>(
    call: Call<'a>,
    sign_in: &SignIn,
    app: &OAuthApp,
    fields: Fields,
    format: BodyFormat,
) -> Result<Call<'a>> {
    let call = call.header(ACCEPT, "application/json");
    // A request that is pushed has it already.
    let id = |fields: Fields| {
        let named = fields.pairs().any(|(name, _)| name == sign_in.client_id_name);
        if named { fields } else { fields.plain(sign_in.client_id_name, &app.client_id) }
    };
    Ok(match (sign_in.client_auth, &app.client_secret) {
        (ClientAuth::Body, Some(secret)) => id(fields).secret("client_secret", secret).write(call, format),
        (ClientAuth::Basic | ClientAuth::BasicAlways, Some(secret)) => fields.write(basic(call, app, secret), format),
        (ClientAuth::BasicAlways, None) => fields.write(basic(call, app, &SecretString::default()), format),
        (ClientAuth::Public, Some(_)) => {
            let message = format!("{} knows no application secrets; leave it out", sign_in.title);
            return Err(Error::config(message).with_field("client_secret").with_vendor(sign_in.platform));
        }
        (_, None) => id(fields).write(call, format),
    })
}

/// `Authorization: Basic` with id and secret written as in a form (RFC 6749, section 2.3.1).
fn basic<'a>(call: Call<'a>, app: &OAuthApp, secret: &SecretString) -> Call<'a> {
    let form = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = SecretString::from(format!("{}:{}", form(&app.client_id), form(secret.expose_secret())));
    let value = SecretString::from(format!("Basic {}", STANDARD.encode(pair.expose_secret())));
    call.secret_header(AUTHORIZATION, &value).secret(secret).secret(&pair)
}
