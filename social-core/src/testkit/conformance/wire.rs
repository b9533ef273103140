//! Transports that the suites put between an implementation and its vendor.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, stream};
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::error::Result;
use crate::http::{Request, Response, Transport};

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
