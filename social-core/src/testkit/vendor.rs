//! A vendor in memory that answers by script.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use http::header::UPGRADE;
use http::{HeaderMap, Method};
use serde_json::Value;
use url::Url;

use super::answer::Answer;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Body, Repeat, Request, Response, Transport};

/// A request as the vendor received it.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method.
    pub method: Method,
    /// Where it went.
    pub url: Url,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, whole.
    pub body: Bytes,
    /// What the sender said about repeating it.
    pub repeat: Repeat,
}

impl Received {
    /// The body as JSON; null when it is something else.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as text, invalid bytes replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value; `None` when it is absent or not text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A parameter of the query.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// A field of a URL-encoded form in the body.
    #[must_use]
    pub fn form(&self, name: &str) -> Option<String> {
        let mut fields = url::form_urlencoded::parse(&self.body);
        fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Whether it is this method of this path; see [`ScriptedVendor::on`] for the pattern.
    #[must_use]
    pub fn is(&self, method: &Method, pattern: &str) -> bool {
        self.method == *method && path_fits(pattern, &self.url)
    }
}

pub(super) fn path_fits(pattern: &str, url: &Url) -> bool {
    let path = if pattern.contains("://") {
        format!("{}{}", url.origin().ascii_serialization(), url.path())
    } else {
        url.path().to_owned()
    };
    let mut parts = path.split('/');
    let all_fit = pattern.split('/').all(|wanted| parts.next().is_some_and(|part| wanted == "*" || wanted == part));
    all_fit && parts.next().is_none()
}

type Matcher = Box<dyn Fn(&Received) -> bool + Send + Sync>;
type Responder = Box<dyn FnMut(&Received) -> Answer + Send>;

struct Route {
    label: String,
    fits: Matcher,
    answer: Responder,
}

#[derive(Default)]
struct Script {
    routes: Vec<Route>,
    received: Vec<Received>,
    unexpected: Vec<String>,
}

/// A vendor in memory: a transport that answers from a script and counts what reached it. Cheap to
/// clone; clones are the same vendor.
///
/// A request that the script does not know fails with [`ErrorKind::Config`] and is listed in
/// [`unexpected`](Self::unexpected). A streamed body is read whole, and must be as long as it said;
/// of a [WebSocket](crate::http::Call::websocket) only the first message is read.
#[derive(Clone, Default)]
pub struct ScriptedVendor(Arc<Mutex<Script>>);

impl fmt::Debug for ScriptedVendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let received: Vec<_> =
            self.script().received.iter().map(|request| format!("{} {}", request.method, request.url)).collect();
        f.debug_struct("ScriptedVendor").field("received", &received).finish()
    }
}

impl ScriptedVendor {
    /// A vendor that knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Always answers a method and path like this.
    ///
    /// In the path, `*` stands for any one segment; a path that begins with `https://host` holds
    /// for that host only. The query is not looked at. What was scripted last is asked first.
    #[must_use]
    pub fn on(self, method: Method, path: &str, answer: Answer) -> Self {
        self.respond(method, path, move |_| answer.clone())
    }

    /// Answers a method and path with one answer after the other; the last one stays.
    #[must_use]
    pub fn on_each(self, method: Method, path: &str, answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut answers: Vec<Answer> = answers.into_iter().collect();
        answers.reverse();
        self.respond(method, path, move |_| match answers.len() {
            0 => Answer::lost(),
            1 => answers.first().cloned().unwrap_or_else(Answer::lost),
            _ => answers.pop().unwrap_or_else(Answer::lost),
        })
    }

    /// Answers a method and path as this function says.
    #[must_use]
    pub fn respond(self, method: Method, path: &str, answer: impl FnMut(&Received) -> Answer + Send + 'static) -> Self {
        let (label, pattern) = (format!("{method} {path}"), path.to_owned());
        self.respond_if(label, move |request| request.is(&method, &pattern), answer)
    }

    /// Answers every request that fits as this function says. The label names the route in
    /// messages.
    #[must_use]
    pub fn respond_if(
        self,
        label: impl Into<String>,
        fits: impl Fn(&Received) -> bool + Send + Sync + 'static,
        answer: impl FnMut(&Received) -> Answer + Send + 'static,
    ) -> Self {
        let route = Route { label: label.into(), fits: Box::new(fits), answer: Box::new(answer) };
        self.script().routes.push(route);
        self
    }

    /// How often this method and path reached the vendor, answered or not.
    #[must_use]
    pub fn calls(&self, method: &Method, path: &str) -> usize {
        self.script().received.iter().filter(|request| request.is(method, path)).count()
    }

    /// All requests, in the order in which they came.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.script().received.clone()
    }

    /// The requests that the script did not know, as `METHOD URL`.
    #[must_use]
    pub fn unexpected(&self) -> Vec<String> {
        self.script().unexpected.clone()
    }

    /// The vendor as a transport.
    #[must_use]
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }

    fn answer(&self, request: Received) -> Result<Response> {
        let mut script = self.script();
        let response = match script.routes.iter_mut().rev().find(|route| (route.fits)(&request)) {
            Some(route) => (route.answer)(&request).into_response(),
            None => {
                let asked = format!("{} {}", request.method, request.url);
                let known: Vec<_> = script.routes.iter().map(|route| route.label.as_str()).collect();
                let message = format!("the scripted vendor does not know {asked}, only: {}", known.join(", "));
                script.unexpected.push(asked);
                Err(Error::new(ErrorKind::Config, message))
            }
        };
        script.received.push(request);
        response
    }
}

#[async_trait]
impl Transport for ScriptedVendor {
    async fn send(&self, request: Request) -> Result<Response> {
        let declared = request.body.length();
        let body = match request.body {
            Body::Empty => Bytes::new(),
            Body::Bytes(bytes) => bytes,
            Body::Stream(source) => {
                let mut all = Vec::new();
                let mut pieces = source.open();
                while let Some(piece) = pieces.next().await {
                    all.extend_from_slice(&piece?);
                    if request.headers.contains_key(UPGRADE) {
                        break;
                    }
                }
                Bytes::from(all)
            }
        };
        if declared.is_some_and(|declared| declared != body.len() as u64) {
            let message = format!("the body was announced with {declared:?} bytes and has {}", body.len());
            return Err(Error::new(ErrorKind::Config, message));
        }
        self.answer(Received {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body,
            repeat: request.repeat,
        })
    }
}
