use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::error::Error;

/// Takes secrets out of texts.
pub(super) struct Redactor(Vec<SecretString>);

impl Redactor {
    pub(super) fn new(secrets: Vec<SecretString>) -> Self {
        Self(secrets)
    }

    pub(super) fn error(&self, error: Error) -> Error {
        error.map_text(|text| {
            let mut found = None::<String>;
            for secret in &self.0 {
                let secret = secret.expose_secret();
                // Short secrets would black out ordinary words.
                if secret.len() >= 6 && found.as_deref().unwrap_or(text).contains(secret) {
                    found = Some(found.as_deref().unwrap_or(text).replace(secret, "[secret]"));
                }
            }
            found
        })
    }

    pub(super) fn url(&self, url: &Url) -> String {
        let mut text = url.to_string();
        for secret in &self.0 {
            text = text.replace(secret.expose_secret(), "[secret]");
        }
        text
    }
}
