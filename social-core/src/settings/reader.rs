//! [`Reader`]: an adapter's view of its settings.

use std::fmt::Write as _;

use secrecy::{ExposeSecret as _, SecretString};

use super::{Setting, Settings};
use crate::Vendor;
use crate::error::{Error, Result};
use crate::http::EndpointBuilder;
use crate::text::is_invisible;

/// Reads the settings of one vendor or platform, after it has made sure that none is missing.
///
/// Blank values count as missing; white space and invisible characters around a value, which come
/// along when it is copied, are dropped.
#[derive(Debug)]
pub struct Reader<'a> {
    settings: &'a dyn Settings,
    owner: Vendor,
}

impl<'a> Reader<'a> {
    /// Checks that all required settings of `declared` have a value.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) naming *all* settings that are missing, each with what
    /// it is and where to get it.
    pub fn new(owner: impl Into<Vendor>, settings: &'a dyn Settings, declared: &[Setting]) -> Result<Self> {
        let reader = Self { settings, owner: owner.into() };
        let missing: Vec<&Setting> =
            declared.iter().filter(|setting| setting.required && reader.get(setting).is_none()).collect();
        if missing.is_empty() { Ok(reader) } else { Err(reader.missing(&missing)) }
    }

    /// The value of a secret setting.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) naming the setting when it is missing.
    pub fn secret(&self, setting: &Setting) -> Result<SecretString> {
        self.get(setting).ok_or_else(|| self.missing(&[setting]))
    }

    /// The value of a setting that is not secret.
    ///
    /// # Errors
    /// As [`secret`](Self::secret).
    pub fn text(&self, setting: &Setting) -> Result<String> {
        self.secret(setting).map(|value| value.expose_secret().to_owned())
    }

    /// The value of a secret setting, if it is there.
    #[must_use]
    pub fn optional_secret(&self, setting: &Setting) -> Option<SecretString> {
        self.get(setting)
    }

    /// The value of a setting that is not secret, if it is there.
    #[must_use]
    pub fn optional_text(&self, setting: &Setting) -> Option<String> {
        self.get(setting).map(|value| value.expose_secret().to_owned())
    }

    /// An endpoint as the application wants it: at the base URL that a setting holds, if it does,
    /// with the application's transport and clock, if it has its own. To be called last, when the
    /// adapter has described its endpoint.
    pub fn endpoint<'s>(&self, endpoint: EndpointBuilder, base_url: impl Into<Option<&'s Setting>>) -> EndpointBuilder {
        let endpoint = match base_url.into().and_then(|base_url| self.optional_text(base_url)) {
            Some(base_url) => endpoint.base_url(base_url),
            None => endpoint,
        };
        self.settings.prepare(endpoint)
    }

    /// The error about settings that are missing, for conditions that a list cannot say: one of two
    /// is needed.
    #[must_use]
    pub fn missing(&self, missing: &[&Setting]) -> Error {
        let mut message = String::from(if missing.len() == 1 { "missing setting" } else { "missing settings" });
        for (index, setting) in missing.iter().enumerate() {
            let names: Vec<_> = setting.names().map(|name| format!("`{}`", self.settings.spelled(name))).collect();
            let separator = if index == 0 { ":" } else { ";" };
            // Writing to a string does not fail.
            let _ =
                write!(message, "{separator} {} ({}, from {})", names.join(" or "), setting.what, setting.where_to_get);
        }
        let error = Error::config(message).with_vendor(&self.owner);
        match missing {
            [only] => error.with_field(self.settings.spelled(&only.name)),
            _ => error.with_field("settings"),
        }
    }

    fn get(&self, setting: &Setting) -> Option<SecretString> {
        setting.names().find_map(|name| {
            let value = self.settings.get(name)?;
            let text = value.expose_secret();
            match text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c)) {
                "" => None,
                trimmed if trimmed.len() == text.len() => Some(value),
                trimmed => Some(trimmed.to_owned().into()),
            }
        })
    }
}
