//! [`ModelAddress`] as text.

use std::str::FromStr;

use crate::error::{Error, Result};
use crate::name::ModelAddress;

impl FromStr for ModelAddress {
    type Err = Error;

    fn from_str(address: &str) -> Result<Self> {
        match address.split_once('/') {
            Some((vendor, model)) if !vendor.is_empty() && !model.is_empty() => Ok(Self::new(vendor.to_owned(), model)),
            _ => Err(Error::invalid(
                "address",
                format!("`{address}` is not VENDOR/MODEL, for instance `openai/gpt-5.4-mini`"),
            )),
        }
    }
}

impl TryFrom<String> for ModelAddress {
    type Error = Error;

    fn try_from(address: String) -> Result<Self> {
        address.parse()
    }
}

impl From<ModelAddress> for String {
    fn from(address: ModelAddress) -> Self {
        address.to_string()
    }
}
