//! Stands on exchanges put together from the vendor's pages and its clients, and on two bodies that
//! a client's test prints; nothing was recorded.

mod image;
mod settings;
mod speech;
mod video;

use std::sync::Arc;

use http::Method;
use social_core::clock::Clock;
use social_core::http::{Auth, RetryPolicy, Transport};
use social_core::testkit::conformance::SECRET;
use social_core::testkit::{Scene, ScriptedVendor};

use super::{MiniMax, Region};
use crate::shared;

#[test]
fn every_exchange_in_shared_is_read_by_a_test() {
    let found = shared::numbers("minimax");
    let mut read = [&image::EXCHANGES[..], &video::EXCHANGES, &speech::EXCHANGES].concat();
    read.sort_unstable();
    assert!(found.is_empty() || found == read, "{found:?}");
}

fn client(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> MiniMax {
    let endpoint = Region::International.endpoint().auth(Auth::Bearer("test-key".into()));
    MiniMax::new(endpoint.transport(transport).clock(clock).retry(RetryPolicy::none())).unwrap()
}

/// The client that a suite tries.
fn client_of(scene: &Scene, region: Region) -> social_core::Result<MiniMax> {
    let endpoint = region.endpoint().auth(Auth::Bearer(SECRET.into())).transport(scene.transport.clone());
    MiniMax::new(endpoint.clock(scene.clock.clone()).random(scene.random.clone()))
}

fn submissions(vendor: &ScriptedVendor) -> usize {
    vendor.received().iter().filter(|request| request.method == Method::POST).count()
}
