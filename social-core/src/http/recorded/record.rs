//! A transport that records.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use secrecy::SecretString;
use serde_json::json;

use super::scrub::Scrubber;
use super::{Exchange, RecordedBody, RecordedRequest, RecordedResponse};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Body, ByteStream, Request, Response, Transport};

/// Writes down what another transport carries, without secrets.
///
/// Masked are: sensitive headers and what they carry wherever it turns up, what the endpoint knows
/// as secret, headers, parameters and JSON fields whose names give a secret away, and what
/// [`hide`](Self::hide) names. Look through a
/// recording all the same before you give it away: accounts, prompts and posts are in it.
///
/// An exchange is kept when the answer's body has ended or was dropped. Streamed request bodies are
/// only described, and so are answers over 16 MiB. Requests without an answer are not kept.
#[derive(Debug)]
pub struct RecordingTransport {
    inner: Arc<dyn Transport>,
    hidden: Vec<SecretString>,
    exchanges: Kept,
}

type Kept = Arc<Mutex<Vec<Exchange>>>;

const LARGEST: usize = 16 << 20;

impl RecordingTransport {
    /// Records what `inner` carries.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, hidden: Vec::new(), exchanges: Kept::default() }
    }

    /// Masks this text wherever it turns up.
    #[must_use]
    pub fn hide(mut self, secret: SecretString) -> Self {
        self.hidden.push(secret);
        self
    }

    /// The exchanges so far, in the order in which their answers ended.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes the exchanges so far into a directory, one file each, named by number, method and
    /// path.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage) when a file cannot be written.
    pub fn save(&self, directory: impl AsRef<Path>) -> Result<Vec<PathBuf>> {
        let directory = directory.as_ref();
        let failed = |e: std::io::Error| {
            Error::new(ErrorKind::Storage, format!("{} cannot be written: {e}", directory.display())).with_source(e)
        };
        std::fs::create_dir_all(directory).map_err(failed)?;
        let mut paths = Vec::new();
        for (index, exchange) in self.exchanges().iter().enumerate() {
            let RecordedRequest { method, path, .. } = &exchange.request;
            let words = path.split('?').next().unwrap_or_default().split(|c: char| !c.is_ascii_alphanumeric());
            let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
            let name: String = format!("{:03}-{method}-{}", index + 1, words.join("-")).chars().take(80).collect();
            let path = directory.join(format!("{}.json", name.to_ascii_lowercase()));
            std::fs::write(&path, exchange.to_json()?).map_err(failed)?;
            paths.push(path);
        }
        Ok(paths)
    }
}

#[async_trait]
impl Transport for RecordingTransport {
    async fn send(&self, request: Request) -> Result<Response> {
        let scrubber = Scrubber::new(&self.hidden, &request);
        let host = request.url.host_str().map(|host| match request.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        });
        let body = match &request.body {
            Body::Empty => RecordedBody::Empty,
            Body::Bytes(bytes) => RecordedBody::of(bytes.clone()),
            Body::Stream(source) => RecordedBody::Described(json!({ "$binary_bytes": source.length() })),
        };
        let recorded = RecordedRequest {
            method: request.method.to_string(),
            path: scrubber.path(&request.url),
            headers: scrubber.headers(&request.headers),
            body: scrubber.body(body, is_form(&request.headers)),
        };
        let response = self.inner.send(request).await?;
        let tee = Tee {
            body: response.body,
            seen: BytesMut::new(),
            length: 0,
            note: Some(Note {
                kept: Arc::clone(&self.exchanges),
                host,
                request: recorded,
                status: response.status.as_u16(),
                headers: scrubber.headers(&response.headers),
                is_form: is_form(&response.headers),
                scrubber,
            }),
        };
        Ok(Response { status: response.status, headers: response.headers, body: Box::pin(tee) })
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

/// What is known of an exchange before its answer's body.
struct Note {
    kept: Kept,
    host: Option<String>,
    request: RecordedRequest,
    status: u16,
    headers: std::collections::BTreeMap<String, String>,
    is_form: bool,
    scrubber: Scrubber,
}

/// Hands a body on and remembers it.
struct Tee {
    body: ByteStream,
    seen: BytesMut,
    length: usize,
    note: Option<Note>,
}

impl Tee {
    fn keep(&mut self) {
        let Some(note) = self.note.take() else { return };
        let body = if self.length > LARGEST {
            RecordedBody::Described(json!({ "$binary_bytes": self.length }))
        } else {
            note.scrubber.body(RecordedBody::of(self.seen.split().freeze()), note.is_form)
        };
        let response = RecordedResponse { status: note.status, headers: note.headers, body };
        let exchange = Exchange { vendor: None, host: note.host, request: note.request, response };
        note.kept.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
    }
}

impl Stream for Tee {
    type Item = Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let item = ready!(this.body.as_mut().poll_next(cx));
        match &item {
            Some(Ok(piece)) => {
                this.length += piece.len();
                if this.length <= LARGEST {
                    this.seen.extend_from_slice(piece);
                }
            }
            Some(Err(_)) | None => this.keep(),
        }
        Poll::Ready(item)
    }
}

impl Drop for Tee {
    fn drop(&mut self) {
        self.keep();
    }
}
