//! Takes secrets out of recordings.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName};
use secrecy::SecretString;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::{Serializer, parse};

use super::RecordedBody;
use crate::http::Request;
use crate::http::redact::{MASK, Redactor, is_secret_field, is_secret_name};

/// Takes secrets out of an exchange: those that are known, and those that their names give away.
pub(super) struct Scrubber(Redactor);

impl Scrubber {
    /// `hidden` is known; so is what the request says, and what its sensitive headers carry.
    pub(super) fn new(hidden: &[SecretString], request: &Request) -> Self {
        let mut secrets = [hidden, &request.secrets].concat();
        for value in request.headers.values().filter(|value| value.is_sensitive()) {
            if let Ok(text) = value.to_str() {
                secrets.push(text.into());
                // `Bearer key`: the key alone may turn up elsewhere.
                secrets.extend(text.split_once(' ').map(|(_, key)| key.into()));
            }
        }
        Self(Redactor::new(secrets))
    }

    pub(super) fn path(&self, url: &Url) -> String {
        let path = self.text(url.path());
        match url.query() {
            Some(query) => format!("{path}?{}", self.text(&form(query))),
            None => path,
        }
    }

    pub(super) fn headers(&self, headers: &HeaderMap) -> BTreeMap<String, String> {
        let mut kept: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in headers {
            let value = match value.to_str() {
                Ok(_) if value.is_sensitive() || is_secret_header(name) => MASK.to_owned(),
                Ok(text) => self.text(text),
                Err(_) => continue,
            };
            kept.entry(name.to_string()).and_modify(|all| *all = format!("{all}, {value}")).or_insert(value);
        }
        kept
    }

    pub(super) fn body(&self, body: RecordedBody, is_form: bool) -> RecordedBody {
        match body {
            RecordedBody::Json(mut value) => {
                self.json(&mut value);
                RecordedBody::Json(value)
            }
            RecordedBody::Text(text) if is_form => RecordedBody::Text(self.text(&form(&text))),
            RecordedBody::Text(text) => RecordedBody::Text(self.text(&text)),
            body => body,
        }
    }

    fn json(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if is_secret_field(name) && !text.is_empty() => *text = MASK.to_owned(),
                        value => self.json(value),
                    }
                }
            }
            _ => {}
        }
    }

    fn text(&self, text: &str) -> String {
        self.0.text(text, &[]).unwrap_or_else(|| text.to_owned())
    }
}

/// A query or form with its secret values masked.
fn form(text: &str) -> String {
    if !parse(text.as_bytes()).any(|(name, _)| is_secret_name(&name)) {
        return text.to_owned();
    }
    let fields = parse(text.as_bytes()).map(|(name, value)| {
        let value = if is_secret_name(&name) { MASK.into() } else { value };
        (name, value)
    });
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn is_secret_header(name: &HeaderName) -> bool {
    const PARTS: [&str; 9] =
        ["auth", "cookie", "credential", "api-key", "apikey", "password", "secret", "signature", "token"];
    // These count tokens.
    !name.as_str().contains("ratelimit") && PARTS.iter().any(|part| name.as_str().contains(part))
}
