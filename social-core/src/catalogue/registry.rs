//! What other crates registered in this process.

use std::sync::{Arc, PoisonError, RwLock};

use super::vendor::VendorEntry;
use crate::error::{Error, ErrorKind, Result};

pub(super) type List<E> = RwLock<Vec<Arc<E>>>;

/// An entry of which more can be registered.
pub trait Registered: Sized + 'static {
    /// The name by which it is found.
    #[doc(hidden)]
    fn name(&self) -> &str;

    #[doc(hidden)]
    fn list() -> &'static List<Self>;
}

impl Registered for VendorEntry {
    fn name(&self) -> &str {
        self.name.as_str()
    }

    fn list() -> &'static List<Self> {
        static LIST: List<VendorEntry> = RwLock::new(Vec::new());
        &LIST
    }
}

pub(super) fn all<E: Registered>() -> Vec<Arc<E>> {
    E::list().read().unwrap_or_else(PoisonError::into_inner).clone()
}

pub(super) fn add<E: Registered>(entry: E) -> Result<()> {
    let mut list = E::list().write().unwrap_or_else(PoisonError::into_inner);
    if list.iter().any(|known| known.name() == entry.name()) {
        let message = format!("`{}` is registered already", entry.name());
        return Err(Error::new(ErrorKind::Duplicate, message).with_field("name"));
    }
    list.push(Arc::new(entry));
    Ok(())
}
