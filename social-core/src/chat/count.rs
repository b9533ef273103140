//! Counting the tokens of a conversation before it is sent.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::ChatRequest;
use crate::error::Result;

/// Counts tokens as the vendor counts them.
///
/// # Contract
/// Asking is free and may be repeated. What a vendor does not count is
/// [`Unsupported`](crate::ErrorKind::Unsupported), named; it is never left out of the count without
/// a word.
#[async_trait]
pub trait TokenCounter: Debug + Send + Sync {
    /// How many tokens the conversation takes, with its standing instructions and tools.
    ///
    /// # Errors
    /// As [`ChatModel::chat`](super::ChatModel::chat);
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a vendor that does not count.
    async fn count_tokens(&self, request: &ChatRequest) -> Result<u64>;
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<T: TokenCounter + ?Sized> TokenCounter for Arc<T> {
    async fn count_tokens(&self, request: &ChatRequest) -> Result<u64> {
        (**self).count_tokens(request).await
    }
}
