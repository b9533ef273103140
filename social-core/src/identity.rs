//! Who: tenants, accounts and the keys that name them.
//!
//! An [`AccountKey`] never changes: a tenant, a platform, and the platform's own id of the account.
//! What people know the account by, a handle or a page's name, is the label of an [`Account`]: it
//! is shown, and it may change. Approvals, runs, receipts and targets hold for a key.
//!
//! ```
//! use social_core::Account;
//! use social_core::identity::AccountKey;
//!
//! let key = AccountKey::new("bluesky", "did:plc:ewvi7nxzyoun6zhxrhs64oiz");
//! assert_eq!(key.to_string(), "default/bluesky/did:plc:ewvi7nxzyoun6zhxrhs64oiz");
//! assert_eq!("default/bluesky/did:plc:ewvi7nxzyoun6zhxrhs64oiz".parse::<AccountKey>()?, key);
//!
//! let account = Account::new(key, "alice.bsky.social");
//! assert_eq!(account.to_string(), "bluesky (alice.bsky.social)");
//! # Ok::<_, social_core::Error>(())
//! ```

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Platform;
use crate::error::{Error, Result};

open_name! {
    /// For whom an application works: a customer, a client, a department.
    /// [`DEFAULT`](Self::DEFAULT) where it works for itself.
    Tenant
}

impl Tenant {
    /// The tenant of an application that has only one.
    pub const DEFAULT: Self = Self::new("default");
}

impl Default for Tenant {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What stands between the parts of a key, and what would be hard to see in one.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'/').add(b'%').add(b' ').add(b'"');

/// The fourth part of a rehearsal's key.
const REHEARSAL: &str = "rehearsal";

/// Names an account for ever: the tenant, the platform, and the platform's own id.
///
/// As text, and in JSON, a key is `tenant/platform/id`; `/`, `%`, spaces and control characters in
/// a part are written as `%2F` and so on. The key of a [rehearsal](Self::rehearsal) ends in
/// `/rehearsal`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub struct AccountKey {
    /// For whom.
    pub tenant: Tenant,
    /// The platform.
    pub platform: Platform,
    /// The platform's own id of the account, which stays when its name changes.
    pub id: String,
    /// Nothing reaches the account: it is rehearsed for. A rehearsal and its account have different
    /// keys.
    pub rehearsal: bool,
}

impl AccountKey {
    /// An account of the [default tenant](Tenant::DEFAULT).
    #[must_use]
    pub fn new(platform: impl Into<Platform>, id: impl Into<String>) -> Self {
        Self { tenant: Tenant::DEFAULT, platform: platform.into(), id: id.into(), rehearsal: false }
    }

    /// An account that is known by nothing but a secret, such as the address of a webhook.
    ///
    /// The id is a fingerprint: 128 bits of a SHA-256 over the platform and the secret. The secret
    /// cannot be had back from it as long as it is long and random, as such addresses are.
    #[must_use]
    pub fn of_secret(tenant: Tenant, platform: impl Into<Platform>, secret: &SecretString) -> Self {
        let platform = platform.into();
        let mut hash = Sha256::new();
        hash.update("social-core account\0");
        hash.update(platform.as_str());
        hash.update("\0");
        hash.update(secret.expose_secret());
        let fingerprint: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self { tenant, platform, id: format!("secret-{fingerprint}"), rehearsal: false }
    }

    /// The same account for another tenant.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.tenant = tenant.into();
        self
    }

    /// The key of rehearsing for this account. What is approved for a rehearsal is not approved for
    /// the account.
    #[must_use]
    pub fn rehearsal(mut self) -> Self {
        self.rehearsal = true;
        self
    }
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [tenant, platform, id] =
            [self.tenant.as_str(), self.platform.as_str(), &self.id].map(|part| utf8_percent_encode(part, ESCAPED));
        write!(f, "{tenant}/{platform}/{id}")?;
        if self.rehearsal { write!(f, "/{REHEARSAL}") } else { Ok(()) }
    }
}

impl FromStr for AccountKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = || {
            let message =
                format!("`{text}` is not TENANT/PLATFORM/ID, for instance `default/instagram/17841400000000000`");
            Error::invalid("account", message)
        };
        let part = |part: &str| match percent_decode_str(part).decode_utf8() {
            Ok(part) if !part.is_empty() => Ok(part.into_owned()),
            _ => Err(invalid()),
        };
        let parts: Vec<_> = text.split('/').collect();
        let (tenant, platform, id, rehearsal) = match *parts.as_slice() {
            [tenant, platform, id] => (tenant, platform, id, false),
            [tenant, platform, id, REHEARSAL] => (tenant, platform, id, true),
            _ => return Err(invalid()),
        };
        Ok(Self { tenant: part(tenant)?.into(), platform: part(platform)?.into(), id: part(id)?, rehearsal })
    }
}

impl TryFrom<String> for AccountKey {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<AccountKey> for String {
    fn from(key: AccountKey) -> Self {
        key.to_string()
    }
}

/// An account: its key, and what people know it by.
///
/// Two accounts are the same when their keys are; labels change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// What it is named by.
    pub key: AccountKey,
    /// What it is shown by: a handle, a page's name. It may change, and is never compared.
    pub label: String,
}

impl Account {
    /// An account with a label.
    #[must_use]
    pub fn new(key: AccountKey, label: impl Into<String>) -> Self {
        Self { key, label: label.into() }
    }

    /// [Rehearsing](AccountKey::rehearsal) for this account.
    #[must_use]
    pub fn rehearsal(self) -> Self {
        Self { key: self.key.rehearsal(), label: self.label }
    }
}

impl From<AccountKey> for Account {
    /// An account that is shown by its id.
    fn from(key: AccountKey) -> Self {
        Self { label: key.id.clone(), key }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.rehearsal {
            f.write_str("a rehearsal of ")?;
        }
        write!(f, "{} ({})", self.key.platform, self.label)
    }
}

/// How many posts an account may make in a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PostQuota {
    /// Made already.
    pub used: u64,
    /// The maximum.
    pub maximum: u64,
    /// The span of time, where the platform says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Duration>,
}

impl PostQuota {
    /// So many of so many.
    #[must_use]
    pub const fn new(used: u64, maximum: u64, window: Option<Duration>) -> Self {
        Self { used, maximum, window }
    }

    /// How many are left.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.maximum.saturating_sub(self.used)
    }
}

#[cfg(test)]
mod tests {
    //! Stands on nothing but the text form.

    use super::*;

    #[test]
    fn keys_are_the_same_after_text_and_json() {
        for key in [
            AccountKey::new("bluesky", "did:plc:abc"),
            AccountKey::new("x", "a/b%c d\n").with_tenant("41 Bistro"),
            AccountKey::new("x", "rehearsal").with_tenant("ä".to_owned()).rehearsal(),
        ] {
            assert_eq!(key.to_string().parse::<AccountKey>().unwrap(), key);
            let json = serde_json::to_value(&key).unwrap();
            assert_eq!(json, key.to_string());
            assert_eq!(serde_json::from_value::<AccountKey>(json).unwrap(), key);
        }
        assert_eq!(AccountKey::new("x", "a/b%c").to_string(), "default/x/a%2Fb%25c");
    }

    #[test]
    fn text_that_names_no_account_is_refused() {
        for text in ["", "x", "x/1", "default/x/", "//1", "default/x/1/2", "default/x/%ff"] {
            let error = text.parse::<AccountKey>().unwrap_err();
            assert!(error.message().contains("TENANT/PLATFORM/ID"), "{error}");
        }
    }

    #[test]
    fn a_rehearsal_and_its_account_have_different_keys() {
        let key = AccountKey::new("x", "1");
        assert_ne!(key.clone().rehearsal(), key);
        assert_eq!(Account::from(key.rehearsal()).to_string(), "a rehearsal of x (1)");
    }

    #[test]
    fn a_secret_address_is_known_by_its_fingerprint_and_stays_secret() {
        let of = |secret: &str| AccountKey::of_secret(Tenant::DEFAULT, "make", &SecretString::from(secret));
        let key = of("https://hook.eu2.make.com/abcdef");
        assert_eq!(key.to_string(), "default/make/secret-7e611c956f73de3769664e19b839b39f");
        assert_eq!(key, of("https://hook.eu2.make.com/abcdef"));
        assert_ne!(key, of("https://hook.eu2.make.com/abcdeg"));
        assert!(!format!("{key:?}").contains("abcdef"));
    }
}
