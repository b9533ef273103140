//! A transport that answers from recordings.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use url::Url;
use url::form_urlencoded::parse;

use super::{Exchange, RecordedBody};
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::http::redact::MASK;
use crate::http::{Body, Request, Response, Transport};

/// How closely a replay looks at requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// Not at all.
    Nothing,
    /// Method, path and query. Masked values fit any value.
    #[default]
    Line,
    /// Also JSON and text bodies; JSON as values.
    Body,
}

/// How an answer ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// As if it were complete.
    Ends,
    /// With a transport error.
    Breaks,
}

/// Answers from exchanges instead of a network, each once, and counts what it is asked.
///
/// A request that fits no exchange fails with [`ErrorKind::Config`], which says what was expected.
#[derive(Debug)]
pub struct ReplayTransport {
    exchanges: Vec<Exchange>,
    any_order: bool,
    check: Check,
    piece: usize,
    cuts: HashMap<usize, (usize, Cut)>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    used: Vec<usize>,
    requests: Vec<Request>,
}

impl ReplayTransport {
    /// Answers with these exchanges, one after the other.
    #[must_use]
    pub fn new(exchanges: impl IntoIterator<Item = Exchange>) -> Self {
        Self {
            exchanges: exchanges.into_iter().collect(),
            any_order: false,
            check: Check::default(),
            piece: usize::MAX,
            cuts: HashMap::new(),
            state: Mutex::default(),
        }
    }

    /// Answers each request with the first exchange left that fits it, in whatever order they come.
    #[must_use]
    pub fn in_any_order(mut self) -> Self {
        self.any_order = true;
        self
    }

    /// Changes how closely requests are looked at.
    #[must_use]
    pub fn check(mut self, check: Check) -> Self {
        self.check = check;
        self
    }

    /// Hands answers out in pieces of so many bytes.
    #[must_use]
    pub fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.piece = bytes.max(1);
        self
    }

    /// Cuts the body of an exchange, counted from zero, after so many bytes.
    #[must_use]
    pub fn cut_body(mut self, exchange: usize, after: usize, how: Cut) -> Self {
        self.cuts.insert(exchange, (after, how));
        self
    }

    /// The requests so far, those that fitted nothing included.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).requests.clone()
    }

    /// How many exchanges have not been played.
    #[must_use]
    pub fn left(&self) -> usize {
        self.exchanges.len() - self.state.lock().unwrap_or_else(PoisonError::into_inner).used.len()
    }

    /// The exchange that answers a request.
    fn pick(&self, request: Request) -> Result<(usize, &Exchange)> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let left = || self.exchanges.iter().enumerate().filter(|(index, _)| !state.used.contains(index));
        let fitting = left()
            .take(if self.any_order { usize::MAX } else { 1 })
            .find(|(_, exchange)| fits(exchange, &request, self.check));
        let result = fitting.ok_or_else(|| {
            let asked = format!("{} {}", request.method, request.url.path());
            let message = match left().next() {
                None => format!("{asked}: every recorded exchange has been played"),
                Some((index, exchange)) => {
                    let expected = &exchange.request;
                    format!("{asked} does not fit exchange {index}, which is {} {}", expected.method, expected.path)
                }
            };
            Error::config(message).with_effect(Effect::None)
        });
        if let Ok((index, _)) = result {
            state.used.push(index);
        }
        state.requests.push(request);
        result
    }
}

#[async_trait]
impl Transport for ReplayTransport {
    async fn send(&self, request: Request) -> Result<Response> {
        let (index, exchange) = self.pick(request)?;
        let recorded = &exchange.response;
        let status = StatusCode::from_u16(recorded.status)
            .map_err(|_| Error::config(format!("exchange {index}: {} is not a status", recorded.status)))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &recorded.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value))
                // Bodies are recorded as they were read, not as they travelled.
                && ![CONTENT_LENGTH, CONTENT_ENCODING, TRANSFER_ENCODING].contains(&name)
            {
                headers.insert(name, value);
            }
        }
        let mut body = recorded.body.bytes();
        let cut = self.cuts.get(&index);
        if let Some((after, _)) = cut {
            body.truncate(*after);
        }
        let broken = matches!(cut, Some((_, Cut::Breaks)));
        let piece = self.piece;
        let pieces = std::iter::from_fn(move || {
            let next = body.split_to(piece.min(body.len()));
            (!next.is_empty()).then_some(next)
        });
        let end = broken.then(|| Err(Error::new(ErrorKind::Transport, "the answer broke off")));
        let body = Box::pin(stream::iter(pieces.map(Ok).chain(end)));
        Ok(Response { status, headers, body })
    }
}

fn fits(exchange: &Exchange, request: &Request, check: Check) -> bool {
    let recorded = &exchange.request;
    if check >= Check::Line && !(recorded.method == request.method.as_str() && line_fits(&recorded.path, &request.url))
    {
        return false;
    }
    if check < Check::Body {
        return true;
    }
    let sent: Bytes = match &request.body {
        Body::Empty => Bytes::new(),
        Body::Bytes(bytes) => bytes.clone(),
        Body::Stream(_) => return true,
    };
    match (&recorded.body, RecordedBody::of(sent)) {
        (RecordedBody::Described(_), _) => true,
        (RecordedBody::Json(recorded), RecordedBody::Json(sent)) => json_fits(recorded, &sent),
        (RecordedBody::Text(recorded), RecordedBody::Text(sent)) => recorded == &sent || pairs_fit(recorded, &sent),
        (recorded, sent) => recorded == &sent,
    }
}

fn line_fits(recorded: &str, url: &Url) -> bool {
    let (path, query) = recorded.split_once('?').unwrap_or((recorded, ""));
    value_fits(path, url.path()) && pairs_fit(query, url.query().unwrap_or_default())
}

fn pairs_fit(recorded: &str, sent: &str) -> bool {
    let sorted = |text: &str| {
        let mut pairs: Vec<(String, String)> = parse(text.as_bytes()).into_owned().collect();
        pairs.sort();
        pairs
    };
    let (recorded, sent) = (sorted(recorded), sorted(sent));
    recorded.len() == sent.len()
        && recorded.iter().zip(&sent).all(|(recorded, sent)| recorded.0 == sent.0 && value_fits(&recorded.1, &sent.1))
}

fn json_fits(recorded: &serde_json::Value, sent: &serde_json::Value) -> bool {
    use serde_json::Value::{Array, Object, String};
    match (recorded, sent) {
        (String(recorded), String(sent)) => value_fits(recorded, sent),
        (Array(recorded), Array(sent)) => {
            recorded.len() == sent.len() && recorded.iter().zip(sent).all(|(recorded, sent)| json_fits(recorded, sent))
        }
        (Object(recorded), Object(sent)) => {
            recorded.len() == sent.len()
                && recorded.iter().all(|(name, value)| sent.get(name).is_some_and(|sent| json_fits(value, sent)))
        }
        (recorded, sent) => recorded == sent,
    }
}

/// A value with a mask in it fits what stood there.
fn value_fits(recorded: &str, sent: &str) -> bool {
    const MASKS: [&str; 3] = [MASK, "REDACTED", "<REDACTED>"];
    match MASKS.iter().find_map(|mask| recorded.split_once(mask)) {
        Some((before, after)) => {
            sent.len() >= before.len() + after.len() && sent.starts_with(before) && sent.ends_with(after)
        }
        None => recorded == sent,
    }
}
