//! State that only its vendor understands.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Vendor;

/// What a vendor wants back unchanged in the next request: signatures, encrypted thinking, item
/// ids.
///
/// It goes to the vendor that made it and to no other: what one vendor signed, another refuses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpaqueState {
    /// Whose it is.
    pub vendor: Vendor,
    /// Exactly what the vendor sent.
    pub state: Value,
}

impl OpaqueState {
    /// State of `vendor`.
    #[must_use]
    pub fn new(vendor: impl Into<Vendor>, state: Value) -> Self {
        Self { vendor: vendor.into(), state }
    }

    /// The state, when it is this vendor's own.
    #[must_use]
    pub fn of(&self, vendor: &Vendor) -> Option<&Value> {
        (self.vendor == *vendor).then_some(&self.state)
    }
}
