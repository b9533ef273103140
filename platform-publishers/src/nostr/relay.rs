//! One relay: a conversation for each event that is sent and each question.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::Method;
use http::header::ACCEPT;
use serde_json::json;
use social_core::http::{Body, BodySource, ByteStream, Endpoint, EventReader, Repeat};
use social_core::{Error, ErrorKind, Result};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use url::Url;

use super::error::refusal;
use super::event::Event;
use super::key::Key;
use super::wire::{Information, Message, SUBSCRIPTION};

/// How long a conversation may take in all.
const DEADLINE: Duration = Duration::from_secs(30);
/// What all messages of a conversation may have together, in bytes.
const ANSWERS: usize = 4 << 20;
const INFORMATION: usize = 256 << 10;
/// Says who we are (NIP-42).
const AUTHENTICATION: u32 = 22242;

/// A relay at its address.
#[derive(Clone)]
pub(super) struct Relay {
    pub(super) url: Url,
    /// The same address as HTTP knows it.
    address: Url,
    endpoint: Endpoint,
    key: Arc<Key>,
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a message means for the conversation.
enum Heard<T> {
    Done(T),
    /// The relay refuses, with its words.
    Refused(String),
    Nothing,
}

impl Relay {
    /// Reads `wss://…`.
    pub(super) fn new(endpoint: &Endpoint, key: &Arc<Key>, text: &str) -> Result<Self> {
        let refuse = || {
            let message = format!("`{text}` is not the address of a relay; it looks like wss://relay.example");
            Error::config(message).with_vendor("nostr").with_field("relays")
        };
        let url = Url::parse(text).map_err(|_| refuse())?;
        let scheme = match url.scheme() {
            "wss" => "https",
            "ws" => "http",
            _ => return Err(refuse()),
        };
        let mut address = url.clone();
        if address.set_scheme(scheme).is_err() || url.host().is_none() || !url.username().is_empty() {
            return Err(refuse());
        }
        Ok(Self { url, address, endpoint: endpoint.clone(), key: key.clone() })
    }

    /// Its address without the slash that ends it.
    pub(super) fn name(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// Offers an event. The same event may be offered any number of times.
    pub(super) async fn take(&self, event: &Event) -> Result<()> {
        let message = json!(["EVENT", event]).to_string();
        let hear = |message| match message {
            Message::Ok { id, taken: true, .. } if id == event.id => Heard::Done(()),
            Message::Ok { id, text, .. } if id == event.id => Heard::Refused(text),
            _ => Heard::Nothing,
        };
        self.converse(Method::POST, "publish", message, hear).await
    }

    /// The event of an id, if the relay has it. What is not what its id says is left aside.
    pub(super) async fn find(&self, id: &str) -> Result<Option<Event>> {
        let message = json!(["REQ", SUBSCRIPTION, {"ids": [id], "limit": 1}]).to_string();
        let hear = |message| match message {
            Message::Event(event) if event.id == id && event.is_genuine() => Heard::Done(Some(*event)),
            Message::End => Heard::Done(None),
            Message::Closed(text) => Heard::Refused(text),
            _ => Heard::Nothing,
        };
        self.converse(Method::GET, "find note", message, hear).await
    }

    /// What the relay says of itself.
    pub(super) async fn information(&self) -> Result<Information> {
        let call = self.endpoint.anonymous(Method::GET, self.address.clone()).operation("read relay");
        let call = call.repeat(Repeat::Safe).header(ACCEPT, "application/nostr+json").limit(INFORMATION);
        call.send().await.map_err(|error| self.named(error))?.json()
    }

    /// Sends a message and listens until it is answered, saying who we are where the relay asks.
    async fn converse<T>(
        &self,
        method: Method,
        operation: &'static str,
        message: String,
        hear: impl Fn(Message) -> Heard<T> + Send,
    ) -> Result<T> {
        let said = Arc::new(Said { first: message, more: Mutex::default() });
        let call = self.endpoint.anonymous(method, self.address.clone()).operation(operation).websocket();
        let call = call.repeat(Repeat::Safe).deadline(DEADLINE).limit(ANSWERS).body(Body::Stream(said.clone()));
        let reply = call.stream().await.map_err(|error| self.named(error))?;
        let describe = reply.describer();
        let mut lines = EventReader::ndjson(reply.body, ANSWERS);
        let heard = self.listen(&mut lines, &said, hear).await;
        heard.map_err(|error| self.named(if error.vendor().is_some() { error } else { describe(error) }))
    }

    async fn listen<T>(
        &self,
        lines: &mut EventReader,
        said: &Said,
        hear: impl Fn(Message) -> Heard<T> + Send,
    ) -> Result<T> {
        let (mut challenge, mut introduced) = (None, None);
        // The words of the last refusal that only asks who we are, and of the last notice.
        let (mut asked, mut notice) = (None, None);
        while let Some(line) = lines.next().await? {
            match Message::parse(line.data)? {
                Message::Challenge(text) => challenge = Some(text),
                Message::Notice(text) => notice = Some(text),
                Message::Ok { id, taken: false, text } if introduced.as_ref() == Some(&id) => {
                    return Err(refusal(self.name(), &text));
                }
                message => match hear(message) {
                    Heard::Done(value) => return Ok(value),
                    Heard::Refused(text) if text.starts_with("auth-required:") && introduced.is_none() => {
                        asked = Some(text);
                    }
                    Heard::Refused(text) => return Err(refusal(self.name(), &text)),
                    Heard::Nothing => {}
                },
            }
            if let (Some(challenge), Some(_), None) = (&challenge, &asked, &introduced) {
                let event = self.introduction(challenge)?;
                introduced = Some(event.id.clone());
                said.more(json!(["AUTH", event]).to_string());
                said.more(said.first.clone());
            }
        }
        match (asked, notice) {
            (Some(text), _) => Err(refusal(self.name(), &text)),
            (None, notice) => {
                let notice = notice.map(|text| format!(": {}", social_core::text::visible_line(&text)));
                let message =
                    format!("the relay ended the conversation without an answer{}", notice.unwrap_or_default());
                Err(Error::new(ErrorKind::Transport, message))
            }
        }
    }

    fn introduction(&self, challenge: &str) -> Result<Event> {
        let tags = [["relay", self.name()], ["challenge", challenge]];
        let tags = tags.iter().map(|tag| tag.iter().map(|part| (*part).to_owned()).collect()).collect();
        let now = self.endpoint.clock().now();
        self.key.sign(AUTHENTICATION, tags, String::new(), now, &**self.endpoint.random())
    }

    /// An error that says which relay it is about.
    fn named(&self, error: Error) -> Error {
        let name = self.name();
        if error.message().contains(name) {
            return error;
        }
        error.map_message(|text| format!("{name}: {text}"))
    }
}

/// What we say to a relay: the first message, then what answers its own.
struct Said {
    first: String,
    more: Mutex<Option<UnboundedSender<String>>>,
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Said")
    }
}

impl Said {
    /// Says one more thing in the conversation that was opened last.
    fn more(&self, message: String) {
        if let Some(sender) = &*self.more.lock().unwrap_or_else(PoisonError::into_inner) {
            // A conversation that has ended hears nothing; its end is told elsewhere.
            let _ = sender.send(message);
        }
    }
}

impl BodySource for Said {
    fn open(&self) -> ByteStream {
        let (sender, receiver) = unbounded_channel();
        let _ = sender.send(self.first.clone());
        *self.more.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        Box::pin(stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|message| (Ok(Bytes::from(message)), receiver))
        }))
    }

    fn length(&self) -> Option<u64> {
        None
    }
}
