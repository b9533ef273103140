//! These tests stand on invented vendors. Each suite passes a careful implementation, and names the
//! flaw of each careless one.

mod chat;
mod image;
mod journal;
mod publisher;

use super::*;
use crate::error::{Error, ErrorKind, Result};
use crate::http::Endpoint;
use crate::testkit::{Answer, Scene, ScriptedVendor};

fn endpoint(scene: &Scene) -> Result<Endpoint> {
    let auth = crate::http::Auth::Bearer(SECRET.into());
    Endpoint::builder("example", "https://api.example.com/v1")
        .auth(auth)
        .transport(scene.transport.clone())
        .clock(scene.clock.clone())
        .random(scene.random.clone())
        .build()
}

/// The suite must have said this about the flaw.
#[track_caller]
fn assert_says(verdict: Result<(), Violations>, words: &str) {
    let violations = verdict.expect_err(words);
    assert!(violations.lines().iter().any(|line| line.contains(words)), "`{words}` is not in {violations}");
}
