//! What a failure of the client below says about the request.

use super::address::NotPublic;
use crate::error::{Effect, Error, ErrorKind};

pub(super) fn not_public() -> Error {
    Error::invalid("url", "the host is not on the public internet, and this URL came from outside")
}

/// Describes a failure below us. The URL, which may hold a secret, stays out.
pub(super) fn failed(error: ::reqwest::Error, what: &'static str) -> Error {
    let error = error.without_url();
    if causes(&error).any(|cause| cause.is::<NotPublic>()) {
        return not_public();
    }
    let message = format!("{what}: {}", root_cause(&error));
    let kind = match () {
        () if error.is_builder() => ErrorKind::InvalidRequest,
        () if error.is_timeout() => ErrorKind::Timeout,
        () => ErrorKind::Transport,
    };
    // Name not found, connection refused, TLS failed: not one byte of the request was written.
    let effect = if error.is_connect() || error.is_builder() { Effect::None } else { Effect::Unknown };
    Error::new(kind, message).with_effect(effect).with_source(error)
}

fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

pub(super) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    causes(error).last().unwrap_or(error).to_string()
}
