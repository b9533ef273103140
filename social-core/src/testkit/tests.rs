//! These tests stand on an invented platform, with a container, a publish call and a list.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::json;

use super::*;
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::http::Endpoint;
use crate::run::Found;

fn platform() -> ScriptedVendor {
    let live = Arc::new(AtomicUsize::new(0));
    let listed = live.clone();
    ScriptedVendor::new()
        .on(Method::POST, "/v1/containers", Answer::json(json!({"id": "c1"})))
        .on_each(
            Method::GET,
            "/v1/containers/*",
            [Answer::json(json!({"ready": false})), Answer::json(json!({"ready": true}))],
        )
        .respond(Method::POST, "/v1/publish", move |request| {
            if request.json()["container"] != "c1" {
                return Answer::json(json!({})).with_status(StatusCode::BAD_REQUEST);
            }
            Answer::json(json!({"id": format!("p{}", live.fetch_add(1, Ordering::SeqCst) + 1)}))
        })
        .respond(Method::GET, "/v1/posts", move |_| match listed.load(Ordering::SeqCst) {
            0 => Answer::json(json!({"posts": []})),
            _ => Answer::json(json!({"posts": ["p1"]})),
        })
}

fn endpoint(scene: &Scene) -> Result<Endpoint> {
    Endpoint::builder("example", "https://api.example.com/v1")
        .transport(scene.transport.clone())
        .clock(scene.clock.clone())
        .random(scene.random.clone())
        .build()
}

fn id_of(reply: &crate::http::Reply) -> Result<String> {
    let value: serde_json::Value = reply.json()?;
    value["id"].as_str().map(ToOwned::to_owned).ok_or_else(|| reply.unreadable("the answer has no id"))
}

async fn publish(scene: Scene, careful: bool, asks: bool) -> Result<String> {
    let (api, run) = (endpoint(&scene)?, &scene.run);
    let container =
        run.step("container", || async { id_of(&api.post("containers")?.json(&json!({})).send().await?) }).await?;
    for _ in 0..3 {
        let state: serde_json::Value = api.get(&format!("containers/{container}"))?.send().await?.json()?;
        if state["ready"] == true {
            break;
        }
    }
    let body = json!({"container": container});
    let send = || async { id_of(&api.post("publish")?.json(&body).send().await?) };
    let find = |_| async {
        if !asks {
            return Ok(Found::Unknown);
        }
        let reply = api.get("posts")?.send().await?;
        let posts: serde_json::Value = reply.json()?;
        let posts = posts["posts"].as_array().ok_or_else(|| reply.unreadable("the answer has no posts"))?;
        let settle = Duration::from_secs(5);
        let id = posts.first().and_then(|p| p.as_str());
        Ok(id.map_or(Found::NotListed { settle }, |id| Found::Present(id.to_owned())))
    };
    if careful { run.once("publish", send, find).await } else { run.step("publish", send).await }
}

fn posts(vendor: &ScriptedVendor) -> usize {
    vendor.calls(&Method::POST, "/v1/publish")
}

#[tokio::test]
async fn work_in_careful_steps_survives_the_matrix() {
    let cases = fault_matrix(platform, |scene| publish(scene, true, true), posts).await.unwrap();
    assert_eq!(cases.len(), 4 * (2 * Fault::ALL.len() - 3));
    for case in &cases {
        assert_eq!(case.violation(), None);
        assert_eq!(case.result.as_ref().unwrap(), "p1", "{case}");
        assert!(case.vendor.unexpected().is_empty());
        assert_eq!(case.broken.is_none(), case.fault.is_death());
        assert_eq!(case.exchanges_after_success, Some(1), "only the state of the container is read again");
    }
}

// Museum A8.
#[tokio::test]
async fn a8_without_a_way_to_ask_the_matrix_ends_in_doubt_and_never_in_two_posts() {
    let cases = fault_matrix(platform, |scene| publish(scene, true, false), posts).await.unwrap();
    assert!(cases.iter().any(|case| case.result.is_err()));
    for case in cases {
        assert_eq!(case.violation(), None);
    }
}

#[tokio::test]
async fn the_matrix_catches_careless_work() {
    let cases = fault_matrix(platform, |scene| publish(scene, false, true), posts).await.unwrap();
    let caught: Vec<_> = cases.iter().filter_map(Case::violation).collect();
    for fault in ["CutAfter", "Stall", "DiesAfter", "Garbage"] {
        assert!(caught.iter().any(|text| text.contains(fault)), "{fault}: {caught:#?}");
    }
}

#[tokio::test]
async fn a_request_that_is_not_in_the_script_fails_by_name() {
    let vendor = platform();
    let api = Endpoint::builder("example", "https://api.example.com/v2").transport(vendor.transport()).build().unwrap();
    let error = api.get("posts").unwrap().send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Config, Effect::None));
    assert!(error.message().contains("GET https://api.example.com/v2/posts"), "{error}");
    assert_eq!(vendor.unexpected().len(), 1);
    assert_eq!(vendor.calls(&Method::GET, "https://api.example.com/v2/*"), 1);
    assert_eq!(vendor.calls(&Method::GET, "https://other.example.com/v2/*"), 0);
}

#[tokio::test]
async fn a_body_breaks_off_where_it_should() {
    use futures_util::StreamExt as _;
    for (cut, expected) in [(0, ""), (2, "ab"), (3, "abc"), (4, "abcd"), (9, "abcdef")] {
        let vendor = ScriptedVendor::new().on(Method::GET, "/", Answer::pieces("text/plain", ["abc", "def"]));
        let transport = FaultTransport::at(vendor.transport(), 0, Fault::TruncatedBody(cut));
        let api = Endpoint::builder("example", "https://example.com").transport(transport).build().unwrap();
        let pieces: Vec<_> = api.get("").unwrap().stream().await.unwrap().body.collect().await;
        let (last, pieces) = pieces.split_last().unwrap();
        assert!(matches!(last, Err(error) if error.kind() == ErrorKind::Transport));
        let text: Vec<u8> = pieces.iter().flat_map(|piece| piece.as_ref().unwrap().to_vec()).collect();
        assert_eq!(text, expected.as_bytes());
    }
}

#[tokio::test]
async fn broken_and_lost_answers_are_transport_errors() {
    let vendor = ScriptedVendor::new().on_each(
        Method::POST,
        "/",
        [Answer::lost(), Answer::text("ab").broken_off(), Answer::text("ab")],
    );
    let api = Endpoint::builder("example", "https://example.com").transport(vendor.transport()).build().unwrap();
    for _ in 0..2 {
        let error: Error = api.post("").unwrap().send().await.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Transport, Effect::Unknown));
    }
    for _ in 0..2 {
        assert_eq!(&*api.post("").unwrap().send().await.unwrap().body, b"ab");
    }
    assert_eq!(vendor.received().len(), 4);
}
