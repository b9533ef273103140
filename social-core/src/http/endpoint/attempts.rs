//! Sending: deadlines, waits, and whether a request goes out again.

use std::future::Future;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use tracing::{Instrument as _, Span, field};

use super::bounded;
use super::reply::{Context, Reply, StreamReply};
use super::{Call, Credentials, Failure, RequestSigner, SigningRequest, TokenSource};
use crate::clock::Timestamp;
use crate::error::{Effect, Error, ErrorKind, Result, Retry};
use crate::http::{ByteStream, Repeat, Request, Response};

impl Call<'_> {
    /// Sends the request and reads a successful answer whole.
    ///
    /// # Errors
    /// What the vendor's error function makes of an answer that is not a success;
    /// [`Transport`](crate::ErrorKind::Transport) and [`Timeout`](crate::ErrorKind::Timeout) when
    /// no answer came; [`Protocol`](crate::ErrorKind::Protocol) when it is larger than the limit.
    /// Each carries vendor, operation, status, request id and the number of attempts.
    pub fn send(self) -> impl Future<Output = Result<Reply>> + Send {
        // The call moves once, into the attempts, and not from one future into the next.
        let mut attempts = Attempts::new(self);
        async move { attempts.whole().await }
    }

    /// Sends the request and hands out a successful answer as it comes. Retries end with the head
    /// of the answer.
    ///
    /// # Errors
    /// As [`send`](Self::send). Errors of the body carry the same.
    pub fn stream(self) -> impl Future<Output = Result<StreamReply>> + Send {
        let mut attempts = Attempts::new(self);
        async move { attempts.streamed().await }
    }
}

/// The attempts of one call: the only place in the family that sends a request twice.
pub(super) struct Attempts<'a> {
    call: Call<'a>,
    tokens: Option<Tokens<'a>>,
    signer: Option<&'a dyn RequestSigner>,
    /// What the signer added last, and how often it was asked to sign again.
    signed: HeaderMap,
    signed_again: u8,
    /// What this call sent that must not be seen.
    secrets: Vec<SecretString>,
    /// So many of them are in headers of the call itself.
    in_headers: usize,
    sent: u32,
    waited: Duration,
    began: Timestamp,
    /// How long the call may take in all.
    total: Duration,
    /// When the answer has to be complete, counted from `began`.
    deadline: Option<Duration>,
}

/// The changing token of a call.
struct Tokens<'a> {
    source: &'a dyn TokenSource,
    header: &'a HeaderName,
    word: Option<&'a str>,
    current: Option<SecretString>,
    renewed: bool,
}

impl<'a> Attempts<'a> {
    pub(super) fn new(call: Call<'a>) -> Self {
        let inner = &*call.endpoint.0;
        let (tokens, signer) = match &inner.credentials {
            Credentials::Tokens { source, header, word } if call.authenticated => {
                let word = word.as_deref();
                (Some(Tokens { source: &**source, header, word, current: None, renewed: false }), None)
            }
            Credentials::Signer(signer) if call.authenticated => (None, Some(&**signer)),
            _ => (None, None),
        };
        let secrets: Vec<_> =
            call.headers.iter().filter(|(_, value)| value.is_sensitive()).flat_map(secrets_of).collect();
        Self {
            tokens,
            signer,
            signed: HeaderMap::new(),
            signed_again: 0,
            in_headers: secrets.len(),
            secrets,
            sent: 0,
            waited: Duration::ZERO,
            began: inner.clock.now(),
            total: call.timeouts.total,
            deadline: call.deadline,
            call,
        }
    }

    /// Sends until an answer has been read whole.
    pub(super) async fn whole(&mut self) -> Result<Reply> {
        self.limit(self.deadline.or(Some(self.total)));
        let span = self.span();
        let work = async {
            self.start().await?;
            loop {
                let response = self.head().await?;
                let (status, headers) = (response.status, response.headers);
                let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
                let limit = self.call.limit.unwrap_or(self.call.endpoint.0.limits.body);
                match read_all(self.bounded(response.body, None), announced, limit).await {
                    Ok(body) => {
                        let body = if self.call.repeats_secrets { body } else { self.masked(body) };
                        return Ok(Reply::new(self.context(), status, headers, body));
                    }
                    Err(error) => {
                        let error = self.context().describe(error, status, &headers);
                        Box::pin(self.pause_or_fail(error)).await?;
                    }
                }
            }
        };
        work.instrument(span).await
    }

    /// Sends until the head of an answer is here.
    pub(super) async fn streamed(&mut self) -> Result<StreamReply> {
        self.limit(self.deadline.or(self.call.timeouts.stream_total));
        let span = self.span();
        let work = async {
            self.start().await?;
            let Response { status, headers, body } = self.head().await?;
            let limit = self.call.limit.map_or(self.call.endpoint.0.limits.stream, |limit| limit as u64);
            let body = self.bounded(body, Some(limit));
            Ok(StreamReply::new(self.context(), Response { status, headers, body }))
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

    /// Sets when the answer has to be complete, if at all.
    fn limit(&mut self, deadline: Option<Duration>) {
        self.deadline = deadline;
        self.total = deadline.unwrap_or(self.total);
    }

    fn elapsed(&self) -> Duration {
        let elapsed = self.call.endpoint.0.clock.now().duration_since(self.began);
        elapsed.try_into().unwrap_or_default()
    }

    /// The body, ended when it is too long in bytes or in time.
    fn bounded(&self, body: ByteStream, limit: Option<u64>) -> ByteStream {
        let clock = &self.call.endpoint.0.clock;
        let over = self.deadline.and_then(|deadline| self.began.checked_add(deadline).ok());
        bounded::bounded(body, limit, over.map(|over| (over, clock.clone())))
    }

    fn masked(&self, body: Bytes) -> Bytes {
        match self.call.endpoint.0.redactor.bytes(&body, &self.secrets) {
            Some(masked) => masked.into(),
            None => body,
        }
    }

    /// Works on what has to be there before something is sent, until the call's time is over.
    async fn in_time<T>(&self, what: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
        let left = self.total.saturating_sub(self.elapsed());
        tokio::select! {
            biased;
            result = work => result,
            // A timer is made only for work that has to wait.
            () = async { tokio::time::sleep(left).await } => {
                let message = format!("{what} was not there at the deadline of {:?}, before the request was sent", self.total);
                Err(Error::new(ErrorKind::Timeout, message).with_effect(Effect::None).with_retry(Retry::Never))
            }
        }
    }

    async fn start(&mut self) -> Result<()> {
        let result = match (self.call.failed.take(), &self.tokens) {
            (Some(error), _) => Err(error),
            (None, Some(tokens)) => {
                // What most calls do without is kept apart, so that their futures stay small.
                let token = Box::pin(self.in_time("the token", tokens.source.token())).await;
                token.and_then(|token| self.authorize(token))
            }
            (None, None) => Ok(()),
        };
        result.map_err(|error| self.dress(error))
    }

    fn authorize(&mut self, token: SecretString) -> Result<()> {
        let Some(tokens) = &mut self.tokens else { return Ok(()) };
        let value = match tokens.word {
            Some(word) => HeaderValue::from_str(&format!("{word} {}", token.expose_secret())),
            None => HeaderValue::from_str(token.expose_secret()),
        };
        tokens.current = Some(token.clone());
        self.secrets.push(token);
        let mut value = value.map_err(|_| Error::config("the access token cannot be sent in a header"))?;
        value.set_sensitive(true);
        self.call.headers.push((tokens.header.clone(), value));
        Ok(())
    }

    /// A token instead of the one that the vendor called expired; `None` when none can be had any
    /// more.
    async fn renewed(&mut self) -> Option<Result<SecretString>> {
        let tokens = self.tokens.as_mut().filter(|tokens| !tokens.renewed)?;
        let refused = tokens.current.clone()?;
        tokens.renewed = true;
        let source = tokens.source;
        Some(self.in_time("a fresh token", source.renew(&refused)).await)
    }

    /// Adds the headers of the signer.
    async fn sign(&mut self, signer: &dyn RequestSigner, request: &mut Request) -> Result<()> {
        let inner = &*self.call.endpoint.0;
        let unsigned = SigningRequest {
            method: &request.method,
            url: &request.url,
            headers: &request.headers,
            body: &request.body,
            now: inner.clock.now(),
            random: &*inner.random,
        };
        let signing = self.in_time("the signature", signer.sign(&unsigned));
        let added = signing.await.map_err(|error| error.with_effect(Effect::None))?;
        self.secrets.truncate(self.in_headers);
        for (name, mut value) in added.iter().map(|(name, value)| (name.clone(), value.clone())) {
            value.set_sensitive(true);
            self.secrets.extend(value.to_str().ok().map(SecretString::from));
            request.headers.insert(name, value);
        }
        self.signed = added;
        Ok(())
    }

    /// Whether the request may be signed and sent again.
    async fn signs_again(&mut self, error: &Error) -> Result<bool> {
        const TIMES: u8 = 2;
        match self.signer {
            Some(signer) if self.signed_again < TIMES && signer.signs_again(error, &self.signed).await? => {
                self.signed_again += 1;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Sends until the head of a successful answer is here.
    async fn head(&mut self) -> Result<Response> {
        loop {
            let error = match self.attempt().await {
                Ok(response) => return Ok(response),
                Err(error) => self.dress(error),
            };
            Box::pin(self.pause_or_fail(error)).await?;
        }
    }

    async fn attempt(&mut self) -> Result<Response> {
        let mut request = self.request()?;
        if let Some(signer) = self.signer {
            Box::pin(self.sign(signer, &mut request)).await?;
        }
        let inner = &*self.call.endpoint.0;
        self.sent += 1;
        let span = Span::current();
        span.record("attempts", self.sent);
        let url = self.signer.map(|_| request.url.clone());
        let response = inner.transport.send(request).await?;
        if let (Some(signer), Some(url)) = (self.signer, url) {
            signer.answered(&url, &response.headers);
        }
        span.record("status", response.status.as_u16());
        if response.status.is_success() || self.call.also.contains(&response.status.as_u16()) {
            return Ok(response);
        }
        let (status, headers) = (response.status, response.headers);
        let body = Box::pin(read_failure(response.body, inner.limits.error)).await;
        let error = self.call.endpoint.classify(&Failure { status, headers: &headers, body: &body });
        Err(if self.call.doubtful { error.with_effect(Effect::Unknown) } else { error })
    }

    fn request(&self) -> Result<Request> {
        /// Room for the content type and what transports add, such as `Accept` and `User-Agent`.
        const ADDED: usize = 5;
        let (call, elapsed) = (&self.call, self.elapsed());
        if elapsed >= self.total {
            let message = format!("the deadline of {:?} passed before the request was sent", self.total);
            return Err(Error::new(ErrorKind::Timeout, message).with_effect(Effect::None).with_retry(Retry::Never));
        }
        let prepared = Some(&call.endpoint.0.headers).filter(|_| call.authenticated);
        let mut headers = HeaderMap::with_capacity(prepared.map_or(0, HeaderMap::len) + call.headers.len() + ADDED);
        let content_type = call.content_type.iter().map(|value| (&CONTENT_TYPE, value));
        let own = call.headers.iter().map(|(name, value)| (name, value)).chain(content_type);
        for (name, value) in prepared.into_iter().flatten().chain(own) {
            headers.insert(name.clone(), value.clone());
        }
        Ok(Request {
            method: call.method.clone(),
            url: (*call.url).clone(),
            headers,
            body: call.body.clone(),
            repeat: call.repeat,
            redirects: call.redirects,
            timeouts: call.timeouts,
            deadline: self.deadline.map(|deadline| deadline.saturating_sub(elapsed)),
            public_only: call.public_only,
            secrets: call.endpoint.0.redactor.secrets(),
        })
    }

    /// Waits for the next attempt, or fails with `error`.
    async fn pause_or_fail(&mut self, error: Error) -> Result<()> {
        let unharmed = self.call.repeat != Repeat::Never || error.effect() == Effect::None;
        if error.is_token_expired()
            && unharmed
            && let Some(renewed) = self.renewed().await
        {
            let renewed = renewed.and_then(|token| self.authorize(token));
            // The vendor did answer, and callers may have to ask it what became of the request.
            return renewed.map_err(|renewing| match error.status() {
                Some(status) if renewing.status().is_none() => self.dress(renewing.with_status(status)),
                _ => self.dress(renewing),
            });
        }
        if unharmed && self.signs_again(&error).await.map_err(|error| self.dress(error))? {
            return Ok(());
        }
        let inner = &*self.call.endpoint.0;
        let Some(wait) = inner.retry.pause(&error, self.call.repeat, self.sent, self.waited, &*inner.random) else {
            return Err(error);
        };
        if self.elapsed().saturating_add(wait) >= self.total {
            return Err(error);
        }
        tracing::debug!(attempt = self.sent, status = error.status(), kind = %error.kind(), ?wait, "will ask again");
        self.waited += wait;
        inner.clock.sleep(wait).await;
        Ok(())
    }

    fn context(&self) -> Context {
        Context {
            endpoint: self.call.endpoint.clone(),
            operation: self.call.operation,
            secrets: self.secrets(),
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
        self.call.endpoint.0.redactor.error(error.with_requests(self.sent), &self.secrets())
    }

    /// Everything that this call sent and that must not be seen.
    fn secrets(&self) -> Vec<SecretString> {
        self.secrets.iter().chain(&self.call.secrets).cloned().collect()
    }
}

/// The value of a secret header, and what stands behind its first word.
fn secrets_of((_, value): &(HeaderName, HeaderValue)) -> impl Iterator<Item = SecretString> + use<> {
    let value = value.to_str().unwrap_or_default().to_owned();
    let token = value.split_once(' ').map(|(_, token)| token.to_owned());
    token.into_iter().chain([value]).map(SecretString::from)
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
