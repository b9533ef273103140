use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use tracing::{Instrument as _, Span, field};

use super::reply::{Context, Reply, StreamReply};
use super::{Call, Failure, TokenSource};
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::http::{ByteStream, Repeat, Request, Response};

/// The attempts of one call: the only place in the family that sends a request twice.
pub(super) struct Attempts<'a> {
    call: Call<'a>,
    source: Option<&'a dyn TokenSource>,
    /// The tokens of this call, the newest last. Two at most.
    tokens: Vec<SecretString>,
    sent: u32,
    waited: Duration,
}

impl<'a> Attempts<'a> {
    pub(super) fn new(call: Call<'a>) -> Self {
        Self {
            source: call.endpoint.0.tokens.as_deref().filter(|_| call.authenticated),
            call,
            tokens: Vec::new(),
            sent: 0,
            waited: Duration::ZERO,
        }
    }

    /// Sends until an answer has been read whole.
    pub(super) async fn whole(&mut self) -> Result<Reply> {
        let span = self.span();
        let work = async {
            self.start().await?;
            loop {
                let response = self.head().await?;
                let (status, headers) = (response.status, response.headers);
                let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
                match read_all(response.body, announced, self.call.limit).await {
                    Ok(body) => return Ok(Reply::new(self.context(), status, headers, body)),
                    Err(error) => {
                        let error = self.context().describe(error, status, &headers);
                        self.pause_or_fail(error).await?;
                    }
                }
            }
        };
        work.instrument(span).await
    }

    /// Sends until the head of an answer is here.
    pub(super) async fn streamed(&mut self) -> Result<StreamReply> {
        let span = self.span();
        let work = async {
            self.start().await?;
            let response = self.head().await?;
            Ok(StreamReply::new(self.context(), response))
        };
        work.instrument(span).await
    }

    fn span(&self) -> Span {
        tracing::info_span!(
            "call",
            vendor = %self.call.endpoint.0.vendor,
            operation = self.call.operation,
            attempts = field::Empty,
            status = field::Empty,
        )
    }

    async fn start(&mut self) -> Result<()> {
        let result = match (self.call.failed.take(), self.source) {
            (Some(error), _) => Err(error),
            (None, Some(source)) => source.token().await.and_then(|token| self.authorize(token)),
            (None, None) => Ok(()),
        };
        result.map_err(|error| self.dress(error))
    }

    fn authorize(&mut self, token: SecretString) -> Result<()> {
        let value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()));
        self.tokens.push(token);
        let mut value = value.map_err(|_| Error::config("the access token cannot be sent in a header"))?;
        value.set_sensitive(true);
        self.call.headers.push((AUTHORIZATION, value));
        Ok(())
    }

    /// Sends until the head of a successful answer is here.
    async fn head(&mut self) -> Result<Response> {
        loop {
            let error = match self.attempt().await {
                Ok(response) => return Ok(response),
                Err(error) => self.dress(error),
            };
            self.pause_or_fail(error).await?;
        }
    }

    async fn attempt(&mut self) -> Result<Response> {
        let inner = &*self.call.endpoint.0;
        let request = self.request();
        self.sent += 1;
        let span = Span::current();
        span.record("attempts", self.sent);
        let response = inner.transport.send(request).await?;
        span.record("status", response.status.as_u16());
        if response.status.is_success() || self.call.also.contains(&response.status.as_u16()) {
            return Ok(response);
        }
        let (status, headers) = (response.status, response.headers);
        let body = read_failure(response.body, inner.limits.error).await;
        Err(self.call.endpoint.classify(&Failure { status, headers: &headers, body: &body }))
    }

    fn request(&self) -> Request {
        /// Room for the content type and what transports add, such as `Accept` and `User-Agent`.
        const ADDED: usize = 5;
        let call = &self.call;
        let prepared = Some(&call.endpoint.0.headers).filter(|_| call.authenticated);
        let mut headers = HeaderMap::with_capacity(prepared.map_or(0, HeaderMap::len) + call.headers.len() + ADDED);
        let content_type = call.content_type.iter().map(|value| (&CONTENT_TYPE, value));
        let own = call.headers.iter().map(|(name, value)| (name, value)).chain(content_type);
        for (name, value) in prepared.into_iter().flatten().chain(own) {
            headers.insert(name.clone(), value.clone());
        }
        Request {
            method: call.method.clone(),
            url: (*call.url).clone(),
            headers,
            body: call.body.clone(),
            repeat: call.repeat,
            redirects: call.redirects,
            timeouts: call.timeouts,
            public_only: call.public_only,
        }
    }

    fn can_renew(&self) -> bool {
        self.source.is_some() && self.tokens.len() == 1
    }

    /// Waits for the next attempt, or fails with `error`.
    async fn pause_or_fail(&mut self, error: Error) -> Result<()> {
        let inner = &*self.call.endpoint.0;
        let unharmed = self.call.repeat != Repeat::Never || error.effect() == Effect::None;
        if error.is_token_expired()
            && unharmed
            && self.can_renew()
            && let (Some(source), Some(refused)) = (self.source, self.tokens.last())
        {
            let renewed = source.renew(refused).await;
            return renewed.and_then(|token| self.authorize(token)).map_err(|error| self.dress(error));
        }
        let Some(wait) = inner.retry.pause(&error, self.call.repeat, self.sent, self.waited, &*inner.random) else {
            return Err(error);
        };
        tracing::debug!(attempt = self.sent, status = error.status(), kind = %error.kind(), ?wait, "will ask again");
        self.waited += wait;
        inner.clock.sleep(wait).await;
        Ok(())
    }

    fn context(&self) -> Context {
        Context {
            endpoint: self.call.endpoint.clone(),
            operation: self.call.operation,
            tokens: self.tokens.clone(),
            attempts: self.sent,
        }
    }

    fn dress(&self, mut error: Error) -> Error {
        if error.vendor().is_none() {
            error = error.with_vendor(&self.call.endpoint.0.vendor);
        }
        if error.operation().is_none() {
            error = error.with_operation(self.call.operation);
        }
        if let Some(model) = self.call.model {
            error = error.with_model(model);
        }
        self.call.endpoint.0.redactor.error(error.with_requests(self.sent), &self.tokens)
    }
}

async fn read_all(mut body: ByteStream, announced: Option<usize>, limit: usize) -> Result<Bytes> {
    let too_large = || Error::new(ErrorKind::Protocol, format!("the answer is larger than the limit of {limit} bytes"));
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    // Most answers come in one piece, which is not copied.
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(piece) = body.next().await {
        let piece = piece?;
        if first.len() + all.len() + piece.len() > limit {
            return Err(too_large());
        }
        if first.is_empty() && all.is_empty() {
            first = piece;
            continue;
        }
        if all.is_empty() {
            all.reserve(announced.unwrap_or(first.len() + piece.len()));
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&piece);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// Reads what it can of a refusal; a broken body still leaves the status.
async fn read_failure(mut pieces: ByteStream, limit: usize) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < limit
        && let Some(Ok(piece)) = pieces.next().await
    {
        let room = limit - body.len();
        body.extend_from_slice(piece.get(..room).unwrap_or(&piece));
    }
    body
}
