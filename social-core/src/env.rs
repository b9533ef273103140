//! Settings from the environment.

use secrecy::SecretString;

use crate::error::{Error, Result};

/// Reads a key that must be there.
///
/// # Errors
/// [`Config`](crate::ErrorKind::Config) naming the variable and where to get a key.
pub fn secret(name: &str, where_to_get_it: &str) -> Result<SecretString> {
    required(name, where_to_get_it).map(SecretString::from)
}

/// Reads a setting that must be there.
///
/// # Errors
/// [`Config`](crate::ErrorKind::Config) naming the variable and where to find its value.
pub fn required(name: &str, where_to_get_it: &str) -> Result<String> {
    optional(name).ok_or_else(|| {
        Error::config(format!("not set; get a value at {where_to_get_it} and export it")).with_field(name.to_owned())
    })
}

/// Reads a setting that may be there. An empty value counts as none.
#[must_use]
pub fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|v| v.trim().to_owned()).filter(|v| !v.is_empty())
}
