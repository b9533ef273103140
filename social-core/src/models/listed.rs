//! The models that a vendor lists.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::Date;
use crate::error::Result;

/// A model of a vendor's list, as far as the vendor describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ListedModel {
    /// The id that requests name.
    pub id: String,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The maximum number of tokens of a request, where the vendor says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// The maximum number of tokens of an answer, where the vendor says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// From this day on it may be gone, where the vendor says; a [`ModelTable`](super::ModelTable)
    /// may know more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Date>,
}

impl ListedModel {
    /// A model of which only the id is known.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}

/// Lists the models of a vendor.
///
/// # Contract
/// Asking is free and may be repeated. Listed or not, an id is sent as it is.
#[async_trait]
pub trait ModelLister: Debug + Send + Sync {
    /// The models that the vendor lists for this account, in the vendor's order.
    ///
    /// # Errors
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a vendor without a list; the kinds of the
    /// HTTP path.
    async fn list_models(&self) -> Result<Vec<ListedModel>>;
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: ModelLister + ?Sized> ModelLister for Arc<T> {
    async fn list_models(&self) -> Result<Vec<ListedModel>> {
        (**self).list_models().await
    }
}
