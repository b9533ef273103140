//! The name of a run.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::identity::Tenant;

/// The name under which a run is found again: a tenant, and the caller's own name for it, such as
/// `tonight/instagram`.
///
/// A `&str` or `String` names a run of the [default tenant](Tenant::DEFAULT). Any text but the
/// empty one is a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunId {
    /// For whom.
    #[serde(default)]
    pub tenant: Tenant,
    /// The caller's name for it, unique for the tenant.
    pub name: String,
}

impl RunId {
    /// A run of the [default tenant](Tenant::DEFAULT).
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { tenant: Tenant::DEFAULT, name: name.into() }
    }

    /// The run of this name that another tenant has.
    #[must_use]
    pub fn of_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.tenant = tenant.into();
        self
    }
}

/// The name, with the tenant in front where it is not the default one: `acme: tonight`.
impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tenant != Tenant::DEFAULT {
            write!(f, "{}: ", self.tenant)?;
        }
        f.write_str(&self.name)
    }
}

impl From<&str> for RunId {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for RunId {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

impl From<&String> for RunId {
    fn from(name: &String) -> Self {
        Self::new(name)
    }
}

impl From<&RunId> for RunId {
    fn from(id: &RunId) -> Self {
        id.clone()
    }
}
