//! One request in the making.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use http::Method;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, UPGRADE};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use url::Url;

use super::Endpoint;
use crate::error::Error;
use crate::http::{Body, Multipart, Redirects, Repeat, Timeouts};

/// One request in the making.
#[must_use]
pub struct Call<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) operation: &'static str,
    pub(super) model: Option<&'a str>,
    pub(super) authenticated: bool,
    /// Instead of the endpoint's.
    pub(super) limit: Option<usize>,
    pub(super) method: Method,
    /// Borrowed from a prepared route, as long as nothing is added to it.
    pub(super) url: Cow<'a, Url>,
    /// Besides the endpoint's; a later one replaces an earlier one.
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) content_type: Option<HeaderValue>,
    pub(super) body: Body,
    pub(super) repeat: Repeat,
    pub(super) redirects: Redirects,
    pub(super) timeouts: Timeouts,
    pub(super) deadline: Option<Duration>,
    pub(super) public_only: bool,
    /// Statuses besides 2xx that are answers and not failures.
    pub(super) also: &'static [u16],
    /// A refusal is no proof that the request had no effect.
    pub(super) doubtful: bool,
    /// The answer may repeat what was sent.
    pub(super) repeats_secrets: bool,
    pub(super) failed: Option<Error>,
    /// What else must not be seen in errors of this call.
    pub(super) secrets: Vec<SecretString>,
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("endpoint", self.endpoint)
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

impl<'a> Call<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, method: Method, url: Cow<'a, Url>, authenticated: bool) -> Self {
        Self {
            endpoint,
            operation: "call",
            model: None,
            authenticated,
            limit: None,
            method,
            url,
            headers: Vec::new(),
            content_type: None,
            body: Body::Empty,
            repeat: Repeat::Never,
            redirects: Redirects::Stop,
            timeouts: endpoint.0.timeouts,
            deadline: None,
            public_only: endpoint.0.public_only,
            also: &[],
            doubtful: false,
            repeats_secrets: false,
            failed: None,
            secrets: Vec::new(),
        }
    }

    /// Where the call goes.
    pub(crate) fn endpoint(&self) -> &'a Endpoint {
        self.endpoint
    }

    /// Names the operation for errors and spans.
    pub fn operation(mut self, operation: &'static str) -> Self {
        self.operation = operation;
        self
    }

    /// Names the model that is asked for, for errors.
    pub fn model(mut self, model: &'a str) -> Self {
        self.model = Some(model);
        self
    }

    /// Says whether the request may be sent again.
    pub fn repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// Says that the vendor was seen to refuse this request although it had its effect. The effect
    /// of a refusal is unknown then, whatever its code says, and nothing is sent again.
    pub fn refusals_prove_nothing(mut self) -> Self {
        self.doubtful = true;
        self
    }

    /// Says that the answer may repeat a secret that was sent, and is needed as it is: that of a
    /// token endpoint. Elsewhere secrets of 12 and more characters are masked in whole answers, so
    /// that a vendor that echoes its requests puts none into receipts and journals.
    pub fn answer_repeats_secrets(mut self) -> Self {
        self.repeats_secrets = true;
        self
    }

    /// Adds a parameter to the query. Never a secret.
    pub fn query(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.url.to_mut().query_pairs_mut().append_pair(name, value.as_ref());
        self
    }

    /// Adds a secret parameter to the query, for a vendor that documents no other way. It is masked
    /// in errors, and no log has the query.
    pub fn secret_query(self, name: &str, value: &SecretString) -> Self {
        self.query(name, value.expose_secret()).secret(value)
    }

    /// Takes this text out of every error of this call: something secret in its body.
    pub fn secret(mut self, secret: &SecretString) -> Self {
        self.secrets.push(secret.clone());
        self
    }

    /// Sets a header of this request.
    pub fn header(self, name: HeaderName, value: &str) -> Self {
        self.set(name, value, false)
    }

    /// Sets a secret header of this request.
    pub fn secret_header(self, name: HeaderName, value: &SecretString) -> Self {
        self.set(name, value.expose_secret(), true)
    }

    fn set(mut self, name: HeaderName, value: &str, secret: bool) -> Self {
        match HeaderValue::from_str(value) {
            Ok(mut value) => {
                value.set_sensitive(secret);
                if name == CONTENT_TYPE {
                    self.content_type = Some(value);
                } else {
                    self.headers.push((name, value));
                }
            }
            Err(_) => self.failed = Some(Error::invalid(name.to_string(), "the value cannot be sent in a header")),
        }
        self
    }

    /// Sends a JSON body.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(json) => {
                return self.json_text(json);
            }
            Err(e) => {
                self.failed = Some(Error::invalid("body", "the request cannot be written as JSON").with_source(e));
            }
        }
        self
    }

    /// Sends a body that is JSON already.
    pub fn json_text(mut self, json: impl Into<Body>) -> Self {
        self.content_type = Some(HeaderValue::from_static("application/json"));
        self.body = json.into();
        self
    }

    /// Sends a form of the kind `application/x-www-form-urlencoded`.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(mut self, fields: impl IntoIterator<Item = (K, V)>) -> Self {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.content_type = Some(HeaderValue::from_static("application/x-www-form-urlencoded"));
        self.body = Body::Bytes(form.into());
        self
    }

    /// Sends a form of the kind `multipart/form-data`.
    pub fn multipart(mut self, form: Multipart) -> Self {
        match form.finish(&*self.endpoint.0.random) {
            Ok((content_type, body)) => {
                self.content_type = Some(content_type);
                self.body = body;
            }
            Err(error) => self.failed = Some(error),
        }
        self
    }

    /// Sends these bytes or this stream; set a content type with [`header`](Self::header).
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Says what to do about redirects; by default they are not followed.
    pub fn redirects(mut self, redirects: Redirects) -> Self {
        self.redirects = redirects;
        self
    }

    /// Takes these statuses as answers, besides 2xx: `&[308]` for the pieces of a resumable upload.
    pub fn also_accept(mut self, statuses: &'static [u16]) -> Self {
        self.also = statuses;
        self
    }

    /// Asks for a WebSocket, to be read with [`stream`](Self::stream): each piece of the body is a
    /// text message that is sent, and each line of the answer's body one that came. A streamed body
    /// without a known length goes on while answers come; the conversation ends when the answer is
    /// dropped. On the wire the method is `GET`; here it says whether the messages change a thing.
    ///
    /// It needs a transport that speaks it:
    /// [`ReqwestTransport`](crate::http::ReqwestTransport) with the feature `websocket`.
    pub fn websocket(mut self) -> Self {
        self.also = &[101];
        self.set(UPGRADE, "websocket", false)
    }

    /// Changes how long the answer may take.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.response = timeout;
        self
    }

    /// Changes how long the call may take in all: repetitions, pauses and the answer's whole body,
    /// also of an answer that is handed out while it comes.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Changes how large the answer may be, in bytes, whether it is read whole or handed out while
    /// it comes.
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = Some(bytes);
        self
    }

    /// The URL came from outside: refuses addresses that are not public, on every hop.
    pub fn public_only(mut self) -> Self {
        self.public_only = true;
        self
    }
}
