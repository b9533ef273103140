//! Threads of posts, which are published one part after the other.

use social_core::publish::Receipt;
use social_core::{Error, ErrorKind, Retry};

/// A thread that broke behind the parts of a receipt, of so many parts altogether. What is out
/// stays out, so that no other error would be true.
pub(crate) fn broken(error: Error, receipt: &Receipt, parts: usize) -> Error {
    let out = receipt.posts.len();
    let message = format!(
        "{out} of the {parts} parts of the thread are out, the others are not known to be: {}; the same run goes on there",
        error.message()
    );
    let mut broken =
        Error::new(ErrorKind::OutcomeUnknown, message).with_field(format!("thread[{}]", out.saturating_sub(1)));
    if let Some(vendor) = error.vendor() {
        broken = broken.with_vendor(vendor);
    }
    if let Some(code) = error.code() {
        broken = broken.with_code(code);
    }
    if let Some(wait) = error.wait() {
        broken = broken.with_retry(Retry::After(wait));
    }
    broken.with_partial(serde_json::to_string(receipt).unwrap_or_default()).with_source(error)
}
