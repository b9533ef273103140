//! Transports that the suites put between an implementation and its vendor.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, stream};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Notify;
use url::Url;

use super::subject::SECRET;
use crate::error::Result;
use crate::http::{Request, Response, Transport};
use crate::media::MediaType;

/// Changes every JSON value in every answer, also those of event streams.
pub(super) struct Edited {
    pub(super) inner: Arc<dyn Transport>,
    pub(super) edit: fn(&mut Value),
}

impl fmt::Debug for Edited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Edited")
    }
}

#[async_trait]
impl Transport for Edited {
    async fn send(&self, request: Request) -> Result<Response> {
        let mut response = self.inner.send(request).await?;
        let content_type = response.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let lines = content_type.contains("event-stream") || content_type.contains("ndjson");
        if !lines && !content_type.contains("json") {
            return Ok(response);
        }
        let mut body = BytesMut::new();
        while let Some(piece) = response.body.next().await {
            body.extend_from_slice(&piece?);
        }
        let edited = if lines {
            let text = String::from_utf8_lossy(&body).into_owned();
            text.split_inclusive('\n').map(|line| self.line(line)).collect::<String>().into_bytes()
        } else {
            self.json(&body).unwrap_or_else(|| body.to_vec())
        };
        response.body = Box::pin(stream::iter([Ok(Bytes::from(edited))]));
        Ok(response)
    }
}

impl Edited {
    fn json(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut value = serde_json::from_slice(text).ok()?;
        (self.edit)(&mut value);
        Some(value.to_string().into_bytes())
    }

    fn line(&self, line: &str) -> String {
        let Some(start) = line.find('{') else { return line.to_owned() };
        let (front, rest) = line.split_at(start);
        let content = rest.trim_end();
        match self.json(content.as_bytes()) {
            Some(json) => {
                let end = rest.get(content.len()..).unwrap_or_default();
                format!("{front}{}{end}", String::from_utf8_lossy(&json))
            }
            None => line.to_owned(),
        }
    }
}

/// Adds a field of tomorrow to every object.
pub(super) fn add_unknown_fields(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(add_unknown_fields);
            fields.insert("field_of_tomorrow".to_owned(), json!({"kind": ["new", null, 1.5]}));
        }
        Value::Array(items) => items.iter_mut().for_each(add_unknown_fields),
        _ => {}
    }
}

/// Takes out what vendors call their usage.
pub(super) fn remove_usage(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| {
                let name = name.to_ascii_lowercase();
                // A `token` alone is a piece of text.
                let words = ["usage", "tokens", "tokencount", "token_count", "eval_count", "input_length", "billed"];
                !words.iter().any(|word| name.contains(word))
            });
            fields.values_mut().for_each(remove_usage);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_usage),
        _ => {}
    }
}

/// Whether an answer tells usage in tokens.
pub(super) fn tells_usage(answer: &[u8]) -> bool {
    let told = |json: &str| {
        serde_json::from_str::<Value>(json).is_ok_and(|value| {
            let mut without = value.clone();
            remove_usage(&mut without);
            value != without
        })
    };
    let text = String::from_utf8_lossy(answer);
    told(&text) || text.lines().any(|line| line.find('{').and_then(|start| line.get(start..)).is_some_and(told))
}

/// Ends every body after some bytes as if it were whole, and counts the bytes of the longest.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) inner: Arc<dyn Transport>,
    pub(super) after: usize,
    pub(super) longest: Arc<AtomicUsize>,
}

#[async_trait]
impl Transport for Ending {
    async fn send(&self, request: Request) -> Result<Response> {
        let mut response = self.inner.send(request).await?;
        let mut body = BytesMut::new();
        while let Some(piece) = response.body.next().await {
            body.extend_from_slice(&piece?);
        }
        self.longest.fetch_max(body.len(), Ordering::SeqCst);
        body.truncate(self.after);
        response.body = Box::pin(stream::iter([Ok(body.freeze())]));
        Ok(response)
    }
}

/// An exchange as it was.
#[derive(Clone, Debug)]
pub(super) struct Exchanged {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) is_media: bool,
    pub(super) answer: Bytes,
}

/// Writes down every exchange.
#[derive(Debug)]
pub(super) struct Recorder {
    inner: Arc<dyn Transport>,
    exchanges: Mutex<Vec<Exchanged>>,
}

impl Recorder {
    pub(super) fn new(inner: Arc<dyn Transport>) -> Arc<Self> {
        Arc::new(Self { inner, exchanges: Mutex::default() })
    }

    pub(super) fn exchanges(&self) -> Vec<Exchanged> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: Request) -> Result<Response> {
        let (method, url) = (request.method.clone(), request.url.clone());
        let mut response = self.inner.send(request).await?;
        // The pieces stay apart: a stream is one.
        let (mut pieces, mut answer) = (Vec::new(), BytesMut::new());
        while let Some(piece) = response.body.next().await {
            if let Ok(piece) = &piece {
                answer.extend_from_slice(piece);
            }
            pieces.push(piece);
        }
        let answer = answer.freeze();
        let is_media = MediaType::of(&answer).is_some();
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).push(Exchanged { method, url, is_media, answer });
        Ok(Response { body: Box::pin(stream::iter(pieces)), ..response })
    }
}

/// Answers every exchange from one on with a body that repeats the secret.
#[derive(Debug)]
pub(super) struct Echo {
    pub(super) inner: Arc<dyn Transport>,
    pub(super) from: usize,
    pub(super) status: u16,
    pub(super) exchanges: AtomicUsize,
}

#[async_trait]
impl Transport for Echo {
    async fn send(&self, request: Request) -> Result<Response> {
        if self.exchanges.fetch_add(1, Ordering::SeqCst) < self.from {
            return self.inner.send(request).await;
        }
        let said = format!("refused, key {SECRET}");
        let body = json!({"error": {"message": said, "code": SECRET, "status": SECRET}, "message": said, "code": 9999});
        let status = StatusCode::from_u16(self.status).unwrap_or_default();
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        Ok(Response { status, headers, body: Box::pin(stream::iter([Ok(Bytes::from(body.to_string()))])) })
    }
}

/// An address that has ended, until something else is asked after somebody found that out.
#[derive(Debug)]
pub(super) struct DeadLink {
    pub(super) inner: Arc<dyn Transport>,
    pub(super) link: Url,
    pub(super) status: u16,
    pub(super) found_out: AtomicBool,
    pub(super) alive: AtomicBool,
}

#[async_trait]
impl Transport for DeadLink {
    async fn send(&self, request: Request) -> Result<Response> {
        if request.url != self.link {
            self.alive.fetch_or(self.found_out.load(Ordering::SeqCst), Ordering::SeqCst);
            return self.inner.send(request).await;
        }
        if self.alive.load(Ordering::SeqCst) {
            return self.inner.send(request).await;
        }
        self.found_out.store(true, Ordering::SeqCst);
        let status = StatusCode::from_u16(self.status).unwrap_or_default();
        let body = Box::pin(stream::iter([Ok(Bytes::from_static(b"<Error>the link has expired</Error>"))]));
        Ok(Response { status, headers: HeaderMap::new(), body })
    }
}

/// Holds back the last bytes of every body for ever.
#[derive(Debug)]
pub(super) struct Withheld {
    pub(super) inner: Arc<dyn Transport>,
    pub(super) reached: Arc<Notify>,
}

#[async_trait]
impl Transport for Withheld {
    async fn send(&self, request: Request) -> Result<Response> {
        let mut response = self.inner.send(request).await?;
        let mut body = BytesMut::new();
        while let Some(piece) = response.body.next().await {
            body.extend_from_slice(&piece?);
        }
        body.truncate(body.len() - body.len() / 8 - 1);
        let end = stream::once(hang(Arc::default(), self.reached.clone()));
        response.body = Box::pin(stream::iter([Ok(body.freeze())]).chain(end));
        Ok(response)
    }
}

/// Hands every body out byte by byte.
#[derive(Debug)]
pub(super) struct Dribble(pub(super) Arc<dyn Transport>);

#[async_trait]
impl Transport for Dribble {
    async fn send(&self, request: Request) -> Result<Response> {
        let response = self.0.send(request).await?;
        let bytes = response.body.flat_map(|piece| {
            let bytes: Vec<Result<Bytes>> = match piece {
                Ok(piece) => (0..piece.len()).map(|at| Ok(piece.slice(at..=at))).collect(),
                Err(error) => vec![Err(error)],
            };
            stream::iter(bytes)
        });
        Ok(Response { status: response.status, headers: response.headers, body: Box::pin(bytes) })
    }
}

/// Never finishes one exchange, and knows whether anybody still holds on to it.
#[derive(Debug)]
pub(super) struct Hanging {
    pub(super) inner: Arc<dyn Transport>,
    pub(super) at: usize,
    /// The answer begins, and its body hangs.
    pub(super) in_body: bool,
    pub(super) exchanges: AtomicUsize,
    pub(super) held: Arc<()>,
    pub(super) reached: Arc<Notify>,
}

impl Hanging {
    pub(super) fn new(inner: Arc<dyn Transport>, at: usize, in_body: bool) -> Arc<Self> {
        let (held, reached) = (Arc::default(), Arc::default());
        Arc::new(Self { inner, at, in_body, exchanges: AtomicUsize::new(0), held, reached })
    }

    /// Whether the exchange is no longer waited for.
    pub(super) fn is_left(&self) -> bool {
        Arc::strong_count(&self.held) == 1
    }
}

async fn hang<T>(_held: Arc<()>, reached: Arc<Notify>) -> T {
    reached.notify_one();
    std::future::pending().await
}

#[async_trait]
impl Transport for Hanging {
    async fn send(&self, request: Request) -> Result<Response> {
        if self.exchanges.fetch_add(1, Ordering::SeqCst) != self.at {
            return self.inner.send(request).await;
        }
        let (held, reached) = (self.held.clone(), self.reached.clone());
        if !self.in_body {
            return hang(held, reached).await;
        }
        let response = self.inner.send(request).await?;
        Ok(Response { body: Box::pin(stream::once(hang(held, reached))), ..response })
    }
}
