//! Stands on a real data server (the PDS of the AT Protocol's reference implementation) on
//! loopback. Runs only when `SOCIAL_LAB_PDS` holds its address, for instance
//! `http://127.0.0.1:2583`.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::print_stdout, clippy::unwrap_used)]

use std::sync::Arc;

use http::Method;
use platform_publishers::bluesky::Bluesky;
use secrecy::SecretString;
use serde_json::{Value, json};
use social_core::clock::{Clock as _, SystemClock};
use social_core::http::{Auth, Endpoint, Transport, shared_transport};
use social_core::media::Media;
use social_core::publish::{
    Approved, Ask, Attachment, AutoApprove, Post, PostRef, Publisher as _, Receipt, ReceiptState, ThreadPart,
};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::{Fault, FaultTransport};
use social_core::{AccountKey, ErrorKind, Result};

const PASSWORD: &str = "test-password";
const CREATE: &str = "/xrpc/com.atproto.repo.createRecord";
const GET: &str = "/xrpc/com.atproto.repo.getRecord";

/// An account of its own on the lab's server.
struct Lab {
    server: String,
    handle: String,
    reader: Endpoint,
    did: String,
}

impl Lab {
    async fn open() -> Option<Self> {
        let Ok(server) = std::env::var("SOCIAL_LAB_PDS") else {
            social_core::testkit::did_not_run("SOCIAL_LAB_PDS");
            return None;
        };
        let handle = format!("u{}.test", SystemClock.now().as_microsecond());
        let anonymous = Endpoint::builder("lab", &server).build().unwrap();
        let account = json!({"handle": handle, "email": format!("{handle}@example.test"), "password": PASSWORD});
        let call = anonymous.post("xrpc/com.atproto.server.createAccount").unwrap();
        let made: Value = call.json(&account).send().await.unwrap().json().unwrap();
        let token = SecretString::from(made["accessJwt"].as_str().unwrap());
        let reader = Endpoint::builder("lab", &server).auth(Auth::Bearer(token)).build().unwrap();
        Some(Self { server, handle, reader, did: made["did"].as_str().unwrap().to_owned() })
    }

    fn publisher(&self, transport: Arc<dyn Transport>) -> Bluesky {
        let endpoint = Bluesky::endpoint().base_url(&self.server).transport(transport);
        Bluesky::new(endpoint, &self.handle, SecretString::from(PASSWORD)).unwrap()
    }

    async fn publish(&self, transport: Arc<dyn Transport>, journal: &MemoryJournal, post: &Post) -> Result<Receipt> {
        let bluesky = self.publisher(transport);
        let account = AccountKey::new("bluesky", &self.did).into();
        let policy = AutoApprove::because("test");
        let asked = Approved::ask(&Run::ephemeral(), post.clone(), &Ask::for_account(account), &policy).await?;
        bluesky.publish(&Run::open(journal, "run").await?, &asked.approved()?).await
    }

    /// The posts that the server has.
    async fn posts(&self) -> Vec<Value> {
        let call = self.reader.get("xrpc/com.atproto.repo.listRecords").unwrap();
        let call = call.query("repo", &self.did).query("collection", "app.bsky.feed.post").query("limit", "100");
        let list: Value = call.send().await.unwrap().json().unwrap();
        list["records"].as_array().unwrap().clone()
    }
}

/// One red pixel.
fn png() -> Media {
    Media::bytes(
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\
        \0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
            .as_slice(),
    )
}

fn post() -> Post {
    Post::new("Grüße 🥖 @alice.test and @nobody.test, see https://example.com/brot #bäckerei")
        .with_language("de")
        .with_attachment(Attachment::new(png()).with_alt_text("one red pixel"))
}

#[tokio::test]
async fn a_post_with_an_image_appears_once() {
    let Some(lab) = Lab::open().await else { return };
    let journal = MemoryJournal::new();
    let receipt = lab.publish(shared_transport().unwrap(), &journal, &post()).await.unwrap();
    assert_eq!(lab.publish(shared_transport().unwrap(), &journal, &post()).await.unwrap(), receipt);
    let posts = lab.posts().await;
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0]["uri"], receipt.id());
    let value = &posts[0]["value"];
    assert_eq!(value["embed"]["images"][0]["alt"], "one red pixel");
    let parts: Vec<_> =
        value["facets"].as_array().unwrap().iter().map(|facet| &facet["features"][0]["$type"]).collect();
    let types = ["mention", "link", "tag"].map(|kind| format!("app.bsky.richtext.facet#{kind}"));
    assert_eq!(parts, types.iter().collect::<Vec<_>>(), "the mention of nobody is text");

    // Asked about, and taken down.
    let bluesky = lab.publisher(shared_transport().unwrap());
    assert_eq!(bluesky.status(&receipt).await.unwrap().state, ReceiptState::Published);
    bluesky.delete(&Run::ephemeral(), &receipt).await.unwrap();
    assert_eq!(bluesky.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    bluesky.delete(&Run::ephemeral(), &receipt).await.unwrap();
    assert!(lab.posts().await.is_empty());
}

// Museum A1, A8.
#[tokio::test]
async fn a1_a_post_whose_answer_is_lost_appears_once() {
    let Some(lab) = Lab::open().await else { return };
    let (journal, real) = (MemoryJournal::new(), shared_transport().unwrap());
    // The answer is lost and the server cannot be asked either.
    let deaf = FaultTransport::on(real.clone(), Method::GET, GET, Fault::CutBefore);
    let broken = FaultTransport::on(deaf, Method::POST, CREATE, Fault::CutAfter);
    let error = lab.publish(broken, &journal, &post()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error:?}");
    assert_eq!(lab.posts().await.len(), 1);
    let receipt = lab.publish(real.clone(), &journal, &post()).await.unwrap();
    let posts = lab.posts().await;
    assert_eq!((posts.len(), &posts[0]["uri"]), (1, &json!(receipt.id())));

    // The answer is lost and the server is asked at once.
    let broken = FaultTransport::on(real.clone(), Method::POST, CREATE, Fault::CutAfter);
    lab.publish(broken, &MemoryJournal::new(), &post()).await.unwrap();
    assert_eq!(lab.posts().await.len(), 2);

    // The process dies before it has the answer.
    let (journal, post) = (MemoryJournal::new(), post());
    let dying = FaultTransport::on(real.clone(), Method::POST, CREATE, Fault::DiesAfter);
    tokio::select! {
        result = lab.publish(dying.clone(), &journal, &post) => panic!("it lives: {result:?}"),
        () = dying.death() => {}
    }
    lab.publish(real, &journal, &post).await.unwrap();
    assert_eq!(lab.posts().await.len(), 3, "three runs, three posts");
}

/// A thread that breaks at each of its parts goes on there, and is answered and quoted.
#[tokio::test]
async fn a_thread_appears_once_whatever_dies() {
    let Some(lab) = Lab::open().await else { return };
    let real = shared_transport().unwrap();
    let thread = Post::new("One").with_thread_part(ThreadPart::new("Two").with_attachment(Attachment::new(png())));
    let thread = thread.with_thread_part(ThreadPart::new("Three"));
    let journal = MemoryJournal::new();
    let mut died = 0;
    for exchange in 0..12 {
        let dying = FaultTransport::at(real.clone(), exchange, Fault::DiesAfter);
        tokio::select! {
            result = lab.publish(dying.clone(), &journal, &thread) => { result.unwrap(); }
            () = dying.death() => died += 1,
        }
    }
    assert!(died >= 3, "{died}");
    let receipt = lab.publish(real.clone(), &journal, &thread).await.unwrap();
    assert_eq!((receipt.posts.len(), lab.posts().await.len()), (3, 3));
    let answer = Post::new("Four").with_reply_to(PostRef::from(&receipt.posts[2]));
    let answer = answer.with_quote(PostRef::from(&receipt.posts[0])).with_attachment(Attachment::new(png()));
    let answer = lab.publish(real.clone(), &MemoryJournal::new(), &answer).await.unwrap();
    let posts = lab.posts().await;
    let value = &posts.iter().find(|post| post["uri"] == answer.id()).unwrap()["value"];
    assert_eq!(value["reply"]["root"]["uri"], receipt.id());
    assert_eq!(value["reply"]["parent"]["uri"], json!(receipt.posts[2].id));
    assert_eq!(value["embed"]["$type"], "app.bsky.embed.recordWithMedia");
    lab.publisher(real).delete(&Run::ephemeral(), &receipt).await.unwrap();
    assert_eq!(lab.posts().await.len(), 1);
}

#[tokio::test]
async fn the_server_and_the_check_refuse_by_name() {
    let Some(lab) = Lab::open().await else { return };
    let real = shared_transport().unwrap();
    let error = lab.publish(real, &MemoryJournal::new(), &Post::new("x".repeat(301))).await.unwrap_err();
    assert_eq!(error.field(), Some("text"));
    let endpoint = Bluesky::endpoint().base_url(&lab.server);
    let wrong = Bluesky::new(endpoint, &lab.handle, SecretString::from("wrong-password")).unwrap();
    let (run, ask) = (Run::ephemeral(), Ask::for_account(AccountKey::new("bluesky", &lab.did).into()));
    let asked = Approved::ask(&run, Post::new("x"), &ask, &AutoApprove::because("test")).await.unwrap();
    let error = wrong.publish(&run, &asked.approved().unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Auth, Some("AuthenticationRequired")));
    assert!(lab.posts().await.is_empty());
}
