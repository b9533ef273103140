//! Requests of the versioned API.

use std::collections::BTreeMap;

use http::header::CONTENT_TYPE;
use http::{HeaderName, Method};
use serde::de::IgnoredAny;
use social_core::http::{Call, Endpoint, Repeat, Reply, TokenSource as _};
use social_core::{Effect, Error, Result};
use url::Url;

use super::LinkedIn;

const VERSION: HeaderName = HeaderName::from_static("linkedin-version");
const PROTOCOL: HeaderName = HeaderName::from_static("x-restli-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("x-restli-method");
/// The id of what was created; the body is empty.
const ID: &str = "x-restli-id";

/// What a request does, in LinkedIn's words.
#[derive(Clone, Copy)]
pub(super) enum Restli {
    Get,
    Finder,
    Create,
    Action,
    Delete,
}

impl LinkedIn {
    /// A request of a path under `rest/`. What reads or deletes may be repeated.
    pub(super) fn rest(&self, what: Restli, path: &str) -> Result<Call<'_>> {
        let (method, word, repeat) = match what {
            Restli::Get => (Method::GET, "GET", Repeat::Safe),
            Restli::Finder => (Method::GET, "FINDER", Repeat::Safe),
            Restli::Create => (Method::POST, "CREATE", Repeat::Never),
            Restli::Action => (Method::POST, "ACTION", Repeat::Never),
            Restli::Delete => (Method::DELETE, "DELETE", Repeat::Safe),
        };
        let url = self.api.base_url().join(&format!("rest/{path}"));
        let url = url.map_err(|_| Error::invalid("path", "the path makes no address"))?;
        let call = self.api.follow(method, url).repeat(repeat);
        Ok(call.header(VERSION, &self.version).header(PROTOCOL, "2.0.0").header(METHOD, word))
    }

    /// Sends a file, or a part of one, to the address that LinkedIn named. The token goes along to
    /// LinkedIn's own host only, and never with a part of a video, whose address is signed.
    pub(super) async fn put(&self, url: &Url, with_token: bool) -> Result<Call<'_>> {
        let is_of = |endpoint: &Endpoint| url.origin() == endpoint.base_url().origin();
        let endpoint = if is_of(&self.api) { &self.api } else { &self.uploads };
        let call = match with_token {
            true => endpoint.follow(Method::PUT, url.clone()),
            // Whoever knows the token all the same does not get it into an error.
            false => endpoint.anonymous(Method::PUT, url.clone()).secret(&self.tokens.token().await?),
        };
        let call = if is_of(endpoint) { call } else { call.public_only() };
        Ok(call.repeat(Repeat::Safe).header(CONTENT_TYPE, "application/octet-stream"))
    }
}

/// The path of an object of this kind by its URN.
pub(super) fn object(kind: &str, urn: &str) -> Result<String> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-');
    if !urn.starts_with("urn:li:") || !urn.bytes().all(is_part) {
        return Err(Error::invalid("receipt", format!("`{urn}` is not a URN of LinkedIn")));
    }
    Ok(format!("{kind}/{}", urn.replace(':', "%3A")))
}

/// The id of what a request created.
pub(super) fn created(reply: &Reply) -> Result<String> {
    let id = reply.headers.get(ID).and_then(|id| id.to_str().ok()).filter(|id| !id.is_empty());
    // It may be there all the same.
    id.map(str::to_owned)
        .ok_or_else(|| reply.unreadable("the answer names nothing that was created").with_effect(Effect::Unknown))
}

/// Refuses an answer that has nothing to say and says something went wrong, under a success status.
pub(super) fn done(reply: &Reply) -> Result<()> {
    let fields: BTreeMap<String, IgnoredAny> = serde_json::from_slice(&reply.body).unwrap_or_default();
    let is_refusal = ["error", "message", "serviceErrorCode"].iter().any(|name| fields.contains_key(*name));
    if is_refusal { Err(reply.unreadable("the answer is a refusal under a success status")) } else { Ok(()) }
}
