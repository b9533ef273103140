//! Tests on the fake of `server.rs`, which is invented; what stands on something else says so.

mod checks;
mod conformance;
mod refusals;
mod server;
mod shared;
mod uploads;

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use social_core::clock::Timestamp;
use social_core::http::FixedToken;
use social_core::media::Media;
use social_core::publish::{
    Attachment, MediaRole, Placement, Poll, Post, PostRef, Publisher as _, ReceiptState, ThreadPart,
};
use social_core::run::{Found, Lost, MemoryJournal, Run};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Received, Scene, ScriptedVendor};
use social_core::{Effect, Error, ErrorKind};

use super::find::Sought;
use super::*;
use crate::fake::{self, Fake, Vendor as _, Watch, approved, jpeg, mp4, never_twice_never_lost};
use server::{ACCOUNT, Server, TOKEN};

fn account(endpoint: EndpointBuilder) -> X {
    X::new(endpoint, FixedToken::new(TOKEN)).unwrap()
}

fn server(change: impl FnOnce(&mut Server)) -> Fake<Server> {
    let watch = Watch::default();
    let fake = Fake::new(Server::new(&watch));
    watch.set(&fake.clock);
    change(&mut fake.state.lock().unwrap());
    fake
}

fn endpoint(fake: &Fake<Server>) -> EndpointBuilder {
    X::endpoint().transport(fake.vendor.transport()).clock(fake.clock.clone())
}

fn connect(fake: &Fake<Server>) -> X {
    account(endpoint(fake))
}

/// Every option at once.
pub(crate) fn all_options() -> XOptions {
    XOptions::new()
        .with_reply_settings(ReplySettings::MentionedUsers)
        .with_community_id("123456789")
        .with_paid_partnership()
        .with_sensitive_media(SensitiveMedia::GraphicViolence)
        .with_tagged_user_id("783214")
}

fn image() -> Attachment {
    Attachment::new(jpeg(40, 30)).with_alt_text("bread")
}

/// Two images of one pixel, one after the other.
fn gif() -> Attachment {
    let head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
    let shown = b"\x21\xf9\x04\0\x0a\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    Attachment::new(Media::bytes([&head[..], shown, shown, b"\x3b"].concat())).with_alt_text("rising")
}

fn video() -> Attachment {
    Attachment::new(mp4())
}

fn thread() -> Post {
    Post::new("one")
        .with_thread_part(ThreadPart::new("two").with_attachment(image()))
        .with_thread_part(ThreadPart::new("three"))
}

/// Museum A1, A5, A7, A8, A9: whatever breaks, one post of as many parts as there are is out.
async fn no_fault_posts_twice(post: Post, parts: usize) {
    let post = approved(&connect(&server(|_| ())), post).await;
    for refuses_duplicates in [false, true] {
        let watch = Watch::default();
        let fresh = || Server { refuses_duplicates, ..Server::new(&watch) };
        let connect = |scene: &Scene| {
            watch.set(&scene.clock);
            account(X::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone()))
        };
        // A thread that is half out is a post that is out; more posts than parts are two.
        never_twice_never_lost(fresh, connect, &post, |server| server.posts.len().div_ceil(parts)).await;
    }
}

#[tokio::test]
async fn no_fault_posts_a_text_twice() {
    no_fault_posts_twice(Post::new("Bread & <salt> https://bakery.com/bread?a=1&b=2 @bob"), 1).await;
}

#[tokio::test]
async fn no_fault_posts_images_twice() {
    no_fault_posts_twice(Post::new("").with_attachment(image()).with_attachment(image()), 1).await;
}

#[tokio::test]
async fn no_fault_posts_a_gif_twice() {
    no_fault_posts_twice(Post::new("Rising").with_attachment(gif()), 1).await;
}

#[tokio::test]
async fn no_fault_posts_a_video_twice() {
    let captions = Attachment::new(Media::bytes("1\n00:00:00,000 --> 00:00:01,000\nBread\n")).with_language("de");
    let cover = Attachment::new(jpeg(40, 30)).with_role(MediaRole::Cover);
    let post = Post::new("Rising").with_attachment(video()).with_attachment(cover);
    no_fault_posts_twice(post.with_attachment(captions.with_role(MediaRole::Captions)), 1).await;
}

#[tokio::test]
async fn no_fault_posts_a_poll_twice() {
    no_fault_posts_twice(Post::new("Which?").with_poll(Poll::new(["rye", "spelt"])), 1).await;
}

#[tokio::test]
async fn no_fault_posts_an_answer_or_a_quote_twice() {
    no_fault_posts_twice(Post::new("Thank you").with_reply_to(PostRef::new("7")), 1).await;
    no_fault_posts_twice(Post::new("Look").with_quote(PostRef::new("7")), 1).await;
}

#[tokio::test]
async fn no_fault_posts_a_part_of_a_thread_twice() {
    no_fault_posts_twice(thread(), 3).await;
}

/// A thread that breaks says that it is half out, and goes on where it broke.
#[tokio::test]
async fn a_broken_thread_goes_on_behind_its_last_part() {
    let fake = server(|_| ());
    let journal = MemoryJournal::new();
    let post = approved(&connect(&fake), thread()).await;
    let state = fake.state.clone();
    let second = |request: &Received| request.is(&Method::POST, "/2/tweets") && request.json()["text"] == "two";
    let breaking = ScriptedVendor::new()
        .respond_if("any", |_| true, move |request| state.lock().unwrap().answer(request))
        .respond_if("second", second, |_| fake::json(403, json!({"detail": "limited", "title": "Forbidden"})));
    let broken = account(X::endpoint().transport(breaking.transport()).clock(fake.clock.clone()));
    let error = broken.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert!(error.message().contains("1 parts of the thread are out"), "{error}");
    let receipt = connect(&fake).publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    let state = fake.state.lock().unwrap();
    let sent: Vec<_> = state.posts.iter().map(|post| post["sent"].clone()).collect();
    let ids: Vec<_> = state.posts.iter().map(|post| post["id"].clone()).collect();
    assert_eq!(
        sent,
        [
            json!({"text": "one"}),
            json!({"text": "two", "reply": {"in_reply_to_tweet_id": ids[0]}, "media": {"media_ids": ["11"]}}),
            json!({"text": "three", "reply": {"in_reply_to_tweet_id": ids[1]}}),
        ]
    );
    assert_eq!(state.media.len(), 1, "the image is uploaded once");
    assert_eq!(receipt.posts.iter().map(|post| post.role.as_str()).collect::<Vec<_>>(), ["main", "part", "part"]);
    assert_eq!(receipt.url().unwrap().as_str(), format!("https://x.com/i/web/status/{}", receipt.id()));
}

#[tokio::test]
async fn everything_that_a_post_can_be_is_sent() {
    let fake = server(|_| ());
    let mut post = Post::new("Look @bob")
        .with_quote(PostRef::new("7"))
        .with_reply_to(PostRef::new("8"))
        .with_attachment(video())
        .with_attachment(Attachment::new(jpeg(40, 31)).with_role(MediaRole::Cover))
        .with_attachment(
            Attachment::new(Media::bytes("WEBVTT\n\n00:00.000 --> 00:01.000\nBrot\n"))
                .with_role(MediaRole::Captions)
                .with_language("de-AT"),
        )
        .with_options(&all_options())
        .unwrap();
    post.ai_generated = true;
    let receipt = fake.publish(&connect(&fake), "run", post).await.unwrap();
    assert_eq!(receipt.account.to_string(), format!("default/x/{ACCOUNT}"));
    let poll = Post::new("Which?").with_poll(Poll::new(["rye", "spelt"]).open_for(Duration::from_secs(601)));
    fake.publish(&connect(&fake), "poll", poll).await.unwrap();
    let state = fake.state.lock().unwrap();
    assert_eq!(
        state.posts[0]["sent"],
        json!({"text": "Look @bob", "quote_tweet_id": "7", "reply": {"in_reply_to_tweet_id": "8"},
            "media": {"media_ids": ["11"], "preview_media_id": "12", "tagged_user_ids": ["783214"]},
            "reply_settings": "mentionedUsers", "community_id": "123456789", "made_with_ai": true,
            "paid_partnership": true})
    );
    let poll = json!({"options": ["rye", "spelt"], "duration_minutes": 11});
    assert_eq!(state.posts[1]["sent"], json!({"text": "Which?", "poll": poll}));
    let [video, cover, captions] = ["11", "12", "13"].map(|id| &state.media[id]);
    assert_eq!(
        [video, cover, captions].map(|file| file.category.as_str()),
        ["tweet_video", "tweet_image", "subtitles"]
    );
    assert_eq!([&video.media_type, &captions.media_type], ["video/mp4", "text/vtt"]);
    let warning = json!({"adult_content": false, "graphic_violence": true, "other": false});
    assert_eq!(video.metadata, json!({ "sensitive_media_warning": warning }));
    let subtitles = json!({"id": "13", "language_code": "DE", "display_name": "DE"});
    assert_eq!(video.captions, [json!({"id": "11", "media_category": "TweetVideo", "subtitles": subtitles})]);
    // Museum D13: the pauses are those that X names, and what it says nothing about is ready.
    let named = |seconds: u64| Duration::from_secs(seconds)..=Duration::from_secs(seconds) * 6 / 5;
    let sleeps = fake.clock.sleeps();
    assert!(named(7).contains(&sleeps[1]) && named(5).contains(&sleeps[2]), "{sleeps:?}");
}

/// A file that cannot be processed is said to be that, and the next call uploads it again.
#[tokio::test]
async fn a_video_that_cannot_be_processed_is_the_videos_fault() {
    let fake = server(|server| server.fails_processing = true);
    let (x, journal) = (connect(&fake), MemoryJournal::new());
    let post = approved(&x, Post::new("x").with_attachment(video())).await;
    let error = x.publish(&fake.run(&journal, "run").await, &post).await.unwrap_err();
    assert_eq!((error.kind(), error.item(), error.effect()), (ErrorKind::MediaInvalid, Some(0), Effect::None));
    assert!(error.message().contains("the codec is not supported"), "{error}");
    fake.state.lock().unwrap().fails_processing = false;
    x.publish(&fake.run(&journal, "run").await, &post).await.unwrap();
    let state = fake.state.lock().unwrap();
    assert_eq!((state.media.len(), state.posts.len()), (2, 1));
}

/// Museum A9: a text that was posted before is a duplicate and nothing else; one that an earlier
/// attempt posted is found.
#[tokio::test]
async fn a9_a_duplicate_is_told_from_an_earlier_attempt() {
    let fake = server(|server| server.refuses_duplicates = true);
    let (x, journal) = (connect(&fake), MemoryJournal::new());
    fake.publish(&x, "yesterday", Post::new("Bread")).await.unwrap();
    fake.clock.advance(Duration::from_secs(24 * 3600));
    let error = fake.publish(&x, "today", Post::new("Bread")).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Duplicate, Effect::None), "{error}");
    // The first attempt is out, and its answer says that it is not.
    let state = fake.state.clone();
    let lying = ScriptedVendor::new().respond_if(
        "any",
        |_| true,
        move |request| {
            let answer = state.lock().unwrap().answer(request);
            if !request.is(&Method::POST, "/2/tweets") {
                return answer;
            }
            state.lock().unwrap().answer(request)
        },
    );
    let x = account(X::endpoint().transport(lying.transport()).clock(fake.clock.clone()));
    let post = approved(&x, Post::new("Cake")).await;
    let receipt = x.publish(&fake.run(&journal, "cake").await, &post).await.unwrap();
    let state = fake.state.lock().unwrap();
    assert_eq!((state.posts.len(), Value::from(receipt.id())), (2, state.posts[1]["id"].clone()));
}

/// A twin of another time, another thread or another account's text is not ours.
// Museum A7.
#[tokio::test]
async fn a7_only_the_post_itself_is_adopted() {
    let fake = server(|_| ());
    let x = connect(&fake);
    let at = |second: i64| Timestamp::from_second(1_700_000_000 + second).unwrap();
    let post = |id: &str, text: &str, second: i64, first: &str| json!({"id": id, "text": text, "conversation_id": first, "created_at": at(second).to_string()});
    let look = async |posts: Vec<Value>, keys: &[String]| {
        fake.state.lock().unwrap().posts = posts;
        let sought = Sought { account: ACCOUNT, text: "Bread", keys, is_answer: false };
        match x.find(&sought, Lost::new(at(0), at(10))).await.unwrap() {
            Found::Present(post) => post.id,
            Found::NotListed { .. } => "not listed".to_owned(),
            _ => "unknown".to_owned(),
        }
    };
    let ours = post("3", "Bread", 5, "3");
    assert_eq!(look(vec![post("1", "Bread", -9000, "1"), ours.clone()], &[]).await, "3");
    assert_eq!(look(vec![post("2", "Cake", 4, "2")], &[]).await, "not listed");
    assert_eq!(look(vec![post("2", "Bread", 4, "1")], &[]).await, "not listed");
    assert_eq!(look(vec![post("2", "Bread", 4, "2"), ours.clone()], &[]).await, "unknown");
    assert_eq!(look(vec![post("2", "Bread https://t.co/other00000", 4, "2")], &[]).await, "2");
    let mut with_file = post("4", "https://t.co/media00000", 5, "4");
    with_file["attachments"] = json!({"media_keys": ["13_77"]});
    assert_eq!(look(vec![ours.clone(), with_file.clone()], &["13_77".to_owned()]).await, "4");
    assert_eq!(look(vec![ours, with_file], &["13_78".to_owned()]).await, "not listed");
    // So many posts since then say nothing about what is behind them.
    let busy = |n: i64| (0..n).map(|n| post(&format!("{}", 5000 + n), "x", 5, "9")).collect::<Vec<_>>();
    assert_eq!(look(busy(101), &[]).await, "unknown");
    assert_eq!(look(busy(100), &[]).await, "not listed");
    assert_eq!(look(busy(101), &["13_78".to_owned()]).await, "unknown");
    // The specification's names are tried where the documents' are refused.
    fake.state.lock().unwrap().wants_post_fields = true;
    assert_eq!(look(vec![post("3", "Bread", 5, "3")], &[]).await, "3");
    let last = fake.vendor.received().pop().unwrap();
    assert_eq!(last.query("start_time").as_deref(), Some("2023-11-14T22:03:20Z"));
    assert_eq!(last.query("end_time").as_deref(), Some("2023-11-14T22:23:30Z"));
}

#[tokio::test]
async fn a_post_is_asked_about_and_taken_down() {
    let fake = server(|_| ());
    let x = connect(&fake);
    let receipt = fake.publish(&x, "run", thread()).await.unwrap();
    assert_eq!(x.status(&receipt).await.unwrap(), receipt);
    fake.state.lock().unwrap().posts.pop();
    assert_eq!(x.status(&receipt).await.unwrap().state, ReceiptState::Deleted);
    for _ in 0..2 {
        assert_eq!(x.delete(&Run::ephemeral(), &receipt).await.unwrap().state, ReceiptState::Deleted);
    }
    assert!(fake.state.lock().unwrap().posts.is_empty());
    let deleted: Vec<_> = fake.vendor.received().into_iter().filter(|sent| sent.method == Method::DELETE).collect();
    assert!(deleted[0].url.path().ends_with(&receipt.posts[2].id), "answers go first");
}
