//! [`Addresses`]: where one server of a platform is asked.

use serde::{Deserialize, Serialize};

use super::sign_in::SignIn;

/// Where one server of a platform is asked for codes and tokens.
///
/// They follow from the [`SignIn`] record. A platform of many servers has others for each, and a
/// test has its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Addresses {
    /// Who signs people in; compared with what comes back where it is known (RFC 9207).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Where a person is sent.
    pub authorize: String,
    /// Where tokens are asked for.
    pub token: String,
    /// Where authorization requests are pushed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push: Option<String>,
    /// Where a device asks for a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Where a grant is taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoke: Option<String>,
    /// Where a token is exchanged for one that lives longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub long_lived: Option<String>,
    /// Where a token that renews itself is exchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renew: Option<String>,
    /// Where the account's own calls go, on platforms of many servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The addresses came from an answer or from a person: only public hosts are asked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub foreign: bool,
}

impl Addresses {
    pub(super) fn of(sign_in: &SignIn, instance: &str) -> Self {
        let fill = |url: &str| url.replace("{instance}", instance);
        Self {
            issuer: None,
            authorize: fill(sign_in.authorize_url),
            token: fill(sign_in.token_url),
            push: sign_in.push_url.map(fill),
            device: sign_in.device_url.map(fill),
            revoke: sign_in.revocation.map(|revocation| fill(revocation.url)),
            long_lived: sign_in.long_lived.map(|swap| fill(swap.url)),
            renew: match sign_in.renewal {
                super::sign_in::Renewal::Swap(swap) => Some(fill(swap.url)),
                _ => None,
            },
            resource: (!instance.is_empty()).then(|| format!("https://{instance}")),
            foreign: !instance.is_empty(),
        }
    }

    /// The same paths on another server, for tests and proxies: everything before the path is
    /// replaced.
    #[must_use]
    pub fn on(&self, base: &str) -> Self {
        let base = base.trim_end_matches('/');
        let to = |url: &String| match url.split_once("://").map(|(_, rest)| rest.split_once('/')) {
            Some(Some((_, path))) => format!("{base}/{path}"),
            _ => base.to_owned(),
        };
        Self {
            issuer: self.issuer.clone(),
            authorize: to(&self.authorize),
            token: to(&self.token),
            push: self.push.as_ref().map(to),
            device: self.device.as_ref().map(to),
            revoke: self.revoke.as_ref().map(to),
            long_lived: self.long_lived.as_ref().map(to),
            renew: self.renew.as_ref().map(to),
            resource: self.resource.clone(),
            foreign: false,
        }
    }
}
