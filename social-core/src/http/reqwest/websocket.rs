//! WebSockets: a request that asks for one becomes a conversation.

use ::reqwest::{Client, Upgraded};
use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _, stream};
use http::header::{
    CONNECTION, CONTENT_TYPE, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION,
};
use http::{Method, StatusCode};
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message};

use super::failure::failed;
use super::transfer::{Download, too_late};
use super::{ReqwestTransport, built};
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::http::{Body, ByteStream, Request, Response};

/// What one message may have, in bytes.
const LONGEST: usize = 4 << 20;

impl ReqwestTransport {
    /// Opens the connection and upgrades it. An answer that is no upgrade is the answer.
    pub(super) async fn converse(&self, request: Request, over: Option<Instant>) -> Result<Response> {
        let client = self.socket_for(&request)?;
        let key = generate_key();
        let mut opening = ::reqwest::Request::new(Method::GET, request.url);
        *opening.headers_mut() = request.headers;
        opening.headers_mut().remove(CONTENT_TYPE);
        let handshake = [
            (CONNECTION, HeaderValue::from_static("Upgrade")),
            (SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13")),
            (SEC_WEBSOCKET_KEY, header(&key)?),
        ];
        opening.headers_mut().extend(handshake);
        // Messages follow the handshake, so until then there was no effect.
        let unsent = |error: ::reqwest::Error, what| failed(error, what).with_effect(Effect::None);
        let response = client.execute(opening).await.map_err(|error| unsent(error, "no answer came"))?;
        let (status, headers, idle) = (response.status(), response.headers().clone(), request.timeouts.idle);
        if status != StatusCode::SWITCHING_PROTOCOLS {
            let body = Box::pin(Download::new(response.bytes_stream(), idle, over));
            return Ok(Response { status, headers, body });
        }
        if headers.get(SEC_WEBSOCKET_ACCEPT) != Some(&header(&derive_accept_key(key.as_bytes()))?) {
            let message = "the answer to the WebSocket handshake is not one to our key";
            return Err(Error::new(ErrorKind::Protocol, message).with_effect(Effect::None));
        }
        let upgraded = response.upgrade().await.map_err(|error| unsent(error, "the connection was not upgraded"))?;
        let config = WebSocketConfig::default().max_message_size(Some(LONGEST)).max_frame_size(Some(LONGEST));
        let socket = WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await;
        let said = match request.body {
            Body::Empty => stream::empty().boxed(),
            Body::Bytes(bytes) => stream::iter([Ok(bytes)]).boxed(),
            Body::Stream(source) => source.open(),
        };
        let conversation = Conversation { socket, said: Some(said), idle, over };
        let body = stream::try_unfold(conversation, |mut conversation| async move {
            Ok(conversation.next().await?.map(|line| (line, conversation)))
        });
        Ok(Response { status, headers, body: Box::pin(body) })
    }

    fn socket_for(&self, request: &Request) -> Result<&Client> {
        self.refuse_literal(request)?;
        let [any, public] = &self.sockets;
        let pool = if request.public_only { public } else { any };
        if let Some(client) = pool.get() {
            return Ok(client);
        }
        let client = self.settings.client()?.http1_only();
        let client = if request.public_only { self.settings.checked(client) } else { self.settings.proxied(client)? };
        let client = built(client)?;
        Ok(pool.get_or_init(|| client))
    }
}

fn header(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(|_| Error::invalid("header", "the value cannot be sent in a header"))
}

/// An open WebSocket. It closes when it is dropped.
struct Conversation {
    socket: WebSocketStream<Upgraded>,
    /// What is still to be said; `None` behind its end.
    said: Option<ByteStream>,
    idle: std::time::Duration,
    over: Option<Instant>,
}

enum Turn {
    Ours(Option<Result<Bytes>>),
    Theirs(Option<Result<Message, tungstenite::Error>>),
}

impl Conversation {
    /// The next message as a line, while what is to be said is sent.
    async fn next(&mut self) -> Result<Option<Bytes>> {
        let idle = Instant::now().checked_add(self.idle);
        let until = [idle, self.over].into_iter().flatten().min();
        let line = self.line();
        match until {
            None => line.await,
            Some(until) => match timeout_at(until, line).await {
                Ok(line) => line,
                Err(_) if self.over.is_some_and(|over| over <= Instant::now()) => Err(too_late()),
                Err(_) => {
                    let message = format!("no message came for {:?}", self.idle);
                    Err(Error::new(ErrorKind::Timeout, message))
                }
            },
        }
    }

    async fn line(&mut self) -> Result<Option<Bytes>> {
        loop {
            let turn = match &mut self.said {
                Some(said) => tokio::select! {
                    biased;
                    piece = said.next() => Turn::Ours(piece),
                    message = self.socket.next() => Turn::Theirs(message),
                },
                None => Turn::Theirs(self.socket.next().await),
            };
            match turn {
                Turn::Ours(Some(piece)) => {
                    let text = String::from_utf8(piece?.into());
                    let text = text.map_err(|_| Error::invalid("body", "a message to be sent is not UTF-8"))?;
                    self.socket.send(Message::text(text)).await.map_err(broken)?;
                }
                Turn::Ours(None) => self.said = None,
                Turn::Theirs(None | Some(Ok(Message::Close(_)))) => return Ok(None),
                Turn::Theirs(Some(Ok(Message::Text(text)))) => return Ok(Some(in_one_line(text.as_str()))),
                Turn::Theirs(Some(Ok(Message::Binary(_)))) => {
                    return Err(Error::new(ErrorKind::Protocol, "a message is not text"));
                }
                // The library answers pings by itself.
                Turn::Theirs(Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)))) => {}
                Turn::Theirs(Some(Err(error))) => return Err(broken(error)),
            }
        }
    }
}

/// A message ends with its line; line breaks in it, which in JSON are mere space, become spaces.
fn in_one_line(text: &str) -> Bytes {
    let mut line = text.replace(['\n', '\r'], " ");
    line.push('\n');
    line.into()
}

fn broken(error: tungstenite::Error) -> Error {
    let kind = match error {
        tungstenite::Error::Capacity(_) | tungstenite::Error::Utf8(_) => ErrorKind::Protocol,
        _ => ErrorKind::Transport,
    };
    Error::new(kind, format!("the WebSocket broke off: {error}")).with_source(error)
}
