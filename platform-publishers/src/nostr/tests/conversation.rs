//! A relay on this machine, over real WebSockets (invented after NIP-01 and NIP-42).

use futures_util::{SinkExt as _, StreamExt as _};
use social_core::http::ReqwestTransport;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;

use super::*;

/// What the relay does with a connection.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// Wants to know who writes and who asks.
    Asks,
    /// Takes the event, and closes without a word.
    Silent,
    /// Says more than anybody reads.
    Floods,
    /// Answers over many lines.
    Spaced,
}

/// Its address, and the events that it has.
async fn relay(manner: Manner) -> (String, Arc<Mutex<BTreeMap<String, Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("ws://{}", listener.local_addr().unwrap());
    let events = Arc::new(Mutex::new(BTreeMap::new()));
    let (shared, own) = (events.clone(), address.clone());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (events, own) = (shared.clone(), own.clone());
            tokio::spawn(async move {
                let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
                let mut known = manner != Manner::Asks;
                if !known {
                    socket.send(Message::text(json!(["AUTH", "a-challenge"]).to_string())).await.unwrap();
                }
                while let Some(Ok(Message::Text(text))) = socket.next().await {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    let mut answers = Vec::new();
                    match message[0].as_str().unwrap() {
                        "AUTH" => {
                            let event: Event = serde_json::from_value(message[1].clone()).unwrap();
                            let says = |name| event.tagged(name).next().unwrap()[0].clone();
                            known = event.is_genuine()
                                && event.kind == 22242
                                && [says("relay"), says("challenge")] == [own.clone(), "a-challenge".to_owned()];
                            answers.push(json!(["OK", event.id, known, ""]));
                        }
                        "EVENT" if !known => {
                            answers.push(json!(["OK", message[1]["id"], false, "auth-required: who are you"]));
                        }
                        "REQ" if !known => answers.push(json!(["CLOSED", message[1], "auth-required: who are you"])),
                        "EVENT" => {
                            let id = message[1]["id"].as_str().unwrap().to_owned();
                            events.lock().unwrap().insert(id.clone(), message[1].clone());
                            match manner {
                                Manner::Silent => return,
                                Manner::Floods => answers.extend(vec![json!(["NOTICE", "x".repeat(1 << 20)]); 5]),
                                Manner::Asks | Manner::Spaced => answers.push(json!(["OK", id, true, ""])),
                            }
                        }
                        _ => {
                            let event = events.lock().unwrap().get(message[2]["ids"][0].as_str().unwrap()).cloned();
                            answers.extend(event.map(|event| json!(["EVENT", message[1], event])));
                            answers.push(json!(["EOSE", message[1]]));
                        }
                    }
                    for answer in answers {
                        let text = match manner {
                            Manner::Spaced => serde_json::to_string_pretty(&answer).unwrap(),
                            _ => answer.to_string(),
                        };
                        // A client that has heard enough goes away.
                        let _ = socket.send(Message::text(text)).await;
                    }
                }
            });
        }
    });
    (address, events)
}

fn connect(relay: &str) -> Nostr {
    let transport = ReqwestTransport::builder().allow_private_addresses().build().unwrap();
    Nostr::new(Nostr::endpoint().transport(Arc::new(transport)), &KEY.into(), [relay]).unwrap()
}

async fn publish(nostr: &Nostr) -> social_core::Result<social_core::publish::Receipt> {
    let post = approved(nostr, Post::new("Hello")).await;
    nostr.publish(&social_core::run::Run::ephemeral(), &post).await
}

#[tokio::test]
async fn a_note_goes_out_over_a_real_socket_and_is_taken_back() {
    for manner in [Manner::Asks, Manner::Spaced] {
        let (address, events) = relay(manner).await;
        let nostr = connect(&address);
        let receipt = publish(&nostr).await.unwrap();
        assert_eq!(events.lock().unwrap().keys().collect::<Vec<_>>(), [receipt.id()]);
        assert_eq!(nostr.status(&receipt).await.unwrap().state, ReceiptState::Published);
        nostr.delete(&social_core::run::Run::ephemeral(), &receipt).await.unwrap();
        assert_eq!(events.lock().unwrap().len(), 2, "the request to delete is an event");
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_up() {
    let (address, events) = relay(Manner::Silent).await;
    let receipt = publish(&connect(&address)).await.unwrap();
    assert_eq!(events.lock().unwrap().keys().collect::<Vec<_>>(), [receipt.id()]);
}

#[tokio::test]
async fn a_relay_that_never_stops_is_left() {
    let (address, _) = relay(Manner::Floods).await;
    let nostr = connect(&address);
    let note = nostr.key.sign(1, Vec::new(), "x".into(), Timestamp::UNIX_EPOCH, &**nostr.endpoint.random()).unwrap();
    let error = nostr.relays[0].take(&note).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
}

#[tokio::test]
async fn relays_at_private_addresses_are_not_called() {
    let (address, events) = relay(Manner::Spaced).await;
    let transport = Arc::new(ReqwestTransport::new().unwrap());
    for address in [address.clone(), address.replace("127.0.0.1", "localhost"), address.replace("127.0.0.1", "[::1]")] {
        let nostr = Nostr::new(Nostr::endpoint().transport(transport.clone()), &KEY.into(), [&address]).unwrap();
        let error = publish(&nostr).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::InvalidRequest, Effect::None), "{error}");
    }
    assert_eq!(events.lock().unwrap().len(), 0);
}
