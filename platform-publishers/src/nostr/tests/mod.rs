//! The fake relays are invented after NIP-01, 09, 11 and 42: they check ids and signatures, keep
//! an event once, and say `duplicate:` to the second. `vectors` stands on BIP-340 and the NIPs.

mod conformance;
mod conversation;
mod vectors;

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::{Value, json};
use social_core::clock::{Clock as _, Timestamp};
use social_core::media::{Media, RemoteMedia};
use social_core::publish::{Attachment, Placement, Post, PostRef, PostRole, Publisher as _, ReceiptState, ThreadPart};
use social_core::run::MemoryJournal;
use social_core::settings::MapSettings;
use social_core::testkit::{Answer, Received, Scene, ScriptedVendor};
use social_core::{Effect, ErrorKind};
use url::Url;

use super::event::Event;
use super::*;
use crate::fake::{Cdn, Fake, Vendor, approved, jpeg, mp4, never_twice_never_lost};

/// The secret key of the example in NIP-19.
const KEY: &str = EXAMPLE_KEY;
const RELAYS: [&str; 2] = ["wss://one.test", "wss://two.test/inbox"];

/// All relays; each knows its own events.
#[derive(Default)]
struct Relays {
    events: BTreeMap<(String, String), Event>,
    deleted: BTreeSet<String>,
    /// What a relay says to every event, by host.
    refusals: BTreeMap<&'static str, &'static str>,
    information: BTreeMap<&'static str, Value>,
}

impl Relays {
    fn ids(&self) -> BTreeSet<&String> {
        self.events.iter().filter(|(_, event)| event.kind == 1).map(|((_, id), _)| id).collect()
    }

    fn at(&self, host: &str) -> usize {
        self.events.keys().filter(|(relay, _)| relay == host).count()
    }
}

fn said(messages: &[Value]) -> Answer {
    Answer::text(messages.iter().map(|message| format!("{message}\n")).collect::<String>())
        .with_status(http::StatusCode::SWITCHING_PROTOCOLS)
}

impl Vendor for Relays {
    fn answer(&mut self, request: &Received) -> Answer {
        let host = request.url.host_str().unwrap().to_owned();
        if request.header("upgrade") != Some("websocket") {
            assert_eq!(request.header("accept"), Some("application/nostr+json"));
            return Answer::json(self.information.get(host.as_str()).cloned().unwrap_or_else(|| json!({})));
        }
        let message = request.json();
        match message[0].as_str().unwrap() {
            "EVENT" => {
                assert_eq!(request.method, Method::POST);
                let event: Event = serde_json::from_value(message[1].clone()).unwrap();
                let id = event.id.clone();
                if let Some(refusal) = self.refusals.get(host.as_str()) {
                    return said(&[json!(["OK", id, false, refusal])]);
                }
                if !event.is_genuine() {
                    return said(&[json!(["OK", id, false, "invalid: bad signature"])]);
                }
                if event.kind == 5 {
                    self.deleted.extend(event.tagged("e").map(|tag| tag[0].clone()));
                }
                let words = match self.events.insert((host, id.clone()), event) {
                    Some(_) => "duplicate: already have this event",
                    None => "",
                };
                said(&[
                    json!(["NOTICE", "welcome"]),
                    json!(["OK", "another", false, "invalid: x"]),
                    json!(["OK", id, true, words]),
                ])
            }
            "REQ" => {
                assert_eq!(request.method, Method::GET);
                let id = message[2]["ids"][0].as_str().unwrap().to_owned();
                let event = self.events.get(&(host, id.clone())).filter(|_| !self.deleted.contains(&id));
                let event = event.map(|event| json!(["EVENT", message[1], event]));
                said(&event.into_iter().chain([json!(["EOSE", message[1]])]).collect::<Vec<_>>())
            }
            other => panic!("{other}"),
        }
    }
}

fn relays(change: impl FnOnce(&mut Relays)) -> Fake<Relays> {
    let fake = Fake::new(Relays::default());
    change(&mut fake.state.lock().unwrap());
    fake
}

fn connect(fake: &Fake<Relays>) -> Nostr {
    let endpoint = Nostr::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone());
    Nostr::new(endpoint, &KEY.into(), RELAYS).unwrap().with_host(Cdn::new("https://cdn.test"))
}

/// Every option at once.
pub(crate) fn all_options() -> NostrOptions {
    NostrOptions::new()
        .with_content_warning("raw dough")
        .with_expires_at(Timestamp::from_second(1_900_000_000).unwrap())
}

fn thread() -> Post {
    Post::new("One").with_thread_part(ThreadPart::new("Two")).with_thread_part(ThreadPart::new("Three"))
}

fn tags(event: &Event) -> Value {
    json!(event.tags)
}

#[tokio::test]
async fn no_fault_posts_a_thread_twice() {
    let post = approved(&connect(&relays(|_| ())), thread()).await;
    let connect = |scene: &Scene| {
        let endpoint = Nostr::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone());
        Nostr::new(endpoint, &KEY.into(), &RELAYS[..1]).unwrap()
    };
    never_twice_never_lost(Relays::default, connect, &post, |relays| relays.ids().len() / 3).await;
}

#[tokio::test]
async fn everything_that_a_note_can_be_is_sent() {
    let fake = relays(|_| ());
    let nostr = connect(&fake);
    let url: Url = "https://bakery.test/rolls.png".parse().unwrap();
    let remote = Media::Remote(RemoteMedia { url, expires_at: None });
    let baker = "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg";
    let post = Post::new(format!("Bread with nostr:{baker}, #Rye #rye"))
        .with_link("https://bakery.test/menu".parse().unwrap())
        .with_attachment(Attachment::new(jpeg(40, 30)).with_alt_text("a loaf"))
        .with_attachment(Attachment::new(remote))
        .with_quote(PostRef::new("ab".repeat(32)))
        .with_options(&all_options())
        .unwrap();
    let receipt = fake.publish(&nostr, "run", post).await.unwrap();
    assert_eq!(
        receipt.account.to_string(),
        "default/nostr/7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e"
    );
    assert_eq!((receipt.state, receipt.warnings.len()), (ReceiptState::Published, 0));
    assert!(receipt.url().unwrap().as_str().starts_with("nostr:nevent1"));
    let hash = jpeg(40, 30).sha256().await.unwrap();
    let cdn = format!("https://cdn.test/{}.jpg", &hash[..8]);
    let state = fake.state.lock().unwrap();
    assert_eq!((state.at("one.test"), state.at("two.test")), (1, 1));
    let note = state.events.values().next().unwrap();
    assert_eq!(receipt.id(), note.id);
    assert_eq!(note.created_at, fake.clock.now().as_second());
    let quoted = names::note(&"ab".repeat(32));
    assert_eq!(
        note.content,
        format!(
            "Bread with nostr:{baker}, #Rye #rye\nhttps://bakery.test/menu\n{cdn}\nhttps://bakery.test/rolls.png\n{quoted}"
        )
    );
    assert_eq!(
        tags(note),
        json!([
            ["imeta", format!("url {cdn}"), "m image/jpeg", format!("x {hash}"), "dim 40x30", "alt a loaf"],
            ["imeta", "url https://bakery.test/rolls.png", "m image/png"],
            ["t", "rye"],
            ["p", names::public_key(baker).unwrap()],
            ["q", "ab".repeat(32), "wss://one.test"],
            ["content-warning", "raw dough"],
            ["expiration", "1900000000"],
        ])
    );
}

/// NIP-10: each part names the beginning and the part before.
#[tokio::test]
async fn a_thread_hangs_together_and_answers_what_it_was_to_answer() {
    let fake = relays(|_| ());
    let nostr = connect(&fake);
    let receipt = fake.publish(&nostr, "thread", thread()).await.unwrap();
    let roles: Vec<_> = receipt.posts.iter().map(|post| post.role.clone()).collect();
    assert_eq!(roles, [PostRole::MAIN, PostRole::PART, PostRole::PART]);
    let [one, two, three] = [0, 1, 2].map(|part| receipt.posts[part].id.clone());
    let event = |id: &str| fake.state.lock().unwrap().events[&("one.test".to_owned(), id.to_owned())].clone();
    let (me, relay) = (event(&one).pubkey, "wss://one.test");
    assert_eq!(tags(&event(&one)), json!([]));
    assert_eq!(tags(&event(&two)), json!([["e", one, relay, "root", me], ["p", me]]));
    assert_eq!(tags(&event(&three)), json!([["e", one, relay, "root"], ["e", two, relay, "reply", me], ["p", me]]));

    let answer = Post::new("Four").with_reply_to(PostRef::from(&receipt.posts[1]));
    let answer = fake.publish(&nostr, "answer", answer).await.unwrap();
    assert_eq!(
        tags(&event(answer.id())),
        json!([["e", one, relay, "root"], ["e", two, relay, "reply", me], ["p", me]])
    );
    let nowhere = Post::new("Five").with_reply_to(PostRef::new("00".repeat(32)));
    let error = fake.publish(&nostr, "nowhere", nowhere).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::NotFound, Some("reply_to")));
}

/// The journal holds the signed note, so a second process sends the same one at another time.
#[tokio::test]
async fn the_same_note_is_sent_in_every_attempt() {
    let fake = relays(|relays| relays.refusals.extend([("one.test", "error: later"), ("two.test", "error: later")]));
    let (nostr, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&nostr, Post::new("Hello")).await;
    let error = nostr.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::None), "{error}");
    assert!(error.message().contains("wss://one.test") && error.message().contains("wss://two.test/inbox"), "{error}");
    fake.state.lock().unwrap().refusals.clear();
    fake.clock.advance(Duration::from_secs(3600));
    nostr.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    let received = fake.vendor.received();
    let sent: BTreeSet<_> =
        received.iter().filter(|sent| sent.method == Method::POST).map(|sent| sent.text()).collect();
    assert_eq!(sent.len(), 1);
}

#[tokio::test]
async fn a_note_is_out_when_one_relay_takes_it_and_the_others_are_told() {
    let fake = relays(|relays| {
        relays.refusals.insert("two.test", "blocked: you are \u{1b}[31mbanned");
    });
    let nostr = connect(&fake);
    let receipt = fake.publish(&nostr, "run", Post::new("Hello")).await.unwrap();
    assert_eq!(receipt.warnings.len(), 1);
    let warning = &receipt.warnings[0];
    assert!(
        warning.contains("wss://two.test/inbox") && warning.contains("banned") && !warning.contains('\u{1b}'),
        "{warning}"
    );
    let status = nostr.status(&receipt).await.unwrap();
    assert_eq!(status.state, ReceiptState::Published);
    assert_eq!(status.warnings, ["wss://two.test/inbox is not known to have it"]);

    fake.state.lock().unwrap().refusals.clear();
    let spread = nostr.spread(&receipt).await.unwrap();
    assert_eq!(spread.warnings.len(), 0);
    let state = fake.state.lock().unwrap();
    assert_eq!((state.at("one.test"), state.at("two.test"), state.ids().len()), (1, 1, 1));
}

#[tokio::test]
async fn refusals_have_their_kinds() {
    for (words, kind) in [
        ("invalid: bad", ErrorKind::InvalidRequest),
        ("pow: 26 bits needed", ErrorKind::Unsupported),
        ("blocked: no", ErrorKind::Permission),
        ("restricted: members only", ErrorKind::Permission),
        ("auth-required: say who you are", ErrorKind::Auth),
        ("rate-limited: slow down", ErrorKind::RateLimited),
        ("error: disk", ErrorKind::Unavailable),
        ("no", ErrorKind::Rejected),
    ] {
        let fake = relays(|relays| relays.refusals.extend(["one.test", "two.test"].map(|host| (host, words))));
        let error = fake.publish(&connect(&fake), "run", Post::new("Hello")).await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (kind, Effect::None), "{error}");
        assert_eq!(error.wait().is_some(), kind == ErrorKind::RateLimited, "{error}");
    }
}

#[tokio::test]
async fn what_would_not_be_shown_is_refused_before_anything_is_sent() {
    let fake = relays(|_| ());
    let endpoint = Nostr::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone());
    let nostr = Nostr::new(endpoint, &KEY.into(), RELAYS).unwrap();
    let post = || Post::new("x");
    for (post, field) in [
        (Post::new("x".repeat(8197)), "text"),
        (post().with_attachment(Attachment::new(jpeg(40, 30))), "attachments[0]"),
        (post().with_reply_to(PostRef::new("note1xx")), "reply_to"),
        (post().with_quote(PostRef::new("12")), "quote"),
        (post().with_first_comment("y"), "first_comment"),
        (post().with_placement(Placement::STORY), "placement"),
    ] {
        let error = fake.publish(&nostr, "run", post).await.unwrap_err();
        assert_eq!((error.field(), error.effect()), (Some(field), Effect::None), "{error}");
    }
    assert_eq!(fake.vendor.received().len(), 0);
}

#[tokio::test]
async fn limits_and_readiness_are_those_of_the_relays() {
    let fake = relays(|relays| {
        let strict = json!({"name": "strict", "limitation": {"max_content_length": 2000, "min_pow_difficulty": 20,
            "payment_required": true, "restricted_writes": false}});
        relays.information.insert("two.test", strict);
    });
    let nostr = connect(&fake);
    let limits = nostr.limits(&Placement::FEED).await.unwrap();
    assert_eq!(limits.rules.unwrap().text.limits[0].maximum, 2000);
    let readiness = nostr.readiness(fake.clock.now()).await.unwrap();
    assert!(readiness.is_ready());
    let found: Vec<_> = readiness.findings.iter().map(|finding| finding.value.as_deref()).collect();
    assert_eq!(found, [Some("wss://two.test/inbox"); 2]);
    let endpoint = Nostr::endpoint().transport(fake.vendor.transport());
    let strict = Nostr::new(endpoint, &KEY.into(), &RELAYS[1..]).unwrap();
    assert!(!strict.readiness(fake.clock.now()).await.unwrap().is_ready());
}

#[test]
fn settings_are_read_and_never_shown() {
    let settings =
        |key: &str, relays: &str| MapSettings::new().with("NOSTR_SECRET_KEY", key).with("NOSTR_RELAYS", relays);
    let nostr = Nostr::from_settings(&settings(KEY, " wss://one.test, ,ws://two.test:7777 ")).unwrap();
    assert_eq!(format!("{:?}", nostr.relays), "[wss://one.test, ws://two.test:7777]");
    for (key, relays, field) in [
        ("nsec1vl029", "wss://one.test", "NOSTR_SECRET_KEY"),
        ("npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg", "wss://one.test", "NOSTR_SECRET_KEY"),
        (&"0".repeat(64), "wss://one.test", "NOSTR_SECRET_KEY"),
        (KEY, ",", "relays"),
        (KEY, "https://one.test", "relays"),
        (KEY, "wss://me@one.test", "relays"),
    ] {
        let error = Nostr::from_settings(&settings(key, relays)).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some(field)), "{error}");
        assert!(!format!("{error:?}").contains(key), "{error:?}");
    }
    assert!(!format!("{nostr:?}").contains("67dea2ed"));
}
